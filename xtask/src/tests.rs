//! `cargo xtask test`: sets up what the tests need, then runs every test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use own_postgres::Postgres;

use crate::Outcome;
use crate::system::{self, cargo, is_root, on_path, program, root, say, succeeds, target};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    set_up_programs();
    set_up_node_modules();
    let (python, sink, schema) = (set_up_python(), set_up_sink(), set_up_schemathesis());

    // Examples in the documentation first, so that the runner's own summary is the last thing on the screen.
    let examples = if arguments.is_empty() {
        system::run(with_test_data(&mut cargo(&["test", "--quiet", "--workspace", "--doc"])))
    } else {
        Ok(())
    };
    let nextest = succeeds(&mut cargo(&["nextest", "--version"]));
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test", "--lib", "--bins", "--tests"] };
    let server = start_postgres(runner)?;
    let run = || {
        let mut tests = cargo(runner);
        with_test_data(tests.args(["--workspace", "--no-fail-fast"]));
        if let Some(python) = &python {
            tests.env("MERES_PYTHON", python);
        }
        if let Some(sink) = &sink {
            tests.env("MERES_SINK_PYTHON", sink);
        }
        if let Some(schema) = &schema {
            tests.env("MERES_SCHEMA_PYTHON", schema);
        }
        if let Some(server) = &server {
            tests.env("MERES_TEST_POSTGRES", server.address());
        }
        tests
    };
    let tests = system::run(run().args(arguments));
    let again = match &server {
        Some(_) if arguments.is_empty() => {
            say("The tests that keep something once more, on PostgreSQL …");
            let only: &[&str] = if nextest { &["-E", ON_BOTH] } else { &[] };
            system::run(run().args(only).env("MERES_TEST_DATABASE", "postgres"))
        }
        _ => Ok(()),
    };
    examples.and(tests).and(again)
}

/// The tests that run on either database: everything that opens one, but for the power cuts, which are about its file.
const ON_BOTH: &str = "(package(ground) & test(/database|audit|backup|jobs|vault/)) | package(access) | package(offers) | \
                       (package(planning) & test(population)) | \
                       (package(meres) & test(/journeys::(database|directory_editing|directory_imports|directory_sources|\
                        doors|edge|employers_account|feeds|finder|hostile_imports|injection|later_work|managers_pages|no_harm|\
                       open_referral_api|planning_|reach|real_county|side_by_side|site|stricter|two_analysts|wall)/))";

/// A PostgreSQL for the tests, where it is installed; where it must be, its absence is an error.
fn start_postgres(runner: &[&str]) -> Result<Option<Postgres>, String> {
    if own_postgres::programs().is_none() {
        let missing = "PostgreSQL is missing: the tests run on the embedded database only.";
        return if env::var_os("MERES_REQUIRE_POSTGRES").is_some() {
            Err(missing.to_owned())
        } else {
            say(missing);
            Ok(None)
        };
    }
    // The tests' own build of the program, so that it is built once.
    system::run(cargo(runner).args(["--workspace", "--no-run"]))?;
    say("Starting a PostgreSQL for the tests …");
    let server = Postgres::start()?;
    server.make_template(&target().join("debug").join("meres"))?;
    Ok(Some(server))
}

/// Tells the tests where the larger test data lie, unless somebody already has.
fn with_test_data(command: &mut Command) -> &mut Command {
    if env::var_os("MERES_TEST_DATA").is_none() {
        command.env("MERES_TEST_DATA", root().join("../shared/data"));
    }
    command
}

/// A Python with numpy and pyarrow for the generator of the seeded county against which engines are compared. Without it
/// those comparisons are left out.
fn set_up_python() -> Option<PathBuf> {
    let generator = env::var_os("MERES_TEST_DATA")
        .map_or_else(|| root().join("../shared/data"), |set| root().join(set))
        .join("../bench/gen.py");
    if env::var_os("MERES_PYTHON").is_some() || !generator.exists() {
        return None;
    }
    python_with("python", &["numpy", "pyarrow"], "the comparisons with other engines", "MERES_PYTHON")
}

/// A Python with a mail server, to which the tests send letters. Without it those tests are left out.
fn set_up_sink() -> Option<PathBuf> {
    if env::var_os("MERES_SINK_PYTHON").is_some() {
        return None;
    }
    python_with("python-mail", &["aiosmtpd"], "the tests of mail", "MERES_SINK_PYTHON")
}

/// A Python with schemathesis, which tries the routes as each role. Without it that test is left out.
fn set_up_schemathesis() -> Option<PathBuf> {
    if env::var_os("MERES_SCHEMA_PYTHON").is_some() {
        return None;
    }
    python_with(
        "python-schema",
        &["schemathesis"],
        "the tests by the OpenAPI document",
        "MERES_SCHEMA_PYTHON",
    )
}

/// A Python of our own with these packages. `variable` is how somebody could name another.
fn python_with(name: &str, packages: &[&str], what_for: &str, variable: &str) -> Option<PathBuf> {
    let folder = system::tools().join(name);
    let python = folder.join("bin/python");
    let has_them = format!("import {}", packages.join(", "));
    let ready = || succeeds(&mut program(&python.to_string_lossy(), &["-c", &has_them]));
    if ready() {
        return Some(python);
    }
    let names = packages.join(" and ");
    say(&format!("Setting up Python with {names} for {what_for} …"));
    let install = [&["-m", "pip", "install", "--quiet"], packages].concat();
    let made = succeeds(program("python3", &["-m", "venv"]).arg(&folder))
        && succeeds(&mut program(&python.to_string_lossy(), &install))
        && ready();
    if !made {
        say(&format!(
            "That did not work: {what_for} are left out. ({variable} may name a Python with {names}.)"
        ));
    }
    made.then_some(python)
}

/// A browser for the report's tests and the tools that look at printed pages: installed where this user may.
fn set_up_programs() {
    let mut missing = Vec::new();
    if !on_path("chromium") {
        missing.push("chromium");
    }
    // Charts are measured for letters as wide as Arial's; where a machine has none, words run out of them.
    if !Path::new("/usr/share/fonts/truetype/liberation").exists() {
        missing.push("fonts-liberation");
    }
    if !on_path("pdftotext") {
        missing.push("poppler-utils");
    }
    if own_postgres::programs().is_none() || !on_path("psql") {
        missing.push("postgresql");
    }
    if missing.is_empty() {
        return;
    }
    let names = missing.join(" ");
    if !on_path("apt-get") || !may_install() {
        say(&format!(
            "Missing: {names}. Tests that need them are left out. To run them, install these packages \
             (on Debian and Ubuntu: apt-get install {names})."
        ));
        return;
    }
    say(&format!("Installing {names} …"));
    let install = as_root(&["apt-get", "update", "--quiet=2"]).and_then(|()| {
        as_root(
            &[&["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends"], &missing[..]]
                .concat(),
        )
    });
    if let Err(problem) = install {
        say(&format!("{problem} Tests that need {names} are left out."));
    }
}

fn may_install() -> bool {
    is_root() || succeeds(&mut program("sudo", &["-n", "true"]))
}

fn as_root(words: &[&str]) -> Outcome {
    let words: Vec<&str> = if is_root() { words.to_vec() } else { [&["sudo", "-n"], words].concat() };
    system::run(program(words[0], &words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// What the browser tests need from npm, exactly as locked.
fn set_up_node_modules() {
    let folder = root().join("tests/browser");
    // What npm notes of its last work is younger than the lock file, unless that changed since.
    let changed = |path: &str| folder.join(path).metadata().and_then(|about| about.modified()).ok();
    let (locked, installed) = (changed("package-lock.json"), changed("node_modules/.package-lock.json"));
    if locked.is_none() || installed >= locked {
        return;
    }
    if !on_path("npm") {
        say(
            "Missing: Node.js with npm. The browser tests are left out. To run them, install Node.js 20 or later.",
        );
        return;
    }
    say("Fetching what the browser tests need …");
    if let Err(problem) = system::run(program("npm", &["ci", "--no-fund", "--no-audit"]).current_dir(folder))
    {
        say(&format!("{problem} The browser tests are left out."));
    }
}
