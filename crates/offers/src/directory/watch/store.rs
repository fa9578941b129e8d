//! The table of those who watch.

use std::collections::{BTreeMap, BTreeSet};

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Account, Id};

use super::super::{Entry, Kind, Service};

/// What somebody watches.
pub async fn of(session: &mut Session, account: Id<Account>) -> Result<BTreeSet<Id<Service>>, DatabaseError> {
    let sql = "SELECT entry FROM directory_watch WHERE account = $1 AND kind = 'service'";
    session.rows(sql, vec![account.into()]).await?.iter().map(|row| row.id("entry")).collect()
}

/// Everybody who watches something, by what they watch, as Meres itself sees it.
pub async fn all(session: &mut Session) -> Result<BTreeMap<Id<Entry>, Vec<Id<Account>>>, DatabaseError> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in session.rows("SELECT entry, account FROM directory_watch ORDER BY account", vec![]).await? {
        all.entry(row.id("entry")?).or_default().push(row.id("account")?);
    }
    Ok(all)
}

pub async fn begin(
    change: &mut Change,
    account: Id<Account>,
    service: Id<Service>,
) -> Result<(), DatabaseError> {
    let at = change.at();
    let columns = ["account", "kind", "entry", "since"];
    let once = "ON CONFLICT (account, kind, entry) DO NOTHING";
    let row = vec![account.into(), Kind::Service.word().into(), service.into(), at.into()];
    change.insert("directory_watch", &columns, once, [row]).await.map(drop)
}

pub async fn stop(
    change: &mut Change,
    account: Id<Account>,
    service: Id<Service>,
) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM directory_watch WHERE account = $1 AND kind = 'service' AND entry = $2";
    change.run(sql, vec![account.into(), service.into()]).await.map(drop)
}
