//! The program that serves: how it begins and ends, over HTTPS, behind a proxy, as a demonstration, and whom it refuses.

use std::process::Command;

use testbed::{APPLICATION, OWNER};

use crate::support::caller::Caller;
use crate::support::feed::{service, write};
use crate::support::meres::{Said, binary, done, say};
use crate::support::site::{Ended, host, served, started};

/// What a page says, asked for as plainly as can be.
fn fetched(host: &str, path: &str) -> String {
    let heard = Caller::stranger(host).ask("GET", path, "").expect("an answer");
    assert_eq!(heard.status, 200, "{path}: {}", heard.body);
    heard.body
}

#[test]
fn the_program_serves_says_how_to_begin_and_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut program, said) = served(folder.path(), "data", testbed::url(&folder.path().join("data")));
    let host = host(&said).to_owned();
    let ours = format!("http://{host}");
    let link = said.lines().find_map(|line| line.trim().strip_prefix(&ours)).expect("a link to begin with");
    assert!(link.starts_with("/link/"), "{said}");
    assert_eq!(fetched(&host, "/readyz"), "ready\n");
    assert!(fetched(&host, link).contains("Set up Meres"));
    let page = fetched(&host, "/sign-in");
    let styles = page.split_once("rel=\"stylesheet\" href=\"").and_then(|(_, rest)| rest.split_once('"'));
    assert!(fetched(&host, styles.expect("styles").0).contains(".nhsuk-button"));
    let stop = Command::new("kill").arg(program.id().to_string()).status().expect("told");
    assert!(stop.success());
    assert!(program.wait().expect("ended").success(), "it ends in order");
    // What is served to the world needs a proxy that speaks HTTPS.
    let open = Command::new(binary())
        .args(["serve", "--data", "another", "--listen", "0.0.0.0:0"])
        .current_dir(folder.path())
        .env_remove("MERES_DATABASE_URL")
        .output()
        .expect("ran");
    assert_eq!(open.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&open.stderr).contains("--trusted-proxy"));
}

#[test]
fn a_demonstration_never_touches_what_is_real() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("real")).expect("a folder");
    std::fs::write(folder.path().join("real/meres.db"), "somebody's").expect("a file");
    let line = "demo --people 2000 --services 200 --out out --data real --no-serve";
    let said = say(folder.path(), line);
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("name another with --data"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("real/meres.db")).expect("there"), "somebody's");
    let line = "demo --people 2000 --services 200 --out out --no-serve";
    done(folder.path(), line);
    let (mut program, said) = served(folder.path(), "out/data", None);
    assert!(fetched(host(&said), "/demo").contains("Sign in as Pat Holloway"));
    program.kill().expect("ended");
    program.wait().expect("ended");
}

#[test]
fn a_demonstration_stands_in_a_postgresql_of_its_own() {
    let (Some(invented), Some(real)) = (testbed::empty("invented"), testbed::empty("real")) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let refused = |said: &Said, why: &str| {
        assert_eq!(said.status, 3, "{}{}", said.out, said.err);
        assert!(said.err.contains(why), "{}", said.err);
    };
    let demo = |folder: &str, database: &testbed::Postgres| {
        let (owner, application) = (database.url(OWNER), database.url(APPLICATION));
        say(
            here,
            &format!(
                "demo --people 2000 --services 200 --out {folder} --no-serve --owner-database-url {owner} --database-url {application}"
            ),
        )
    };
    let made = demo("out", &invented);
    assert_eq!(made.status, 0, "{}{}", made.out, made.err);
    assert!(!here.join("out/data/meres.db").exists());
    let again = demo("out", &invented);
    assert_eq!(again.status, 0, "{}{}", again.out, again.err);
    let invented = invented.url(APPLICATION);
    let (program, said) = served(here, "out/data", Some(invented.clone()));
    let _program = Ended(program);
    assert!(fetched(host(&said), "/demo").contains("Sign in as Pat Holloway"));
    let said = done(here, &format!("verify-audit --data out/data --database-url {invented}")).out;
    assert!(said.contains("Every row is what was written."), "{said}");

    // What is real does not come into it, nor it into what is real.
    write(&here.join("one.json"), &[service("one", "Chair yoga", "NG31 7AA")]);
    let line = format!("import directory one.json --data mine --database-url {invented}");
    refused(&say(here, &line), "everything in this PostgreSQL is invented");
    done(here, &format!("migrate --database-url {}", real.url(OWNER)));
    done(here, &format!("import directory one.json --data mine --database-url {}", real.url(APPLICATION)));
    refused(&demo("other", &real), "holds something that the demonstration did not make");
    refused(&demo("out", &real), "holds something that the demonstration did not make");
}

#[test]
fn a_demonstration_can_be_made_again_with_another_county() {
    let folder = tempfile::tempdir().expect("a folder");
    for people in ["2,000", "3,000"] {
        let bare = people.replace(',', "");
        let line = format!("demo --people {bare} --services 200 --listed 100 --out out --no-serve");
        let said = done(folder.path(), &line);
        assert!(said.err.contains(&format!("Keeping the population: {people} people")), "{}", said.err);
    }
}

#[test]
fn a_demonstration_is_filled_and_served_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = "demo --people 2000 --services 200 --out out --listen 127.0.0.1:0";
    let (program, said) = started(folder.path(), &words.split(' ').collect::<Vec<_>>(), None);
    let _program = Ended(program);
    assert!(said.contains("Choose whom to be at http://localhost:") && said.contains("/demo"), "{said}");
    assert!(fetched(host(&said), "/demo").contains("Sign in as Pat Holloway"));
    let mut ana = Caller::somebody(host(&said), "Analyst");
    let home = ana.ask("GET", "/", "").expect("a page");
    assert!(home.body.contains("Welcome, Anneka Lund"), "{}", home.body);
    ana.comes(&home);
    assert!(fetched(host(&said), "/find").contains("<h1>"), "and its directory is public");
}

#[test]
fn an_empty_folder_becomes_a_data_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("data")).expect("made");
    let (program, said) = served(folder.path(), "data", testbed::url(&folder.path().join("data")));
    let _program = Ended(program);
    assert!(said.contains("/link/"), "{said}");
    assert_eq!(fetched(host(&said), "/readyz"), "ready\n");
    assert!(folder.path().join("data/key").exists());
}

#[tokio::test]
async fn with_a_certificate_it_speaks_https_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("written");
    std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    let words = "serve --data data --listen 127.0.0.1:0 --tls-cert cert.pem --tls-key key.pem";
    let words: Vec<&str> = words.split(' ').collect();
    let (program, said) = started(folder.path(), &words, testbed::url(&folder.path().join("data")));
    let _program = Ended(program);
    let host = host(&said);
    assert!(said.contains(&format!("  https://{host}/link/")), "the link leads there: {said}");
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).expect("a certificate");
    let client = reqwest::Client::builder().add_root_certificate(trusted).build().expect("a client");
    let answer = client.get(format!("https://{host}/sign-in")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let cookie = answer.headers()["set-cookie"].to_str().expect("a text");
    assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");
    assert!(client.get(format!("http://{host}/sign-in")).send().await.is_err());
    let strange = reqwest::Client::new().get(format!("https://{host}/sign-in")).send().await;
    assert!(strange.is_err(), "whoever does not trust the certificate is not talked out of it");
}

/// Tries a wrong password from so many networks, one after the other, as a proxy would say; how often it was looked at.
fn looked_at(host: &str, email: &str, networks: impl Iterator<Item = u8>) -> usize {
    let mut caller = Caller::stranger(host);
    let page = caller.ask("GET", "/sign-in", "").expect("a page");
    caller.comes(&page);
    let mut looked = 0;
    for network in networks {
        caller.forwarded = Some(format!("198.51.{network}.7"));
        let form = format!("email={email}%40example.org&password=three+plain+words");
        let heard = caller.ask("POST", "/sign-in", &form).expect("an answer");
        assert!([422, 429].contains(&heard.status), "{}", heard.body);
        looked += usize::from(heard.status == 422);
    }
    looked
}

#[test]
fn where_somebody_comes_from_is_taken_from_a_trusted_proxy_alone() {
    for (trusted, of_many_networks) in [("127.0.0.1/32", 13), ("10.0.0.0/8", 10)] {
        let folder = tempfile::tempdir().expect("a folder");
        let words = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--trusted-proxy", trusted];
        let (program, said) = started(folder.path(), &words, testbed::url(&folder.path().join("data")));
        let _program = Ended(program);
        let host = host(&said);
        // One network may try ten times. Thirteen are thirteen where the proxy is believed, and otherwise one.
        assert_eq!(looked_at(host, "bo", 0..13), of_many_networks, "trusting {trusted}");
        assert_eq!(looked_at(host, "cy", std::iter::repeat_n(99, 13)), 10, "trusting {trusted}");
    }
}

#[test]
fn nobody_serves_or_works_as_the_owner_of_the_tables() {
    let Some(postgres) = testbed::empty("owner") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let (owner, application) = (postgres.url(OWNER), postgres.url(APPLICATION));
    done(here, &format!("migrate --database-url {owner}"));
    write(&here.join("one.json"), &[service("1", "Chair yoga", "NG31 7AA")]);
    done(here, &format!("import directory one.json --data there --database-url {application}"));
    for line in
        ["worker --data there --address https://meres.example", "serve --data there --listen 127.0.0.1:0"]
    {
        let said = say(here, &format!("{line} --database-url {owner}"));
        assert_eq!(said.status, 3, "{line}: {}{}", said.out, said.err);
        assert!(said.err.contains("owns the tables"), "{line}: {}", said.err);
        assert!(!said.out.contains("stop with Ctrl+C"), "{line}: {}", said.out);
    }
}
