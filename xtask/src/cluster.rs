//! `cargo xtask cluster`: the program with the distributed engine, and the test of a scheduler and three executors.
//!
//! In a folder of its own: the engine turns on features of libraries that both builds share, and a program of the same name
//! would take the other's place.

use crate::Outcome;
use crate::system::{self, cargo, say, target};

pub(crate) fn run() -> Outcome {
    say("Building with the distributed engine (the first time takes ten minutes or more) …");
    let folder = target().join("cluster");
    let build = ["build", "--package", "meres", "--features", "cluster", "--bin", "meres", "--target-dir"];
    system::run(cargo(&build).arg(&folder))?;
    let program = folder.join("debug/meres");
    say(&format!("The program: {}", program.display()));
    let nextest = system::succeeds(&mut cargo(&["nextest", "--version"]));
    let runner: &[&str] = if nextest {
        &["nextest", "run", "--workspace", "-E", "test(journeys::cluster)"]
    } else {
        &["test", "--package", "meres", "--test", "meres", "journeys::cluster"]
    };
    system::run(cargo(runner).env("MERES_CLUSTER_PROGRAM", &program).env("MERES_REQUIRE_CLUSTER", "1"))
}
