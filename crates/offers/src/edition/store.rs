//! The table of one number.

use ground::database::{Change, DatabaseError, Session};

/// The number of the present edition: another number, another state.
pub async fn version(session: &mut Session) -> Result<i64, DatabaseError> {
    let row = session.row("SELECT version FROM directory_state WHERE id = 1", vec![]).await?;
    row.map_or(Ok(0), |row| row.whole("version"))
}

/// Says that what is on offer is another than before. Part of every change that makes it so.
pub async fn turned(change: &mut Change) -> Result<(), DatabaseError> {
    let ending = "ON CONFLICT (id) DO UPDATE SET version = directory_state.version + 1";
    change.insert("directory_state", &["id", "version"], ending, [vec![1_i64.into(), 1_i64.into()]]).await?;
    Ok(())
}
