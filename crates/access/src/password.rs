//! Passwords: argon2id, and no rule that makes people choose worse ones.

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use web::Problem;

/// Each takes 19 MiB and some tens of milliseconds: a crowd at the door waits in line instead of filling the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What is checked where there is no account or no password, so that both take the same time. Nobody knows what it is of.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$4I5x0SFhG8Dgyy0Vn8n8OQ$R8bUnbBXgAMTmWPePtYlvG1Z9a2o6PEtDvKjEClzcKE";

const LEAST: usize = 12;
const MOST: usize = 200;

/// Of passwords of this length and more, those that are tried first.
const KNOWN: [&str; 24] = [
    "passwordpassword",
    "password1234",
    "password12345",
    "password123456",
    "password2024",
    "password2025",
    "password2026",
    "123456789012",
    "1234567890123",
    "12345678901234",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "1q2w3e4r5t6y",
    "letmeinletmein",
    "welcomewelcome",
    "iloveyou1234",
    "administrator",
    "administrator1",
    "changemechangeme",
    "liverpoolfc1",
    "manchesterunited",
    "correcthorsebatterystaple",
    "abcdefghijkl",
];

/// Its hash, with a salt of its own.
pub(crate) async fn hashed(password: String) -> Result<String, Problem> {
    let password = one_form(&password);
    at_work(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(Problem::broken)
    })
    .await?
}

/// Whether this hash is of this password; without a hash it is not, after the same work.
pub(crate) async fn is_right(hash: Option<String>, password: String) -> Result<bool, Problem> {
    let password = one_form(&password);
    at_work(move || {
        let against = hash.as_deref().unwrap_or(NOBODYS);
        let right = Argon2::default().verify_password(password.as_bytes(), against).is_ok();
        right && hash.is_some()
    })
    .await
}

/// The same letters are the same password, however a keyboard puts them together.
fn one_form(password: &str) -> String {
    password.nfc().collect()
}

async fn at_work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let turn = AT_ONCE.acquire().await.map_err(Problem::broken)?;
    // The turn goes with the work: whoever hangs up meanwhile does not make room for another.
    let in_turn = move || {
        let done = work();
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(in_turn).await.map_err(Problem::broken)
}

/// Why this cannot be a password; `about` are the words that anybody knows of its owner.
pub(crate) fn refusal(password: &str, about: &[&str]) -> Option<String> {
    let length = password.chars().count();
    if length < LEAST {
        return Some(format!(
            "Enter a password of at least {LEAST} characters: three or four words are good"
        ));
    }
    if length > MOST {
        return Some(format!("Enter a password of at most {MOST} characters"));
    }
    let folded = password.to_lowercase();
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let guessed = |word: &&str| word.chars().count() > 3 && folded.contains(&word.to_lowercase());
    let rest = about
        .iter()
        .filter(|word| guessed(word))
        .fold(folded.clone(), |rest, word| rest.replace(&word.to_lowercase(), ""));
    if KNOWN.contains(&folded.as_str()) || distinct.len() < 5 || rest.chars().count() < 8 {
        return Some("Enter a password that is harder to guess".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{hashed, is_right, refusal};

    #[tokio::test]
    async fn a_hash_knows_its_password_and_nothing_else() {
        let hash = hashed("three plain words".to_owned()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_right(Some(hash.clone()), "three plain words".to_owned()).await.expect("checked"));
        assert!(!is_right(Some(hash), "three plain word".to_owned()).await.expect("checked"));
        let hash =
            hashed("za\u{17c}\u{f3}\u{142}\u{107} g\u{119}\u{15b}l\u{105}".to_owned()).await.expect("hashed");
        let apart = "zaz\u{307}o\u{301}\u{142}c\u{301} ge\u{328}s\u{301}la\u{328}";
        assert!(is_right(Some(hash), apart.to_owned()).await.expect("checked"));
        assert!(argon2::password_hash::phc::PasswordHash::new(super::NOBODYS).is_ok());
        assert!(!is_right(None, "three plain words".to_owned()).await.expect("checked"));
        assert!(!is_right(Some("nonsense".to_owned()), "nonsense".to_owned()).await.expect("checked"));
    }

    #[test]
    fn what_is_easily_guessed_is_refused() {
        let about = ["ann.smith@example.org", "Ann Smith", "Smith"];
        for weak in [
            "short",
            "Password1234",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "Ann Smith 12",
            "12345678901234",
        ] {
            assert!(refusal(weak, &about).is_some(), "{weak}");
        }
        for good in [
            "three plain words",
            "zażółć gęślą jaźń",
            "Ann Smith walks on gravel",
            "🦴🦵🦶👣🏃🧎🧍🚶🤸🏊🚴🧘",
        ] {
            assert_eq!(refusal(good, &about), None, "{good}");
        }
        assert!(refusal(&"long ".repeat(60), &about).is_some());
    }
}
