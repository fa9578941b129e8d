//! `cargo xtask check`: everything that can be said without running the product.

use std::path::PathBuf;

use crate::system::{self, cargo, root, say, succeeds};
use crate::{Outcome, docs};

pub(crate) fn run() -> Outcome {
    say("Format …");
    system::run(&mut cargo(&["fmt", "--all", "--check"]))
        .map_err(|_| "Run `cargo fmt --all` and look at what it changed.".to_owned())?;
    say("Clippy …");
    system::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    say("Dependencies …");
    dependencies()?;
    say("Generated documents …");
    docs::compare()
}

/// The version that reads our deny.toml. It is a tool, not a dependency: built once, kept beside the build.
const CARGO_DENY: &str = "0.20.2";

fn dependencies() -> Outcome {
    let own = system::tools().join("bin").join("cargo-deny");
    let deny = if succeeds(&mut cargo(&["deny", "--version"])) {
        PathBuf::from("cargo-deny")
    } else {
        if !own.is_file() {
            install()?;
        }
        own
    };
    system::run(&mut system::program(
        &deny.to_string_lossy(),
        &["--log-level", "warn", "check", "bans", "licenses", "sources"],
    ))
    .map_err(|problem| format!("{problem} deny.toml says what may come in, and why not."))
}

fn install() -> Outcome {
    say("Building cargo-deny (once, about five minutes) …");
    let build = system::tools().join("build");
    let folder = system::tools();
    let installed = system::run(
        cargo(&["install", "--quiet", "--locked", "cargo-deny", "--version", CARGO_DENY, "--root"])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", &build)
            .current_dir(root()),
    );
    // Half a gigabyte that nobody needs again; a leftover does no harm.
    let _ = std::fs::remove_dir_all(build);
    installed
}
