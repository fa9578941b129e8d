//! `cargo xtask load`: what the figures in docs/performance.md were measured with.

mod pages;
mod planning;

use crate::Outcome;
use crate::system::{self, cargo, program, say, target};
use own_postgres::{Postgres, programs};

const WRITERS: [&str; 3] = ["1", "50", "200"];

const ON_POSTGRESQL: &str = "load-postgresql";

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
    let meres = target().join(built);
    let fill = |folder: &str, more: &[&str]| {
        let out = target().join(folder);
        let out_said = out.to_string_lossy();
        let words = ["demo", "--people", people, "--listed", listed, "--no-serve", "--out", &out_said];
        system::run_quietly(program(&meres.to_string_lossy(), &[&words, more].concat()))?;
        Ok::<_, String>(out.join("data"))
    };
    let each = seconds.parse().unwrap_or(10);
    if planning {
        return planning::run(&meres, &fill("load-planning", &[])?, each);
    }
    pages::run(&meres, (&fill("load", &[])?, None), each)?;
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
    let server = Postgres::start_durable()?;
    let [owner, ours] = ["meres_owner", "meres_app"].map(|role| server.url(role, "meres_template"));
    // What an earlier server held is gone with it.
    let _ = std::fs::remove_dir_all(target().join(ON_POSTGRESQL));
    let data = fill(ON_POSTGRESQL, &["--owner-database-url", &owner, "--database-url", &ours])?;
    pages::run(&meres, (&data, Some(&ours)), each)?;
    measure(&[&ours])
}
