//! To whom letters go. For jobs, which ask as Meres itself; no page shows any of it.

use ground::database::Session;
use vocabulary::{Account, Id, Partner, Permission, Reach, Scope};
use web::{House, Problem};

use super::store;
use crate::moment;

/// Somebody to whom a letter can be sent.
#[derive(Clone)]
pub struct Addressee {
    pub name: String,
    pub email: String,
}

/// Whose account this is, unless it was disabled.
pub async fn addressee(session: &mut Session, account: Id<Account>) -> Result<Option<Addressee>, Problem> {
    let known = store::credentials_of(session, account).await?.filter(|known| !known.disabled);
    Ok(known.map(|known| Addressee { name: known.name, email: known.email }))
}

/// Those who may do this for an organisation by a role that they hold there today.
pub async fn who_may(
    session: &mut Session,
    house: &House,
    permission: Permission,
    partner: Id<Partner>,
) -> Result<Vec<Id<Account>>, Problem> {
    let here = Scope::In(vec![partner]);
    let lines = store::memberships(session, &here, &moment::today(house)).await?;
    let may = lines.into_iter().filter(|l| l.current && l.held.role.reach(permission) != Reach::Nowhere);
    let mut accounts: Vec<Id<Account>> = may.map(|line| line.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    Ok(accounts)
}
