//! What the pure crates must not touch, and where SQL and HTTP may stand.

use super::none;
use super::source::{Rust, rust};

const PURE: &[&str] = &["vocabulary", "matching", "disclosure", "oplog", "charts"];

/// Files, networks, clocks, chance, threads and whatever else could make the same input give another answer. Rayon is
/// not among them: it shares work out, and `matching` proves that its answer does not depend on how.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "std::path",
    "SystemTime",
    "Instant",
    "RandomState",
    "rand",
    "tokio",
    "chrono",
    "now_utc",
    "now_local",
    "thread_local",
    "include_bytes",
    "getrandom",
];

#[test]
fn pure_crates_are_pure() {
    let problems: Vec<String> = rust().iter().flat_map(impurities).collect();
    none(
        &problems,
        "A pure crate reads no file, no clock and no chance, and starts no thread: the same input gives the same \
         answer. Take what is needed as a parameter, and let the ground or a slice provide it.",
    );
}

fn impurities(file: &Rust) -> Vec<String> {
    let pure = PURE.iter().any(|name| file.path.starts_with(&format!("crates/{name}/")));
    let found = |word: &&str| {
        file.places(word).into_iter().map(move |place| format!("{place}: {word}")).collect::<Vec<_>>()
    };
    if pure { IMPURE.iter().flat_map(found).collect() } else { Vec::new() }
}

#[test]
fn sql_stands_in_stores_only() {
    let problems: Vec<String> = rust().iter().flat_map(stray_sql).collect();
    none(
        &problems,
        "SQL stands in a slice's store.rs and under ground's database/, so that one can read everything that touches \
         a table. Move the statement there and call it by a name.",
    );
}

fn stray_sql(file: &Rust) -> Vec<String> {
    if file.path.ends_with("/store.rs") || file.path.contains("/database/") || file.product.is_empty() {
        return Vec::new();
    }
    let statement = |text: &str| {
        let text = text.trim_start();
        ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "ALTER TABLE "]
            .iter()
            .any(|verb| text.starts_with(verb))
    };
    let strings = file
        .strings
        .iter()
        .filter(|(_, text)| statement(text))
        .map(|(line, _)| format!("{}:{line}", file.path));
    strings.chain(file.places("sqlx::query")).map(|place| format!("{place}: SQL")).collect()
}

#[test]
fn what_a_slice_is_knows_no_http_and_no_sql() {
    let problems: Vec<String> = rust().iter().flat_map(outside_words).collect();
    none(
        &problems,
        "A mod.rs says what a slice is: types, states, rules, errors. Requests belong in pages.rs or api.rs, SQL in \
         store.rs.",
    );
}

fn outside_words(file: &Rust) -> Vec<String> {
    let slices = ["crates/offers/", "crates/planning/", "crates/care/", "src/"];
    if !file.path.ends_with("/mod.rs") || !slices.iter().any(|slice| file.path.starts_with(slice)) {
        return Vec::new();
    }
    let words = ["axum", "http", "hyper", "sqlx", "StatusCode"];
    words
        .iter()
        .flat_map(|word| file.places(word).into_iter().map(move |place| format!("{place}: {word}")))
        .collect()
}

#[test]
fn impurity_is_seen() {
    let found = |path, text| impurities(&Rust::new(path, text)).len();
    assert_eq!(found("crates/matching/src/lib.rs", "use std::time::Instant;"), 1);
    assert_eq!(found("crates/matching/src/lib.rs", "fn a() { std::fs::read(b) }"), 1);
    assert_eq!(
        found(
            "crates/matching/src/lib.rs",
            "// std::fs\nlet operand = 1; #[cfg(test)] mod tests { use rand; }"
        ),
        0
    );
    assert_eq!(found("crates/ground/src/lib.rs", "use std::fs;"), 0);
}

#[test]
fn stray_sql_is_seen() {
    let found = |path, text| stray_sql(&Rust::new(path, text)).len();
    assert_eq!(found("crates/care/src/hub/mod.rs", "let a = \"SELECT b FROM c\";"), 1);
    assert_eq!(found("crates/care/src/hub/pages.rs", "sqlx::query(a)"), 1);
    assert_eq!(found("crates/care/src/hub/store.rs", "sqlx::query(\"SELECT b\")"), 0);
    assert_eq!(found("crates/care/src/hub/pages.rs", "let a = \"Select a hub\";"), 0);
    assert_eq!(outside_words(&Rust::new("crates/care/src/hub/mod.rs", "use axum::Router;")).len(), 1);
}
