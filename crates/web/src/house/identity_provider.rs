//! Where people may sign in instead of with a password of ours: their employer's OpenID Connect provider.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use time::OffsetDateTime;
use tokio::sync::Mutex;

/// An OpenID Connect provider that this Meres trusts to say who somebody is.
pub struct IdentityProvider {
    /// Stands in addresses: `county`.
    pub word: String,
    /// Stands on buttons: "Fenmarch Council".
    pub name: String,
    /// Exactly as the provider writes it; with the subject it names a person.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    pub second_factor: SecondFactor,
    /// Values of `acr` that say that a second factor was shown, beside an `amr` with `mfa`.
    pub second_factor_acr: Vec<String>,
    /// What it published about itself, so that it is not asked for at every sign-in.
    pub published: Mutex<Published>,
}

/// Whose second factor counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactor {
    /// The provider's, where it says that one was shown; otherwise ours is asked for.
    Theirs,
    /// Ours, always.
    #[default]
    Ours,
}

/// The documents of a provider as they came, and when.
#[derive(Debug, Default)]
pub struct Published {
    /// Its discovery document; empty: not read yet.
    pub about: String,
    /// Its keys.
    pub keys: String,
    pub read_at: Option<OffsetDateTime>,
    /// When it could not be read: it is not asked again at once.
    pub failed_at: Option<OffsetDateTime>,
}

/// A table `[[identity-provider]]` of the configuration file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdentityProviderSettings {
    pub word: String,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    /// Relative to the folder of the configuration file. Not the secret itself: that file is often shown to others.
    pub client_secret_file: PathBuf,
    #[serde(default)]
    pub second_factor: SecondFactor,
    #[serde(default)]
    pub second_factor_acr: Vec<String>,
}

/// Why a provider cannot be used as it is configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("identity-provider {word:?}: {why}")]
pub struct IdentityProviderError {
    pub word: String,
    why: String,
}

/// Longest word and name, in characters.
const MOST_WORD: usize = 30;
const MOST_NAME: usize = 60;
const MOST_SECRET: usize = 2_000;

impl IdentityProviderSettings {
    /// All providers of a configuration file that stands in this folder, in their order.
    pub fn read_all(
        settings: &[Self],
        folder: &Path,
    ) -> Result<Vec<IdentityProvider>, IdentityProviderError> {
        let (mut words, mut issuers) = (BTreeSet::new(), BTreeSet::new());
        let read = |one: &Self| {
            if !words.insert(one.word.clone()) {
                return Err(one.error("word: another provider has the same"));
            }
            // Who somebody is at a provider is known by issuer and subject: two clients of one issuer would be mixed up.
            if !issuers.insert(one.issuer.trim_end_matches('/').to_owned()) {
                return Err(one.error("issuer: another provider has the same"));
            }
            one.read(folder)
        };
        settings.iter().map(read).collect()
    }

    fn read(&self, folder: &Path) -> Result<IdentityProvider, IdentityProviderError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.word.is_empty() || self.word.len() > MOST_WORD || !self.word.chars().all(plain) {
            return Err(self.error("word: expected small letters, digits and hyphens, at most 30"));
        }
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
            return Err(self.error("name: expected what people call it, in at most 60 characters"));
        }
        if !is_issuer(&self.issuer) {
            return Err(self.error(
                "issuer: expected an address like https://login.example.org, exactly as the provider gives it, without ? \
                 and #; http:// for this machine alone",
            ));
        }
        if self.client_id.trim().is_empty() {
            return Err(self.error("client-id: expected what the provider gave for this Meres"));
        }
        let secret = std::fs::read_to_string(folder.join(&self.client_secret_file))
            .map_err(|error| self.error(&format!("client-secret-file: {error}")))?;
        let secret = secret.trim();
        if secret.is_empty() || secret.len() > MOST_SECRET || secret.contains(char::is_whitespace) {
            return Err(self.error("client-secret-file: expected the secret alone, on one line"));
        }
        Ok(IdentityProvider {
            word: self.word.clone(),
            name: name.to_owned(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.trim().to_owned(),
            client_secret: secret.to_owned(),
            second_factor: self.second_factor,
            second_factor_acr: self.second_factor_acr.clone(),
            published: Mutex::default(),
        })
    }

    fn error(&self, why: &str) -> IdentityProviderError {
        IdentityProviderError { word: self.word.clone(), why: why.to_owned() }
    }
}

/// Passwords and codes must not travel without HTTPS, but for those that stay on this machine.
fn is_issuer(issuer: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '\\' | '"');
    let Some((scheme, rest)) = issuer.split_once("://") else { return false };
    let host = rest.split('/').next().unwrap_or("");
    !host.is_empty()
        && !issuer.contains(odd)
        && match scheme {
            "https" => true,
            "http" => is_loopback(host),
            _ => false,
        }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

impl IdentityProvider {
    /// Whether it is on this machine, and may do without HTTPS.
    pub fn is_at_home(&self) -> bool {
        self.issuer.starts_with("http://")
    }
}

/// A secret is never in a log.
impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityProvider")
            .field("word", &self.word)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{IdentityProviderSettings, SecondFactor};

    fn settings(word: &str, issuer: &str) -> IdentityProviderSettings {
        IdentityProviderSettings {
            word: word.to_owned(),
            name: " Fenmarch Council ".to_owned(),
            issuer: issuer.to_owned(),
            client_id: "meres".to_owned(),
            client_secret_file: "secret".into(),
            second_factor: SecondFactor::Theirs,
            second_factor_acr: Vec::new(),
        }
    }

    #[test]
    fn a_provider_is_read_and_its_secret_is_not_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("secret"), "hush-hush\n").expect("written");
        let both =
            [settings("council", "https://login.example.org/t/v2.0"), settings("b", "http://[::1]:4000/")];
        let read = IdentityProviderSettings::read_all(&both, folder.path()).expect("read");
        assert_eq!(
            (read[0].client_secret.as_str(), read[0].name.as_str()),
            ("hush-hush", "Fenmarch Council")
        );
        assert!(!read[0].is_at_home() && read[1].is_at_home());
        assert!(!format!("{read:?}").contains("hush"));
    }

    #[test]
    fn what_cannot_be_used_says_which_key_and_why() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("secret"), "hush-hush").expect("written");
        std::fs::write(folder.path().join("empty"), "\n").expect("written");
        let good = || settings("council", "https://login.example.org");
        let refused = |settings: &[IdentityProviderSettings], key: &str| {
            let error =
                IdentityProviderSettings::read_all(settings, folder.path()).expect_err(key).to_string();
            assert!(error.contains(&format!(": {key}: ")) && !error.contains("hush"), "{error}");
        };
        for word in ["", "Council", "a/b", "a b", "é", &"a".repeat(31)] {
            refused(&[IdentityProviderSettings { word: word.to_owned(), ..good() }], "word");
        }
        for issuer in [
            "",
            "login.example.org",
            "https://",
            "http://login.example.org",
            "http://localhost.example.org",
            "http://localhost@example.org",
            "http://127.0.0.1.example.org:80",
            "https://login.example.org?x=1",
            "ftp://localhost",
        ] {
            refused(&[IdentityProviderSettings { issuer: issuer.to_owned(), ..good() }], "issuer");
        }
        refused(&[IdentityProviderSettings { name: " ".to_owned(), ..good() }], "name");
        refused(&[IdentityProviderSettings { client_id: " ".to_owned(), ..good() }], "client-id");
        for file in ["none", "empty"] {
            refused(
                &[IdentityProviderSettings { client_secret_file: file.into(), ..good() }],
                "client-secret-file",
            );
        }
        refused(&[good(), settings("council", "https://other.example.org")], "word");
        refused(&[good(), settings("other", "https://login.example.org/")], "issuer");
    }
}
