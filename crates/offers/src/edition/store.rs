//! The table of two numbers: of everything, and of the places alone, which are many and change once a year.

use ground::database::{Change, DatabaseError, Session};

const EVERYTHING: i64 = 1;
const PLACES: i64 = 2;

/// The number of the present edition: another number, another state.
pub async fn version(session: &mut Session) -> Result<i64, DatabaseError> {
    number(session, EVERYTHING).await
}

/// The same of the places.
pub async fn version_of_places(session: &mut Session) -> Result<i64, DatabaseError> {
    number(session, PLACES).await
}

async fn number(session: &mut Session, of: i64) -> Result<i64, DatabaseError> {
    let row = session.row("SELECT version FROM directory_state WHERE id = $1", vec![of.into()]).await?;
    row.map_or(Ok(0), |row| row.whole("version"))
}

/// Says that what is on offer is another than before. Part of every change that makes it so.
pub async fn turned(change: &mut Change) -> Result<(), DatabaseError> {
    raise(change, EVERYTHING).await
}

/// Says that places are, and so what is on offer near them.
pub async fn places_turned(change: &mut Change) -> Result<(), DatabaseError> {
    raise(change, PLACES).await?;
    raise(change, EVERYTHING).await
}

async fn raise(change: &mut Change, of: i64) -> Result<(), DatabaseError> {
    let ending = "ON CONFLICT (id) DO UPDATE SET version = directory_state.version + 1";
    change.insert("directory_state", &["id", "version"], ending, [vec![of.into(), 1_i64.into()]]).await?;
    Ok(())
}
