//! Following every chain from its first row to its end.

use sha2::{Digest as _, Sha256};

use super::store::{self, Entry};
use super::{Checkpoint, End};
use crate::database::{DatabaseError, Session};
use crate::files::hexadecimal;

/// Where a chain is not what it was.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("chain {chain}: row {expected} is missing; row {found} follows the one before it")]
    Missing { chain: i64, expected: i64, found: i64 },
    #[error("chain {chain}, row {seq}: does not follow from the row before it")]
    Unlinked { chain: i64, seq: i64 },
    #[error("chain {chain}, row {seq}: is not what was written")]
    Changed { chain: i64, seq: i64 },
    #[error("chain {chain}: the checkpoint of {at} saw {seq} rows, and there are fewer: the end was cut off")]
    Cut { chain: i64, seq: i64, at: String },
    #[error("chain {chain}, row {seq}: the checkpoint of {at} saw another; the chain was written anew")]
    Rewritten { chain: i64, seq: i64, at: String },
}

/// What was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Followed {
    pub rows: u64,
    pub ends: Vec<End>,
    /// The first fault of each chain, and of each checkpoint.
    pub faults: Vec<Fault>,
}

/// Follows every chain, and compares it with what the checkpoints saw.
pub async fn follow(session: &mut Session, seen: &[Checkpoint]) -> Result<Followed, DatabaseError> {
    let mut followed = Followed::default();
    // Where we are: chain, row, hash. And whether this chain's fault was told.
    let (mut at, mut hash, mut told) = ((0, 0), String::new(), false);
    loop {
        let page = store::behind(session, at).await?;
        let Some(last) = page.last() else { break };
        let next = (last.chain, last.seq);
        for entry in page {
            if entry.chain != at.0 {
                (at, hash, told) = ((entry.chain, 0), "0".repeat(64), false);
            }
            followed.rows += 1;
            if let Some(fault) = fault(&entry, at.1 + 1, &hash)
                && !std::mem::replace(&mut told, true)
            {
                followed.faults.push(fault);
            }
            at.1 = entry.seq;
            hash = entry.hash;
            match followed.ends.last_mut().filter(|end| end.chain == at.0) {
                Some(end) => (end.seq, end.hash) = (at.1, hash.clone()),
                None => followed.ends.push(End { chain: at.0, seq: at.1, hash: hash.clone() }),
            }
        }
        at = next;
    }
    for checkpoint in seen {
        if let Some(fault) = against(session, checkpoint).await? {
            followed.faults.push(fault);
        }
    }
    Ok(followed)
}

fn fault(entry: &Entry, expected: i64, before: &str) -> Option<Fault> {
    let (chain, seq) = (entry.chain, entry.seq);
    if seq != expected {
        return Some(Fault::Missing { chain, expected, found: seq });
    }
    if entry.texts[6].as_deref() != Some(before) {
        return Some(Fault::Unlinked { chain, seq });
    }
    (hashed(entry) != entry.hash).then_some(Fault::Changed { chain, seq })
}

/// The hash that the row should have.
fn hashed(entry: &Entry) -> String {
    let mut hash = Sha256::new();
    let mut field = |name: &str, text: &str| {
        for part in [name, text] {
            hash.update(part.len().to_string());
            hash.update(":");
            hash.update(part);
            hash.update(",");
        }
    };
    field("chain", &entry.chain.to_string());
    field("seq", &entry.seq.to_string());
    let names = ["at", "actor", "action", "object", "purpose", "detail", "previous"];
    for (name, text) in names.into_iter().zip(&entry.texts) {
        if let Some(text) = text {
            field(name, text);
        }
    }
    hexadecimal(&hash.finalize())
}

/// What a checkpoint saw and is not there any more.
async fn against(session: &mut Session, seen: &Checkpoint) -> Result<Option<Fault>, DatabaseError> {
    for End { chain, seq, hash } in &seen.ends {
        let (chain, seq, at) = (*chain, *seq, seen.at.clone());
        match store::hash(session, chain, seq).await? {
            None => return Ok(Some(Fault::Cut { chain, seq, at })),
            Some(there) if there != *hash => return Ok(Some(Fault::Rewritten { chain, seq, at })),
            Some(_) => {}
        }
    }
    Ok(None)
}
