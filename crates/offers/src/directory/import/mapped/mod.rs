//! Tables of anybody's making, read as a mapping says: which column holds what.

mod definition;
mod mapping;
mod nearest;
mod reading;
mod records;
mod row;
mod times;

use ground::files::DefinitionError;

use super::gathering::Gathering;
use super::rows::TextTable;

pub use mapping::DirectoryMapping;
use reading::Reading;

/// The tables that the mapping knows, as they come.
pub(super) struct Mapped<'m> {
    mapping: &'m DirectoryMapping,
    reading: Reading,
}

impl<'m> Mapped<'m> {
    pub(super) fn new(mapping: &'m DirectoryMapping) -> Self {
        Self { mapping, reading: Reading::default() }
    }

    /// Reads a file, where the mapping knows it by its columns.
    pub(super) fn add(&mut self, file: &TextTable, all: &mut Gathering) -> bool {
        let Some(table) = self.mapping.table_of(file) else { return false };
        self.reading.add(table, file, all);
        true
    }

    /// Why a file is none of the tables.
    pub(super) fn why_none(&self, file: &TextTable) -> String {
        self.mapping.why_none(file)
    }

    /// The sheets that the mapping asks for by name.
    pub(super) fn sheets(&self) -> Vec<&'m str> {
        self.mapping.sheets()
    }

    /// Whether each table of the mapping says on which sheet it stands.
    pub(super) fn names_every_sheet(&self) -> bool {
        self.mapping.names_every_sheet()
    }

    /// Puts everything into the feed, and says which tables of the mapping found nothing. A column that no file has is a
    /// mistake in the mapping: what it stands for would be lost of every record.
    pub(super) fn finish(self, all: &mut Gathering) -> Result<(), DefinitionError> {
        self.reading.finish(self.mapping, all)?;
        all.feed.about.clone_from(&self.mapping.about);
        Ok(())
    }
}
