//! Names of those who did something.

use vocabulary::{Account, Id, Permission, Scope};
use web::{Problem, Visit};

use super::store;
use crate::moment;

/// Everybody's name, for whoever reads the audit log: it says who acted by identifier. Such a reader need not manage people,
/// and to the database need not see them; so Meres itself looks, for names and nothing else.
pub async fn names(visit: &Visit) -> Result<Vec<(Id<Account>, String)>, Problem> {
    if !visit.viewer()?.may(Permission::ReadAudit) {
        return Err(Problem::Forbidden);
    }
    Ok(store::names(&mut visit.house.database.read().await?).await?)
}

/// What to call these, for those who keep the directory: its history says who changed it by identifier. Whoever keeps the
/// entries of some organisations reads the names of the people there; of anybody else, for whom they worked.
pub async fn names_of(
    visit: &Visit,
    accounts: &[Id<Account>],
) -> Result<Vec<(Id<Account>, String)>, Problem> {
    let scope = visit.viewer()?.scope(Permission::EditDirectory);
    if scope == Scope::In(Vec::new()) {
        return Err(Problem::Forbidden);
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let mut session = visit.house.database.read().await?;
    let names = store::names(&mut session).await?;
    let asked = names.into_iter().filter(|(account, _)| accounts.contains(account));
    let Scope::In(own) = scope else { return Ok(asked.collect()) };
    let lines = store::memberships(&mut session, &Scope::Everywhere, &moment::today(&visit.house)).await?;
    let called = |(account, name)| {
        let mut theirs = lines.iter().filter(|line| line.account == account).peekable();
        let first = theirs.peek().map(|line| format!("Somebody of {}", line.held.partner_name));
        let known = theirs.any(|line| own.contains(&line.held.partner));
        (account, if known { name } else { first.unwrap_or_else(|| "Somebody with an account".to_owned()) })
    };
    Ok(asked.map(called).collect())
}
