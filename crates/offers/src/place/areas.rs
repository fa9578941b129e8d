//! Tables of facts about small areas: deprivation, rural or urban.

use std::path::Path;

use ground::files::FileError;
use vocabulary::Lsoa;

use super::brought::{Brought, each_row};
use super::columns::AreaColumns;

/// Reads a table with a row for each small area.
pub(super) fn read_areas(
    path: &Path,
    names: &[String],
    columns: &AreaColumns,
    brought: &mut Brought,
) -> Result<(), FileError> {
    each_row(path, names.len(), true, brought, |brought, row| {
        let Ok(lsoa) = Lsoa::parse(row.fields[columns.lsoa]) else {
            return brought.leave_out(row.line, &names[columns.lsoa], "an LSOA code such as E01026317");
        };
        brought.source.repeats += u64::from(brought.areas.contains_key(&lsoa));
        columns.note(lsoa, row, names, brought);
    })
}
