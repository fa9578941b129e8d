//! Reads files about places: tells what each one is, reads it once, and puts together what they say.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use ground::files::{FileError, Problem, digest, read_records, shown};
use rayon::prelude::*;

use super::areas::read_areas;
use super::brought::{Brought, file_name};
use super::columns::{AreaColumns, Heading};
use super::feed::{PlaceFeed, SourceKind};
use super::geojson::read_outlines;
use super::merge::merge;
use super::networks::{NetworkColumns, read_networks};
use super::postcodes::{CODE_POINT_COLUMNS, PostcodeColumns, read_postcodes};
use super::practices::{looks_like_a_practice, read_practices};

/// Why an import of places brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// A file could not be read, or is none that we know.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file was read, and no row of it can be used.
    #[error("{file}: none of {rows} rows can be used{}", first_of(problems))]
    NothingUsable { file: String, rows: u64, problems: Vec<Problem> },
}

fn first_of(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |p| {
        let column = if p.column.is_empty() { String::new() } else { format!(", column {}", p.column) };
        shown(&format!("; the first, line {}{column}: expected {}", p.line, p.expected))
    })
}

/// What a file may be, said when it is none of it.
const EXPECTED: &str = "this is none of the files about places; expected a table of postcodes (NSPL, ONSPD, Code-Point \
    Open, or the columns postcode, lat and long), of small areas (an LSOA code and deprivation or rural-urban), the NHS \
    list of practices (epraccur), of the partners of networks (a practice's code and its PCN's), or outlines of LSOAs as GeoJSON";

/// Reads these files, and the files of these folders (not of folders within), in any order. What a file is, is told by
/// what it holds. A file given twice is read once. A file of a folder that is none of ours is listed among the problems;
/// one that was named is refused.
///
/// Where a key stands in several rows, the last row counts; across files, the one of the later [`SourceKind`], and of
/// one kind the one named later. It is listed where that makes a difference ([`super::SAME_PLACE_METRES`] for points).
pub fn read_places(paths: &[PathBuf]) -> Result<PlaceFeed, PlaceError> {
    let files = without_copies(all_files(paths)?)?;
    let read: Vec<Result<Outcome, PlaceError>> = files.par_iter().map(read_file).collect();
    let (mut all, mut strangers) = (Vec::new(), Vec::new());
    for file in read {
        match file? {
            Outcome::Brought(brought) => all.push(*brought),
            Outcome::Stranger(problem) => strangers.push(problem),
        }
    }
    if all.is_empty() {
        let place = paths.first().map_or_else(|| Path::new("."), PathBuf::as_path);
        return Err(FileError::refused(place, "there is no file about places here").into());
    }
    let mut feed = merge(all);
    feed.problems.extend(strangers);
    Ok(feed)
}

struct Named {
    path: PathBuf,
    /// Somebody named the file, not only its folder.
    by_name: bool,
    digest: String,
}

/// What became of one file.
enum Outcome {
    Brought(Box<Brought>),
    Stranger(Problem),
}

fn all_files(paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, FileError> {
    let mut files = Vec::new();
    for path in paths {
        if !fs::metadata(path).map_err(FileError::system(path))?.is_dir() {
            files.push((path.clone(), true));
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(FileError::system(path))? {
            let file = entry.map_err(FileError::system(path))?.path();
            let hidden = file_name(&file).starts_with('.');
            if !hidden && file.is_file() {
                inside.push((file, false));
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Leaves out what has the same place or the same bytes as another one.
fn without_copies(files: Vec<(PathBuf, bool)>) -> Result<Vec<Named>, FileError> {
    let mut places = BTreeSet::new();
    let mut once = Vec::new();
    for (path, by_name) in files {
        if places.insert(fs::canonicalize(&path).map_err(FileError::system(&path))?) {
            once.push((path, by_name));
        }
    }
    let digests: Vec<Result<String, FileError>> = once.par_iter().map(|(path, _)| digest(&[path])).collect();
    let (mut seen, mut files) = (BTreeSet::new(), Vec::new());
    for ((path, by_name), digest) in once.into_iter().zip(digests) {
        let digest = digest?;
        if seen.insert(digest.clone()) {
            files.push(Named { path, by_name, digest });
        }
    }
    Ok(files)
}

fn read_file(file: &Named) -> Result<Outcome, PlaceError> {
    let kind = match recognise(&file.path) {
        Ok(kind) => kind,
        Err(FileError::Refused { .. }) if !file.by_name => {
            let expected = "a file about places; this one was passed over".into();
            let file = file_name(&file.path);
            return Ok(Outcome::Stranger(Problem { file, line: 1, column: "".into(), expected }));
        }
        Err(error) => return Err(error.into()),
    };
    let mut brought = Brought::new(&file.path, kind.source(), file.digest.clone());
    let into = &mut brought;
    match &kind {
        Kind::Outlines => read_outlines(&file.path, into)?,
        Kind::Practices { heading } => read_practices(&file.path, *heading, into)?,
        Kind::Postcodes { names, columns, heading } => {
            read_postcodes(&file.path, names, columns, *heading, into)?;
        }
        Kind::Areas { names, columns } => read_areas(&file.path, names, columns, into)?,
        Kind::Networks { names, columns } => read_networks(&file.path, names, columns, into)?,
    }
    if brought.is_empty() {
        return Err(PlaceError::NothingUsable {
            file: brought.source.file,
            rows: brought.source.rows,
            problems: brought.problems,
        });
    }
    Ok(Outcome::Brought(Box::new(brought)))
}

/// What a file turned out to be, and where its columns are.
enum Kind {
    Outlines,
    Practices { heading: bool },
    Postcodes { names: Vec<String>, columns: PostcodeColumns, heading: bool },
    Areas { names: Vec<String>, columns: AreaColumns },
    Networks { names: Vec<String>, columns: NetworkColumns },
}

impl Kind {
    const fn source(&self) -> SourceKind {
        match self {
            Self::Outlines => SourceKind::Outlines,
            Self::Practices { .. } => SourceKind::Practices,
            Self::Postcodes { heading: false, .. } => SourceKind::CodePointOpen,
            Self::Postcodes { columns, .. } if columns.has_grid() => SourceKind::PostcodeDirectory,
            Self::Postcodes { .. } => SourceKind::PostcodeTable,
            Self::Areas { .. } => SourceKind::Areas,
            Self::Networks { .. } => SourceKind::Networks,
        }
    }
}

/// Looks at the first bytes and, in a table, at the first row.
fn recognise(path: &Path) -> Result<Kind, FileError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(FileError::system(path))?;
    file.take(512).read_to_end(&mut start).map_err(FileError::system(path))?;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => return Ok(Kind::Outlines),
        Some(b'<') => return Err(FileError::refused(path, format!("this is a web page or XML. {EXPECTED}"))),
        _ => {}
    }
    let row = first_row(path)?;
    let fields: Vec<&str> = row.iter().map(String::as_str).collect();
    let heading = Heading::new(fields.iter().copied());
    if looks_like_a_practice(&fields) {
        return Ok(Kind::Practices { heading: false });
    }
    if fields.len() == super::practices::WIDTH && heading.find(&["organisationcode"]) == Some(0) {
        return Ok(Kind::Practices { heading: true });
    }
    if is_code_point(&fields) {
        let names: Vec<String> = CODE_POINT_COLUMNS.iter().map(|name| (*name).to_owned()).collect();
        if let Some(columns) = PostcodeColumns::find(&Heading::new(CODE_POINT_COLUMNS.iter().copied())) {
            return Ok(Kind::Postcodes { names, columns, heading: false });
        }
    }
    if let Some(columns) = PostcodeColumns::find(&heading) {
        return Ok(Kind::Postcodes { names: heading.names, columns, heading: true });
    }
    if let Some(columns) = NetworkColumns::find(&heading) {
        return Ok(Kind::Networks { names: heading.names, columns });
    }
    match AreaColumns::find(&heading) {
        Some(columns) if columns.say_something() => Ok(Kind::Areas { names: heading.names, columns }),
        _ => Err(FileError::refused(path, EXPECTED)),
    }
}

/// Ten fields, of which the first is a postcode and the next three are numbers.
fn is_code_point(fields: &[&str]) -> bool {
    fields.len() == CODE_POINT_COLUMNS.len()
        && vocabulary::Postcode::parse(fields[0]).is_ok()
        && fields[1..4].iter().all(|field| field.parse::<i32>().is_ok())
}

/// The fields of the first row.
fn first_row(path: &Path) -> Result<Vec<String>, FileError> {
    /// Reading ends with the first row, which is no mistake.
    enum End {
        Row(Vec<String>),
        File(FileError),
    }
    impl From<FileError> for End {
        fn from(error: FileError) -> Self {
            Self::File(error)
        }
    }
    let read = read_records(path, |record| {
        Err(End::Row(record.fields().map(|field| field.trim().to_owned()).collect()))
    });
    match read {
        Ok(()) => Err(FileError::refused(path, format!("the file has no row. {EXPECTED}"))),
        Err(End::Row(row)) => Ok(row),
        Err(End::File(error)) => Err(error),
    }
}
