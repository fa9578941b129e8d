//! What one file brings while it is read, and the rows of a table one by one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ground::files::{FileError, Problem, read_records};
use vocabulary::{GridPoint, Lsoa, Postcode};

use super::feed::{AreaFacts, Membership, Practice, Source, SourceKind};
use super::outline::AreaOutline;

/// Problems listed for one file. A file with more is the wrong file, and the list would fill the memory.
const MOST_PROBLEMS: usize = 10_000;

/// What one file brings.
pub(super) struct Brought {
    pub(super) source: Source,
    pub(super) postcodes: Vec<PostcodeRow>,
    pub(super) areas: BTreeMap<Lsoa, AreaFacts>,
    pub(super) outlines: Vec<(u64, AreaOutline)>,
    pub(super) practices: Vec<(u64, Practice)>,
    pub(super) memberships: Vec<(u64, Membership)>,
    pub(super) problems: Vec<Problem>,
    file: Arc<str>,
}

/// A postcode as one row has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PostcodeRow {
    pub(super) line: u64,
    pub(super) postcode: Postcode,
    pub(super) point: GridPoint,
    pub(super) lsoa: Option<Lsoa>,
    /// Nothing where the file does not say.
    pub(super) terminated: Option<bool>,
}

impl Brought {
    pub(super) fn new(path: &Path, kind: SourceKind, digest: String) -> Self {
        let file = file_name(path);
        let source = Source {
            file: file.to_string(),
            kind,
            digest,
            rows: 0,
            left_out: 0,
            without_position: 0,
            repeats: 0,
        };
        Self {
            source,
            postcodes: Vec::new(),
            areas: BTreeMap::new(),
            outlines: Vec::new(),
            practices: Vec::new(),
            memberships: Vec::new(),
            problems: Vec::new(),
            file,
        }
    }

    /// Whether anything at all can be used.
    pub(super) fn is_empty(&self) -> bool {
        self.postcodes.is_empty()
            && self.areas.is_empty()
            && self.outlines.is_empty()
            && self.practices.is_empty()
            && self.memberships.is_empty()
    }

    /// Says that something in a row was not understood; the row stays.
    pub(super) fn problem(&mut self, line: u64, column: &str, expected: &str) {
        let expected = match self.problems.len() {
            MOST_PROBLEMS.. => return,
            last if last + 1 == MOST_PROBLEMS => {
                "a file with fewer problems; from here on they are not listed"
            }
            _ => expected,
        };
        self.problems.push(Problem {
            file: self.file.clone(),
            line,
            column: column.into(),
            expected: expected.into(),
        });
    }

    /// Says why a row cannot be used.
    pub(super) fn leave_out(&mut self, line: u64, column: &str, expected: &str) {
        self.source.left_out += 1;
        self.problem(line, column, expected);
    }
}

/// The file's name without its folder.
pub(super) fn file_name(path: &Path) -> Arc<str> {
    path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into()
}

/// A row with as many fields as the first one.
pub(super) struct Row<'r> {
    pub(super) line: u64,
    /// Without the spaces around them.
    pub(super) fields: Vec<&'r str>,
}

/// Reads the rows of a file, the first too unless it is a heading. Rows of another width are left out.
pub(super) fn each_row(
    path: &Path,
    width: usize,
    heading: bool,
    brought: &mut Brought,
    mut take: impl FnMut(&mut Brought, &Row<'_>),
) -> Result<(), FileError> {
    let mut skip = heading;
    read_records::<FileError>(path, |record| {
        if std::mem::take(&mut skip) {
            return Ok(());
        }
        brought.source.rows += 1;
        let row = Row { line: record.line(), fields: record.fields().map(str::trim).collect() };
        if row.fields.len() == width {
            take(brought, &row);
        } else {
            let found = row.fields.len();
            brought.leave_out(row.line, "", &format!("{width} fields, found {found}"));
        }
        Ok(())
    })
}
