//! The site, put together: a new room is one line here.

use std::sync::Arc;

use axum::Router;
use ground::database::{Clock, Database};
use ground::vault::Vault;
use web::{Card, House, IdentityProvider, Room, Route, Routes, Site};

use crate::{about, audit_room, home, search};

/// Every room, in the order of the menu.
fn rooms() -> Vec<Room> {
    let mut rooms = vec![home::room(), search::room()];
    rooms.extend(access::rooms());
    rooms.extend([audit_room::room(), about::room()]);
    rooms
}

/// How a Meres is called and where it is reached.
#[derive(Debug)]
pub struct Sign {
    pub name: String,
    /// `https://meres.example`, without a path.
    pub address: String,
    pub demo: bool,
    /// Where people may sign in instead of with a password.
    pub identity_providers: Vec<IdentityProvider>,
}

/// What every handler is given.
pub fn house(database: Database, vault: Vault, sign: Sign, clock: Clock) -> House {
    let cards: Vec<Card> = rooms().into_iter().map(|room| room.card).collect();
    let identity_providers = sign.identity_providers.into_iter().map(Arc::new).collect();
    let site = Site { name: sign.name, address: sign.address, demo: sign.demo, cards, identity_providers };
    House { database, vault: Arc::new(vault), site: Arc::new(site), clock }
}

fn routes() -> Routes {
    rooms().into_iter().fold(Routes::new(), |all, room| all.and(room.routes))
}

/// The whole site as one service.
pub fn service(house: &House) -> Router {
    web::assemble(house.clone(), routes(), access::admit)
}

/// Every route of the site, in the order in which they were added.
pub fn route_table() -> Vec<Route> {
    routes().table().to_vec()
}
