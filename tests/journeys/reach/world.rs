//! A small and awkward population, three times, and all that is released of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ground::database::Act;
use offers::place::{Membership, PlaceFeed, PostcodePlace};
use planning::cohort::VERSION_1;
use testbed::Visitor;
use vocabulary::{Actor, Day, GridPoint, Postcode};

use crate::support::county::{County, LOOKED_AT, approves};
use crate::support::crawl::reach;
use crate::support::publication::{
    Asked, Figures, Matched, NETWORKS, Somebody, Truth, a_few_more, by_chance, count, extract, texts,
    with_practices,
};

use super::{MOST_PAGES, ROLES};

/// A release, as its readers have it, and the truth.
pub(super) struct Release {
    /// "A: ".
    pub(super) run: &'static str,
    pub(super) path: String,
    pub(super) matched: Matched,
}

/// A request for worklists, as its readers have it.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) asked: Asked,
    /// What the practices reported together, as it reads.
    pub(super) reported: BTreeMap<String, String>,
    /// Each practice's own report, that nobody else sees.
    pub(super) reports: BTreeMap<String, [i64; 4]>,
}

pub(super) struct World {
    pub(super) county: County,
    pub(super) releases: Vec<Release>,
    /// Those from the run of the first release, and from that of the third.
    pub(super) requests: [Vec<Request>; 2],
    /// What each role read before there were people.
    pub(super) before: BTreeMap<&'static str, BTreeSet<String>>,
    folder: tempfile::TempDir,
}

/// What is followed: everything of ours, but for leaving, the finder's answers, which no account changes, and the page that makes
/// a new key for whoever opens it.
pub(super) fn looks_at(link: &str) -> bool {
    link != "/me/app"
        && !link.starts_with("/assets/")
        && !link.contains("sign-out")
        && !link.starts_with("/find?")
}

/// The second cohort: those of the first who are older.
fn older() -> String {
    let text = VERSION_1.replace("to = 2008", "to = 1961").replace("is 2008 or", "is 1961 or");
    text.replace(
        "Adults with joint or back pain, or waiting",
        "Older adults with joint or back pain, or waiting",
    )
}

/// Those of the first extract.
pub(super) fn people(seed: u64) -> Vec<Somebody> {
    with_practices(by_chance(seed), seed)
}

impl World {
    /// Three releases and five requests for worklists.
    pub(super) async fn made(seed: u64) -> Self {
        let mut world = Self::without_people().await;
        for role in ROLES {
            let mut visitor = world.county.place.somebody(role).await;
            let pages = reach(&mut visitor, MOST_PAGES, looks_at).await;
            let read = pages.into_iter().flat_map(|(_, seen)| texts(&seen.body));
            world.before.insert(role, read.collect());
        }
        world.fill(&people(seed)).await;
        world
    }

    /// Services and networks, and nobody.
    pub(super) async fn without_people() -> Self {
        let county = County::new().await;
        let membership =
            |(practice, network, name, joined, left): (&str, &str, &str, &str, &str)| Membership {
                practice: practice.to_owned(),
                network: network.to_owned(),
                name: Some(name.to_owned()),
                joined: Day::parse(joined).ok(),
                left: Day::parse(left).ok(),
            };
        let here = PostcodePlace {
            postcode: Postcode::parse("NG31 7AA").expect("a postcode"),
            point: GridPoint { easting: 601_000, northing: 451_000 },
            lsoa: None,
            terminated: false,
        };
        let feed = PlaceFeed {
            postcodes: vec![here],
            memberships: NETWORKS.into_iter().map(membership).collect(),
            ..PlaceFeed::default()
        };
        county.place.learns(feed).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (requests, before) = ([Vec::new(), Vec::new()], BTreeMap::new());
        Self { county, releases: Vec::new(), requests, before, folder }
    }

    async fn fill(&mut self, people: &[Somebody]) {
        let a_few_less = people[2..people.len() - 1].to_vec();

        let mut ana = self.county.place.somebody("Analyst").await;
        ana.get("/cohorts/bring").await;
        let seen = ana.upload("/cohorts/bring", &[("text", &older())], &[]).await;
        let cohort = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        let cohort = cohort.trim_start_matches("/cohorts/").split('?').next().expect("a cohort").to_owned();

        let mut runs = Vec::new();
        for (run, people, definition, cohort) in [
            ("A: ", people.to_vec(), VERSION_1.to_owned(), "shipped"),
            ("B: ", a_few_more(people), VERSION_1.to_owned(), "shipped"),
            ("C: ", a_few_less, older(), cohort.as_str()),
        ] {
            runs.push(self.release(&mut ana, run, &people, (&definition, cohort)).await);
        }
        self.ask(&mut ana, &runs).await;
    }

    /// One more population, its run, and its release.
    pub(super) async fn release(
        &mut self,
        ana: &mut Visitor,
        run: &'static str,
        people: &[Somebody],
        (definition, cohort): (&str, &str),
    ) -> String {
        let county = &self.county;
        let name = format!("People {}", &run[..1]);
        let file = self.folder.path().join(format!("{}.csv", &run[..1]));
        std::fs::write(&file, extract(people)).expect("written");
        let seen = county.sends(ana, &name, ("people.csv", extract(people).as_bytes())).await;
        assert!(seen.body.contains("It is kept"), "{}", seen.body);
        let matched = county.matches_by(ana, cohort).await;
        let path = county.released(ana, &matched).await;
        let mut priya = county.place.somebody("Programme manager").await;
        priya.get(&format!("{path}/take")).await;
        let typed = [("format", "json"), ("purpose", "To look")];
        let summary = priya.post(&format!("{path}/take"), &typed).await.body;
        let summary = serde_json::from_str(&summary).expect("JSON");
        let services: PathBuf = county.place.file(&format!("{}/services.parquet", &matched[1..]));
        let truth = Truth::of((&file, &services), (definition, true), &summary);
        let report = priya.get(&format!("{path}/report")).await.body;
        let figures = Figures::of(&summary);
        let matched_run = Matched {
            name: run.to_owned(),
            people_in_rows: truth.count("matched"),
            figures,
            truth,
            asked: Vec::new(),
            report,
        };
        self.releases.push(Release { run, path, matched: matched_run });
        matched
    }

    /// Worklists in every state: approved and reported, approved and under way, waiting, refused.
    async fn ask(&mut self, ana: &mut Visitor, runs: &[String]) {
        let county = &self.county;
        let mut priya = county.place.somebody("Programme manager").await;
        let ask = [
            (0, "Hub in the east", "Z99004 Z99005 Z99006", "6"),
            (0, "Hub in the north", "Z99001 Z99002 Z99003", "12"),
            (0, "Hub for all", "", "200"),
            (0, "Hub that is refused", "Z99001 Z99002 Z99003", "30"),
            (2, "Hub of next year", "", "4"),
        ];
        let mut asked = Vec::new();
        for (run, purpose, practices, most) in ask {
            let typed = [("purpose", purpose), ("practices", practices), ("most", most)];
            asked.push((run, practices, most, county.lists(ana, &runs[run], &typed).await));
        }
        for (.., request) in &asked[..2] {
            assert_eq!(approves(&mut priya, request, &LOOKED_AT).await.status, 303);
        }
        let refused = &asked[3].3;
        priya.get(&format!("{refused}/decide")).await;
        let typed = [("decision", "refuse"), ("why", "Too early")];
        assert_eq!(priya.post(&format!("{refused}/decide"), &typed).await.status, 303);
        let reports = self.report(&asked[0].3).await;

        for (run, practices, most, path) in asked {
            let page = priya.get(&path).await;
            let told = texts(page.between("People on all lists", "</div>").unwrap_or_default()).join(" ");
            let is_told = told.starts_with(|c: char| c.is_ascii_digit());
            let table = page.between("Lists by practice", "</table>").unwrap_or_default();
            let heads = table.split("scope=\"row\"").skip(1);
            let with_list =
                heads.filter_map(|rest| Some(rest.split_once('>')?.1.split_once('<')?.0.to_owned()));
            let listed = Asked {
                practices: practices.split_whitespace().map(str::to_owned).collect(),
                most: most.parse().expect("a number"),
                with_list: with_list.collect(),
                people: if is_told { told.trim().to_owned() } else { "hidden".to_owned() },
            };
            let back = page.between("What the practices reported", "</table>").unwrap_or_default();
            let back = back.split("<tr").skip(1).map(|row| texts(&format!("<tr{row}<")));
            let reported = back.filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone()))).collect();
            let of = usize::from(run == 2);
            let list = county.place.file(&format!("{}/list.parquet", &path[1..]));
            let nth = self.releases[run].matched.asked.len();
            if list.is_file() {
                count(&mut self.releases[run].matched.truth, nth, &listed, &list);
            }
            let own = if nth == 0 && of == 0 { reports.clone() } else { BTreeMap::new() };
            if list.is_file() {
                self.releases[run].matched.asked.push(listed.clone());
            }
            self.requests[of].push(Request { path, asked: listed, reported, reports: own });
        }
    }

    /// The practices of these lists report, each for itself.
    async fn report(&self, request: &str) -> BTreeMap<String, [i64; 4]> {
        let mut robin = self.county.place.somebody("Practice lead").await;
        let page = robin.get("/practice").await;
        let list =
            format!("/practice/lists/{}", page.between("href=\"/practice/lists/", "\"").expect("a list"));
        robin.get(&format!("{list}/file")).await;
        assert_eq!(robin.post(&format!("{list}/file"), &[]).await.status, 200);
        robin.get(&list).await;
        let reported = [("invited", "5"), ("reached", "4"), ("declined", "1"), ("unsuitable", "1")];
        assert_eq!(robin.post(&format!("{list}/report"), &reported).await.status, 303);
        // As if the others had leads who reported too.
        let mut change = self.county.place.house.database.change(&Actor::Meres).await.expect("a change");
        let id = request.rsplit('/').next().expect("an identifier");
        let sql = "UPDATE worklist SET partner = (SELECT MAX(other.partner) FROM worklist AS other), invited = 6, reached = 3, \
                   declined = 2, unsuitable = 0, fetched_at = asked_at.at, reported_at = asked_at.at \
                   FROM (SELECT MAX(reported_at) AS at FROM worklist) AS asked_at \
                   WHERE request = $1 AND reported_at IS NULL";
        change.run(sql, vec![id.into()]).await.expect("changed");
        let act = Act { action: "test.meddle", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await.expect("committed");
        let others = ["Z99004", "Z99006"].map(|practice| (practice.to_owned(), [6, 3, 2, 0]));
        others.into_iter().chain([("Z99005".to_owned(), [5, 4, 1, 1])]).collect()
    }
}
