//! The two heading rows: which column is which segment.

use super::cell::{Understood, understood};
use crate::extract::CrosstabMapping;

/// The columns of a crosstab as they were understood. Positions count from 0, the metric's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headings {
    pub segments: Vec<Segment>,
    /// The column that counts everybody.
    pub whole: usize,
    /// Columns without a heading in either row: a stray last column, usually.
    pub unnamed: Vec<usize>,
    /// Columns that the mapping leaves out.
    pub left_out: Vec<usize>,
    /// Columns that have a place in the heading rows.
    pub width: usize,
}

/// A segment of the population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What stands above it, repeated or filled from the left: a network.
    pub group: Option<String>,
    /// Its name, with its group's where the name stands in the file twice: also its key in a mapping.
    pub called: String,
    pub column: usize,
}

/// A name longer than this is no heading.
const LONGEST: usize = 200;

/// Between the names of both rows.
const BETWEEN: &str = " / ";

impl Headings {
    /// Understands the two rows, or says why not. No word of the file is repeated before the whole-population column
    /// has been found, because a file of another kind has somebody's values there.
    pub(super) fn understand(
        upper: &[String],
        lower: &[String],
        mapping: &CrosstabMapping,
    ) -> Result<Self, String> {
        let width = upper.len().max(lower.len());
        if let Some(at) = (0..width).find(|at| at_of(upper, *at).len().max(at_of(lower, *at).len()) > LONGEST)
        {
            return Err(format!("the heading of column {} is longer than {LONGEST} letters", at + 1));
        }
        if mapping.metrics().any(|metric| metric == at_of(lower, 0)) || holds_counts(lower) {
            return Err(
                "line 2 holds counts; expected two heading rows, such as the network and then the practice \
                        (a name above each column is enough for the first)"
                    .to_owned(),
            );
        }
        let everybody = |at: &usize| {
            at_of(upper, *at) == mapping.whole_population || at_of(lower, *at) == mapping.whole_population
        };
        let whole: Vec<usize> = (1..width).filter(everybody).collect();
        let [whole] = whole[..] else {
            let called = &mapping.whole_population;
            return Err(match whole.len() {
                0 => format!(
                    "no column is called \"{called}\" in either heading row; the mapping says that it counts everybody"
                ),
                n => {
                    format!("{n} columns are called \"{called}\"; expected one column that counts everybody")
                }
            });
        };
        let mut found =
            Self { segments: Vec::new(), whole, unnamed: Vec::new(), left_out: Vec::new(), width };
        let mut group: Option<&str> = None;
        for at in 1..width {
            let (above, name) = (at_of(upper, at), at_of(lower, at));
            if at == whole {
                // A heading of its own ends what stood to the left of it.
                if above == mapping.whole_population {
                    group = None;
                }
                continue;
            }
            if above.is_empty() && name.is_empty() {
                found.unnamed.push(at);
                continue;
            }
            if !above.is_empty() {
                group = Some(above);
            }
            let (group, name) = if name.is_empty() { (None, above) } else { (group, name) };
            let both = joined(group, name);
            if mapping.leave_out.iter().any(|out| *out == name || *out == both) {
                found.left_out.push(at);
                continue;
            }
            let segment = Segment { group: group.map(str::to_owned), called: name.to_owned(), column: at };
            found.segments.push(segment);
        }
        found.tell_apart()?;
        Ok(found)
    }

    /// Segments with the same name are called by both rows; the same in both rows is one column too many.
    fn tell_apart(&mut self) -> Result<(), String> {
        if self.segments.is_empty() {
            return Err("there is no column for a segment beside the one that counts everybody".to_owned());
        }
        let mut times = std::collections::BTreeMap::<String, usize>::new();
        for segment in &self.segments {
            *times.entry(segment.called.clone()).or_default() += 1;
        }
        let mut full = std::collections::BTreeSet::new();
        for segment in &mut self.segments {
            if times[&segment.called] > 1 {
                segment.called = joined(segment.group.as_deref(), &segment.called);
            }
            if !full.insert(segment.called.clone()) {
                return Err(format!("two columns are called \"{}\"", segment.called));
            }
        }
        Ok(())
    }
}

fn joined(group: Option<&str>, name: &str) -> String {
    group.map_or_else(|| name.to_owned(), |group| format!("{group}{BETWEEN}{name}"))
}

fn at_of(row: &[String], at: usize) -> &str {
    row.get(at).map_or("", |name| name.trim())
}

/// Whether a row looks like counts: a name and then nothing but numbers, one of them with a comma or above 99. A row
/// of deciles ("1", "2", …) is a heading.
fn holds_counts(row: &[String]) -> bool {
    let mut cells = row.iter().skip(1).filter(|cell| !cell.trim().is_empty()).peekable();
    let number = |cell: &String| match understood(cell) {
        Understood::Number(n) => Some(n),
        _ => None,
    };
    cells.peek().is_some()
        && row.iter().skip(1).any(|c| number(c).is_some_and(|n| n > 99))
        && cells.all(|c| understood(c) != Understood::Wrong)
}
