//! Counts and places as a sentence says them.

use charts::Mark;
use disclosure::{Shown, with_commas};
use vocabulary::{METRES_PER_MILE, Topic};
pub(super) use web::capital;

/// A count as a mark of a chart.
pub(super) fn mark(shown: Shown) -> Mark {
    match shown.rounded() {
        Some(n) => Mark::count(n, shown.to_string()),
        None => Mark::hidden(shown.to_string()),
    }
}

/// "about 1,235 people", "nobody", "7 people or fewer", "a few people", "a hidden number of people".
pub(super) fn people(shown: Shown) -> String {
    match shown {
        Shown::Count(0) => "nobody".to_owned(),
        Shown::Count(n) => format!("about {} people", with_commas(n)),
        Shown::UpTo(n) => format!("{n} people or fewer"),
        Shown::Few => "a few people".to_owned(),
        Shown::Hidden => "a hidden number of people".to_owned(),
    }
}

/// A large count as one says it, in three figures: "191,000", "23,400". Small ones stay as they are.
pub(super) fn roughly(n: u64) -> String {
    let step = 10_u64.pow(n.max(1).ilog10().saturating_sub(2));
    with_commas((n + step / 2) / step * step)
}

/// A score with its sign and commas.
pub(super) fn score(score: i32) -> String {
    let digits = with_commas(u64::from(score.unsigned_abs()));
    if score < 0 { format!("−{digits}") } else { digits }
}

/// The share of one released count in another, as a whole percentage in words: "12%", "under 1%".
pub(super) fn percent(part: Shown, whole: Shown) -> Option<String> {
    let (part, whole) = (part.rounded()?, whole.rounded().filter(|w| *w > 0)?);
    let percent = (part * 200 + whole) / (whole * 2);
    Some(match percent {
        0 if part > 0 => "under 1%".to_owned(),
        100 if part < whole => "over 99%".to_owned(),
        p => format!("{p}%"),
    })
}

/// "1 organisation", "40 organisations".
pub(super) fn count_of(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", with_commas(n), if n == 1 { one } else { many })
}

/// A label inside a sentence: "no car" for "No car"; abbreviations stay as they are.
pub(super) fn inside(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}

/// The topic inside a sentence: "falls prevention".
pub(super) fn topic(topic: Topic) -> String {
    topic.title().to_lowercase()
}

/// A radius as one says it: "3 miles", "1 mile", "half a mile".
pub(super) fn miles(metres: i32) -> String {
    let halves = (f64::from(metres) / METRES_PER_MILE * 2.0).round();
    if halves <= 1.0 {
        "half a mile".to_owned()
    } else if (halves - 2.0).abs() < 0.5 {
        "1 mile".to_owned()
    } else if halves >= 10.0 || halves % 2.0 == 0.0 {
        format!("{:.0} miles", halves / 2.0)
    } else {
        format!("{:.1} miles", halves / 2.0)
    }
}

/// What the legend of a map says for a count that is not a number.
pub(super) fn hidden_words() -> Vec<(String, String)> {
    let mut words: Vec<(String, String)> =
        (1..=20).map(|n| (Shown::UpTo(n).to_string(), format!("{n} or fewer"))).collect();
    words.push((Shown::Few.to_string(), "a few".to_owned()));
    words.push((Shown::Hidden.to_string(), "hidden".to_owned()));
    words
}

/// A length that orders counts: those that are not shown come after all that are.
pub(super) fn order(shown: Shown) -> u64 {
    shown.rounded().map_or(0, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_released_counts_and_never_look_like_nothing_or_all() {
        let check = |part, whole, words: Option<&str>| {
            assert_eq!(percent(Shown::Count(part), Shown::Count(whole)).as_deref(), words);
        };
        check(61, 150, Some("41%"));
        check(5, 100_000, Some("under 1%"));
        check(99_995, 100_000, Some("over 99%"));
        check(0, 100, Some("0%"));
        check(0, 0, None);
        assert_eq!(percent(Shown::UpTo(7), Shown::Count(100)), None);
    }

    #[test]
    fn large_counts_are_said_in_three_figures() {
        for (n, words) in
            [(0, "0"), (995, "995"), (23_405, "23,400"), (191_240, "191,000"), (999_950, "1,000,000")]
        {
            assert_eq!(roughly(n), words);
        }
    }

    #[test]
    fn radii_read_as_they_are_said() {
        for (metres, words) in [
            (800, "half a mile"),
            (1609, "1 mile"),
            (4023, "2.5 miles"),
            (4828, "3 miles"),
            (10_000, "6 miles"),
        ] {
            assert_eq!(miles(metres), words);
        }
    }
}
