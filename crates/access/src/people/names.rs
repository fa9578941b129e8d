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
