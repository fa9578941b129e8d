//! Bars side by side: one value a row, or two to four values a row on the same scale.

use crate::chart::{Chart, Heading};
use crate::mark::Mark;
use crate::palette::{QUIET, Tone};
use crate::svg::{Sheet, Size, Type};
use crate::table::Column;
use crate::text;

/// A set of bars of one colour.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its column in the table.
    pub name: String,
    /// Words behind each value, so that no key is needed: "have nothing". Empty for a single series.
    pub suffix: String,
    pub tone: Tone,
}

/// A row: a label and one mark for each series.
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub marks: Vec<Mark>,
}

/// A bar chart from zero.
#[derive(Clone, Debug)]
pub struct Bars {
    pub heading: Heading,
    /// What the rows are: the first column of the table.
    pub row_heading: String,
    pub series: Vec<Series>,
    pub rows: Vec<Bar>,
}

const LETTERS: f64 = 16.0;
const LEADING: f64 = 20.0;
/// A stub for what has no length: wide enough to show its hatching.
pub(crate) const STUB: f64 = 16.0;

impl Bars {
    /// Both drawings and the table.
    pub fn draw(&self) -> Chart {
        let columns = std::iter::once(Column::text(&self.row_heading))
            .chain(self.series.iter().map(|s| Column::number(&s.name)))
            .collect();
        let rows = self
            .rows
            .iter()
            .map(|row| {
                std::iter::once(row.label.clone())
                    .chain(row.marks.iter().map(|m| m.text().to_owned()))
                    .collect()
            })
            .collect();
        Chart::of(&self.heading, columns, rows, Size::BOTH.map(|size| self.svg(size)))
    }

    /// The words beside a bar.
    fn words(&self, series: usize, mark: &Mark) -> String {
        match self.series.get(series).map(|s| s.suffix.as_str()) {
            Some(suffix) if !suffix.is_empty() => format!("{} {suffix}", mark.text()),
            _ => mark.text().to_owned(),
        }
    }

    fn svg(&self, size: Size) -> String {
        let width = size.width();
        let mut sheet = Sheet::new(&self.heading, size, width);
        let wide = size == Size::Wide;
        let thick = if self.series.len() > 1 { 16.0 } else { 22.0 };

        let longest_label = self.rows.iter().map(|r| text::width(&r.label, LETTERS)).fold(0.0, f64::max);
        let label_room = if wide { longest_label.clamp(60.0, 300.0) } else { width };
        let left = if wide { label_room + 14.0 } else { 1.0 };
        let value_room = self
            .rows
            .iter()
            .flat_map(|r| r.marks.iter().enumerate())
            .map(|(i, mark)| text::width(&self.words(i, mark), LETTERS))
            .fold(0.0, f64::max)
            .min(width / 2.0);
        let room = (width - left - value_room - 12.0).max(40.0);
        let longest = self.rows.iter().flat_map(|r| &r.marks).filter_map(Mark::length).fold(0.0, f64::max);

        let mut y = 4.0;
        let top = y;
        for row in &self.rows {
            let lines =
                text::wrap(&row.label, if wide { LETTERS } else { LETTERS * text::BOLD }, label_room, 3);
            let mut label_height = 0.0;
            for line in &lines {
                let style = if wide { Type::plain(LETTERS) } else { Type::plain(LETTERS).bold() };
                // A label of one line stands level with its bar.
                let base = if wide && thick > LEADING { thick / 2.0 + 5.5 } else { 14.0 };
                sheet.text(0.0, y + label_height + base, line, style);
                label_height += LEADING;
            }
            let mut bar_y = if wide { y } else { y + label_height + 3.0 };
            for (i, mark) in row.marks.iter().enumerate() {
                let tone = self.series.get(i).map_or(Tone::Grey, |s| s.tone);
                let end = if let Some(drawn) = mark.drawn(longest, room) {
                    sheet.rect(left, bar_y, drawn, thick, tone.hex());
                    drawn
                } else {
                    let hatch = sheet.hatch(false);
                    sheet.framed(left + 0.5, bar_y + 0.5, STUB, thick - 1.0, &hatch);
                    STUB
                };
                let style = if i == 0 { Type::plain(LETTERS) } else { Type::plain(LETTERS).fill(QUIET) };
                sheet.text(left + end + 7.0, bar_y + thick / 2.0 + 5.5, &self.words(i, mark), style);
                bar_y += thick + 3.0;
            }
            let label_end = if wide { y + label_height } else { bar_y };
            y = label_end.max(bar_y) + if wide { 8.0 } else { 11.0 };
        }
        if wide {
            sheet.line((left - 0.5, top - 2.0), (left - 0.5, y - 6.0), QUIET, 1.0);
        }
        sheet.finish(&self.heading, y)
    }
}
