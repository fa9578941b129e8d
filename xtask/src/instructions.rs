//! `cargo xtask instructions`: what a match costs, in instructions, held against what it cost before. A clock says little on
//! a machine with other work; instructions are the same each time.
//!
//! Built as the tests are, so that it costs no second build: the crates that matter are optimised there too.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::system::{self, cargo, on_path, program, root, say, target};

/// The county that is matched: small, since every instruction is counted one by one.
const PEOPLE: &str = "20000";
const SERVICES: &str = "1500";

/// What it may cost more than the last figure, in a hundred.
const MORE_PERCENT: f64 = 3.0;

/// What it cost, with the reason of each change; the last line counts.
const FIGURES: &str = "xtask/instructions.txt";

pub(crate) fn run() -> Outcome {
    if !on_path("valgrind") {
        say("valgrind is missing: instructions are not counted. On Debian: apt-get install valgrind");
        return Ok(());
    }
    let text = std::fs::read_to_string(root().join(FIGURES)).map_err(|e| format!("{FIGURES}: {e}."))?;
    let (last, compiler) = last_figure(&text)?;
    // Compiled in one go: in pieces, other calls are inlined.
    system::run(cargo(&["build", "--workspace", "--example", "match_speed"]).env("CARGO_INCREMENTAL", "0"))?;
    let folder = target().join("instructions");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}.", folder.display()))?;
    let example = target().join("debug/examples/match_speed");
    system::run_quietly(started(&example.to_string_lossy(), &["invent"], &folder, &[PEOPLE, SERVICES]))?;
    let counted = counted(&example, &folder)?;
    say(&format!(
        "A match of {PEOPLE} people and {SERVICES} services: {counted:.1} million instructions; before: {last:.1}."
    ));
    if !is_comparable(&compiler) {
        say("Counted by another compiler, or without AVX2: the two are not compared.");
        return Ok(());
    }
    verdict(counted, last)
}

/// Whether this machine counts as the figures were counted.
fn is_comparable(compiler: &str) -> bool {
    let version = Command::new("rustc").arg("--version").output();
    let same =
        version.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(&format!(" {compiler} ")));
    same && std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|cpus| cpus.contains(" avx2"))
}

fn started(name: &str, before: &[&str], folder: &Path, after: &[&str]) -> Command {
    let mut command = program(name, before);
    command.arg(folder).args(after);
    command
}

/// Millions of instructions of one match.
fn counted(example: &Path, folder: &Path) -> Result<f64, String> {
    let mut valgrind = program("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind
        .arg(example)
        .args([folder.join("population.parquet"), folder.join("services.csv")])
        .arg(folder)
        .arg("1");
    let output = valgrind.output().map_err(|error| format!("valgrind could not be started: {error}."))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected =
        said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<f64>().ok());
    collected
        .filter(|_| output.status.success())
        .map(|instructions| instructions / 1e6)
        .ok_or_else(|| format!("valgrind did not count ({}).\n{said}", output.status))
}

/// The figure of the last line, in millions, and the compiler that it is of.
fn last_figure(text: &str) -> Result<(f64, String), String> {
    let last = text.lines().rfind(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let figure = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        Some((words.next()?.parse().ok()?, words.next()?.to_owned()))
    };
    last.and_then(figure).ok_or_else(|| {
        format!("{FIGURES}: expected a day, millions of instructions, a compiler and a reason.")
    })
}

fn verdict(counted: f64, last: f64) -> Outcome {
    let more = (counted / last - 1.0) * 100.0;
    if more > MORE_PERCENT {
        return Err(format!(
            "{more:.1} % more than before; {MORE_PERCENT} % are let pass. Find what costs it, or add a line to {FIGURES} \
             that says why it is worth it."
        ));
    }
    if more < -MORE_PERCENT {
        say(&format!("{:.1} % less than before: add a line to {FIGURES}, so that it stays so.", -more));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_and_three_in_a_hundred_pass() {
        let text =
            "# day millions compiler why\n2026-01-01 100.5 1.95.0 first\n2026-01-02 90 1.95.0 better\n\n";
        assert_eq!(last_figure(text), Ok((90.0, "1.95.0".to_owned())));
        assert!(last_figure("# nothing yet\n").is_err());
        assert!(verdict(92.6, 90.0).is_ok());
        assert!(verdict(92.8, 90.0).is_err());
        assert!(verdict(50.0, 90.0).is_ok());
    }
}
