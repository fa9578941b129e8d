//! The house rules as tests: what ARCHITECTURE.md promises about the code, read off the code itself.
//!
//! Each test says what to do when it fails, and each has a companion that shows that it can fail.

mod crates;
mod documents;
mod modules;
mod purity;
mod source;
mod sql;
mod style;
mod walls;

/// Fails with all problems at once and with what to do about them.
#[track_caller]
fn none(problems: &[String], what_to_do: &str) {
    assert!(problems.is_empty(), "\n\n{}\n\n{what_to_do}\n", problems.join("\n"));
}
