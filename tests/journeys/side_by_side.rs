//! Two servers and two workers beside one another on one database: whoever signs in at one is in at both, what is to be done
//! later is done once, and whoever signs out is out everywhere.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::caller::{Caller, between};
use crate::support::data_folder::{count, rows};
use crate::support::meres::done;
use crate::support::site::{Ended, host, started};

/// Programs that share a data folder.
struct Programs(Vec<Ended>);

impl Programs {
    /// Starts one on the data folder that all of them share; gives what it said.
    fn start(&mut self, here: &Path, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        let (program, said) = started(here, &words, testbed::url(&here.join("data")));
        self.0.push(Ended(program));
        said
    }
}

const SERVE: &str = "serve --data data --listen 127.0.0.1:0 --no-jobs --mail-file letters.txt";
const WORK: &str = "worker --data data --mail-file letters.txt";
const INVITED: usize = 24;

/// How often a letter went to each address, once all jobs have ended.
fn letters(here: &Path) -> BTreeMap<String, usize> {
    let waiting = || {
        let sql =
            "SELECT COUNT(*) AS n FROM job WHERE kind = 'mail.invitation' AND state IN ('queued', 'running')";
        count(&here.join("data"), sql)
    };
    let begun = Instant::now();
    while waiting() > 0 {
        assert!(begun.elapsed() < Duration::from_mins(1), "{} jobs still wait", waiting());
        std::thread::sleep(Duration::from_millis(100));
    }
    let text = std::fs::read_to_string(here.join("letters.txt")).expect("letters");
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let letter: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        *found.entry(letter["to"].as_str().expect("to somebody").to_owned()).or_default() += 1;
    }
    found
}

#[test]
fn two_servers_and_two_workers_share_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let mut programs = Programs(Vec::new());
    let first = programs.start(here, SERVE);
    // Nobody has an account yet: each start makes the link anew.
    let second = programs.start(here, SERVE);
    let link = second.lines().find(|line| line.contains("/link/")).expect("a link").trim();
    let one = Caller::administrator(host(&first), link);
    let two = Caller { host: host(&second).to_owned(), ..one.clone() };
    for server in [&one, &two] {
        let page = server.ask("GET", "/me", "").expect("a page");
        assert!(page.status == 200 && page.body.contains("Ann Admin"), "{}", page.body);
    }

    // Queued at both, done by whichever worker comes first, once.
    for _ in 0..2 {
        programs.start(here, WORK);
    }
    let page = one.ask("GET", "/accounts/invite", "").expect("a page").body;
    let organisation =
        between(&between(&page, "<option value=\"\"></option>", "</select>"), "value=\"", "\"");
    for number in 0..INVITED {
        let server = [&one, &two][number % 2];
        let form = format!(
            "name=Guest+{number}&email=guest{number}%40example.org&organisation={organisation}&role=volunteer&way=letter"
        );
        assert_eq!(server.ask("POST", "/accounts/invite", &form).expect("an answer").status, 303);
    }
    let letters = letters(here);
    assert_eq!(letters.len(), INVITED, "{letters:?}");
    assert!(letters.values().all(|times| *times == 1), "{letters:?}");
    let data = here.join("data");
    let sql = "SELECT state, attempts FROM job WHERE kind = 'mail.invitation'";
    let jobs = rows(&data, sql, |row| (row.text("state").expect("one"), row.whole("attempts").expect("one")));
    assert!(jobs.len() == INVITED && jobs.iter().all(|job| *job == ("done".to_owned(), 1)), "{jobs:?}");

    // Out at the second, and so at the first.
    let now = Instant::now();
    assert_eq!(two.ask("POST", "/sign-out", "x=").expect("an answer").status, 303);
    for server in [&one, &two] {
        let page = server.ask("GET", "/me", "").expect("an answer");
        assert!(page.status == 303 && page.head.contains("/sign-in"), "{}", page.head);
    }
    assert!(now.elapsed() < Duration::from_secs(1), "{:?}", now.elapsed());

    drop(programs);
    let said = done(here, "verify-audit --data data").out;
    assert!(said.contains("Every row is what was written."), "{said}");
    if testbed::url(&data).is_some() {
        // A process writes a chain that nobody else writes just then.
        let chains = count(&data, "SELECT COUNT(DISTINCT chain) AS n FROM audit");
        assert!(chains >= 2, "two servers that write at once: {chains}");
    }
}

#[test]
fn a_worker_beside_a_database_of_its_own_folder_says_that_the_server_works_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    if testbed::url(&here.join("data")).is_some() {
        return;
    }
    let mut programs = Programs(Vec::new());
    programs.start(here, "serve --data data --listen 127.0.0.1:0 --no-jobs");
    let said = programs.start(here, "worker --data data");
    assert!(
        said.contains("its server does this work itself, unless it was started with --no-jobs"),
        "{said}"
    );
}
