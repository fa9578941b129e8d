//! What is kept is what would have been read; all of it or nothing; and deleted is gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use matching::Person;
use proptest::prelude::*;
use vocabulary::Day;

use super::{Keeping, Kept, Kind, Zone, keep, keep_crosstab, mapping_of, rehearse};
use crate::cohort::{EventsFile, Evidence, parse_cohort, read_events};
use crate::extract::{Allowance, ImportError, Mapping};
use crate::population::{Import, OPTIONAL_COLUMNS, PEOPLE_COLUMNS, Population, import, made_rows, parts_of};

fn settings(mapping: &Mapping, percent: f64) -> Import<'_> {
    let index_date = Day::of(2026, 9, 1).expect("a day");
    Import { mapping, index_date, allowance: Allowance { percent }, progress: &|_| {} }
}

/// A row of an ordinary person with some cells changed; ethnicity and rural stand behind the others.
fn row(pid: &str, changes: &[(&str, &str)]) -> String {
    made_rows::row(PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS), pid, changes)
}

fn file(folder: &Path, name: &str, rows: &[String]) -> PathBuf {
    let path = folder.join(name);
    let text = made_rows::table(PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS), rows);
    std::fs::write(&path, text).expect("written");
    path
}

type Read = Vec<(String, Person, Option<Arc<str>>, Option<Arc<str>>)>;

/// The people that can be used, with their codes as texts.
fn people(population: &Population) -> Read {
    let usable = population.usable.iter().map(|row| *row as usize);
    usable
        .map(|row| {
            let text =
                |number: u32, names: &[Arc<str>]| number.checked_sub(1).map(|n| names[n as usize].clone());
            (
                population.pseudonyms.get(row).to_owned(),
                population.people.get(row),
                text(population.practice[row], population.practices.names()),
                text(population.lsoa[row], population.lsoas.names()),
            )
        })
        .collect()
}

fn read_back(folder: &Path) -> Population {
    let mapping = mapping_of(folder).expect("a mapping");
    let parts = parts_of(folder, &mapping).expect("parts");
    import(&parts, &settings(&mapping, 0.0)).expect("read back")
}

fn kept(data: &Path, parts: &[PathBuf], mapping_text: &str, percent: f64) -> Result<Kept, ImportError> {
    let mapping = match mapping_text {
        "" => Mapping::default(),
        text => Mapping::parse("m.toml", text, &[&PEOPLE_COLUMNS, &OPTIONAL_COLUMNS]).expect("a mapping"),
    };
    let zone = Zone::enter(data).expect("entered");
    keep(&zone, parts, &Keeping { import: settings(&mapping, percent), mapping_text, events: &[] })
}

/// Every file and folder under a folder, hidden ones too, but for the lock.
fn everything(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(everything(&path).into_iter().map(|inside| format!("{name}/{inside}")));
        }
        if name != ".lock" {
            found.insert(name);
        }
    }
    found
}

#[test]
fn what_is_not_known_is_kept_as_not_known_and_two_kinds_of_it_stay_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing: Vec<(&str, &str)> =
        PEOPLE_COLUMNS[1..].iter().chain(&OPTIONAL_COLUMNS).map(|c| (c.name, "")).collect();
    let odd = [("sex", "9"), ("lsoa", "Grantham 3"), ("ethnicity", "far too long"), ("rural", "perhaps")];
    let source = file(folder.path(), "people.csv", &[row("a", &nothing), row("b", &odd)]);
    let kept = kept(folder.path(), &[source], "", 0.0).expect("kept");
    assert_eq!((kept.people, kept.optional_not_understood, kept.warnings.lsoa_not_recognised), (2, 2, 1));

    let place = super::folder_of(folder.path(), Kind::People, &kept.digest).join("part-00000.parquet");
    let table = ground::files::Table::open(&place).expect("a table");
    let all: Vec<usize> = (0..table.columns().len()).collect();
    let mut cells = vec![Vec::new(); all.len()];
    for part in table.parts() {
        part.read::<ground::files::FileError>(
            &all,
            |batch| {
                all.iter().for_each(|c| batch.each_cell(*c, |_, cell| cells[*c].push(format!("{cell:?}"))));
                Ok(())
            },
            |_| Ok(()),
        )
        .expect("read");
    }
    assert_eq!(table.columns().len(), 39);
    assert!(cells[1..].iter().all(|column| column[0] == "NotKnown"), "never 0: {cells:?}");
    let of = |name: &str| cells[table.position(name).expect("a column")][1].clone();
    let answers = [of("sex"), of("lang"), of("lsoa"), of("ethnicity"), of("rural")];
    assert_eq!(answers, ["Whole(9)", "Whole(0)", "NotKnown", "NotKnown", "NotKnown"]);
}

#[test]
fn a_mapping_is_settled_and_what_was_never_there_is_still_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = [row("a", &[("birth_year", "76")]), row("b", &[("birth_year", "30")])];
    let source = file(folder.path(), "people.csv", &rows);
    let text = "format = 1\nabout = \"the people of a test\"\nabsent = [\"easting\", \"northing\"]\n[columns]\n\
                birth_year = { column = \"birth_year\", form = \"age\" }\n[events]\ncode = \"snomed\"\n";
    let kept = kept(folder.path(), &[source], text, 0.0).expect("kept");
    let place = super::folder_of(folder.path(), Kind::People, &kept.digest);
    let population = read_back(&place);
    assert_eq!(population.people.get(0).birth_year, Some(1950));
    assert!(!population.has_place);
    let mapping = mapping_of(&place).expect("a mapping");
    assert_eq!(mapping.about.as_deref(), Some("the people of a test"));
    assert_eq!(mapping.events.code, crate::extract::Source::named("snomed"));
}

#[test]
fn the_same_input_under_the_same_mapping_is_the_same_population() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = [row("a", &[]), row("a", &[]), row("b", &[])];
    let source = [file(folder.path(), "people.csv", &rows)];
    let first = kept(folder.path(), &source, "", 0.0).expect("kept");
    let before = everything(folder.path());
    assert_eq!((first.people, first.warnings.repeats, first.problems.len()), (2, 1, 1));
    let again = kept(folder.path(), &source, "", 0.0).expect("kept");
    assert_eq!(again, Kept { already_there: true, problems: Vec::new(), ..first.clone() });
    assert_eq!(everything(folder.path()), before);
    assert!(super::problems_of(folder.path(), &first.digest).is_file());
    let other = kept(folder.path(), &source, "format = 1\n", 0.0).expect("kept");
    assert_ne!(other.digest, first.digest, "another mapping");
}

#[test]
fn a_refused_extract_and_a_rehearsal_leave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = file(folder.path(), "bad.csv", &[row("a", &[]), row("b", &[("imd", "x")])]);
    let error = kept(folder.path(), &[bad], "", 1.0).expect_err("refused");
    let ImportError::TooManyProblems { problems, .. } = error else { panic!("{error}") };
    assert_eq!(problems.len(), 1);
    let twins = [row("a", &[("imd", "1")]), row("a", &[("imd", "2")])];
    let twins = file(folder.path(), "twins.csv", &twins);
    let error = kept(folder.path(), &[twins], "", 100.0).expect_err("nobody left").to_string();
    assert!(error.contains("no row of the extract can be used"), "{error}");
    let good = file(folder.path(), "good.csv", &[row("a", &[])]);
    let zone = Zone::enter(folder.path()).expect("entered");
    let mapping = Mapping::default();
    let keeping = Keeping { import: settings(&mapping, 0.0), mapping_text: "", events: &[] };
    assert_eq!(rehearse(&zone, &[good], &keeping).expect("rehearsed").people, 1);
    let left = everything(folder.path());
    let sources = ["bad.csv", "good.csv", "twins.csv", "population", "crosstab"];
    assert_eq!(left, sources.into_iter().map(str::to_owned).collect());
}

#[test]
fn what_a_stopped_run_left_is_swept_and_deleted_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let source = file(data, "people.csv", &[row("a", &[]), row("b", &[])]);
    let one = kept(data, std::slice::from_ref(&source), "", 0.0).expect("kept");
    let two = kept(data, &[source], "format = 1\n", 0.0).expect("kept");
    let half = data.join("population/.keeping-stopped");
    std::fs::create_dir_all(half.join("aside")).expect("made");
    std::fs::write(half.join("part-00000.parquet"), "half").expect("written");
    std::fs::write(data.join("population/notes.txt"), "not ours").expect("written");

    let zone = Zone::enter_if_free(data).expect("entered").expect("free");
    assert!(Zone::enter_if_free(data).expect("asked").is_none(), "one at a time");
    let catalogue = BTreeSet::from([(Kind::People, one.digest.clone())]);
    let mut swept = zone.sweep(&catalogue).expect("swept");
    swept.sort();
    assert_eq!(swept, [".keeping-stopped", &two.digest]);
    assert!(zone.remove_files(Kind::People, &one.digest).expect("removed"));
    assert!(!zone.remove_files(Kind::People, &one.digest).expect("asked"), "nothing is left to remove");
    assert!(!zone.remove_files(Kind::People, "../people.csv").expect("asked"), "only digests name anything");
    let left: BTreeSet<String> =
        ["people.csv", "population", "population/notes.txt", "notes.txt", "crosstab"]
            .map(str::to_owned)
            .into();
    assert!(everything(data).is_subset(&left), "{:?}", everything(data));
}

#[test]
fn a_crosstab_is_kept_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("counts.csv");
    std::fs::write(&source, "a,b\nc,d\n").expect("written");
    let zone = Zone::enter(folder.path()).expect("entered");
    let kept = keep_crosstab(&zone, &source, "format = 1\n", 1, &[]).expect("kept");
    let place = zone.folder_of(Kind::Crosstab, &kept.digest);
    assert_eq!(std::fs::read(place.join("crosstab.csv")).expect("read"), b"a,b\nc,d\n");
    assert_eq!(std::fs::read(place.join("mapping.toml")).expect("read"), b"format = 1\n");
    assert!(keep_crosstab(&zone, &source, "format = 1\n", 1, &[]).expect("kept").already_there);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Kept and read back, or read directly: the same people, the same problems in the same words.
    #[test]
    fn what_is_kept_is_what_would_have_been_read(
        cells in proptest::collection::vec((0..9_u8, 0..39_usize, "(|NA|0|1|2|9|x|E01026318|2026-02-01)", 0..3_usize), 1..40),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rows: [Vec<String>; 3] = Default::default();
        for (pid, column, value, part) in &cells {
            let name = PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS).nth(*column).expect("a column").name;
            rows[*part].push(row(&pid.to_string(), &[(name, value)]));
        }
        let parts: Vec<PathBuf> =
            rows.iter().enumerate().map(|(n, rows)| file(folder.path(), &format!("{n}.csv"), rows)).collect();
        let mapping = Mapping::default();
        let direct = import(&parts, &settings(&mapping, 100.0)).expect("read");
        match kept(folder.path(), &parts, "", 100.0) {
            Ok(kept) => {
                prop_assert_eq!(&kept.problems, &direct.problems);
                prop_assert_eq!(kept.warnings, direct.warnings);
                prop_assert_eq!(kept.rows_left_out, direct.rows_left_out);
                prop_assert_eq!((kept.rows_read, kept.people), (direct.rows_read, direct.usable.len() as u64));
                let back = read_back(&super::folder_of(folder.path(), Kind::People, &kept.digest));
                prop_assert_eq!(people(&back), people(&direct));
                prop_assert!(back.problems.is_empty());
            }
            Err(error) => prop_assert!(direct.usable.is_empty(), "{}", error),
        }
    }
}

#[test]
fn events_are_kept_of_the_people_who_are_kept_and_of_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let twins = [("imd", "1")];
    let source = file(folder.path(), "people.csv", &[row("a", &[]), row("b", &[]), row("b", &twins)]);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let one =
        write("events-1.csv", "who,code,on\na,N05..,2020-02-01\nb,N05..,2020-02-01\nz,N05..,2020-02-01\n");
    let two = write("events-2.csv", "who,code,on\na,N06..,\na,,2020-02-01\na,N07..,01/02/2020\n");
    let text =
        "format = 1\n[events]\npid = \"who\"\ndate = \"on\"\nsystem = { value = \"read\" }\n".to_owned();
    let mapping = Mapping::parse("m.toml", &text, &[&PEOPLE_COLUMNS, &OPTIONAL_COLUMNS]).expect("a mapping");
    let zone = Zone::enter(folder.path()).expect("entered");
    let with = |events: &[PathBuf], percent| {
        let keeping = Keeping { import: settings(&mapping, percent), mapping_text: &text, events };
        keep(&zone, std::slice::from_ref(&source), &keeping)
    };
    let without = with(&[], 100.0).expect("kept");
    let error = with(&[one.clone(), two.clone()], 66.6).expect_err("two of three rows of the second file");
    assert!(matches!(error, ImportError::TooManyProblems { left_out: 2, rows: 3, .. }), "{error}");
    let kept = with(&[one, two], 66.7).expect("kept");
    assert_ne!(kept.digest, without.digest, "events are part of what is kept");
    assert_eq!(
        kept.events,
        Some(super::KeptEvents { rows_read: 6, rows_left_out: 2, strangers: 2, kept: 2, other_systems: 2 }),
        "b contradicts itself and is nobody"
    );
    assert_eq!(kept.sources, ["people.csv", "events-1.csv", "events-2.csv"]);
    let place = super::folder_of(folder.path(), Kind::People, &kept.digest);
    let file = super::events_of(&place).expect("its events");
    let mut found = Vec::new();
    let columns = mapping_of(&place).expect("a mapping").events;
    let allowance = Allowance { percent: 0.0 };
    crate::extract::each_event(&file, &columns, allowance, |event| {
        found.push((
            event.pid.to_owned(),
            event.system.to_owned(),
            event.code.to_owned(),
            event.day.map(|day| day.to_string()),
        ));
        Ok(())
    })
    .expect("read back under our own names");
    let event = |code: &str, day: Option<&str>| {
        ("a".to_owned(), "read".to_owned(), code.to_owned(), day.map(str::to_owned))
    };
    assert_eq!(found, [event("N05..", Some("2020-02-01")), event("N06..", None)]);
    assert_eq!(read_back(&place).usable.len(), 1, "they are no part of the people");
    let again = super::about::read(&place, &kept.digest).expect("read");
    assert_eq!(again.events, kept.events);
}

#[test]
fn kept_events_say_of_each_person_what_their_file_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let people: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(|pid| row(pid, &[("c_oa", "")])).to_vec();
    let source = file(folder.path(), "people.csv", &people);
    let events = folder.path().join("events.csv");
    let text = "pid,system,code,date\na,snomed,239873007,2016-09-01\nb,snomed,239873007,2016-08-31\n\
                c,read,N05..,2026-09-02\nd,read,N05..,\ne,read,n05..,2020-01-01\nf,snomed,239873007,\n\
                f,other,239873007,2020-01-01\nd,read,N05..,2020-01-01\n";
    std::fs::write(&events, text).expect("written");
    let mapping = Mapping::default();
    let keeping =
        Keeping { import: settings(&mapping, 0.0), mapping_text: "", events: std::slice::from_ref(&events) };
    let kept = keep(&Zone::enter(folder.path()).expect("entered"), &[source], &keeping).expect("kept");
    let place = super::folder_of(folder.path(), Kind::People, &kept.digest);
    let definition = "format = 1\nname = \"n\"\nversion = \"1\"\n\
        [[code_list]]\nname = \"knee\"\nsystem = \"snomed\"\nsource = \"s\"\nlicence = \"l\"\nlook_back_years = 10\n\
        condition = \"oa\"\ncodes = { \"239873007\" = \"Osteoarthritis of knee\" }\n\
        [[code_list]]\nname = \"read\"\nsystem = \"read\"\nsource = \"s\"\nlicence = \"l\"\ncodes = { \"N05..\" = \"x\" }\n\
        [[criterion]]\nname = \"c\"\ninclude = { code_list = \"knee\" }\n";
    let cohort = parse_cohort("c.toml", definition, folder.path()).expect("a cohort");
    let read = |path: &Path, kept: bool| {
        let mut population = read_back(&place);
        let mut evidence = Evidence::none(&cohort, &population);
        let columns = mapping_of(&place).expect("a mapping").events;
        let (index_date, allowance) = (Day::of(2026, 9, 1).expect("a day"), Allowance { percent: 0.0 });
        let file = EventsFile { path, kept };
        let counts =
            read_events(file, &columns, &cohort, &mut population, &mut evidence, index_date, allowance)
                .expect("read");
        let who = |holders: &Vec<bool>| -> String {
            let held = holders.iter().enumerate().filter(|(_, holds)| **holds);
            held.map(|(row, _)| population.pseudonyms.get(row)).collect()
        };
        let settled: Vec<bool> =
            (0..6).map(|row| population.people.get(row).conditions_not_known.is_empty()).collect();
        let who: Vec<String> = evidence.code_lists.iter().map(who).collect();
        (who, settled, counts.rows_read, counts.strangers, counts.other_systems, counts.events)
    };
    let of_kept = read(&super::events_of(&place).expect("its events"), true);
    assert_eq!(of_kept, read(&events, false));
    assert_eq!(of_kept.0, ["a", "d"], "within ten years; a code without a look-back needs no date");
    assert_eq!((of_kept.2, of_kept.4, of_kept.5), (8, 1, vec![3, 3]));
}

#[test]
fn a_list_of_people_stands_within_their_population_and_goes_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = file(folder.path(), "people.csv", &[row("=a", &[]), row("\"b,c\"", &[]), row("d", &[])]);
    let population = kept(folder.path(), &[source], "", 0.0).expect("kept").digest;
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "where,who\nhall,\"b,c\"\nhall,z\nhall,=a\nhall,=a\nhall,\n").expect("written");
    let zone = Zone::enter(folder.path()).expect("entered");
    let place = zone.folder_of(Kind::People, &population);
    let from_column = |name: &str, column: &str| {
        super::make_list(&zone, &population, (name, [7; 16]), (list.as_path(), column))
    };
    assert!(from_column("The class", "pid").is_err(), "no such column");
    let made = from_column("The class", "who").expect("made");
    assert_eq!(made.people, 2);
    super::list_of(&place, "The class").expect_err("not in its place");
    let digest = made.digest.clone();
    made.keep().expect("kept");
    let kept = super::list_of(&place, "The class").expect("there");
    assert_eq!(ground::files::digest(&[&kept]).expect("read"), digest);
    let mut on_it = Vec::new();
    crate::extract::each_on_list(&kept, "pid", |pid| on_it.push(pid.to_owned())).expect("read");
    assert_eq!(on_it, ["=a", "b,c"], "as they are called in the population");
    assert_eq!(read_back(&place).usable.len(), 3, "it is no part of the people");
    // The same people under another chance are another file: its digest says nothing of them.
    let again = super::make_list(&zone, &population, ("The class again", [8; 16]), (list.as_path(), "who"));
    assert_ne!(again.expect("made").digest, digest);
    // What the catalogue does not know is swept away.
    let orphan = from_column("Never entered", "who").expect("made");
    orphan.keep().expect("kept");
    super::sweep_lists(&zone, &population, ["The class"].into_iter()).expect("swept");
    super::list_of(&place, "Never entered").expect_err("gone");
    super::list_of(&place, "The class").expect("still there");
    // A row of another width would be somebody who is left out in silence.
    std::fs::write(&list, "where,who\nhall,d\nhall, room 2,=a\n").expect("written");
    let Err(error) = from_column("Ragged", "who") else { panic!("refused") };
    assert!(error.to_string().contains("line 3"), "{error}");
    std::fs::write(&list, "who\nz\n").expect("written");
    assert_eq!(from_column("Nobody", "who").expect("made").people, 0);
    let there = std::fs::read_dir(place.join("_lists")).expect("read").count();
    assert_eq!(there, 1, "what was not kept is gone");
    assert!(super::remove_list(&zone, &population, "The class").expect("removed"));
    assert!(!super::remove_list(&zone, &population, "The class").expect("asked"), "gone");
}
