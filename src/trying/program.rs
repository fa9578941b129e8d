//! The program that serves the pages, once more: on a population, with definitions, beside the server. However large an extract
//! is, the server stays as it is, and what a page shows is what the command line would have written.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::data_path::DataPath;

/// Has a program of ours say each step when it begins, on a line that ends so.
pub const TELL_STEPS: &str = "MERES_TELL_STEPS";
pub const STEP_BEGINS: &str = " …";

/// Letters of what a program said last that are kept.
const MOST_SAID: usize = 2_000;

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err, which gives it away")]
pub(crate) fn broken(error: io::Error) -> String {
    format!("the run could not be started: {error}")
}

/// Trials that a crash left are gone once they are older than any trial lasts.
const OLD: Duration = Duration::from_hours(1);

/// A folder for one trial, in the data folder, which nobody but Meres may read; gone when it is dropped.
pub(crate) fn folder(data: &DataPath) -> Result<TempDir, String> {
    let all = data.folder.join("trials");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&all).map_err(broken)?;
    for entry in fs::read_dir(&all).map_err(broken)?.flatten() {
        let made = entry.metadata().and_then(|about| about.modified());
        if made.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > OLD)) {
            fs::remove_dir_all(entry.path()).map_err(broken)?;
        }
    }
    tempfile::tempdir_in(all).map_err(broken)
}

/// Removes what trials left, with what is under way: it may hold rows of a population that is to be forgotten.
pub(crate) fn forget(data: &Path) -> io::Result<()> {
    match fs::remove_dir_all(data.join("trials")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// One of our subcommands on a population of this data folder.
pub(crate) fn command(data: &DataPath, subcommand: &str, digest: &str) -> Command {
    let mut command = Command::new(&data.program);
    command.arg(subcommand).arg("--data").arg(&data.folder);
    command.args(["--population", digest]);
    command.arg(format!("--small-counts-up-to={}", data.small_counts()));
    // By its environment, where no list of programs shows it.
    match &data.database_url {
        Some(url) => command.env("MERES_DATABASE_URL", url),
        None => command.env_remove("MERES_DATABASE_URL"),
    };
    command
}

/// Writes a cohort and rules beside what comes out, and names them.
pub(crate) fn definitions(
    command: &mut Command,
    folder: &Path,
    (cohort, rules): (Option<&str>, Option<&str>),
) -> Result<(), String> {
    for (name, option, text) in [("cohort.toml", "--cohort", cohort), ("rules.toml", "--rules", rules)] {
        if let Some(text) = text {
            let file = folder.join(name);
            fs::write(&file, text).map_err(broken)?;
            command.arg(option).arg(file);
        }
    }
    Ok(())
}

/// Has it run to its end; the text of a file that it wrote into its folder.
pub(crate) fn finished(
    command: &mut Command,
    (folder, file): (&Path, &str),
    longest: Duration,
) -> Result<String, String> {
    followed(command, (folder, file), longest, |_| ())
}

/// The same, and tells each step that it begins.
pub(crate) fn followed(
    command: &mut Command,
    (folder, file): (&Path, &str),
    longest: Duration,
    step: impl FnMut(&str) + Send + 'static,
) -> Result<String, String> {
    command.env(TELL_STEPS, "1");
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let said = waited(longest, command, step)?;
    if let Some(said) = said {
        return Err(plain(&said, folder));
    }
    fs::read_to_string(folder.join(file)).map_err(broken)
}

/// Waits for a program; what it said where it failed.
fn waited(
    longest: Duration,
    command: &mut Command,
    mut step: impl FnMut(&str) + Send + 'static,
) -> Result<Option<String>, String> {
    let mut child = command.spawn().map_err(broken)?;
    let said = child.stderr.take();
    // Read beside it: a full pipe would stop it.
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        for line in said.into_iter().flat_map(|said| BufReader::new(said).split(b'\n')).map_while(Result::ok)
        {
            let line = String::from_utf8_lossy(&line);
            if let Some(name) = line.strip_suffix(STEP_BEGINS) {
                step(name);
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    });
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(broken)? {
            break status;
        }
        if begun.elapsed() > longest {
            // It may have ended this moment.
            drop(child.kill());
            drop(child.wait());
            return Err(format!("it took longer than {} minutes, and was ended", longest.as_secs() / 60));
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let said = reading.join().unwrap_or_default();
    Ok((!status.success()).then_some(said))
}

/// The last words of a program, without folders of this machine.
fn plain(said: &str, folder: &Path) -> String {
    let last =
        said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it ended without a word");
    let folder = format!("{}/", folder.display());
    last.replace(&folder, "").trim_start_matches("error: ").chars().take(MOST_SAID).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn steps_are_told_as_they_begin_and_the_last_words_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let steps = Arc::new(Mutex::new(Vec::new()));
        let run = |script: &str| {
            let (mut command, told) = (Command::new("sh"), steps.clone());
            command.args(["-c", script]).current_dir(folder.path());
            let step = move |name: &str| told.lock().expect("steps").push(name.to_owned());
            followed(&mut command, (folder.path(), "out"), Duration::from_mins(1), step)
        };
        let told = "echo \"Reading …\" >&2; echo \"Reading: 3 rows (0.1 s)\" >&2; echo \"Matching …\" >&2";
        assert_eq!(run(&format!("{told}; echo found > out")), Ok("found\n".to_owned()));
        assert_eq!(*steps.lock().expect("steps"), ["Reading", "Matching"], "names alone, no counts of rows");
        assert_eq!(run("echo \"error: no such file\" >&2; exit 3"), Err("no such file".to_owned()));
    }
}
