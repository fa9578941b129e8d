//! How each column of a file is understood, from its heading and its first rows: counts of cells, and never what stands there.

use ground::files::{FileError, Table};

use super::{Column, ColumnKind, Found, Heading, Mapping, WholeCell, text_fits, whole_cell};

/// Rows that are looked at.
const ROWS: usize = 10_000;

/// What was seen.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The columns that are wanted, in order: those that a file must have, then the others.
    pub columns: Vec<LookedColumn>,
    /// Columns of the file that are not read.
    pub unread: Vec<String>,
    /// Rows with too few or too many fields.
    pub ragged: u64,
}

/// One wanted column.
#[derive(Clone, Debug)]
pub struct LookedColumn {
    pub name: &'static str,
    pub required: bool,
    pub from: TakenFrom,
    /// Cells whose value was understood, that are empty or not known, and that are neither.
    pub known: usize,
    pub not_known: usize,
    pub wrong: usize,
    /// The line of the first cell that is neither, and what was expected there.
    pub first_wrong: Option<(u64, &'static str)>,
}

/// Where its values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenFrom {
    Column(String),
    /// The mapping says one value for all.
    Mapping,
    Nowhere,
}

/// What the first rows of one column held.
#[derive(Clone, Copy, Default)]
struct Seen {
    rows: usize,
    known: usize,
    wrong: usize,
    first_wrong: Option<u64>,
}

/// Looks at a file. Refused where a column that it must have is missing.
pub fn look(
    table: &Table,
    mapping: &Mapping,
    (required, optional): (&[Column], &[Column]),
    index_year: i32,
) -> Result<Looked, FileError> {
    let heading = Heading::find(table, mapping, required, optional)?;
    let columns: Vec<&Column> = required.iter().chain(optional).collect();
    let mut seen: Vec<Seen> = vec![Seen::default(); columns.len()];
    let mut ragged = 0;
    for part in table.parts() {
        let mut enough = false;
        let ended = part.read::<Ended>(
            &heading.positions,
            |batch| {
                for (index, column) in columns.iter().enumerate() {
                    let Found::Read(position) = heading.found[index] else { continue };
                    let expected = heading.expected(index, column, index_year);
                    let seen = &mut seen[index];
                    batch.each_cell(position, |row, cell| {
                        let understood = match column.kind {
                            ColumnKind::Text(longest) => match expected.text(cell) {
                                None => WholeCell::NotKnown,
                                Some(text) if !text_fits(&text, longest) => WholeCell::Wrong,
                                Some(_) => WholeCell::Value(0),
                            },
                            ColumnKind::Large(most) => match expected.large(cell, most) {
                                Some(None) => WholeCell::NotKnown,
                                Some(Some(_)) => WholeCell::Value(0),
                                None => WholeCell::Wrong,
                            },
                            _ => whole_cell(&expected, cell),
                        };
                        seen.rows += 1;
                        seen.known += usize::from(matches!(understood, WholeCell::Value(_)));
                        if understood == WholeCell::Wrong {
                            seen.wrong += 1;
                            seen.first_wrong.get_or_insert(batch.line(row));
                        }
                    });
                }
                enough = seen.iter().any(|seen| seen.rows >= ROWS);
                if enough { Err(Ended::Enough) } else { Ok(()) }
            },
            |_| {
                ragged += 1;
                Ok(())
            },
        );
        match ended {
            Ok(()) => {}
            Err(Ended::Enough) => break,
            Err(Ended::File(error)) => return Err(error),
        }
    }
    let looked = columns.iter().enumerate().map(|(index, column)| {
        let seen = seen[index];
        LookedColumn {
            name: column.name,
            required: index < required.len(),
            from: match &heading.found[index] {
                Found::Read(_) => TakenFrom::Column(heading.names[index].to_string()),
                Found::Fixed(_) => TakenFrom::Mapping,
                Found::Absent => TakenFrom::Nowhere,
            },
            known: seen.known,
            not_known: seen.rows - seen.known - seen.wrong,
            wrong: seen.wrong,
            first_wrong: seen.first_wrong.map(|line| (line, heading.expected_words(index, column))),
        }
    });
    let looked: Vec<LookedColumn> = looked.collect();
    let names = table.columns().iter().enumerate();
    let unread = names.filter(|(at, _)| !heading.positions.contains(at)).map(|(_, name)| name.clone());
    Ok(Looked { columns: looked, unread: unread.collect(), ragged })
}

/// Why the reading ended before the end.
enum Ended {
    Enough,
    File(FileError),
}

impl From<FileError> for Ended {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
