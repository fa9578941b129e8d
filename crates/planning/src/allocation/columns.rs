//! The columns of the files that an allocation is made from.

use crate::extract::ColumnKind::{Text, Whole};
use crate::extract::{Column, column};

/// Bytes of a pseudonym or of a group's name.
pub(super) const LONGEST: usize = 128;

/// `--scores`: one row for each person and session that suits them.
pub const SCORE_COLUMNS: [Column; 3] = [
    column("pid", Text(LONGEST), "a pseudonym of 1 to 128 letters"),
    column("sid", Whole(0, i32::MAX), "the number of a session"),
    column("score", Whole(1, i32::MAX), "a whole number from 1 to 2147483647"),
];

/// `--sessions`: one row for each session.
pub const SESSION_COLUMNS: [Column; 2] = [
    column("sid", Whole(0, i32::MAX), "a whole number from 0 to 2147483647"),
    column("capacity", Whole(0, i32::MAX), "places, a whole number from 0 to 2147483647"),
];

/// `--people`: one row for each person. `imd` is needed for a floor, `group` for those who go together; either may be
/// missing, and either may be empty for a person.
pub const PERSON_COLUMNS: [Column; 3] = [
    column("pid", Text(LONGEST), "a pseudonym of 1 to 128 letters"),
    column("imd", Whole(1, 10), "a deprivation decile from 1 to 10"),
    column("group", Text(LONGEST), "a name that all who go together share"),
];
