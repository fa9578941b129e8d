//! `cargo xtask load`: what the figures in docs/performance.md were measured with.

mod pages;

use crate::Outcome;
use crate::postgres::{Postgres, programs};
use crate::system::{self, cargo, program, say, target};

const WRITERS: [&str; 3] = ["1", "50", "200"];

/// Measures; `--development` is for whoever cannot wait for a release build: pages alone, by the program that tests use.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let development = arguments.iter().any(|argument| argument == "--development");
    let seconds = arguments.iter().find(|argument| !argument.starts_with('-')).map_or("10", String::as_str);
    let measure = |more: &[&str]| {
        for writers in WRITERS {
            let mut load =
                cargo(&["run", "--quiet", "--release", "--package", "ground", "--example", "load", "--"]);
            system::run(load.args([seconds, writers]).args(more))?;
        }
        Ok(())
    };
    say("Pages of a demonstration with 10,000 services in its directory …");
    let profile: &[&str] = if development { &[] } else { &["--release"] };
    system::run(cargo(&["build", "--package", "meres", "--bin", "meres"]).args(profile))?;
    let built = if development { "debug/meres" } else { "release/meres" };
    let (meres, out) = (target().join(built), target().join("load"));
    let out = out.to_string_lossy();
    let filled = program(
        &meres.to_string_lossy(),
        &["demo", "--people", "20000", "--listed", "10000", "--no-serve", "--out", &out],
    );
    system::run_quietly(filled)?;
    pages::run(&meres, &target().join("load/data"), seconds.parse().unwrap_or(10))?;
    if development {
        return Ok(());
    }
    say("The embedded database, in a folder for temporary files …");
    measure(&[])?;
    if programs().is_none() {
        say("PostgreSQL is missing: that was all.");
        return Ok(());
    }
    say("PostgreSQL on loopback, which waits for the disk …");
    system::run(&mut cargo(&["build", "--package", "meres", "--bin", "meres"]))?;
    let server = Postgres::start_durable()?;
    server.make_template()?;
    measure(&[&server.url("meres_app", "meres_template")])
}
