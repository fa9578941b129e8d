//! `cargo xtask load`: what the figures in docs/performance.md were measured with.

mod pages;
mod planning;

use crate::Outcome;
use crate::system::{self, cargo, program, say, target};
use own_postgres::{Postgres, programs};

const WRITERS: [&str; 3] = ["1", "50", "200"];

/// People of the county whose planning pages are read.
const COUNTY: &str = "824000";

/// Measures; `--planning` reads the planning rooms with a whole county in them and nothing else; `--development` is for whoever cannot wait for a release build: pages alone, by the program that tests use.
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
    let planning = arguments.iter().any(|argument| argument == "--planning");
    let (people, listed) = if planning { (COUNTY, "400") } else { ("20000", "10000") };
    say(&format!("Pages of a demonstration with {people} people and {listed} services in its directory …"));
    let profile: &[&str] = if development { &[] } else { &["--release"] };
    system::run(cargo(&["build", "--package", "meres", "--bin", "meres"]).args(profile))?;
    let built = if development { "debug/meres" } else { "release/meres" };
    let folder = if planning { "load-planning" } else { "load" };
    let (meres, out) = (target().join(built), target().join(folder));
    let out = out.to_string_lossy();
    let filled = program(
        &meres.to_string_lossy(),
        &["demo", "--people", people, "--listed", listed, "--no-serve", "--out", &out],
    );
    system::run_quietly(filled)?;
    let (data, each) = (target().join(folder).join("data"), seconds.parse().unwrap_or(10));
    if planning {
        return planning::run(&meres, &data, each);
    }
    pages::run(&meres, &data, each)?;
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
    server.make_template(&target().join("debug").join("meres"))?;
    measure(&[&server.url("meres_app", "meres_template")])
}
