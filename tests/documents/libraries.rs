//! The libraries in the program, with their versions and licences.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What the styles and the script of the pages are made from, and is in the program with them; the rest are tools.
const OF_PAGES: &str = "nhsuk-frontend";

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value:.200}")).to_owned()
}

/// What cargo says of the program's own dependencies, and theirs, and so on; without what tests need.
fn crates() -> BTreeSet<[String; 3]> {
    let words = ["metadata", "--locked", "--format-version", "1"];
    // The same list wherever it is made: of the system that servers run on.
    let system = ["--filter-platform", "x86_64-unknown-linux-gnu"];
    let said = Command::new(env!("CARGO"))
        .args(words)
        .args(system)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let known: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let packages: HashMap<String, Value> =
        list(&known["packages"]).into_iter().map(|package| (text(&package, "id"), package)).collect();
    let needs: HashMap<String, Vec<Value>> = list(&known["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node, "id"), list(&node["deps"])))
        .collect();
    let program = packages.values().find(|package| package["name"] == "meres").expect("the program");
    let (mut seen, mut open) = (BTreeSet::new(), vec![text(program, "id")]);
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let in_it = |needed: &&Value| list(&needed["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
        open.extend(needs[&id].iter().filter(in_it).map(|needed| text(needed, "pkg")));
    }
    let foreign = seen.iter().map(|id| &packages[id]).filter(|package| !package["source"].is_null());
    foreign.map(|package| ["name", "version", "license"].map(|key| text(package, key))).collect()
}

fn of_pages() -> [String; 3] {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/package-lock.json");
    let locked = std::fs::read_to_string(file).expect("the lock file of the pages");
    let locked: Value = serde_json::from_str(&locked).expect("JSON");
    let package = &locked["packages"][format!("node_modules/{OF_PAGES}")];
    [OF_PAGES.to_owned(), text(package, "version"), text(package, "license")]
}

#[test]
fn generated_document_libraries() {
    let mut all = crates();
    assert!(all.len() > 100, "{}", all.len());
    all.insert(of_pages());
    let lines = all.iter().fold(String::new(), |mut lines, [name, version, licence]| {
        // As it used to be written: MIT/Apache-2.0.
        let _ = writeln!(lines, "{name} {version} {}", licence.replace('/', " OR "));
        lines
    });
    super::check("src/about/libraries.txt", &lines);
}
