//! A place with a directory and a small invented county, and an analyst's way from its extract to a match run.

use disclosure::{Policy, Release};
use testbed::{Seen, Visitor};

use super::feed::service;
use super::meres::done;
use super::site::Place;

/// A place with a directory, and a small invented county as files.
pub(crate) struct County {
    pub(crate) place: Place,
    folder: tempfile::TempDir,
}

impl County {
    pub(crate) async fn new() -> Self {
        Self::of(3_000).await
    }

    /// One of so many people.
    pub(crate) async fn of(people: u32) -> Self {
        Self::made(Place::demonstration().await, people, &[]).await
    }

    /// One in this place.
    pub(crate) async fn on(place: Place, people: u32) -> Self {
        Self::made(place, people, &[]).await
    }

    /// One in a place where counts of people up to this one are hidden.
    pub(crate) async fn stricter(people: u32, up_to: u64) -> Self {
        let gate = Release::new(Policy::default().with_threshold(up_to));
        Self::made(Place::with(Vec::new(), gate).await, people, &[]).await
    }

    /// A larger one, whose services have so many places a week, those behind the last no places that anybody knows.
    pub(crate) async fn with_places(places: &[i32]) -> Self {
        Self::made(Place::demonstration().await, 40_000, places).await
    }

    async fn made(place: Place, people: u32, places: &[i32]) -> Self {
        let services: Vec<_> = ["Tai chi", "Chair yoga", "Pain café", "Walks", "Choir", "Swim"]
            .into_iter()
            .enumerate()
            .map(|(at, name)| {
                let mut service = service(&at.to_string(), name, "NG31 7AA");
                // Two organisations, so that there is somebody to choose from.
                if at >= 3 {
                    service["organization"] =
                        serde_json::json!({"id": "walkers", "name": "Invented Walkers"});
                }
                if let Some(places) = places.get(at) {
                    service["meres"] = serde_json::json!({"weekly_sessions": 1, "capacity": places});
                }
                service
            })
            .collect();
        // In the middle of the people of the practice of the demonstration.
        place.knows(&[("NG31 7AA", 589_870, 446_090)]).await;
        place.imports("County feed", &serde_json::json!({ "services": services })).await;
        let folder = tempfile::tempdir().expect("a folder");
        done(folder.path(), &format!("demo --people {people} --services 50 --out out --no-serve"));
        Self { place, folder }
    }

    pub(crate) fn extract(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("out/population.parquet")).expect("an extract")
    }

    /// Sends an extract, and lets it be read.
    pub(crate) async fn sends(&self, ana: &mut Visitor, name: &str, file: (&str, &[u8])) -> Seen {
        ana.get("/population/new").await;
        let typed = [
            ("name", name),
            ("purpose", "Planning the Grantham hub"),
            ("until-day", "31"),
            ("until-month", "3"),
            ("until-year", "2030"),
        ];
        let seen = ana.upload("/population/new", &typed, &[("files", file.0, file.1)]).await;
        let path = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        self.place.works(None).await;
        let seen = ana.get(&path).await;
        if seen.leads_to().is_some() { ana.follow(seen).await } else { seen }
    }

    /// The county's extract is kept, and its people are matched by what comes with Meres; gives the address of the run.
    pub(crate) async fn matched(&self, ana: &mut Visitor) -> String {
        let seen = self.sends(ana, "County 2026", ("county.parquet", &self.extract())).await;
        assert!(seen.body.contains("It is kept"), "{}", seen.body);
        self.matches(ana).await
    }

    /// The newest population is matched by what comes with Meres; gives the address of the run.
    pub(crate) async fn matches(&self, ana: &mut Visitor) -> String {
        self.matches_by(ana, "shipped").await
    }

    /// The same by a cohort of one's own.
    pub(crate) async fn matches_by(&self, ana: &mut Visitor, cohort: &str) -> String {
        let form = ana.get("/match-runs/new").await;
        let population = form.between("name=\"population\"", "</select>").expect("populations");
        let values = population.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let population = values.into_iter().find(|value| !value.is_empty()).expect("one").to_owned();
        let typed =
            [("population", population.as_str()), ("cohort", cohort), ("radius", "20"), ("stands", "3")];
        let seen = ana.post("/match-runs/new", &typed).await;
        let run = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        self.place.works(None).await;
        let page = ana.get(&run).await;
        assert!(page.body.contains("Read the report"), "{}", page.body);
        run
    }

    /// The address of the newest population.
    pub(crate) async fn population(&self, ana: &mut Visitor) -> String {
        let page = ana.get("/population").await.body;
        let mut links = page.split("href=\"/population/").skip(1).filter_map(|rest| rest.split('"').next());
        let id = links.find(|id| id.len() == 36).expect("a population");
        format!("/population/{id}")
    }

    /// The newest population is deleted.
    pub(crate) async fn deletes(&self, ana: &mut Visitor) {
        let path = self.population(ana).await;
        ana.get(&format!("{path}/delete")).await;
        let seen = ana.post(&format!("{path}/delete"), &[]).await;
        assert!(ana.follow(seen).await.body.contains("The population is deleted"));
    }

    /// Worklists of a run are asked for, with these fields otherwise, and made; gives the address of the request.
    pub(crate) async fn lists(&self, ana: &mut Visitor, run: &str, otherwise: &[(&str, &str)]) -> String {
        let id = run.rsplit('/').next().expect("an identifier");
        ana.get(&format!("/worklists/new?run={id}")).await;
        let mut typed = vec![("run", id), ("purpose", "Hub in Saltby, May"), ("most", "2")];
        typed.extend(UNTIL);
        typed.retain(|(name, _)| otherwise.iter().all(|(known, _)| known != name));
        typed.extend(otherwise);
        let seen = ana.post("/worklists/new", &typed).await;
        let request = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        self.place.works(None).await;
        request
    }

    /// The figures of a run are asked for and released; gives their address.
    pub(crate) async fn released(&self, ana: &mut Visitor, run: &str) -> String {
        let asked = self.asks_to_release(ana, run, "Spring").await;
        let mut ian = self.place.somebody("Information governance lead").await;
        ian.get(&format!("{asked}/decide")).await;
        // "near" is only asked where the figures are nearly those of an earlier release.
        let ticks = ["purpose", "small", "before", "words", "near"].map(|tick| ("checks", tick));
        let typed = [&ticks[..], &[("decision", "release")]].concat();
        assert_eq!(ian.post(&format!("{asked}/decide"), &typed).await.status, 303);
        asked.replace("/releases/", "/figures/")
    }

    /// Somebody asks for their release, under this title; gives the address in the queue.
    pub(crate) async fn asks_to_release(&self, ana: &mut Visitor, run: &str, title: &str) -> String {
        let id = run.rsplit('/').next().expect("an identifier");
        ana.get(&format!("/releases/new?run={id}")).await;
        let typed = [("run", id), ("title", title), ("purpose", "To plan")];
        let seen = ana.post("/releases/new", &typed).await;
        seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned()
    }
}

/// A last day that is far away.
pub(crate) const UNTIL: [(&str, &str); 3] =
    [("until-day", "31"), ("until-month", "12"), ("until-year", "2029")];

/// What is looked at before worklists leave.
pub(crate) const LOOKED_AT: [&str; 4] = ["purpose", "practices", "again", "people"];

/// Approves worklists, with these points looked at.
pub(crate) async fn approves(by: &mut Visitor, request: &str, points: &[&str]) -> Seen {
    let page = by.get(&format!("{request}/decide")).await;
    let to = page.between("name=\"destinations\" value=\"", "\"").expect("where the lists go").to_owned();
    let mut typed: Vec<(&str, &str)> = points.iter().map(|point| ("checks", *point)).collect();
    typed.extend([("decision", "approve"), ("destinations", &to)]);
    by.post(&format!("{request}/decide"), &typed).await
}

/// What stands in the form of a trial: the weights, and the definition as `cohort`.
pub(crate) async fn trial_form(ana: &mut Visitor, run: &str) -> Vec<(String, String)> {
    let form = ana.get(&format!("{run}/try")).await;
    let weights = form.body.split("name=\"w-").skip(1).filter_map(|rest| {
        let (topic, rest) = rest.split_once('"')?;
        Some((format!("w-{topic}"), rest.split_once("value=\"")?.1.split_once('"')?.0.to_owned()))
    });
    let mut typed: Vec<(String, String)> = weights.collect();
    assert_eq!(typed.len(), 16);
    let text =
        form.between("id=\"cohort\"", "</textarea>").and_then(|text| text.split_once('>')).expect("it").1;
    typed.push(("cohort".to_owned(), text.replace("&#34;", "\"").replace("&#62;", ">")));
    typed
}

/// Sends it, with some of it otherwise.
pub(crate) async fn tries(
    ana: &mut Visitor,
    run: &str,
    typed: &[(String, String)],
    otherwise: &[(&str, &str)],
) -> Seen {
    let mut all: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.retain(|(name, _)| otherwise.iter().all(|(known, _)| known != name));
    all.extend(otherwise);
    ana.post(&format!("{run}/try"), &all).await
}
