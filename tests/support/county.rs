//! A place with a directory and a small invented county, and an analyst's way from its extract to a match run.

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
        Self::made(people, &[]).await
    }

    /// A larger one, whose services have so many places a week, those behind the last no places that anybody knows.
    pub(crate) async fn with_places(places: &[i32]) -> Self {
        Self::made(40_000, places).await
    }

    async fn made(people: u32, places: &[i32]) -> Self {
        let place = Place::demonstration().await;
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
        let form = ana.get("/match-runs/new").await;
        let population = form.between("name=\"population\"", "</select>").expect("populations");
        let values = population.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let population = values.into_iter().find(|value| !value.is_empty()).expect("one").to_owned();
        let typed =
            [("population", population.as_str()), ("cohort", "shipped"), ("radius", "20"), ("stands", "3")];
        let seen = ana.post("/match-runs/new", &typed).await;
        let run = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        self.place.works(None).await;
        let page = ana.get(&run).await;
        assert!(page.body.contains("Read the report"), "{}", page.body);
        run
    }

    /// The figures of a run are asked for and released; gives their address.
    pub(crate) async fn released(&self, ana: &mut Visitor, run: &str) -> String {
        let id = run.rsplit('/').next().expect("an identifier");
        ana.get(&format!("/releases/new?run={id}")).await;
        let typed = [("run", id), ("title", "Spring"), ("purpose", "To plan")];
        let asked = ana.post("/releases/new", &typed).await.leads_to().expect("asked").to_owned();
        let mut ian = self.place.somebody("Information governance lead").await;
        ian.get(&format!("{asked}/decide")).await;
        let ticks = ["purpose", "small", "before", "words"].map(|tick| ("checks", tick));
        let typed = [&ticks[..], &[("decision", "release")]].concat();
        assert_eq!(ian.post(&format!("{asked}/decide"), &typed).await.status, 303);
        asked.replace("/releases/", "/figures/")
    }
}
