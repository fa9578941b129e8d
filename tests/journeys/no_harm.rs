//! Nothing that is read is written over, nothing that is somebody else's is removed, and a wrong name can be put right.

use std::fs;

use crate::support::data_folder::acts;
use crate::support::feed::{service, write};
use crate::support::meres::{county, done, say};

#[test]
fn results_are_not_written_over_what_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);
    fs::create_dir(here.join("in")).expect("a folder");
    fs::rename(here.join("county/population.parquet"), here.join("in/matches.parquet")).expect("moved");
    let before = fs::read(here.join("in/matches.parquet")).expect("read");
    let line = "match --population in/matches.parquet --services county/services.csv --out";
    let said = say(here, &format!("{line} in"));
    assert_eq!(
        (said.status, said.err.contains("is read, and would be written over")),
        (2, true),
        "{}",
        said.err
    );
    assert!(before == fs::read(here.join("in/matches.parquet")).expect("read"));
    // What somebody else left in the folder stays.
    fs::create_dir(here.join("out")).expect("a folder");
    fs::write(here.join("out/shortlist.csv"), "mine\n").expect("written");
    done(here, &format!("{line} out"));
    assert_eq!(fs::read_to_string(here.join("out/shortlist.csv")).expect("read"), "mine\n");
    // An earlier run's own rows in the other format go.
    done(here, &format!("{line} out --format csv"));
    assert!(!here.join("out/matches.parquet").exists() && here.join("out/matches.csv").exists());

    fs::write(here.join("list.json"), "[]").expect("written");
    for import in ["directory", "place", "resources"] {
        let said =
            say(here, &format!("import {import} list.json --data data --dry-run --problems list.json"));
        assert_eq!(said.status, 2, "{import}: {}", said.err);
    }
    let said = say(
        here,
        "import population in/matches.parquet --data data --purpose x --dry-run --problems in/matches.parquet",
    );
    assert_eq!(said.status, 2, "{}", said.err);
    assert!(before == fs::read(here.join("in/matches.parquet")).expect("read"));
}

#[test]
fn what_never_ends_is_not_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    for import in
        ["place /dev/zero", "resources /dev/zero", "population /dev/zero --purpose x", "directory /dev/zero"]
    {
        let said = say(folder.path(), &format!("import {import} --data data"));
        assert_eq!(
            (said.status, said.err.contains("no file") || said.err.contains("neither a file")),
            (3, true),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_data_folder_is_no_folder_for_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);
    write(&here.join("list.json"), &[service("1", "Tai Chi", "NG31 7AA")]);
    done(here, "import directory list.json --data data");
    let said =
        say(here, "match --population county/population.parquet --services county/services.csv --out data");
    assert_eq!(
        (said.status, said.err.contains("results want a folder of their own")),
        (2, true),
        "{}",
        said.err
    );
}

#[test]
fn a_source_under_a_wrong_name_is_seen_and_retired() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    write(&here.join("list.json"), &[service("1", "Tai Chi", "NG31 7AA"), service("2", "Walks", "NG31 7AA")]);
    done(here, "import directory list.json --data data --source Council");
    for bad in [["--source="].as_slice(), &["--source=  "], &["--source=a\u{1b}b"]] {
        let words = ["import", "directory", "list.json", "--data", "data"];
        let words: Vec<&str> = words.iter().chain(bad).copied().collect();
        let said = crate::support::meres::run(here, &words);
        assert_eq!(said.status, 2, "{}", said.err);
    }
    let said = done(here, "import directory list.json --data data --source Counsil");
    assert!(
        said.out.contains("Source: Counsil (a new source; those known before are Council)"),
        "{}",
        said.out
    );
    let said = done(here, "directory sources --data data");
    assert!(said.out.contains("Council: 1 organisation, 2 services, 2 sites; imported 2"), "{}", said.out);
    let said = say(here, "directory retire Council2 --data data");
    assert_eq!((said.status, said.err.contains("there are: Council, Counsil")), (3, true), "{}", said.err);
    let before = acts(&here.join("data"));
    let said = done(here, "directory retire Counsil --data data");
    assert!(said.out.contains("5 records of \"Counsil\" marked as gone"), "{}", said.out);
    assert_eq!(acts(&here.join("data")), before + 1);
    let said = done(here, "directory sources --data data");
    assert!(said.out.contains("Counsil: 0 organisations, 0 services, 0 sites"), "{}", said.out);
    let said = done(here, "import directory list.json --data data --source Counsil");
    assert!(said.out.contains("2 back again"), "{}", said.out);
}

#[test]
fn people_in_areas_that_nobody_knows_are_counted_aloud() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let places = "postcode,easting,northing,lsoa\nNG31 7AA,491500,336000,E01026317\n";
    fs::write(here.join("places.csv"), places).expect("written");
    done(here, "import place places.csv --data data");
    county(here, 500);
    let line = "match --data data --population county/population.parquet --services county/services.csv --out out --rows-only";
    done(here, line);
    let summary = fs::read_to_string(here.join("out/summary.json")).expect("a summary");
    assert!(summary.contains("that no file of the data folder has"), "{summary}");
}

#[test]
fn a_damaged_database_is_called_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let services: Vec<_> = (0..400).map(|n| service(&n.to_string(), "Tai Chi", "NG31 7AA")).collect();
    write(&here.join("list.json"), &services);
    // With its own database in the folder, on the run for PostgreSQL too.
    done(here, "import directory list.json --data=data");
    let file = here.join("data/meres.db");
    let mut bytes = fs::read(&file).expect("read");
    bytes.iter_mut().skip(40_000).step_by(3).for_each(|byte| *byte ^= 0x5A);
    fs::write(&file, bytes).expect("written");
    let said = say(here, "export directory --data=data --out feed.json");
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("damaged") && said.err.contains("restore"), "{}", said.err);
}
