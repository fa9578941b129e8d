//! The table of what providers said.

use std::collections::BTreeMap;

use ground::database::{Change, DatabaseError, Row, Session};
use vocabulary::Id;

use super::super::{Service, store};
use super::{Availability, Room};

/// What was said of every service of which anything was.
pub async fn all(session: &mut Session) -> Result<BTreeMap<Id<Service>, Availability>, DatabaseError> {
    let sql = "SELECT service, state, places, wait_weeks, said_at FROM availability";
    let rows = session.rows(sql, vec![]).await?;
    rows.iter().map(|row| Ok((row.id("service")?, availability(row)?))).collect()
}

/// What was said of one.
pub async fn of(session: &mut Session, service: Id<Service>) -> Result<Option<Availability>, DatabaseError> {
    let sql = "SELECT state, places, wait_weeks, said_at FROM availability WHERE service = $1";
    session.row(sql, vec![service.into()]).await?.map(|row| availability(&row)).transpose()
}

fn availability(row: &Row) -> Result<Availability, DatabaseError> {
    let number = |column: &str| -> Result<Option<u32>, DatabaseError> {
        Ok(row.maybe_whole(column)?.and_then(|number| u32::try_from(number).ok()))
    };
    let room = match row.text("state")?.as_str() {
        "open" => Room::Open { places: number("places")? },
        "waiting" => Room::Waiting { weeks: number("wait_weeks")? },
        "full" => Room::Full,
        _ => return Err(DatabaseError::Column("availability.state".into())),
    };
    Ok(Availability { room, said_at: row.text("said_at")? })
}

/// Writes down what a provider says now.
pub async fn say(
    change: &mut Change,
    service: Id<Service>,
    room: Room,
    actor: &str,
) -> Result<(), DatabaseError> {
    let (places, weeks) = match room {
        Room::Open { places } => (places, None),
        Room::Waiting { weeks } => (None, weeks),
        Room::Full => (None, None),
    };
    let columns = ["service", "state", "places", "wait_weeks", "said_at", "actor"];
    let ending = "ON CONFLICT (service) DO UPDATE SET state = excluded.state, places = excluded.places, \
                  wait_weeks = excluded.wait_weeks, said_at = excluded.said_at, actor = excluded.actor";
    let at = change.at();
    let row = vec![service.into(), room.word().into(), places.into(), weeks.into(), at.into(), actor.into()];
    change.insert("availability", &columns, ending, [row]).await?;
    store::turned(change).await
}
