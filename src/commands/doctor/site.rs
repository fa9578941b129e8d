//! How a site is set up: what keeps it from starting, and what should not stay as it is. Nothing is changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ground::audit::{Asked, lines};
use ground::database::Database;
use ground::mail::Letter;
use ground::vault::Vault;
use rustix::fs::statvfs;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::failure::Failure;
use super::super::hidden_folder::PREFIX;
use super::super::settings::Settings;
use super::super::{data_folder, site};
use super::Findings;

/// A gigabyte: with less, an import of a county or a backup may not fit.
const LITTLE_ROOM: u64 = 1 << 30;

pub(super) fn examine(
    settings: &Settings,
    letter_to: Option<&str>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let data = settings.data();
    if !data.data.is_dir() {
        findings.note(
            false,
            &format!("{}: there is no such data folder yet", data.data.display()),
            "\"meres serve\" makes it when it first starts",
        );
        return Ok(());
    }
    folder(&data.data, findings);
    secrets(settings, findings);
    data_folder::run(async {
        kept(settings, findings).await;
        // A thread of SQLite's closes the file behind our back: it gets a moment, so that nothing is left beside it.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        reached(settings, findings).await;
        carried(settings, letter_to, findings).await;
        Ok(())
    })?;
    looks(settings, findings);
    employers(settings, findings);
    vouched(settings, findings);
    Ok(())
}

/// The data folder and what lies in it.
fn folder(path: &Path, findings: &mut Findings) {
    let open = fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0);
    findings.note(
        !open,
        &format!("the data folder {} is its owner's alone", path.display()),
        "others on this machine can look inside: chmod 700",
    );
    if let Ok(space) = statvfs(path) {
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        let mend = "make room before it is full: then nothing more can be written";
        findings.note(free >= LITTLE_ROOM, &format!("{} MB free on its disk", free >> 20), mend);
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let left = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)).count();
    findings.note(
        left == 0,
        "no half-finished restore lies in it",
        "a restore was broken off: the next one into this folder finishes it, or removes what it left",
    );
    let wal = path.join(format!("{}-wal", Database::FILE));
    let pending = fs::metadata(wal).map_or(0, |about| about.len());
    findings.note(
        pending < LITTLE_ROOM,
        "the database's log beside it is short",
        "somebody has had the database open for reading for very long: end old \"meres\" programs",
    );
}

/// Whether what must stay secret can be read by others on this machine: what Meres made, by anybody else; what was brought
/// (certificates' keys, passwords), by everybody, since machines share such files among a group.
fn secrets(settings: &Settings, findings: &mut Findings) {
    let open = |path: &PathBuf, to: u32| {
        fs::metadata(path).is_ok_and(|about| about.permissions().mode() & to & 0o077 != 0)
    };
    let made = settings.made_secrets().into_iter().filter(|path| open(path, 0o077));
    let brought = settings.brought_secrets().into_iter().filter(|path| open(path, 0o007));
    let found: Vec<PathBuf> = made.chain(brought).collect();
    for path in &found {
        let rights = if path.is_dir() { "700" } else { "600" };
        findings.note(
            false,
            &format!("{} is a secret that others on this machine can read", path.display()),
            &format!("chmod {rights} {}", path.display()),
        );
    }
    if found.is_empty() {
        findings.good("keys, passwords and what is kept can be read by their owner alone");
    }
}

/// The database, and the key that belongs to it.
async fn kept(settings: &Settings, findings: &mut Findings) {
    let data = settings.data();
    let there = Database::stands_in(&data.data) || data_folder::is_elsewhere(&data.data);
    if !there {
        findings.note(false, "no database stands there yet", "\"meres serve\" makes it when it first starts");
        return;
    }
    let mut snapshot = match data.database.snapshot(&data.data).await {
        Ok(snapshot) => snapshot,
        Err(why) => return findings.must(Err(format!("the database: {why}"))),
    };
    findings.good(&format!("the database can be read: {} tables", snapshot.tables.len()));
    let session = snapshot.session();
    findings.must(match Vault::belongs(session, &settings.key_file()).await {
        Ok(()) => Ok("the key belongs to the database".to_owned()),
        Err(why) => Err(why.to_string()),
    });
    let Ok(last) = lines(session, &Asked::default(), 0, 1).await else { return };
    let last = last.first().and_then(|line| OffsetDateTime::parse(&line.at, &Rfc3339).ok());
    findings.note(
        last.is_none_or(|last| last <= OffsetDateTime::now_utc()),
        "the clock is not behind the last act in the audit log",
        "set the clock right before anything is written: sessions, codes and the log go by it",
    );
}

/// Whether it can be served as it is meant to.
async fn reached(settings: &Settings, findings: &mut Findings) {
    let listening = site::listening(&settings.at_any_port()).await;
    let checked = listening.and_then(|_| site::reached_at(settings, settings.listen()));
    findings.must(match checked {
        Ok(address) => Ok(format!("people reach it at {address}")),
        Err(why) => Err(why.to_string()),
    });
}

/// Whether the accounts of employers are set up so that they can be used.
fn employers(settings: &Settings, findings: &mut Findings) {
    findings.must(match settings.identity_providers() {
        Ok(providers) => Ok(format!("identity providers: {}", providers.len())),
        Err(why) => Err(why.to_string()),
    });
}

/// Whether its colour and its logo can be used.
fn looks(settings: &Settings, findings: &mut Findings) {
    findings.must(match settings.brand() {
        Ok(_) => Ok("colour and logo can be used".to_owned()),
        Err(why) => Err(why.to_string()),
    });
}

/// Whether letters can be carried.
async fn carried(settings: &Settings, letter_to: Option<&str>, findings: &mut Findings) {
    let mail = match settings.mail.carrier(OffsetDateTime::now_utc) {
        Ok(mail) => mail,
        Err(why) => return findings.must(Err(why.to_string())),
    };
    let Some(mail) = mail else {
        let mend = "invitations are handed over by hand; name --smtp-host or --notify-key-file to send them";
        return findings.note(false, "nobody carries letters", mend);
    };
    findings.good("letters can be carried");
    let Some(to) = letter_to else { return };
    let text =
        "This letter was sent by \"meres doctor\", to see whether letters arrive. You need do nothing.\n";
    let letter = Letter::new("doctor", to, "A letter of trial from Meres", text);
    findings.must(match letter {
        Err(why) => Err(why.to_string()),
        Ok(letter) => match mail.send(&letter).await {
            Ok(_) => Ok("a letter of trial was taken; see whether it arrives".to_owned()),
            Err(why) => Err(format!("a letter of trial was not taken: {why}")),
        },
    });
}

/// Whether anybody would notice if the audit log were cut off.
fn vouched(settings: &Settings, findings: &mut Findings) {
    let set = &settings.checkpoints;
    findings.note(
        set.key.is_some() && (set.file.is_some() || set.mail.is_some()),
        "checkpoints of the audit log are made",
        "without --checkpoint-key and a place for them, nobody notices when the end of the log is cut off",
    );
}
