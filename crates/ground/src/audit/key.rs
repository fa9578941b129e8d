//! The key that vouches for the log. It lies outside the database: whoever can rewrite the one has not the other.

use std::io::Write as _;
use std::path::Path;

use ed25519_dalek::{Signature, Signer as _};

use crate::files::{bytes_of_hexadecimal, hexadecimal};

/// Ed25519, to sign with. A file of 64 hexadecimal digits that its owner alone can read.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// Its other half, to check with: 64 hexadecimal digits that anybody may have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error("{0}: expected 64 hexadecimal digits")]
    Digits(String),
    #[error("{0}: others can read this key; take that right away (chmod 600) and make a new one")]
    Open(String),
}

impl SigningKey {
    /// A key from 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&bytes))
    }

    /// Reads a key file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        use std::os::unix::fs::PermissionsExt as _;
        let about = std::fs::metadata(path).map_err(file(path))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Open(path.display().to_string()));
        }
        Ok(Self::from_random(digits(path)?))
    }

    /// Writes it to a new file that its owner alone can read.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let options = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let text = format!("{}\n", hexadecimal(self.0.as_bytes()));
        options
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .map_err(file(path))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, text: &str) -> String {
        hexadecimal(&self.0.sign(text.as_bytes()).to_bytes())
    }
}

impl PublicKey {
    /// Reads 64 hexadecimal digits, or the file that holds them.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let bytes = match bytes(text) {
            Some(bytes) => bytes,
            None => digits(Path::new(text))?,
        };
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
        key.map(Self).map_err(|_| KeyError::Digits(text.to_owned()))
    }

    pub(super) fn signed(&self, text: &str, signature: &str) -> bool {
        bytes(signature).is_some_and(|bytes| {
            self.0.verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes)).is_ok()
        })
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hexadecimal(self.0.as_bytes()))
    }
}

fn file(path: &Path) -> impl FnOnce(std::io::Error) -> KeyError {
    let path = path.display().to_string();
    move |error| KeyError::File { path, error }
}

fn digits(path: &Path) -> Result<[u8; 32], KeyError> {
    let text = std::fs::read_to_string(path).map_err(file(path))?;
    bytes(text.trim()).ok_or_else(|| KeyError::Digits(path.display().to_string()))
}

/// Exactly so many bytes.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    bytes_of_hexadecimal(text)?.try_into().ok()
}
