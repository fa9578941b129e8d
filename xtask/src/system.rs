//! Running other programs, and where things lie on this machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::Outcome;

/// A line for whoever is watching, apart from what the programs print.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// The checkout. Asked at run time: two checkouts may share one target directory.
pub(crate) fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Cargo itself, started in the checkout. Not with what the cargo that runs us says of us: some libraries are built anew
/// where that differs from what it was for a cargo that was started by hand.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = program(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments);
    let ours = env::vars_os().map(|(name, _)| name).filter(|name| {
        name.to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    });
    ours.for_each(|name| {
        cargo.env_remove(name);
    });
    cargo
}

/// Any program, started in the checkout.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs it with its output shown.
pub(crate) fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(command, status)),
        Err(error) => Err(could_not_start(command, &error)),
    }
}

/// Runs it in silence; what it said is told only where it failed.
pub(crate) fn run_quietly(mut command: Command) -> Outcome {
    let output = command.output().map_err(|error| could_not_start(&command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{}\n{}", failed(&command, output.status), String::from_utf8_lossy(&said)))
}

fn called(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn failed(command: &Command, status: ExitStatus) -> String {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    format!("`{} {}` failed ({status}).", called(command), words.join(" "))
}

fn could_not_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}.", called(command))
}

pub(crate) fn is_root() -> bool {
    program("id", &["-u"]).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Runs it in silence: is it there, and does it agree?
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

pub(crate) fn on_path(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(name).is_file()))
}

pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}
