//! A code as somebody types it from a letter.

use std::fmt;

use ground::vault::{Vault, VaultError, random};

/// Crockford's 32 signs: no letter that looks like a digit.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of a code: eleven by chance (55 bits), and one by which a slip is found.
const LENGTH: usize = 12;

/// Twelve signs of 32, the last of which checks the others.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code([u8; LENGTH]);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a code has 12 letters and digits, like 7KQ2-M4XT-9P3D")]
    Length,
    #[error("one of the letters or digits is not quite right: compare it with the letter")]
    Slip,
}

impl Code {
    /// A new one, by chance.
    pub fn random() -> Result<Self, VaultError> {
        let mut signs = [0; LENGTH];
        for (sign, byte) in signs.iter_mut().zip(random::<{ LENGTH - 1 }>()?) {
            *sign = byte & 31;
        }
        signs[LENGTH - 1] = check(&signs[..LENGTH - 1]);
        Ok(Self(signs))
    }

    /// What somebody typed: capital letters or not, with hyphens, blanks, or O for 0 and I or L for 1.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut signs = Vec::with_capacity(LENGTH);
        for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let sign = SIGNS.iter().position(|sign| char::from(*sign) == letter).ok_or(CodeError::Slip)?;
            signs.push(u8::try_from(sign).unwrap_or_default());
        }
        let signs: [u8; LENGTH] = signs.try_into().map_err(|_| CodeError::Length)?;
        if check(&signs[..LENGTH - 1]) == signs[LENGTH - 1] { Ok(Self(signs)) } else { Err(CodeError::Slip) }
    }

    /// By which it is known: without the key nobody can try which code gives it.
    pub fn known_by(&self, vault: &Vault) -> String {
        vault.hash(&["invitation code", &self.to_string()])
    }
}

/// Luhn's check over 32 signs: it finds every single slip, and nearly every pair of neighbours that changed places.
fn check(signs: &[u8]) -> u8 {
    let sum: u32 = signs
        .iter()
        .rev()
        .enumerate()
        .map(|(at, sign)| {
            let twice = u32::from(*sign) * if at % 2 == 0 { 2 } else { 1 };
            twice / 32 + twice % 32
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or_default()
}

impl fmt::Display for Code {
    /// "7KQ2-M4XT-9P3D".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, sign) in self.0.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(SIGNS[usize::from(*sign)]))?;
        }
        Ok(())
    }
}

/// Without the code, which lets somebody in.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::{Code, CodeError, SIGNS};

    #[test]
    fn codes_differ_and_keep_to_themselves() {
        let codes: HashSet<String> =
            (0..1_000).map(|_| Code::random().expect("chance").to_string()).collect();
        assert_eq!(codes.len(), 1_000);
        assert_eq!(format!("{:?}", Code::random().expect("chance")), "Code(…)");
    }

    #[test]
    fn what_was_typed_is_read_kindly() {
        let code = Code::random().expect("chance");
        let text = code.to_string();
        assert_eq!(text.len(), 14);
        let kindly = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(Code::parse(&kindly), Ok(code));
        assert_eq!(Code::parse(&text[..9]), Err(CodeError::Length));
        assert_eq!(Code::parse(&text.replace('-', "!")), Err(CodeError::Slip));
    }

    proptest! {
        #[test]
        fn one_wrong_sign_is_found(at in 0_usize..12, by in 1_usize..32) {
            let text: String = Code::random().expect("chance").to_string().replace('-', "");
            let mut signs = text.into_bytes();
            let sign = SIGNS.iter().position(|sign| *sign == signs[at]).expect("a sign");
            signs[at] = SIGNS[(sign + by) % 32];
            let wrong = String::from_utf8(signs).expect("text");
            prop_assert_eq!(Code::parse(&wrong), Err(CodeError::Slip));
        }
    }
}
