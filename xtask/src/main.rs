//! The developers' commands. `cargo xtask` alone says which there are.

mod assets;
mod check;
mod cluster;
mod demo;
mod docs;
mod figures;
mod fuzz;
mod instructions;
mod load;
mod system;
mod tests;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [arguments of `meres demo`]   build, make a county, match it, say where the report is
cargo xtask test [arguments of the runner]     set up what the tests need, then run every test
cargo xtask load [seconds] [--development]     pages a second; durable, audited writes a second on both databases
cargo xtask figures [FOLDER] [--load]          the tables of docs/performance.md, by the release profile, on this machine
cargo xtask check                              format, clippy, dependencies, generated documents
cargo xtask instructions                       what a match costs, in instructions, and whether that is more than before
cargo xtask cluster                            build with the distributed engine; a scheduler, three executors, one killed
cargo xtask assets                             the styles and the script of the pages
cargo xtask docs [--check]                     write the generated documents anew, or compare them
cargo xtask fuzz [READER] [--seconds N]        fuzz the readers of outside files, 60 seconds each unless said otherwise";

/// What went wrong, in a sentence for whoever ran the command.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    if std::env::var_os(fuzz::COMPILES).is_some() {
        return fuzz::compile();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first().map(|(command, rest)| (command.as_str(), rest)) {
        Some(("demo", rest)) => assets::build().and_then(|()| demo::run(rest)),
        Some(("load", rest)) => assets::build().and_then(|()| load::run(rest)),
        Some(("figures", rest)) => assets::build().and_then(|()| figures::run(rest)),
        Some(("test", rest)) => assets::build().and_then(|()| tests::run(rest)),
        Some(("assets", [])) => assets::build(),
        Some(("check", [])) => assets::build().and_then(|()| check::run()),
        Some(("fuzz", rest)) => fuzz::run(rest),
        Some(("instructions", [])) => instructions::run(),
        Some(("cluster", [])) => assets::build().and_then(|()| cluster::run()),
        Some(("docs", [])) => assets::build().and_then(|()| docs::write()),
        Some(("docs", [flag])) if flag == "--check" => assets::build().and_then(|()| docs::compare()),
        _ => Err(format!("Usage:\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            system::say(&problem);
            ExitCode::FAILURE
        }
    }
}
