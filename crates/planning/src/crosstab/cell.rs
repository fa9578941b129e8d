//! From the text of a cell to a count.

/// What a cell was understood as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Understood {
    Number(u64),
    NotKnown,
    /// Hidden at source; with the highest count that the symbol hides, where it says so.
    Suppressed(Option<u64>),
    Wrong,
}

/// What a cell of a count must be, in words that finish "expected …".
pub(super) const EXPECTED: &str =
    "a whole number such as 1,234, blank or NA where it is not known, * or <5 where it is hidden";

/// More than this is no count of people.
const MOST: u64 = 100_000_000;

/// A symbol that claims to hide more than this means something else.
const MOST_HIDDEN: u64 = 100;

/// Understands a cell. A dash is not understood on purpose: some write it for nobody and some for "hidden".
pub(super) fn understood(text: &str) -> Understood {
    let text = text.trim();
    let is = |list: &[&str]| list.iter().any(|word| text.eq_ignore_ascii_case(word));
    if text.is_empty() || is(&["NA", "N/A", "NULL", "[x]"]) {
        return Understood::NotKnown;
    }
    if is(&["*", "**", "#", "c", "[c]", "suppressed", "hidden"]) {
        return Understood::Suppressed(None);
    }
    for (sign, below) in [("<=", 0), ("≤", 0), ("<", 1)] {
        if let Some(number) = text.strip_prefix(sign) {
            return match whole(number.trim()) {
                Some(n) if n > 0 && n <= MOST_HIDDEN => Understood::Suppressed(Some(n - below)),
                _ => Understood::Wrong,
            };
        }
    }
    whole(text).map_or(Understood::Wrong, Understood::Number)
}

/// Digits, with commas between groups of three or without; `.0` may follow, as some programs write every number.
fn whole(text: &str) -> Option<u64> {
    let digits = match text.split_once('.') {
        None => text,
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
    };
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let grouped = digits.contains(',');
    let good =
        |group: &str| !group.is_empty() && group.len() <= 12 && group.bytes().all(|b| b.is_ascii_digit());
    if !good(first) || (grouped && first.len() > 3) || !groups.all(|g| g.len() == 3 && good(g)) {
        return None;
    }
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .try_fold(0_u64, |n, b| Some(n * 10 + u64::from(b - b'0')).filter(|n| *n <= MOST))
}

#[cfg(test)]
mod tests {
    use super::Understood::{NotKnown, Number, Suppressed, Wrong};
    use super::understood;

    #[test]
    fn cells() {
        for (texts, expected) in [
            (&["0", "0.0"][..], Number(0)),
            (&["1234", "1,234", " 1,234 ", "1,234.00", "001234"], Number(1234)),
            (&["100,000,000"], Number(100_000_000)),
            (&["", "  ", "NA", "null", "n/a", "[x]"], NotKnown),
            (&["*", "c", "[C]", "#"], Suppressed(None)),
            (&["<5", "< 5", "<=4", "≤ 4"], Suppressed(Some(4))),
            (
                &[
                    "-", "-5", "1,23", "12,34", "1234,567", ",123", "1,", "1.5", "1.", "12%", "<", "<0",
                    "<1,000",
                ],
                Wrong,
            ),
            (&["100,000,001", "99999999999999999999", "１", "1e3", "1 234", "five", "=1+1"], Wrong),
        ] {
            for text in texts {
                assert_eq!(understood(text), expected, "{text}");
            }
        }
    }
}
