//! `meres import resources`: the library of leaflets, videos and pages.

use std::collections::BTreeMap;

use ground::database::Act;
use offers::resource::{Difference, Library, difference, import_resources, store};

use super::super::data_folder::{self, DataFolder, actor};
use super::super::failure::Failure;
use super::super::inputs::file_name;
use super::super::outputs;
use super::super::progress::{Step, counted};
use super::{SourceArgs, ended, problems_file};

pub(super) const EXAMPLE: &str = "Example:\n  meres import resources library.csv --data data\n\n\
    One row a resource, or several where it has several notes on good practice; docs/reference/columns.md lists the \
    columns. A row that says something new becomes a version beside the earlier ones. What a later list of the same \
    name lacks is withdrawn, not deleted.";

pub(super) fn run(args: &SourceArgs) -> Result<(), Failure> {
    let mut names: Vec<String> = args.sources.iter().map(|path| file_name(path)).collect();
    names.sort();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        let why =
            "two files have the same name; a library is known by its file's name, so rename one of them";
        return Err(Failure::Usage(why.to_owned()));
    }
    // All of them first: where one cannot be read, nothing of the others is kept.
    let (mut libraries, mut problems) = (Vec::new(), Vec::new());
    for path in &args.sources {
        let step = Step::begin("Reading resources", 0);
        let mut library = import_resources(path).map_err(Failure::reading)?;
        step.done(&counted(library.rows_read, "row"));
        problems.append(&mut library.problems);
        libraries.push((file_name(path), library));
    }
    data_folder::run(async {
        let data = args.data.to_import(args.dry_run).await?;
        for (source, library) in &libraries {
            let difference = keep(args.dry_run, &data, source, library).await?;
            tell!("{source}: {}", said(&difference, library.rows_left_out));
        }
        data.database.close().await?;
        let file = problems_file(args.problems.as_ref(), args.dry_run, &data.path, "resources")?;
        ended(file.as_deref(), problems.len(), args.dry_run, |file| outputs::problem_list(file, &problems))
    })
}

async fn keep(
    dry_run: bool,
    data: &DataFolder,
    source: &str,
    library: &Library,
) -> Result<Difference, Failure> {
    if dry_run {
        let known: BTreeMap<_, _> = store::known(&mut data.database.read().await?, source).await?;
        return Ok(difference(&known, &library.resources));
    }
    let mut change = data.database.change(&actor()).await?;
    let difference = store::apply(&mut change, source, &library.resources).await?;
    if !difference.is_empty() {
        let detail = said(&difference, library.rows_left_out);
        let action = "resource.import";
        change.commit(Act { action, object: source.to_owned(), purpose: None, detail }).await?;
    }
    Ok(difference)
}

fn said(difference: &Difference, left_out: u64) -> String {
    let rows = if left_out == 1 { "row left out" } else { "rows left out" };
    let parts = [
        (difference.new.len() as u64, "new"),
        (difference.new_version.len() as u64, "in a new version"),
        (difference.updated.len() as u64, "with other stock or notes"),
        (difference.returned.len() as u64, "given out again"),
        (difference.withdrawn.len() as u64, "withdrawn"),
        (difference.unchanged, "as before"),
        (left_out, rows),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}
