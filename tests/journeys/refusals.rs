//! What cannot be used is refused with a status and one clear sentence, in little memory, and nothing is half done.

use std::fs;
use std::path::Path;

use crate::support::meres::{county, files, say};

/// Runs `meres match` on a population and gives status and message.
fn refused(folder: &Path, population: &str, status: i32, why: &str) {
    let line = format!("match --population {population} --services county/services.csv --out out");
    let said = say(folder, &line);
    assert_eq!(said.status, status, "{line}\n{}", said.err);
    assert!(said.err.contains(why), "{}\nshould say: {why}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let written = files(&folder.join("out"));
    assert!(written.is_empty() || written == ["problems.csv"], "{written:?}");
}

/// The county's people as CSV with some lines changed.
fn people_csv(folder: &Path, change: impl Fn(usize, &str) -> String) -> String {
    let names = planning::population::PEOPLE_COLUMNS.map(|c| c.name).join(",");
    let ordinary = planning::population::PEOPLE_COLUMNS.map(|c| match c.name {
        "birth_year" => "1950",
        "c_oa" => "1",
        "easting" => "580000",
        "northing" => "545000",
        "imd" => "3",
        "last_activity" => "2026-01-01",
        _ => "0",
    });
    let rows = (0..300).map(|n| {
        let mut cells = ordinary.map(str::to_owned);
        cells[0] = format!("p{n}");
        change(n, &cells.join(","))
    });
    let text = format!("{names}\n{}\n", rows.collect::<Vec<_>>().join("\n"));
    fs::write(folder.join("people.csv"), &text).expect("written");
    text
}

#[test]
fn files_that_are_no_extract_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);

    refused(here, "nowhere.csv", 3, "there is no such file");

    // A gigabyte of nothing, and a gigabyte of text that is no table: neither is read to its end.
    fs::File::create(here.join("huge")).and_then(|f| f.set_len(1 << 30)).expect("a file");
    refused(here, "huge", 3, "NUL byte");
    fs::write(here.join("words.csv"), "so it goes\n".repeat(100_000)).expect("written");
    refused(here, "words.csv", 3, "columns are missing: pid, birth_year");

    let whole = fs::read(here.join("county/population.parquet")).expect("read");
    fs::write(here.join("cut.parquet"), &whole[..whole.len() / 2]).expect("written");
    refused(here, "cut.parquet", 3, "cut short or damaged");
    let mut damaged = whole.clone();
    for at in (64..whole.len() / 2).step_by(97) {
        damaged[at] ^= 0x5A;
    }
    fs::write(here.join("damaged.parquet"), &damaged).expect("written");
    refused(here, "damaged.parquet", 3, "damaged");

    people_csv(here, |_, row| row.to_owned());
    let text = fs::read_to_string(here.join("people.csv")).expect("read");
    fs::write(here.join("nobody.csv"), text.lines().next().expect("a heading")).expect("written");
    refused(here, "nobody.csv", 3, "the extract holds no rows");
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(here.join("utf16.csv"), utf16).expect("written");
    refused(here, "utf16.csv", 3, "UTF-16");
    fs::write(
        here.join("latin.csv"),
        text.replacen("p7,", "\u{E9},", 1).chars().map(|c| c as u8).collect::<Vec<_>>(),
    )
    .expect("written");
    refused(here, "latin.csv", 3, "line 9 is not UTF-8");
    fs::write(here.join("nul.csv"), text.replacen("p7,", "p\u{0}7,", 1)).expect("written");
    refused(here, "nul.csv", 3, "line 9 holds a NUL byte");
    fs::write(here.join("quote.csv"), text.replacen("p7,", "\"p7,", 1)).expect("written");
    refused(here, "quote.csv", 3, "line 9 is never closed");
    fs::write(here.join("wide.csv"), format!("{}\n", vec!["c"; 20_000].join(","))).expect("written");
    refused(here, "wide.csv", 3, "more than 4096 columns");
    fs::write(here.join("short.csv"), text.replacen("imd,", "", 1)).expect("written");
    refused(here, "short.csv", 3, "this column is missing: imd");
}

#[test]
fn bad_rows_are_listed_without_their_values_and_too_many_refuse_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);
    people_csv(here, |n, row| match n {
        10 => row.replace("1950", "2090"),
        20 => row.replace("1950", "SECRET"),
        _ => row.to_owned(),
    });
    let line = "match --population people.csv --services county/services.csv --out out";
    let said = say(here, line);
    assert_eq!(said.status, 0, "{}", said.err);
    let problems = fs::read_to_string(here.join("out/problems.csv")).expect("problems");
    assert_eq!(
        problems,
        "file,line,column,expected\n\
         people.csv,12,birth_year,a year from 1880 to the index date's\n\
         people.csv,22,birth_year,a year from 1880 to the index date's\n"
    );

    people_csv(here, |n, row| if n < 4 { row.replace("1950", "SECRET") } else { row.to_owned() });
    fs::remove_dir_all(here.join("out")).expect("removed");
    let said = say(here, line);
    assert_eq!(said.status, 3);
    assert!(said.err.contains("4 of 300 rows cannot be used, which is more than 1 %"), "{}", said.err);
    assert!(!said.err.contains("SECRET") && !said.out.contains("SECRET"));
    assert_eq!(files(&here.join("out")), ["problems.csv"]);
    let said = say(here, &format!("{line} --max-problems 2"));
    assert_eq!(said.status, 0, "{}", said.err);
    for file in files(&here.join("out")) {
        let text =
            String::from_utf8_lossy(&fs::read(here.join("out").join(&file)).expect("read")).into_owned();
        assert!(!text.contains("SECRET"), "{file}");
    }
}

#[test]
fn wrong_usage_and_wrong_definitions_say_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);
    let base = "match --population county/population.parquet --services county/services.csv --out out";
    fs::write(here.join("rules.toml"), "format = 1\nname = 1\n").expect("written");
    fs::write(here.join("lists.toml"), include_str!("../../examples/synthea/cohort.toml")).expect("written");
    for (line, status, why) in [
        ("match", 2, "--population"),
        ("match --population a --services b --out c --threads 0", 2, "--threads"),
        ("match --population a --services b --out c --venue 1 --radius 2 --stands 3", 2, "EASTING,NORTHING"),
        ("match --population a --services b --out c --venue 500000,300000", 2, "--radius"),
        ("match --population a --services b --out c --max-problems 101", 2, "0 to 100"),
        (&format!("{base} --rules rules.toml"), 3, "rules.toml, line 2"),
        (&format!("{base} --rules nowhere.toml"), 3, "there is no such file"),
        (&format!("{base} --cohort lists.toml"), 2, "needs --events"),
    ] {
        let said = say(here, line);
        assert_eq!(said.status, status, "{line}\n{}", said.err);
        assert!(said.err.contains(why), "{line}\n{}\nshould say: {why}", said.err);
    }
    assert!(!here.join("out").exists());
}

#[test]
fn what_cannot_be_written_is_status_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    county(here, 500);
    fs::write(here.join("taken"), "a file where a folder should be").expect("written");
    let line = "match --population county/population.parquet --services county/services.csv --out taken";
    let said = say(here, line);
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(said.err.contains("taken"), "{}", said.err);
}
