//! Can this machine run Meres, and does Meres give the right answers on it?

use std::fs;
use std::path::Path;

use ground::files::{digest, write_whole};
use matching::{RuleSet, match_cohort};
use planning::cohort::{self, Evidence, parse_cohort, select};
use planning::extract::{Allowance, Mapping};
use planning::made_up_county::{self, Spec};
use planning::population::{self, Import};
use planning::rules::{self, parse_rules};
use planning::supply::import_services;

use super::super::failure::Failure;
use super::Findings;

/// Checks the machine and the program on it.
pub(super) fn examine(findings: &mut Findings) -> Result<(), Failure> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    findings.good(&format!("{processors} processors"));
    if let Some(memory) = memory_available() {
        let words = format!("{memory} MB of memory free");
        let mend = "a county needs 300 MB: end other programs, or run Meres on a larger machine";
        findings.note(memory >= 512, &words, mend);
    }
    let folder = std::env::temp_dir().join(format!("meres-doctor-{}", std::process::id()));
    let checked = fs::create_dir_all(&folder)
        .map_err(|e| Failure::Other(format!("{}: {e}", folder.display())))
        .and_then(|()| check(&folder, findings));
    // What we made goes, whatever was found.
    let removed = fs::remove_dir_all(&folder);
    checked?;
    removed.map_err(|e| Failure::Other(format!("{}: {e}", folder.display())))
}

fn check(folder: &Path, findings: &mut Findings) -> Result<(), Failure> {
    write_whole(&folder.join("written"), b"written")?;
    findings.good(&format!("files can be written in {}", folder.display()));

    let rules = parse_rules("version-1.toml", rules::VERSION_1)?;
    let cohort = parse_cohort("version-1.toml", cohort::VERSION_1, folder)?;
    findings.note(
        rules == RuleSet::version_1(),
        "the rules that ship with Meres are whole",
        "this program was changed: install it anew",
    );

    let spec = Spec { people: 5_000, services: 200, seed: 1 };
    let county = made_up_county::write(&spec, folder, &mut |_, _| {})?;
    let mapping = Mapping::default();
    let settings = Import {
        mapping: &mapping,
        index_date: rules.index_date,
        allowance: Allowance { percent: 0.0 },
        progress: &|_| {},
    };
    let people = population::import(std::slice::from_ref(&county.population), &settings)?;
    let services = import_services(&county.services, &mapping, Allowance { percent: 0.0 })?;
    let selected = select(&cohort, &people, &Evidence::none(&cohort, &people), rules.index_date);
    let plan = matching::Plan::new(rules, services.services);
    let answer = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|e| Failure::Other(format!("could not start {threads} threads: {e}")))?;
        let parts = pool.install(|| match_cohort(&plan, &people.people, &selected.rows, &|_| {}));
        Ok::<_, Failure>(parts.into_iter().flat_map(|p| p.matches).collect::<Vec<_>>())
    };
    let (one, many) = (answer(1)?, answer(4)?);
    if one != many || one.is_empty() {
        return Err(Failure::Other("the same county gave two answers on one and on four threads".to_owned()));
    }
    findings.good("an invented county gives the same answer on one thread and on four");
    let digest = digest(&[county.population])?;
    findings.good(&format!("the invented county's digest is {}", &digest[..16]));
    Ok(())
}

/// Megabytes that a new program could use, where the system says so.
fn memory_available() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|l| l.starts_with("MemAvailable:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}
