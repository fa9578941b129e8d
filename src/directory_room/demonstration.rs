//! Work on the directory for a demonstration: organisations that keep entries, a change that waits, an entry that nobody
//! has looked at, a group that is full. Invented like the rest, and once.

use ground::database::{Act, Change, DatabaseError};
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::assurance::{self, Against, Check, Looked};
use offers::directory::availability::{self, Room};
use offers::directory::past::How;
use offers::directory::proposal::{self, Wanted};
use offers::directory::revision::Fields;
use offers::directory::{Kind, Organisation, Service, editing, keeper, revision};
use vocabulary::{Actor, Day, Id, Partner, Permission, Scope};
use web::{House, Problem};

use super::seen::{entry, today};

/// Those of the invented organisations whose people keep entries.
const KEEPERS: [&str; 3] = ["Saltby Leisure Trust", "Wold End Walking Group", "Saltby Primary Care Network"];

/// Does nothing where the directory is empty, or where somebody keeps something already.
pub async fn invent_directory_work(house: &House) -> Result<(), Problem> {
    let catalogue = {
        let mut session = house.database.read().await?;
        house.shelf.of::<Catalogues>().present(&mut session, today(house)).await?
    };
    let mut change = house.database.change(&Actor::Meres).await?;
    let known = keeper::store::all(&mut change, &Scope::Everywhere).await?;
    let chosen = chosen(&catalogue);
    if chosen.is_empty() || !known.is_empty() {
        return Ok(());
    }
    let partners = keeper::store::partners(&mut change).await?;
    let mut kept = Vec::new();
    for (name, organisations) in KEEPERS.iter().zip(chosen.chunks(2)) {
        let Some((partner, _)) = partners.iter().find(|(_, known)| known == name) else { continue };
        for (organisation, services) in organisations {
            keeper::store::give(&mut change, *organisation, *partner).await?;
            kept.push((*partner, services.clone()));
        }
    }
    let Some((partner, services)) = kept.into_iter().next() else { return Ok(()) };
    work(house, &mut change, (&catalogue, partner), &services).await?;
    let act = Act {
        action: "demo.invent-directory",
        object: String::new(),
        purpose: None,
        detail: format!("{} services of one organisation", services.len()),
    };
    Ok(change.commit(act).await?)
}

/// Organisations with the most services that are public, most first.
fn chosen(catalogue: &Catalogue) -> Vec<(Id<Organisation>, Vec<Id<Service>>)> {
    let mut by: std::collections::BTreeMap<_, Vec<Id<Service>>> = std::collections::BTreeMap::new();
    for listed in &catalogue.services {
        if let Some((organisation, _)) = &listed.organisation {
            by.entry(*organisation).or_default().push(listed.id);
        }
    }
    let mut all: Vec<_> = by.into_iter().collect();
    all.sort_by_key(|(id, services)| (std::cmp::Reverse(services.len().min(12)), *id));
    all.truncate(KEEPERS.len() * 2);
    all
}

async fn work(
    house: &House,
    change: &mut Change,
    (catalogue, partner): (&Catalogue, Id<Partner>),
    services: &[Id<Service>],
) -> Result<(), Problem> {
    let people = access::who_may(change, house, Permission::EditDirectory, partner).await?;
    let actor = people.first().map_or(Actor::Meres, |account| Actor::Account(*account)).to_string();
    let mut services = services.iter().copied();
    if let Some(id) = services.next() {
        proposed(change, id, partner, &actor).await?;
        availability::store::say(change, id, Room::Open { places: Some(4) }, &actor).await?;
    }
    if let Some(id) = services.next() {
        let long_ago = catalogue.settings.review.every + catalogue.settings.review.grace + 60;
        stale(change, id, Day::from_days(catalogue.today.days() - long_ago)).await?;
    }
    if let Some(id) = services.next() {
        availability::store::say(change, id, Room::Full, &actor).await?;
    }
    if let Some(id) = services.next() {
        let check = Check { on: catalogue.today, against: Against::Telephone };
        let note = Some("Spoke to the desk.".to_owned());
        assurance::store::looked(change, id, &Looked { check, actor, note }).await?;
    }
    Ok(())
}

/// A change that waits for somebody who decides.
async fn proposed(
    change: &mut Change,
    id: Id<Service>,
    partner: Id<Partner>,
    actor: &str,
) -> Result<(), DatabaseError> {
    let known = editing::store::standing(change, Kind::Service, entry(id)).await?;
    let Some(known) = known else { return Ok(()) };
    let mut record = revision::fields(known.shown());
    let said = record.get("description").and_then(|said| said.as_str()).unwrap_or_default();
    let more = format!("{said} Chairs are there for those who want to sit, and tea afterwards.");
    record.insert("description".to_owned(), more.trim().into());
    record.insert("fees".to_owned(), "First time free".into());
    let Some(proposed) = revision::written(Kind::Service, &record) else { return Ok(()) };
    let wanted = Wanted {
        kind: Kind::Service,
        entry: entry(id),
        is_new: false,
        partner: Some(partner),
        actor: actor.to_owned(),
        base: known.shown().to_owned(),
        proposed,
        place: None,
        note: Some("We have new chairs.".to_owned()),
    };
    proposal::store::add(change, &wanted).await.map(drop)
}

/// An entry at which nobody has looked for too long.
async fn stale(change: &mut Change, id: Id<Service>, on: Day) -> Result<(), DatabaseError> {
    let known = editing::store::standing(change, Kind::Service, entry(id)).await?;
    let Some(known) = known else { return Ok(()) };
    let mut record: Fields = revision::fields(known.shown());
    record.insert("assured_on".to_owned(), on.to_string().into());
    let Some(record) = revision::written(Kind::Service, &record) else { return Ok(()) };
    let actor = Actor::Meres.to_string();
    editing::store::publish(change, &known, &record, How::Edit, &actor).await.map(drop)
}
