//! The wall between the zones: no route, export, job, log, table or backup holds a pseudonym and a code or a name together.
//! What is looked for is planted first: real pseudonyms of an extract, real codes of a practice, a real name.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Reader as _, Xlsx};
use testbed::Visitor;

use crate::support::county::{County, LOOKED_AT, approves};
use crate::support::crawl::crawl;
use crate::support::meres::{binary, done, run};
use crate::support::site::Place;

/// Folders of the population zone: here, and nowhere else, a pseudonym may stand.
const ZONE: [&str; 5] = ["population", "match-runs", "worklists", "population-uploads", "trials"];
/// Pages of one visitor that are looked at, at most.
const MOST_PAGES: usize = 250;

/// What went through every door once.
pub(super) struct Passed {
    pub(super) county: County,
    pids: Vec<String>,
    codes: Vec<String>,
}

const NAME: &str = "Robin Achebe";

pub(super) async fn passed() -> Passed {
    passed_on(Place::demonstration().await).await
}

async fn passed_on(place: Place) -> Passed {
    let county = County::on(place, 12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let mut priya = county.place.somebody("Programme manager").await;
    let mut robin = county.place.somebody("Practice lead").await;
    let run = county.matched(&mut ana).await;
    let request = county.lists(&mut ana, &run, &[("purpose", "Hub in Saltby"), ("most", "60")]).await;
    assert_eq!(approves(&mut priya, &request, &LOOKED_AT).await.status, 303);
    let page = robin.get("/practice").await;
    let list = format!("/practice/lists/{}", page.between("href=\"/practice/lists/", "\"").expect("a list"));
    robin.get(&format!("{list}/file")).await;
    let csv = robin.post(&format!("{list}/file"), &[]).await.body;
    let pids: Vec<String> =
        csv.lines().skip(1).filter_map(|line| Some(line.split(',').nth(1)?.to_owned())).collect();
    assert!(
        pids.len() > 3 && pids.iter().all(|pid| pid.len() >= 8),
        "pseudonyms that are no common words: {csv}"
    );
    // The same people as a list from elsewhere.
    let add = format!("{}/lists", county.population(&mut ana).await);
    ana.get(&add).await;
    let (typed, text) = ([("name", "Came before"), ("column", "pid")], format!("pid\n{}\n", pids.join("\n")));
    let seen = ana.upload(&add, &typed, &[("file", "list.csv", text.as_bytes())]).await;
    assert!(ana.follow(seen).await.body.contains("The list is kept"), "{} people", pids.len());

    robin.get(&list).await;
    let reported = [("invited", "20"), ("reached", "12"), ("declined", "2"), ("unsuitable", "1")];
    assert_eq!(robin.post(&format!("{list}/report"), &reported).await.status, 303);

    priya.get("/invitations/new").await;
    let typed = [
        ("name", "First wave"),
        ("hub", "Saltby Leisure Centre"),
        ("until-day", "31"),
        ("until-month", "12"),
        ("until-year", "2029"),
    ];
    assert_eq!(priya.post("/invitations/new", &typed).await.status, 303);
    let form = robin.get("/practice/codes/new").await;
    let waves = form.between("name=\"wave\"", "</select>").expect("waves");
    let wave = waves.split("value=\"").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
    let practice = form.between("name=\"practice\" value=\"", "\"").expect("their practice").to_owned();
    let typed = [("wave", wave.expect("one")), ("practice", practice.as_str()), ("size", "40")];
    let csv = robin.post("/practice/codes/new", &typed).await.body;
    let codes: Vec<String> =
        csv.lines().skip(1).filter_map(|line| Some(line.split(',').next()?.to_owned())).collect();
    assert_eq!(codes.len(), 40);
    assert!(pids.iter().all(|pid| !csv.contains(pid)), "codes and pseudonyms never leave together");

    county.released(&mut ana, &run).await;
    Passed { county, pids, codes }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { &mut folders } else { &mut found }.push(path);
        }
    }
    found
}

#[tokio::test]
async fn canary_no_file_outside_the_zone_holds_a_pseudonym_and_none_holds_a_code() {
    let Passed { county, pids, codes } = passed().await;
    let root = county.place.file("");
    let mut in_zone = 0;
    for file in files(&root) {
        let bytes = std::fs::read(&file).expect("read");
        let inside = file.strip_prefix(&root).expect("below");
        let zone =
            inside.iter().next().and_then(|first| first.to_str()).is_some_and(|first| ZONE.contains(&first));
        in_zone += usize::from(zone);
        for pid in &pids {
            assert!(zone || !holds(&bytes, pid), "{} holds a pseudonym", inside.display());
        }
        for code in &codes {
            let plain = code.replace('-', "");
            assert!(!holds(&bytes, code) && !holds(&bytes, &plain), "{} holds a code", inside.display());
        }
        assert!(!(zone && holds(&bytes, NAME)), "{} holds a name in the population zone", inside.display());
    }
    assert!(in_zone >= 3, "the zone itself was looked at");
}

/// The embedded database is a file, which is swept with the others.
#[tokio::test]
async fn canary_no_row_of_postgresql_holds_a_pseudonym_or_a_code() {
    // On the run for PostgreSQL there is one; otherwise it is started here, so that nobody has to know how.
    let at_hand = std::env::var("MERES_TEST_POSTGRES").ok();
    if at_hand.is_none() && own_postgres::programs().is_none() {
        assert!(std::env::var_os("MERES_REQUIRE_POSTGRES").is_none(), "PostgreSQL is not installed");
        eprintln!("left out: no row of a PostgreSQL was looked at, since its programs are not installed");
        return;
    }
    let started = at_hand.is_none().then(|| {
        let server = own_postgres::Postgres::start().expect("a PostgreSQL");
        server.make_template(&binary()).expect("tables");
        server
    });
    let address =
        at_hand.or_else(|| started.as_ref().map(own_postgres::Postgres::address)).expect("a server");
    let server = testbed::on(&address, &format!("canary_{}", std::process::id()));
    let Passed { county, pids, codes } = passed_on(Place::at(server.url(testbed::APPLICATION)).await).await;
    assert!(!county.place.file("meres.db").exists(), "the rows are there and not in a file");
    let rows = server.everything();
    for planted in ["Hub in Saltby", "First wave", NAME] {
        assert!(rows.contains(planted), "the search would find what is there: {planted}");
    }
    assert!(pids.iter().all(|pid| !rows.contains(pid)), "a row holds a pseudonym");
    for code in &codes {
        assert!(!rows.contains(code) && !rows.contains(&code.replace('-', "")), "a row holds a code");
    }
}

/// Each file of a backup by itself, opened with its key: whoever has one of them has nothing of the other zone.
#[tokio::test]
async fn canary_neither_file_of_a_backup_holds_what_belongs_to_the_other_zone() {
    if std::env::var_os("MERES_TEST_DATABASE").is_some() {
        // There the backup asks for the owner's address: `journeys::backup` restores both parts of it.
        return;
    }
    let Passed { county, pids, codes } = passed().await;
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    for key in ["care-key", "population-key"] {
        done(here, &format!("backup key {key}"));
    }
    let root = county.place.file("");
    let keys = "--care-recipient care-key.pub --population-recipient population-key.pub";
    done(here, &format!("backup b --data={} {keys}", root.display()));
    for (part, key) in [("care", "care-key"), ("population", "population-key")] {
        done(here, &format!("restore b.{part} --data=of-{part} --identity {key}"));
    }
    let (mut looked, mut lists) = (0, 0);
    for file in files(&here.join("of-care")) {
        let bytes = std::fs::read(&file).expect("read");
        looked += 1;
        for pid in &pids {
            assert!(!holds(&bytes, pid), "{} of the care part holds a pseudonym", file.display());
        }
    }
    for file in files(&here.join("of-population")) {
        let bytes = std::fs::read(&file).expect("read");
        looked += 1;
        lists += usize::from(file.ends_with("list.parquet") || file.to_string_lossy().contains("worklists"));
        for code in &codes {
            let plain = code.replace('-', "");
            assert!(!holds(&bytes, code) && !holds(&bytes, &plain), "{} holds a code", file.display());
        }
        assert!(!holds(&bytes, NAME), "{} of the population part holds a name", file.display());
    }
    assert!(looked > 4 && lists > 0, "both parts were there: {looked} files, {lists} of worklists");
}

/// What a reader of figures takes away, as texts.
async fn exports(visitor: &mut Visitor, pages: &[(String, String)]) -> Vec<(String, String)> {
    let mut taken = Vec::new();
    for (path, _) in pages.iter().filter(|(path, _)| path.starts_with("/figures/") && path.ends_with("/take"))
    {
        for format in ["csv", "json", "xlsx"] {
            visitor.get(path).await;
            let seen = visitor.post(path, &[("format", format), ("purpose", "To look")]).await;
            assert_eq!(seen.status, 200, "{path} as {format}: {}", seen.body);
            let text = if format == "xlsx" { sheets(&seen.bytes) } else { seen.body };
            assert!(text.contains("Spring") || text.contains("adults"), "{format}: {text}");
            taken.push((format!("{path} as {format}"), text));
        }
    }
    taken
}

/// Every cell of a workbook.
fn sheets(workbook: &[u8]) -> String {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let cells = book
        .worksheets()
        .into_iter()
        .flat_map(|(_, sheet)| sheet.rows().flatten().map(ToString::to_string).collect::<Vec<_>>());
    cells.collect::<Vec<_>>().join("\n")
}

/// What the programs say to whoever keeps their logs.
#[tokio::test]
async fn canary_no_line_that_a_program_prints_holds_a_pseudonym_or_a_code() {
    let Passed { county, pids, codes } = passed().await;
    let root = county.place.file("");
    let (data, out) = (root.to_string_lossy().into_owned(), tempfile::tempdir().expect("a folder"));
    let here = out.path();
    std::fs::write(here.join("who"), &pids[0]).expect("written");
    let lines: [&[&str]; 5] = [
        &["match", "--data", &data, "--population", "County 2026", "--calls", "--out", "matched"],
        &["cohort", "--data", &data, "--population", "County 2026", "--out", "whom"],
        &["person", "--data", &data, "--population", "County 2026", "--pid-file", "who", "--out", "one"],
        &["population", "list", "--data", &data],
        &["doctor", "--data", &data],
    ];
    let mut said = 0;
    for line in lines {
        let program = run(here, line);
        let text = format!("{}{}", program.out, program.err);
        said += text.lines().count();
        assert!(!text.trim().is_empty(), "{line:?} said something");
        assert!(pids.iter().all(|pid| !text.contains(pid)), "{line:?} says a pseudonym: {text}");
        assert!(codes.iter().all(|code| !text.contains(code)), "{line:?} says a code: {text}");
    }
    assert!(said > 20, "{said} lines");
}

#[tokio::test]
async fn canary_no_page_shows_a_pseudonym_or_a_code_to_anybody() {
    let Passed { county, pids, codes } = passed().await;
    for role in [
        "Programme manager",
        "Information governance lead",
        "Analyst",
        "Evaluator",
        "Hub organiser",
        "Service manager",
        "Practice lead",
        "System administrator",
    ] {
        let mut visitor = county.place.somebody(role).await;
        // One of many pages of a list, and of a finder, is enough; nobody signs out.
        let ours = |link: &str| {
            let many = link.starts_with("/find?") || link.contains("sort=");
            link.starts_with('/') && !link.starts_with("/assets/") && !link.contains("sign-out") && !many
        };
        let pages = crawl(&mut visitor, "/", MOST_PAGES, ours).await;
        assert!(pages.len() > 8, "{role} saw {} pages", pages.len());
        let taken = exports(&mut visitor, &pages).await;
        // They came to where it matters: one of each kind of page behind the list of its room.
        let behind: &[&str] = match role {
            "Programme manager" => &["/worklists/", "/figures/"],
            "Information governance lead" => &["/worklists/", "/releases/", "/figures/"],
            "Analyst" => &["/match-runs/", "/population/", "/worklists/", "/releases/", "/figures/"],
            "Evaluator" | "Hub organiser" | "System administrator" => &["/figures/"],
            "Practice lead" => &["/practice/lists/"],
            _ => &[],
        };
        assert_eq!(taken.len() >= 3, behind.contains(&"/figures/"), "{role} takes figures away, or may not");
        for room in behind {
            let one = |path: &&(String, String)| path.0.strip_prefix(room).is_some_and(|id| id.len() == 36);
            assert!(pages.iter().any(|page| one(&page)), "{role} did not come to a page of {room}");
        }
        for (path, body) in pages.into_iter().chain(taken) {
            assert!(pids.iter().all(|pid| !body.contains(pid)), "{role} sees a pseudonym at {path}");
            assert!(codes.iter().all(|code| !body.contains(code)), "{role} sees a code at {path}");
        }
    }
}

#[test]
fn wall_the_care_zone_cannot_name_the_population_zone() {
    // The compiler's wall: what a crate does not depend on, it cannot name.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let needs = |name: &str| -> BTreeSet<String> {
        let text =
            std::fs::read_to_string(root.join("crates").join(name).join("Cargo.toml")).expect("a manifest");
        let ours = text.lines().filter_map(|line| line.split_once(".workspace"));
        ours.map(|(name, _)| name.trim().to_owned()).collect()
    };
    let ours: BTreeSet<String> = std::fs::read_dir(root.join("crates"))
        .expect("the crates")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let (mut reached, mut open) = (BTreeSet::new(), vec!["care".to_owned()]);
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            open.extend(needs(&name).into_iter().filter(|needed| ours.contains(needed)));
        }
    }
    assert!(reached.contains("ground"), "the walk found the ground: {reached:?}");
    for zone in ["planning", "matching"] {
        assert!(!reached.contains(zone), "care reaches {zone}: {reached:?}");
    }
}

#[test]
fn wall_no_table_has_room_for_a_pseudonym_beside_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut steps: Vec<_> =
        std::fs::read_dir(folder).expect("the steps").flatten().map(|step| step.path()).collect();
    steps.sort();
    let text: String = steps.iter().map(|step| std::fs::read_to_string(step).expect("a step")).collect();
    let bare: String =
        text.lines().map(|line| line.split("--").next().unwrap_or("").to_owned() + "\n").collect();
    let mut tables = 0;
    for table in bare.split("CREATE TABLE ").skip(1) {
        let (name, columns) = table.split_once('(').expect("columns");
        let columns = columns.split(");").next().unwrap_or_default();
        tables += 1;
        let names: Vec<&str> = columns.lines().filter_map(|line| line.split_whitespace().next()).collect();
        for pseudonym in ["pid", "pseudonym", "pseudonyms", "nhs_number"] {
            assert!(!names.contains(&pseudonym), "{} keeps {pseudonym}", name.trim());
        }
        let list = names.contains(&"worklist") || names.contains(&"request");
        let code = names.contains(&"code") || names.contains(&"block");
        assert!(!(list && code), "{} joins lists and codes", name.trim());
    }
    assert!(tables > 20, "the steps were read");
}
