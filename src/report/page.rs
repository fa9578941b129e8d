//! The page around the sections, of whatever report: figures at the top, contents, foot.

use askama::Template;
use vocabulary::Day;

/// A section of a report: its anchor, its heading and its body.
#[derive(Clone, Debug)]
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// Safe HTML, from a template.
    pub html: String,
}

impl Section {
    pub(super) const fn new(id: &'static str, title: &'static str, html: String) -> Self {
        Self { id, title, html }
    }
}

/// A number at the top and what it counts.
pub(super) struct Figure {
    pub(super) number: String,
    pub(super) words: String,
    pub(super) share: Option<String>,
}

/// Which signs the report uses for counts that are not numbers, so that it explains those and no others.
#[derive(Default)]
pub(super) struct Symbols {
    pub(super) up_to: Option<u64>,
    pub(super) few: bool,
    pub(super) hidden: bool,
}

#[derive(Template)]
#[template(path = "report/report.html")]
pub(super) struct Page<'a> {
    pub(super) about: &'a str,
    pub(super) made_up: bool,
    pub(super) headline: String,
    pub(super) lede: String,
    pub(super) figures: Vec<Figure>,
    pub(super) sections: Vec<Section>,
    pub(super) symbols: Symbols,
    pub(super) index_date: String,
    pub(super) program: &'a str,
    pub(super) style: &'static str,
}

impl Page<'_> {
    /// The foot of a printed page as the text of a CSS string.
    fn foot(&self) -> String {
        css_text(&format!("{} · figures as at {} · Meres {}", self.about, self.index_date, self.program))
    }

    /// Its head, where there is one.
    fn head(&self) -> Option<String> {
        self.made_up.then(|| css_text("Invented county: every person, place and service here is made up"))
    }
}

/// "1 September 2026"; what is not a date is said as it stands.
pub(super) fn day_in_words(iso: &str) -> String {
    Day::parse(iso).map_or_else(|_| iso.to_owned(), Day::in_words)
}

/// A text inside a CSS string inside `<style>`: everything but plain letters, digits and spaces by its number, so
/// that no name can end the string or the element.
fn css_text(text: &str) -> String {
    use std::fmt::Write;
    text.chars().fold(String::new(), |mut css, c| {
        if c.is_ascii_alphanumeric() || c == ' ' {
            css.push(c);
        } else if c == '\0' {
            css.push('?');
        } else {
            // The space ends the number and is not part of the text.
            let _ = write!(css, "\\{:06x} ", u32::from(c));
        }
        css
    })
}

#[cfg(test)]
mod tests {
    use super::css_text;

    #[test]
    fn no_name_can_leave_its_css_string() {
        assert_eq!(css_text("a\"</style>"), "a\\000022 \\00003c \\00002f style\\00003e ");
    }
}
