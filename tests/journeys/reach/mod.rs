//! Everything that a manager reaches with an account, taken together and attacked: three releases that differ by a few people
//! and by their cohort, networks, worklists in every state with their sums, and what practices reported.
//!
//! Whatever is read is either put into the attack as a figure, or said to count nobody (`explained`). A number that is neither
//! is a finding: somebody has to judge it.

mod explained;
mod union;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use testbed::attack::WIDE;

use crate::support::crawl::reach;
use crate::support::publication::{Rule, SWITCHED_OFF};
use explained::Explained;
use planning::cohort::VERSION_1;
use union::Union;
use world::{World, looks_at, people};

/// Those who see figures and no rows.
const ROLES: [&str; 4] = ["Programme manager", "Hub organiser", "Evaluator", "Information governance lead"];
/// Pages of one visitor: with more, somebody has to say which need not be looked at.
const MOST_PAGES: usize = 500;

/// Two populations: of the one the bands of distance and those with an offer are rounded away from each other, and nobody
/// would be safe without rounding; the other has many small figures, and a sum of worklists that is told.
const SEEDS: [u64; 2] = [4, 21];

#[tokio::test]
async fn disclosure_whatever_a_manager_reaches_taken_together_finds_nobody() {
    let as_it_is: Rule = |_, _, _| None;
    let (mut small, mut told, mut found) = (0, 0, BTreeMap::new());
    for seed in SEEDS {
        let world = World::made(seed).await;
        every_number_is_explained(&world).await;
        let (of, lost) = Union::of(&world, as_it_is).attacked(&world, as_it_is, WIDE);
        assert!(lost.is_empty(), "{} of {of} small figures: {lost:#?}", lost.len());
        small += of;
        told += world.requests.iter().flatten().filter(|one| one.asked.people != "hidden").count();
        for (rule, off) in SWITCHED_OFF {
            let (_, lost) = Union::of(&world, off).attacked(&world, off, WIDE);
            *found.entry(rule).or_insert(0) += lost.len();
        }
    }
    assert!(small > 200 && told > 0, "there is something to find: {small} figures, {told} sums of worklists");
    // With one rule switched off at a time somebody is found.
    assert!(found.values().all(|lost| *lost > 0), "{found:?}");
}

async fn every_number_is_explained(world: &World) {
    let mut wrong = Vec::new();
    let (mut pages, mut numbers) = (0, 0);
    for role in ROLES {
        let mut visitor = world.county.place.somebody(role).await;
        let reached = reach(&mut visitor, MOST_PAGES, looks_at).await;
        for room in ["/figures/", "/worklists/", "/releases/"] {
            let sees =
                reached.iter().any(|(path, _)| path.starts_with(room) && path.len() == room.len() + 36);
            let may = room == "/figures/"
                || role == "Information governance lead"
                || (role == "Programme manager" && room == "/worklists/");
            assert_eq!(sees, may, "{role} at {room}");
        }
        pages += reached.len();
        let explained = Explained::of(world, role);
        let styles = reached.iter().filter(|(path, _)| path.ends_with("/report.css"));
        // Each names its population, at the foot of a printed page.
        let styles: BTreeSet<String> = styles.map(|(_, seen)| without_populations(&seen.body)).collect();
        assert_eq!(styles.len(), 1, "{role}: reports of different figures have one style");
        for (path, seen) in reached.iter().filter(|(path, _)| !path.ends_with("/report.css")) {
            assert_ne!(seen.status, 500, "{role} at {path}");
            numbers += explained.page(path, seen, &mut wrong);
        }
        for release in &world.releases {
            explained.files(&mut visitor, release, &mut wrong).await;
        }
    }
    let kinds: BTreeSet<&String> = wrong.iter().collect();
    assert!(wrong.is_empty(), "{} of {numbers} numbers on {pages} pages: {kinds:#?}", kinds.len());
    assert!(numbers > 5_000, "{numbers} numbers on {pages} pages were looked at");
}

/// Without the names of the populations.
fn without_populations(text: &str) -> String {
    ["A", "B", "C", "D", "E"]
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(&format!("People {name}"), ""))
}

/// What a page or a file says but for what is of the release and not of its people: its names, moments and fingerprints.
fn without_names(text: &str) -> String {
    let kept =
        text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':').filter(|word| {
            let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let is_moment = word.len() == 5 && word.as_bytes()[2] == b':';
            let is_print = word.len() >= 8 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
            !is_moment && !is_print
        });
    kept.collect()
}

/// Pages and files are made of the released figures, and not of who is behind them: where these are the same everything is, to
/// the letter, and so is its size.
#[tokio::test]
async fn disclosure_pages_about_other_people_are_of_one_size_where_the_figures_are_the_same() {
    let mut world = World::without_people().await;
    let mut ana = world.county.place.somebody("Analyst").await;
    let mut priya = world.county.place.somebody("Programme manager").await;
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut alike = 0;
    for (run, at, condition) in
        [("A: ", 0, "oa"), ("B: ", 5, "fibro"), ("C: ", 9, "gout"), ("D: ", 13, "copd"), ("E: ", 17, "fibro")]
    {
        let mut others = people(SEEDS[1]);
        if run != "A: " && !others[at].conditions.contains(&condition) {
            others[at].conditions.push(condition);
        }
        world.release(&mut ana, run, &others, (VERSION_1, "shipped")).await;
        let release = world.releases.last().expect("a release");
        let mut said = Vec::new();
        for page in ["", "/report"] {
            let body = priya.get(&format!("{}{page}", release.path)).await.body;
            // What a form brings back is another each time.
            let token =
                body.split_once("name=\"form_token\" value=\"").and_then(|(_, rest)| rest.split('"').next());
            let body = token.map_or(body.clone(), |token| body.replace(token, ""));
            said.push(without_names(&without_populations(&body)));
        }
        let first = &world.releases[0].matched;
        let same_figures = first.figures.printed == release.matched.figures.printed;
        let other_people = first.truth.holding != release.matched.truth.holding;
        if same_figures && other_people {
            alike += 1;
            for (page, before) in said.iter().zip(&seen[0]) {
                assert_eq!(page.len(), before.len(), "{run}");
                assert_eq!(page, before, "{run}");
            }
        }
        seen.push(said);
    }
    assert!(alike > 0, "some change cannot be seen in the figures");
}
