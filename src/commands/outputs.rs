//! What the commands write.

use std::fs;
use std::path::Path;

use ground::files::{Field, FileError, Problem, write_problems, write_table, write_whole};
use planning::by_part;
use planning::match_run::{Backdrop, Findings, Shortlist, summary_json};

use super::data_folder;
use super::failure::Failure;

/// What a run writes into its folder, or removes there.
const OURS: [&str; 14] = [
    "cohort.json",
    by_part::FOLDER,
    by_part::ROWS_FOLDER,
    "matches.parquet",
    "matches.csv",
    "summary.json",
    "report.html",
    "person.json",
    "problems.csv",
    "shortlist.csv",
    "allocation.parquet",
    "unplaced.parquet",
    "certificate.json",
    "plan.json",
];

/// Refuses to write a file over one that is read.
pub(super) fn file_apart<'p>(out: &Path, read: impl IntoIterator<Item = &'p Path>) -> Result<(), Failure> {
    let Ok(out_whole) = out.canonicalize() else { return Ok(()) };
    // A folder that is read is read with all that lies in it.
    let same = |read: &Path| {
        read.canonicalize()
            .is_ok_and(|read| read == out_whole || (read.is_dir() && out_whole.starts_with(&read)))
    };
    if read.into_iter().any(same) {
        let why = format!("{}: this file is read, and would be written over; name another", out.display());
        return Err(Failure::Usage(why));
    }
    Ok(())
}

/// Refuses a folder for results in which they would be written over what is read, or that is a data folder.
pub(super) fn folder_apart<'p>(out: &Path, read: impl IntoIterator<Item = &'p Path>) -> Result<(), Failure> {
    if data_folder::is_one(out) {
        let why = format!("{}: this is a data folder; results want a folder of their own", out.display());
        return Err(Failure::Usage(why));
    }
    let read: Vec<&Path> = read.into_iter().collect();
    for folder in [by_part::FOLDER, by_part::ROWS_FOLDER] {
        let Ok(folder) = out.join(folder).canonicalize() else { continue };
        if read.iter().any(|read| read.canonicalize().is_ok_and(|read| read.starts_with(&folder))) {
            let why = format!("{}: what is read lies where results go; name another folder", out.display());
            return Err(Failure::Usage(why));
        }
    }
    OURS.iter().try_for_each(|name| file_apart(&out.join(name), read.iter().copied()))
}

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

/// Removes a file that an earlier run left and this run does not write, so that a folder holds one run. What no run of ours
/// left is somebody else's, and stays: a run leaves a summary, a plan or a certificate of ours, or, where it was refused, a list of
/// problems.
pub(super) fn remove_stale(out: &Path, name: &str) -> Result<(), Failure> {
    let is_list = || {
        let text = fs::read(out.join("problems.csv")).unwrap_or_default();
        text.starts_with(b"file,line,column,expected\n")
    };
    // Others call files so too.
    let is_ours = |name: &&str| {
        let text = fs::read_to_string(out.join(name)).unwrap_or_default();
        text.contains("\"program\": \"Meres ")
    };
    let left = ["plan.json", "certificate.json"].iter().any(is_ours);
    let ours = left || out.join("summary.json").exists() || (name == "problems.csv" && is_list());
    if !ours {
        return Ok(());
    }
    let path = out.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::system(&path)(error).into())
        }
        _ => Ok(()),
    }
}

/// Removes the rows that an earlier run left part by part.
pub(super) fn remove_stale_parts(out: &Path) -> Result<(), Failure> {
    if out.join("summary.json").exists() {
        by_part::remove_rows(&out.join(by_part::ROWS_FOLDER))?;
    }
    Ok(())
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
            one.cost.map_or(Field::Text(""), |pence| Field::Whole(pence.into())),
        ]
    });
    // What they cost is the last column, and there where costs were given.
    let columns = ["order", "provider", "name", "services", "forced", "gain", "adds", "pence"];
    let wide = if shortlist.cost.is_some() { columns.len() } else { columns.len() - 1 };
    let rows = rows.map(|row| row.into_iter().take(wide).collect::<Vec<_>>());
    Ok(write_table(&place, &columns[..wide], rows)?)
}
