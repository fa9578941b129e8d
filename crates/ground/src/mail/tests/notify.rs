//! Against a double that speaks the protocol of GOV.UK Notify and is as strict about who comes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{letter, noon};
use crate::database::Clock;
use crate::mail::{Mail, MailError, Notify, NotifySettings};

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";
const TEMPLATE: &str = "f33517ff-2a88-4f6e-b855-c550268ce08a";
const TAKEN: &str = "740e5834-3a29-46b4-9a6f-16142fde533a";

/// A double, at this address; it gives what it was sent to the receiver.
async fn double() -> (String, tokio::sync::mpsc::UnboundedReceiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let Some((head, body)) = request(&mut stream).await else { continue };
            let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
            let (status, answer) = answer(&head, &sent);
            let _ = tell.send(json!({"head": head, "body": sent}));
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, told)
}

async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            return Some((head, bytes[end + 4..end + 4 + length].to_vec()));
        }
    }
}

/// As Notify answers.
fn answer(head: &str, sent: &Value) -> (u16, String) {
    let error = |status: u16, kind: &str, message: &str| {
        (status, json!({"status_code": status, "errors": [{"error": kind, "message": message}]}).to_string())
    };
    if !head.starts_with("POST /v2/notifications/email HTTP/1.1") {
        return error(404, "NoResultFound", "No result found");
    }
    match caller(head) {
        Caller::Known => {}
        Caller::Stranger => return error(403, "AuthError", "Invalid token: service not found"),
        Caller::Late => {
            return error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds");
        }
    }
    if sent["template_id"] != TEMPLATE || sent["personalisation"].as_object().is_none_or(|all| all.len() != 2)
    {
        return error(400, "BadRequestError", "Template not found");
    }
    match sent["email_address"].as_str().unwrap_or_default() {
        "busy@example.org" => error(429, "RateLimitError", "Exceeded rate limit"),
        "broken@example.org" => error(500, "Exception", "Internal server error"),
        "odd@example.org" => (503, "<html>odd@example.org</html>".to_owned()),
        to @ "team@example.org" => {
            error(400, "BadRequestError", &format!("Can't send to {to} using a team-only API key"))
        }
        _ => (201, json!({"id": TAKEN, "reference": sent["reference"], "uri": "…"}).to_string()),
    }
}

enum Caller {
    Known,
    Stranger,
    Late,
}

/// Who comes, by the token: its parts, its signature and its time.
fn caller(head: &str) -> Caller {
    let token = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then_some(value)?.strip_prefix("Bearer ")
    });
    let parts: Vec<&str> = token.unwrap_or_default().split('.').collect();
    let [first, claims, signature] = parts[..] else { return Caller::Stranger };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    let json = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap_or_default();
    let mut key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    key.update(format!("{first}.{claims}").as_bytes());
    let signed = key.verify_slice(&decode(signature)).is_ok();
    if !signed || json(first) != json!({"typ": "JWT", "alg": "HS256"}) || json(claims)["iss"] != SERVICE {
        return Caller::Stranger;
    }
    let made = json(claims)["iat"].as_i64().unwrap_or(0);
    if (noon().unix_timestamp() - made).abs() <= 30 { Caller::Known } else { Caller::Late }
}

fn notify(address: &str, secret: &str, clock: Clock) -> Mail {
    Mail::Notify(
        Notify::new(
            NotifySettings {
                api_key: format!("our-key-{SERVICE}-{secret}"),
                template: TEMPLATE.to_owned(),
                address: Some(address.to_owned()),
            },
            clock,
        )
        .expect("settings"),
    )
}

#[tokio::test]
async fn a_letter_is_taken_and_its_number_kept() {
    let (address, mut told) = double().await;
    let sent = notify(&address, SECRET, noon).send(&letter("anna@example.org")).await.expect("taken");
    assert_eq!(sent.number.as_deref(), Some(TAKEN));
    let said = told.recv().await.expect("told");
    assert_eq!(
        said["body"],
        json!({
            "email_address": "anna@example.org",
            "template_id": TEMPLATE,
            "personalisation": {"subject": "Your visit, Zażółć", "body": "Dear Anna,\n.\nsee you at 10:00.\n"},
            "reference": "visit-1",
        })
    );
    // The token, worked out by another program.
    let token = concat!(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiIyNjc4NWEwOS1hYjE2LTRlYjAtODQwNy1hMzc0OTdhNTc1MDYiLCJpYXQiOjE3OTUzNDg4MDB9.",
        "h0G3r-DQvMpqop72vfTFhpFwhIR3IXoPq6U0E6rseoU",
    );
    assert!(said["head"].as_str().expect("a head").contains(token), "{}", said["head"]);
}

#[tokio::test]
async fn whether_trying_again_can_help_is_said_and_nobody_is_named() {
    let (address, _told) = double().await;
    let said = async |to| notify(&address, SECRET, noon).send(&letter(to)).await.expect_err("refused");
    let never = |why: &str| MailError::Never(format!("GOV.UK Notify said {why}"));
    let later = |why: &str| MailError::Later(format!("GOV.UK Notify said {why}"));
    assert_eq!(said("busy@example.org").await, later("429 (RateLimitError)"));
    assert_eq!(said("broken@example.org").await, later("500 (Exception)"));
    assert_eq!(said("odd@example.org").await, later("503"));
    assert_eq!(said("team@example.org").await, never("400 (BadRequestError)"));
    let stranger = notify(&address, "00000000-8d35-48ac-975b-e847b4f122b0", noon);
    let stranger = stranger.send(&letter("anna@example.org")).await.expect_err("refused");
    assert_eq!(stranger, never("403 (AuthError)"));
    let late: fn() -> OffsetDateTime = || noon() + Duration::minutes(1);
    let late = notify(&address, SECRET, late).send(&letter("anna@example.org")).await.expect_err("refused");
    assert_eq!(late, never("403 (AuthError)"));
    let silent = notify("http://127.0.0.1:1", SECRET, noon).send(&letter("anna@example.org")).await;
    assert!(silent.expect_err("refused").may_pass());
}

#[test]
fn settings_that_cannot_be_are_refused_without_the_secret() {
    let good = || NotifySettings {
        api_key: format!("our-key-{SERVICE}-{SECRET}"),
        template: TEMPLATE.to_owned(),
        address: None,
    };
    Notify::new(good(), noon).expect("good settings");
    let refused = |settings: NotifySettings| {
        let said = Notify::new(settings, noon).expect_err("refused").to_string();
        assert!(!said.contains(SECRET), "{said}");
        said
    };
    for api_key in
        ["", SECRET, &format!("{SERVICE}-{SECRET}"), &format!("our-key-{SERVICE}{SECRET}-"), &"é".repeat(80)]
    {
        let said = refused(NotifySettings { api_key: api_key.to_owned(), ..good() });
        assert!(said.contains("expected an API key"), "{said}");
    }
    for address in ["http://example.org", "ftp://127.0.0.1", "nowhere"] {
        let said = refused(NotifySettings { address: Some(address.to_owned()), ..good() });
        assert!(said.contains("https://"), "{said}");
    }
    assert!(
        refused(NotifySettings { template: "letter".to_owned(), ..good() })
            .contains("the number of a template")
    );
    for shown in [format!("{:?}", good()), format!("{:?}", Notify::new(good(), noon))] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}
