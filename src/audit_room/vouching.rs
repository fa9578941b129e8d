//! Checkpoints of the audit log, made while the site runs and put where whoever holds the database cannot reach.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use ground::audit::{Checkpoint, SigningKey, ends};
use ground::database::{Act, DatabaseError};
use ground::jobs::{self, JobError, NewJob, Registry, Run};
use ground::mail::{Letter, MailError};
use time::Duration;
use time::format_description::well_known::Rfc3339;
use vocabulary::Actor;
use web::House;

/// The kind of its job.
pub const CHECKPOINT: &str = "audit.checkpoint";

/// How the log is vouched for.
pub struct Vouching {
    pub key: SigningKey,
    /// Checkpoints are added to this file.
    pub file: Option<PathBuf>,
    /// And sent to this address.
    pub mail: Option<String>,
    pub every: Duration,
}

/// Has the worker know how; the first is made by [`begin_to_vouch`].
pub fn vouch(registry: &mut Registry, house: &House, vouching: Vouching) {
    let (house, vouching) = (house.clone(), Arc::new(vouching));
    registry.add(CHECKPOINT, move |run| {
        let (house, vouching) = (house.clone(), vouching.clone());
        async move { signed(&house, &vouching, &run).await }
    });
}

/// Queues a checkpoint for now, unless one waits already.
pub async fn begin_to_vouch(house: &House) -> Result<(), DatabaseError> {
    let mut change = house.database.change(&Actor::Meres).await?;
    jobs::queue(&mut change, &next(None)).await?;
    change.commit(act("audit.vouch")).await
}

fn next(run_at: Option<time::OffsetDateTime>) -> NewJob {
    NewJob {
        dedupe_key: Some(CHECKPOINT.to_owned()),
        run_at,
        // A full disk or a mail server that is away is no reason ever to stop.
        most_attempts: u32::MAX,
        ..NewJob::new(CHECKPOINT, "audit", serde_json::Value::Null)
    }
}

fn act(action: &'static str) -> Act {
    Act { action, object: String::new(), purpose: None, detail: String::new() }
}

async fn signed(house: &House, vouching: &Vouching, run: &Run) -> Result<(), JobError> {
    let ends = ends(&mut house.database.read().await?).await?;
    let now = house.database.now();
    let at = now.format(&Rfc3339).map_err(|error| JobError::Later(error.to_string()))?;
    let rows: i64 = ends.iter().map(|end| end.seq).sum();
    let text = Checkpoint { at: at.clone(), ends }.signed(&vouching.key);
    if let Some(file) = &vouching.file {
        let added = OpenOptions::new().append(true).create(true).open(file);
        added
            .and_then(|mut added| added.write_all(text.as_bytes()).and_then(|()| added.sync_all()))
            .map_err(|error| JobError::Later(format!("{}: {error}", file.display())))?;
    }
    if let Some(to) = &vouching.mail {
        send(house, to, &text, run).await?;
    }
    let mut change = house.database.change(&Actor::Meres).await?;
    run.progress(rows, Some(rows), "lines signed");
    run.finish_within(&mut change).await?;
    jobs::queue(&mut change, &next(Some(now + vouching.every))).await?;
    Ok(change.commit(Act { detail: format!("{rows} lines"), ..act(CHECKPOINT) }).await?)
}

async fn send(house: &House, to: &str, text: &str, run: &Run) -> Result<(), JobError> {
    let later = |why: &str| JobError::Later(why.to_owned());
    let mail = house.mail.as_ref().ok_or_else(|| later("nobody was named who carries letters"))?;
    let subject = format!("Checkpoint of the audit log of {}", house.site.name);
    let body = format!(
        "Keep this letter. With it, \"meres verify-audit\" can tell whether the log was changed or cut off since.\n\n{text}"
    );
    let letter = Letter::new(&run.job.to_string(), to, &subject, &body);
    let letter = letter.map_err(|error| later(&error.to_string()))?;
    mail.send(&letter).await.map_err(|error: MailError| JobError::Later(error.to_string()))?;
    Ok(())
}
