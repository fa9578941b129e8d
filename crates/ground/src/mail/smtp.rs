//! Letters by a mail server.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{Letter, MailError, Sent, SettingsError};
use crate::database::Clock;

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Security {
    /// Begins in the clear and must go over to TLS before anything is said (port 587).
    #[default]
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None: for a server on this machine only.
    None,
}

/// Where the mail server is, and as whom we come.
#[derive(Clone, Default)]
pub struct SmtpSettings {
    pub host: String,
    /// The usual one unless given.
    pub port: Option<u16>,
    pub security: Security,
    pub user: Option<String>,
    pub password: Option<String>,
    /// Who writes: `name@example.org`, or `Name <name@example.org>`.
    pub from: String,
    /// Certificates (PEM) of an authority of one's own, to be believed beside the public ones.
    pub authority: Option<Vec<u8>>,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Clock,
}

const WAIT: Duration = Duration::from_mins(1);

impl Smtp {
    pub fn new(settings: SmtpSettings, clock: Clock) -> Result<Self, SettingsError> {
        let wrong = |why: &str| SettingsError(format!("the mail server: {why}"));
        let from: Mailbox = (settings.from.parse())
            .map_err(|_| wrong("expected a sender such as Meres <meres@example.org>"))?;
        if settings.host.is_empty() || settings.host.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(wrong("expected the name of a host"));
        }
        if settings.security == Security::None && !is_here(&settings.host) {
            return Err(wrong("without TLS only a server on this machine is spoken to; use STARTTLS or TLS"));
        }
        let tls = || {
            let mut tls = TlsParameters::builder(settings.host.clone());
            if let Some(pem) = &settings.authority {
                tls =
                    tls.add_root_certificate(Certificate::from_pem(pem).map_err(|_| {
                        wrong("the certificate of the authority cannot be read; expected PEM")
                    })?);
            }
            tls.build_rustls().map_err(|_| wrong("its name is none that TLS can check"))
        };
        let (tls, port) = match settings.security {
            Security::StartTls => (Tls::Required(tls()?), 587),
            Security::Tls => (Tls::Wrapper(tls()?), 465),
            Security::None => (Tls::None, 25),
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port.unwrap_or(port))
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(WAIT));
        server = match (settings.user, settings.password) {
            (Some(user), Some(password)) => server.credentials(Credentials::new(user, password)),
            (None, None) => server,
            _ => return Err(wrong("a user needs a password, and a password a user")),
        };
        Ok(Self { server: server.build(), from, clock })
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<Sent, MailError> {
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to().clone()))
            .subject(letter.subject())
            .date((self.clock)().into())
            .message_id(Some(format!("<{}@{domain}>", letter.reference())))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text().to_owned())
            .map_err(|_| MailError::Never("the letter cannot be written as a message".to_owned()))?;
        match self.server.send(message).await {
            Ok(_) => Ok(Sent { number: None }),
            Err(error) => Err(told(&error)),
        }
    }
}

/// The code alone: the server's own words often hold the address.
fn told(error: &lettre::transport::smtp::Error) -> MailError {
    if let Some(code) = error.status() {
        let why = format!("the mail server said {code}");
        return if error.is_permanent() { MailError::Never(why) } else { MailError::Later(why) };
    }
    if error.is_tls() {
        return MailError::Never(
            "the mail server: TLS did not come about; is its certificate good?".to_owned(),
        );
    }
    if error.is_client() {
        return MailError::Never("the mail server does not offer what the settings ask for".to_owned());
    }
    MailError::Later("the mail server does not answer, or stopped in the middle".to_owned())
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl std::fmt::Debug for SmtpSettings {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, security, .. } = self;
        f.debug_struct("SmtpSettings")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .finish_non_exhaustive()
    }
}
