//! Who carries letters.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ground::database::Clock;
use ground::files::FileError;
use ground::mail::{LogFile, Mail, Notify, NotifySettings, Security, Smtp, SmtpSettings};
use serde::Deserialize;

use super::Failure;

/// Who carries letters: a file, a mail server, or GOV.UK Notify; nobody unless one is named.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct MailSettings {
    /// Add letters to this file instead of sending them: for a trial
    #[arg(long = "mail-file", id = "mail-file", value_name = "FILE", env = "MERES_MAIL_FILE")]
    file: Option<PathBuf>,
    /// Who writes: Meres <meres@example.org>; needed with a mail server
    #[arg(long = "mail-from", id = "mail-from", value_name = "SENDER", env = "MERES_MAIL_FROM")]
    from: Option<String>,
    /// Send letters by this mail server
    #[arg(long, value_name = "HOST", env = "MERES_SMTP_HOST")]
    smtp_host: Option<String>,
    /// Its port [default: 587, or 465 with tls]
    #[arg(long, value_name = "PORT", env = "MERES_SMTP_PORT")]
    smtp_port: Option<u16>,
    /// How it is spoken to [default: starttls]; none is for a server on this machine
    #[arg(long, value_name = "HOW", env = "MERES_SMTP_SECURITY")]
    smtp_security: Option<SmtpSecurity>,
    /// As whom
    #[arg(long, value_name = "NAME", env = "MERES_SMTP_USER")]
    smtp_user: Option<String>,
    /// A file with the password
    #[arg(long, value_name = "FILE", env = "MERES_SMTP_PASSWORD_FILE")]
    smtp_password_file: Option<PathBuf>,
    /// Certificates (PEM) of an authority of one's own
    #[arg(long, value_name = "FILE", env = "MERES_SMTP_AUTHORITY")]
    smtp_authority: Option<PathBuf>,
    /// Send letters by GOV.UK Notify; a file with the API key
    #[arg(long, value_name = "FILE", env = "MERES_NOTIFY_KEY_FILE")]
    notify_key_file: Option<PathBuf>,
    /// The number of the template there, with ((subject)) and ((body))
    #[arg(long, value_name = "NUMBER", env = "MERES_NOTIFY_TEMPLATE")]
    notify_template: Option<String>,
    /// Where Notify is, if not at GOV.UK
    #[arg(long, value_name = "URL", env = "MERES_NOTIFY_ADDRESS")]
    notify_address: Option<String>,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum SmtpSecurity {
    #[value(name = "starttls")]
    StartTls,
    Tls,
    None,
}

impl MailSettings {
    pub(super) fn to_file(file: PathBuf) -> Self {
        Self { file: Some(file), ..Self::default() }
    }

    /// Whether somebody carries letters.
    pub(crate) const fn is_set(&self) -> bool {
        self.file.is_some() || self.smtp_host.is_some() || self.notify_key_file.is_some()
    }

    /// Who carries letters; nobody where nobody is named.
    pub(crate) fn carrier(&self, clock: Clock) -> Result<Option<Mail>, Failure> {
        let refused = |error: ground::mail::SettingsError| Failure::Usage(error.to_string());
        match (&self.file, &self.smtp_host, &self.notify_key_file) {
            (None, None, None) => Ok(None),
            (Some(file), None, None) => Ok(Some(Mail::LogFile(LogFile::new(file, clock)))),
            (None, Some(host), None) => {
                let settings = SmtpSettings {
                    host: host.clone(),
                    port: self.smtp_port,
                    security: match self.smtp_security {
                        None | Some(SmtpSecurity::StartTls) => Security::StartTls,
                        Some(SmtpSecurity::Tls) => Security::Tls,
                        Some(SmtpSecurity::None) => Security::None,
                    },
                    user: self.smtp_user.clone(),
                    password: self.smtp_password_file.as_deref().map(secret_in).transpose()?,
                    from: self.from.clone().unwrap_or_default(),
                    authority: (self.smtp_authority.as_ref())
                        .map(|file| fs::read(file).map_err(FileError::system(file)).map_err(Failure::reading))
                        .transpose()?,
                };
                Ok(Some(Mail::Smtp(Smtp::new(settings, clock).map_err(refused)?)))
            }
            (None, None, Some(key)) => {
                let settings = NotifySettings {
                    api_key: secret_in(key)?,
                    template: self.notify_template.clone().unwrap_or_default(),
                    address: self.notify_address.clone(),
                };
                Ok(Some(Mail::Notify(Notify::new(settings, clock).map_err(refused)?)))
            }
            _ => Err(Failure::Usage(
                "letters are carried by one alone: expected one of --mail-file, --smtp-host and --notify-key-file"
                    .to_owned(),
            )),
        }
    }

    pub(super) fn or(self, mut other: Self) -> Self {
        // Who is named nearer carries them, and nobody beside.
        if self.is_set() {
            (other.file, other.smtp_host, other.notify_key_file) = (None, None, None);
        }
        let Self {
            file,
            from,
            smtp_host,
            smtp_port,
            smtp_security,
            smtp_user,
            smtp_password_file,
            smtp_authority,
            notify_key_file,
            notify_template,
            notify_address,
        } = self;
        Self {
            file: file.or(other.file),
            from: from.or(other.from),
            smtp_host: smtp_host.or(other.smtp_host),
            smtp_port: smtp_port.or(other.smtp_port),
            smtp_security: smtp_security.or(other.smtp_security),
            smtp_user: smtp_user.or(other.smtp_user),
            smtp_password_file: smtp_password_file.or(other.smtp_password_file),
            smtp_authority: smtp_authority.or(other.smtp_authority),
            notify_key_file: notify_key_file.or(other.notify_key_file),
            notify_template: notify_template.or(other.notify_template),
            notify_address: notify_address.or(other.notify_address),
        }
    }

    pub(super) fn paths(&mut self) -> [&mut Option<PathBuf>; 4] {
        [&mut self.file, &mut self.smtp_password_file, &mut self.smtp_authority, &mut self.notify_key_file]
    }

    /// Where letters are added to, with the links in them.
    pub(super) fn letters(&self) -> Option<PathBuf> {
        self.file.clone()
    }

    /// Files with passwords.
    pub(super) fn secrets(&self) -> impl Iterator<Item = PathBuf> + use<> {
        self.smtp_password_file.clone().into_iter().chain(self.notify_key_file.clone())
    }

    /// Who carries them, in words.
    pub(super) fn shown(&self) -> String {
        match (&self.file, &self.smtp_host, &self.notify_key_file) {
            (Some(file), ..) => format!("added to {}, not sent", file.display()),
            (_, Some(host), _) => format!("by the mail server {host}"),
            (.., Some(_)) => "by GOV.UK Notify".to_owned(),
            _ => "not set up: links are shown to whoever makes them".to_owned(),
        }
    }
}

/// A secret that stands in a file of its own, without the line's end.
fn secret_in(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(FileError::system(file)).map_err(Failure::reading)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
