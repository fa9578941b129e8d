//! `meres import resources`: the library of leaflets, videos and pages.

use std::collections::BTreeMap;

use clap::Args;
use ground::database::Act;
use offers::directory::Turnover;
use offers::resource::{Difference, Library, difference, import_resources, store};

use super::super::data_folder::{self, DataFolder, actor};
use super::super::failure::Failure;
use super::super::inputs::file_name;
use super::super::outputs;
use super::super::progress::{Step, counted};
use super::{SourceArgs, ended, only_files, problems_apart, problems_file, same_list};

pub(super) const EXAMPLE: &str = "Example:\n  meres import resources library.csv --data data\n\n\
    One row a resource, or several where it has several notes on good practice; docs/reference/columns.md lists the \
    columns. A row that says something new becomes a version beside the earlier ones. What a later list of the same \
    name lacks is withdrawn, not deleted.";

#[derive(Args, Debug)]
pub(super) struct ResourcesArgs {
    #[command(flatten)]
    from: SourceArgs,
    /// Name of the list, the same at every import; that of the file unless given. Two lists need two names
    #[arg(long, value_name = "NAME", value_parser = super::source_name)]
    source: Option<String>,
    /// What the list does not have any more is withdrawn, even where that is doubtful or more than half of it
    #[arg(long)]
    accept_gone: bool,
}

pub(super) fn run(asked: &ResourcesArgs) -> Result<(), Failure> {
    let args = &asked.from;
    only_files(&args.sources)?;
    problems_apart(args.problems.as_ref(), &args.sources)?;
    if asked.source.is_some() && args.sources.len() > 1 {
        return Err(Failure::Usage("--source names one list; give one file with it".to_owned()));
    }
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
        if asked.accept_gone {
            library.accept_gone();
        }
        libraries.push((asked.source.clone().unwrap_or_else(|| file_name(path)), library));
    }
    data_folder::run(async {
        let data = args.data.to_import(args.dry_run).await?;
        // All of them first again: where one is refused, nothing of the others is kept.
        let mut allowed = Ok(());
        for (source, library) in &libraries {
            let known = store::known(&mut data.database.read().await?, source).await?;
            let standing = known.values().filter(|known| !known.withdrawn).count();
            let replaced = difference(&known, library).replaced(&known, library);
            let turnover = Turnover { what: "resource", known: standing, replaced };
            allowed = allowed.and(same_list(source, &turnover, asked.accept_gone));
        }
        if allowed.is_err() && !args.dry_run {
            data.database.close().await?;
            return allowed;
        }
        for (source, library) in &libraries {
            let difference = keep(args.dry_run, &data, source, library).await?;
            tell!("{source}: {}", said(&difference, library.rows_left_out));
        }
        data.database.close().await?;
        let file = problems_file(args.problems.as_ref(), args.dry_run, &data.path, "resources")?;
        ended(file.as_deref(), problems.len(), args.dry_run, |file| outputs::problem_list(file, &problems))?;
        allowed
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
        return Ok(difference(&known, library));
    }
    let mut change = data.database.change(&actor()).await?;
    let difference = store::apply(&mut change, source, library).await?;
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
        (difference.kept.len() as u64, "not read and kept"),
        (difference.unchanged, "as before"),
        (left_out, rows),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}
