//! How long a match takes from files to files: `match_speed POPULATION SERVICES FOLDER [THREADS] [csv|report]`. It does what
//! `meres match --rows-only` does, step by step, and says the processor's time of each. Where the population is a folder it
//! does what `meres match --by-part --rows-only` does, or with `report` what a report says too, and says the time of each part. `match_speed invent
//! FOLDER PEOPLE SERVICES` writes files of an invented county to begin with, and the example `tile_nation` those of a nation.

#![expect(clippy::print_stdout, reason = "an example that measures says what it measured")]

use std::cell::Cell;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ground::files::digest;
use matching::{Invitation, People, Plan};
use planning::by_part::{ByPart, Stage};
use planning::cohort::{self, Evidence, parse_cohort, select};
use planning::extract::{Allowance, Mapping};
use planning::made_up_county::{self, Spec};
use planning::match_run::{
    Counting, DEFAULT_RADIUS, DEFAULT_STANDS, Facts, Hub, InputFile, Inputs, MatchRun, Near, RowFormat,
    Sections, Tallies, busiest_place, release, summary_json, write_rows,
};
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

/// The same part by part.
fn by_part(people: &Path, services: &Path, out: &Path, last_word: &str) -> Result<(), Box<dyn Error>> {
    let (report, format) = (last_word == "report", format_of(last_word));
    let (mapping, allowance) = (Mapping::default(), Allowance { percent: 0.0 });
    let rules = parse_rules("version-1.toml", rules::VERSION_1)?;
    let cohort = parse_cohort("version-1.toml", cohort::VERSION_1, Path::new("."))?;
    let supply = supply::import_services(services, &mapping, allowance)?;
    let index_date = rules.index_date;
    let plan = Arc::new(Plan::new(rules, supply.services));
    let parts = population::parts_of(people, &mapping)?;
    let last = Cell::new(processor());
    let said = |what: &str| {
        let now = processor();
        println!("{what:24} {:8.1} ms, {} MB", now - last.replace(now), most_memory());
    };
    let asked = ByPart {
        extract: people,
        parts: &parts,
        import: Import { mapping: &mapping, index_date, allowance, progress: &|_| () },
        plan: plan.clone(),
        cohort: &cohort,
        small_areas: &[],
        fairness: report,
        for_report: report,
        rows: Some(format),
        complete: None,
        networks: None,
        one_row_each: false,
        question: "how fast",
        others: None,
        out,
        said: &|stage| match stage {
            Stage::Part { name, .. } => said(&format!("before {name}")),
            Stage::Finished { .. } => said("it"),
            _ => {}
        },
    };
    let whole = asked.run()?;
    said("adding up");
    let home = report.then(|| busiest_place(&whole.tallies, &disclosure::Release::default())).flatten();
    let hub = home.map(|home| Invitation::to(home, DEFAULT_RADIUS, DEFAULT_STANDS));
    let near = hub.as_ref().map_or_else(|| Ok(People::default()), |hub| whole.around(hub))?;
    let rows: Vec<u32> = (0..u32::try_from(near.len())?).collect();
    let near = Near { people: &near, rows: &rows };
    let hub = hub.map(|asked| (Hub { asked, place_chosen: true }, near));
    said("around the hub");
    let file = |digest: &str| InputFile {
        name: String::new(),
        digest: digest.to_owned(),
        rows_read: whole.read.rows_read,
        rows_used: whole.read.rows_used,
        problems: 0,
    };
    let facts = facts(file(&whole.digest), file(""), index_date.to_string(), whole.read.is_placed());
    let sections = if report { Sections::All { hub, home } } else { Sections::Counts };
    let findings = release(&plan, &whole.tallies, &cohort, facts, sections).map_err(|p| format!("{p:?}"))?;
    std::fs::write(out.join("summary.json"), summary_json(&findings))?;
    whole.finish()?;
    said("counting");
    println!("{:24} {:8.1} ms", "in all", processor());
    Ok(())
}

fn format_of(last_word: &str) -> RowFormat {
    if last_word == "csv" { RowFormat::Csv } else { RowFormat::Parquet }
}

fn facts(population: InputFile, services: InputFile, index_date: String, has_place: bool) -> Facts {
    Facts {
        inputs: Inputs { population, services, index_date, ..Inputs::default() },
        has_place,
        ..Facts::default()
    }
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
    let last_word = arguments.next().unwrap_or_default();
    let format = format_of(&last_word);
    rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global()?;
    if people.is_dir() {
        return by_part(&people, &services, &folder, &last_word);
    }
    let (mut last, mut clock) = (processor(), Instant::now());
    let mut said = |what: &str| {
        let (now, elapsed) = (processor(), clock.elapsed());
        let (on_clock, memory) = (elapsed.as_secs_f64() * 1e3, most_memory());
        println!(
            "{what:10} {:8.1} ms, on the clock {on_clock:8.1}, at most {memory:5} MB so far",
            now - last
        );
        (last, clock) = (now, Instant::now());
    };

    let (mapping, allowance) = (Mapping::default(), Allowance { percent: 0.0 });
    let rules = parse_rules("version-1.toml", rules::VERSION_1)?;
    let cohort = parse_cohort("version-1.toml", cohort::VERSION_1, Path::new("."))?;
    let supply = supply::import_services(&services, &mapping, allowance)?;
    said("services");
    let settings = Import { mapping: &mapping, index_date: rules.index_date, allowance, progress: &|_| () };
    let (population, digest_of_people) =
        rayon::join(|| population::import(std::slice::from_ref(&people), &settings), || digest(&[&people]));
    let population = population?;
    said("people");
    let selected = select(&cohort, &population, &Evidence::none(&cohort, &population), rules.index_date);
    said("cohort");
    let file = |digest: String| InputFile { digest, ..InputFile::default() };
    let (of_people, of_services) = (file(digest_of_people?), file(supply.digest.clone()));
    let rules_date = rules.index_date.to_string();
    let run = MatchRun::new(rules, supply, &population.people, &selected, &|_| ());
    said("matching");
    write_rows(&run, &population, format, &folder)?;
    said("writing");
    let facts = facts(of_people, of_services, rules_date, population.has_place);
    let counting = Counting { small_areas: &[], backgrounds: None, for_report: false };
    let tallies = Tallies::of(&run, &population, &selected, &counting);
    release(&run.plan, &tallies, &cohort, facts, Sections::Counts).map_err(|p| format!("{p:?}"))?;
    said("counting");
    println!("{:10} {:8} MB", "memory", most_memory());
    Ok(())
}
