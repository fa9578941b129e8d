//! How the audit log is vouched for while the site runs.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

/// Where signed checkpoints of the audit log go; nowhere unless a key is named.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct CheckpointSettings {
    /// Sign how the audit log stands with this key ("meres audit key" makes one)
    #[arg(long = "checkpoint-key", id = "checkpoint-key", value_name = "FILE", env = "MERES_CHECKPOINT_KEY")]
    pub(crate) key: Option<PathBuf>,
    /// Add each checkpoint to this file: best in a place that whoever runs the database cannot write over
    #[arg(
        long = "checkpoint-file",
        id = "checkpoint-file",
        value_name = "FILE",
        env = "MERES_CHECKPOINT_FILE"
    )]
    pub(crate) file: Option<PathBuf>,
    /// Send each checkpoint to this address
    #[arg(
        long = "checkpoint-mail",
        id = "checkpoint-mail",
        value_name = "ADDRESS",
        env = "MERES_CHECKPOINT_MAIL"
    )]
    pub(crate) mail: Option<String>,
    /// How often, in hours [default: 24]
    #[arg(
        long = "checkpoint-hours",
        id = "checkpoint-hours",
        value_name = "HOURS",
        env = "MERES_CHECKPOINT_HOURS"
    )]
    hours: Option<u16>,
}

impl CheckpointSettings {
    pub(crate) fn hours(&self) -> u16 {
        self.hours.unwrap_or(24).max(1)
    }

    pub(super) fn or(self, other: Self) -> Self {
        let Self { key, file, mail, hours } = self;
        Self {
            key: key.or(other.key),
            file: file.or(other.file),
            mail: mail.or(other.mail),
            hours: hours.or(other.hours),
        }
    }

    pub(super) fn paths(&mut self) -> [&mut Option<PathBuf>; 2] {
        [&mut self.key, &mut self.file]
    }

    /// In words.
    pub(super) fn shown(&self) -> String {
        match (&self.key, &self.file, &self.mail) {
            (Some(_), None, None) => "a key is set, but no place to put them".to_owned(),
            (Some(_), file, mail) => {
                let file = file.as_ref().map(|file| format!("added to {}", file.display()));
                let mail = mail.as_ref().map(|to| format!("sent to {to}"));
                let places: Vec<String> = file.into_iter().chain(mail).collect();
                format!("{}, every {} hours", places.join(" and "), self.hours())
            }
            (None, ..) => "none".to_owned(),
        }
    }
}
