//! Somebody as those see them who manage people.

use vocabulary::{Account, Id, Partner, Permission, Scope};
use web::{Problem, Visit, id_of};

use super::{Membership, Person, may_command, store};
use crate::moment;

/// Somebody, with all that they were and are.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) lines: Vec<Membership>,
}

/// Whether a viewer of this scope sees them: whoever works where the viewer manages people.
fn sees(scope: &Scope, lines: &[Membership]) -> bool {
    *scope == Scope::Everywhere
        || lines.iter().any(|line| line.until.is_none() && scope.holds(line.held.partner))
}

pub(super) async fn everybody(house: &web::House, scope: &Scope) -> Result<Vec<Known>, Problem> {
    let mut session = house.database.read().await?;
    let mut lines = store::memberships(&mut session, &moment::today(house)).await?;
    let people = store::people(&mut session).await?;
    lines.sort_by_key(|line| line.account);
    let of = |id: Id<Account>| {
        let first = lines.partition_point(|line| line.account < id);
        lines[first..].iter().take_while(|line| line.account == id).cloned().collect()
    };
    let known = people.into_iter().map(|person| Known { lines: of(person.id), person });
    Ok(known.filter(|known| sees(scope, &known.lines)).collect())
}

pub(super) async fn one(visit: &Visit, id: &str) -> Result<Known, Problem> {
    let id = id_of(id)?;
    let mut session = visit.house.database.read().await?;
    let person = store::person_of(&mut session, id).await?.ok_or(Problem::NotFound)?;
    let lines = store::memberships_of(&mut session, id, &moment::today(&visit.house)).await?;
    if !sees(&visit.viewer()?.scope(Permission::ManagePeople), &lines) {
        return Err(Problem::NotFound);
    }
    Ok(Known { person, lines })
}

/// The same, for an act upon all that they have.
pub(super) async fn commanded(visit: &Visit, id: &str) -> Result<Known, Problem> {
    let known = one(visit, id).await?;
    if may_command(visit.viewer()?, &known.lines) { Ok(known) } else { Err(Problem::Forbidden) }
}

pub(super) fn path(id: Id<Account>) -> String {
    format!("/accounts/{id}")
}

/// The open organisations in which this viewer manages people.
pub(super) async fn own_partners(visit: &Visit) -> Result<Vec<(Id<Partner>, String)>, Problem> {
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    let all = store::partners(&mut visit.house.database.read().await?).await?;
    let open = all.into_iter().filter(|one| one.closed_at.is_none() && scope.holds(one.id));
    Ok(open.map(|one| (one.id, one.name)).collect())
}
