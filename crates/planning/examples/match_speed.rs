//! How long a match takes from files to files: `match_speed POPULATION SERVICES FOLDER [THREADS] [csv]`. It does what
//! `meres match --rows-only` does, step by step, and says the processor's time of each. `match_speed invent FOLDER PEOPLE
//! SERVICES` writes files of an invented county to begin with.

#![expect(clippy::print_stdout, reason = "an example that measures says what it measured")]

use std::error::Error;
use std::path::{Path, PathBuf};

use ground::files::digest;
use planning::cohort::{self, Evidence, parse_cohort, select};
use planning::extract::{Allowance, Mapping};
use planning::made_up_county::{self, Spec};
use planning::match_run::{Facts, InputFile, Inputs, MatchRun, RowFormat, Sections, release, write_rows};
use planning::population::{self, Import};
use planning::rules::{self, parse_rules};
use planning::supply;

/// Milliseconds that the threads of this process have been on a processor, in their own code or in the system's.
fn processor() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    times.sum::<f64>() / 1e6
}

/// The most memory that the process has had, in megabytes.
fn most_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes =
        line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("match_speed POPULATION SERVICES FOLDER [THREADS] [csv]");
    let first = next()?;
    if first == "invent" {
        let folder = PathBuf::from(next()?);
        let spec = Spec { people: next()?.parse()?, services: next()?.parse()?, ..Spec::default() };
        made_up_county::write(&spec, &folder, &mut |_, _| ())?;
        return Ok(());
    }
    let (people, services, folder) = (PathBuf::from(first), PathBuf::from(next()?), PathBuf::from(next()?));
    let threads = arguments.next().map_or(Ok(1), |threads| threads.parse())?;
    let format = if arguments.next().as_deref() == Some("csv") { RowFormat::Csv } else { RowFormat::Parquet };
    rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global()?;
    let mut last = processor();
    let mut said = |what: &str| {
        let now = processor();
        println!("{what:10} {:8.1} ms", now - last);
        last = now;
    };

    let (mapping, allowance) = (Mapping::default(), Allowance { percent: 0.0 });
    let rules = parse_rules("version-1.toml", rules::VERSION_1)?;
    let cohort = parse_cohort("version-1.toml", cohort::VERSION_1, Path::new("."))?;
    let supply = supply::import_services(&services, &mapping, allowance)?;
    said("services");
    let settings = Import { mapping: &mapping, index_date: rules.index_date, allowance, progress: &|_| () };
    let population = population::import(std::slice::from_ref(&people), &settings)?;
    said("people");
    let selected = select(&cohort, &population, &Evidence::none(&cohort, &population), rules.index_date);
    said("cohort");
    let file = |path: &Path| {
        let digest = digest(&[path])?;
        Ok::<_, Box<dyn Error>>(InputFile {
            name: String::new(),
            digest,
            rows_read: 0,
            rows_used: 0,
            problems: 0,
        })
    };
    let inputs = Inputs {
        population: file(&people)?,
        services: file(&services)?,
        events: None,
        rules: String::new(),
        rules_digest: String::new(),
        cohort: String::new(),
        cohort_digest: String::new(),
        code_lists: Vec::new(),
        index_date: rules.index_date.to_string(),
        program: String::new(),
    };
    said("digests");
    let run = MatchRun::new(rules, supply, &population.people, &selected, &|_| ());
    said("matching");
    write_rows(&run, &population, format, &folder)?;
    said("writing");
    let facts = Facts {
        about: String::new(),
        made_up: false,
        inputs,
        warnings: Vec::new(),
        small_areas: Vec::new(),
        area_names: Vec::new(),
        backgrounds: None,
    };
    release(&run, &population, &cohort, &selected, facts, Sections::Counts).map_err(|p| format!("{p:?}"))?;
    said("counting");
    println!("{:10} {:8} MB", "memory", most_memory());
    Ok(())
}
