//! The key of this Meres, which lies beside the database and not in it: it seals the few fields that must not be read
//! from a copy of the database, and hashes what must not be guessed from one.

mod store;

use std::io::Write as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use vocabulary::Actor;

use crate::database::{Act, Database, DatabaseError, Session};
use crate::files::{bytes_of_hexadecimal, hexadecimal};

/// 32 bytes, in a file of 64 hexadecimal digits that its owner alone can read.
pub struct Vault {
    seal: XChaCha20Poly1305,
    hash: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error("{0}: expected 64 hexadecimal digits, the key of this Meres")]
    Digits(String),
    #[error("{0}: others can read this key; take that right away (chmod 600)")]
    Open(String),
    #[error("a sealed field was changed, or was sealed with another key")]
    Sealed,
    #[error(
        "this key is not the one that this database belongs to; put back the file with its key (a copy should lie apart from \
         the backups), or name it with --key-file"
    )]
    Another,
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("this machine gives no random numbers")]
    Chance,
}

const NONCE: usize = 24;
/// What is hashed with a key so that it is known again.
const KNOWN_BY: &str = "the key of this Meres";

impl Vault {
    /// The key in this file, which must be the one that the database belongs to. Where there is no file, a new one, unless
    /// the database belongs to another already.
    pub async fn of(database: &Database, path: &Path) -> Result<Self, VaultError> {
        let known = store::check(&mut database.read().await?).await?;
        if known.is_some() && !path.exists() {
            return Err(VaultError::Another);
        }
        let vault = Self::open_or_make(path)?;
        let ours = vault.hash(&[KNOWN_BY]);
        if let Some(known) = known {
            return if known == ours { Ok(vault) } else { Err(VaultError::Another) };
        }
        let mut change = database.change(&Actor::Meres).await?;
        // Another process may have come first, with another key.
        if store::keep(&mut change, &ours).await? != ours {
            return Err(VaultError::Another);
        }
        let act = Act { action: "key.begin", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await?;
        Ok(vault)
    }

    /// Whether the key in this file is the one that a database belongs to. Makes nothing; a database that has never had a key
    /// takes any.
    pub async fn belongs(session: &mut Session, path: &Path) -> Result<(), VaultError> {
        let Some(known) = store::check(session).await? else { return Ok(()) };
        if !path.exists() {
            return Err(VaultError::Another);
        }
        let ours = Self::open_or_make(path)?.hash(&[KNOWN_BY]);
        if known == ours { Ok(()) } else { Err(VaultError::Another) }
    }

    /// The key in this file; a new one where there is none.
    pub fn open_or_make(path: &Path) -> Result<Self, VaultError> {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let failed = |error| VaultError::File { path: path.display().to_string(), error };
        if !path.exists() {
            let digits = format!("{}\n", hexadecimal(&random::<32>()?));
            // Written whole beside it and then given its name: whoever starts in the same moment sees all of it or nothing.
            let beside = path.with_extension(hexadecimal(&random::<8>()?));
            let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
            made.and_then(|mut file| file.write_all(digits.as_bytes()).and_then(|()| file.sync_all()))
                .map_err(failed)?;
            let named = std::fs::hard_link(&beside, path);
            std::fs::remove_file(&beside).map_err(failed)?;
            match named {
                // Another process was first: its key is the key.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                other => other.map_err(failed)?,
            }
        }
        let about = std::fs::metadata(path).map_err(failed)?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(VaultError::Open(path.display().to_string()));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        let key = bytes_of_hexadecimal(text.trim()).and_then(|bytes| bytes.try_into().ok());
        key.map(Self::from_key).ok_or_else(|| VaultError::Digits(path.display().to_string()))
    }

    /// Two keys are made of the one, so that what seals never also hashes.
    pub fn from_key(key: [u8; 32]) -> Self {
        let derived = |label: &str| mac(&key, &[label]);
        let seal = XChaCha20Poly1305::new(&derived("meres seal 1").into());
        Self { seal, hash: derived("meres hash 1") }
    }

    /// Seals a text; `place` (table, column, identifier) must be the same when it is opened, so that a sealed text cannot
    /// be moved to another row.
    pub fn seal(&self, place: &str, text: &[u8]) -> Result<String, VaultError> {
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Sealed)?;
        Ok(hexadecimal(&[&nonce[..], &sealed].concat()))
    }

    /// Opens what [`Vault::seal`] made.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let bytes = bytes_of_hexadecimal(sealed).filter(|bytes| bytes.len() > NONCE);
        let bytes = bytes.ok_or(VaultError::Sealed)?;
        let (nonce, sealed) = bytes.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::Sealed)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.seal.decrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Sealed)
    }

    /// A keyed hash of these words, 64 hexadecimal digits: without the key nobody can try which words give it.
    pub fn hash(&self, words: &[&str]) -> String {
        hexadecimal(&self.derived(words))
    }

    /// The same, as bytes: a secret that need not be kept, since it can be made again.
    pub fn derived(&self, words: &[&str]) -> [u8; 32] {
        mac(&self.hash, words)
    }
}

/// Each word with its length, so that no two lists of words are the same bytes.
fn mac(key: &[u8; 32], words: &[&str]) -> [u8; 32] {
    // Filled up with noughts to a whole block, as HMAC itself does with a shorter key.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
    for word in words {
        mac.update(&word.len().to_le_bytes());
        mac.update(word.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Chance)?;
    Ok(bytes)
}

/// Keys have no face.
impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Vault, VaultError};

    #[test]
    fn what_was_sealed_opens_in_its_place_and_with_its_key_alone() {
        let vault = Vault::from_key([7; 32]);
        let sealed = vault.seal("authenticator.secret.1", b"twenty bytes of it..").expect("sealed");
        assert!(!sealed.contains("7477656e7479"));
        assert_eq!(vault.open("authenticator.secret.1", &sealed).expect("opened"), b"twenty bytes of it..");
        assert_ne!(sealed, vault.seal("authenticator.secret.1", b"twenty bytes of it..").expect("sealed"));
        let refused = |vault: &Vault, place: &str, sealed: &str| {
            assert!(matches!(vault.open(place, sealed), Err(VaultError::Sealed)), "{place} {sealed}");
        };
        refused(&vault, "authenticator.secret.2", &sealed);
        refused(&Vault::from_key([8; 32]), "authenticator.secret.1", &sealed);
        for hostile in ["", "0", "zz", "é€", &sealed[2..], &sealed[..sealed.len() - 2], &"0".repeat(200)] {
            refused(&vault, "authenticator.secret.1", hostile);
        }
    }

    #[test]
    fn a_hash_is_of_its_words_and_of_its_key() {
        let vault = Vault::from_key([7; 32]);
        assert_eq!(vault.hash(&["a", "b"]), vault.hash(&["a", "b"]));
        assert_ne!(vault.hash(&["a", "b"]), vault.hash(&["ab", ""]));
        assert_ne!(vault.hash(&["a"]), Vault::from_key([8; 32]).hash(&["a"]));
    }

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let first = Vault::open_or_make(&path).expect("made").hash(&["x"]);
        assert_eq!(Vault::open_or_make(&path).expect("read").hash(&["x"]), first);
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("opened up");
        assert!(matches!(Vault::open_or_make(&path), Err(VaultError::Open(_))));
        std::fs::write(&path, "short").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("closed");
        assert!(matches!(Vault::open_or_make(&path), Err(VaultError::Digits(_))));
    }

    #[tokio::test]
    async fn a_database_belongs_to_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = time::OffsetDateTime::now_utc;
        let database = match testbed::url(folder.path()) {
            Some(url) => crate::database::Database::connect(&url, clock).await,
            None => crate::database::Database::open(folder.path(), clock).await,
        };
        let database = database.expect("opened");
        let [key, other] = ["key", "other"].map(|name| folder.path().join(name));
        let first = Vault::of(&database, &key).await.expect("made").hash(&["x"]);
        assert_eq!(Vault::of(&database, &key).await.expect("the same").hash(&["x"]), first);
        Vault::open_or_make(&other).expect("another");
        assert!(matches!(Vault::of(&database, &other).await, Err(VaultError::Another)));
        std::fs::remove_file(&key).expect("lost");
        assert!(matches!(Vault::of(&database, &key).await, Err(VaultError::Another)));
        assert!(!key.exists(), "no new key takes its place");
    }
}
