//! Letters by the protocol of GOV.UK Notify. The template there has two places, `((subject))` and `((body))`.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Letter, MailError, Sent, SettingsError};
use crate::database::Clock;

/// As whom we come, and what is filled in.
#[derive(Clone, Default)]
pub struct NotifySettings {
    /// As Notify gives it: a name, the service's number and a secret.
    pub api_key: String,
    pub template: String,
    /// Where it is; Notify itself unless given.
    pub address: Option<String>,
}

/// GOV.UK Notify.
#[derive(Clone)]
pub struct Notify {
    client: Client,
    letters: Url,
    service: String,
    secret: String,
    template: String,
    clock: Clock,
}

const NOTIFY: &str = "https://api.notifications.service.gov.uk";
/// A UUID with its hyphens; a key ends in two.
const NUMBER: usize = 36;
const MOST_ANSWER: usize = 64 << 10;

impl Notify {
    pub fn new(settings: NotifySettings, clock: Clock) -> Result<Self, SettingsError> {
        let wrong = |why: &str| SettingsError(format!("GOV.UK Notify: {why}"));
        let (service, secret) =
            parts(settings.api_key.trim()).ok_or_else(|| wrong("expected an API key as Notify gives it"))?;
        if !is_number(&settings.template) {
            return Err(wrong(
                "expected the number of a template, such as 018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f",
            ));
        }
        let address = Url::parse(settings.address.as_deref().unwrap_or(NOTIFY)).ok();
        let address = address.filter(|address| address.scheme() == "https" || is_here(address));
        let letters = address.and_then(|address| address.join("/v2/notifications/email").ok());
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .build();
        Ok(Self {
            client: client.map_err(|_| wrong("TLS could not be set up"))?,
            letters: letters.ok_or_else(|| wrong("expected an address that begins with https://"))?,
            service: service.to_owned(),
            secret: secret.to_owned(),
            template: settings.template,
            clock,
        })
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<Sent, MailError> {
        let what = json!({
            "email_address": letter.to().to_string(),
            "template_id": self.template,
            "personalisation": {"subject": letter.subject(), "body": letter.text()},
            "reference": letter.reference(),
        });
        let request = self
            .client
            .post(self.letters.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", self.token()))
            .body(what.to_string());
        let answer = request.send().await;
        let answer = answer
            .map_err(|_| MailError::Later("GOV.UK Notify does not answer, or not in time".to_owned()))?;
        let status = answer.status().as_u16();
        let body = body(answer).await;
        if (200..300).contains(&status) {
            let number = body["id"].as_str().filter(|id| is_number(id)).map(str::to_owned);
            return Ok(Sent { number });
        }
        let why = format!("GOV.UK Notify said {status}{}", kind(&body));
        Err(if status == 429 || status >= 500 { MailError::Later(why) } else { MailError::Never(why) })
    }

    /// A JSON Web Token (RFC 7519): who we are and when, signed with the secret. Notify takes it for half a minute.
    fn token(&self) -> String {
        let encode = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let head = encode(json!({"typ": "JWT", "alg": "HS256"}));
        let claims = encode(json!({"iss": self.service, "iat": (self.clock)().unix_timestamp()}));
        let signed = format!("{head}.{claims}");
        let signature = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).map(|mut key| {
            key.update(signed.as_bytes());
            URL_SAFE_NO_PAD.encode(key.finalize().into_bytes())
        });
        // A key of any length will do for HMAC.
        format!("{signed}.{}", signature.unwrap_or_default())
    }
}

/// The service's number and the secret, at the end of a key whose name may hold anything.
fn parts(key: &str) -> Option<(&str, &str)> {
    let (rest, secret) = key.split_at_checked(key.len().checked_sub(NUMBER)?)?;
    let rest = rest.strip_suffix('-')?;
    let (name, service) = rest.split_at_checked(rest.len().checked_sub(NUMBER)?)?;
    (name.ends_with('-') && is_number(service) && is_number(secret)).then_some((service, secret))
}

fn is_number(text: &str) -> bool {
    text.len() == NUMBER && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// A double of Notify on this machine may do without TLS.
fn is_here(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    address.scheme() == "http" && host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The answer's JSON, as far as it is one and not endless.
async fn body(mut answer: Response) -> Value {
    let mut bytes = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        bytes.extend_from_slice(&part);
        if bytes.len() > MOST_ANSWER {
            return Value::Null;
        }
    }
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The kind of an error, which is one word. Its message may hold what was sent.
fn kind(body: &Value) -> String {
    let kind = body["errors"][0]["error"].as_str().unwrap_or_default();
    let word = (1..=60).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric());
    if word { format!(" ({kind})") } else { String::new() }
}

impl std::fmt::Debug for Notify {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notify").field("service", &self.service).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for NotifySettings {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NotifySettings").field("template", &self.template).finish_non_exhaustive()
    }
}
