//! `cargo xtask figures`: the tables of docs/performance.md, on this machine, from this code. It judges nothing: what is asked of
//! the figures stands beside them in the document.

#![expect(clippy::print_stdout, reason = "the tables are what it is for")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::system::{self, cargo, say, target};
use crate::{Outcome, load};

/// The county that is made up where none is given.
const PEOPLE: &str = "820000";
const SERVICES: &str = "5000";
/// Runs of which the least counts.
const TIMES: usize = 3;

/// What one match took.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Took {
    processor_ms: f64,
    clock_ms: f64,
    memory_mb: u64,
}

/// Measures matching, allocation and invitation. `FOLDER` holds counties, a folder each with `persons.parquet`, `services.parquet` and, if
/// it is to be read too, `persons.csv` and `services.csv`; and `alloc-*.txt` for allocation. Without one, a county is
/// made up. With `--load` also what `cargo xtask load` measures.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let folder = arguments.iter().find(|argument| !argument.starts_with('-')).map(PathBuf::from);
    say("Building the release profile …");
    let examples = ["-p", "planning", "-p", "matching", "--examples"];
    system::run(cargo(&["build", "--release"]).args(examples))?;
    let folder = folder.map_or_else(made_up, Ok)?;
    matching(&folder)?;
    for file in files(&folder, |name| name.starts_with("alloc-"))? {
        println!("\nAllocation, `{}`:", name_of(&file));
        system::run(example("allocate_speed").arg(&file).arg("20"))?;
    }
    println!("\nWhom to invite:");
    system::run(example("invite_speed").arg(TIMES.to_string()))?;
    if arguments.iter().any(|argument| argument == "--load") { load::run(&[]) } else { Ok(()) }
}

fn example(name: &str) -> Command {
    Command::new(target().join("release/examples").join(name))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a folder holds under such names, in the order of the names.
fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}.", folder.display()))?;
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| wanted(&name_of(path)));
    found.sort();
    Ok(found)
}

/// A county of our own, made once.
fn made_up() -> Result<PathBuf, String> {
    let folder = target().join("figures");
    let county = folder.join("made-up");
    if !county.join("persons.parquet").is_file() {
        std::fs::create_dir_all(&county).map_err(|error| format!("{}: {error}.", county.display()))?;
        system::run_quietly(invented(&county))?;
        let rename = |from: &str, to: &str| std::fs::rename(county.join(from), county.join(to));
        rename("population.parquet", "persons.parquet")
            .map_err(|error| format!("population.parquet: {error}."))?;
    }
    Ok(folder)
}

fn invented(county: &Path) -> Command {
    let mut command = example("match_speed");
    command.arg("invent").arg(county).args([PEOPLE, SERVICES]);
    command
}

/// Every county in every form that it has, by one thread and by two.
fn matching(folder: &Path) -> Outcome {
    println!("\nMatching, the least of {TIMES} runs:\n");
    println!("| county | in and out | threads | CPU seconds | on the clock | memory |");
    println!("|---|---|---|---|---|---|");
    let out = target().join("figures").join("out");
    std::fs::create_dir_all(&out).map_err(|error| format!("{}: {error}.", out.display()))?;
    for county in files(folder, |name| name != "out")? {
        for (form, word) in [("parquet", "Parquet"), ("csv", "CSV")] {
            let people = county.join(format!("persons.{form}"));
            let services = ["csv", "parquet"].map(|form| county.join(format!("services.{form}")));
            let Some(services) = services.iter().find(|services| services.is_file()) else { continue };
            if !people.is_file() {
                continue;
            }
            for threads in ["1", "2"] {
                let runs = (0..TIMES).map(|_| {
                    let mut command = example("match_speed");
                    command.arg(&people).arg(services).arg(&out).args([threads, form]);
                    took(command)
                });
                let least = least(&runs.collect::<Result<Vec<Took>, String>>()?);
                println!(
                    "| {} | {word} | {threads} | {:.2} | {:.2} | {} MB |",
                    name_of(&county),
                    least.processor_ms / 1e3,
                    least.clock_ms / 1e3,
                    least.memory_mb,
                );
            }
        }
    }
    Ok(())
}

/// Runs one match and reads what it says of its steps.
fn took(mut command: Command) -> Result<Took, String> {
    let output = command.output().map_err(|error| format!("match_speed: {error}."))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!(
            "match_speed ended with {}.\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let steps: Vec<Took> = said.lines().filter_map(step).collect();
    if steps.is_empty() {
        return Err(format!("match_speed says nothing of its steps:\n{said}"));
    }
    Ok(Took {
        processor_ms: steps.iter().map(|step| step.processor_ms).sum(),
        clock_ms: steps.iter().map(|step| step.clock_ms).sum(),
        memory_mb: steps.iter().map(|step| step.memory_mb).max().unwrap_or_default(),
    })
}

/// `people   143.1 ms, on the clock   109.0, at most   117 MB so far`.
fn step(line: &str) -> Option<Took> {
    let (processor, rest) = line.split_once(" ms, on the clock")?;
    let (clock, rest) = rest.split_once(", at most")?;
    Some(Took {
        processor_ms: processor.split_whitespace().last()?.parse().ok()?,
        clock_ms: clock.trim().parse().ok()?,
        memory_mb: rest.split_whitespace().next()?.parse().ok()?,
    })
}

/// The least of each.
fn least(runs: &[Took]) -> Took {
    let of = |value: fn(&Took) -> f64| runs.iter().map(value).fold(f64::INFINITY, f64::min);
    Took {
        processor_ms: of(|took| took.processor_ms),
        clock_ms: of(|took| took.clock_ms),
        memory_mb: runs.iter().map(|took| took.memory_mb).min().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Took, least, step};

    #[test]
    fn the_lines_of_steps_are_understood_and_no_others() {
        let line = "people        143.1 ms, on the clock    109.0, at most   117 MB so far";
        let read = Took { processor_ms: 143.1, clock_ms: 109.0, memory_mb: 117 };
        assert_eq!(step(line), Some(read));
        assert_eq!(step("memory          117 MB"), None);
        let other = Took { processor_ms: 99.0, clock_ms: 200.0, memory_mb: 130 };
        assert_eq!(least(&[read, other]), Took { processor_ms: 99.0, clock_ms: 109.0, memory_mb: 117 });
    }
}
