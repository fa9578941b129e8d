//! Released figures as lines: for pages, for files, and beside those of an earlier release.

use ground::files::{CsvOut, Field as Cellule};
use rust_xlsxwriter::XlsxError;

use crate::match_room::Summary;
use crate::workbook::{Sheet, workbook};

/// A figure: which part of the report it is of, what it counts, and the count as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) part: String,
    pub(super) name: String,
    pub(super) figure: String,
}

fn line(part: &str, name: impl Into<String>, figure: String) -> Line {
    Line { part: part.to_owned(), name: name.into(), figure }
}

/// Every figure about people, in the order of the report.
pub(super) fn lines(found: &Summary) -> Vec<Line> {
    let mut all: Vec<Line> =
        found.main_figures().into_iter().map(|(figure, words)| line("People", words, figure)).collect();
    for (name, removed, remaining) in found.attrition() {
        all.push(line("Criteria: left out", name.clone(), removed));
        all.push(line("Criteria: left", name, remaining));
    }
    for topic in found.topics() {
        all.push(line("Topics: need it", topic.topic, topic.need));
        all.push(line("Topics: go without", topic.topic, topic.unmet));
    }
    all.extend(
        found.bands("distances").into_iter().map(|(name, n)| line("How far the nearest offer is", name, n)),
    );
    all.extend(found.bands("travel").into_iter().map(|(name, n)| line("Getting there", name, n)));
    for view in found.fairness() {
        for group in view.groups {
            let name = format!("{}: {}", view.title, group.label);
            all.push(line("Who is left out: everybody", name.clone(), group.everybody));
            all.push(line("Who is left out: in the cohort", name.clone(), group.cohort));
            all.extend(group.unmet.map(|unmet| line("Who is left out: go without", name, unmet)));
        }
    }
    for area in found.areas() {
        all.push(line("Areas: people", area.name.clone(), area.people));
        for (topic, need, unmet) in area.topics {
            all.push(line("Areas: need it", format!("{}: {topic}", area.name), need));
            all.push(line("Areas: go without", format!("{}: {topic}", area.name), unmet));
        }
    }
    all
}

/// As a file, with what it is above it.
pub(super) fn as_csv(about: &[(&str, &str)], found: &Summary) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    out.row(&["part", "what", "people"].map(Cellule::Text))?;
    for (name, text) in about {
        out.row(&["About this file", *name, *text].map(Cellule::Text))?;
    }
    for line in lines(found) {
        out.row(&[&*line.part, &*line.name, &*line.figure].map(Cellule::Text))?;
    }
    out.finish()
}

/// As a workbook, with what it is on a sheet of its own.
pub(super) fn as_xlsx(about: &[(&str, &str)], found: &Summary) -> Result<Vec<u8>, XlsxError> {
    let figures = lines(found).into_iter().map(|line| vec![line.part, line.name, line.figure]);
    let about = about.iter().map(|(name, text)| vec![(*name).to_owned(), (*text).to_owned()]);
    workbook(&[
        Sheet {
            name: "Figures",
            head: &["Part", "What", "People"],
            rows: figures.collect(),
            counts: &[2],
            widths: &[36, 60, 12],
        },
        Sheet {
            name: "About this file",
            head: &["What", "Is"],
            rows: about.collect(),
            counts: &[],
            widths: &[24, 80],
        },
    ])
}
