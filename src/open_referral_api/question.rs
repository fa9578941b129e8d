//! What stands behind the `?`, understood. A value that is none is refused with what was expected; a name that nobody knows
//! is passed over, since programs send names of other versions.

use offers::catalogue::{Catalogue, Here, Near, Wanted};
use offers::directory::LocalTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vocabulary::{Day, Postcode, WEEK};
use web::{Form, Problem, Visit};

/// Items of a page, where nobody says how many, and at most.
const USUAL: usize = 50;
const MOST: usize = 500;
const LONGEST_SEARCH: usize = 200;
const FARTHEST_METRES: f64 = 1_000_000.0;

/// A question, read as a form is.
pub(super) struct Question(Form);

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// From 1.
    pub(super) number: usize,
    pub(super) size: usize,
}

impl Question {
    pub(super) fn of(visit: &Visit) -> Result<Self, Problem> {
        let question = visit.path.split_once('?').map_or("", |(_, question)| question);
        Ok(Self(Form::parse(question.as_bytes())?))
    }

    fn said(&self, name: &str) -> Option<&str> {
        Some(self.0.text(name)).filter(|text| !text.is_empty())
    }

    /// What was said under this name, read; nothing where nothing was.
    fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.said(name).map(|text| read(text).ok_or(Problem::Bad(expected))).transpose()
    }

    pub(super) fn page(&self) -> Result<Page, Problem> {
        let count = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
        let number = self.read("page", "page: expected a whole number from 1, such as 2.", count)?;
        let size = self.read("per_page", "per_page: expected a whole number from 1 to 500.", count)?;
        Ok(Page { number: number.unwrap_or(1), size: size.unwrap_or(USUAL).min(MOST) })
    }

    /// Whether every item is to be whole.
    pub(super) fn full(&self) -> Result<bool, Problem> {
        let truth = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        Ok(self.read("full", "full: expected true or false.", truth)?.unwrap_or(false))
    }

    /// Which services.
    pub(super) fn wanted(&self) -> Result<Wanted, Problem> {
        let short = |text: &str| (text.chars().count() <= LONGEST_SEARCH).then(|| Wanted::words_of(text));
        let expected = "search: expected at most 200 characters.";
        let words = self.read("search", expected, short)?.unwrap_or_default();
        let least = "minimum_age: expected years, such as 18.";
        let most = "maximum_age: expected years, such as 65.";
        let from = "start_time: expected a time of the day such as 09:30.";
        let until = "end_time: expected a time of the day such as 17:00.";
        let modified =
            "modified_after: expected a moment such as 2026-09-01T12:00:00Z, or a day such as 2026-09-01.";
        Ok(Wanted {
            words,
            term: self.said("taxonomy_term_id").map(str::to_owned),
            taxonomy: self.said("taxonomy_id").map(str::to_owned),
            minimum_age: self.read("minimum_age", least, |text| number(text, 1_000.0))?,
            maximum_age: self.read("maximum_age", most, |text| number(text, 1_000.0))?,
            days: self.read("day", "day: expected days of the week, such as MO or Monday,Friday.", days)?,
            from: self.read("start_time", from, LocalTime::parse)?,
            until: self.read("end_time", until, LocalTime::parse)?,
            modified: self.read("modified_after", modified, moment)?,
            near: None,
        })
    }

    /// Near what.
    pub(super) fn near(&self, catalogue: &Catalogue) -> Result<Option<Near>, Problem> {
        let expected = "proximity: expected metres from 0 to 1000000.";
        let metres = self.read("proximity", expected, |text| number(text, FARTHEST_METRES))?;
        let expected = "postcode: expected a whole postcode, such as NG31 7AA.";
        let postcode = self.read("postcode", expected, |text| Postcode::parse(text).ok())?;
        let Some(postcode) = postcode else {
            let alone = "proximity: expected a postcode beside it, from which to measure.";
            return if metres.is_some() { Err(Problem::Bad(alone)) } else { Ok(None) };
        };
        let unknown = "postcode: this Meres does not know where that is. Check it, or try one near by.";
        let here = Here::at(postcode, &catalogue.places).ok_or(Problem::Bad(unknown))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a million"
        )]
        Ok(Some(Near { here, metres: metres.map(|metres| metres as u32) }))
    }
}

fn number(text: &str, most: f64) -> Option<f64> {
    text.parse().ok().filter(|number| (0.0..=most).contains(number))
}

/// A mask of days by their codes or names.
fn days(text: &str) -> Option<u8> {
    let day = |text: &str| {
        let text = text.trim();
        let known = |(code, name): &(&str, &str)| {
            [*code, &name[..3], *name].iter().any(|known| known.eq_ignore_ascii_case(text))
        };
        WEEK.iter().position(known)
    };
    text.split(',').try_fold(0, |mask, text| Some(mask | 1 << day(text)?))
}

fn moment(text: &str) -> Option<OffsetDateTime> {
    // A `+` that was not escaped came as a blank.
    let text = text.replace(' ', "+");
    let day = || Day::parse(&text).ok().filter(|_| text.len() == 10).map(|day| format!("{day}T00:00:00Z"));
    let parsed = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    parsed(&text).or_else(|| parsed(&day()?))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use web::{Form, Problem};

    use super::{Page, Question, days, moment};

    fn question(text: &str) -> Question {
        Question(Form::parse(text.as_bytes()).expect("a question"))
    }

    #[test]
    fn pages_are_bounded_and_impossible_ones_refused() {
        let page = |text: &str| question(text).page().ok().map(|Page { number, size }| (number, size));
        for (text, expected) in [
            ("", Some((1, 50))),
            ("page=&per_page=", Some((1, 50))),
            ("page=3&per_page=10", Some((3, 10))),
            ("per_page=100000", Some((1, 500))),
            ("page=0", None),
            ("page=-1", None),
            ("page=1.5", None),
            ("per_page=0", None),
            ("page=99999999999999999999999999", None),
            ("page=%FF", None),
        ] {
            assert_eq!(page(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_what_was_expected() {
        for (text, expected) in [
            ("minimum_age=old", Some("minimum_age: expected years")),
            ("maximum_age=NaN", Some("maximum_age: expected years")),
            ("day=Someday", Some("day: expected")),
            ("start_time=25:00", Some("start_time: expected")),
            ("modified_after=yesterday", Some("modified_after: expected")),
            ("minimum_age=18&maximum_age=65.5&day=MO,friday&start_time=9:30&unknown=x", None),
        ] {
            let why = match question(text).wanted() {
                Err(Problem::Bad(why)) => Some(why),
                _ => None,
            };
            assert_eq!(why.is_some(), expected.is_some(), "{text}");
            assert!(why.unwrap_or_default().starts_with(expected.unwrap_or_default()), "{text}");
        }
        let long = question(&format!("search={}", "a".repeat(201)));
        assert!(matches!(long.wanted(), Err(Problem::Bad(_))));
    }

    #[test]
    fn days_and_moments_are_read_as_programs_write_them() {
        assert_eq!(days("MO,wed, Sunday"), Some(0b100_0101));
        assert_eq!(days("MO,"), None);
        let utc = |text| moment(text).map(OffsetDateTime::unix_timestamp);
        assert_eq!(utc("2026-09-01"), utc("2026-09-01T00:00:00Z"));
        assert_eq!(utc("2026-09-01T01:00:00 01:00"), utc("2026-09-01"));
        assert_eq!(utc("2026-13-01"), None);
    }
}
