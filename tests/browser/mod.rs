//! The report and the site in a browser: no network for the report, axe clean, no scrolling sideways, paper. Needs Chromium and
//! `npm ci` in this folder; without them it says so and passes, unless `MERES_REQUIRE_BROWSER=1`.
//! Pictures stay in `target/browser/` for a person to look at.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::journeys::{CLIENT, Providers, SECRET};
use crate::support::findings;
use crate::support::site::{host, served, started};

const CHROMIUM: &str = "/usr/bin/chromium";

/// The folder of the browser's scripts; none where a browser is missing and may be.
fn scripts() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let missing =
        [Path::new(CHROMIUM).to_owned(), here.join("node_modules")].into_iter().find(|p| !p.exists());
    let Some(missing) = missing else { return Some(here) };
    let message = format!(
        "the browser test needs {}: apt-get install chromium, npm ci in tests/browser",
        missing.display()
    );
    assert!(std::env::var_os("MERES_REQUIRE_BROWSER").is_none_or(|v| v != "1"), "{message}");
    eprintln!("skipped: {message}");
    None
}

/// Where the pictures go.
fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../browser");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}

#[test]
fn the_site_is_for_everybody() {
    let Some(here) = scripts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    crate::support::meres::done(folder.path(), "demo --people 2000 --services 200 --out out --no-serve");
    let (mut demonstration, said) = served(folder.path(), "out/data", None);
    let (mut fresh, first) = served(folder.path(), "data", None);
    let link = first.lines().find(|line| line.contains("/link/")).expect("a link to begin with").trim();
    let run = Command::new("node")
        .arg("site.mjs")
        .arg(CHROMIUM)
        .arg(pictures())
        .arg(format!("http://{}", host(&said)))
        .arg(link)
        .current_dir(&here)
        .output();
    for program in [&mut demonstration, &mut fresh] {
        program.kill().expect("ended");
        program.wait().expect("ended");
    }
    let run = run.expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    if updating() {
        for (name, picture) in SITE_PICTURES {
            let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(picture);
            std::fs::copy(pictures().join(name), to).expect("a picture");
        }
    }
}

#[test]
fn the_finder_is_for_everybody() {
    let pictures = [
        ("site-finder-results-1280.png", "finder-results.png"),
        ("site-finder-results-390.png", "finder-results-phone.png"),
        ("site-finder-map-top.png", "finder-map.png"),
        ("site-finder-service-1280.png", "finder-leaflet.png"),
        ("site-finder-list-390.png", "finder-list-phone.png"),
        ("site-finder-urgent-390.png", "finder-urgent-phone.png"),
    ];
    on_a_demonstration("--people 2000", "finder.mjs", &pictures);
}

#[test]
fn the_rooms_of_the_directory_are_for_everybody() {
    let pictures = [
        ("site-directory-own-top.png", "directory-own-phone.png"),
        ("site-directory-proposal-1280.png", "directory-proposal.png"),
        ("site-directory-waiting-1280.png", "directory-queue.png"),
        ("site-directory-history-1280.png", "directory-history.png"),
        ("site-import-duplicates-top.png", "import-duplicates.png"),
        ("site-import-validator-found-1280.png", "import-validator.png"),
        ("site-import-dry-run-1280.png", "import-dry-run.png"),
        ("site-import-sources-1280.png", "import-sources.png"),
    ];
    on_a_demonstration("--people 2000", "directory.mjs", &pictures);
}

#[test]
fn the_planning_rooms_are_for_everybody() {
    let pictures = [
        ("site-population-1280.png", "population.png"),
        ("site-population-columns-1280.png", "population-columns.png"),
        ("site-population-list-1280.png", "population-list.png"),
        ("site-code-list-1280.png", "code-list.png"),
        ("site-cohort-counted-1280.png", "cohort-counted.png"),
        ("site-cohort-whom-1280.png", "cohort-whom.png"),
        ("site-match-person-1280.png", "match-person.png"),
        ("site-match-hub-1280.png", "match-hub.png"),
        ("site-cohort-version-1280.png", "cohort.png"),
        ("site-match-run-1280.png", "match-run.png"),
        ("site-worklist-request-1280.png", "worklist-request.png"),
        ("site-practice-list-1280.png", "practice-list.png"),
        ("site-release-decide-1280.png", "release.png"),
    ];
    on_a_demonstration("--people 2000", "planning.mjs", &pictures);
}

#[test]
fn the_planning_rooms_need_no_mouse() {
    on_a_demonstration("--people 2000", "keyboard.mjs", &[]);
}

/// In a county that is large enough for places to be few.
#[test]
fn who_gets_which_place_is_for_everybody() {
    let pictures = [("site-match-places-1280.png", "match-places.png")];
    on_a_demonstration("--people 40000 --listed 100", "places.mjs", &pictures);
}

/// Runs a script of the browser on a demonstration of such a county; its pictures go to the guide where they are asked for.
fn on_a_demonstration(county: &str, script: &str, guide: &[(&str, &str)]) {
    let Some(here) = scripts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let demo = format!("demo {county} --services 200 --out out --no-serve");
    crate::support::meres::done(folder.path(), &demo);
    // So that a demonstration can look at its own feed, which is at home.
    let settings = folder.path().join("out/data/meres.toml");
    let text = std::fs::read_to_string(&settings).unwrap_or_default();
    std::fs::write(&settings, format!("allow-private-feeds = true\n{text}")).expect("written");
    let (mut demonstration, said) = served(folder.path(), "out/data", None);
    let run = Command::new("node")
        .arg(script)
        .arg(CHROMIUM)
        .arg(pictures())
        .arg(format!("http://{}", host(&said)))
        .current_dir(&here)
        .output();
    demonstration.kill().expect("ended");
    demonstration.wait().expect("ended");
    let run = run.expect("node runs");
    eprintln!("{}", String::from_utf8_lossy(&run.stdout));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for (picture, name) in guide.iter().filter(|_| updating()) {
        let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(name);
        std::fs::copy(pictures().join(picture), to).expect("a picture");
    }
}

#[test]
fn a_passkey_is_all_that_somebody_needs() {
    let Some(here) = scripts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (mut fresh, first) = served(folder.path(), "data", None);
    let link = first.lines().find(|line| line.contains("/link/")).expect("a link to begin with").trim();
    let run = Command::new("node")
        .arg("passkeys.mjs")
        .arg(CHROMIUM)
        .arg(pictures())
        .arg(link)
        .current_dir(&here)
        .output();
    fresh.kill().expect("ended");
    fresh.wait().expect("ended");
    let run = run.expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    if updating() {
        let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/passkeys.png");
        std::fs::copy(pictures().join("passkey-me-1280.png"), to).expect("a picture");
    }
}

#[test]
fn the_pages_on_the_way_by_an_employers_account_are_for_everybody() {
    let Some(here) = scripts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    crate::support::meres::done(folder.path(), "demo --people 2000 --services 200 --out out --no-serve");
    // Where people come back to must be known before there is a server.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let at = format!("localhost:{}", free.expect("a port").port());
    let providers = Providers::start(&here, &format!("http://{at}/sign-in/with/{{}}/back"));
    let one = |word: &str, issuer: &str| {
        format!(
            "[[identity-provider]]\nword = \"{word}\"\nname = \"Employer {word}\"\nissuer = \"{issuer}\"\n\
             client-id = \"{CLIENT}\"\nclient-secret-file = \"secret\"\nsecond-factor = \"theirs\"\n"
        )
    };
    let data = folder.path().join("out/data");
    std::fs::write(data.join("secret"), SECRET).expect("written");
    let text = one("rs256", &providers.first) + &one("away", "http://127.0.0.1:9");
    std::fs::write(data.join("meres.toml"), text).expect("written");
    let listen = at.replace("localhost", "127.0.0.1");
    let (mut program, _) =
        started(folder.path(), &["serve", "--data", "out/data", "--listen", &listen], None);
    let run = Command::new("node")
        .arg("employer.mjs")
        .arg(CHROMIUM)
        .arg(pictures())
        .arg(format!("http://{at}"))
        .current_dir(&here)
        .output();
    program.kill().expect("ended");
    program.wait().expect("ended");
    let run = run.expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn no_script_that_somebody_types_runs() {
    let Some(here) = scripts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    crate::support::meres::done(folder.path(), "demo --people 2000 --services 200 --out out --no-serve");
    let (mut demonstration, said) = served(folder.path(), "out/data", None);
    let run = Command::new("node")
        .arg("scripts.mjs")
        .arg(CHROMIUM)
        .arg(format!("http://{}", host(&said)))
        .current_dir(&here)
        .output();
    demonstration.kill().expect("ended");
    demonstration.wait().expect("ended");
    let run = run.expect("node runs");
    eprintln!("{}", String::from_utf8_lossy(&run.stdout));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Pictures for the guide, by the names that the script gives them.
const SITE_PICTURES: [(&str, &str); 14] = [
    ("site-home-administrator-1280.png", "home.png"),
    ("site-person-1280.png", "person.png"),
    ("site-audit-1280.png", "audit.png"),
    ("site-invite-mistakes-1280.png", "form-with-mistakes.png"),
    ("site-people-390.png", "people-phone.png"),
    ("site-jobs-1280.png", "later-work.png"),
    ("part-form.png", "part-form.png"),
    ("part-form-mistakes.png", "part-form-mistakes.png"),
    ("part-table.png", "part-table.png"),
    ("part-summary.png", "part-summary.png"),
    ("part-chart.png", "part-chart.png"),
    ("part-map.png", "part-map.png"),
    ("part-progress.png", "part-progress.png"),
    ("part-dialog.png", "part-dialog.png"),
];

fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some_and(|v| v == "1")
}

#[test]
fn reports_open_print_and_are_accessible() {
    let Some(here) = scripts() else { return };
    let folder = pictures();
    let reports: Vec<PathBuf> = reports()
        .into_iter()
        .chain([("area-view", crate::journeys::example_report()), ("demo", demo())])
        .chain(crate::journeys::county_report().map(|report| ("real-county", report)))
        .map(|(name, html)| {
            let path = folder.join(format!("{name}.html"));
            std::fs::write(&path, html).expect("a report on disk");
            path
        })
        .collect();
    let run = Command::new("node")
        .arg("report.mjs")
        .arg(CHROMIUM)
        .arg(&folder)
        .args(&reports)
        .current_dir(&here)
        .output()
        .expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    if updating() {
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
        for width in [1280, 390] {
            let (from, to) = (format!("demo-{width}-first.png"), format!("report-{width}.png"));
            std::fs::copy(folder.join(from), pictures.join(to)).expect("a picture");
        }
    }
}

/// The report of an invented county, through the program.
fn demo() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    crate::support::meres::done(folder.path(), "demo --people 200000 --out demo --no-serve");
    std::fs::read_to_string(folder.path().join("demo/report.html")).expect("a report")
}

fn reports() -> Vec<(&'static str, String)> {
    let (county, backdrop) = findings::county();
    let (hidden, _) = findings::all_hidden();
    [
        ("county", county, Some(&backdrop)),
        ("plain", findings::plain_county(), None),
        ("place-not-known", findings::place_not_known(), None),
        ("nobody", findings::nobody(), None),
        ("all-hidden", hidden, Some(&backdrop)),
    ]
    .into_iter()
    .map(|(name, findings, backdrop)| (name, meres::report::render(&findings, backdrop).expect("a report")))
    .collect()
}
