//! Keys, and files that only their holder can read: age with X25519.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor};

use super::{BackupError, DAMAGED};
use crate::files::FileError;

/// Whom a backup is for: `age1…`. Anybody may know it.
#[derive(Clone, Debug)]
pub struct Recipient(age::x25519::Recipient);

/// What opens a backup. A file that its owner alone can read, as age's own tools write it.
pub struct Identity(age::x25519::Identity);

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "{0}: expected a recipient as \"meres backup key\" prints it (age1 and 58 signs more), or the file that holds it"
    )]
    Recipient(String),
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error(
        "{0}: expected a key as \"meres backup key\" writes it: a line that begins with AGE-SECRET-KEY-1"
    )]
    Identity(String),
    #[error("{0}: others can read this key; take that right away (chmod 600) and make a new one")]
    Open(String),
}

impl Recipient {
    /// Reads `age1…`, or the file that holds it.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let parse = |text: &str| age::x25519::Recipient::from_str(text).ok().map(Self);
        let in_file = || parse(std::fs::read_to_string(text).ok()?.trim());
        parse(text).or_else(in_file).ok_or_else(|| KeyError::Recipient(text.to_owned()))
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// A new key.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads a key file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let file = |error| KeyError::File { path: path.display().to_string(), error };
        let about = std::fs::metadata(path).map_err(file)?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Open(path.display().to_string()));
        }
        let text = std::fs::read_to_string(path).map_err(file)?;
        let mut keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let key = keys.next().filter(|_| keys.next().is_none());
        let identity = key.and_then(|key| age::x25519::Identity::from_str(key).ok());
        identity.map(Self).ok_or_else(|| KeyError::Identity(path.display().to_string()))
    }

    /// Writes it to a new file that its owner alone can read, and its recipient to another that ends in `.pub`.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        let (secret, recipient) = (self.0.to_string(), self.recipient());
        let text = format!("# public key: {recipient}\n{}\n", secret.expose_secret());
        write_new(path, &text, 0o600)?;
        let mut public = path.as_os_str().to_owned();
        public.push(".pub");
        write_new(Path::new(&public), &format!("{recipient}\n"), 0o644)
    }

    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), KeyError> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|error| KeyError::File { path: path.display().to_string(), error })
}

/// Encrypts to whoever holds one of these keys; ended by [`StreamWriter::finish`].
pub(super) fn seal<W: Write>(to: W, recipients: &[Recipient]) -> Result<StreamWriter<W>, BackupError> {
    let recipients = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
    let sealed = Encryptor::with_recipients(recipients)
        .map_err(|_| BackupError::refused("a backup needs somebody who can read it: name a recipient"))?;
    Ok(sealed.wrap_output(to)?)
}

/// Decrypts with the first of these keys that fits. Whoever reads on to the end knows that the file is whole.
pub(super) fn open(path: &Path, identities: &[Identity]) -> Result<impl Read + Send + use<>, BackupError> {
    let file = BufReader::with_capacity(1 << 18, File::open(path).map_err(FileError::system(path))?);
    let shown = path.display();
    let identities = identities.iter().map(|identity| &identity.0 as &dyn age::Identity);
    Decryptor::new_buffered(file).and_then(|sealed| sealed.decrypt(identities)).map_err(|error| {
        BackupError::Refused(match error {
            DecryptError::NoMatchingKeys => format!(
                "{shown}: the key does not open this backup; name the one whose recipient it was made for: --identity FILE"
            ),
            DecryptError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof
                && error.kind() != std::io::ErrorKind::InvalidData =>
            {
                return FileError::system(path)(error).into();
            }
            _ => format!("{shown}: {DAMAGED}; or it is no backup"),
        })
    })
}
