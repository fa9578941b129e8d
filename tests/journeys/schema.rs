//! A program that reads the `OpenAPI` document and tries everything that it can think of (schemathesis), as a stranger and as
//! each of the fourteen roles: whatever it sends, the site has an answer.

use std::path::PathBuf;
use std::process::Command;

use vocabulary::Role;

use crate::support::caller::Caller;
use crate::support::meres::done;
use crate::support::openapi::document;
use crate::support::site::{host, served};

/// A Python with schemathesis; none where it is missing and may be.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MERES_SCHEMA_PYTHON").map(PathBuf::from);
    if python.is_none() {
        let required = std::env::var_os("MERES_REQUIRE_SCHEMATHESIS").is_some_and(|v| v == "1");
        assert!(
            !required,
            "MERES_SCHEMA_PYTHON names no Python with schemathesis, and MERES_REQUIRE_SCHEMATHESIS=1"
        );
        eprintln!("skipped: MERES_SCHEMA_PYTHON names a Python with schemathesis");
    }
    python
}

/// Every case that the document suggests, for those to whom most is open and those to whom least is; chance for everybody.
fn phases(role: Option<&str>) -> &'static str {
    match role {
        None | Some("System administrator" | "Service manager") => "coverage,fuzzing",
        Some(_) => "fuzzing",
    }
}

#[test]
fn whatever_is_sent_has_an_answer() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let (mut program, said) = served(here, "out/data", None);
    let host = host(&said).to_owned();
    // Whoever signs out, or becomes somebody else, tries nothing more.
    let ends =
        ["/sign-out", "/demo", "/sign-in", "/link/{token}", "/me/sessions/{id}/end", "/me/sessions/end"];
    let table: Vec<_> = meres::app::route_table()
        .into_iter()
        .filter(|route| route.method == "GET" || !ends.contains(&route.path))
        .collect();
    // The administrator last: what they do may end the sessions of others.
    let roles = Role::ALL.into_iter().rev().map(|role| Some(role.name()));
    for role in std::iter::once(None).chain(roles) {
        let caller = role.map_or_else(|| Caller::at_the_door(&host), |role| Caller::somebody(&host, role));
        let file = here.join("openapi.json");
        std::fs::write(&file, document(&table, Some(&caller.token)).to_string()).expect("written");
        let run = Command::new(&python)
            .args(["-m", "schemathesis.cli", "run"])
            .arg(&file)
            .args(["--url", &format!("http://{host}"), "--checks", "not_a_server_error"])
            .args([
                "--phases",
                phases(role),
                "--max-examples",
                "4",
                "--seed",
                "1",
                "--no-shrink",
                "--warnings",
                "off",
            ])
            .args(["--suppress-health-check", "all", "--continue-on-failure", "--max-redirects", "1"])
            .args(["-H", &format!("Cookie: {}", caller.cookie), "-H", &format!("Origin: http://{host}")])
            .args(["-H", &format!("Host: {host}")])
            .current_dir(here)
            .output()
            .expect("schemathesis runs");
        let told =
            format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "as {}:\n{told}", role.unwrap_or("a stranger"));
        let still = Caller::stranger(&host).ask("GET", "/readyz", "").expect("an answer");
        assert_eq!(still.status, 200);
    }
    program.kill().expect("ended");
    program.wait().expect("ended");
}
