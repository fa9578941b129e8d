//! Records that somebody says are two.

use std::collections::BTreeSet;

use ground::database::{Change, DatabaseError, Session};
use offers::directory::{Entry, Kind};
use vocabulary::Id;

/// Pairs that somebody says are two, by kind, the older first.
pub(super) async fn apart(
    session: &mut Session,
) -> Result<BTreeSet<(Kind, Id<Entry>, Id<Entry>)>, DatabaseError> {
    let rows = session.rows("SELECT kind, one, other FROM directory_apart", vec![]).await?;
    rows.iter()
        .map(|row| {
            let kind = Kind::parse(&row.text("kind")?);
            let kind = kind.ok_or_else(|| DatabaseError::Column("directory_apart.kind".into()))?;
            Ok((kind, row.id("one")?, row.id("other")?))
        })
        .collect()
}

/// Says that two records are two; once more is the same.
pub(super) async fn keep_apart(
    change: &mut Change,
    kind: Kind,
    (one, other): (Id<Entry>, Id<Entry>),
    actor: &str,
) -> Result<(), DatabaseError> {
    let row = vec![kind.word().into(), one.into(), other.into(), actor.into(), change.at().into()];
    let columns = ["kind", "one", "other", "actor", "at"];
    change.insert("directory_apart", &columns, "ON CONFLICT (kind, one, other) DO NOTHING", [row]).await?;
    Ok(())
}
