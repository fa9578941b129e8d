//! Postcodes of the United Kingdom, and the first halves of them.

use std::fmt;

/// A whole postcode. It is kept without its space and shown with one: "NG31 7AA".
///
/// Only the form is tested, by the six forms that Royal Mail publishes (and `GIR 0AA`); whether the postcode is in use
/// is the business of the geography tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Postcode {
    outcode: Outcode,
    inward: [u8; 3],
}

/// The first half of a postcode, "NG31": a town or a part of one. As a place it is only approximate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outcode([u8; 4]); // filled up with spaces, so that the order of the bytes is the order of the texts

/// What a postcode looks like, said when a text does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole postcode such as NG31 7AA")]
pub struct PostcodeError;

/// What the first half of a postcode looks like, said when a text does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the first half of a postcode such as NG31")]
pub struct OutcodeError;

/// The old postcode of Girobank, which has a form of its own and still stands in lists.
const GIROBANK: (&[u8], &[u8]) = (b"GIR", b"0AA");

impl Postcode {
    /// Reads a postcode however it is written: small letters, no space, many, or hard ones, fixed columns
    /// (`LN1 1AA`, `NG317AA`), a hyphen or dash for the space, brackets around it, a full stop or comma behind it. A letter O where only a digit can stand is read as zero
    /// (`NG31 OAA`); no other sign is guessed at, since elsewhere both can be right.
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        let (signs, length) = signs(text).ok_or(PostcodeError)?;
        let (outward, inward) =
            length.checked_sub(3).map(|at| signs[..length].split_at(at)).ok_or(PostcodeError)?;
        let mut inward: [u8; 3] = inward.try_into().map_err(|_| PostcodeError)?;
        if inward[0] == b'O' {
            inward[0] = b'0';
        }
        let outcode = Outcode::of(outward).ok_or(PostcodeError)?;
        let girobank = outward == GIROBANK.0;
        if !inward[0].is_ascii_digit()
            || !inward[1..].iter().all(|b| may_stand_last(*b))
            || (girobank && inward != GIROBANK.1)
        {
            return Err(PostcodeError);
        }
        Ok(Self { outcode, inward })
    }

    /// Its first half.
    pub const fn outcode(self) -> Outcode {
        self.outcode
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [digit, first, second] = self.inward.map(char::from);
        write!(f, "{} {digit}{first}{second}", self.outcode)
    }
}

impl Outcode {
    /// Reads the first half of a postcode, written as freely as a whole one may be.
    pub fn parse(text: &str) -> Result<Self, OutcodeError> {
        let (signs, length) = signs(text).ok_or(OutcodeError)?;
        Self::of(&signs[..length]).ok_or(OutcodeError)
    }

    fn of(signs: &[u8]) -> Option<Self> {
        let letter = |b: &u8| b.is_ascii_uppercase();
        let digit = |b: &u8| b.is_ascii_digit();
        let district = match signs {
            [a, b, rest @ ..] if letter(a) && letter(b) => rest,
            [a, rest @ ..] if letter(a) => rest,
            _ => return None,
        };
        let known = match district {
            [a] => digit(a),
            // No district of two digits begins with zero: `S01` is a slip for `SO1` and not a place of its own.
            [a, b] => digit(a) && (letter(b) || (digit(b) && *a != b'0')),
            _ => false,
        };
        if !known && signs != GIROBANK.0 {
            return None;
        }
        let mut filled = [b' '; 4];
        filled.get_mut(..signs.len())?.copy_from_slice(signs);
        Some(Self(filled))
    }
}

impl fmt::Display for Outcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().filter(|b| **b != b' ').try_for_each(|b| write!(f, "{}", char::from(*b)))
    }
}

/// Letters that look like others or like digits never stand in the second half.
fn may_stand_last(sign: u8) -> bool {
    sign.is_ascii_uppercase() && !b"CIKMOV".contains(&sign)
}

/// The letters and digits of a text in capitals, seven at most; nothing if there is anything else.
fn signs(text: &str) -> Option<([u8; 7], usize)> {
    let space = |c: &char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}');
    let text = text.trim_end_matches(|c| space(&c)).trim_end_matches(['.', ',']);
    let text = text.trim_matches(|c| space(&c)).trim_start_matches('(').trim_end_matches(')');
    let dash = |c: &char| matches!(c, '-' | '\u{2010}'..='\u{2014}');
    let mut dashes = text.chars().filter(dash);
    // One, in the middle, as in "NG31-7AA"; what begins or ends with one is something else.
    if dashes.next().is_some()
        && (dashes.next().is_some() || text.starts_with(|c| dash(&c)) || text.ends_with(|c| dash(&c)))
    {
        return None;
    }
    let (mut signs, mut length) = ([0; 7], 0);
    for sign in text.chars().filter(|c| !space(c) && !dash(c)) {
        if !sign.is_ascii_alphanumeric() {
            return None;
        }
        *signs.get_mut(length)? = u8::try_from(sign.to_ascii_uppercase()).ok()?;
        length += 1;
    }
    Some((signs, length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn however_it_is_written_it_is_shown_one_way() {
        for (written, shown) in [
            ("NG31 7AA", "NG31 7AA"),
            ("ng31 7aa", "NG31 7AA"),
            ("NG317AA", "NG31 7AA"),
            (" NG31  7AA ", "NG31 7AA"),
            ("NG31\u{A0}7AA", "NG31 7AA"),
            ("NG31\u{2009}7AA.", "NG31 7AA"),
            ("NG31 7AA ,\t", "NG31 7AA"),
            ("\u{FEFF}NG31 7AA\u{200B}", "NG31 7AA"),
            ("NG31-7AA", "NG31 7AA"),
            ("ng31 \u{2013} 7aa", "NG31 7AA"),
            ("(NG31 7AA)", "NG31 7AA"),
            ("NG31 OAA", "NG31 0AA"),
            ("LN1 1AA", "LN1 1AA"),
            ("LN1  1AA", "LN1 1AA"),
            ("M1 1AE", "M1 1AE"),
            ("B33 8TH", "B33 8TH"),
            ("W1A 0AX", "W1A 0AX"),
            ("EC1A 1BB", "EC1A 1BB"),
            ("BS0 1AA", "BS0 1AA"),
            ("gir0aa", "GIR 0AA"),
        ] {
            assert_eq!(Postcode::parse(written).map(|p| p.to_string()).as_deref(), Ok(shown), "{written:?}");
        }
    }

    #[test]
    fn what_is_not_a_whole_postcode_is_turned_away() {
        for bad in [
            "",
            " ",
            "33101",
            "90210-1234",
            "NG31",
            "NG31 7",
            "NG31 7A",
            "NG31 7AAA",
            "NG311 7AA",
            "NGX1 7AA",
            "N 7AA",
            "NG31 7CA",
            "NG31 7AO",
            "GIR 0AB",
            "GIR 1AA",
            "S01 1AA",
            "NG-31-7AA",
            "-NG31 7AA",
            "NG31 7AA-",
            "NG31 7\u{C4}A",
            "NG31 \u{661}AA",
            "<b>NG31 7AA</b>",
            "NG31 7AA\0",
            "7AA NG31",
        ] {
            assert_eq!(Postcode::parse(bad), Err(PostcodeError), "{bad:?}");
        }
    }

    #[test]
    fn first_halves_stand_alone_as_well() {
        for (written, shown) in
            [("ng31", "NG31"), (" M1 ", "M1"), ("ec1a", "EC1A"), ("W1A.", "W1A"), ("GIR", "GIR")]
        {
            assert_eq!(Outcode::parse(written).map(|o| o.to_string()).as_deref(), Ok(shown));
        }
        for bad in ["", "NG", "31", "NG31 7AA", "NG311", "NGA1", "33101", "NG01"] {
            assert_eq!(Outcode::parse(bad), Err(OutcodeError), "{bad:?}");
        }
        let postcode = Postcode::parse("NG31 7AA").expect("a postcode");
        assert_eq!(Ok(postcode.outcode()), Outcode::parse("NG31"));
    }

    #[test]
    fn their_order_is_the_order_of_their_texts() {
        let mut read: Vec<Postcode> = ["NG31 7AA", "NG3 1AA", "N1 9AA", "NG31 0ZZ", "EC1A 1BB"]
            .iter()
            .map(|text| Postcode::parse(text).expect("a postcode"))
            .collect();
        read.sort();
        let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["EC1A 1BB", "N1 9AA", "NG3 1AA", "NG31 0ZZ", "NG31 7AA"]);
        assert_eq!(size_of::<Postcode>(), 7);
    }

    const WHOLE: &str = "([A-Z][A-Z]?(0|[1-9][0-9]?|[0-9][A-Z])) ([0-9][ABDEFGHJLNP-UW-Z]{2})";

    proptest! {
        #[test]
        fn what_is_shown_reads_as_the_same(text in WHOLE) {
            let postcode = Postcode::parse(&text).expect("a postcode");
            prop_assert_eq!(postcode.to_string(), text);
            prop_assert_eq!(Postcode::parse(&postcode.to_string()), Ok(postcode));
            prop_assert_eq!(Outcode::parse(&postcode.outcode().to_string()), Ok(postcode.outcode()));
            prop_assert!(Postcode::parse(&postcode.outcode().to_string()).is_err());
        }

        #[test]
        fn spaces_and_small_letters_make_no_difference(
            text in WHOLE,
            spaces in proptest::collection::vec("[ \t\u{A0}]{0,3}", 10),
            small in proptest::collection::vec(any::<bool>(), 10),
        ) {
            let written: String = text.chars().zip(spaces.iter().zip(&small)).fold(
                String::new(),
                |all, (c, (space, small))| all + &if *small { c.to_ascii_lowercase() } else { c }.to_string() + space,
            );
            prop_assert_eq!(Postcode::parse(&written), Postcode::parse(&text));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[A-Za-z0-9 .\u{0}]{0,9}") {
            for text in [text, near] {
                if let Ok(postcode) = Postcode::parse(&text) {
                    prop_assert_eq!(Postcode::parse(&postcode.to_string()), Ok(postcode));
                }
                let _ = Outcode::parse(&text);
            }
        }
    }
}
