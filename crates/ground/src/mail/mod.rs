//! Mail: a letter is handed to whoever carries it. Which letter goes to whom, and whether they agreed, is not decided
//! here. No error names the recipient or quotes the letter, and none quotes what a server said, which may do either.

mod letter;
mod log_file;
mod notify;
mod smtp;

pub use letter::{Letter, LetterError};
pub use log_file::LogFile;
pub use notify::{Notify, NotifySettings};
pub use smtp::{Security, Smtp, SmtpSettings};

/// Who carries letters.
#[derive(Clone, Debug)]
pub enum Mail {
    /// Nobody: they are added to a file. For a demonstration, and for those who work on Meres.
    LogFile(LogFile),
    /// A mail server.
    Smtp(Smtp),
    /// GOV.UK Notify, or whoever speaks its protocol.
    Notify(Notify),
}

/// A letter that was taken: delivered it is later, or not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sent {
    /// What whoever carries it calls it, if they call it something.
    pub number: Option<String>,
}

/// A letter that was not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MailError {
    /// The same letter may be taken later.
    #[error("{0}")]
    Later(String),
    /// It will not be taken, however often it is tried: something must be mended first.
    #[error("{0}")]
    Never(String),
}

impl MailError {
    /// Whether trying again can help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Later(_))
    }
}

/// Settings with which nothing can be sent; the sentence says what to mend.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl Mail {
    /// Hands over a letter. What is sent twice arrives twice: the reference alone is the same.
    pub async fn send(&self, letter: &Letter) -> Result<Sent, MailError> {
        match self {
            Self::LogFile(file) => file.send(letter),
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Notify(notify) => notify.send(letter).await,
        }
    }
}

#[cfg(test)]
mod tests;
