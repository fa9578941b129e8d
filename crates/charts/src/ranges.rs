//! Bars for what is known from one end to the other: solid as far as is certain, pale as far as is possible. They
//! start at zero, so that the solid part can be compared like any bar.

use crate::chart::{Chart, Heading};
use crate::mark::Mark;
use crate::palette::{CONTEXT, PALE, QUIET, Tone};
use crate::svg::{Sheet, Size, Type};
use crate::table::Table;
use crate::text;

/// A row: at least so many, at most so many. `most` has no length where there is no upper end.
#[derive(Clone, Debug)]
pub struct RangeBar {
    pub label: String,
    pub least: Mark,
    pub most: Mark,
    /// The words beside the bar: "1,200 to 1,900".
    pub words: String,
    /// A second line of words, in the bar's colour, so that no colour speaks alone: "nothing within reach".
    pub note: String,
    pub tone: Tone,
}

/// A chart of ranges from zero.
#[derive(Clone, Debug)]
pub struct Ranges {
    pub heading: Heading,
    pub rows: Vec<RangeBar>,
    pub table: Table,
}

const LETTERS: f64 = 16.0;
const SMALL: f64 = 14.0;
const THICK: f64 = 22.0;

impl Ranges {
    /// Both drawings; the table is the caller's, because it says more than the bars do.
    pub fn draw(&self) -> Chart {
        Chart::beside(&self.heading, self.table.clone(), Size::BOTH.map(|size| self.svg(size)))
    }

    fn svg(&self, size: Size) -> String {
        let width = size.width();
        let wide = size == Size::Wide;
        let mut sheet = Sheet::new(&self.heading, size, width);
        let widest = |words: &dyn Fn(&RangeBar) -> (&str, f64)| {
            let width = |row| {
                let (words, size) = words(row);
                text::width(words, size)
            };
            self.rows.iter().map(width).fold(0.0, f64::max)
        };
        let label_room = if wide { widest(&|r| (&r.label, LETTERS)).clamp(60.0, 300.0) } else { width };
        let left = if wide { label_room + 14.0 } else { 1.0 };
        let words_room = widest(&|r| (&r.words, LETTERS)).max(if wide {
            widest(&|r| (&r.note, SMALL * text::BOLD))
        } else {
            0.0
        });
        let room = (width - left - words_room.min(width / 2.0) - 12.0).max(40.0);
        let longest =
            self.rows.iter().flat_map(|r| [&r.least, &r.most]).filter_map(Mark::length).fold(0.0, f64::max);

        let mut y = 4.0;
        for row in &self.rows {
            let style = if wide { Type::plain(LETTERS) } else { Type::plain(LETTERS).bold() };
            let lines =
                text::wrap(&row.label, if wide { LETTERS } else { LETTERS * text::BOLD }, label_room, 3);
            let top = y;
            for (at, line) in (0_u8..).zip(&lines) {
                sheet.text(0.0, y + 16.0 + 20.0 * f64::from(at), line, style);
            }
            let label_height = 20.0 * f64::from(u8::try_from(lines.len()).unwrap_or(3));
            if !wide {
                y += label_height + 4.0;
            }
            let end = bar(&mut sheet, row, (left, y), room, longest);
            sheet.text(end + 7.0, y + THICK / 2.0 + 5.5, &row.words, Type::plain(LETTERS));
            let mut bottom = y + THICK;
            if !row.note.is_empty() {
                // Under the words on a desk, under the bar on a phone.
                let (x, below) = if wide { (end + 7.0, 14.0) } else { (left, 17.0) };
                sheet.text(x, bottom + below, &row.note, Type::plain(SMALL).bold().fill(row.tone.hex()));
                bottom += below + 4.0;
            }
            y = bottom.max(if wide { top + label_height } else { bottom }) + if wide { 9.0 } else { 12.0 };
        }
        if wide {
            sheet.line((left - 0.5, 2.0), (left - 0.5, y - 6.0), QUIET, 1.0);
        }
        sheet.finish(&self.heading, y)
    }
}

/// Draws one bar and says where it ends.
fn bar(sheet: &mut Sheet, row: &RangeBar, (x, y): (f64, f64), room: f64, longest: f64) -> f64 {
    let Some(least) = row.least.drawn(longest, room) else {
        let hatch = sheet.hatch(false);
        sheet.framed(x + 0.5, y + 0.5, crate::bars::STUB, THICK - 1.0, &hatch);
        return x + crate::bars::STUB;
    };
    let most = row.most.drawn(longest, room);
    if let Some(most) = most.filter(|most| *most > least) {
        sheet.framed(x, y + 0.5, most, THICK - 1.0, PALE);
    }
    sheet.rect(x, y, least, THICK, row.tone.hex());
    if most.is_none() {
        // No upper end: the bar goes on as dots.
        for dot in [6.0, 13.0, 20.0] {
            sheet.circle((x + least + dot, y + THICK / 2.0), 2.0, &format!(r#"fill="{CONTEXT}""#));
        }
        return x + least + 22.0;
    }
    x + most.unwrap_or(least).max(least)
}
