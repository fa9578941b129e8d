//! Running other programs, and where things lie on this machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// Cargo itself, started in the checkout.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
}

/// Any program, started in the checkout.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs it with its output shown.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let words =
        command.get_args().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name} {words}` failed ({status}).")),
        Err(error) => Err(format!("`{name}` could not be started: {error}.")),
    }
}

/// Runs it in silence; what it said is told only where it failed. Its output goes to a file, not a pipe: a server that it
/// leaves behind would hold a pipe open.
pub(crate) fn run_quietly(mut command: Command) -> Outcome {
    let mut said = tempfile()?;
    let (out, err) = (said.try_clone(), said.try_clone());
    let (out, err) = (out.map_err(|e| e.to_string())?, err.map_err(|e| e.to_string())?);
    run(command.stdout(out).stderr(err)).map_err(|problem| {
        use std::io::{Read as _, Seek as _};
        let mut text = String::new();
        // What cannot be read again is missing from the message, no more.
        let _ = said.rewind().and_then(|()| said.read_to_string(&mut text));
        format!("{problem}\n{text}")
    })
}

/// A file without a name.
fn tempfile() -> Result<std::fs::File, String> {
    let path = env::temp_dir().join(format!("meres-said-{}", std::process::id()));
    let file = std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
    let file = file.map_err(|error| format!("{}: {error}", path.display()))?;
    std::fs::remove_file(&path).map_err(|error| error.to_string())?;
    Ok(file)
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
