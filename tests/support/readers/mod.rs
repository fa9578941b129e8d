//! Every reader of files that come from outside, and what must hold whatever is in the file.
//!
//! The same list is fuzzed (`cargo xtask fuzz`) and, over the files that are kept in `fuzz/corpus`, run by every
//! `cargo test`. A reader writes the bytes to a file of the folder and reads that file by the product's own way in.
//!
//! Beyond "no panic": no sentence about a file holds a value of it. A value is whatever the file says below its
//! headings; those of the corpora hold [`SECRET`], from which the fuzzer takes it to other places.

mod allocation;
mod audit;
mod backup;
mod definitions;
mod directory;
mod multipart;
mod people;
mod places;
mod supply;
mod words;

use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Reads these bytes as a file in this folder, and panics where a promise is broken.
pub(crate) type Reader = fn(&Path, &[u8]);

/// Each with the name of its corpus.
pub(crate) const READERS: &[(&str, Reader)] = &[
    ("allocation-people", allocation::people),
    ("allocation-scores", allocation::scores),
    ("allocation-sessions", allocation::sessions),
    ("audit-checkpoints", audit::checkpoints),
    ("audit-keys", audit::keys),
    ("backup", backup::backup),
    ("cohort", definitions::cohort),
    ("crosstab", supply::crosstab),
    ("directory-json", directory::json),
    ("directory-mapped", directory::mapped),
    ("directory-mapping", definitions::directory_mapping),
    ("directory-settings", definitions::directory_settings),
    ("directory-sheet", directory::sheet),
    ("directory-sheet-parts", directory::sheet_of_parts),
    ("directory-tables", directory::tables),
    ("events", people::events),
    ("mapping", definitions::mapping),
    ("minutes", definitions::minutes),
    ("multipart", multipart::multipart),
    ("outlines", places::outlines),
    ("places", places::places),
    ("population-csv", people::text),
    ("population-parquet", people::parquet),
    ("resources", directory::resources),
    ("rules", definitions::rules),
    ("services-csv", supply::text),
    ("services-parquet", supply::parquet),
    ("words", words::words),
];

/// A value that no sentence may hold.
pub(crate) const SECRET: &str = "SECRET";

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a folder to write to");
    path
}

/// Whether the fuzzer may have put the secret among the names of the columns, which may be said. A heading with quotes
/// may have lines of its own, and is taken for such a one.
fn names_it(table: &[u8]) -> bool {
    let mut lines = table.split(|byte| matches!(byte, b'\n' | b'\r'));
    let heading = lines.find(|line| !line.is_empty()).unwrap_or_default();
    heading.contains(&b'"') || String::from_utf8_lossy(heading).contains(SECRET)
}

/// What an error says of a file: a sentence that can stand on a terminal, and no value of the file.
fn sentence(named: bool, said: &impl Display) {
    let said = said.to_string();
    assert!(!said.trim().is_empty(), "an error that says nothing");
    assert!(!said.contains(char::is_control), "a sentence with signs that steer a terminal: {said:?}");
    no_value(named, &said);
}

fn no_value(named: bool, said: &str) {
    assert!(named || !said.contains(SECRET), "a value was said: {said}");
}

/// The same for problems of rows, which say where and what was expected.
fn problems(named: bool, problems: &[ground::files::Problem]) {
    for problem in problems {
        no_value(named, &format!("{} {}", problem.column, problem.expected));
        assert!(problem.line > 0 && !problem.expected.is_empty(), "{problem:?}");
    }
}
