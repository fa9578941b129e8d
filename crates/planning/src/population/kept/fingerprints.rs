//! Fingerprints of rows, sorted into files on disk by pseudonym, so that all rows of one person stand in one file and a
//! file fits in memory.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ground::files::FileError;

/// Files: with 57 million rows each holds 16 MB.
const FILES: usize = 128;
/// Fingerprints that a thread collects for one file before it writes them.
const AT_ONCE: usize = 256;
const BYTES: usize = 36;

/// The row number of a row that could not be read.
pub(in crate::population) const UNREADABLE: u32 = u32::MAX;

/// What is needed of a row to find its like. The order is that of the rows of one pseudonym.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::population) struct Fingerprint {
    pub(in crate::population) pseudonym: u128,
    /// The part that the row was written to, and its place there, from 0; [`UNREADABLE`] stands in none.
    pub(in crate::population) part: u32,
    pub(in crate::population) row: u32,
    /// Of all that the row says; of a row that could not be read, its number among those of the part.
    pub(in crate::population) content: u64,
    pub(in crate::population) line: u32,
}

impl Fingerprint {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.pseudonym.to_le_bytes());
        out.extend_from_slice(&self.content.to_le_bytes());
        out.extend_from_slice(&self.part.to_le_bytes());
        out.extend_from_slice(&self.row.to_le_bytes());
        out.extend_from_slice(&self.line.to_le_bytes());
    }

    fn read(bytes: &[u8; BYTES]) -> Self {
        let number = |from: usize, bytes_wide: usize| {
            bytes[from..from + bytes_wide]
                .iter()
                .rev()
                .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte))
        };
        #[expect(clippy::cast_possible_truncation, reason = "as many bits as were read")]
        Self {
            pseudonym: number(0, 16),
            content: number(16, 8) as u64,
            part: number(24, 4) as u32,
            row: number(28, 4) as u32,
            line: number(32, 4) as u32,
        }
    }
}

/// The files.
#[derive(Debug)]
pub(in crate::population) struct Fingerprints {
    files: Vec<(PathBuf, Mutex<File>)>,
}

impl Fingerprints {
    /// Makes the files in a folder.
    pub(in crate::population) fn create(folder: &Path) -> Result<Self, FileError> {
        let files = (0..FILES).map(|number| {
            let path = folder.join(format!("fingerprints-{number:03}"));
            let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path);
            let file = file.map_err(FileError::system(&path))?;
            Ok((path, Mutex::new(file)))
        });
        Ok(Self { files: files.collect::<Result<_, FileError>>()? })
    }

    /// A place to collect fingerprints at, for one thread.
    pub(in crate::population) fn collector(&self) -> Collector<'_> {
        Collector { to: self, waiting: vec![Vec::new(); FILES] }
    }

    pub(in crate::population) const fn len(&self) -> usize {
        self.files.len()
    }

    /// All fingerprints of one file, in order.
    pub(in crate::population) fn sorted(&self, number: usize) -> Result<Vec<Fingerprint>, FileError> {
        let (path, _) = &self.files[number];
        let bytes = std::fs::read(path).map_err(FileError::system(path))?;
        let (records, _) = bytes.as_chunks::<BYTES>();
        let mut all: Vec<Fingerprint> = records.iter().map(Fingerprint::read).collect();
        drop(bytes);
        all.sort_unstable();
        Ok(all)
    }
}

/// What one thread has collected and not yet written.
#[derive(Debug)]
pub(in crate::population) struct Collector<'f> {
    to: &'f Fingerprints,
    waiting: Vec<Vec<u8>>,
}

impl Collector<'_> {
    pub(in crate::population) fn add(&mut self, fingerprint: &Fingerprint) -> Result<(), FileError> {
        let file = (fingerprint.pseudonym >> 121) as usize;
        fingerprint.write(&mut self.waiting[file]);
        if self.waiting[file].len() >= AT_ONCE * BYTES { self.write(file) } else { Ok(()) }
    }

    /// Writes what is left.
    pub(in crate::population) fn finish(mut self) -> Result<(), FileError> {
        (0..FILES).try_for_each(|file| self.write(file))
    }

    fn write(&mut self, number: usize) -> Result<(), FileError> {
        let (path, file) = &self.to.files[number];
        // Whoever else failed while holding it has failed the whole import.
        let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.write_all(&self.waiting[number]).map_err(FileError::system(path))?;
        self.waiting[number].clear();
        Ok(())
    }
}
