//! A column and what may stand in it.

/// A column of a file that comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, unless a mapping says otherwise.
    pub name: &'static str,
    pub kind: ColumnKind,
    /// What may stand there, in words that finish "expected …".
    pub expected: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A whole number in this range, both ends included.
    Whole(i32, i32),
    /// A whole number from 0 that may need more than 32 bits.
    Large(u64),
    YesNo,
    Day,
    /// A code or a name kept as text, at most so many bytes.
    Text(usize),
}

/// A column, for tables of them.
pub const fn column(name: &'static str, kind: ColumnKind, expected: &'static str) -> Column {
    Column { name, kind, expected }
}
