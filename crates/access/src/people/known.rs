//! Somebody as those see them who manage people.

use ground::database::Session;
use vocabulary::{Account, Id, Partner, Permission, Scope};
use web::{Asker, Problem, Visit, id_of};

use super::{Membership, Person, folded, may_command, store};
use crate::moment;

/// Somebody, with what they were and are where the viewer manages people.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) lines: Vec<Membership>,
}

/// Everybody whom this viewer sees.
pub(super) async fn everybody(asker: Asker<'_>) -> Result<Vec<Known>, Problem> {
    let Asker { house, viewer, session } = asker;
    let scope = viewer.scope(Permission::ManagePeople);
    if scope == Scope::In(Vec::new()) {
        return Ok(Vec::new());
    }
    let mut lines = store::memberships(session, &scope, &moment::today(house)).await?;
    let people = store::people(session, &scope).await?;
    lines.sort_by_key(|line| line.account);
    let of = |id: Id<Account>| {
        let first = lines.partition_point(|line| line.account < id);
        lines[first..].iter().take_while(|line| line.account == id).cloned().collect()
    };
    Ok(people.into_iter().map(|person| Known { lines: of(person.id), person }).collect())
}

/// Somebody whom the viewer sees; anybody else is not there.
pub(super) async fn one(visit: &Visit, session: &mut Session, id: &str) -> Result<Known, Problem> {
    let (id, scope) = (id_of(id)?, visit.viewer()?.scope(Permission::ManagePeople));
    let person = store::person_of(session, id, &scope).await?.ok_or(Problem::NotFound)?;
    let lines = store::memberships_of(session, id, &scope, &moment::today(&visit.house)).await?;
    Ok(Known { person, lines })
}

/// Whether the viewer sees this person.
pub(super) async fn sees(visit: &Visit, session: &mut Session, id: Id<Account>) -> Result<bool, Problem> {
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    Ok(store::person_of(session, id, &scope).await?.is_some())
}

/// Whether the viewer sees somebody with this address.
pub(super) async fn is_known(visit: &Visit, session: &mut Session, email: &str) -> Result<bool, Problem> {
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    Ok(store::by_address(session, &folded(email), &scope).await?.is_some())
}

/// Whether the viewer may act upon all that they have, also where the viewer does not see it.
pub(super) async fn is_commanded(
    visit: &Visit,
    session: &mut Session,
    known: &Known,
) -> Result<bool, Problem> {
    let viewer = visit.viewer()?;
    let scope = viewer.scope(Permission::ManagePeople);
    Ok(may_command(viewer, &known.lines)
        && store::kept_elsewhere(session, known.person.id, &scope).await? == 0)
}

/// Somebody upon all of whose roles the viewer may act.
pub(super) async fn commanded(visit: &Visit, session: &mut Session, id: &str) -> Result<Known, Problem> {
    let known = one(visit, session, id).await?;
    if is_commanded(visit, session, &known).await? { Ok(known) } else { Err(Problem::Forbidden) }
}

pub(super) fn path(id: Id<Account>) -> String {
    format!("/accounts/{id}")
}

/// The open organisations in which this viewer manages people.
pub(super) async fn own_partners(
    visit: &Visit,
    session: &mut Session,
) -> Result<Vec<(Id<Partner>, String)>, Problem> {
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    let all = store::partners(session, &scope).await?;
    let open = all.into_iter().filter(|one| one.closed_at.is_none());
    Ok(open.map(|one| (one.id, one.name)).collect())
}
