//! The table of keepers.

use std::collections::BTreeSet;

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Id, Partner, Scope};

use super::super::Organisation;
use super::Keeper;

/// What the organisations of a scope keep. Everywhere: whatever anybody keeps.
pub async fn kept(session: &mut Session, scope: &Scope) -> Result<BTreeSet<Id<Organisation>>, DatabaseError> {
    let sql = "SELECT organisation FROM directory_keeper WHERE until IS NULL AND {within partner}";
    session.rows_within(sql, vec![], scope).await?.iter().map(|row| row.id("organisation")).collect()
}

/// For which organisation of the scope somebody changes this one; the first where several keep it.
pub async fn for_whom(
    session: &mut Session,
    organisation: Id<Organisation>,
    scope: &Scope,
) -> Result<Option<Id<Partner>>, DatabaseError> {
    let sql = "SELECT partner FROM directory_keeper WHERE organisation = $1 AND until IS NULL AND {within partner} \
               ORDER BY since, id";
    let rows = session.rows_within(sql, vec![organisation.into()], scope).await?;
    rows.first().map(|row| row.id("partner")).transpose()
}

/// Who keeps what today, by name; those of the scope.
pub async fn all(session: &mut Session, scope: &Scope) -> Result<Vec<Keeper>, DatabaseError> {
    let sql = "SELECT directory_keeper.id, organisation, partner, since, partner.name AS partner_name \
               FROM directory_keeper JOIN partner ON partner.id = directory_keeper.partner \
               WHERE until IS NULL AND {within directory_keeper.partner} ORDER BY partner.name_folded, since";
    let rows = session.rows_within(sql, vec![], scope).await?;
    let keeper = |row: &ground::database::Row| {
        Ok(Keeper {
            id: row.id("id")?,
            organisation: row.id("organisation")?,
            partner: row.id("partner")?,
            partner_name: row.text("partner_name")?,
            since: row.text("since")?,
        })
    };
    rows.iter().map(keeper).collect()
}

/// Organisations that take part, of those that this session sees, by name.
pub async fn partners(session: &mut Session) -> Result<Vec<(Id<Partner>, String)>, DatabaseError> {
    let sql = "SELECT id, name FROM partner WHERE closed_at IS NULL ORDER BY name_folded";
    session.rows(sql, vec![]).await?.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// From now on this organisation keeps that one; whether it did not before.
pub async fn give(
    change: &mut Change,
    organisation: Id<Organisation>,
    partner: Id<Partner>,
) -> Result<bool, DatabaseError> {
    let (id, at): (Id<Keeper>, _) = (change.new_id(), change.at());
    let columns = ["id", "organisation", "partner", "since"];
    let once = "ON CONFLICT (organisation, partner) WHERE until IS NULL DO NOTHING";
    let row = vec![id.into(), organisation.into(), partner.into(), at.into()];
    Ok(change.insert("directory_keeper", &columns, once, [row]).await? > 0)
}

/// It keeps it no longer; whether it did.
pub async fn end(
    change: &mut Change,
    organisation: Id<Organisation>,
    line: Id<Keeper>,
) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE directory_keeper SET until = $1 WHERE id = $2 AND organisation = $3 AND until IS NULL";
    Ok(change.run(sql, vec![at.into(), line.into(), organisation.into()]).await? == 1)
}
