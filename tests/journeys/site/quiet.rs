//! The log of a server, over everything that could be said in it: it names nobody and lets nobody in.

use std::fs::File;
use std::process::Command;

use crate::support::caller::{Caller, between};
use crate::support::data_folder::meddle;
use crate::support::site::{Ended, host, started_to};

/// Nobody who is invited is written down.
const FULL: &str = "CREATE TRIGGER audit_is_full BEFORE INSERT ON audit WHEN NEW.action = 'account.rename' \
                    BEGIN SELECT RAISE(ABORT, 'no room'); END";
/// The same words in PostgreSQL.
const FULL_THERE: &str = "CREATE FUNCTION audit_is_full() RETURNS trigger LANGUAGE plpgsql AS \
                          $$ BEGIN RAISE EXCEPTION 'no room'; END; $$; \
                          CREATE TRIGGER audit_is_full BEFORE INSERT ON audit FOR EACH ROW \
                          WHEN (NEW.action = 'account.rename') EXECUTE FUNCTION audit_is_full()";

#[test]
fn the_log_of_a_server_names_nobody_and_lets_nobody_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let log = File::create(here.join("log")).expect("a file");
    // Nobody takes letters at this port: that goes wrong as well.
    let words = "serve --data data --listen 127.0.0.1:0 --smtp-host 127.0.0.1 --smtp-port 9 --smtp-security none \
                 --mail-from meres@example.org";
    let words: Vec<&str> = words.split_whitespace().collect();
    let (program, said) = started_to(log.into(), here, &words, testbed::url(&data));
    let mut program = Ended(program);
    let link = said.lines().find(|line| line.contains("/link/")).expect("a link").trim().to_owned();
    let ann = Caller::administrator(host(&said), &link);
    let mut canaries = vec![
        link.rsplit('/').next().expect("a token").to_owned(),
        "three plain words".to_owned(),
        "ann@example.org".to_owned(),
        "Ann Admin".to_owned(),
    ];

    // Invited by hand and by letter; she comes, mistypes, is refused, and looks for what is not there.
    let page = ann.ask("GET", "/accounts/invite", "").expect("a page").body;
    let organisation =
        between(&between(&page, "<option value=\"\"></option>", "</select>"), "value=\"", "\"");
    let invited = |name: &str, email: &str, way: &str| {
        let form = format!("name={name}&email={email}&organisation={organisation}&role=volunteer&way={way}");
        ann.ask("POST", "/accounts/invite", &form).expect("an answer")
    };
    let heard = invited("Quenby+Zanzibar", "quenby%40canary.example", "hand");
    let link = between(&heard.body, "/link/", "<");
    assert_eq!(invited("Orlando+Zanzibar", "orlando%40canary.example", "letter").status, 303);
    let mut quenby = Caller::stranger(&ann.host);
    let path = format!("/link/{link}");
    let page = quenby.ask("GET", &path, "").expect("a page");
    quenby.comes(&page);
    let heard = quenby.ask("POST", &path, "name=Quenby+Zanzibar&password=short").expect("an answer");
    assert_eq!(heard.status, 422);
    let form = "name=Quenby+Zanzibar&password=kumquat+kumquat+kumquat";
    let heard = quenby.ask("POST", &path, form).expect("an answer");
    assert_eq!(heard.status, 303, "{}", heard.body);
    quenby.comes(&heard);
    let page = quenby.ask("GET", "/sign-in/set-up", "").expect("a page");
    canaries.push(between(&page.body, "class=\"meres-secret\">", "<"));
    let mut stranger = Caller::stranger(&ann.host);
    let page = stranger.ask("GET", "/sign-in", "").expect("a page");
    stranger.comes(&page);
    for (path, form, status) in [
        ("/sign-in", "email=quenby%40canary.example&password=kumquat+kumquat", 422),
        ("/sign-in", "email=quenby%40canary.example&password=kumquat+kumquat+kumquat", 303),
        ("/sign-in", "email=%00quenby%40canary.example&password=kumquat", 400),
    ] {
        assert_eq!(stranger.ask("POST", path, form).expect("an answer").status, status, "{form}");
    }
    for path in ["/accounts/quenby@canary.example", "/quenby-zanzibar?password=kumquat", &path] {
        let heard = stranger.ask("GET", path, "").expect("an answer");
        assert!([303, 404, 410].contains(&heard.status), "{path}: {}", heard.status);
    }
    assert_eq!(
        Caller::stranger(&ann.host).ask("POST", "/sign-in", "email=quenby").expect("an answer").status,
        403
    );
    assert_eq!(ann.ask("POST", "/search", "words=Quenby").expect("an answer").status, 200);

    // And a fault of ours, with her name in the form.
    match testbed::database(&data) {
        Some(server) => server.run(FULL_THERE),
        None => meddle(&data, FULL),
    }
    let heard = ann.ask("POST", "/me/name", "name=Quenby+Zanzibar").expect("an answer");
    assert_eq!(heard.status, 500, "{}", heard.body);

    canaries.extend([link, ann.token.clone(), quenby.token.clone()]);
    for caller in [&ann, &quenby, &stranger] {
        canaries.push(caller.cookie.split_once('=').expect("a cookie").1.to_owned());
    }
    canaries.extend(["Quenby", "Zanzibar", "Orlando", "canary.example", "kumquat"].map(str::to_owned));
    let stop = Command::new("kill").arg(program.0.id().to_string()).status().expect("told");
    assert!(stop.success() && program.0.wait().expect("ended").success());
    let log = std::fs::read_to_string(here.join("log")).expect("a log");
    assert!(log.contains("a page could not be made"), "what went wrong is written down: {log}");
    for canary in canaries {
        assert!(canary.len() > 4, "{canary}");
        assert!(!log.to_lowercase().contains(&canary.to_lowercase()), "the log says {canary}: {log}");
    }
}
