//! `cargo xtask demo`: from a fresh checkout to a report to read.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::system::{self, cargo, say, target};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    // The profile is the tests': it optimises the crates that work hard, and one build serves both.
    say("Building (the first time takes some minutes) …");
    system::run(&mut cargo(&["build", "--package", "meres", "--bin", "meres"]))?;

    let asked_for = out_folder(arguments);
    let out = asked_for.clone().unwrap_or_else(|| target().join("demo"));
    let meres = target().join("debug").join("meres");
    // A folder that the caller names is the caller's, not the checkout's.
    let mut command = Command::new(meres);
    command.arg("demo").args(arguments);
    if asked_for.is_none() {
        command.arg("--out").arg(&out);
    }
    system::run(&mut command)?;

    let report = out.join("report.html");
    if report.is_file() {
        say(&format!("The report: {}", report.display()));
    }
    Ok(())
}

/// The folder asked for by `--out DIR` or `--out=DIR`.
fn out_folder(arguments: &[String]) -> Option<PathBuf> {
    arguments.iter().enumerate().find_map(|(i, argument)| match argument.strip_prefix("--out") {
        Some("") => arguments.get(i + 1).map(PathBuf::from),
        Some(rest) => rest.strip_prefix('=').map(PathBuf::from),
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_folder_asked_for() {
        let folder = |line: &str| out_folder(&line.split(' ').map(String::from).collect::<Vec<_>>());
        assert_eq!(folder("--seed 3 --out here"), Some("here".into()));
        assert_eq!(folder("--out=here --seed 3"), Some("here".into()));
        assert_eq!(folder("--seed 3"), None);
    }
}
