//! A funnel: who is left after each criterion, and whom it removed.

use crate::bars::STUB;
use crate::chart::{Chart, Heading};
use crate::mark::Mark;
use crate::palette::{LINE, PALE, QUIET, Tone, WHITE};
use crate::svg::{Sheet, Size, Type};
use crate::table::Column;
use crate::text;

/// One criterion.
#[derive(Clone, Debug)]
pub struct FunnelStep {
    pub label: String,
    /// Who is left after it.
    pub left: Mark,
    /// Whom it removed, and what a reader should know about them; nothing for the first step.
    pub removed: Option<Mark>,
    /// Of those removed: the part about whom it could not be decided.
    pub not_known: Option<Mark>,
}

/// Who is left, step by step. Bars start at zero on one scale; what a step removed is drawn pale behind its bar.
#[derive(Clone, Debug)]
pub struct Funnel {
    pub heading: Heading,
    pub steps: Vec<FunnelStep>,
}

const LETTERS: f64 = 16.0;
const THICK: f64 = 26.0;

impl Funnel {
    /// Both drawings and the table.
    pub fn draw(&self) -> Chart {
        let text = |mark: &Option<Mark>| mark.as_ref().map_or_else(String::new, |m| m.text().to_owned());
        let rows = self
            .steps
            .iter()
            .map(|s| vec![s.label.clone(), text(&s.removed), text(&s.not_known), s.left.text().to_owned()])
            .collect();
        let columns = vec![
            Column::text("Step"),
            Column::number("Left out"),
            Column::number("of them, not known"),
            Column::number("Still in"),
        ];
        Chart::of(&self.heading, columns, rows, Size::BOTH.map(|size| self.svg(size)))
    }

    fn svg(&self, size: Size) -> String {
        let width = size.width();
        let mut sheet = Sheet::new(&self.heading, size, width);
        let longest = self.steps.iter().filter_map(|s| s.left.length()).fold(0.0, f64::max);
        let last = self.steps.len().saturating_sub(1);
        let mut before = 0.0;
        let mut y = 2.0;
        for (i, step) in self.steps.iter().enumerate() {
            for line in text::wrap(&step.label, LETTERS * text::BOLD, width, 3) {
                sheet.text(0.0, y + 15.0, &line, Type::plain(LETTERS).bold());
                y += 20.0;
            }
            y += 3.0;
            let drawn = step.left.drawn(longest, width);
            let bar = drawn.unwrap_or(STUB);
            if before > bar {
                sheet.rect(bar, y, before - bar, THICK, PALE);
                sheet.line((before - 0.5, y), (before - 0.5, y + THICK), LINE, 1.0);
            }
            if drawn.is_some() {
                let tone = if i == last { Tone::Blue } else { Tone::Grey };
                sheet.rect(0.0, y, bar, THICK, if i == last { tone.hex() } else { QUIET });
            } else {
                let hatch = sheet.hatch(false);
                sheet.framed(0.5, y + 0.5, bar, THICK - 1.0, &hatch);
            }
            let words = format!("{} still in", step.left.text());
            let style = Type::plain(LETTERS).bold();
            if drawn.is_some() && text::width(&words, LETTERS * text::BOLD) + 18.0 < bar {
                sheet.text(9.0, y + 18.5, &words, style.fill(WHITE));
            } else {
                sheet.text(bar + 8.0, y + 18.5, &words, style.halo());
            }
            y += THICK;
            if let Some(words) = left_out(step) {
                for line in text::wrap(&words, LETTERS, width, 2) {
                    y += 19.0;
                    sheet.text(0.0, y, &line, Type::plain(LETTERS).fill(QUIET));
                }
            }
            y += 17.0;
            before = bar;
        }
        sheet.finish(&self.heading, y - 8.0)
    }
}

/// "12,340 left out, 120 of them because it is not known". Where the second is no number, the table has it.
fn left_out(step: &FunnelStep) -> Option<String> {
    let removed = step.removed.as_ref()?;
    let mut words = format!("{} left out", removed.text());
    if let Some(not_known) = step.not_known.as_ref().filter(|m| m.length().is_some_and(|l| l > 0.0)) {
        words = format!("{words}, {} of them because it is not known", not_known.text());
    }
    Some(words)
}
