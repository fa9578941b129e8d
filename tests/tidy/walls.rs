//! The walls between organisations: who may ask the database as Meres itself, and which tables stand behind PostgreSQL's.

use super::none;
use super::source::{File, Rust, files, rust};

/// Code that serves visitors and yet asks as Meres itself, each with its reason. Everything else gets its sessions and
/// changes from `Visit::read` and `Visit::change`, which say on whose behalf they are.
const AS_MERES: &[(&str, &str)] = &[
    ("crates/access/src/demo/mod.rs", "invents people where nobody is yet"),
    ("crates/access/src/arriving/back.rs", "somebody comes back from a provider who has not signed in yet"),
    ("crates/access/src/arriving/mod.rs", "a link is opened by somebody who has not signed in"),
    (
        "crates/access/src/demo/pages.rs",
        "shows everybody who was invented to a stranger, who becomes one of them",
    ),
    ("crates/access/src/doorkeeper.rs", "looks up whose session it is before anybody is known"),
    ("crates/access/src/guess/mod.rs", "counts guesses, which are nobody's"),
    ("crates/access/src/joining/mod.rs", "makes the link for the first account"),
    ("crates/access/src/joining/pages.rs", "a link is opened by somebody who has not signed in"),
    ("crates/access/src/joining/taking_on.rs", "roles become somebody's that were not theirs before"),
    ("crates/access/src/letter/mod.rs", "a job: makes links for people who were invited"),
    ("crates/access/src/passkey/ceremony.rs", "whose passkey it is, before anybody is known"),
    ("crates/access/src/people/names.rs", "names of those who acted, for readers of the audit log"),
    ("crates/access/src/sign_in/code.rs", "the second factor of somebody who has not signed in yet"),
    ("crates/access/src/sign_in/mod.rs", "the password of somebody who has not signed in yet"),
    ("crates/access/src/sign_in/new_passkey.rs", "the first passkey of somebody who has not signed in yet"),
    ("crates/access/src/sign_in/passkeys.rs", "a passkey instead of a password, of nobody known yet"),
    ("crates/access/src/sign_in/set_up.rs", "the first app of somebody who has not signed in yet"),
    ("src/directory_room/demonstration.rs", "invents work on the directory where nobody keeps any of it yet"),
    ("src/directory_room/letters.rs", "jobs: letters to those who keep entries and to those who watch them"),
    ("src/directory_room/still_correct.rs", "a link is opened by somebody who has no account"),
    ("src/directory_room/wrong.rs", "anybody may say that an entry is wrong"),
    ("src/match_room/running.rs", "a job: matches what somebody asked for"),
    ("src/population_room/keeping.rs", "a job: reads and keeps an extract that somebody sent"),
    ("src/figures_room/demonstration.rs", "a job: what a demonstration has waiting"),
    ("src/worklist_room/demonstration.rs", "a job: what a demonstration has waiting"),
    ("src/worklist_room/making.rs", "a job: puts the lists together that somebody asked for"),
    ("src/audit_room/vouching.rs", "a job: signs the ends of all chains"),
    ("src/import_room/imports/later.rs", "a job: reads a feed that somebody asked for, or by its schedule"),
    ("src/import_room/validator/look.rs", "a job: looks at a feed"),
];

/// What says on whose behalf, once for all.
const TELLERS: &[&str] = &["crates/web/src/house/mod.rs", "crates/web/src/visit.rs"];

#[test]
fn who_serves_visitors_says_on_whose_behalf_it_asks() {
    let mut problems: Vec<String> = rust().iter().filter_map(as_meres).collect();
    let known = rust();
    let stale = AS_MERES.iter().filter(|(path, _)| {
        !known.iter().any(|file| file.path == *path && (asks(file) || file.product.is_empty()))
    });
    problems.extend(stale.map(|(path, _)| format!("{path}: is in the list, and need not be")));
    none(
        &problems,
        "Pages take their sessions from visit.read() or visit.change(): the database then shows \
         what this viewer may see, whatever the statement forgets. Only code for which there is no viewer yet asks as \
         Meres itself; it stands in tests/tidy/walls.rs with the reason.",
    );
}

fn serves_visitors(path: &str) -> bool {
    let rooms = path.starts_with("src/") && !path.starts_with("src/commands/");
    rooms || path.starts_with("crates/access/src/") || path.starts_with("crates/web/src/")
}

/// Whether it opens the database by itself, however the call is broken over lines.
fn asks(file: &Rust) -> bool {
    let code: String = file.product.split_whitespace().collect();
    let calls = ["database.read()", "database.change(", ".read_as(", ".change_as(", "Sight::Meres"];
    calls.iter().any(|call| code.contains(call))
}

fn as_meres(file: &Rust) -> Option<String> {
    let listed = AS_MERES.iter().any(|(path, _)| *path == file.path) || TELLERS.contains(&file.path.as_str());
    (serves_visitors(&file.path) && !listed && asks(file))
        .then(|| format!("{}: asks as Meres itself", file.path))
}

/// Tables without a wall, each with the reason. Every other table has one: see `migrations/postgres/0010_walls.sql`.
const WITHOUT_WALL: &[(&str, &str)] = &[
    ("area", "places: no people"),
    ("availability", "the directory: no people"),
    ("ceremony", "what a browser was asked to sign: sealed, and nobody's until it is answered"),
    ("code_block", "which practice made how many codes: no people but who made them"),
    ("code_list", "definitions: no people but who wrote them"),
    ("cohort_version", "definitions: no people but who wrote them"),
    ("directory_apart", "which records of the directory are not the same: no people but who said so"),
    ("directory_check", "the directory: no people but who looked"),
    ("directory_edit", "proposals for the directory: no people but who made them and who decided"),
    ("directory_feed", "the directory: no people"),
    ("directory_import", "the directory: no people but who imported"),
    ("directory_keeper", "which organisation keeps which entries: no people"),
    ("directory_merge", "which records of the directory are the same: no people"),
    ("directory_past", "the directory: no people but who changed it"),
    ("directory_reminder", "hashes of links, each for one service: no people"),
    ("directory_source", "the directory: no people"),
    ("directory_state", "a number"),
    ("directory_term", "the directory: no people but who said so"),
    ("directory_validation", "what is wrong with a feed of services: no people but who asked"),
    ("figure_release", "released figures, and who asked and decided: no other people"),
    ("invitation_code", "keyed hashes of codes, which are nobody's here"),
    ("invitation_wave", "hubs to which people are invited: no people but who planned them"),
    (
        "job",
        "queued by whoever's change it follows from, which must see whether it is queued already; its rows hold \
             identifiers and no value from a person's row",
    ),
    ("match_run", "released figures and what they were made of: no people but who asked"),
    ("match_trial", "which question was asked, as a digest: no people but who asked"),
    ("organisation", "the directory: no people"),
    ("population", "the catalogue: names of data sets; the people are in files"),
    (
        "population_list",
        "what lists of a population are called: the pseudonyms are in files of the population zone",
    ),
    ("population_upload", "about data sets: no people, and no row of any"),
    ("postcode", "places: no people"),
    ("practice", "places: no people"),
    ("practice_network", "places: no people"),
    ("practice_note", "the library: no people"),
    ("resource", "the library: no people"),
    ("resource_version", "the library: no people"),
    ("service", "the directory: no people"),
    ("site", "the directory: no people"),
    ("vault_check", "by which the key is known again"),
    (
        "worklist",
        "which practice has a list, and counts that it reported: the pseudonyms are in a file of the population zone",
    ),
    ("worklist_request", "who asked for lists and who decided, what for: no other people"),
];

#[test]
fn every_table_stands_behind_a_wall_or_says_why_not() {
    none(
        &unwalled(&files(".sql")),
        "A table that holds people, or what belongs to an organisation, gets ENABLE and FORCE ROW LEVEL SECURITY, the \
         policy `meres_itself ON table USING (meres_itself())` and policies for whose rows they are, in the step that \
         makes it (migrations/postgres/0010_walls.sql shows how). Any other stands in tests/tidy/walls.rs with the reason.",
    );
}

fn unwalled(files: &[File]) -> Vec<String> {
    let steps: String = files
        .iter()
        .filter(|file| file.path.starts_with("migrations/postgres/"))
        .flat_map(|file| file.text.lines())
        .map(|line| line.split("--").next().unwrap_or("").to_owned() + "\n")
        .collect();
    let words = steps.split_whitespace().collect::<Vec<_>>().join(" ");
    let made = words.split("CREATE TABLE ").skip(1).filter_map(|rest| rest.split([' ', '(']).next());
    let mut problems = Vec::new();
    for table in made {
        let has = |text: &str| words.contains(&text.replace("{}", table));
        let wall = [
            "ALTER TABLE {} ENABLE ROW LEVEL SECURITY;",
            "ALTER TABLE {} FORCE ROW LEVEL SECURITY;",
            "CREATE POLICY meres_itself ON {} USING (meres_itself());",
        ];
        match (WITHOUT_WALL.iter().any(|(known, _)| *known == table), wall.map(has)) {
            (false, [true, true, true]) | (true, [false, false, false]) => {}
            (false, _) => problems.push(format!("{table}: has no wall, or half of one")),
            (true, _) => problems.push(format!("{table}: has a wall, and is listed as without one")),
        }
    }
    problems
}

#[test]
fn gaps_in_the_walls_are_seen() {
    let found = |path: &str, text: &str| as_meres(&Rust::new(path, text)).is_some();
    assert!(found("src/home/mod.rs", "let s = visit.house.database.read().await?;"));
    assert!(found(
        "crates/access/src/people/known.rs",
        "let s = visit\n    .house\n    .database\n    .read()\n    .await?;"
    ));
    assert!(found("crates/access/src/me/mod.rs", "house.database.change(&actor).await?"));
    assert!(found("src/hub/pages.rs", "house.database.read_as(Sight::Meres).await?"));
    assert!(!found("src/home/mod.rs", "let s = visit.read().await?; // database.read()"));
    assert!(!found("src/commands/audit.rs", "data.database.read().await?"));
    assert!(!found("crates/access/src/doorkeeper.rs", "house.database.read().await?"));
    let step = |text: &str| {
        unwalled(&[File { path: "migrations/postgres/0099_x.sql".to_owned(), text: text.to_owned() }])
    };
    let wall = "ALTER TABLE visit ENABLE ROW LEVEL SECURITY; ALTER TABLE visit FORCE ROW LEVEL SECURITY;\n\
                CREATE POLICY meres_itself ON visit USING (meres_itself());";
    assert_eq!(step("CREATE TABLE visit (id TEXT); -- ENABLE ROW LEVEL SECURITY").len(), 1);
    assert_eq!(step(&format!("CREATE TABLE visit (id TEXT);\n{wall}")).len(), 0);
    assert_eq!(
        step(&format!("CREATE TABLE visit(id TEXT);\n{}", wall.replace("FORCE", "NO FORCE"))).len(),
        1
    );
    assert_eq!(step("CREATE TABLE postcode (postcode TEXT);").len(), 0);
    assert_eq!(step(&format!("CREATE TABLE site (id TEXT); {}", wall.replace("visit", "site"))).len(), 1);
}
