//! `cargo xtask fuzz`: the readers of outside files under libFuzzer, as long as somebody likes.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::Outcome;
use crate::system::{self, cargo, program, root, say, target};

/// Seconds for each reader, where nobody says how many.
const SECONDS: &str = "60";

/// Longer files find little that shorter ones do not, and take longer.
const LONGEST: &str = "4096";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (reader, seconds) = understood(arguments)?;
    let readers = match reader {
        Some(reader) => vec![reader],
        None => every_reader()?,
    };
    if let Some(unknown) = readers.iter().find(|reader| !corpus(reader).is_dir()) {
        let known = every_reader()?.join(", ");
        return Err(format!("There is no reader \"{unknown}\". There are: {known}."));
    }
    let fuzzer = build()?;
    for reader in &readers {
        say(&format!("{reader}: {seconds} seconds …"));
        fuzz(&fuzzer, reader, &seconds)?;
    }
    let found = target().join("fuzzed");
    say(&format!(
        "Nothing broke. What the fuzzer kept is in {}; see CONTRIBUTING.md before any of it is kept here.",
        found.display()
    ));
    Ok(())
}

fn understood(arguments: &[String]) -> Result<(Option<String>, String), String> {
    let usage = || "Usage: cargo xtask fuzz [READER] [--seconds N]".to_owned();
    let (mut reader, mut seconds) = (None, SECONDS.to_owned());
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        if word == "--seconds" {
            let number = rest.next().filter(|n| n.parse::<u32>().is_ok_and(|n| n > 0));
            seconds.clone_from(number.ok_or_else(usage)?);
        } else if word.starts_with('-') || reader.is_some() {
            return Err(usage());
        } else {
            reader = Some(word.clone());
        }
    }
    Ok((reader, seconds))
}

fn corpora() -> PathBuf {
    root().join("fuzz/corpus")
}

fn corpus(reader: &str) -> PathBuf {
    corpora().join(reader)
}

/// Each has a corpus; a test sees to that.
fn every_reader() -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(corpora()).map_err(|error| format!("fuzz/corpus: {error}."))?;
    let mut readers: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    readers.sort();
    Ok(readers)
}

/// What is fuzzed, and so compiled with counters. The libraries under it are taken as the other builds have them.
const FUZZED: [&str; 8] =
    ["disclosure", "fuzz", "ground", "matching", "offers", "planning", "vocabulary", "web"];

/// What libFuzzer needs of the compiler; a stable one can do it.
const COUNTERS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Set where Cargo starts this program in place of the compiler.
pub(crate) const COMPILES: &str = "MERES_XTASK_COMPILES";

/// The compiler as Cargo wants it (its path, then its arguments), with counters for the crates that are fuzzed: flags
/// for all crates would be flags for all libraries too, and build them all again.
pub(crate) fn compile() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let Some(compiler) = words.next() else { return ExitCode::FAILURE };
    let arguments: Vec<OsString> = words.collect();
    let fuzzed = arguments.windows(2).any(|pair| {
        pair[0] == "--crate-name" && FUZZED.iter().any(|name| pair[1].to_string_lossy() == **name)
    });
    let counters: &[&str] = if fuzzed { &COUNTERS } else { &[] };
    let status = Command::new(compiler).args(arguments).args(counters).status();
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn build() -> Result<PathBuf, String> {
    say("Building the fuzzer …");
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let mut build = cargo(&["build", "--quiet"]);
    build.current_dir(root().join("fuzz")).env("CARGO_TARGET_DIR", target());
    system::run(build.env("RUSTC_WRAPPER", own).env(COMPILES, "1"))?;
    Ok(target().join("debug/fuzz"))
}

/// Begins with the corpus that is kept, and leaves it as it is.
fn fuzz(fuzzer: &Path, reader: &str, seconds: &str) -> Outcome {
    let kept = target().join("fuzzed/kept").join(reader);
    let broken = target().join("fuzzed/broken").join(reader);
    for folder in [&kept, &broken] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}.", folder.display()))?;
    }
    let mut run = program(&fuzzer.to_string_lossy(), &[]);
    run.arg(&kept).arg(corpus(reader)).env("MERES_FUZZ", reader).env("RAYON_NUM_THREADS", "1");
    run.arg(format!("-dict={}", root().join("fuzz/words.dict").display()));
    run.arg(format!("-artifact_prefix={}/", broken.display()));
    run.args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST}")]);
    run.args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]);
    system::run(&mut run).map_err(|_| {
        format!("{reader} broke. What it broke on is in {}; see CONTRIBUTING.md.", broken.display())
    })
}
