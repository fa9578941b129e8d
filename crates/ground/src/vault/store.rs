//! By what the key is known again.

use crate::database::{Change, DatabaseError, Session};

pub(super) async fn check(session: &mut Session) -> Result<Option<String>, DatabaseError> {
    let row = session.row("SELECT hash FROM vault_check WHERE id = 1", Vec::new()).await?;
    row.map(|row| row.text("hash")).transpose()
}

/// Keeps this, unless something is kept; gives what is.
pub(super) async fn keep(change: &mut Change, hash: &str) -> Result<String, DatabaseError> {
    let sql = "INSERT INTO vault_check (id, hash) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
    change.run(sql, vec![hash.into()]).await?;
    Ok(check(change).await?.unwrap_or_default())
}
