//! Documents that are made from the code: each test holds the page in the repository against what the code says now.
//! `cargo xtask docs` writes them anew.

mod columns;
mod libraries;
mod open_referral_api;
mod openapi;
mod routes;
mod settings;
mod worked_examples;

use std::fs;
use std::path::Path;

/// Compares a page with what it should say, or writes it where `UPDATE_DOCS=1`.
fn check(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|v| v == "1") {
        fs::write(&path, text).expect("written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{page} is not what the code says now: run `cargo xtask docs` and review the difference"
    );
}
