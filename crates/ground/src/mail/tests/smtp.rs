//! Against a real mail server, which the test starts: `aiosmtpd`, where a Python has it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::{letter, noon};
use crate::mail::{Mail, MailError, Security, Smtp, SmtpSettings};

/// A mail server; it ends with its input.
struct Sink {
    child: Child,
    out: BufReader<ChildStdout>,
    port: u16,
}

impl Sink {
    /// Starts one; a test on a machine that has none says so and ends.
    fn start(arguments: &[&str]) -> Option<Self> {
        let python = std::env::var_os("MERES_SINK_PYTHON").map_or_else(|| "python3".into(), PathBuf::from);
        let has_it = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !has_it.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("MERES_REQUIRE_MAIL_SINK").is_none(), "no Python with aiosmtpd");
            eprintln!("left out: no Python with aiosmtpd (MERES_SINK_PYTHON names one)");
            return None;
        }
        let mut child = Command::new(python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail/tests/sink.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut port = String::new();
        out.read_line(&mut port).expect("a port");
        Some(Self { child, out, port: port.trim().parse().expect("a port") })
    }

    /// The next letter that it took.
    fn taken(&mut self) -> Value {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a letter");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn settings(port: u16, security: Security) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: Some(port),
        security,
        from: "Meres <meres@example.org>".to_owned(),
        ..SmtpSettings::default()
    }
}

fn mail(settings: SmtpSettings) -> Mail {
    Mail::Smtp(Smtp::new(settings, noon).expect("settings"))
}

fn openssl(folder: &Path, line: &str) {
    let said =
        Command::new("openssl").args(line.split(' ')).current_dir(folder).output().expect("openssl runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// An authority, and a certificate of it for this machine.
fn certificate(folder: &Path) -> (String, String, Vec<u8>) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(folder, &format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=Test -days 2"));
    openssl(
        folder,
        &format!(
            "req {key} -keyout key.pem -out asked -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        ),
    );
    openssl(
        folder,
        "x509 -req -in asked -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days 2 -out cert.pem",
    );
    let path = |name: &str| folder.join(name).display().to_string();
    (path("cert.pem"), path("key.pem"), std::fs::read(folder.join("ca.pem")).expect("read"))
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let Some(mut sink) = Sink::start(&["none"]) else { return };
    let mail = mail(settings(sink.port, Security::None));
    mail.send(&letter("anna@example.org")).await.expect("taken");
    let taken = sink.taken();
    assert_eq!((&taken["from"], &taken["to"][0]), (&"meres@example.org".into(), &"anna@example.org".into()));
    let data = taken["data"].as_str().expect("a text");
    let (head, text) = data.split_once("\r\n\r\n").expect("a head and a text");
    assert_eq!(text.trim_end(), "Dear Anna,\r\n.\r\nsee you at 10:00.");
    let headers: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with(' ')).collect();
    for expected in [
        "From: Meres <meres@example.org>",
        "To: anna@example.org",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        "Message-ID: <visit-1@example.org>",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(headers.contains(&expected), "{expected}\n{head}");
    }
    assert!(head.contains("Subject: Your visit, =?utf-8?b?"), "{head}");
}

#[tokio::test]
async fn whether_trying_again_can_help_is_said_and_nobody_is_named() {
    let Some(sink) = Sink::start(&["none"]) else { return };
    let port = sink.port;
    let said =
        async |to, port| mail(settings(port, Security::None)).send(&letter(to)).await.expect_err("refused");
    assert_eq!(said("gone@example.org", port).await, MailError::Never("the mail server said 550".to_owned()));
    assert_eq!(said("full@example.org", port).await, MailError::Later("the mail server said 452".to_owned()));
    drop(sink);
    let silent = said("anna@example.org", port).await;
    assert!(silent.may_pass() && silent.to_string().contains("does not answer"), "{silent}");
}

#[tokio::test]
async fn a_password_goes_over_tls_to_a_server_that_is_known_or_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key, authority) = certificate(folder.path());
    for (mode, security) in [("starttls", Security::StartTls), ("tls", Security::Tls)] {
        let Some(mut sink) = Sink::start(&[mode, &cert, &key]) else { return };
        let known = SmtpSettings {
            user: Some("meres".to_owned()),
            password: Some("sesame".to_owned()),
            authority: Some(authority.clone()),
            ..settings(sink.port, security)
        };
        mail(known.clone()).send(&letter("anna@example.org")).await.expect("taken");
        let taken = sink.taken();
        assert_eq!((&taken["tls"], &taken["as"]), (&true.into(), &"meres".into()), "{mode}");
        let wrong = SmtpSettings { password: Some("open".to_owned()), ..known.clone() };
        let said = mail(wrong).send(&letter("anna@example.org")).await.expect_err("refused");
        assert_eq!(said, MailError::Never("the mail server said 535".to_owned()));
        let stranger = SmtpSettings { authority: None, ..known.clone() };
        mail(stranger)
            .send(&letter("anna@example.org"))
            .await
            .expect_err("a certificate of nobody that is known");
        let another = SmtpSettings { host: "127.0.0.1".to_owned(), ..known };
        mail(another).send(&letter("anna@example.org")).await.expect_err("a certificate for another name");
    }
    // Whoever takes STARTTLS out of the conversation gets neither letter nor password.
    let Some(sink) = Sink::start(&["none"]) else { return };
    let said = mail(settings(sink.port, Security::StartTls)).send(&letter("anna@example.org")).await;
    assert!(matches!(said, Err(MailError::Never(_))), "{said:?}");
}

#[test]
fn settings_that_cannot_be_are_refused_in_words() {
    let refused = |settings| Smtp::new(settings, noon).expect_err("refused").to_string();
    let here = || settings(25, Security::None);
    let far = refused(SmtpSettings { host: "mail.example.org".to_owned(), ..here() });
    assert!(far.contains("without TLS only a server on this machine"), "{far}");
    let sender = refused(SmtpSettings { from: "Meres\r\nBcc: x".to_owned(), ..here() });
    assert!(sender.contains("expected a sender"), "{sender}");
    let half = refused(SmtpSettings { user: Some("meres".to_owned()), ..here() });
    assert!(half.contains("a user needs a password"), "{half}");
    let shown = format!("{:?}", SmtpSettings { password: Some("sesame".to_owned()), ..here() });
    assert!(!shown.contains("sesame"), "{shown}");
}
