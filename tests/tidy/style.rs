//! Length, names, and words that must not stand in the product.

use super::none;
use super::source::{Rust, files, rust};

const LONGEST: usize = 500;

#[test]
fn no_file_is_too_long() {
    let problems: Vec<String> =
        files(".rs").iter().filter_map(|file| too_long(&file.path, &file.text)).collect();
    none(
        &problems,
        "A file that outgrows 500 lines holds more than one thing. Split it by what its parts are about, never by \
         technical kind; see \"The same shape\" in ARCHITECTURE.md.",
    );
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LONGEST).then(|| format!("{path}: {lines} lines"))
}

#[test]
fn nothing_is_called_util() {
    let mut problems: Vec<String> = files(".rs").iter().filter_map(|file| meaningless(&file.path)).collect();
    problems.dedup();
    none(&problems, "These names say nothing. What fits nowhere is a missing word of the service: find it.");
}

fn meaningless(path: &str) -> Option<String> {
    const NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "core", "models", "misc"];
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let named = |name: &str| NAMES.contains(&name);
    // A file about services, our word for local support, may say so; a folder of them would be a technical drawer.
    let folder = folders.split('/').any(|folder| named(folder) || folder == "services");
    (folder || named(file.trim_end_matches(".rs"))).then(|| path.to_owned())
}

#[test]
fn nothing_is_left_for_later() {
    let endings = [".rs", ".toml", ".md", ".html", ".css", ".mjs", ".ts", ".ci/run"];
    let all = endings.iter().flat_map(|ending| files(ending));
    let problems: Vec<String> = all.flat_map(|file| left_for_later(&file.path, &file.text)).collect();
    none(
        &problems,
        "Do it now, or write it down where plans are kept. A note in the code is read by nobody.",
    );
}

fn left_for_later(path: &str, text: &str) -> Vec<String> {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let has = |line: &str| words.iter().any(|word| line.contains(word));
    text.lines().enumerate().filter(|(_, line)| has(line)).map(|(i, _)| format!("{path}:{}", i + 1)).collect()
}

#[test]
fn the_product_does_not_give_up() {
    let problems: Vec<String> = rust().iter().flat_map(giving_up).collect();
    none(
        &problems,
        "A panic is a stack trace in front of a nurse. Return an error that says what its reader can do; where it \
         cannot happen, say why with `expect(\"…\")` or, better, write it so that it need not be said.",
    );
}

fn giving_up(file: &Rust) -> Vec<String> {
    ["todo!", "unimplemented!", "unwrap()"].iter().flat_map(|word| file.places(word)).collect()
}

#[test]
fn only_commands_print() {
    let problems: Vec<String> = rust().iter().flat_map(printing).collect();
    none(
        &problems,
        "Only src/main.rs, src/commands, xtask and fuzz talk to the terminal; everything else returns what there is to say. \
         That is also how nothing about a person reaches a log.",
    );
}

fn printing(file: &Rust) -> Vec<String> {
    let talks = ["src/main.rs", "src/commands", "xtask/", "fuzz/"];
    // A build script talks to cargo by what it prints.
    if talks.iter().any(|path| file.path.starts_with(path)) || file.path.ends_with("/build.rs") {
        return Vec::new();
    }
    ["println!", "print!", "eprintln!", "eprint!", "dbg!"].iter().flat_map(|word| file.places(word)).collect()
}

#[test]
fn every_exception_has_its_reason() {
    let problems: Vec<String> = rust().iter().flat_map(unreasoned).collect();
    none(
        &problems,
        "Write #[expect(the_lint, reason = \"why it is right here\")]: it goes away when it is not needed.",
    );
}

fn unreasoned(file: &Rust) -> Vec<String> {
    let mut found = Vec::new();
    for (at, attribute) in ["#[expect(", "#![expect(", "#[allow(", "#![allow("]
        .iter()
        .flat_map(|attribute| file.code.match_indices(attribute))
    {
        let text = file.code[at..].split_once(")]").map_or("", |(text, _)| text);
        if attribute.contains("allow") || !text.contains("reason =") {
            found.push(format!("{}:{}", file.path, file.line(at)));
        }
    }
    found
}

#[test]
fn bad_style_is_seen() {
    let in_file = |text: &str| Rust::new("crates/a/src/b.rs", text);
    assert!(too_long("a.rs", &"\n".repeat(501)).is_some());
    assert!(too_long("a.rs", &"\n".repeat(500)).is_none());
    assert!(meaningless("crates/care/src/utils/time.rs").is_some());
    assert!(meaningless("crates/core/src/hub.rs").is_some());
    assert!(meaningless("src/helpers.rs").is_some());
    assert!(meaningless("crates/matching/src/score.rs").is_none());
    assert_eq!(left_for_later("a.md", concat!("one\ntwo TO", "DO\n")), ["a.md:2"]);
    assert_eq!(
        giving_up(&in_file("let a = b.unwrap();\n// unwrap()\nlet c = d.unwrap_or(e);")),
        ["crates/a/src/b.rs:1"]
    );
    assert_eq!(printing(&in_file("println!(\"a\")")).len(), 1);
    assert_eq!(printing(&in_file("let a = \"println!\"; eprintln!()")).len(), 1);
    assert_eq!(unreasoned(&in_file("#[expect(dead_code)]")).len(), 1);
    assert_eq!(unreasoned(&in_file("#[allow(dead_code, reason = \"a\")]")).len(), 1);
    assert_eq!(unreasoned(&in_file("#[expect(dead_code, reason = \"a\")]")).len(), 0);
}
