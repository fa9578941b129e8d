//! The numbers behind the colours of a map.

use super::scale::Steps;
use super::{CountMap, MapCell};
use crate::palette::{QUIET, STEPS, WHITE};
use crate::svg::{Sheet, Type};
use crate::text;

const LETTERS: f64 = 14.0;
const BOX: f64 = 16.0;
const ROW: f64 = 24.0;

/// Draws the legend from `y` down, in as many columns as fit, and gives where it ends.
pub(super) fn draw(map: &CountMap, steps: &Steps, sheet: &mut Sheet, width: f64, y: f64) -> f64 {
    let mut keys: Vec<(String, String)> = Vec::new();
    if map.cells.iter().any(|s| s.mark.length() == Some(0.0)) {
        keys.push((WHITE.to_owned(), "0".to_owned()));
    }
    let used = steps.words();
    keys.extend(colours(used.len()).iter().zip(used).map(|(colour, words)| ((*colour).to_owned(), words)));
    for (i, hidden) in hidden_texts(&map.cells).iter().enumerate() {
        let words =
            map.hidden_words.iter().find(|(text, _)| text == hidden).map_or(*hidden, |(_, words)| words);
        keys.push((sheet.hatch(i > 0), words.to_owned()));
    }
    if keys.is_empty() {
        return y;
    }
    sheet.text(0.0, y + 14.0, &map.counted, Type::plain(LETTERS).bold());
    let top = y + 24.0;
    let widest = keys.iter().map(|(_, words)| text::width(words, LETTERS)).fold(0.0, f64::max) + BOX + 24.0;
    let (mut x, mut row) = (0.0, top);
    for (fill, words) in &keys {
        if x > 0.0 && x + widest > width {
            x = 0.0;
            row += ROW;
        }
        sheet.framed(x + 0.5, row + 0.5, BOX, BOX, fill);
        sheet.text(x + BOX + 7.0, row + 13.5, words, Type::plain(LETTERS).fill(QUIET));
        x += widest;
    }
    row + ROW
}

/// The colours of so many steps: always from the lightest to the darkest.
pub(super) fn colours(steps: usize) -> &'static [&'static str] {
    match steps {
        0 => &[],
        1 => &[STEPS[2]],
        2 => &[STEPS[1], STEPS[3]],
        3 => &[STEPS[1], STEPS[2], STEPS[4]],
        4 => &[STEPS[1], STEPS[2], STEPS[3], STEPS[4]],
        _ => &STEPS,
    }
}

/// The different texts of marks without a length, in the order in which they first occur.
pub(super) fn hidden_texts(cells: &[MapCell]) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for cell in cells.iter().filter(|s| s.mark.length().is_none()) {
        if !texts.contains(&cell.mark.text()) {
            texts.push(cell.mark.text());
        }
    }
    // One order on every map: signs such as "≤7" before words.
    texts.sort_unstable_by(|a, b| b.cmp(a));
    texts
}
