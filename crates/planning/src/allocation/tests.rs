//! An allocation from files to files.

use std::path::PathBuf;

use ground::files::{Table, digest};
use tempfile::TempDir;

use disclosure::{Release, Shown};

use super::{
    AllocationError, Asked, NO_LIMIT, Oddities, Price, Wishes, allocate, certificate_json, plan,
    read_matches, read_wishes, words, write_rows,
};
use crate::extract::Expected;

const SCORES: &str = "pid,sid,score\na,10,9\na,20,7\nb,10,8\nc,10,8\nd,20,1\n";
const SESSIONS: &str = "sid,capacity\n20,1\n10,1\n30,1000000000\n40,0\n";
const PEOPLE: &str = "pid,imd,group\na,5,\nb,1,\nc,2,\nd,10,\ne,1,\n";

struct Files {
    folder: TempDir,
}

impl Files {
    fn new(scores: &str, sessions: &str, people: &str) -> Self {
        let files = Self { folder: tempfile::tempdir().expect("a folder") };
        for (name, text) in [("scores.csv", scores), ("sessions.csv", sessions), ("people.csv", people)] {
            std::fs::write(files.place(name), text).expect("written");
        }
        files
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self) -> Result<Wishes, AllocationError> {
        let people = self.place("people.csv");
        read_wishes(&self.place("scores.csv"), &self.place("sessions.csv"), Some(&people))
    }

    /// Line, column and what was expected, of every problem.
    #[track_caller]
    fn problems(&self) -> Vec<String> {
        match self.read() {
            Err(AllocationError::Problems { problems, first, .. }) => {
                assert!(!first.contains("SECRET"), "{first}");
                problems
                    .iter()
                    .map(|p| format!("{} {} {}: {}", p.file, p.line, p.column, p.expected))
                    .collect()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Rows of a file that was written, each as text.
    fn rows(&self, name: &str) -> Vec<String> {
        let table = Table::open(&self.place(name)).expect("a table");
        let columns: Vec<usize> = (0..table.columns().len()).collect();
        let mut rows = Vec::new();
        for part in table.parts() {
            let each = |batch: &ground::files::Batch<'_>| {
                let mut cells = vec![Vec::new(); batch.rows()];
                for column in &columns {
                    let expected = Expected::new(crate::extract::ColumnKind::Text(99), None, 0);
                    batch.each_cell(*column, |row, cell| {
                        cells[row].push(expected.text(cell).unwrap_or_default().into_owned());
                    });
                }
                rows.extend(cells.into_iter().map(|cells| cells.join(",")));
                Ok::<_, ground::files::FileError>(())
            };
            part.read(&columns, each, |_| Ok(())).expect("read");
        }
        rows
    }
}

fn asked(held_back: &[(i32, u32)], floor: u32) -> Asked {
    Asked { held_back: held_back.to_vec(), floor }
}

#[test]
fn files_become_an_allocation_with_a_reason_for_everyone() {
    let files = Files::new(SCORES, SESSIONS, PEOPLE);
    let wishes = files.read().expect("read");
    assert_eq!(wishes.oddities, Oddities { capacity_zero: 1, ..Oddities::default() });
    let allocated = allocate(&wishes, &Asked::default()).expect("allocated");
    write_rows(&wishes, &allocated, files.folder.path()).expect("written");
    // Of b and c, who gain as much, the first has the place. With d in 20, a would go to 10, and nobody else would fit.
    assert_eq!(files.rows("allocation.parquet"), ["a,20,7", "b,10,8"]);
    assert_eq!(
        files.rows("unplaced.parquet"),
        ["c,others_gain_more,10,0", "d,others_gain_more,20,5", "e,no_session_suits,,"]
    );
    let text = certificate_json(&wishes, &Asked::default(), &allocated, &[], "0");
    let certificate: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&certificate["objective"], &certificate["gap"]), (&15.into(), &0.into()));
    assert_eq!(certificate["sessions"][0]["sid"], 10);
    let said = words(&wishes, &Asked::default(), &allocated, &Release::default()).join("\n");
    assert!(said.contains("The scores add up to 15, and no other allocation has more"), "{said}");
}

#[test]
fn what_is_asked_for_has_its_price() {
    let files = Files::new(SCORES, SESSIONS, PEOPLE);
    let wishes = files.read().expect("read");
    let allocated = allocate(&wishes, &asked(&[(10, 1)], 0)).expect("allocated");
    assert_eq!((allocated.allocation.certificate.total, allocated.costs.held_back), (7, Some(8)));
    // Nobody of deciles 1 and 2 suits session 20.
    let problem = allocate(&wishes, &asked(&[], 2)).expect_err("too high");
    assert!(problem.to_string().contains("at most 1 of the people of deciles 1 and 2"), "{problem}");
    let problem = allocate(&wishes, &asked(&[(10, 1)], 1)).expect_err("too high");
    assert!(
        problem.to_string().contains("With the places that are held back it would be 1 or more"),
        "{problem}"
    );

    let files = Files::new("pid,sid,score\na,1,9\nb,1,2\n", "sid,capacity\n1,1\n", "pid,imd\na,9\nb,1\n");
    let wishes = files.read().expect("read");
    let allocated = allocate(&wishes, &asked(&[], 1)).expect("allocated");
    assert_eq!((allocated.allocation.certificate.total, allocated.costs.floor), (2, Some(7)));
    let said = words(&wishes, &asked(&[], 1), &allocated, &Release::default()).join("\n");
    assert!(said.contains("The floor of 1 costs 7; lower by one, it would cost 7 less."), "{said}");

    for (held_back, why) in [((99, 1), "no session of the file has the number 99"), ((1, 2), "has 1 places")]
    {
        let problem = allocate(&wishes, &asked(&[held_back], 0)).expect_err("no such places");
        assert!(matches!(&problem, AllocationError::Usage(said) if said.contains(why)), "{problem}");
    }
}

#[test]
fn groups_go_together_or_not_at_all() {
    let files = Files::new(
        "pid,sid,score\na,1,5\nb,1,5\nc,1,9\na,2,1\nb,2,1\n",
        "sid,capacity\n1,2\n2,1\n",
        "pid,group\na,pair\nb,pair\nc,\n",
    );
    let wishes = files.read().expect("read");
    let allocated = allocate(&wishes, &Asked::default()).expect("allocated");
    let proof = &allocated.allocation.certificate;
    assert_eq!((proof.total, proof.gap(), allocated.costs.groups), (10, 0, Some(5)));
    write_rows(&wishes, &allocated, files.folder.path()).expect("written");
    assert_eq!(files.rows("allocation.parquet"), ["a,1,5", "b,1,5"]);
    assert_eq!(files.rows("unplaced.parquet"), ["c,groups_have_the_places,1,"]);
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let lines = |text: &str| -> String {
        let (heading, rows) = text.split_once('\n').expect("a heading");
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        rows.swap(0, 1);
        format!("{heading}\n{}\n", rows.join("\n"))
    };
    let written = |files: &Files| {
        let wishes = files.read().expect("read");
        let allocated = allocate(&wishes, &asked(&[], 1)).expect("allocated");
        write_rows(&wishes, &allocated, files.folder.path()).expect("written");
        let names = ["allocation.parquet", "unplaced.parquet"];
        let certificate = certificate_json(&wishes, &asked(&[], 1), &allocated, &[], "0");
        (names.map(|name| digest(&[files.place(name)]).expect("a digest")), certificate)
    };
    let turned = Files::new(&lines(SCORES), &lines(SESSIONS), &lines(PEOPLE));
    assert_eq!(written(&Files::new(SCORES, SESSIONS, PEOPLE)), written(&turned));
}

#[test]
fn what_is_wrong_is_said_by_place_and_never_by_value() {
    let with = |scores: &str| Files::new(&format!("pid,sid,score\n{scores}"), SESSIONS, PEOPLE).problems();
    let score = "a whole number from 1 to 2147483647";
    for bad in ["0", "-3", "SECRET", "", "2147483648", "99999999999999999999", "1.5"] {
        assert_eq!(with(&format!("a,10,{bad}\n")), [format!("scores.csv 2 score: {score}")], "{bad}");
    }
    assert_eq!(with("a,77,1\n"), ["scores.csv 2 sid: the number of a session that is in sessions.csv"]);
    assert_eq!(with("a,SECRET,1\n"), ["scores.csv 2 sid: the number of a session"]);
    assert_eq!(with(",10,1\n"), ["scores.csv 2 pid: a pseudonym of 1 to 128 letters"]);
    assert_eq!(
        with("a,10,1\nb,10,1\na,10,4\n"),
        ["scores.csv 4 sid: one row for each pid and sid; line 2 has the same"]
    );
    assert_eq!(with("a,10\n"), ["scores.csv 2 : 3 fields, found 2"]);

    let with = |sessions: &str| Files::new(SCORES, &format!("sid,capacity\n{sessions}"), PEOPLE).problems();
    assert_eq!(with("10,-1\n"), ["sessions.csv 2 capacity: places, a whole number from 0 to 2147483647"]);
    assert_eq!(with("10,\n"), ["sessions.csv 2 capacity: places, a whole number from 0 to 2147483647"]);
    assert_eq!(with("10,1\n10,1\n"), ["sessions.csv 3 sid: one row for each sid; line 2 has the same"]);

    let with = |people: &str| Files::new(SCORES, SESSIONS, &format!("pid,imd,group\n{people}")).problems();
    assert_eq!(with("a,11,\n"), ["people.csv 2 imd: a deprivation decile from 1 to 10"]);
    assert_eq!(with("a,1,\na,1,\n"), ["people.csv 3 pid: one row for each person; line 2 has the same pid"]);
}

#[test]
fn a_file_that_is_another_is_refused() {
    let why = |files: &Files| files.read().expect_err("refused").to_string();
    let files = Files::new("pid,score\n", SESSIONS, PEOPLE);
    assert!(why(&files).contains("needs the columns pid, sid, score; this column is missing: sid"));
    let files = Files::new(SCORES, "number,places\n", PEOPLE);
    assert!(why(&files).contains("these columns are missing: sid, capacity"));
    let files = Files::new(SCORES, SESSIONS, "pid,age\n");
    assert!(why(&files).contains("needs the column imd or the column group"));
    let nobody = Files::new("pid,sid,score\n", "sid,capacity\n", "pid,imd\n").read().expect("read");
    let allocated = allocate(&nobody, &Asked::default()).expect("nobody gets nothing");
    assert_eq!(allocated.allocation.certificate.total, 0);
}

/// Matches of a run: `people` of each kind of lines "sid,score", and the places of its services.
fn of_run(kinds: &[(usize, &[(i32, i32)])], places: &[(i32, u32)]) -> (tempfile::TempDir, Wishes) {
    let rows = kinds.iter().enumerate().flat_map(|(kind, (people, offers))| {
        (0..*people).flat_map(move |person| {
            let offers = (1..).zip(*offers);
            offers.map(move |(rank, (sid, score))| format!("{kind}-{person:04},{rank},{sid},{score},100,1"))
        })
    });
    let head = "pid,rank,sid,score,d,reasons".to_owned();
    let text = std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("matches.csv");
    std::fs::write(&file, text).expect("written");
    let places = places.iter().copied().collect();
    let wishes = read_matches(&file, std::path::Path::new("services.csv"), &places, None).expect("read");
    (folder, wishes)
}

fn shown_of(wishes: &Wishes) -> super::Plan {
    let allocated = allocate(wishes, &Asked::default()).expect("allocated");
    plan(wishes, &allocated, None, &Release::default())
}

#[test]
fn a_plan_shows_no_small_count_and_no_price_that_tells_one() {
    // Service 1 is full, 2 is full with three places, 3 has no limit, 4 to 6 are nearly empty.
    let kinds: [(usize, &[(i32, i32)]); 6] = [
        (60, &[(1, 900), (2, 800)]),
        (40, &[(3, 500)]),
        (3, &[(4, 700)]),
        (5, &[(4, -20)]),
        (5, &[(5, 700)]),
        (2, &[(6, 700)]),
    ];
    let places = [(1, 20), (2, 3), (3, NO_LIMIT), (4, 30), (5, 30), (6, 30)];
    let (_folder, wishes) = of_run(&kinds, &places);
    assert_eq!((wishes.pids.len(), wishes.oddities.without_points), (115, 5));
    let found = shown_of(&wishes);
    assert_eq!(found.people.to_string(), "115");
    let line = |at: usize| {
        let line = &found.lines[at];
        format!("{:?} {} {} {:?}", line.places, line.used, line.full, line.one_more)
    };
    assert_eq!(line(0), "Some(20) 20 true About(900)");
    assert_eq!(line(1), "Some(3) ≤7 false Hidden");
    assert_eq!(line(2), "None 40 false NoLimit");
    assert_eq!(line(3), "Some(30) ≤7 false About(0)");
    let reasons: Vec<String> =
        found.reasons.iter().map(|(key, _, people)| format!("{key} {people}")).collect();
    assert_eq!(reasons, ["others_gain_more 35", "no_points ≤7"]);
    assert_eq!((found.placed.to_string(), found.without.to_string()), ("80".to_owned(), "35".to_owned()));
    // 20 × 900 + 3 × 800 + 40 × 500 + 10 × 700 are 47,400: to five of the highest score.
    assert_eq!((found.total, found.is_best, found.is_priced), (Price::About(49_500), true, true));
}

#[test]
fn where_hardly_anybody_is_without_a_place_nothing_is_priced() {
    let (_folder, wishes) = of_run(&[(103, &[(1, 900)])], &[(1, 100)]);
    let found = shown_of(&wishes);
    // With the price, everybody could see that 100 of about 105 have a place.
    assert!(found.lines.iter().all(|line| line.one_more == Price::Hidden && !line.full), "{found:?}");
    assert!(!found.is_priced);
    assert_eq!(found.total, Price::About(90_000), "a total of many people is none of theirs");
    assert_eq!(found.placed, Shown::Hidden);
}

#[test]
fn a_full_service_is_not_named_where_that_would_empty_another() {
    // All of 104 places are taken, 8 people have none, and nobody is at the other: with the number of everybody, which the run
    // prints, 104 would leave exactly nobody for it.
    let (_folder, wishes) = of_run(&[(112, &[(1, 900)]), (0, &[])], &[(1, 104), (2, 30)]);
    let found = shown_of(&wishes);
    assert_eq!(found.people.to_string(), "110");
    assert!(!found.is_priced && found.lines.iter().all(|line| !line.full), "{found:?}");
}

#[test]
fn a_total_counts_nobody_whatever_the_rules_give() {
    // One point for everything: the total is a number of people, and goes by fives.
    let (_folder, wishes) = of_run(&[(60, &[(1, 1)]), (43, &[(2, 1)])], &[(1, 20), (2, NO_LIMIT)]);
    assert_eq!(shown_of(&wishes).total, Price::About(65), "63 have a place");
}

#[test]
fn the_most_deprived_fifth_is_counted_where_that_tells_no_small_group() {
    let kinds: [(usize, &[(i32, i32)]); 3] = [(60, &[(1, 900)]), (90, &[(1, 800)]), (40, &[(1, 700)])];
    let (_folder, mut wishes) = of_run(&kinds, &[(1, 80)]);
    wishes.know_deciles(|pid| Some(if pid.starts_with('1') { 2 } else { 9 }));
    let found = shown_of(&wishes);
    let deprived = found.deprived.expect("deciles");
    assert_eq!(
        [deprived.people, deprived.placed, deprived.without].map(|n| n.to_string()),
        ["90", "20", "70"]
    );
    // Nearly all of them: how many is kept back, and with an exact number of the others their number too.
    wishes.know_deciles(|pid| Some(if pid.ends_with('7') && pid.starts_with('1') { 2 } else { 9 }));
    let deprived = shown_of(&wishes).deprived.expect("deciles");
    assert_eq!(deprived.placed.rounded(), None, "{deprived:?}");
}
