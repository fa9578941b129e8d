//! What was typed into a form, and what is wrong with it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::SemaphorePermit;
use vocabulary::{Day, Postcode};

use crate::problem::Problem;

/// Bytes of a form; one with files has its own way in: see `multipart`.
const MOST_BYTES: usize = 64 * 1024;
const MOST_FIELDS: usize = 500;
/// Rows of a timetable in a form.
pub(crate) const TIMES: usize = 7;
/// Whoever sends a form more slowly is not waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The fields of a form as they came, in their order.
#[derive(Clone, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    uploads: Vec<Upload>,
    /// Its place among the files that are held in memory at a time, until the last copy of this form is done with.
    place: Option<Arc<SemaphorePermit<'static>>>,
}

/// A file that came with a form. Cheap to clone.
#[derive(Clone)]
pub struct Upload {
    pub(crate) field: String,
    /// The last part of its path, without what could mislead.
    pub name: String,
    pub bytes: Bytes,
}

impl Form {
    pub(crate) async fn read(body: Body) -> Result<Self, Problem> {
        let read = tokio::time::timeout(PATIENCE, Limited::new(body, MOST_BYTES).collect()).await;
        let body = read.map_err(|_| Problem::TooSlow)?.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Problem::TooLarge
            } else {
                Problem::Bad("The form did not come whole. Try again.")
            }
        })?;
        Self::parse(&body.to_bytes())
    }

    /// Reads `name=value&…`; also the question of an address.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(bytes) {
            form.push(name.into_owned(), value.into_owned())?;
        }
        Ok(form)
    }

    pub(crate) fn push(&mut self, name: String, value: String) -> Result<(), Problem> {
        if self.fields.len() == MOST_FIELDS {
            return Err(Problem::TooLarge);
        }
        // No database of ours keeps a NUL, and no keyboard has one.
        if name.contains('\0') || value.contains('\0') {
            return Err(Problem::Bad("A field holds a character that no text has (NUL)."));
        }
        self.fields.push((name, value));
        Ok(())
    }

    pub(crate) fn holding(mut self, place: SemaphorePermit<'static>) -> Self {
        self.place = Some(Arc::new(place));
        self
    }

    pub(crate) fn upload(&mut self, upload: Upload) {
        self.uploads.push(upload);
    }

    /// The files that were chosen in this field; browsers send an empty one where none was.
    pub fn uploads(&self, field: &str) -> impl Iterator<Item = &Upload> {
        self.uploads.iter().filter(move |upload| upload.field == field && !upload.bytes.is_empty())
    }

    /// All that was typed, by the names of the fields.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All files, whichever field they were chosen in.
    pub fn files(&self) -> &[Upload] {
        &self.uploads
    }

    /// The field of this name without blanks around it; nothing: empty.
    pub fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The field of this name as it was typed, for what must not be trimmed: a password.
    pub fn exact(&self, name: &str) -> &str {
        self.fields.iter().find(|field| field.0 == name).map_or("", |field| &field.1)
    }
}

impl Form {
    /// Every value of this name: of boxes, those that were ticked.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|field| field.0 == name).map(|field| field.1.trim()).collect()
    }

    /// Every field with its name, in their order: for a page that carries them all along.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The rows of a timetable as they were typed, of each the day, from, until and words; what is empty too.
    pub fn times(&self, name: &str) -> Vec<[&str; 4]> {
        let row = |n: usize| ["day", "from", "until", "words"].map(|p| self.text(&format!("{name}-{p}-{n}")));
        (1..=TIMES).map(row).collect()
    }

    /// The three boxes of a day as they were typed: day, month, year.
    pub(crate) fn three(&self, name: &str) -> [&str; 3] {
        ["day", "month", "year"].map(|part| self.text(&format!("{name}-{part}")))
    }
}

/// What is wrong, field by field, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    pub fn add(&mut self, field: &str, sentence: impl Into<String>) {
        self.0.push((field.to_owned(), sentence.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Field and sentence.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// What is wrong with this one.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.0 == field).map(|error| error.1.as_str())
    }

    /// What was typed there, where it is something and not longer than this many characters.
    pub fn needed<'a>(&mut self, form: &'a Form, field: &str, most: usize, missing: &str) -> &'a str {
        let text = form.text(field);
        if text.is_empty() {
            self.add(field, missing);
        } else if text.chars().count() > most {
            self.add(field, format!("This must be {most} characters or fewer"));
        }
        text
    }
}

impl Errors {
    /// The day that was typed into three boxes, where it is one; nothing where all of them are empty. `what` is what the
    /// day is called in a sentence: "the day of the visit".
    pub fn day(&mut self, form: &Form, field: &str, what: &str) -> Option<Day> {
        let three = form.three(field);
        if three.iter().all(|part| part.is_empty()) {
            return None;
        }
        let lacking: Vec<&str> = three
            .iter()
            .zip(["day", "month", "year"])
            .filter(|(typed, _)| typed.is_empty())
            .map(|(_, part)| part)
            .collect();
        if !lacking.is_empty() {
            self.add(field, format!("{} must have a {}", capital(what), lacking.join(" and a ")));
            return None;
        }
        // Also "3" and "March": the order is known, so nothing has to be guessed.
        let [day, month, year] = three;
        let month = month_of(month);
        let found = (day.parse().ok())
            .zip(month)
            .zip(year.parse().ok().filter(|year| (1_000..=9_999).contains(year)));
        let found = found.and_then(|((day, month), year)| Day::of(year, month, day).ok());
        if found.is_none() {
            self.add(field, format!("{} must be a real day, like 27 3 2026", capital(what)));
        }
        found
    }

    /// The postcode that was typed, where it is one; nothing where nothing was typed.
    pub fn postcode(&mut self, form: &Form, field: &str) -> Option<Postcode> {
        let text = form.text(field);
        if text.is_empty() {
            return None;
        }
        let found = Postcode::parse(text).ok();
        if found.is_none() {
            self.add(field, "Enter a whole postcode, like NG31 7AA");
        }
        found
    }
}

/// As people say them.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month by its number or its English name, whole or its first three letters.
fn month_of(text: &str) -> Option<i32> {
    let text = text.to_lowercase();
    let named = |name: &&str| name.to_lowercase().starts_with(&text) && text.len() >= 3;
    let by_name = MONTHS.iter().position(named).and_then(|at| i32::try_from(at + 1).ok());
    text.parse().ok().or(by_name)
}

/// A text that begins a sentence: with a capital letter first.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Problem;

    /// The form was read, and its token checked, before the handler came to be asked.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.remove::<Self>().ok_or_else(|| Problem::broken("a form on a route that takes none"))
    }
}

/// What was typed is a person's own: never in a log.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("fields", &self.fields.len())
            .field("uploads", &self.uploads.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Errors, Form, Problem};

    #[test]
    fn fields_come_as_they_were_typed() {
        let form =
            Form::parse("name=+Siân+O%E2%80%99Brien%20&password=+x+&name=again".as_bytes()).expect("read");
        assert_eq!(form.text("name"), "Siân O\u{2019}Brien");
        assert_eq!((form.exact("password"), form.text("password")), (" x ", "x"));
        assert_eq!(form.text("other"), "");
        assert!(!format!("{form:?}").contains("Siân"));
    }

    #[test]
    fn a_day_is_understood_as_people_write_it() {
        let read = |typed: &str| {
            let form = Form::parse(typed.as_bytes()).expect("read");
            let mut errors = Errors::default();
            let day = errors.day(&form, "visit", "the day of the visit").map(|day| day.to_string());
            (day, errors.of("visit").unwrap_or("").to_owned())
        };
        let day = |day: &str| (Some(day.to_owned()), String::new());
        assert_eq!(read("visit-day=7&visit-month=3&visit-year=2026"), day("2026-03-07"));
        assert_eq!(read("visit-day=07&visit-month=Mar&visit-year=2026"), day("2026-03-07"));
        assert_eq!(read("visit-day=29&visit-month=february&visit-year=2028"), day("2028-02-29"));
        assert_eq!(read("visit-day=&visit-month=&visit-year="), (None, String::new()));
        let wrong = |typed: &str| read(typed).1;
        let expected = "The day of the visit must have a month and a year";
        assert_eq!(wrong("visit-day=7&visit-month=&visit-year="), expected);
        let expected = "The day of the visit must be a real day, like 27 3 2026";
        for typed in [
            "visit-day=30&visit-month=2&visit-year=2026",
            "visit-day=7&visit-month=13&visit-year=2026",
            "visit-day=7&visit-month=3&visit-year=26",
            "visit-day=-7&visit-month=3&visit-year=2026",
            "visit-day=x&visit-month=ma&visit-year=2026",
            "visit-day=99999999999&visit-month=3&visit-year=2026",
        ] {
            assert_eq!(wrong(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_postcode_is_read_however_it_is_written() {
        let form = Form::parse(b"at=ng317aa&other=Grantham").expect("read");
        let mut errors = Errors::default();
        assert_eq!(errors.postcode(&form, "at").map(|found| found.to_string()).as_deref(), Some("NG31 7AA"));
        assert_eq!(errors.postcode(&form, "none"), None);
        assert!(errors.is_empty());
        assert_eq!(errors.postcode(&form, "other"), None);
        assert_eq!(errors.of("other"), Some("Enter a whole postcode, like NG31 7AA"));
    }

    #[test]
    fn what_no_page_of_ours_sends_is_refused() {
        assert!(matches!(Form::parse(b"a=%00"), Err(Problem::Bad(_))));
        let many = "a=1&".repeat(10_000);
        assert!(matches!(Form::parse(many.as_bytes()), Err(Problem::TooLarge)));
    }

    #[test]
    fn mistakes_are_said_in_the_order_of_the_page() {
        let form = Form::parse(b"name=&town=Horncastle").expect("read");
        let mut errors = Errors::default();
        assert_eq!(errors.needed(&form, "name", 10, "Enter a name"), "");
        assert_eq!(errors.needed(&form, "town", 5, "Enter a town"), "Horncastle");
        assert_eq!(errors.of("name"), Some("Enter a name"));
        assert_eq!(errors.all()[1].1, "This must be 5 characters or fewer");
    }
}
