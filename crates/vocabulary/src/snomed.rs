//! SNOMED CT identifiers, told from a typing error by their check digit.

use std::fmt;

/// A SNOMED CT identifier: 6 to 18 digits, the last a Verhoeff check digit
/// (SNOMED International, Release File Specification, section 5.5).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SnomedCode(u64);

/// Why a text is not a SNOMED CT identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnomedError {
    /// Not 6 to 18 digits without a leading zero.
    #[error("expected a SNOMED CT code of 6 to 18 digits")]
    Form,
    /// The digits do not belong together.
    #[error("the check digit is wrong, so this is not a SNOMED CT code; look for a typing error")]
    CheckDigit,
}

const PERMUTE: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// The multiplication of the dihedral group D5, on which Verhoeff's scheme rests.
const fn combine(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + (b - 5)) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

impl SnomedCode {
    /// Reads an identifier and tests its check digit.
    pub fn parse(text: &str) -> Result<Self, SnomedError> {
        let digits = text.as_bytes();
        let formed =
            (6..=18).contains(&digits.len()) && digits[0] != b'0' && digits.iter().all(u8::is_ascii_digit);
        if !formed {
            return Err(SnomedError::Form);
        }
        let check = digits
            .iter()
            .rev()
            .enumerate()
            .fold(0, |check, (i, digit)| combine(check, PERMUTE[i % 8][usize::from(digit - b'0')]));
        if check != 0 {
            return Err(SnomedError::CheckDigit);
        }
        text.parse().map(Self).map_err(|_| SnomedError::Form)
    }
}

impl fmt::Display for SnomedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_with_a_public_source_pass() {
        for code in ["239873007", "239872002", "201834006", "871731000000106", "871711000000103"] {
            assert_eq!(SnomedCode::parse(code).map(|c| c.to_string()).as_deref(), Ok(code));
        }
    }

    #[test]
    fn a_code_once_published_in_error_fails() {
        // Seen in public code for "shared decision making"; domain.md section 15.
        assert_eq!(SnomedCode::parse("410225008"), Err(SnomedError::CheckDigit));
    }

    #[test]
    fn what_is_not_a_code_is_told_apart() {
        for text in ["", "12345", "0239873007", "23987300x", "1234567890123456789"] {
            assert_eq!(SnomedCode::parse(text), Err(SnomedError::Form), "{text}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        let code = b"239873007".to_vec();
        for at in 0..code.len() {
            for digit in b'0'..=b'9' {
                let mut other = code.clone();
                other[at] = digit;
                let text = String::from_utf8(other).expect("digits");
                assert_eq!(SnomedCode::parse(&text).is_ok(), digit == code[at], "{text}");
            }
        }
    }
}
