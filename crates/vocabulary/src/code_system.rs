//! Code systems that extracts of the health service use, and their codes in one form: a list has `M17.1` where hospitals write
//! `M171`, and a Read code may carry the number of its term.

use std::borrow::Cow;

use crate::SnomedCode;

const SNOMED: &str = "http://snomed.info/sct";
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const READ_2: &str = "http://read.info/readv2";
const CTV3: &str = "http://read.info/ctv3";

/// A system whose codes have a form that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSystem {
    pub address: &'static str,
    pub name: &'static str,
    /// What one of its codes looks like.
    pub expected: &'static str,
}

const READ: &str = "a Read code of five letters, digits or full stops, such as N05..";

impl CodeSystem {
    pub const SNOMED: Self = Self {
        address: SNOMED,
        name: "SNOMED CT",
        expected: "a SNOMED CT code of 6 to 18 digits with its right check digit",
    };
    pub const ALL: [Self; 4] = [
        Self::SNOMED,
        Self { address: ICD_10, name: "ICD-10", expected: "an ICD-10 code such as M17.1" },
        Self { address: READ_2, name: "Read version 2", expected: READ },
        Self { address: CTV3, name: "Read version 3 (CTV3)", expected: READ },
    ];

    pub fn of(address: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.address == address)
    }

    /// Whether this could be a code of the system.
    pub fn has(self, code: &str) -> bool {
        let plain = |code: &str| code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        match self.address {
            SNOMED => SnomedCode::parse(code).is_ok(),
            ICD_10 => {
                let one = one_form(ICD_10, code);
                let stop = code.find('.').is_none_or(|at| at == 3) && code.matches('.').count() < 2;
                let mut letters = one.bytes();
                stop && (3..=5).contains(&one.len())
                    && letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
                    && letters.next().is_some_and(|digit| digit.is_ascii_digit())
                    && letters.all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
            }
            _ => matches!(code.len(), 5 | 7) && plain(code),
        }
    }
}

/// A code as it is compared: of ICD-10 without full stop, without the marks for causes and manifestations, and without the letter that
/// fills a short code; of Read without the number of the term.
pub fn one_form<'c>(system: &str, code: &'c str) -> Cow<'c, str> {
    match system {
        ICD_10 => {
            let code = code.trim_end_matches(['*', '+']);
            let plain =
                if code.contains('.') { Cow::Owned(code.replace('.', "")) } else { Cow::Borrowed(code) };
            // A18.0D, M01.1A: the mark comes behind the fourth sign; I10X fills it.
            let cut = match plain.as_bytes() {
                [.., b'D' | b'A'] if plain.len() > 4 => plain.len() - 1,
                [_, _, _, b'X'] => 3,
                _ => plain.len(),
            };
            match plain {
                Cow::Borrowed(plain) => Cow::Borrowed(&plain[..cut]),
                Cow::Owned(mut plain) => {
                    plain.truncate(cut);
                    Cow::Owned(plain)
                }
            }
        }
        READ_2 | CTV3 if code.len() == 7 && code.is_char_boundary(5) => Cow::Borrowed(&code[..5]),
        _ => Cow::Borrowed(code),
    }
}

#[cfg(test)]
mod tests {
    use super::{CTV3, CodeSystem, ICD_10, READ_2, SNOMED, one_form};

    #[test]
    fn codes_have_the_shape_of_their_system() {
        let has = |address: &str, code: &str| CodeSystem::of(address).expect("a system").has(code);
        for code in ["M17", "M17.1", "M171", "M17.10", "A18.0D", "M01.1*", "I10X"] {
            assert!(has(ICD_10, code), "{code}");
        }
        for code in ["", "M1", "17.1", "m17.1", "M1.71", "M17.123", "M17,1", "N05..", "M.1.7"] {
            assert!(!has(ICD_10, code), "{code}");
        }
        for (code, right) in
            [("N05..", true), ("XE1DV", true), ("N05..00", true), ("N05", false), ("N05. ", false)]
        {
            assert_eq!(has(READ_2, code), right, "{code}");
        }
        assert!(has(SNOMED, "239873007") && !has(SNOMED, "239873008"));
        assert_eq!(CodeSystem::of("read"), None);
    }

    #[test]
    fn one_code_has_one_form_however_it_is_written() {
        for (system, code, form) in [
            (ICD_10, "M17.1", "M171"),
            (ICD_10, "M171", "M171"),
            (ICD_10, "A18.0D", "A180"),
            (ICD_10, "A180+", "A180"),
            (ICD_10, "I10X", "I10"),
            (ICD_10, "I10", "I10"),
            (READ_2, "N05..00", "N05.."),
            (CTV3, "XE1DV", "XE1DV"),
            (SNOMED, "239873007", "239873007"),
            ("another", "M17.1", "M17.1"),
        ] {
            assert_eq!(one_form(system, code), form, "{code}");
        }
    }
}
