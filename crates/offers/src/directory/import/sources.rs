//! Files and folders: which there are, and what each of them is.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use ground::files::{DefinitionError, FileError, looks_like_sheet, same_sheet, sheet_names};

use super::gathering::{Gathering, Place};
use super::json::Held;
use super::mapped::{DirectoryMapping, Mapped};
use super::tabular::{Tables, table_of};
use super::{FeedError, json, rows};
use crate::directory::Feed;

/// Bytes of a JSON file.
const MOST_BYTES: u64 = 256 << 20;

/// Reads files and folders, in any order, into one feed. What each file is, is told by what it holds; with a mapping,
/// tables are first looked at under it. A file that is named twice is read once.
pub fn read_feed(sources: &[PathBuf], mapping: Option<&DirectoryMapping>) -> Result<Feed, FeedError> {
    let mut all = Gathering::default();
    match read_all(sources, mapping, &mut all) {
        Ok(()) => usable(all),
        Err(Stop::File(why)) => Err(FeedError::of_file(why, all)),
        Err(Stop::Mapping(why)) => Err(FeedError::of_mapping(why, all)),
    }
}

/// Why nothing more is read.
enum Stop {
    File(FileError),
    Mapping(DefinitionError),
}

impl From<FileError> for Stop {
    fn from(why: FileError) -> Self {
        Self::File(why)
    }
}

/// The feed, where there is something in it.
pub(super) fn usable(all: Gathering) -> Result<Feed, FeedError> {
    let feed = all.settle();
    if feed.services.is_empty() && feed.organisations.is_empty() {
        return Err(FeedError::NothingUsable {
            read: feed.records_read,
            left_out: feed.left_out,
            problems: feed.problems,
        });
    }
    Ok(feed)
}

fn read_all(
    sources: &[PathBuf],
    mapping: Option<&DirectoryMapping>,
    all: &mut Gathering,
) -> Result<(), Stop> {
    let mut tables = Tables::default();
    let mut mapped = mapping.map(Mapped::new);
    for file in files(sources, all)? {
        match kind_of(&file)? {
            Kind::Json => read_json(&file, all)?,
            kind => read_table(&file, kind, &mut tables, &mut mapped, all)?,
        }
    }
    all.settle_pages();
    if !tables.is_empty() {
        tables.read(all);
    }
    if let Some(mapped) = mapped {
        mapped.finish(all).map_err(Stop::Mapping)?;
    }
    Ok(())
}

/// A file that is to be read.
struct Source {
    path: PathBuf,
    /// Without its folder, for messages.
    name: String,
    /// It was named itself, so that it must be of use.
    named: bool,
}

fn files(sources: &[PathBuf], all: &mut Gathering) -> Result<Vec<Source>, FileError> {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for source in sources {
        let about = std::fs::metadata(source).map_err(FileError::system(source))?;
        let found = if about.is_dir() { in_folder(source, all)? } else { vec![source.clone()] };
        for path in found {
            let whole = path.canonicalize().map_err(FileError::system(&path))?;
            if !std::fs::metadata(&path).map_err(FileError::system(&path))?.is_file() {
                return Err(FileError::refused(&path, "this is no file and no folder"));
            }
            if seen.insert(whole) {
                let name = name_of(&path);
                files.push(Source { path, name, named: !about.is_dir() });
            }
        }
    }
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The files of a folder that may be a part of a directory, by name. What lies in folders within is not looked for.
fn in_folder(folder: &Path, all: &mut Gathering) -> Result<Vec<PathBuf>, FileError> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(FileError::system(folder))? {
        paths.push(entry.map_err(FileError::system(folder))?.path());
    }
    paths.sort();
    let endings = ["json", "csv", "xlsx"];
    let fits = |path: &PathBuf| {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        path.is_file() && endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
    };
    let (files, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(fits);
    for other in others {
        let name = name_of(&other);
        if !name.starts_with('.') {
            all.warn(&whole(&name), "", "expected .json, .csv or .xlsx; this was not read");
        }
    }
    Ok(files)
}

fn whole(name: &str) -> Place {
    Place { file: name.into(), at: String::new() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Sheet,
    Text,
}

fn kind_of(file: &Source) -> Result<Kind, FileError> {
    if looks_like_sheet(&file.path)? {
        return Ok(Kind::Sheet);
    }
    let mut start = Vec::new();
    let open = File::open(&file.path).map_err(FileError::system(&file.path))?;
    open.take(4_096).read_to_end(&mut start).map_err(FileError::system(&file.path))?;
    let text = start.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&start).trim_ascii_start();
    let named = file.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    Ok(if named || text.starts_with(b"{") || text.starts_with(b"[") { Kind::Json } else { Kind::Text })
}

fn read_json(file: &Source, all: &mut Gathering) -> Result<(), FileError> {
    let refuse = |why: String| FileError::refused(&file.path, why);
    let mut bytes = Vec::new();
    let open = File::open(&file.path).map_err(FileError::system(&file.path))?;
    // What is too large is not read first: its size is known, and counted again while it is read.
    let size = open.metadata().map_err(FileError::system(&file.path))?.len();
    if size <= MOST_BYTES {
        open.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::system(&file.path))?;
    }
    if size > MOST_BYTES || bytes.len() as u64 > MOST_BYTES {
        return Err(refuse(format!("the file has more than {} MB", MOST_BYTES >> 20)));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(refuse("the file is empty; expected JSON".to_owned()));
    }
    match json::read(&file.name, &bytes, all).map_err(refuse)? {
        Held::Records => Ok(()),
        Held::NoRecords => {
            all.warn(
                &whole(&file.name),
                "",
                "expected a record of a directory or a list of them; this was not read",
            );
            Ok(())
        }
    }
}

/// A workbook may hold several tables: reads those that the mapping asks for by name. Whether that was all of it: where
/// every table of the mapping names its sheet, no other sheet is taken for one of them.
fn read_sheets(file: &Source, mapped: &mut Mapped<'_>, all: &mut Gathering) -> Result<bool, FileError> {
    let asked = mapped.sheets();
    if asked.is_empty() {
        return Ok(false);
    }
    let there = sheet_names(&file.path)?;
    let mut found = false;
    let mut why = None;
    for sheet in &asked {
        if !there.iter().any(|name| same_sheet(name, sheet)) {
            continue;
        }
        let table = rows::read(&file.path, &file.name, Some(sheet))?;
        if mapped.add(&table, all) {
            found = true;
        } else {
            why = Some(format!("the sheet \"{sheet}\" is none of the tables{}", mapped.why_none(&table)));
        }
    }
    if found || !mapped.names_every_sheet() {
        return Ok(found);
    }
    let why = why.unwrap_or_else(|| {
        let quoted =
            |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        format!("the mapping asks for the sheet {}; the workbook has {}", quoted(&asked), quoted(&there))
    });
    if file.named {
        return Err(FileError::refused(&file.path, why));
    }
    all.warn(&whole(&file.name), "", format!("{why}; this was not read"));
    Ok(true)
}

fn read_table(
    file: &Source,
    kind: Kind,
    tables: &mut Tables,
    mapped: &mut Option<Mapped<'_>>,
    all: &mut Gathering,
) -> Result<(), FileError> {
    if kind == Kind::Sheet
        && let Some(mapped) = mapped
        && read_sheets(file, mapped, all)?
    {
        return Ok(());
    }
    let table = rows::read(&file.path, &file.name, None)?;
    if mapped.as_mut().is_some_and(|mapped| mapped.add(&table, all)) {
        return Ok(());
    }
    match table_of(&table) {
        Some(known) => tables.add(known, &table, all),
        None if file.named => {
            let why = match mapped {
                Some(mapped) => format!(
                    "the columns are those of no table of the mapping, and none of HSDS{}",
                    mapped.why_none(&table)
                ),
                None => "the columns are none of HSDS; give a mapping that says which column is what. For a list that is \
                         kept by hand one comes with Meres, “A plain list”"
                    .to_owned(),
            };
            return Err(FileError::refused(&file.path, why));
        }
        None => all.warn(
            &whole(&file.name),
            "",
            "expected the columns of a table that is known; this was not read",
        ),
    }
    Ok(())
}
