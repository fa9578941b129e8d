//! Names of those who did something.

use vocabulary::{Account, Id, Permission};
use web::{Problem, Visit};

use super::store;

/// Everybody's name, for whoever reads the audit log: it says who acted by identifier. Such a reader need not manage people,
/// and to the database need not see them; so Meres itself looks, for names and nothing else.
pub async fn names(visit: &Visit) -> Result<Vec<(Id<Account>, String)>, Problem> {
    if !visit.viewer()?.may(Permission::ReadAudit) {
        return Err(Problem::Forbidden);
    }
    Ok(store::names(&mut visit.house.database.read().await?).await?)
}

/// The names of these, for those who keep the directory: its history says who changed it by identifier.
pub async fn names_of(
    visit: &Visit,
    accounts: &[Id<Account>],
) -> Result<Vec<(Id<Account>, String)>, Problem> {
    if !visit.viewer()?.may(Permission::EditDirectory) {
        return Err(Problem::Forbidden);
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let names = store::names(&mut visit.house.database.read().await?).await?;
    Ok(names.into_iter().filter(|(account, _)| accounts.contains(account)).collect())
}
