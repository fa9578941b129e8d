//! `cargo xtask assets`: the styles and the script of the pages, from the NHS design system. They are built into the
//! program, so whatever builds the program comes here first; nothing is done while their sources are as they were.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use crate::Outcome;
use crate::system::{self, on_path, program, root, say};

pub(crate) fn build() -> Outcome {
    let folder = root().join("assets");
    let (stamp, now) = (folder.join("built/stamp"), sources(&folder)?);
    if fs::read_to_string(&stamp).is_ok_and(|was| was == now) {
        return Ok(());
    }
    if !on_path("npm") {
        return Err("Missing: Node.js 20 or later with npm, which makes the styles of the pages.".to_owned());
    }
    say("Making the styles of the pages …");
    system::run_quietly(npm(&folder))?;
    let mut node = program("node", &["build.mjs"]);
    node.current_dir(&folder);
    system::run_quietly(node)?;
    fs::write(stamp, now).map_err(|error| format!("assets/built: {error}"))
}

fn npm(folder: &Path) -> std::process::Command {
    let mut npm = program("npm", &["ci", "--no-fund", "--no-audit"]);
    npm.current_dir(folder);
    npm
}

/// What they are made from, in a few digits.
fn sources(folder: &Path) -> Result<String, String> {
    let mut files = vec![folder.join("package-lock.json"), folder.join("build.mjs")];
    let mut folders = vec![folder.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() { &mut folders } else { &mut files }.push(path);
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}
