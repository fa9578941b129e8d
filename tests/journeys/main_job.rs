//! The main job from end to end: an extract and a list of support go in; matches, gaps, a shortlist and a report come
//! out, and no count about people leaves but by the gate.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::meres::{county, done, files, run, say, summary};

#[test]
fn a_match_writes_rows_summary_problems_and_report() {
    let folder = tempfile::tempdir().expect("a folder");
    county(folder.path(), 3_000);
    let said = done(
        folder.path(),
        "match --population county/population.parquet --services county/services.csv --out out --format csv",
    );
    assert!(said.out.contains("adults with joint or back pain"), "{}", said.out);
    let out = folder.path().join("out");
    assert_eq!(files(&out), ["matches.csv", "problems.csv", "report.html", "summary.json"]);

    let matches = fs::read_to_string(out.join("matches.csv")).expect("rows");
    assert_eq!(matches.lines().next(), Some("pid,rank,sid,score,d,reasons"));
    let summary = summary(&out);
    assert_eq!(summary["rows_read"]["population"], 3_000);
    assert_eq!(summary["rows_read"]["services"], 300);
    assert_eq!(summary["made_up"], true, "the invented people say so wherever they go");
    assert!(!said.err.contains("about"), "no count about people before the gate: {}", said.err);
    assert_eq!(summary["topics"].as_array().map(Vec::len), Some(16));
    only_rounded_counts(&summary);

    let again =
        "match --population county/population.parquet --services county/services.csv --out out --rows-only";
    done(folder.path(), again);
    assert_eq!(files(&out), ["matches.parquet", "problems.csv", "summary.json"], "one run, one answer");
}

/// Every count about people is a multiple of 5 above 7, or a text; zero only where nobody could be meant.
fn only_rounded_counts(summary: &Value) {
    let mut seen = 0;
    let mut stack = vec![(String::new(), summary)];
    while let Some((path, value)) = stack.pop() {
        match value {
            Value::Object(fields) => stack.extend(fields.iter().map(|(k, v)| (format!("{path}/{k}"), v))),
            Value::Array(items) => stack.extend(items.iter().map(|v| (path.clone(), v))),
            Value::Number(number) => {
                let about_people =
                    ["people", "remaining", "removed", "not_known", "cohort", "need", "unmet", "uncovered"];
                let last = path.rsplit('/').next().unwrap_or_default();
                if about_people.contains(&last) || last.starts_with("people_") {
                    let number = number.as_u64().expect("a count");
                    assert!(number.is_multiple_of(5) && (number == 0 || number > 7), "{path}: {number}");
                    seen += 1;
                }
            }
            _ => {}
        }
    }
    assert!(seen > 50, "the summary has counts about people: {seen}");
}

#[test]
fn an_invitation_writes_a_shortlist() {
    let folder = tempfile::tempdir().expect("a folder");
    county(folder.path(), 20_000);
    let place = summary(&folder.path().join("county"))["shortlist"].clone();
    let venue = format!("{},{}", place["easting"], place["northing"]);
    let invite = |more: &[&str]| {
        let mut line =
            vec!["invite", "--population", "county/population.parquet", "--services", "county/services.csv"];
        line.extend(["--venue", &venue, "--radius", "10000", "--stands", "5", "--out", "hub"]);
        line.extend(more);
        run(folder.path(), &line)
    };
    let said = invite(&[]);
    assert_eq!(said.status, 0, "{}", said.err);
    let hub = folder.path().join("hub");
    assert_eq!(files(&hub), ["problems.csv", "report.html", "shortlist.csv", "summary.json"]);
    let rows = fs::read_to_string(hub.join("shortlist.csv")).expect("a shortlist");
    assert_eq!(rows.lines().next(), Some("order,provider,name,services,forced,gain,adds"));
    assert!((2..=6).contains(&rows.lines().count()), "{rows}");
    let first = rows.lines().nth(1).and_then(|l| l.split(',').nth(1)).expect("a provider").to_owned();

    let said = invite(&["--force-out", &first, "--force-in", "0,1"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let chosen = summary(&hub)["shortlist"]["invited"].clone();
    let providers: Vec<&str> =
        chosen.as_array().expect("a list").iter().filter_map(|p| p["provider"].as_str()).collect();
    assert!(!providers.contains(&first.as_str()) || ["0", "1"].contains(&first.as_str()), "{providers:?}");
    assert_eq!(providers[..2], ["0", "1"]);

    for (more, why) in [
        (&["--force-in", "nobody"][..], "no service is of a provider with the name or identifier nobody"),
        (&["--force-in", "0", "--force-out", "0"], "forced in and forced out"),
        (&["--force-in", "0,1,2,3,4,5"], "6 providers are forced in, but there are 5 stands"),
        (&["--at-least", "knees=1"], "no topic is called knees"),
        (&["--at-least", "pain=6"], "6 stands are needed; there are 5"),
        (&["--at-least", "pain=1,pain=2"], "pain has two minimums"),
        (&["--budget", "10"], "--costs"),
    ] {
        let said = invite(more);
        assert_eq!(said.status, 2, "{}", said.err);
        assert!(said.err.contains(why), "{}", said.err);
    }

    // Ten providers whose cost is known, at £10 each: two of them, and nobody whose cost is not known.
    let costs: Vec<String> = (0..10).map(|provider| format!("{provider},1000\n")).collect();
    let costs = costs.concat();
    fs::write(folder.path().join("costs.csv"), format!("provider,pence\n{costs}")).expect("written");
    let said = invite(&["--costs", "costs.csv", "--budget", "29.99"]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.contains("of £29.99."), "{}", said.out);
    let list = summary(&hub)["shortlist"].clone();
    assert!(list["cost"].as_u64().is_some_and(|pence| pence <= 2_000), "{list}");
    assert!(list["cost_not_known"].as_u64().is_some_and(|left_out| left_out > 0), "{list}");
    let rows = fs::read_to_string(hub.join("shortlist.csv")).expect("a shortlist");
    assert_eq!(rows.lines().next(), Some("order,provider,name,services,forced,gain,adds,pence"));
    assert!(rows.lines().skip(1).all(|row| row.ends_with(",1000")), "{rows}");

    fs::write(folder.path().join("costs.csv"), "provider,pence\n0,1000\n1,ten\n").expect("written");
    let said = invite(&["--costs", "costs.csv"]);
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("line 3: column pence"), "{}", said.err);
}

#[test]
fn an_explanation_reads_and_writes_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    county(folder.path(), 500);
    let said = done(
        folder.path(),
        "match --population county/population.parquet --services county/services.csv --out out --explain",
    );
    assert!(said.out.contains("birth_year") && said.out.contains("Nothing was written."), "{}", said.out);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn the_same_seed_gives_the_same_county_and_another_gives_another() {
    let folder = tempfile::tempdir().expect("a folder");
    for (seed, out) in [(1, "a"), (1, "b"), (2, "c")] {
        done(
            folder.path(),
            &format!("demo --people 2000 --services 200 --seed {seed} --out {out} --no-serve"),
        );
    }
    let bytes = |out: &str, file: &str| fs::read(folder.path().join(out).join(file)).expect("a file");
    for file in ["population.parquet", "services.csv", "matches.parquet", "summary.json"] {
        assert_eq!(bytes("a", file), bytes("b", file), "{file}");
        assert_ne!(bytes("a", file), bytes("c", file), "{file}");
    }
}

#[test]
fn a_demonstration_has_places_a_directory_of_two_sources_and_a_library_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let sources = || done(here, "directory sources --data out/data").out;
    done(here, "demo --people 500 --services 50 --out out --no-serve");
    let once = sources();
    assert!(once.contains("Quernshire Community Directory"), "{once}");
    assert!(once.contains("Quernshire Voluntary Alliance"), "{once}");
    assert!(done(here, "directory duplicates --data out/data").out.contains(" & "));
    done(here, "demo --people 500 --services 50 --out out --no-serve");
    assert_eq!(sources(), once, "the same again changes nothing");
    done(here, "demo --people 500 --services 50 --listed 1000 --out out --no-serve");
    let more = sources();
    assert!(more.lines().count() == once.lines().count() && more != once, "{more}");
}

#[test]
fn the_doctor_finds_everything_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = done(folder.path(), "doctor");
    assert!(said.out.ends_with("Everything is in order.\n"), "{}", said.out);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn the_doctor_finds_what_is_wrong_with_a_site_and_says_what_mends_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    fs::write(folder.path().join("site.toml"), "data = \"data\"\nlisten = \"0.0.0.0:80\"\n")
        .expect("written");
    let said = done(folder.path(), "doctor --config site.toml");
    assert!(said.out.contains("there is no such data folder yet"), "{}", said.out);
    done(folder.path(), "demo --no-serve --people 500 --services 20 --out out --data=data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("opened to others");
    let before = files(&data);
    let said = say(folder.path(), "doctor --config site.toml");
    assert_eq!(said.status, 3, "{}", said.err);
    for expected in [
        "  look  the data folder data is its owner's alone\n        others on this machine can look inside: chmod 700",
        "  ok    the key belongs to the database",
        "  wrong --listen: without --tls-cert or --trusted-proxy",
        "  ok    letters can be carried",
        "  look  checkpoints of the audit log are made",
    ] {
        assert!(said.out.contains(expected), "{expected}\n{}", said.out);
    }
    assert_eq!(files(&data), before, "it only looks");
    // Another key than the database's own.
    let key = fs::read_to_string(data.join("key")).expect("a key");
    let other: String = key.chars().map(|c| if c == '0' { '1' } else { c }).collect();
    fs::write(data.join("key"), other).expect("written");
    let said = say(folder.path(), "doctor --data=data");
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(
        said.out.contains("  wrong this key is not the one that this database belongs to"),
        "{}",
        said.out
    );
}

#[test]
fn what_meres_makes_is_its_owners_alone_and_the_doctor_finds_what_is_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    // A folder that was there before, in which everybody may look.
    fs::create_dir(&data).expect("made");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("opened to others");
    crate::support::extract::people(here, &["E01026317".to_owned()], 200, 5);
    let services =
        ["NG31 7AA", "??"].map(|postcode| crate::support::feed::service("one", "Chair yoga", postcode));
    crate::support::feed::write(&here.join("list.json"), &services);
    done(here, "import directory list.json --data=data");
    done(
        here,
        "import population people.csv --mapping mapping.toml --name county --purpose Test --data=data",
    );
    let (mut server, _) = crate::support::site::started(
        here,
        &["serve", "--data=data", "--listen=127.0.0.1:0", "--mail-file=data/letters.txt"],
        None,
    );
    let made = files(&data);
    assert!(made.contains(&"key".to_owned()) && made.contains(&"meres.db-wal".to_owned()), "{made:?}");
    for name in made {
        let rights = data.join(&name).metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(rights & 0o077, 0, "{name}: {rights:o}");
    }
    server.kill().expect("ended");
    server.wait().expect("ended");
    for name in ["smtp-password", "tls.key", "client"] {
        fs::write(here.join(name), "hush").expect("written");
        fs::set_permissions(here.join(name), fs::Permissions::from_mode(0o600)).expect("closed");
    }
    let site = "data = \"data\"\ntls-key = \"tls.key\"\n\
                database-url = \"postgres://meres_app:hush@127.0.0.1:9/meres\"\n[mail]\nsmtp-host = \"mail.example.org\"\n\
                from = \"m@example.org\"\nsmtp-user = \"m\"\nsmtp-password-file = \"smtp-password\"\n\
                [[identity-provider]]\nword = \"county\"\nname = \"County\"\nissuer = \"https://id.example.org\"\n\
                client-id = \"meres\"\nclient-secret-file = \"client\"\n";
    fs::write(here.join("site.toml"), site).expect("written");
    fs::set_permissions(here.join("site.toml"), fs::Permissions::from_mode(0o640)).expect("closed");
    let found = || say(here, "doctor --config site.toml").out;
    let said = found();
    assert!(
        said.contains("  ok    keys, passwords and what is kept can be read by their owner alone"),
        "{said}"
    );
    let secrets =
        ["smtp-password", "tls.key", "client", "site.toml", "data/meres.db", "data/key", "data/population"];
    for name in secrets {
        let (path, before) = (here.join(name), here.join(name).metadata().expect("there").permissions());
        fs::set_permissions(&path, fs::Permissions::from_mode(before.mode() | 0o044)).expect("opened");
        let said = found();
        let asked = if path.is_dir() { 700 } else { 600 };
        let mend = format!("{name} is a secret that others on this machine can read\n        chmod {asked} ");
        assert!(said.contains(&mend), "{name}\n{said}");
        fs::set_permissions(&path, before).expect("closed");
    }
}

/// The lines behind "Example:" in a command's help.
fn examples(folder: &Path, command: &str) -> Vec<String> {
    let help = done(folder, &format!("{command} --help")).out;
    let (_, example) = help.split_once("Example:").expect("an example in the help");
    let joined = example.replace('\n', " ");
    joined.split("meres ").map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_examples_of_the_help_work_as_printed() {
    for command in ["match", "invite", "demo", "doctor"] {
        let folder = tempfile::tempdir().expect("a folder");
        for line in examples(folder.path(), command) {
            let said = say(folder.path(), &line);
            assert_eq!(said.status, 0, "meres {line}\n{}", said.err);
        }
    }
}
