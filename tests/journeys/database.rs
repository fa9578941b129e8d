//! Where things are kept, and whether what was done is what the log says.

use std::fs;
use std::path::Path;

use testbed::{APPLICATION, OWNER};

use crate::support::data_folder::{contents, meddle};
use crate::support::feed::{service, write};
use crate::support::meres::{Said, done, say};

/// A feed of one class, under a name of its own.
fn feed(here: &Path, name: &str) {
    write(&here.join(format!("{name}.json")), &[service(name, "Chair yoga", "NG31 7AA")]);
}

#[track_caller]
fn refused(said: &Said, why: &str) {
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains(why), "{}", said.err);
}

/// Makes a key and gives its public half.
fn key(here: &Path, name: &str) -> String {
    let made = done(here, &format!("audit key {name}"));
    let public = made.out.lines().find_map(|line| line.strip_prefix("Its public half: "));
    public.expect("a public half").to_owned()
}

#[test]
fn the_log_is_followed_and_what_was_signed_cannot_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    feed(here, "one");
    feed(here, "two");
    done(here, "import directory one.json --data data");
    let sound = done(here, "verify-audit --data data").out;
    assert!(sound.contains("1 row in 1 chain followed, 0 checkpoints compared"), "{sound}");
    assert!(sound.contains("Every row is what was written."), "{sound}");
    let public = key(here, "audit-key");
    let again = say(here, "audit key audit-key");
    refused(&again, "audit-key");
    done(here, "audit checkpoint --data data --key audit-key --to seen.txt");

    done(here, "import directory two.json --data data");
    done(here, "audit checkpoint --data data --key audit-key --to seen.txt");
    let with =
        |seen: &str, key: &str| format!("verify-audit --data data --checkpoints {seen} --public-key {key}");
    let sound = done(here, &with("seen.txt", &public)).out;
    assert!(sound.contains("2 rows in 1 chain followed, 2 checkpoints compared"), "{sound}");

    let another = key(here, "another-key");
    refused(&say(here, &with("seen.txt", &another)), "line 1: this checkpoint was not signed with that key");
    let changed =
        fs::read_to_string(here.join("seen.txt")).expect("read").replacen("chain 1 1", "chain 1 2", 1);
    fs::write(here.join("changed.txt"), changed).expect("written");
    refused(&say(here, &with("changed.txt", &public)), "not signed with that key, or was changed since");
    assert_eq!(say(here, "verify-audit --data data --checkpoints seen.txt").status, 2, "which key?");
}

#[test]
fn a_log_that_was_changed_or_put_back_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    if testbed::url(here).is_some() {
        // It changes the file of the embedded database.
        return;
    }
    feed(here, "one");
    feed(here, "two");
    done(here, "import directory one.json --data data");
    let before = contents(&here.join("data"));
    done(here, "import directory two.json --data data");
    let public = key(here, "audit-key");
    done(here, "audit checkpoint --data data --key audit-key --to seen.txt");

    // A copy from before the second import is sound in itself, and shorter than what was signed.
    for (file, bytes) in before {
        let place = here.join("old").join(file);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::write(place, bytes).expect("written");
    }
    done(here, "verify-audit --data old");
    let old = say(here, &format!("verify-audit --data old --checkpoints seen.txt --public-key {public}"));
    refused(&old, "the audit log is not what was written");
    assert!(old.out.contains("saw 2 rows, and there are fewer: the end was cut off"), "{}", old.out);

    meddle(&here.join("data"), "DROP TRIGGER audit_is_not_edited");
    meddle(&here.join("data"), "UPDATE audit SET actor = 'cli:another' WHERE seq = 1");
    let changed = say(here, "verify-audit --data data");
    refused(&changed, "the audit log is not what was written");
    assert!(changed.out.contains("chain 1, row 1: is not what was written"), "{}", changed.out);
}

#[test]
fn a_data_folder_belongs_to_one_database() {
    let Some(postgres) = testbed::empty("journey") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let (owner, application) = (postgres.url(OWNER), postgres.url(APPLICATION));
    feed(here, "one");
    let line = format!("import directory one.json --data there --database-url {application}");
    refused(&say(here, &line), "meres migrate --database-url OWNER_URL");
    refused(
        &say(here, &format!("migrate --database-url {owner} --role nobody_here")),
        "CREATE ROLE nobody_here",
    );
    let made = done(here, &format!("migrate --database-url {owner}")).out;
    assert!(made.contains("The tables are up to date, and meres_app may use them."), "{made}");
    done(here, &line);
    assert!(!here.join("there/meres.db").exists());
    done(here, &format!("verify-audit --data there --database-url {application}"));
    done(here, &format!("export services --data there --database-url {application} --out services.csv"));
    // On the run for PostgreSQL, every folder has an address from the environment.
    if testbed::url(here).is_none() {
        refused(&say(here, "export services --data there --out x.csv"), "belongs to a PostgreSQL");
        done(here, "import directory one.json --data own");
    }
    let as_owner = format!("export services --data there --database-url {owner} --out x.csv");
    refused(&say(here, &as_owner), "owns the tables");
    if here.join("own").exists() {
        let both = format!("export services --data own --database-url {application} --out x.csv");
        refused(&say(here, &both), "this folder has a database of its own");
    }
}

#[test]
fn an_address_in_the_environment_troubles_no_command_that_keeps_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 300 --out county --no-serve");
    let matched = std::process::Command::new(crate::support::meres::binary())
        .args(["match", "--population", "county/population.parquet", "--services", "county/services.csv"])
        .args(["--rows-only", "--out", "result"])
        .env("MERES_DATABASE_URL", "postgres://meres_app@127.0.0.1:1/meres")
        .current_dir(here)
        .output()
        .expect("meres runs");
    assert!(matched.status.success(), "{}", String::from_utf8_lossy(&matched.stderr));
}
