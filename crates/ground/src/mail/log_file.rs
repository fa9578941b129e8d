//! Letters that nobody carries: a file of JSON, a line each.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use time::format_description::well_known::Rfc3339;

use super::{Letter, MailError, Sent};
use crate::database::Clock;

/// A file that letters are added to; its owner alone can read it.
#[derive(Clone, Debug)]
pub struct LogFile {
    path: PathBuf,
    clock: Clock,
}

impl LogFile {
    pub fn new(path: &Path, clock: Clock) -> Self {
        Self { path: path.to_owned(), clock }
    }

    pub(super) fn send(&self, letter: &Letter) -> Result<Sent, MailError> {
        let line = json!({
            "at": (self.clock)().format(&Rfc3339).unwrap_or_default(),
            "reference": letter.reference(),
            "to": letter.to().to_string(),
            "subject": letter.subject(),
            "text": letter.text(),
        });
        let file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path);
        // In one go, so that the lines of two processes do not mix.
        file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
            .map_err(|error| MailError::Later(format!("{}: {error}", self.path.display())))?;
        Ok(Sent { number: None })
    }
}
