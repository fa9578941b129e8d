//! Reads a crosstab. Memory holds the headings and the metrics that the mapping names, whatever else is in the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use disclosure::Working;
use ground::files::{FileError, Problem, Record, read_records};
use vocabulary::Condition;

use super::cell::{EXPECTED, Understood, understood};
use super::{Count, Crosstab, Headings, Metric};
use crate::extract::{Allowance, CrosstabMapping, ImportError, Mapping};

/// The largest export that we know has some hundred metrics.
const MOST_ROWS: u64 = 100_000;

/// A file with more is no crosstab, and nobody reads a longer list.
const MOST_PROBLEMS: usize = 10_000;

/// Names of metrics not read that are worth listing, and the longest that is listed.
const LISTED: usize = 200;
const LONGEST_LISTED: usize = 120;

/// Reads a crosstab; more cells that cannot be used than allowed, and it is not taken.
pub fn import_crosstab(
    path: &Path,
    mapping: &CrosstabMapping,
    allowance: Allowance,
) -> Result<Crosstab, ImportError> {
    let mut reader = Reader::new(path, mapping);
    read_records::<ImportError>(path, |record| reader.take(record, allowance))?;
    reader.finish(allowance)
}

struct Reader<'m> {
    path: &'m Path,
    mapping: &'m CrosstabMapping,
    file: Arc<str>,
    upper: Option<Vec<String>>,
    headings: Option<Headings>,
    /// Each metric that the mapping names: its lines, and what stood in the first.
    found: BTreeMap<&'m str, Found>,
    not_read: Vec<String>,
    not_read_in_all: u64,
    rows_read: u64,
    left_out: u64,
    problems: Vec<Problem>,
    hides_up_to: u64,
}

struct Found {
    /// The counts, and whether other lines of the metric agree with the first.
    row: Option<Metric>,
    agree: bool,
    lines: Vec<u64>,
}

impl<'m> Reader<'m> {
    fn new(path: &'m Path, mapping: &'m CrosstabMapping) -> Self {
        Self {
            path,
            mapping,
            file: Mapping::name_of(path).into(),
            upper: None,
            headings: None,
            found: BTreeMap::new(),
            not_read: Vec::new(),
            not_read_in_all: 0,
            rows_read: 0,
            left_out: 0,
            problems: Vec::new(),
            hides_up_to: 0,
        }
    }

    fn take(&mut self, record: Record<'_>, allowance: Allowance) -> Result<(), ImportError> {
        let texts = || record.fields().map(|f| f.trim().to_owned()).collect::<Vec<_>>();
        let Some(upper) = &self.upper else {
            if record.fields().len() < 3 {
                let why = "the first row has fewer than three columns; expected a crosstab with commas between: \
                           metrics, everybody and at least one segment";
                return Err(FileError::refused(self.path, why).into());
            }
            self.upper = Some(texts());
            return Ok(());
        };
        let Some(headings) = self.headings.take() else {
            let headings = Headings::understand(upper, &texts(), self.mapping);
            self.headings = Some(headings.map_err(|why| FileError::refused(self.path, why))?);
            return Ok(());
        };
        self.row(&headings, record);
        self.headings = Some(headings);
        if self.problems.len() > MOST_PROBLEMS {
            return Err(self.too_many(allowance));
        }
        if self.rows_read > MOST_ROWS {
            let why = format!("the file has more than {MOST_ROWS} rows; this is no crosstab");
            return Err(FileError::refused(self.path, why).into());
        }
        Ok(())
    }

    fn problem(&mut self, line: u64, column: &str, expected: &str) {
        self.problems.push(Problem {
            file: self.file.clone(),
            line,
            column: column.into(),
            expected: expected.into(),
        });
    }

    fn row(&mut self, headings: &Headings, record: Record<'_>) {
        let name = record.fields().next().unwrap_or_default().trim();
        if name.is_empty() {
            if record.fields().any(|field| !field.trim().is_empty()) {
                self.rows_read += 1;
                self.left_out += headings.segments.len() as u64 + 1;
                self.problem(record.line(), "", "the metric's name in the first column");
            }
            return;
        }
        self.rows_read += 1;
        let Some(wanted) = self.mapping.metrics().find(|metric| *metric == name) else {
            self.not_read_in_all += 1;
            if self.not_read.len() < LISTED {
                let long = name.chars().count() > LONGEST_LISTED;
                let name = name.chars().filter(|c| !c.is_control()).take(LONGEST_LISTED);
                self.not_read.push(name.chain(long.then_some('…')).collect());
            }
            return;
        };
        let row = self.counts(headings, record, name);
        let found = self.found.entry(wanted).or_insert_with(|| Found {
            row: row.clone(),
            agree: true,
            lines: Vec::new(),
        });
        found.agree &= found.row == row && row.is_some();
        found.lines.push(record.line());
    }

    /// The counts of a row; none if it has too few or too many fields.
    fn counts(&mut self, headings: &Headings, record: Record<'_>, name: &str) -> Option<Metric> {
        let fields = record.fields();
        let len = fields.len();
        let last = headings.segments.iter().map(|s| s.column).max().unwrap_or(0).max(headings.whole);
        if len <= last || record.fields().skip(headings.width).any(|field| !field.trim().is_empty()) {
            self.left_out += headings.segments.len() as u64 + 1;
            self.problem(record.line(), "", &format!("{} fields, found {len}", headings.width));
            return None;
        }
        let fields: Vec<&str> = fields.collect();
        let mapping = self.mapping;
        let mut count = |column: usize, called: &str| match understood(fields[column]) {
            Understood::Number(n) => Count::Known(Working::from(n)),
            Understood::NotKnown => Count::NotKnown,
            Understood::Suppressed(hides) => {
                self.hides_up_to = self.hides_up_to.max(hides.unwrap_or(0));
                Count::Suppressed
            }
            Understood::Wrong => {
                self.left_out += 1;
                self.problem(record.line(), called, EXPECTED);
                Count::NotKnown
            }
        };
        let whole = count(headings.whole, &mapping.whole_population);
        let segments = headings.segments.iter().map(|s| count(s.column, &s.called)).collect();
        Some(Metric { name: name.to_owned(), whole, segments })
    }

    fn too_many(&mut self, allowance: Allowance) -> ImportError {
        ImportError::TooManyCells {
            file: self.file.to_string(),
            left_out: self.left_out,
            cells: self.cells(),
            allowed: allowance.percent,
            problems: std::mem::take(&mut self.problems),
        }
    }

    /// Cells of the metrics that were read.
    fn cells(&self) -> u64 {
        let a_row = self.headings.as_ref().map_or(0, |h| h.segments.len() as u64 + 1);
        (self.rows_read - self.not_read_in_all) * a_row
    }

    fn finish(mut self, allowance: Allowance) -> Result<Crosstab, ImportError> {
        let Some(headings) = self.headings.clone() else {
            let why = "the file ends before the second heading row";
            return Err(FileError::refused(self.path, why).into());
        };
        let missing: Vec<String> = self
            .mapping
            .metrics()
            .filter(|metric| !self.found.contains_key(metric))
            .map(|metric| format!("\"{metric}\""))
            .collect();
        if !missing.is_empty() {
            let these = if missing.len() == 1 { "this metric is" } else { "these metrics are" };
            let why = format!("{these} missing: {}. The mapping names them", missing.join(", "));
            return Err(FileError::refused(self.path, why).into());
        }
        let mut metrics = self.one_row_each(&headings);
        if allowance.is_passed(self.left_out, self.cells()) {
            return Err(self.too_many(allowance));
        }
        let mapping = self.mapping;
        let people = metrics.remove(mapping.people.as_str());
        let not_known = |name: &str| not_known(name, &headings);
        let conditions = mapping.conditions.iter().map(|(name, condition): (_, &Condition)| {
            (*condition, metrics.remove(name.as_str()).unwrap_or_else(|| not_known(name)))
        });
        let placed = |name: &String| headings.segments.iter().any(|s| s.called == *name);
        Ok(Crosstab {
            conditions: conditions.collect(),
            people: people.unwrap_or_else(|| not_known(&mapping.people)),
            places: headings
                .segments
                .iter()
                .map(|s| mapping.segments.get(&s.called).copied().unwrap_or_default())
                .collect(),
            placed_but_not_there: mapping.segments.keys().filter(|name| !placed(name)).cloned().collect(),
            not_read: self.not_read,
            not_read_in_all: self.not_read_in_all,
            rows_used: self.found.values().filter(|f| f.agree).count() as u64,
            rows_read: self.rows_read,
            problems: self.problems,
            hides_up_to: self.hides_up_to,
            headings,
        })
    }

    /// Equal rows of one metric count once and are listed; differing ones are all left out.
    fn one_row_each(&mut self, headings: &Headings) -> BTreeMap<&'m str, Metric> {
        let mut metrics = BTreeMap::new();
        for (name, found) in std::mem::take(&mut self.found) {
            let first = found.lines[0];
            let column = "metric";
            if found.agree {
                for line in &found.lines[1..] {
                    let why = format!(
                        "one row for each metric; this row repeats line {first} and was counted once"
                    );
                    self.problem(*line, column, &why);
                }
                metrics.extend(found.row.clone().map(|row| (name, row)));
            } else if found.lines.len() > 1 {
                for line in &found.lines {
                    self.left_out += headings.segments.len() as u64 + 1;
                    self.problem(*line, column, "one row for each metric; other rows of this one differ");
                }
            }
            self.found.insert(name, found);
        }
        metrics
    }
}

/// A metric about which nothing usable was in the file.
fn not_known(name: &str, headings: &Headings) -> Metric {
    Metric {
        name: name.to_owned(),
        whole: Count::NotKnown,
        segments: vec![Count::NotKnown; headings.segments.len()],
    }
}
