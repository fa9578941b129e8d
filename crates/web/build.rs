//! The styles and the script that this crate holds are made by `cargo xtask assets`; where they are missing, they are made here, or it is said how.

use std::path::Path;
use std::process::Command;

fn main() {
    let built = Path::new("../../assets/built");
    println!("cargo::rerun-if-changed=../../assets/built");
    // A fresh checkout that is built by cargo alone: made here once, as `cargo xtask assets` would. (That also sees when
    // their sources change.)
    if !built.join("meres.css.gz").is_file() {
        let npm =
            Command::new("npm").args(["ci", "--no-fund", "--no-audit"]).current_dir("../../assets").output();
        if npm.is_ok_and(|done| done.status.success()) {
            let made = Command::new("node").arg("build.mjs").current_dir("../../assets").output();
            println!("cargo::rerun-if-changed=../../assets/build.mjs");
            if let Err(error) = made {
                println!("cargo::warning=node assets/build.mjs: {error}");
            }
        }
    }
    for name in ["meres.css.gz", "meres.js.gz"] {
        if !built.join(name).is_file() {
            println!(
                "cargo::error=assets/built/{name} is missing: run `cargo xtask assets` (it needs Node.js)"
            );
        }
    }
}
