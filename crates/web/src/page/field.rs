//! Forms: a label, a hint and a mistake beside each field, all mistakes once more at the top, and what was typed kept.

use askama::Template;
use vocabulary::WEEK;

use super::Html;
use crate::form::{Errors, Form, TIMES};
use crate::visit::Visit;

/// A form, as a page shows it.
#[derive(Clone, Debug, Default)]
pub struct FormView {
    /// The heading of the page.
    pub title: String,
    /// What to know before filling it in, in paragraphs.
    pub lead: Vec<String>,
    /// A piece of the page between these and the fields.
    pub shown: Html,
    /// Where it is sent.
    pub action: String,
    pub fields: Vec<Field>,
    pub errors: Errors,
    /// What the button does: a verb.
    pub button: &'static str,
    /// Other buttons, which send what was typed elsewhere.
    pub also: Vec<Also>,
    /// Where it is sent while it is filled in, where there is a script: what comes back stands beside the form, as [`Self::shown`]
    /// does without one. The answer is JSON: a sentence, the head of a table and its rows.
    pub live: Option<String>,
    /// The button warns.
    pub dangerous: bool,
    /// The page above, by path and name.
    pub back: Option<(String, &'static str)>,
    /// Other ways on, by path and words.
    pub others: Vec<(String, &'static str)>,
}

/// A further button of a form.
#[derive(Clone, Debug)]
pub struct Also {
    /// Where the form is sent by it.
    pub action: String,
    /// What it says beside what was typed.
    pub name: &'static str,
    pub value: String,
    /// What it does: a verb first.
    pub words: String,
}

/// One question.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub value: String,
    pub kind: FieldKind,
    /// What a browser may fill it with: a word of HTML's `autocomplete`.
    pub autocomplete: &'static str,
}

/// How a question is asked.
#[derive(Clone, Debug)]
pub enum FieldKind {
    Text,
    Email,
    Password,
    /// Digits of a code.
    Code,
    /// Several lines.
    Words,
    /// A day, in three boxes: what people know by heart is typed faster than found in a calendar.
    Date,
    Postcode,
    /// Days and times: seven rows of a day, from, until and words. Its value is a row a line, its parts with tabs between.
    Times,
    /// Any of these.
    Checkboxes(Vec<Choice>),
    /// One of these, all to be seen.
    Radios(Vec<Choice>),
    /// One of these, of which there are many.
    Select(Vec<Choice>),
    /// A passkey, for which the script asks the browser with these options; without a script the form comes without it.
    Passkey {
        /// One is to be made.
        new: bool,
        options: String,
        /// Where alone browsers take it: the address of the site.
        address: String,
    },
    /// Files from their own machine: with one of these, the form goes to a route that takes uploads.
    Files {
        /// Endings that a browser offers first: `.json,.csv`.
        accept: &'static str,
        several: bool,
        /// Where a script sends large ones piece by piece; what it sends then is named by fields called as this one, with `-piece` behind.
        in_pieces: Option<&'static str>,
    },
    /// Carried along.
    Hidden,
}

/// One answer of several.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
}

#[derive(Template)]
#[template(path = "page/form.html")]
pub(crate) struct Filled<'a> {
    form: &'a FormView,
    token: &'a str,
}

#[cfg(test)]
impl<'a> Filled<'a> {
    pub(super) const fn for_test(form: &'a FormView) -> Self {
        Self { form, token: "token" }
    }
}

impl FormView {
    pub(crate) fn filled<'a>(&'a self, visit: &'a Visit) -> Filled<'a> {
        Filled { form: self, token: &visit.form_token }
    }

    fn has_files(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, FieldKind::Files { .. }))
    }

    /// The form alone, for a page that has more on it.
    pub fn html(&self, visit: &Visit) -> Result<Html, askama::Error> {
        Html::of(&self.filled(visit))
    }

    /// The same form with what was typed, but for passwords and codes, and what is wrong with it.
    #[must_use]
    pub fn again(mut self, typed: &Form, errors: Errors) -> Self {
        for field in &mut self.fields {
            field.value = match field.kind {
                // No page can fill in a file either.
                FieldKind::Password | FieldKind::Code | FieldKind::Files { .. } => continue,
                FieldKind::Date => typed.three(field.name).join("/"),
                FieldKind::Times => {
                    typed.times(field.name).iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n")
                }
                FieldKind::Checkboxes(_) => typed.all(field.name).join("\n"),
                _ => typed.text(field.name).to_owned(),
            };
        }
        Self { errors, ..self }
    }
}

impl Field {
    pub fn new(kind: FieldKind, name: &'static str, label: impl Into<String>) -> Self {
        let autocomplete = match kind {
            FieldKind::Code => "one-time-code",
            FieldKind::Postcode => "postal-code",
            FieldKind::Password => "current-password",
            _ => "off",
        };
        Self { name, label: label.into(), hint: None, value: String::new(), kind, autocomplete }
    }

    /// Carries a value along.
    pub fn hidden(name: &'static str, value: impl Into<String>) -> Self {
        Self::new(FieldKind::Hidden, name, "").valued(value)
    }

    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    #[must_use]
    pub fn valued(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    #[must_use]
    pub const fn completed(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// Day, month and year, with what each is called and how wide it is.
    fn three(&self) -> Vec<(&'static str, &'static str, &str, u8)> {
        let mut typed = self.value.split('/');
        let parts = [("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4)];
        parts
            .into_iter()
            .map(|(part, title, width)| (part, title, typed.next().unwrap_or(""), width))
            .collect()
    }

    /// The rows of a timetable: number, day, from, until, words.
    fn times(&self) -> Vec<(usize, [&str; 4])> {
        let mut lines = self.value.split('\n');
        let mut row = |n| {
            let mut parts = lines.next().unwrap_or("").split('\t');
            (n, [(); 4].map(|()| parts.next().unwrap_or("")))
        };
        (1..=TIMES).map(&mut row).collect()
    }

    /// For the template, which does not see through references.
    fn same(one: &str, other: &str) -> bool {
        one == other
    }

    /// Whether this choice was ticked.
    fn has(&self, choice: &Choice) -> bool {
        self.value.split('\n').any(|value| value == choice.value)
    }

    /// The element that describes it, for those who cannot see where it stands.
    fn described_by(&self, errors: &Errors) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = errors.of(self.name).map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    /// Where a link to this field leads: of radios, the first.
    fn anchor(name: &str) -> String {
        format!("#{name}")
    }
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
