//! Reads a list of resources: CSV or Parquet, one row a resource.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ground::files::{Batch, Cell, FileError, Problem, Ragged, Table};
use vocabulary::Day;

use super::columns::{RESOURCE_COLUMNS, at};
use super::{Format, PracticeNote, Resource};

/// The largest library that we know has some thousand; a file with more is none.
const MOST_ROWS: u64 = 200_000;

/// What a list held.
#[derive(Debug, Default)]
pub struct Library {
    /// By the owner's reference.
    pub resources: BTreeMap<String, Resource>,
    /// References of resources that the list has, and that could not be read.
    unread: BTreeSet<String>,
    /// A row was left out whose reference cannot be read: it may be of any resource.
    nameless: bool,
    pub rows_read: u64,
    /// Rows left out and listed, repeats not counted.
    pub rows_left_out: u64,
    /// Rows that say again what another said; listed too.
    pub repeats: u64,
    pub problems: Vec<Problem>,
}

impl Library {
    /// Whether a resource that is not among the others may be in the list all the same.
    pub(super) fn may_have(&self, key: &str) -> bool {
        self.nameless || self.unread.contains(key)
    }

    /// Somebody says that what is not found is no longer in the list.
    pub fn accept_gone(&mut self) {
        self.nameless = false;
    }
}

/// Reads a list. Every row that cannot be used is left out and listed; a file without any row that can be used is refused.
pub fn import_resources(path: &Path) -> Result<Library, FileError> {
    let table = Table::open(path)?;
    let reader = RefCell::new(Reader::new(&table)?);
    let positions = reader.borrow().positions.clone();
    for part in table.parts() {
        part.read::<FileError>(
            &positions,
            |batch| {
                reader.borrow_mut().take(batch);
                reader.borrow().check_length(path)
            },
            |row| {
                reader.borrow_mut().ragged(row);
                reader.borrow().check_length(path)
            },
        )?;
    }
    let library = reader.into_inner().finish();
    if library.resources.is_empty() {
        let why = if library.problems.is_empty() {
            "the list holds no rows".to_owned()
        } else {
            let first = &library.problems[0];
            let column = if first.column.is_empty() { "" } else { &*first.column };
            format!(
                "no row of the list can be used; the first is line {}, {column}: expected {}",
                first.line, first.expected
            )
        };
        return Err(FileError::refused(path, why));
    }
    Ok(library)
}

struct Reader {
    file: Arc<str>,
    /// Where each wanted column stands among those that are read.
    found: [Option<usize>; RESOURCE_COLUMNS.len()],
    positions: Vec<usize>,
    out: Library,
    /// Each key's rows: line, and what was understood.
    rows: BTreeMap<String, Vec<(u64, Option<Resource>)>>,
}

type Texts = [Option<String>; RESOURCE_COLUMNS.len()];

impl Reader {
    fn new(table: &Table) -> Result<Self, FileError> {
        let mut positions = Vec::new();
        let mut missing = Vec::new();
        let found = RESOURCE_COLUMNS.map(|column| {
            let position = table.position(column.name);
            missing.extend((column.must && position.is_none()).then_some(column.name));
            positions.extend(position);
            position.map(|_| positions.len() - 1)
        });
        if !missing.is_empty() {
            let why =
                format!("these columns are missing: {}; a list of resources has them", missing.join(", "));
            return Err(FileError::refused(table.path(), why));
        }
        let name = table.path().file_name().map(|name| name.to_string_lossy().into_owned());
        let file = name.unwrap_or_default().into();
        Ok(Self { file, found, positions, out: Library::default(), rows: BTreeMap::new() })
    }

    fn check_length(&self, path: &Path) -> Result<(), FileError> {
        if self.out.rows_read <= MOST_ROWS {
            return Ok(());
        }
        let why = format!("the file has more than {MOST_ROWS} rows; this is no list of resources");
        Err(FileError::refused(path, why))
    }

    fn problem(&mut self, line: u64, column: &str, expected: &str) {
        self.out.problems.push(Problem {
            file: self.file.clone(),
            line,
            column: column.into(),
            expected: expected.into(),
        });
    }

    fn ragged(&mut self, row: Ragged) {
        self.out.rows_read += 1;
        self.out.rows_left_out += 1;
        self.out.nameless = true;
        self.problem(row.line, "", &format!("{} fields, found {}", row.expected, row.found));
    }

    fn take(&mut self, batch: &Batch<'_>) {
        let mut rows: Vec<Texts> = vec![Texts::default(); batch.rows()];
        for (column, found) in self.found.iter().enumerate() {
            if let Some(position) = found {
                batch.each_cell(*position, |row, cell| rows[row][column] = text_of(cell));
            }
        }
        for (row, texts) in rows.into_iter().enumerate() {
            self.row(batch.line(row), texts);
        }
    }

    fn row(&mut self, line: u64, texts: Texts) {
        self.out.rows_read += 1;
        let key = texts[at::KEY].clone().filter(|key| fits(at::KEY, key));
        let understood = understood(texts);
        if let Err(wrong) = &understood {
            self.out.rows_left_out += 1;
            for column in wrong {
                let column = &RESOURCE_COLUMNS[*column];
                self.problem(line, column.name, column.expected);
            }
        }
        // A row that cannot be used still says that there are two of this key.
        match key {
            Some(key) => self.rows.entry(key).or_default().push((line, understood.ok())),
            None => self.out.nameless = true,
        }
    }

    fn finish(mut self) -> Library {
        for (key, rows) in std::mem::take(&mut self.rows) {
            let usable: Vec<(u64, &Resource)> =
                rows.iter().filter_map(|(line, row)| Some((*line, row.as_ref()?))).collect();
            let Some((first_line, first)) = usable.first() else {
                self.out.unread.insert(key);
                continue;
            };
            let agree = usable.iter().all(|(_, row)| row.same_version(first) && row.stock == first.stock);
            if !agree || usable.len() < rows.len() {
                for (line, _) in &usable {
                    self.out.rows_left_out += 1;
                    let why =
                        "rows of one key that agree in all but the practice note; others of this one differ";
                    self.problem(*line, "key", why);
                }
                self.out.unread.insert(key);
                continue;
            }
            let mut resource = Resource { practice_notes: Vec::new(), ..(*first).clone() };
            for (line, row) in &usable {
                let note = row.practice_notes.first();
                let same = |known: &&PracticeNote| note.is_none_or(|note| known.text == note.text);
                let before = resource.practice_notes.iter().find(same);
                if before.is_some_and(|before| note.is_some_and(|note| before != note)) {
                    self.out.rows_left_out += 1;
                    let why =
                        "one row for each note; another row of this key has the same note from elsewhere";
                    self.problem(*line, "practice_note", why);
                } else if line != first_line && (before.is_some() || note.is_none()) {
                    self.out.repeats += 1;
                    let why = format!(
                        "one row for each key and note; this row repeats line {first_line} or another"
                    );
                    self.problem(*line, "key", &why);
                } else {
                    resource.practice_notes.extend(note.cloned());
                }
            }
            resource.practice_notes.sort();
            self.out.resources.insert(key, resource);
        }
        self.out.problems.sort_by_key(|problem| problem.line);
        self.out
    }
}

fn text_of(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::NotKnown => None,
        Cell::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        Cell::Whole(number) => Some(number.to_string()),
        Cell::Real(number) => Some(number.to_string()),
        Cell::Bool(yes) => Some(yes.to_string()),
        Cell::Day(days) => Some(Day::from_days(days).to_string()),
    }
}

fn fits(column: usize, text: &str) -> bool {
    // Tabs and line ends may stand in a note; nothing else that cannot be seen may stand anywhere.
    let unseen = |c: char| c.is_control() && !(column >= at::PURPOSE && matches!(c, '\n' | '\r' | '\t'));
    text.chars().count() <= RESOURCE_COLUMNS[column].longest && !text.contains(unseen)
}

/// The resource of a row, or the columns that are wrong.
fn understood(texts: Texts) -> Result<Resource, Vec<usize>> {
    let mut wrong = Vec::new();
    for (column, text) in texts.iter().enumerate() {
        let good = match text {
            None => !RESOURCE_COLUMNS[column].must,
            Some(text) => {
                fits(column, text)
                    && match column {
                        at::FORMAT => Format::parse(text).is_some(),
                        at::LANGUAGE => text.len() >= 2 && text.bytes().all(|b| b.is_ascii_alphabetic()),
                        at::REVIEW_ON => Day::parse(text).is_ok(),
                        at::STOCK => stock(text).is_some(),
                        at::URL => text.starts_with("https://") || text.starts_with("http://"),
                        at::PRACTICE_SOURCE | at::ADOPTED_BY => texts[at::PRACTICE_NOTE].is_some(),
                        _ => true,
                    }
            }
        };
        if !good {
            wrong.push(column);
        }
    }
    let [
        _,
        title,
        format,
        version,
        language,
        owner,
        purpose,
        audience,
        body_region,
        stage,
        licence,
        review_on,
        copies,
        url,
        where_given,
        note,
        source,
        adopted_by,
    ] = texts;
    let format = format.as_deref().and_then(Format::parse);
    let (true, Some(title), Some(format), Some(version), Some(language), Some(owner)) =
        (wrong.is_empty(), title, format, version, language, owner)
    else {
        return Err(wrong);
    };
    let names = |list: String| {
        let names = list.split(';').map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let note =
        note.map(|text| PracticeNote { text, source, adopted_by: adopted_by.map(names).unwrap_or_default() });
    Ok(Resource {
        title,
        format,
        version,
        language: language.to_ascii_lowercase(),
        owner,
        purpose,
        audience,
        body_region,
        stage,
        licence,
        review_on: review_on.and_then(|text| Day::parse(&text).ok()),
        url,
        where_given,
        stock: copies.and_then(|text| stock(&text)),
        practice_notes: note.into_iter().collect(),
    })
}

/// `250`, and `250.0` as spreadsheets write it.
fn stock(text: &str) -> Option<u32> {
    let whole = text.split_once('.').map_or(
        text,
        |(whole, zeros)| {
            if zeros.bytes().all(|b| b == b'0') { whole } else { "" }
        },
    );
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    whole.parse().ok().filter(|_| digits)
}
