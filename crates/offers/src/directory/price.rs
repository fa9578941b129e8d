//! Prices as people write them: "Free", "£4 per class", "50p", "3.50". Whatever is not one price for one time (a range, "from",
//! a donation, so much a month) is words: nobody is told an amount that may not be asked of them.

/// Pence; a class that costs more than a million pounds is a slip.
const MOST_PENCE: i64 = 100_000_000;

/// Words that say that nothing is asked for.
const FREE: [&str; 11] = [
    "free",
    "free of charge",
    "free to all",
    "free for all",
    "free to attend",
    "no charge",
    "no cost",
    "no fee",
    "none",
    "nil",
    "there is no charge",
];

/// For what a price is that is paid each time.
const EACH_TIME: [&str; 10] =
    ["class", "session", "visit", "person", "head", "lesson", "time", "meeting", "appointment", "place"];

/// Pence each time; nothing where the words say anything else. A bare number is in pounds, or in pence where the source
/// says so.
pub(super) fn pence(text: &str, bare_is_pence: bool) -> Option<i64> {
    let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    if FREE.contains(&text.as_str()) {
        return Some(0);
    }
    let (sign, rest) =
        text.strip_prefix('£').map_or((false, text.as_str()), |rest| (true, rest.trim_start()));
    let rest = rest.strip_prefix("gbp").map_or(rest, str::trim_start);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
    let (amount, behind) = rest.split_at(end);
    let (in_pence, behind) = match behind.strip_prefix('p') {
        // "50p", and not "50 per class" or "50 pounds".
        Some(rest) if !sign && !rest.starts_with(char::is_alphabetic) => (true, rest),
        _ => (!sign && bare_is_pence, behind),
    };
    if !is_each_time(behind) {
        return None;
    }
    let hundredths = hundredths(amount)?;
    let pence = if in_pence { hundredths.checked_add(50)? / 100 } else { hundredths };
    (pence <= MOST_PENCE).then_some(pence)
}

/// Nothing, or "per class", "a session", "each", "/ visit".
fn is_each_time(words: &str) -> bool {
    let words = words.trim().trim_matches(['(', ')']).trim();
    if words.is_empty() || words == "each" || words == "each time" {
        return true;
    }
    let thing =
        ["per ", "a ", "each ", "an ", "/", "pp", "for each "].iter().find_map(|p| words.strip_prefix(p));
    thing.is_some_and(|thing| thing.is_empty() || EACH_TIME.contains(&thing.trim()))
}

/// A hundred times the amount: `3.5` is 350, `1,200` is 120,000. A comma parts thousands and nothing else.
fn hundredths(amount: &str) -> Option<i64> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = groups.all(|group| group.len() == 3);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let whole: String = whole.chars().filter(|c| *c != ',').collect();
    if first.is_empty() || !grouped || !digits(&whole) || !digits(fraction) {
        return None;
    }
    // Tables that a program wrote may have more digits than there are pence; the third one rounds.
    let mut parts = fraction.bytes().map(|b| i64::from(b - b'0')).chain(std::iter::repeat(0));
    let (tenths, cents, third) = (parts.next()?, parts.next()?, parts.next()?);
    let rounded = tenths * 10 + cents + i64::from(third >= 5);
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(rounded)
}

#[cfg(test)]
mod tests {
    use super::pence;

    #[test]
    fn a_price_is_read_as_people_write_it_and_anything_else_is_words() {
        for (text, expected) in [
            ("Free", Some(0)),
            ("FREE OF CHARGE.", Some(0)),
            ("No charge", Some(0)),
            ("0", Some(0)),
            ("£0.00", Some(0)),
            ("£4 per class", Some(400)),
            ("£3.50", Some(350)),
            ("£ 3.5", Some(350)),
            ("4", Some(400)),
            ("4.00 each", Some(400)),
            ("£2 a session", Some(200)),
            ("£2/session", Some(200)),
            ("£2pp", Some(200)),
            ("50p", Some(50)),
            ("50p per visit", Some(50)),
            ("1,200", Some(120_000)),
            ("3.499999999", Some(350)),
            ("donation", None),
            ("from £4", None),
            ("£3-£5", None),
            ("£4 (£2 for members)", None),
            ("£20 per month", None),
            ("£50 a course", None),
            ("Free for members", None),
            ("Suggested donation £2", None),
            ("3,50", None),
            ("1.2.3", None),
            ("-4", None),
            ("£", None),
            ("", None),
            ("99999999999999999999", None),
            ("2000000", None),
        ] {
            assert_eq!(pence(text, false), expected, "{text}");
        }
        for (text, expected) in
            [("350", Some(350)), ("£3.50", Some(350)), ("12.5", Some(13)), ("free", Some(0))]
        {
            assert_eq!(pence(text, true), expected, "{text}");
        }
    }
}
