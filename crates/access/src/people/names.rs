//! Names of those who did something.

use vocabulary::{Account, Id, Partner, Permission, Reach, Scope};
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

/// What to call these, for whoever holds a permission that shows what they did, such as keeping the directory: its history
/// says who changed it by identifier. Where it reaches some organisations only, the names of the people there; of anybody
/// else, for whom they worked.
pub async fn names_of(
    visit: &Visit,
    permission: Permission,
    accounts: &[Id<Account>],
) -> Result<Vec<(Id<Account>, String)>, Problem> {
    let scope = visit.viewer()?.scope(permission);
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

/// A practice with an account here.
#[derive(Clone, Debug)]
pub struct Practice {
    pub id: Id<Partner>,
    pub name: String,
    /// Its code in the NHS's Organisation Data Service.
    pub ods: String,
    /// How many people fetch its lists.
    pub leads: usize,
}

/// The practices of these codes that take part, for whoever decides what leaves the population zone: a list goes to an
/// organisation, and it is to be seen to which.
pub async fn practices(visit: &Visit, codes: &[String]) -> Result<Vec<Practice>, Problem> {
    if !visit.viewer()?.may(Permission::SeePassages) {
        return Err(Problem::Forbidden);
    }
    let mut session = visit.house.database.read().await?;
    let partners = store::partners(&mut session, &Scope::Everywhere).await?;
    let lines = store::memberships(&mut session, &Scope::Everywhere, &moment::today(&visit.house)).await?;
    let leads = |partner: Id<Partner>| {
        let acts = |line: &&super::Membership| {
            line.current
                && line.held.partner == partner
                && line.held.role.reach(Permission::ActForPractice) == Reach::Own
        };
        lines.iter().filter(acts).count()
    };
    let practice = |partner: super::Organisation| {
        let ods = partner.ods.filter(|ods| codes.contains(ods))?;
        let open = partner.closed_at.is_none();
        open.then(|| Practice { leads: leads(partner.id), id: partner.id, name: partner.name, ods })
    };
    Ok(partners.into_iter().filter_map(practice).collect())
}
