//! Which crate may use which.

use super::none;
use super::source::files;

/// Every crate of the workspace and the crates of the workspace that it may use. A crate does not appear here before
/// it exists.
const MAY_USE: &[(&str, &[&str])] = &[
    // Pure: no I/O, no clock, no randomness.
    ("vocabulary", &[]),
    ("disclosure", &["vocabulary"]),
    ("charts", &["vocabulary"]),
    ("matching", &["vocabulary"]),
    // The ground knows no slice.
    ("ground", &["vocabulary", "disclosure", "charts"]),
    // What every page stands on; and who may come in. Crates of their own, so that what has no pages builds without them.
    ("web", &["vocabulary", "charts", "ground"]),
    ("access", &["vocabulary", "ground", "web"]),
    // No people.
    ("offers", &["vocabulary", "matching", "ground"]),
    // The care zone, which cannot name the population zone; nor can that name it.
    ("care", &["vocabulary", "ground"]),
    // Hands out work and knows none: what a part is, whoever starts an executor brings.
    ("cluster", &[]),
    ("planning", &["vocabulary", "disclosure", "charts", "matching", "ground", "offers"]),
    // The assembly may use everything; the developers' commands start programs and use nothing.
    (
        "meres",
        &[
            "care",
            "vocabulary",
            "disclosure",
            "charts",
            "matching",
            "ground",
            "web",
            "access",
            "offers",
            "planning",
            "cluster",
        ],
    ),
    // A PostgreSQL for tests, started by the developers' commands or by a test.
    ("own_postgres", &[]),
    ("xtask", &["own_postgres"]),
    // In a workspace of its own: it runs the readers of outside files under libFuzzer.
    ("fuzz", &["vocabulary", "matching", "ground", "offers", "planning", "web"]),
    // For tests only; every crate may use it there.
    ("testbed", &[]),
];

#[test]
fn crates_use_only_what_stands_above_them() {
    let problems: Vec<String> =
        files("Cargo.toml").iter().flat_map(|file| problems(&file.path, &file.text)).collect();
    none(
        &problems,
        "A crate uses only the crates above it: that is the wall between the zones. Move what both need up (often it \
         is a word for `vocabulary`), or hand it in as a parameter. A new crate gets its line in tests/tidy/crates.rs.",
    );
}

fn problems(path: &str, manifest: &str) -> Vec<String> {
    let Some(name) = package(manifest) else { return Vec::new() };
    let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
        return vec![format!("{path}: the crate `{name}` is not in the list of crates")];
    };
    let ours = |used: &&str| MAY_USE.iter().any(|(known, _)| known == used);
    let used = used(manifest);
    let forbidden = used.iter().copied().filter(ours).filter(|used| !allowed.contains(used));
    forbidden.map(|used| format!("{path}: `{name}` may not use `{used}`")).collect()
}

fn package(manifest: &str) -> Option<&str> {
    let (_, package) = manifest.split_once("[package]")?;
    package.lines().find_map(|line| line.strip_prefix("name = ")).map(|name| name.trim_matches('"'))
}

/// The names under every table of dependencies but those for tests.
fn used(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies")
                && !table.ends_with("dev-dependencies")
                && !table.starts_with("workspace");
        } else if inside && let Some((name, _)) = line.split_once(['.', '=', ' ']) {
            names.push(name);
        }
    }
    names
}

#[test]
fn the_fuzzer_stands_on_the_versions_of_the_product() {
    let [own, ours] = ["fuzz/Cargo.lock", "Cargo.lock"].map(|path| {
        let file = files("Cargo.lock").into_iter().find(|file| file.path == path);
        locked(&file.expect("a lock file").text)
    });
    let fuzzer_alone = ["fuzz", "libfuzzer-sys", "arbitrary"];
    let other = own.iter().filter(|one| !ours.contains(one) && !fuzzer_alone.contains(&one.0.as_str()));
    let problems: Vec<String> = other.map(|(name, version)| format!("{name} {version}")).collect();
    none(
        &problems,
        "fuzz/Cargo.lock has versions that Cargo.lock has not: what is fuzzed is not what is used. Copy Cargo.lock over \
         it and let `cargo xtask fuzz` take out what is too much.",
    );
}

/// Name and version of every package of a lock file.
fn locked(text: &str) -> Vec<(String, String)> {
    let field = |package: &str, name: &str| {
        let start = format!("{name} = \"");
        let line = package.lines().find_map(|line| line.strip_prefix(&start));
        line.map(|value| value.trim_end_matches('"').to_owned())
    };
    let packages = text.split("[[package]]").skip(1);
    packages.filter_map(|package| Some((field(package, "name")?, field(package, "version")?))).collect()
}

#[test]
fn a_forbidden_use_is_seen() {
    let manifest =
        |name: &str, table: &str, used: &str| format!("[package]\nname = \"{name}\"\n\n[{table}]\n{used}\n");
    let found = |name, table, used| problems("Cargo.toml", &manifest(name, table, used)).len();
    assert_eq!(found("matching", "dependencies", "ground.workspace = true"), 1);
    assert_eq!(
        found("ground", "target.'cfg(unix)'.dependencies", "planning = { path = \"../planning\" }"),
        1
    );
    assert_eq!(found("matching", "dev-dependencies", "ground.workspace = true"), 0);
    assert_eq!(found("planning", "dependencies", "ground.workspace = true\nserde.workspace = true"), 0);
    assert_eq!(found("newcomer", "dependencies", ""), 1);
}
