//! Text in a drawing: made safe, measured and broken into lines.

/// Text for XML and HTML, in elements and in quoted attributes. Characters that XML cannot hold become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            // Overrides of writing direction could turn a number around in the text beside it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ => safe.push(c),
        }
    }
    safe
}

/// Advance widths of Arial for the characters from space to tilde, in thousandths of the type size.
const ARIAL: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

fn advance(c: char) -> f64 {
    let thousandths = match c {
        ' '..='~' => ARIAL[c as usize - 32],
        '\u{a0}'..='\u{24f}' | '\u{2000}'..='\u{206f}' => 600,
        // Other scripts: a full square is the widest that they need.
        _ => 1000,
    };
    f64::from(thousandths) / 1000.0
}

/// About how wide a text is, a little over rather than under.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size * 1.02
}

/// Bold letters are about this much wider.
pub(crate) const BOLD: f64 = 1.08;

/// Breaks a text into at most `most` lines of a width. A word too long for a line is cut; what does not fit ends
/// in an ellipsis, because the whole text stands in the table.
pub(crate) fn wrap(text: &str, size: f64, widest: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let joined = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
            if width(&joined, size) <= widest {
                line = joined;
                break;
            }
            if line.is_empty() {
                let head = head_that_fits(&word, size, widest);
                word = word[head.len()..].to_owned();
                line = head;
                if word.is_empty() {
                    break;
                }
            }
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    if lines.len() > most.max(1) {
        lines.truncate(most.max(1));
        if let Some(last) = lines.last_mut() {
            let room = widest - width("…", size);
            let cut = head_that_fits(last, size, room).trim_end_matches([' ', ',']).to_owned();
            *last = cut + "…";
        }
    }
    lines
}

/// The longest beginning that fits, at least one character so that wrapping ends.
fn head_that_fits(text: &str, size: f64, widest: f64) -> String {
    let mut head = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        used += advance(c) * size * 1.02;
        if used > widest && !head.is_empty() {
            break;
        }
        head.push(c);
    }
    head
}

/// A number with thousands commas, whole if it is whole, else with one decimal.
pub(crate) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    let text = if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") };
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced_and_quotes_are_safe() {
        assert_eq!(escape("a<b & \"c\"\u{0}\n'"), "a&lt;b &amp; &quot;c&quot;\u{fffd} &#39;");
        assert_eq!(escape("\u{202e}123"), "123");
    }

    #[test]
    fn lines_hold_whole_words_and_say_when_they_are_cut() {
        assert_eq!(wrap("falls prevention", 16.0, 60.0, 3), ["falls", "preventi", "on"]);
        assert_eq!(wrap("one two three four", 16.0, 60.0, 2), ["one two", "three…"]);
        assert_eq!(wrap("", 16.0, 60.0, 2), [""]);
        assert_eq!(wrap("wide", 16.0, 1.0, 9).concat(), "wide");
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(1234.56), "1,234.6");
        assert_eq!(number(0.0), "0");
    }
}
