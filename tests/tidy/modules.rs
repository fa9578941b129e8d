//! No two modules beside each other need one another, directly or by a round trip.

use std::collections::{BTreeMap, BTreeSet};

use super::none;
use super::source::{Rust, rust};

#[test]
fn modules_have_no_cycles() {
    let problems: Vec<String> = cycles(&rust()).iter().map(|cycle| cycle.join(" → ")).collect();
    none(
        &problems,
        "Each line is a round trip between modules that stand beside each other. Move what both need into a module of \
         its own, or into the one that is used; a parent may use its children and they its words.",
    );
}

/// A module as the folder of its crate and its path from there: `crates/care/src`, `hub`, `plan`.
type Module = Vec<String>;

fn module(path: &str) -> Option<Module> {
    let (source, inside) = path.split_once("src/")?;
    let inside = inside.strip_suffix(".rs")?;
    let mut module = vec![format!("{source}src")];
    module.extend(inside.split('/').map(str::to_owned));
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        module.pop();
    }
    Some(module)
}

fn cycles(files: &[Rust]) -> Vec<Vec<String>> {
    let modules: BTreeMap<Module, &Rust> =
        files.iter().filter_map(|file| module(&file.path).map(|module| (module, file))).collect();
    // Names that a module passes on from a child: who uses the name uses the child.
    let mut passed_on: BTreeMap<Module, Module> = BTreeMap::new();
    for (module, file) in &modules {
        for path in paths_after(&file.product, "pub use ") {
            let path = absolute(module, path);
            if path.len() > module.len() + 1 && path.starts_with(module) {
                let name = path.last().cloned().unwrap_or_default();
                passed_on.insert([module.clone(), vec![name]].concat(), path);
            }
        }
    }
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, file) in &modules {
        let relative = ["crate::", "super::", "self::"];
        for start in relative {
            for mut path in paths_from(&file.product, start) {
                path = absolute(module, path);
                while let Some(further) = passed_on.get(&path) {
                    path.clone_from(further);
                }
                // The two that stand beside each other, below the last folder that both are in.
                let common = module.iter().zip(&path).take_while(|(a, b)| a == b).count();
                if common < module.len() && common < path.len() {
                    let (from, to) = (module[..=common].to_vec(), path[..=common].to_vec());
                    if modules.keys().any(|known| known.starts_with(&to)) {
                        edges.entry(from).or_default().insert(to);
                    }
                }
            }
        }
    }
    round_trips(&edges)
}

/// `crate`, `self` and `super` made out.
fn absolute(module: &Module, path: Vec<String>) -> Module {
    let mut steps = path.into_iter().peekable();
    let mut at = match steps.peek().map(String::as_str) {
        Some("crate") => vec![module[0].clone()],
        _ => module.clone(),
    };
    while let Some(step) = steps.next_if(|step| matches!(step.as_str(), "crate" | "self" | "super")) {
        if step == "super" {
            at.pop();
        }
    }
    at.extend(steps);
    at
}

/// All paths that begin with this word, `{…}` taken apart.
fn paths_from(code: &str, start: &str) -> Vec<Vec<String>> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ':');
    let mut found = Vec::new();
    for (at, _) in code.match_indices(start) {
        if !code[..at].ends_with(word) {
            tree(&code[at..], &mut Vec::new(), &mut found);
        }
    }
    found
}

/// All paths that follow this phrase.
fn paths_after(code: &str, phrase: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(phrase) {
        tree(&code[at + phrase.len()..], &mut Vec::new(), &mut found);
    }
    found
}

/// Reads one path or tree of paths and gives back how much of the code it was.
fn tree(code: &str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let depth = before.len();
    let mut at = 0;
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        let rest = &code[at..];
        if rest.starts_with('{') {
            at += 1;
            while !code[at..].trim_start().starts_with('}') && !code[at..].trim_start().is_empty() {
                let read = tree(&code[at..], before, found);
                at += read;
                at += code[at..].find([',', '}']).unwrap_or(code[at..].len());
                at += usize::from(code[at..].starts_with(','));
            }
            at += code[at..].find('}').map_or(0, |end| end + 1);
            break;
        }
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if length == 0 {
            break;
        }
        before.push(rest[..length].to_owned());
        at += length;
        if let Some(further) = code[at..].strip_prefix("::") {
            at = code.len() - further.len();
        } else {
            found.push(before.clone());
            break;
        }
    }
    before.truncate(depth);
    at
}

/// Each round trip once, as the names along it.
fn round_trips(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<String>> {
    let mut trips = Vec::new();
    let mut done: BTreeSet<&Module> = BTreeSet::new();
    for start in edges.keys() {
        let mut came_from: BTreeMap<&Module, &Module> = BTreeMap::new();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for next in edges.get(at).into_iter().flatten() {
                if next == start && !done.contains(start) {
                    let mut trip = vec![start, at];
                    while let Some(earlier) = came_from.get(trip[trip.len() - 1]) {
                        trip.push(earlier);
                    }
                    done.extend(&trip);
                    trips.push(trip.iter().rev().map(|module| module.join("::")).collect());
                }
                if next != start && !came_from.contains_key(next) && !done.contains(next) {
                    came_from.insert(next, at);
                    open.push(next);
                }
            }
        }
    }
    trips
}

#[test]
fn a_round_trip_is_seen() {
    let found = |files: &[(&str, &str)]| {
        let files: Vec<Rust> =
            files.iter().map(|(path, text)| Rust::new(&format!("src/{path}"), text)).collect();
        cycles(&files).len()
    };
    let root = ("lib.rs", "mod a; mod b; pub use b::{B, C};");
    assert_eq!(found(&[root, ("a.rs", "use crate::b::B;"), ("b.rs", "")]), 0);
    assert_eq!(found(&[root, ("a.rs", "use crate::b::B;"), ("b.rs", "fn f() { crate::a::f() }")]), 1);
    // By a name that the root passes on, and by a path inside a tree of paths.
    assert_eq!(
        found(&[root, ("a.rs", "use crate::{C};"), ("b.rs", "use crate::{x::{Y, Z}, a::{self, f}};")]),
        1
    );
    // By way of a third, from within a folder.
    let three = [
        ("a/mod.rs", ""),
        ("a/x.rs", "use super::super::b::f;"),
        ("b.rs", "use crate::c;"),
        ("c.rs", "use crate::a;"),
    ];
    assert_eq!(found(&three), 1);
    // A child may use its parent's words.
    assert_eq!(found(&[("a/mod.rs", "mod x; use x::f; pub struct A;"), ("a/x.rs", "use super::A;")]), 0);
    // Tests may look anywhere.
    assert_eq!(
        found(&[root, ("a.rs", "use crate::b;"), ("b.rs", "#[cfg(test)] mod tests { use crate::a; }")]),
        0
    );
}
