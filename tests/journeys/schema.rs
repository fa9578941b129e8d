//! A program that reads an `OpenAPI` document and tries everything that it can think of (schemathesis), as a stranger and as
//! each of the fourteen roles: whatever it sends, the site has an answer. Once by the document of all routes, of which it knows
//! neither the fields nor what is there; and once by what the pages of each role really ask for, at the addresses that are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use vocabulary::Role;

use crate::support::caller::Caller;
use crate::support::harvest::{Address, harvest};
use crate::support::meres::done;
use crate::support::openapi::{document, document_of};
use crate::support::site::{Ended, host, served};

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

/// A document, and how much of it is tried.
struct Trying {
    document: Value,
    phases: &'static str,
    /// Cases of chance for each route.
    most: u8,
}

impl Trying {
    fn run(&self, python: &Path, here: &Path, caller: &Caller, who: &str, checks: &str) {
        let file = here.join("openapi.json");
        std::fs::write(&file, self.document.to_string()).expect("written");
        let host = &caller.host;
        let run = Command::new(python)
            .args(["-m", "schemathesis.cli", "run"])
            .arg(&file)
            .args(["--url", &format!("http://{host}"), "--checks", checks])
            .args(["--phases", self.phases, "--max-examples", &self.most.to_string()])
            .args(["--seed", "1", "--no-shrink", "--warnings", "off"])
            .args(["--suppress-health-check", "all", "--continue-on-failure", "--max-redirects", "5"])
            .args(["-H", &format!("Cookie: {}", caller.cookie), "-H", &format!("Origin: http://{host}")])
            .args(["-H", &format!("Host: {host}")])
            .current_dir(here)
            .output()
            .expect("schemathesis runs");
        let told =
            format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "as {who}:\n{told}");
        if let Some(line) = told.lines().rev().find(|line| line.contains("generated")) {
            eprintln!("as {who}: {}", line.trim());
        }
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
        let try_all =
            Trying { document: document(&table, Some(&caller.token)), phases: phases(role), most: 4 };
        try_all.run(&python, here, &caller, role.unwrap_or("a stranger"), "not_a_server_error");
        let still = Caller::stranger(&host).ask("GET", "/readyz", "").expect("an answer");
        assert_eq!(still.status, 200);
    }
    program.kill().expect("ended");
    program.wait().expect("ended");
}

/// Whatever has no answer of the kind that is written down. That what is not allowed is refused cannot be asked: what a form does
/// not know it leaves unread, and a question that means nothing counts as not asked.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance";

#[test]
fn every_form_that_somebody_sees_is_filled_in_many_ways() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let table = meres::app::route_table();
    let mut forms = BTreeSet::new();
    for role in std::iter::once(None).chain(Role::ALL.into_iter().map(|role| Some(role.name()))) {
        // Each in a site of their own: what one of them ends would be missing for the next.
        let who = role.unwrap_or("a stranger");
        let copied = Command::new("cp").args(["-r", "out/data", who]).current_dir(here).status();
        assert!(copied.expect("copied").success());
        let (program, said) = served(here, who, None);
        let _program = Ended(program);
        let host = host(&said);
        let caller = role.map_or_else(|| Caller::at_the_door(host), |role| Caller::somebody(host, role));
        let found = harvest(&caller, &table, &["/", "/find?near=NG31+7AA&words=knee", "/oruk/v3/services"]);
        let sent = found.iter().filter(|address| address.form.is_some());
        let sent: Vec<&str> = sent.map(|address| address.route.path).collect();
        eprintln!("as {who}: {} addresses, {} forms", found.len(), sent.len());
        forms.extend(sent);
        let (late, early): (Vec<Address>, Vec<Address>) = found.into_iter().partition(Address::ends);
        let fill_in = |part: &[Address]| {
            let document = document_of(part.iter(), &caller.token);
            Trying { document, phases: phases(role), most: 8 }.run(&python, here, &caller, who, CHECKS);
        };
        fill_in(&early);
        if role.is_some() {
            let page = caller.ask("GET", "/me", "").expect("an answer");
            assert_eq!(page.status, 200, "as {who}: they were signed in all the while\n{}", page.head);
        }
        // Among what these end may be their own session.
        if !late.is_empty() {
            fill_in(&late);
        }
    }
    assert!(forms.len() > 45, "{}: {forms:?}", forms.len());
}
