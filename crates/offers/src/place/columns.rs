//! The columns of a table, found by what they are called, and what may stand in them.

use vocabulary::{Day, Lsoa};

use super::brought::{Brought, Row};
use super::feed::AreaFacts;

/// The names in the first row.
pub(super) struct Heading {
    /// As the file calls them.
    pub(super) names: Vec<String>,
    /// In small letters, without spaces and signs.
    plain: Vec<String>,
}

impl Heading {
    pub(super) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
        let letters = |name: &String| {
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let plain = names.iter().map(letters).collect();
        Self { names, plain }
    }

    /// The column that is called the first of these names that occurs. `lad##cd` stands for any year: the latest counts.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| match name.split_once("##") {
            None => self.plain.iter().position(|plain| plain == name),
            Some((before, after)) => {
                let year = |plain: &String| {
                    let year = plain.strip_prefix(before)?.strip_suffix(after)?;
                    (year.len() == 2).then(|| year.parse::<u8>().ok())?
                };
                let dated = self.plain.iter().enumerate().filter_map(|(at, plain)| Some((year(plain)?, at)));
                dated.max().map(|(_, at)| at)
            }
        })
    }

    /// The first column whose name begins with one of these.
    fn find_start(&self, starts: &[&str]) -> Option<usize> {
        self.plain.iter().position(|plain| starts.iter().any(|start| plain.starts_with(start)))
    }
}

/// Where a table says something about small areas. Codes of 2021 are preferred to those of 2011.
pub(super) struct AreaColumns {
    pub(super) lsoa: usize,
    name: Option<usize>,
    district: Option<usize>,
    decile: Option<usize>,
    rank: Option<usize>,
    rural: Option<usize>,
}

impl AreaColumns {
    pub(super) fn find(heading: &Heading) -> Option<Self> {
        let lsoa = heading.find(&[
            "lsoa##cd",
            "lsoa21",
            "lsoa21code",
            "lsoacode2021",
            "lsoacd",
            "lsoacode",
            "lsoa11",
            "lsoa11code",
            "lsoacode2011",
            "lsoa",
        ])?;
        Some(Self {
            lsoa,
            name: heading.find(&[
                "lsoa##nm",
                "lsoa21name",
                "lsoaname2021",
                "lsoa11name",
                "lsoaname2011",
                "lsoanm",
                "lsoaname",
            ]),
            district: heading
                .find(&["lad##cd", "ladcd", "lad", "ladcdactive", "laua", "oslaua", "ladcode"])
                .or_else(|| heading.find_start(&["localauthoritydistrictcode"])),
            decile: heading
                .find(&["imddecile", "imd2025decile", "imd2019decile", "imd##decile"])
                .or_else(|| heading.find_start(&["indexofmultipledeprivationimddecile"])),
            // The directories of postcodes give the rank of 2025 by areas of 2021. Their older column `imd` is by areas
            // of 2011 and therefore not read.
            rank: heading
                .find(&["imdrank", "imd2025rank", "imd2019rank", "imd##rank", "imd25ind"])
                .or_else(|| heading.find_start(&["indexofmultipledeprivationimdrank"])),
            rural: heading
                .find(&["ruc##cd", "ruc##ind", "ru##ind"])
                .or_else(|| heading.find_start(&["ruralurban", "ruc"])),
        })
    }

    /// Whether a table with these columns says more than which areas there are.
    pub(super) fn say_something(&self) -> bool {
        [self.name, self.district, self.decile, self.rank, self.rural].iter().any(Option::is_some)
    }

    /// The same without rural or urban. In a table of postcodes that is said by output area, and the output areas of one
    /// small area differ.
    pub(super) fn of_postcodes(self) -> Self {
        Self { rural: None, ..self }
    }

    /// Notes what a row says about its area. A cell that is not understood is listed and not known.
    pub(super) fn note(&self, lsoa: Lsoa, row: &Row<'_>, names: &[String], brought: &mut Brought) {
        let cell = |column: Option<usize>| {
            column.and_then(|at| known(row.fields[at]).map(|text| (names[at].as_str(), text)))
        };
        let mut wrong = Vec::new();
        let mut number = |column, most| {
            let (name, text) = cell(column)?;
            let number = whole(text).filter(|n| (1..=most).contains(n));
            if number.is_none() {
                wrong.push((name, format!("a whole number from 1 to {most}")));
            }
            number
        };
        let decile = number(self.decile, 10).and_then(|n| u8::try_from(n).ok());
        let rank = number(self.rank, MOST_RANK);
        let mut words = |column, most| {
            let (name, text) = cell(column)?;
            let fits = text.len() <= most && !text.chars().any(char::is_control);
            if !fits {
                wrong.push((name, format!("a text of at most {most} letters without control characters")));
            }
            fits.then_some(text)
        };
        let (name, district, rural) =
            (words(self.name, 100), words(self.district, 20), words(self.rural, 100));
        for (column, expected) in wrong {
            brought.problem(row.line, column, &expected);
        }
        let facts = brought.areas.entry(lsoa).or_insert_with(|| AreaFacts::unknown(lsoa));
        let mut differs = replace(&mut facts.imd_decile, decile);
        differs |= replace(&mut facts.imd_rank, rank);
        for (have, word) in
            [(&mut facts.name, name), (&mut facts.district, district), (&mut facts.rural, rural)]
        {
            if word.is_some() && have.as_deref() != word {
                differs |= replace(have, word.map(str::to_owned));
            }
        }
        if differs {
            let expected = "the same facts in every row for one area; the last row counts";
            brought.problem(row.line, &names[self.lsoa], expected);
        }
    }
}

/// England has 33,755 small areas.
const MOST_RANK: u32 = 40_000;

/// Takes a value over where it is known, and says whether it takes the place of another one.
pub(super) fn replace<T: PartialEq>(have: &mut Option<T>, new: Option<T>) -> bool {
    let differs = new.is_some() && have.is_some() && *have != new;
    if new.is_some() {
        *have = new;
    }
    differs
}

/// The text of a cell that says something.
pub(super) fn known(text: &str) -> Option<&str> {
    (!matches!(text, "" | "NA" | "NULL")).then_some(text)
}

/// A whole number, also written `5.0` or `15,299`.
pub(super) fn whole(text: &str) -> Option<u32> {
    let text = text.split_once('.').map_or(Some(text), |(whole, rest)| {
        (!rest.is_empty() && rest.bytes().all(|b| b == b'0')).then_some(whole)
    })?;
    let digits = text.bytes().filter(|b| *b != b',');
    let mut number = digits.map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0')));
    let number = number.try_fold(0_u32, |n, digit| n.checked_mul(10)?.checked_add(digit?))?;
    (!text.is_empty()).then_some(number)
}

/// A date written `20180401`.
pub(super) fn day(text: &str) -> Option<Day> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from, to| text.get(from..to)?.parse().ok();
    Day::of(number(0, 4)?, number(4, 6)?, number(6, 8)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_any_of_their_names() {
        let heading = Heading::new(["PCDS", "lad24cd", "LAD26CD", "LSOA code (2021)"].into_iter());
        assert_eq!(heading.find(&["postcode", "pcds"]), Some(0));
        assert_eq!(heading.find(&["lad##cd"]), Some(2), "the latest year");
        assert_eq!(heading.find(&["ladcd"]), None);
        assert_eq!(AreaColumns::find(&heading).map(|c| (c.lsoa, c.district)), Some((3, Some(2))));
    }

    #[test]
    fn numbers_and_days_are_read_as_they_are_written() {
        for (text, number) in [
            ("5", Some(5)),
            ("5.0", Some(5)),
            ("15299.0", Some(15_299)),
            ("15,299", Some(15_299)),
            ("5.5", None),
            ("5.", None),
            ("", None),
            ("-5", None),
            ("1e3", None),
            ("99999999999", None),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
        assert_eq!(day("20180401"), Day::parse("2018-04-01").ok());
        assert!(
            ["2018-04-01", "20181301", "2018040", "\u{661}\u{661}\u{661}\u{661}"]
                .iter()
                .all(|t| day(t).is_none())
        );
    }
}
