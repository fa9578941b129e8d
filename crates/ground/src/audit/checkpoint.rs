//! A checkpoint: the ends of all chains at one moment, signed, to be placed where whoever holds the database cannot reach.

use super::{End, PublicKey, SigningKey};

/// What the log was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// When, UTC.
    pub at: String,
    pub ends: Vec<End>,
}

/// Why a file of checkpoints cannot be relied on.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum CheckpointError {
    #[error("line {0}: expected a checkpoint: \"{FIRST_LINE}\" and what follows it")]
    Unreadable(usize),
    #[error("line {0}: this checkpoint was not signed with that key, or was changed since")]
    Unsigned(usize),
}

const FIRST_LINE: &str = "meres audit checkpoint 1";
const SIGNED: &str = "signed ";

impl Checkpoint {
    /// As text, to be added to a file or sent: a line for what it is, one for when, one for each chain
    /// (`chain CHAIN ROWS HASH`), one with the signature over the lines before it, and an empty one.
    pub fn signed(&self, key: &SigningKey) -> String {
        let text = self.text();
        let signature = key.sign(&text);
        format!("{text}{SIGNED}{signature}\n\n")
    }

    fn text(&self) -> String {
        let ends = self.ends.iter().map(|end| format!("chain {} {} {}\n", end.chain, end.seq, end.hash));
        format!("{FIRST_LINE}\nat {}\n{}", self.at, ends.collect::<Vec<_>>().concat())
    }
}

/// Reads a file of checkpoints, each of which this key must have signed.
pub fn read_checkpoints(text: &str, key: &PublicKey) -> Result<Vec<Checkpoint>, CheckpointError> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line)).peekable();
    while let Some((first, line)) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let unreadable = || CheckpointError::Unreadable(first);
        if line != FIRST_LINE {
            return Err(unreadable());
        }
        let at = lines.next().and_then(|(_, line)| line.strip_prefix("at ")).ok_or_else(unreadable)?;
        let mut checkpoint = Checkpoint { at: at.to_owned(), ends: Vec::new() };
        let signature = loop {
            let (_, line) = lines.next().ok_or_else(unreadable)?;
            if let Some(signature) = line.strip_prefix(SIGNED) {
                break signature;
            }
            checkpoint.ends.push(end(line).ok_or_else(unreadable)?);
        };
        if !key.signed(&checkpoint.text(), signature) {
            return Err(CheckpointError::Unsigned(first));
        }
        found.push(checkpoint);
    }
    Ok(found)
}

fn end(line: &str) -> Option<End> {
    let mut words = line.strip_prefix("chain ")?.split(' ');
    let (chain, seq, hash) = (words.next()?, words.next()?, words.next()?);
    let end = End { chain: chain.parse().ok()?, seq: seq.parse().ok()?, hash: hash.to_owned() };
    words.next().is_none().then_some(end)
}
