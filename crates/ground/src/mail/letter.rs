//! A letter that cannot be wrong: no header can be put into it by what somebody typed.

use std::str::FromStr as _;

use lettre::Address;

/// Plain text to one person.
#[derive(Clone, Eq, PartialEq)]
pub struct Letter {
    reference: String,
    to: Address,
    subject: String,
    text: String,
}

/// Why something is no letter. Says which part, never what stood there.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LetterError {
    #[error("the letter's reference: expected 1 to 64 letters, digits and hyphens")]
    Reference,
    #[error("the recipient: expected an address such as name@example.org")]
    To,
    #[error("the subject: expected one line of 1 to {MOST_SUBJECT} signs")]
    Subject,
    #[error("the text of the letter: expected up to {MOST_TEXT} bytes of text without control signs")]
    Text,
}

const MOST_SUBJECT: usize = 200;
const MOST_TEXT: usize = 100_000;

impl Letter {
    /// `reference` is ours and the same for every try, so that a letter that came twice can be told from two letters.
    pub fn new(reference: &str, to: &str, subject: &str, text: &str) -> Result<Self, LetterError> {
        let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        if reference.is_empty() || reference.len() > 64 || !reference.chars().all(plain) {
            return Err(LetterError::Reference);
        }
        // `lettre` knows what an address is; that it takes no line break is too much to rely on.
        let to = Some(to).filter(|to| !to.chars().any(char::is_control));
        let to = to.and_then(|to| Address::from_str(to).ok()).ok_or(LetterError::To)?;
        let signs = subject.chars().count();
        if subject.trim().is_empty() || signs > MOST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(LetterError::Subject);
        }
        let text = text.replace("\r\n", "\n");
        let wrong = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\t');
        if text.len() > MOST_TEXT || text.chars().any(wrong) {
            return Err(LetterError::Text);
        }
        Ok(Self { reference: reference.to_owned(), to, subject: subject.to_owned(), text })
    }

    pub fn reference(&self) -> &str {
        &self.reference
    }

    pub(super) fn to(&self) -> &Address {
        &self.to
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Letter {
    /// Without the person and what is said to them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("reference", &self.reference).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_typed_becomes_a_header() {
        fn letter(reference: &str, to: &str, subject: &str, text: &str) -> Option<LetterError> {
            Letter::new(reference, to, subject, text).err()
        }
        let (to, subject) = ("anna@example.org", "Your visit");
        assert_eq!(letter("a-1", to, subject, "Line\r\nby\n\tline, Zażółć\n"), None);
        for bad in ["", "a b", "a\r\nBcc: x", "a@b", &"a".repeat(65)] {
            assert_eq!(letter(bad, to, subject, ""), Some(LetterError::Reference));
        }
        let bad = [
            "",
            "anna",
            "a@b@c",
            "anna@example.org\r\nBcc: x@example.org",
            "anna@example.org\0",
            "Anna <anna@example.org>",
            "anna@example.org, x@example.org",
            "<anna@example.org>",
            "anna@exa mple.org",
            "a\n@example.org",
        ];
        for bad in bad {
            assert_eq!(letter("a", bad, subject, ""), Some(LetterError::To), "{bad:?}");
        }
        for bad in ["", " ", "a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\0", "a\u{85}b", &"x".repeat(201)] {
            assert_eq!(letter("a", to, bad, ""), Some(LetterError::Subject), "{bad:?}");
        }
        for bad in ["a\0", "a\rb", "\u{1b}[2J", &"x".repeat(100_001)] {
            assert_eq!(letter("a", to, subject, bad), Some(LetterError::Text), "{bad:?}");
        }
    }

    #[test]
    fn a_letter_that_is_shown_shows_nobody() {
        let letter = Letter::new("a-1", "anna@example.org", "Pain", "Dear Anna").expect("a letter");
        assert_eq!(format!("{letter:?}"), "Letter { reference: \"a-1\", .. }");
    }
}
