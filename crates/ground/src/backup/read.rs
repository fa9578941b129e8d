//! Restoring a backup. Nothing of it may be used before the last frame was read: the caller has it put somewhere apart.

use std::io::Read;
use std::path::Path;

use super::frames::{END, FILE, FrameReader, ROW, TABLE, damaged};
use super::seal::open;
use super::write::Described;
use super::{BackupError, Header, Holding, Identity, Part, Tree, values};
use crate::database::dump::{Filling, Place};

/// Where a backup goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Where the database is made; needed for the care zone.
    pub place: Option<Place<'a>>,
    /// Where the files go: a new folder, and the paths that are expected.
    pub tree: Tree<'a>,
}

/// A backup that was opened with its key.
pub struct Restoring {
    frames: FrameReader<Box<dyn Read + Send>>,
    header: Header,
}

impl Restoring {
    /// Opens a backup with the first of these keys that fits.
    pub fn open(path: &Path, identities: &[Identity]) -> Result<Self, BackupError> {
        Self::decrypted(Box::new(open(path, identities)?))
    }

    /// The same of what a key has opened already. It says nothing of who wrote it.
    pub fn decrypted(opened: Box<dyn Read + Send>) -> Result<Self, BackupError> {
        let (frames, header) = FrameReader::new(opened)?;
        Ok(Self { frames, header })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads all of it. The database is there when the caller keeps it.
    pub async fn into(
        mut self,
        target: Target<'_>,
        mut at: impl FnMut(&Holding),
    ) -> Result<(Holding, Option<Filling>), BackupError> {
        let mut filling = match (self.header.part, target.place) {
            (Part::Care, Some(place)) => Some(Filling::begin(place, &self.header.steps).await?),
            (Part::Care, None) => {
                return Err(BackupError::refused("a backup of the care zone needs a database to go to"));
            }
            (Part::Population, _) => None,
        };
        while let Some(letter) = self.frames.next()? {
            match (letter, &mut filling) {
                (TABLE, Some(filling)) => self.table(filling, &mut at).await?,
                (FILE, _) => target.tree.read(&mut self.frames)?,
                _ => return Err(damaged()),
            }
            at(&self.frames.found);
        }
        if filling.as_ref().is_some_and(|filling| filling.tables().len() as u64 != self.frames.found.tables) {
            return Err(damaged());
        }
        Ok((self.frames.found, filling))
    }

    /// Reads the rows of the table whose name the frame at hand holds.
    async fn table(
        &mut self,
        filling: &mut Filling,
        at: &mut impl FnMut(&Holding),
    ) -> Result<(), BackupError> {
        let number = usize::try_from(self.frames.found.tables).map_err(|_| damaged())?;
        let expected = filling.tables().get(number).ok_or_else(damaged)?;
        if self.frames.json::<Described>()? != Described::of(expected) {
            return Err(BackupError::refused(
                "the tables in this backup are not those of the Meres that it names; whoever made it was not Meres",
            ));
        }
        let kinds: Vec<_> = expected.columns.iter().map(|column| column.kind).collect();
        while let Some(letter) = self.frames.next()? {
            match letter {
                ROW => {
                    let row = values::read(&self.frames.bytes, kinds.iter().copied()).ok_or_else(damaged)?;
                    filling.add(number, row).await?;
                    self.frames.found.rows += 1;
                    at(&self.frames.found);
                }
                END => {
                    self.frames.found.tables += 1;
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(damaged())
    }
}
