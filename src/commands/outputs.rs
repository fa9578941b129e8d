//! What the commands write.

use std::fs;
use std::path::Path;

use ground::files::{Field, FileError, Problem, write_problems, write_table, write_whole};
use planning::match_run::{Backdrop, Findings, Shortlist, summary_json};

use super::failure::Failure;

/// Makes the folder if it is not there.
pub(super) fn folder(out: &Path) -> Result<(), Failure> {
    fs::create_dir_all(out).map_err(FileError::system(out)).map_err(Failure::from)
}

/// `problems.csv`; written also when there are none, so that an old list is never taken for a new one.
pub(super) fn problems(out: &Path, problems: &[Problem]) -> Result<(), Failure> {
    problem_list(&out.join("problems.csv"), problems)
}

/// A list of problems at a place of its own.
pub(super) fn problem_list(place: &Path, problems: &[Problem]) -> Result<(), Failure> {
    Ok(write_problems(place, problems)?)
}

/// `summary.json`.
pub(super) fn summary(out: &Path, findings: &Findings) -> Result<(), Failure> {
    Ok(write_whole(&out.join("summary.json"), summary_json(findings).as_bytes())?)
}

/// `report.html`.
pub(super) fn report(out: &Path, findings: &Findings, backdrop: Option<&Backdrop>) -> Result<(), Failure> {
    let page = meres::report::render(findings, backdrop)?;
    Ok(write_whole(&out.join("report.html"), page.as_bytes())?)
}

/// Removes a file that an earlier run left and this run does not write, so that a folder holds one run.
pub(super) fn remove_stale(out: &Path, name: &str) -> Result<(), Failure> {
    let path = out.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::system(&path)(error).into())
        }
        _ => Ok(()),
    }
}

/// `shortlist.csv`.
pub(super) fn shortlist(out: &Path, shortlist: &Shortlist) -> Result<(), Failure> {
    let place = out.join("shortlist.csv");
    let gains: Vec<String> =
        shortlist.invited.iter().map(|one| one.gain.to_string().replace(',', "")).collect();
    let rows = (1..).zip(&shortlist.invited).zip(&gains).map(|((order, one), gain)| {
        [
            Field::Whole(order),
            Field::Text(&one.provider),
            Field::Text(&one.name),
            Field::Whole(i64::try_from(one.services).unwrap_or(i64::MAX)),
            Field::Text(if one.forced { "yes" } else { "no" }),
            gain.parse().map_or(Field::Text(gain), Field::Whole),
            Field::Text(&one.words),
        ]
    });
    Ok(write_table(&place, &["order", "provider", "name", "services", "forced", "gain", "adds"], rows)?)
}
