//! The invitation room: to which hub people are invited, wave by wave, and the codes that a practice pairs with its patients
//! in its own system. The care zone: no list of people, and no pseudonym, is known here.

mod code_pages;
mod wave_pages;

use ground::database::{Change, DatabaseError};
use vocabulary::{Actor, Day, Permission};
use web::{Access, Room, Routes};

use care::invitation::{Wave, store};

const PLAN: Access = Access::May(Permission::PlanInvitations);
const PRACTICE: Access = Access::May(Permission::ActForPractice);

/// The invitation room: one door for those who plan hubs, one for the practices.
pub fn rooms() -> Vec<Room> {
    let routes = Routes::new()
        .get("/invitations", PLAN, wave_pages::list)
        .get("/invitations/new", PLAN, wave_pages::page)
        .post("/invitations/new", PLAN, wave_pages::act)
        .post("/invitations/{id}/end", PLAN, wave_pages::end);
    let plan = Room::new(routes).with_door(
        "Invitations",
        "/invitations",
        "To which hubs people are invited by codes, wave by wave",
        PLAN,
    );
    let routes = Routes::new()
        .get("/practice/codes", PRACTICE, code_pages::list)
        .post("/practice/codes/{id}/end", PRACTICE, code_pages::end)
        .confirmed("/practice/codes/new", PRACTICE, code_pages::page, code_pages::act);
    let practice = Room::new(routes).with_door(
        "Invitation codes",
        "/practice/codes",
        "Codes that our practice gives to people whom it invites",
        PRACTICE,
    );
    vec![plan, practice]
}

/// A demonstration invites to a hub.
pub async fn invent(change: &mut Change, until: Day, hub: &str) -> Result<(), DatabaseError> {
    let wave = Wave {
        id: change.new_id(),
        name: "First wave".to_owned(),
        hub: format!("{hub}, a Thursday in spring"),
        until,
        made_at: change.at(),
        ended_at: None,
        actor: Actor::Meres.to_string(),
    };
    store::add_wave(change, &wave).await
}
