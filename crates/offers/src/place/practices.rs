//! The NHS list of prescribing practices, `epraccur`. The real file has no heading; ours may.

use std::path::Path;

use ground::files::FileError;
use vocabulary::Postcode;

use super::brought::{Brought, Row, each_row};
use super::columns::{day, known, whole};
use super::feed::{Practice, PracticeStatus};

/// How many columns the list has.
pub(super) const WIDTH: usize = 27;

/// Where the list has what, with the names that we give the columns.
mod at {
    pub(super) const CODE: (usize, &str) = (0, "organisation_code");
    pub(super) const NAME: (usize, &str) = (1, "name");
    pub(super) const ADDRESS: std::ops::RangeInclusive<usize> = 4..=8;
    pub(super) const POSTCODE: (usize, &str) = (9, "postcode");
    pub(super) const OPENED: (usize, &str) = (10, "open_date");
    pub(super) const CLOSED: (usize, &str) = (11, "close_date");
    pub(super) const STATUS: (usize, &str) = (12, "status_code");
    pub(super) const COMMISSIONER: (usize, &str) = (14, "commissioner");
    pub(super) const PHONE: (usize, &str) = (17, "contact_telephone_number");
    pub(super) const SETTING: (usize, &str) = (25, "prescribing_setting");
}

/// Whether a first row is one of the list without its heading.
pub(super) fn looks_like_a_practice(fields: &[&str]) -> bool {
    fields.len() == WIDTH
        && is_code(fields[at::CODE.0])
        && !fields[at::NAME.0].is_empty()
        && (day(fields[at::OPENED.0]).is_some() || PracticeStatus::from_code(fields[at::STATUS.0]).is_some())
}

pub(super) fn is_code(text: &str) -> bool {
    (3..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Reads the list. A cell that is not understood is listed and not known; a row without code or name is left out.
pub(super) fn read_practices(path: &Path, has_heading: bool, brought: &mut Brought) -> Result<(), FileError> {
    each_row(path, WIDTH, has_heading, brought, |brought, row| {
        if !is_code(row.fields[at::CODE.0]) {
            return brought.leave_out(row.line, at::CODE.1, "an ODS code such as C83001");
        }
        let Some(name) = words(row.fields[at::NAME.0]) else {
            return brought.leave_out(row.line, at::NAME.1, "a name");
        };
        let practice = Practice {
            ods: row.fields[at::CODE.0].to_owned(),
            name,
            address: at::ADDRESS.filter_map(|column| words(row.fields[column])).collect(),
            postcode: cell(row, brought, at::POSTCODE, "a postcode such as NG31 7AA", |t| {
                Postcode::parse(t).ok()
            }),
            opened: cell(row, brought, at::OPENED, "a date such as 20180401", day),
            closed: cell(row, brought, at::CLOSED, "a date such as 20180401", day),
            status: cell(row, brought, at::STATUS, "A, C, D or P", PracticeStatus::from_code),
            prescribing_setting: cell(row, brought, at::SETTING, "a whole number from 0 to 99", |t| {
                whole(t).filter(|n| *n < 100).and_then(|n| u8::try_from(n).ok())
            }),
            commissioner: words(row.fields[at::COMMISSIONER.0]),
            phone: words(row.fields[at::PHONE.0]),
        };
        brought.practices.push((row.line, practice));
    })
}

fn cell<T>(
    row: &Row<'_>,
    brought: &mut Brought,
    (column, name): (usize, &str),
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = known(row.fields[column])?;
    let value = parse(text);
    if value.is_none() {
        brought.problem(row.line, name, expected);
    }
    value
}

/// A text on one line, cut at 300 signs: the list is read out on pages and put on paper.
pub(super) fn words(text: &str) -> Option<String> {
    let plain: String = text.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
