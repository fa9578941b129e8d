//! How large the pieces of a file may be. A file with larger ones is refused, so that no input can fill the memory.

/// Columns of a table. The widest extract that we know has about sixty.
pub const MOST_COLUMNS: usize = 4_096;

/// Bytes of one row of a CSV file. An unclosed quote makes the rest of the file one row: this is where that ends.
pub const MOST_RECORD_BYTES: usize = 1 << 20;

/// Bytes read from a file at a time.
pub(super) const BLOCK_BYTES: usize = 1 << 18;

/// Rows handed on at a time: small enough for the processor's cache, large enough that the hand-over costs nothing.
pub(super) const BATCH_ROWS: usize = 8_192;
