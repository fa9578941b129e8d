//! Cumulative bars: each starts where the one before it ended, so that one sees what each adds.

use crate::chart::{Chart, Heading};
use crate::mark::Mark;
use crate::palette::{LINE, PALE, Tone};
use crate::svg::{Sheet, Size, Type};
use crate::table::Column;
use crate::text;

/// What one more adds.
#[derive(Clone, Debug)]
pub struct Gain {
    pub label: String,
    pub adds: Mark,
}

/// Bars that build on each other. A long list is drawn in parts on the same scale: `before` is where this part
/// starts and `whole` the length of all parts.
#[derive(Clone, Debug)]
pub struct CumulativeBars {
    pub heading: Heading,
    pub row_heading: String,
    pub value_heading: String,
    pub before: f64,
    pub whole: f64,
    pub rows: Vec<Gain>,
}

const LETTERS: f64 = 16.0;
const THICK: f64 = 18.0;
const STUB: f64 = 10.0;

impl CumulativeBars {
    /// Both drawings and the table.
    pub fn draw(&self) -> Chart {
        let columns = vec![Column::text(&self.row_heading), Column::number(&self.value_heading)];
        let rows = self.rows.iter().map(|r| vec![r.label.clone(), r.adds.text().to_owned()]).collect();
        Chart::of(&self.heading, columns, rows, Size::BOTH.map(|size| self.svg(size)))
    }

    fn svg(&self, size: Size) -> String {
        let width = size.width();
        let mut sheet = Sheet::new(&self.heading, size, width);
        let wide = size == Size::Wide;
        let label_room = if wide { 330.0 } else { width };
        let left = if wide { label_room + 14.0 } else { 1.0 };
        let words = |row: &Gain| format!("+{}", row.adds.text());
        let value_room =
            self.rows.iter().map(|r| text::width(&words(r), LETTERS)).fold(0.0, f64::max).min(110.0);
        let room = (width - left - value_room - STUB - 12.0).max(40.0);
        let before = if self.before.is_finite() { self.before.clamp(0.0, 1e15) } else { 0.0 };
        let own = before + self.rows.iter().filter_map(|r| r.adds.length()).sum::<f64>();
        let whole = if self.whole.is_finite() { self.whole.clamp(own, f64::MAX) } else { own };

        let mut reached = if whole > 0.0 { before / whole * room } else { 0.0 };
        let mut y = 4.0;
        for row in &self.rows {
            let lines = text::wrap(&row.label, LETTERS, label_room, 2);
            let mut label_height = 0.0;
            for line in &lines {
                sheet.text(0.0, y + label_height + 14.5, line, Type::plain(LETTERS));
                label_height += 19.0;
            }
            let bar_y = if wide { y } else { y + label_height + 2.0 };
            sheet.rect(left, bar_y, reached, THICK, PALE);
            let end = if let Some(drawn) = row.adds.drawn(whole, room) {
                sheet.rect(left + reached, bar_y, drawn, THICK, Tone::Blue.hex());
                reached += row.adds.length().unwrap_or(0.0) / whole.max(1.0) * room;
                left + reached.max(drawn)
            } else {
                let hatch = sheet.hatch(false);
                sheet.framed(left + reached + 0.5, bar_y + 0.5, STUB, THICK - 1.0, &hatch);
                left + reached + STUB
            };
            sheet.text(end + 6.0, bar_y + 14.5, &words(row), Type::plain(LETTERS));
            let bar_end = bar_y + THICK;
            y = if wide { (y + label_height).max(bar_end) + 7.0 } else { bar_end + 10.0 };
        }
        if wide {
            sheet.line((left - 0.5, 2.0), (left - 0.5, y - 5.0), LINE, 1.0);
        }
        sheet.finish(&self.heading, y)
    }
}
