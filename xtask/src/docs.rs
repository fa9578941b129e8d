//! `cargo xtask docs`: the documents that the tests generate.
//!
//! Such a test has `generated_document` in its name. It compares what it would write with the file, and writes the
//! file when the environment says `UPDATE_DOCS=1`.

use std::process::Command;

use crate::Outcome;
use crate::system::{self, cargo};

pub(crate) fn write() -> Outcome {
    system::run(the_tests().env("UPDATE_DOCS", "1"))
}

pub(crate) fn compare() -> Outcome {
    system::run(the_tests().env_remove("UPDATE_DOCS"))
        .map_err(|problem| format!("{problem} Run `cargo xtask docs` and look at what it changed."))
}

fn the_tests() -> Command {
    cargo(&["test", "--quiet", "--workspace", "--lib", "--bins", "--tests", "generated_document"])
}
