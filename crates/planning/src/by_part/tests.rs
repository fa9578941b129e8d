//! Part by part is as at once: the same rows and the same figures, whoever stands where, broken off or not.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int32Type};
use matching::{Invitation, People, Plan, Service};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{ByPart, FOLDER, Others, ROWS_FOLDER, Stage, Whole, forget};
use crate::cohort::{self, Cohort, Evidence, parse_cohort, select};
use crate::extract::{Allowance, ImportError, Mapping};
use crate::made_up_county::{self, Spec};
use crate::match_run::{
    Counting, Facts, Hub, InputFile, Inputs, MatchRun, Near, ReadCounts, RowFormat, Sections, Tallies,
    busiest_place, release, summary_json, write_rows,
};
use crate::population::{Import, import, parts_of, read_backgrounds};
use crate::rules::{self, parse_rules};
use crate::supply;

mod across;
mod others;

type Row = (String, i8, i32, i32, i32, i32);

/// A folder of parts, services, and where the results go.
struct Place {
    folder: tempfile::TempDir,
    cohort: Cohort,
    plan: Arc<Plan>,
    mapping: Mapping,
}

impl Place {
    fn new(services: Vec<Service>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["parts", "out", "at-once"] {
            fs::create_dir(folder.path().join(name)).expect("made");
        }
        let rules = parse_rules("version-1.toml", rules::VERSION_1).expect("rules");
        let cohort = parse_cohort("version-1.toml", cohort::VERSION_1, Path::new(".")).expect("a cohort");
        Self { folder, cohort, plan: Arc::new(Plan::new(rules, services)), mapping: Mapping::default() }
    }

    /// An invented county, its people dealt out to so many parts.
    fn county(people: u32, parts: usize) -> Self {
        let county = tempfile::tempdir().expect("a folder");
        let spec = Spec { people, services: 120, ..Spec::default() };
        let made = made_up_county::write(&spec, county.path(), &mut |_, _| ()).expect("written");
        let services =
            supply::import_services(&made.services, &Mapping::default(), Allowance { percent: 0.0 });
        let place = Self::new(services.expect("services").services);
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&made.population).expect("opened"))
            .expect("a Parquet file");
        let notes = reader.metadata().file_metadata().key_value_metadata().cloned();
        let mut reader = reader.with_batch_size(people as usize).build().expect("readable");
        let all: RecordBatch = reader.next().expect("people").expect("readable");
        assert_eq!(all.num_rows(), people as usize);
        let each = all.num_rows().div_ceil(parts);
        for part in 0..parts {
            let (from, to) = ((part * each).min(all.num_rows()), ((part + 1) * each).min(all.num_rows()));
            let some = all.slice(from, to - from);
            let file = File::create(place.part(&format!("part-{part}.parquet"))).expect("made");
            let mut writer = ArrowWriter::try_new(file, some.schema(), None).expect("begun");
            for note in notes.iter().flatten().filter(|note| note.key == crate::population::MADE_UP) {
                writer.append_key_value_metadata(note.clone());
            }
            writer.write(&some).expect("written");
            writer.close().expect("written");
        }
        place
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.path().join("parts").join(name)
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn parts(&self) -> Vec<PathBuf> {
        parts_of(&self.folder.path().join("parts"), &self.mapping).expect("parts")
    }

    fn settings(&self, percent: f64) -> Import<'_> {
        let index_date = self.plan.rules().index_date;
        Import { mapping: &self.mapping, index_date, allowance: Allowance { percent }, progress: &|_| () }
    }

    /// All parts at once: what was counted and listed, the rows, and the summary.
    fn at_once(&self, hub: Option<&Invitation>) -> Result<Answer, ImportError> {
        let parts = self.parts();
        let settings = self.settings(100.0);
        let population = import(&parts, &settings)?;
        let evidence = Evidence::none(&self.cohort, &population);
        let selected = select(&self.cohort, &population, &evidence, settings.index_date);
        let year = settings.index_date.year();
        let backgrounds = read_backgrounds(&parts, &self.mapping, &population, year)?;
        let run = MatchRun::by(self.plan.clone(), &population.people, &selected, &|_| ());
        let counting = Counting { small_areas: &[], backgrounds: Some(&backgrounds), for_report: true };
        let tallies = Tallies::of(&run, &population, &selected, &counting);
        let out = self.folder.path().join("at-once");
        write_rows(&run, &population, RowFormat::Parquet, &out)?;
        let near = Near { people: &population.people, rows: &selected.rows };
        let home = busiest_place(&tallies, &disclosure::Release::default());
        let hub = hub.cloned().or_else(|| Some(Invitation::to(home?, 10_000, 12)));
        let hub = hub.map(|asked| (Hub { asked, place_chosen: false }, near));
        let facts = facts(&ReadCounts::of(&population, self.plan.rules(), None));
        let findings = release(&self.plan, &tallies, &self.cohort, facts, Sections::All { hub, home });
        Ok(Answer {
            tallies,
            rows: rows(&out.join("matches.parquet")),
            summary: summary_json(&findings.expect("an answer")),
            problems: population.problems.iter().map(|problem| format!("{problem:?}")).collect(),
            read: (population.rows_read, population.usable.len() as u64, population.rows_left_out),
        })
    }

    /// The same part by part; `seen` hears what is done.
    fn by_part(&self, hub: Option<&Invitation>, seen: &dyn Fn(Stage<'_>)) -> Result<Answer, ImportError> {
        self.with_others(None, hub, seen)
    }

    /// The same with others who do the parts.
    fn with_others(
        &self,
        others: Option<&dyn Others>,
        hub: Option<&Invitation>,
        seen: &dyn Fn(Stage<'_>),
    ) -> Result<Answer, ImportError> {
        self.asked((100.0, "as ever"), others, seen, |asked| {
            let whole = asked.run()?;
            let home = busiest_place(&whole.tallies, &disclosure::Release::default());
            let hub = hub.cloned().or_else(|| Some(Invitation::to(home?, 10_000, 12)));
            let around = hub.as_ref().map_or(Ok(People::default()), |hub| whole.around(hub))?;
            let all: Vec<u32> = (0..u32::try_from(around.len()).expect("few")).collect();
            let hub =
                hub.map(|asked| (Hub { asked, place_chosen: false }, Near { people: &around, rows: &all }));
            let facts = facts(&whole.read);
            let sections = Sections::All { hub, home };
            let findings = release(&self.plan, &whole.tallies, &self.cohort, facts, sections);
            let summary = summary_json(&findings.expect("an answer"));
            let read = (whole.read.rows_read, whole.read.rows_used, whole.read.rows_left_out);
            let problems = whole.problems.iter().map(|problem| format!("{problem:?}")).collect();
            let tallies = whole.tallies.clone();
            whole.finish()?;
            Ok(Answer { tallies, rows: rows(&self.out().join(ROWS_FOLDER)), summary, problems, read })
        })
    }

    fn with<T>(
        &self,
        percent: f64,
        question: &str,
        seen: &dyn Fn(Stage<'_>),
        then: impl FnOnce(Whole<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        self.asked((percent, question), None, seen, |asked| then(asked.run()?))
    }

    fn asked<T>(
        &self,
        (percent, question): (f64, &str),
        others: Option<&dyn Others>,
        seen: &dyn Fn(Stage<'_>),
        then: impl FnOnce(&ByPart<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let (parts, out) = (self.parts(), self.out());
        let asked = ByPart {
            extract: &self.folder.path().join("parts"),
            parts: &parts,
            import: self.settings(percent),
            plan: self.plan.clone(),
            cohort: &self.cohort,
            small_areas: &[],
            fairness: true,
            for_report: true,
            rows: Some(RowFormat::Parquet),
            complete: None,
            networks: None,
            one_row_each: false,
            question,
            others,
            out: &out,
            said: seen,
        };
        then(&asked)
    }
}

/// What came of a run.
#[derive(Debug, PartialEq)]
struct Answer {
    tallies: Tallies,
    rows: BTreeSet<Row>,
    summary: String,
    problems: Vec<String>,
    read: (u64, u64, u64),
}

fn facts(read: &ReadCounts) -> Facts {
    let inputs = Inputs {
        population: InputFile { rows_read: read.rows_read, ..InputFile::default() },
        ..Inputs::default()
    };
    Facts {
        about: read.made_up.clone().unwrap_or_default(),
        made_up: read.made_up.is_some(),
        inputs,
        warnings: vec![format!("heard {:?}", read.heard)],
        has_place: read.is_placed(),
        ..Facts::default()
    }
}

/// The rows of a file, or of all files in a folder.
fn rows(place: &Path) -> BTreeSet<Row> {
    let files: Vec<PathBuf> = if place.is_dir() {
        fs::read_dir(place).expect("listed").map(|entry| entry.expect("an entry").path()).collect()
    } else {
        vec![place.to_owned()]
    };
    let mut rows = BTreeSet::new();
    for file in files {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file).expect("opened"));
        for batch in reader.expect("a Parquet file").build().expect("readable") {
            let batch = batch.expect("readable");
            let numbers = |at: usize| batch.column(at).as_primitive::<Int32Type>().values();
            let (pids, ranks) =
                (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Int8Type>());
            for row in 0..batch.num_rows() {
                let of = |at: usize| numbers(at)[row];
                let one = (pids.value(row).to_owned(), ranks.value(row), of(2), of(3), of(4), of(5));
                assert!(rows.insert(one), "a row stands there twice");
            }
        }
    }
    rows
}

/// The files of the folder of the rows, and their bytes.
fn bytes_of_rows(place: &Place) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(place.out().join(ROWS_FOLDER)).expect("listed");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("read"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_county_in_parts_is_the_county() {
    let place = Place::county(9_000, 4);
    let hub = Invitation::to(vocabulary::GridPoint { easting: 580_000, northing: 545_000 }, 30_000, 8);
    for hub in [None, Some(&hub)] {
        let (at_once, by_part) = (place.at_once(hub), place.by_part(hub, &|_| ()));
        let (at_once, by_part) = (at_once.expect("done"), by_part.expect("done"));
        assert!(at_once.rows.len() > 3_000, "{}", at_once.rows.len());
        assert!(at_once.summary.contains("\"shortlist\"") && at_once.summary.contains("\"fairness\""));
        assert_eq!(at_once.summary, by_part.summary);
        assert!(at_once == by_part, "the summaries are the same, and something else is not");
    }
    let names: Vec<String> = bytes_of_rows(&place).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet"]
    );
    assert!(!place.out().join(FOLDER).exists(), "what was kept to go on with is gone");
}

#[test]
fn what_is_finished_is_not_done_again_and_the_answer_is_the_same() {
    let place = Place::county(4_000, 4);
    let expected = place.by_part(None, &|_| ()).expect("done");
    let files = bytes_of_rows(&place);
    fs::remove_dir_all(place.out().join(ROWS_FOLDER)).expect("removed");

    // The third part cannot be read: the first two stay finished.
    let third = place.part("part-2.parquet");
    let bytes = fs::read(&third).expect("read");
    fs::write(&third, "pid\n1\n").expect("written");
    place.by_part(None, &|_| ()).expect_err("no such columns");
    let kept = place.out().join(FOLDER);
    assert_eq!(fs::metadata(&kept).expect("there").permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&kept).expect("listed") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("known").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    // What a killed run was writing is no answer.
    let draft = place.out().join(ROWS_FOLDER).join(".meres-half");
    fs::write(&draft, "half").expect("written");

    fs::write(&third, &bytes).expect("written");
    let done = RefCell::new(Vec::new());
    let seen = |stage: Stage<'_>| {
        if let Stage::Part { number, .. } = stage {
            done.borrow_mut().push(number);
        }
    };
    assert!(place.by_part(None, &seen).expect("done") == expected);
    assert_eq!(done.take(), [2, 3]);
    assert!(bytes_of_rows(&place) == files, "the same files, and no half of one");

    // What changed since is done again, and nothing else; with another question everything is.
    let begun = |question: &str| {
        let broken = place.with(100.0, question, &seen, |_| Ok(()));
        broken.expect("done, and not finished");
        done.take()
    };
    assert_eq!(begun("as ever"), [0, 1, 2, 3]);
    fs::rename(place.part("part-1.parquet"), place.part("aside")).expect("moved");
    fs::copy(place.part("part-3.parquet"), place.part("part-1.parquet")).expect("copied");
    fs::rename(place.part("aside"), place.part("part-3.parquet")).expect("moved");
    assert_eq!(begun("as ever"), [1, 3]);
    assert_eq!(begun("as ever"), [0; 0]);
    assert_eq!(begun("another one"), [0, 1, 2, 3]);
    fs::remove_file(place.out().join(ROWS_FOLDER).join("part-00002.parquet")).expect("removed");
    assert_eq!(begun("another one"), [2]);
    forget(&place.out()).expect("forgotten");
    assert!(!kept.exists());
}

#[test]
fn a_part_that_changes_while_it_is_read_is_refused() {
    let place = Place::county(800, 2);
    let second = place.part("part-1.parquet");
    let touch = |stage: Stage<'_>| {
        if matches!(stage, Stage::Part { number: 1, .. }) {
            let bytes = fs::read(&second).expect("read");
            std::thread::sleep(std::time::Duration::from_millis(20));
            fs::write(&second, bytes).expect("written");
        }
    };
    let error = place.by_part(None, &touch).expect_err("it changed").to_string();
    assert!(error.contains("part-1.parquet") && error.contains("changed while it was read"), "{error}");
    place.by_part(None, &|_| ()).expect("done when nobody changes it");
}

#[test]
fn one_run_at_a_time_works_in_a_folder() {
    let place = Place::county(800, 2);
    let error = RefCell::new(String::new());
    let meanwhile = |stage: Stage<'_>| {
        if matches!(stage, Stage::Part { number: 1, .. }) {
            let refused = place.by_part(None, &|_| ()).expect_err("somebody is at work");
            *error.borrow_mut() = refused.to_string();
        }
    };
    place.by_part(None, &meanwhile).expect("done");
    assert!(error.borrow().contains("another run is at work"), "{}", error.borrow());
}
