mod notify;
mod smtp;

use std::os::unix::fs::PermissionsExt as _;

use time::OffsetDateTime;
use time::macros::datetime;

use super::{Letter, LogFile, Mail};

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn letter(to: &str) -> Letter {
    Letter::new("visit-1", to, "Your visit, Zażółć", "Dear Anna,\n.\nsee you at 10:00.\n").expect("a letter")
}

#[tokio::test]
async fn a_letter_in_the_log_is_a_line_that_its_owner_alone_can_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mail.jsonl");
    let mail = Mail::LogFile(LogFile::new(&file, noon));
    for to in ["anna@example.org", "bert@example.org"] {
        mail.send(&letter(to)).await.expect("taken");
    }
    let text = std::fs::read_to_string(&file).expect("read");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["at"], "2026-11-22T12:00:00Z");
    assert_eq!(lines[1]["to"], "bert@example.org");
    assert_eq!(lines[1]["text"], "Dear Anna,\n.\nsee you at 10:00.\n");
    assert_eq!(file.metadata().expect("there").permissions().mode() & 0o777, 0o600);
    let nowhere = Mail::LogFile(LogFile::new(&folder.path().join("no/such"), noon));
    let error = nowhere.send(&letter("anna@example.org")).await.expect_err("no folder");
    assert!(error.may_pass() && !error.to_string().contains("anna"), "{error}");
}
