//! Who gets which place, from the command line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::bench::test_data;
use crate::support::meres::{done, files, say};

const SCORES: &str = "pid,sid,score\na,10,9\na,20,7\nb,10,8\nc,10,8\nd,20,1\n";
const SESSIONS: &str = "sid,capacity\n10,1\n20,1\n";
const PEOPLE: &str = "pid,imd,group\na,5,\nb,1,\nc,2,\nd,10,\n";

fn write(folder: &Path, scores: &str, sessions: &str, people: &str) {
    for (name, text) in [("scores.csv", scores), ("sessions.csv", sessions), ("people.csv", people)] {
        fs::write(folder.join(name), text).expect("written");
    }
}

const LINE: &str = "allocate --scores scores.csv --sessions sessions.csv --out plan";

fn certificate(folder: &Path) -> serde_json::Value {
    let text = fs::read_to_string(folder.join("plan/certificate.json")).expect("a certificate");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn places_are_given_out_and_the_proof_adds_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    write(here, SCORES, SESSIONS, PEOPLE);
    let said = done(here, LINE);
    assert!(said.out.contains("The scores add up to 15, and no other allocation has more"), "{}", said.out);
    assert!(!said.out.contains("2 of 4"), "a raw count of people was said: {}", said.out);
    let written = files(&here.join("plan"));
    assert_eq!(written, ["allocation.parquet", "certificate.json", "problems.csv", "unplaced.parquet"]);
    // Whoever has the inputs can check: what everybody has left, and what the places are paid.
    let proof = certificate(here);
    let dual = |at: usize| proof["sessions"][at]["dual"].as_i64().expect("a dual");
    let left = (9 - dual(0)).max(7 - dual(1)).max(0) + 2 * (8 - dual(0)).max(0) + (1 - dual(1)).max(0);
    assert_eq!(proof["objective"].as_i64(), Some(left + dual(0) + dual(1)));
    assert_eq!(proof["inputs"]["scores"]["name"], "scores.csv");
    // Again, over the earlier results, to the byte.
    let before = fs::read(here.join("plan/allocation.parquet")).expect("read");
    done(here, LINE);
    assert!(before == fs::read(here.join("plan/allocation.parquet")).expect("read"));
}

#[test]
fn what_is_asked_for_besides_is_kept_and_priced() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    write(here, SCORES, SESSIONS, PEOPLE);
    let said = done(here, &format!("{LINE} --people people.csv --hold-back 20=1 --floor 1"));
    assert!(said.out.contains("Holding back 1 place costs 7."), "{}", said.out);
    assert!(said.out.contains("The floor of 1 costs 1; lower by one, it would cost 1 less."), "{}", said.out);
    let said = say(here, &format!("{LINE} --people people.csv --floor 2"));
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("at most 1 of the people of deciles 1 and 2 can have a place"), "{}", said.err);

    write(here, SCORES, SESSIONS, "pid,group\na,pair\nb,pair\n");
    let said = done(here, &format!("{LINE} --people people.csv"));
    // No session has room for both: the others have the places.
    assert_eq!(certificate(here)["objective"], 9, "{}", said.out);
    assert_eq!(certificate(here)["gap"], 0, "{}", said.out);
}

#[test]
fn what_cannot_be_used_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let refused = |line: &str, status: i32, why: &str| {
        let said = say(here, line);
        assert_eq!(said.status, status, "{line}\n{}", said.err);
        assert!(said.err.contains(why), "{}\nshould say: {why}", said.err);
        assert!(!said.err.contains("SECRET") && !said.err.contains("panicked"), "{}", said.err);
        let written = files(&here.join("plan"));
        assert!(written.is_empty() || written == ["problems.csv"], "{written:?}");
    };
    write(here, &SCORES.replace("a,20,7", "SECRET,20,0"), SESSIONS, PEOPLE);
    refused(
        LINE,
        3,
        "line 3, column score: expected a whole number from 1 to 2147483647. This is the only problem",
    );
    let listed = fs::read_to_string(here.join("plan/problems.csv")).expect("a list");
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(!listed.contains("SECRET"), "{listed}");
    write(here, SCORES, &SESSIONS.replace("20,1", "20,-1"), PEOPLE);
    refused(LINE, 3, "line 3, column capacity: expected places");
    write(here, SCORES, SESSIONS, PEOPLE);
    refused("allocate --scores nowhere.csv --sessions sessions.csv --out plan", 3, "there is no such file");
    refused(&format!("{LINE} --floor 1"), 2, "--people");
    refused(&format!("{LINE} --hold-back 10"), 2, "expected SID=N");
    refused(&format!("{LINE} --hold-back 10=1,10=2"), 2, "named twice");
    refused(&format!("{LINE} --hold-back 77=1"), 2, "no session of the file has the number 77");
    refused(&format!("{LINE} --hold-back 10=2"), 2, "fewer than 2");
    fs::write(here.join("people.csv"), "pid,group\na,x\n").expect("written");
    refused(
        &format!("{LINE} --people people.csv --floor 1"),
        2,
        "--floor needs --people with the column imd",
    );
    // Results are not written over what is read.
    fs::create_dir_all(here.join("in")).expect("a folder");
    fs::rename(here.join("scores.csv"), here.join("in/allocation.parquet")).expect("moved");
    refused(
        "allocate --scores in/allocation.parquet --sessions sessions.csv --out in",
        2,
        "would be written over",
    );
}

/// A run's matches are the scores, and its services' weekly places the sessions.
#[test]
fn a_match_run_becomes_a_plan() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 20000 --services 60 --out out --no-serve");
    done(here, "match --population out/population.parquet --services out/services.csv --out run");
    let line = "allocate --scores run/matches.parquet --services out/services.csv --out plan";
    let read = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(here.join("plan").join(name)).expect("written");
        serde_json::from_str(&text).expect("JSON")
    };
    done(here, line);
    let exact = certificate(here)["objective"].as_i64().expect("a total");
    // Counts alone take away what another run left there, and say nothing else.
    let said = done(here, &format!("{line} --counts-only"));
    assert!(!said.out.contains("have a place") && !said.out.contains("score"), "{}", said.out);
    assert_eq!(files(&here.join("plan")), ["plan.json", "problems.csv"]);
    let one = read("plan.json");
    assert_eq!((&one["weeks"], &one["best"]), (&1.into(), &true.into()), "{one}");
    let total = one["total"].as_i64().expect("a total");
    assert!((total - exact).abs() * 50 <= exact, "roughly: {total}, {exact}");
    let count = |name: &str| one[name].as_i64().unwrap_or_else(|| panic!("{name}: {one}"));
    assert_eq!(count("people"), count("placed") + count("without"));
    // More weeks, more places; and nothing but counts that were through the gate.
    done(here, &format!("{line} --weeks 3 --counts-only"));
    assert_eq!(files(&here.join("plan")), ["plan.json", "problems.csv"]);
    let three = read("plan.json");
    assert!(three["total"].as_i64() > one["total"].as_i64(), "{one}\n{three}");
    let places = |plan: &serde_json::Value| -> Vec<(i64, i64)> {
        let all = plan["sessions"].as_array().expect("sessions").iter();
        all.filter_map(|one| Some((one["places"].as_i64()?, one["weekly_places"].as_i64()?))).collect()
    };
    assert!(!places(&three).is_empty() && places(&three).iter().all(|(all, week)| *all == 3 * week));
    let counts = three["sessions"].as_array().expect("sessions").iter().filter(|one| one["full"] == false);
    for used in counts.filter_map(|one| one["used"].as_i64()) {
        assert!(used % 5 == 0, "{used} people were not rounded");
    }
    let refused = |more: &str, status: i32, why: &str| {
        let said = say(here, &format!("{line} {more}"));
        assert!(said.status == status && said.err.contains(why), "{more}: {}", said.err);
    };
    refused("--floor 10", 2, "--people");
    refused("--weeks 0", 2, "--weeks");
    refused("--sessions out/services.csv", 2, "cannot be used with");
    refused("--population County", 2, "--data");
    refused("--counts-only --hold-back 1=1", 2, "cannot be used with");
    refused("--counts-only --floor 10", 2, "cannot be used with");
    refused("--hold-back 1=1000000000", 2, "fewer than");
    // Services of another run have other numbers.
    let services = fs::read_to_string(here.join("out/services.csv")).expect("read");
    fs::write(here.join("others.csv"), services.replacen('1', "2", 1)).expect("written");
    let other = say(here, &line.replace("out/services.csv", "others.csv"));
    assert!(other.status == 3 && other.err.contains("not the services that were matched"), "{}", other.err);
    // A file of that name that is not ours licenses nobody to take anything away.
    fs::create_dir(here.join("other")).expect("made");
    fs::write(here.join("other/plan.json"), "{\"mine\": true}").expect("written");
    fs::write(here.join("other/allocation.parquet"), "mine").expect("written");
    done(here, &format!("{line} --counts-only").replace("--out plan", "--out other"));
    assert_eq!(fs::read(here.join("other/allocation.parquet")).expect("still there"), b"mine");
}

/// The instance on which engines are compared, where somebody has made it (`bench/gen_opt.py`).
#[test]
fn the_comparison_has_the_total_that_all_find() {
    for (name, total) in [("alloc-20000.txt", 39_378_633), ("alloc-2000.txt", 3_578_020)] {
        let made = test_data("../bench").map(|bench| bench.join("data").join(name));
        let Some(text) = made.and_then(|path| fs::read_to_string(path).ok()) else {
            eprintln!("skipped: bench/data/{name} is not there (bench/gen_opt.py makes it)");
            continue;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let each: usize = lines.next().expect("a heading")[2].parse().expect("a number");
        let places = lines.next().expect("places");
        let mut sessions = "sid,capacity\n".to_owned();
        places.iter().enumerate().for_each(|(sid, n)| writeln!(sessions, "{sid},{n}").expect("text"));
        let mut scores = "pid,sid,score\n".to_owned();
        for (person, line) in lines.enumerate() {
            for (sid, score) in line[..each].iter().zip(&line[each..]) {
                writeln!(scores, "p{person},{sid},{score}").expect("text");
            }
        }
        write(folder.path(), &scores, &sessions, PEOPLE);
        done(folder.path(), LINE);
        assert_eq!(certificate(folder.path())["objective"], total);
    }
}
