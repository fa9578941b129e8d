//! No statement is made of what somebody said: values are bound, and the text of a statement is the program's.

use super::none;
use super::source::{Rust, rust};

/// Where the text of a statement is put together, each with the reason. Everybody else hands over a text that was there
/// when the program was compiled (`Sql` is `&'static str`).
const PUT_TOGETHER: &[(&str, &str)] = &[
    ("crates/ground/src/database/connection.rs", "scripts of the steps, and what only PostgreSQL says"),
    (
        "crates/ground/src/database/dump/filling.rs",
        "names of tables and columns, as the database gave them, quoted",
    ),
    ("crates/ground/src/database/dump/snapshot.rs", "the same"),
    ("crates/ground/src/database/dump/tables.rs", "the same"),
    ("crates/ground/src/database/server.rs", "the name of a role, quoted"),
    ("crates/ground/src/database/session.rs", "names from the program, and as many $n as there are values"),
];

/// What makes a text that was not there when the program was compiled pass for one that was.
const PASSES: &[&str] =
    &["AssertSqlSafe", "Box::leak", ".leak()", "String::leak", "transmute", "sqlx::raw_sql"];

#[test]
fn values_are_bound_and_never_written_into_a_statement() {
    let all = rust();
    let mut problems: Vec<String> = all.iter().flat_map(put_together).collect();
    let stale = PUT_TOGETHER
        .iter()
        .filter(|(path, _)| !all.iter().any(|file| file.path == *path && !found_in(file).is_empty()));
    problems.extend(stale.map(|(path, _)| format!("{path}: is in the list, and need not be")));
    let declared = all.iter().find(|file| file.path == "crates/ground/src/database/value.rs");
    if !declared.is_some_and(|file| file.code.contains("type Sql = &'static str;")) {
        problems.push("crates/ground/src/database/value.rs: a statement must be a &'static str".to_owned());
    }
    none(
        &problems,
        "A value stands in the list of parameters, as $1, $2. What differs between two statements is written out twice, or \
         by a macro of literals.",
    );
}

fn put_together(file: &Rust) -> Vec<String> {
    let may = PUT_TOGETHER.iter().any(|(path, _)| file.path == *path);
    if may { Vec::new() } else { found_in(file) }
}

fn found_in(file: &Rust) -> Vec<String> {
    if file.product.is_empty() {
        return Vec::new();
    }
    let passes = PASSES.iter().flat_map(|word| {
        file.places(word)
            .into_iter()
            .map(move |place| format!("{place}: {word} passes a text for a statement"))
    });
    let holes = file.strings.iter().filter(|(_, text)| is_statement(text) && has_a_hole(text));
    let holes = holes.map(|(line, _)| format!("{}:{line}: a statement with a hole in it", file.path));
    passes.chain(holes).collect()
}

fn is_statement(text: &str) -> bool {
    let words =
        ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", " WHERE ", "WHERE ", "ORDER BY ", " LIMIT "];
    words
        .iter()
        .any(|word| text.contains(word) && (word.starts_with(' ') || text.trim_start().starts_with(word)))
}

/// Braces that are not the program's own words for what the ground fills in.
fn has_a_hole(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        if !["within ", "unlocked "].iter().any(|word| after.starts_with(word)) {
            return true;
        }
        rest = after;
    }
    false
}

#[test]
fn a_value_in_a_statement_is_seen() {
    let found = |text: &str| put_together(&Rust::new("crates/care/src/hub/store.rs", text)).len();
    assert_eq!(found("let sql = format!(\"SELECT a FROM b WHERE c = '{name}'\");"), 1);
    assert_eq!(found("let sql = format!(\"UPDATE a SET b = {}\", b);"), 1);
    assert_eq!(found("sql.push_str(&format!(\" WHERE c = {c}\"));"), 1);
    assert_eq!(found("let sql = AssertSqlSafe(text);"), 1);
    assert_eq!(found("let sql: &'static str = text.leak();"), 1);
    assert_eq!(found("let sql = \"SELECT a FROM b WHERE {within b.partner} AND c = $1 {unlocked b}\";"), 0);
    assert_eq!(found("let words = format!(\"{count} people\");"), 0);
}
