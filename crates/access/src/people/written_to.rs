//! To whom letters go. For jobs, which ask as Meres itself; no page shows any of it.

use std::collections::BTreeSet;

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
) -> Result<BTreeSet<Id<Account>>, Problem> {
    within(session, house, permission, &Scope::In(vec![partner])).await
}

/// Everybody who may do this anywhere by a role that they hold today.
pub async fn who_may_anywhere(
    session: &mut Session,
    house: &House,
    permission: Permission,
) -> Result<BTreeSet<Id<Account>>, Problem> {
    within(session, house, permission, &Scope::Everywhere).await
}

async fn within(
    session: &mut Session,
    house: &House,
    permission: Permission,
    scope: &Scope,
) -> Result<BTreeSet<Id<Account>>, Problem> {
    let lines = store::memberships(session, scope, &moment::today(house)).await?;
    let may = lines.into_iter().filter(|l| l.current && l.held.role.reach(permission) != Reach::Nowhere);
    Ok(may.map(|line| line.account).collect())
}
