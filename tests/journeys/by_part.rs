//! A nation in small: the parts of an extract one after the other say what all of them at once say, also when the program is
//! killed in the middle.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::extract;
use crate::support::meres::{binary, county, done, files, say};

pub(super) const PARTS: u64 = 6;
pub(super) const LINE: &str =
    "match --population parts --services county/services.csv --mapping mapping.toml --format csv";

/// A folder of parts, each with people of its own around an invented county, and its services.
pub(super) fn nation(here: &Path, people: u32) {
    county(here, 2_000);
    fs::create_dir(here.join("parts")).expect("made");
    let areas = ["E01999001", "E01999002", "E01999003"].map(str::to_owned);
    for part in 0..PARTS {
        extract::people(here, &areas, people, part);
        let text = fs::read_to_string(here.join("people.csv")).expect("people");
        let mut lines = text.lines();
        let mut placed = format!("{},easting,northing\n", lines.next().expect("a heading"));
        for (number, line) in (0_u64..).zip(lines) {
            let (east, north) = (number * 7_919 % 30_011, number * 104_729 % 29_989);
            writeln!(placed, "{part}{line},{},{}", 565_000 + east, 530_000 + north).expect("text");
        }
        fs::write(here.join(format!("parts/part-{part}.csv")), placed).expect("written");
    }
    let mapping = "format = 1\nabout = \"An invented nation\"\n\
                   absent = [\"county\", \"area\", \"practice\", \"imd\"]\n";
    fs::write(here.join("mapping.toml"), mapping).expect("written");
}

pub(super) fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The rows of a file, or of all files of a folder, in an order of their own.
fn rows(place: &Path) -> Vec<String> {
    let texts: Vec<String> = if place.is_dir() {
        files(place).iter().map(|name| text(&place.join(name))).collect()
    } else {
        vec![text(place)]
    };
    let mut rows: Vec<String> =
        texts.iter().flat_map(|text| text.lines().skip(1)).map(str::to_owned).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn parts_say_what_all_at_once_say_also_when_the_program_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    nation(here, 12_000);
    done(here, &format!("{LINE} --out once"));
    let said = done(here, &format!("{LINE} --out parted --by-part"));
    assert!(said.err.contains("6 of 6, part-5.csv, 12,000 rows"), "{}", said.err);
    let (once, parted) = (here.join("once"), here.join("parted"));
    assert_eq!(files(&parted), ["matches", "problems.csv", "report.html", "summary.json"]);
    assert!(text(&once.join("summary.json")).contains("\"shortlist\""));
    for file in ["summary.json", "report.html", "problems.csv"] {
        assert!(text(&once.join(file)) == text(&parted.join(file)), "{file} says something else");
    }
    let all = rows(&once.join("matches.csv"));
    assert!(all.len() > 20_000 && all == rows(&parted.join("matches")), "{} rows", all.len());

    // Killed when two parts are done.
    let killed = here.join("killed");
    let line = format!("{LINE} --out killed --by-part");
    let mut program = Command::new(binary())
        .args(line.split_whitespace())
        .current_dir(here)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("started");
    let begun = Instant::now();
    while !killed.join(".by-part/part-00001.json").exists() {
        assert!(begun.elapsed() < Duration::from_mins(2), "no part is done");
        std::thread::sleep(Duration::from_millis(1));
    }
    program.kill().expect("killed");
    program.wait().expect("ended");
    assert!(killed.join(".by-part").exists(), "it was killed before its end");
    assert!(!killed.join("summary.json").exists());
    let names = files(&killed.join("matches"));
    let finals: Vec<&String> = names.iter().filter(|name| !name.starts_with('.')).collect();
    assert!((2..=4).contains(&finals.len()), "{names:?}");
    for name in finals {
        let (there, whole) = (killed.join("matches").join(name), parted.join("matches").join(name));
        assert!(text(&there) == text(&whole), "{name} is there by half");
    }

    let said = done(here, &line);
    assert!(said.err.contains("Finished by an earlier run that was broken off: "), "{}", said.err);
    assert!(!said.err.contains("1 of 6, part-0.csv"), "done again: {}", said.err);
    assert_eq!(files(&killed), files(&parted));
    for file in ["summary.json", "report.html", "problems.csv"] {
        assert!(text(&killed.join(file)) == text(&parted.join(file)), "{file} says something else");
    }
    assert_eq!(files(&killed.join("matches")), files(&parted.join("matches")));
    for name in files(&killed.join("matches")) {
        let same = text(&killed.join("matches").join(&name)) == text(&parted.join("matches").join(&name));
        assert!(same, "{name} is another file");
    }

    // The folder never holds two answers.
    done(here, &format!("{LINE} --out parted --rows-only"));
    assert_eq!(files(&parted), ["matches.csv", "problems.csv", "summary.json"]);
    done(here, &format!("{LINE} --out parted --by-part --counts-only"));
    assert_eq!(files(&parted), ["problems.csv", "summary.json"]);
}

#[test]
fn a_kept_population_is_matched_part_by_part_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    nation(here, 3_000);
    done(here, "import population parts --mapping mapping.toml --name nation --purpose Planning --data=data");
    let line = "match --data=data --population nation --services county/services.csv --format csv";
    done(here, &format!("{line} --out once"));
    let said = done(here, &format!("{line} --out parted --by-part"));
    assert!(said.err.contains("part-00000.parquet"), "{}", said.err);
    let (once, parted) = (here.join("once"), here.join("parted"));
    for file in ["summary.json", "report.html", "problems.csv"] {
        assert!(text(&once.join(file)) == text(&parted.join(file)), "{file} says something else");
    }
    let all = rows(&once.join("matches.csv"));
    assert!(all.len() > 1_000 && all == rows(&parted.join("matches")), "{} rows", all.len());
}

#[test]
fn what_needs_everybody_at_once_is_refused_part_by_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    nation(here, 20);
    fs::write(here.join("codes.csv"), "code\n239873007\n").expect("written");
    let list = "format = 1\nname = \"List\"\nversion = \"1\"\n[[list]]\nname = \"Asked\"\nfile = \"asked.csv\"\n\
                column = \"pid\"\n[[criterion]]\nname = \"Asked\"\ninclude = { list = \"Asked\" }\n";
    fs::write(here.join("list.toml"), list).expect("written");
    fs::write(here.join("asked.csv"), "pid\n0p000001\n").expect("written");
    for (more, why) in [
        ("--calls", "cannot be used with"),
        ("--events codes.csv", "cannot be used with"),
        ("--cohort list.toml", "lists of pseudonyms"),
    ] {
        let said = say(here, &format!("{LINE} --out out --by-part {more}"));
        assert_eq!(said.status, 2, "{more}: {}", said.err);
        assert!(said.err.contains(why), "{more}: {}", said.err);
    }
    // Where rows would go, extracts may lie.
    fs::create_dir(here.join("out")).expect("made");
    fs::rename(here.join("parts"), here.join("out/matches")).expect("moved");
    let said = say(here, &format!("{LINE} --out out --by-part").replace("parts", "out/matches"));
    assert_eq!((said.status, files(&here.join("out/matches")).len()), (2, 6), "{}", said.err);
    assert!(said.err.contains("would be written over") || said.err.contains("where results go"));
}
