//! Frames: a letter, a length, so many bytes. What is between the first and the last goes into the digest.

use std::io::{ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::{BackupError, DAMAGED, Header, Holding};
use crate::files::hexadecimal;

pub(super) const HEADER: u8 = b'H';
pub(super) const TABLE: u8 = b'T';
pub(super) const ROW: u8 = b'R';
pub(super) const FILE: u8 = b'F';
pub(super) const DATA: u8 = b'D';
pub(super) const END: u8 = b'E';
pub(super) const LAST: u8 = b'Z';

/// The most bytes of a file that a frame holds.
pub(super) const BLOCK: usize = 1 << 20;
/// The most bytes of any frame: a row that is longer can be neither kept nor believed.
const MOST: usize = 1 << 28;

/// Writes frames.
pub(super) struct FrameWriter<W> {
    to: W,
    hash: Sha256,
    pub(super) holding: Holding,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(mut to: W, header: &Header) -> Result<Self, BackupError> {
        put(&mut to, HEADER, &json(header)?)?;
        Ok(Self { to, hash: Sha256::new(), holding: Holding::default() })
    }

    pub(super) fn frame(&mut self, letter: u8, bytes: &[u8]) -> Result<(), BackupError> {
        if bytes.len() > MOST {
            return Err(BackupError::refused("a row is longer than a backup can hold"));
        }
        self.hash.update(start(letter, bytes.len()));
        self.hash.update(bytes);
        Ok(put(&mut self.to, letter, bytes)?)
    }

    pub(super) fn json(&mut self, letter: u8, what: &impl Serialize) -> Result<(), BackupError> {
        self.frame(letter, &json(what)?)
    }

    /// Writes what it all was, and gives it with the writer.
    pub(super) fn finish(mut self) -> Result<(W, Holding), BackupError> {
        self.holding.digest = hexadecimal(&self.hash.finalize());
        put(&mut self.to, LAST, &json(&self.holding)?)?;
        Ok((self.to, self.holding))
    }
}

fn json(what: &impl Serialize) -> Result<Vec<u8>, BackupError> {
    serde_json::to_vec(what).map_err(|error| BackupError::System(error.into()))
}

fn start(letter: u8, length: usize) -> [u8; 5] {
    let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [letter, a, b, c, d]
}

fn put(to: &mut impl Write, letter: u8, bytes: &[u8]) -> std::io::Result<()> {
    to.write_all(&start(letter, bytes.len()))?;
    to.write_all(bytes)
}

/// Reads frames, and holds them to what the last one says.
pub(super) struct FrameReader<R> {
    from: R,
    hash: Sha256,
    pub(super) found: Holding,
    /// What the frame at hand holds.
    pub(super) bytes: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    pub(super) fn new(from: R) -> Result<(Self, Header), BackupError> {
        let mut frames = Self { from, hash: Sha256::new(), found: Holding::default(), bytes: Vec::new() };
        if frames.take()? != HEADER {
            return Err(damaged());
        }
        let format: serde_json::Value = frames.json()?;
        if format.get("format").and_then(serde_json::Value::as_u64) != Some(1) {
            return Err(BackupError::refused("a newer Meres made this backup; use that one"));
        }
        let header = frames.json()?;
        Ok((frames, header))
    }

    /// The letter of the next frame; none behind the last, when all was as it says.
    pub(super) fn next(&mut self) -> Result<Option<u8>, BackupError> {
        let letter = self.take()?;
        if letter != LAST {
            self.hash.update(start(letter, self.bytes.len()));
            self.hash.update(&self.bytes);
            return Ok(Some(letter));
        }
        self.found.digest = hexadecimal(&self.hash.finalize_reset());
        let said: Holding = self.json()?;
        // That nothing follows shows that the whole file was decrypted.
        let behind = self.from.read(&mut [0]).map_err(reading)?;
        if said == self.found && behind == 0 { Ok(None) } else { Err(damaged()) }
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, BackupError> {
        serde_json::from_slice(&self.bytes).map_err(|_| damaged())
    }

    fn take(&mut self) -> Result<u8, BackupError> {
        let mut start = [0; 5];
        self.from.read_exact(&mut start).map_err(reading)?;
        let [letter, a, b, c, d] = start;
        let length = u32::from_be_bytes([a, b, c, d]);
        if length as usize > MOST {
            return Err(damaged());
        }
        self.bytes.clear();
        // Room is made for what comes, not for what is promised.
        let read =
            self.from.by_ref().take(u64::from(length)).read_to_end(&mut self.bytes).map_err(reading)?;
        if read == length as usize { Ok(letter) } else { Err(damaged()) }
    }
}

pub(super) fn damaged() -> BackupError {
    BackupError::refused(DAMAGED)
}

/// What age says of bytes that are not what was encrypted, it says as an error of reading.
fn reading(error: std::io::Error) -> BackupError {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData => damaged(),
        _ => error.into(),
    }
}
