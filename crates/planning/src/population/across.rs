//! One person, one row, over parts that are read one after the other: what [`super::import`] settles in memory where it sees
//! all parts at once, by the same rules and in the same words, with memory for those alone who stand in more than one part.
//!
//! Of every part the hashes of its pseudonyms are put aside, in order. What stands in two of these files may be one person:
//! the parts that hold any such are read again, those rows are compared by fingerprints, and a part of which rows are
//! dropped for it is done again without them. In an extract that is as it should be there is none.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ground::files::{FileError, Problem, SafeFile};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::kept::duplicates::{Span, settle as settle_fingerprints};
use super::kept::fingerprints::{Collector, Fingerprint, Fingerprints, UNREADABLE};
use super::kept::row::{hash_of_content, hash_of_pseudonym};
use super::{Elsewhere, Import, PartRead, hash, import_part};
use crate::extract::ImportError;

/// Pseudonyms that may stand in more than one part. More are no slip: a part is there twice.
pub const MOST_ELSEWHERE: usize = 1_000_000;

/// Stretches of all hashes that are looked at one after the other: with 57 million each has 7 MB.
const STRETCHES: u64 = 64;
const BYTES: usize = 8;

/// Puts the hashes of a part's pseudonyms aside, also of rows that could not be used, each once and in order. The file is
/// its owner's alone.
pub fn put_aside(read: &PartRead, place: &Path) -> Result<(), FileError> {
    let pseudonyms = &read.population.pseudonyms;
    let of_rows = (0..pseudonyms.len()).map(|row| hash(pseudonyms.get(row).as_bytes()));
    let unreadable = read.unreadable.iter().map(|(pseudonym, _)| hash(pseudonym.as_bytes()));
    let mut hashes: Vec<u64> = of_rows.chain(unreadable).collect();
    hashes.par_sort_unstable();
    hashes.dedup();
    let mut file = SafeFile::create_private(place)?;
    let written = hashes.iter().try_for_each(|hash| file.write_all(&hash.to_le_bytes()));
    written.map_err(FileError::system(place))?;
    file.keep()
}

/// Hashes that were put aside, read from the least upwards.
struct Aside {
    place: PathBuf,
    file: BufReader<File>,
    next: Option<u64>,
}

impl Aside {
    fn open(place: &Path) -> Result<Self, FileError> {
        let file = File::open(place).map_err(FileError::system(place))?;
        let mut aside = Self { place: place.to_owned(), file: BufReader::new(file), next: None };
        aside.advance()?;
        Ok(aside)
    }

    fn advance(&mut self) -> Result<(), FileError> {
        let mut bytes = [0; BYTES];
        self.next = match self.file.read_exact(&mut bytes) {
            Ok(()) => Some(u64::from_le_bytes(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(FileError::system(&self.place)(error)),
        };
        Ok(())
    }

    /// Takes all up to and with this one.
    fn up_to(&mut self, last: u64, mut take: impl FnMut(u64)) -> Result<(), FileError> {
        while let Some(hash) = self.next.filter(|hash| *hash <= last) {
            take(hash);
            self.advance()?;
        }
        Ok(())
    }
}

/// The hashes that stand in more than one of these files, in order. More than [`MOST_ELSEWHERE`] are refused, naming the
/// folder of the extract.
pub fn in_more_than_one(aside: &[PathBuf], extract: &Path) -> Result<Vec<u64>, FileError> {
    let mut files = aside.iter().map(|place| Aside::open(place)).collect::<Result<Vec<_>, _>>()?;
    let (mut found, mut all) = (Vec::new(), Vec::new());
    for stretch in 1..=STRETCHES {
        let last = (u64::MAX / STRETCHES).saturating_mul(stretch);
        let last = if stretch == STRETCHES { u64::MAX } else { last };
        all.clear();
        for file in &mut files {
            file.up_to(last, |hash| all.push(hash))?;
        }
        all.par_sort_unstable();
        found.extend(all.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| same[0]));
        if found.len() > MOST_ELSEWHERE {
            let why = format!(
                "more than {MOST_ELSEWHERE} pseudonyms stand in more than one part; is a part there twice?"
            );
            return Err(FileError::refused(extract, why));
        }
    }
    Ok(found)
}

/// Whether any of these hashes stands in a file that was put aside.
fn holds_any(aside: &Path, hashes: &[u64]) -> Result<bool, FileError> {
    let (mut file, mut any) = (Aside::open(aside)?, false);
    for hash in hashes {
        file.up_to(*hash, |other| any |= other == *hash)?;
        if any {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What became of the rows of those who stand in more than one part.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Settled {
    hashes: Vec<u64>,
    /// Rows to drop, by part.
    dropped: Vec<Vec<u32>>,
    /// Rows left out, repeats not counted, and repeats.
    pub left_out: u64,
    pub repeats: u64,
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

impl Settled {
    /// What the reading of a part is to know of it.
    pub fn of_part(&self, part: usize) -> Elsewhere<'_> {
        Elsewhere { hashes: &self.hashes, dropped: self.dropped(part) }
    }

    /// Rows of a part that are dropped, ascending.
    pub fn dropped(&self, part: usize) -> &[u32] {
        self.dropped.get(part).map_or(&[], Vec::as_slice)
    }
}

/// Settles the rows behind these hashes. Only parts that hold any are read; `listed` problems are listed already.
pub fn settle(
    parts: &[PathBuf],
    aside: &[PathBuf],
    hashes: Vec<u64>,
    settings: &Import<'_>,
    (folder, listed): (&Path, u64),
) -> Result<Settled, ImportError> {
    if hashes.is_empty() {
        return Ok(Settled::default());
    }
    // The fingerprints tell of people: they go with this, whatever becomes of it.
    let folder = tempfile::Builder::new().tempdir_in(folder).map_err(FileError::system(folder))?;
    let fingerprints = Fingerprints::create(folder.path())?;
    let (mut rows, mut origins) = (vec![0; parts.len()], vec![Vec::<Span>::new(); parts.len()]);
    for (number, (part, aside)) in parts.iter().zip(aside).enumerate() {
        if !holds_any(aside, &hashes)? {
            continue;
        }
        let read = import_part(part, settings, &Elsewhere::default())?;
        let mut collector = fingerprints.collector();
        collect(&read, u32::try_from(number).unwrap_or(u32::MAX), &hashes, &mut collector)?;
        collector.finish()?;
        rows[number] = u32::try_from(read.population.people.len()).unwrap_or(u32::MAX);
        origins[number] = read.origins.files;
    }
    let settled = settle_fingerprints(&fingerprints, &rows, &origins, listed)?;
    let dropped = settled.drops.iter().map(|bits| {
        let words = (0_u32..).zip(bits.iter().flatten());
        words
            .flat_map(|(word, bits)| {
                (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
            })
            .collect()
    });
    Ok(Settled {
        dropped: dropped.collect(),
        left_out: settled.dropped - settled.repeats,
        repeats: settled.repeats,
        problems: settled.problems,
        hashes,
    })
}

/// The fingerprints of a part's rows behind these hashes.
fn collect(read: &PartRead, part: u32, hashes: &[u64], to: &mut Collector<'_>) -> Result<(), FileError> {
    let population = &read.population;
    let wanted = |pseudonym: &str| hashes.binary_search(&hash(pseudonym.as_bytes())).is_ok();
    let mut bytes = Vec::new();
    for (row, line) in read.origins.lines.iter().enumerate() {
        let pseudonym = population.pseudonyms.get(row);
        if !wanted(pseudonym) {
            continue;
        }
        let person = population.people.get(row);
        let practice = population.practice_of(row).unwrap_or_default();
        let lsoa = population.lsoa_of(row).unwrap_or_default();
        to.add(&Fingerprint {
            pseudonym: hash_of_pseudonym(pseudonym),
            part,
            row: u32::try_from(row).unwrap_or(u32::MAX),
            content: hash_of_content(&person, practice, lsoa, &mut bytes),
            line: *line,
        })?;
    }
    for (number, (pseudonym, line)) in (0..).zip(&read.unreadable) {
        if wanted(pseudonym) {
            to.add(&Fingerprint {
                pseudonym: hash_of_pseudonym(pseudonym),
                part,
                row: UNREADABLE,
                content: number,
                line: u32::try_from(*line).unwrap_or(u32::MAX),
            })?;
        }
    }
    Ok(())
}
