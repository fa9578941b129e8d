//! What a server writes to its log on an ordinary day of all rooms, and on a bad one: no pseudonym, no code, no name.

use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::caller::{Caller, between};
use crate::support::meres::done;
use crate::support::site::{Ended, host, started_to};

/// Pages of one visitor that are looked at, at most.
const MOST_PAGES: usize = 60;

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn read(caller: &Caller, path: &str) -> String {
    let heard = caller.ask("GET", path, "").unwrap_or_else(|| panic!("{path} is answered"));
    assert_eq!(heard.status, 200, "{path}: {}", heard.body);
    heard.body
}

fn sends(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let heard = caller.ask("POST", path, &encoded(fields)).unwrap_or_else(|| panic!("{path} is answered"));
    (heard.status, format!("{}\n{}", heard.head, heard.body))
}

/// Waits until a page says something: somebody else works.
fn until(caller: &Caller, path: &str, words: &str) -> String {
    for _ in 0..1_200 {
        let page = read(caller, path);
        if page.contains(words) {
            return page;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{path} never said {words}")
}

/// The first address of this form on a page.
fn one(page: &str, room: &str) -> String {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut links = links.filter(|link| link.strip_prefix(room).is_some_and(|id| id.len() == 36));
    links.next().unwrap_or_else(|| panic!("a link to {room}: {page}")).to_owned()
}

fn walks(caller: &Caller) -> usize {
    let (mut seen, mut open) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    while let Some(path) = open.pop_front() {
        if seen.len() == MOST_PAGES || !seen.insert(path.clone()) {
            continue;
        }
        let Some(heard) = caller.ask("GET", &path, "") else { continue };
        let links = heard.body.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
        let ours = links.filter(|link| !link.starts_with("assets/") && !link.starts_with("find?"));
        open.extend(
            ours.filter(|link| !link.contains("sign-out"))
                .map(|link| format!("/{}", link.replace("&amp;", "&"))),
        );
    }
    seen.len()
}

/// Every file of this name below a folder.
fn files(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, name));
        } else if path.ends_with(name) {
            found.push(path);
        }
    }
    found
}

#[test]
fn canary_no_line_that_a_server_writes_holds_a_pseudonym_a_code_or_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    done(here, "demo --people 12000 --services 50 --listed 40 --out county --no-serve --data data");
    let log = File::create(here.join("log")).expect("a file");
    let words = ["serve", "--data", "data", "--listen", "127.0.0.1:0"];
    let (program, said) = started_to(log.into(), here, &words, None);
    let mut program = Ended(program);
    let somebody = |role: &str| Caller::somebody(host(&said), role);
    let (ana, priya, robin) = (somebody("Analyst"), somebody("Programme manager"), somebody("Practice lead"));
    let ian = somebody("Information governance lead");

    // The demonstration's own run is done by this server, and asks for worklists and a release.
    let list = until(&priya, "/worklists", "Waits for a decision");
    let request = one(&list, "/worklists/");
    let page = read(&priya, &format!("{request}/decide"));
    let to = between(&page, "name=\"destinations\" value=\"", "\"");
    let mut fields: Vec<(&str, &str)> =
        ["purpose", "practices", "again", "people"].map(|check| ("checks", check)).to_vec();
    fields.extend([("decision", "approve"), ("destinations", to.as_str())]);
    assert_eq!(sends(&priya, &format!("{request}/decide"), &fields).0, 303);
    let own = one(&read(&robin, "/practice"), "/practice/lists/");
    let (_, csv) = sends(&robin, &format!("{own}/file"), &[("x", "")]);
    let pids: Vec<String> = csv
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|line| Some(line.split(',').nth(1)?.to_owned()))
        .collect();
    assert!(pids.len() > 3 && pids.iter().all(|pid| pid.len() >= 8), "pseudonyms: {csv}");
    let reported = [("invited", "20"), ("reached", "12"), ("declined", "2"), ("unsuitable", "1")];
    assert_eq!(sends(&robin, &format!("{own}/report"), &reported).0, 303);

    let wave = [
        ("name", "Zanzibar wave"),
        ("hub", "Saltby"),
        ("until-day", "31"),
        ("until-month", "12"),
        ("until-year", "2029"),
    ];
    assert_eq!(sends(&priya, "/invitations/new", &wave).0, 303);
    let form = read(&robin, "/practice/codes/new");
    let waves = between(&form, "name=\"wave\"", "</select>");
    let wave = waves.split("value=\"").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
    let practice = between(&form, "name=\"practice\" value=\"", "\"");
    let fields = [("wave", wave.expect("one")), ("practice", &practice), ("size", "40")];
    let (_, csv) = sends(&robin, "/practice/codes/new", &fields);
    let codes: Vec<String> = csv
        .lines()
        .filter_map(|line| line.split(',').next())
        .filter(|code| care::invitation::Code::parse(code).is_ok())
        .map(str::to_owned)
        .collect();
    assert_eq!(codes.len(), 40, "{csv}");

    // What an analyst does with one person's pseudonym, well and badly.
    let run = one(&until(&ana, "/match-runs", "Done"), "/match-runs/");
    let asked = [("pid", pids[0].as_str()), ("purpose", "Quenby Zanzibar asked why")];
    let (status, page) = sends(&ana, &format!("{run}/person"), &asked);
    assert!(status == 200 && page.contains("What one person was offered"), "{page}");
    for (path, fields) in [
        (format!("{run}/person"), [("pid", "Quenby Zanzibar"), ("purpose", "x")]),
        (format!("{run}/rows"), [("purpose", "Quenby Zanzibar"), ("format", "csv")]),
        (format!("{run}/hub"), [("venue", pids[0].as_str()), ("radius", "x")]),
        (format!("{run}/places"), [("weeks", "4"), ("pid", pids[0].as_str())]),
        (format!("/match-runs/{}", pids[0]), [("pid", pids[0].as_str()), ("code", codes[0].as_str())]),
    ] {
        let (status, _) = sends(&ana, &path, &fields);
        assert!([200, 303, 404, 405, 422].contains(&status), "{path}: {status}");
    }
    for path in
        [format!("/{}", pids[0]), format!("/find?q={}", pids[1]), format!("/practice/codes/{}", codes[0])]
    {
        assert!(ana.ask("GET", &path, "").is_some(), "{path}");
    }
    assert_eq!(sends(&ana, "/search", &[("words", "Quenby Zanzibar")]).0, 200);
    let release = one(&until(&ian, "/releases", "Waits for a decision"), "/releases/");
    let mut fields: Vec<(&str, &str)> =
        ["purpose", "small", "before", "words"].map(|check| ("checks", check)).to_vec();
    fields.push(("decision", "release"));
    assert_eq!(sends(&ian, &format!("{release}/decide"), &fields).0, 303);
    let take = format!("{}/take", release.replace("/releases/", "/figures/"));
    assert_eq!(sends(&priya, &take, &[("format", "csv"), ("purpose", "Quenby Zanzibar")]).0, 200);
    let roles = ["Hub organiser", "Evaluator", "Service manager", "System administrator", "Clinician"];
    let others = roles.map(somebody);
    let pages: usize = [&ana, &priya, &robin, &ian].into_iter().chain(&others).map(walks).sum();
    assert!(pages > 200, "{pages} pages of all rooms");

    // A bad day: files that hold pseudonyms are broken, and whoever asks for them hears that it was our fault.
    let broken = files(&data.join("worklists"), "list.parquet");
    assert!(!broken.is_empty(), "there are lists");
    for file in broken {
        std::fs::write(file, format!("PAR1{}", pids.join("\n"))).expect("written");
    }
    assert_eq!(sends(&robin, &format!("{own}/file"), &[("x", "")]).0, 500);
    for file in files(&data.join("match-runs"), "services.parquet") {
        std::fs::write(file, format!("PAR1{}", pids.join("\n"))).expect("written");
    }
    assert_eq!(ana.ask("GET", &format!("{run}/hub"), "").expect("an answer").status, 500);

    let stop = Command::new("kill").arg(program.0.id().to_string()).status().expect("told");
    assert!(stop.success() && program.0.wait().expect("ended").success());
    let log = std::fs::read_to_string(here.join("log")).expect("a log");
    assert!(log.matches("a page could not be made").count() >= 2, "what went wrong is written down: {log}");
    let names = ["Robin Achebe", "Quenby", "Zanzibar"].map(str::to_owned);
    for canary in pids.iter().chain(&codes).chain(&names) {
        assert!(!log.contains(canary.as_str()), "the log says {canary}: {log}");
        assert!(!log.contains(&canary.replace('-', "")), "the log says {canary}: {log}");
    }
}
