//! The site, put together: a new room is one line here.

use std::sync::Arc;

use axum::Router;
use ground::database::{Clock, Database};
use ground::fetch::Reach;
use ground::jobs::Registry;
use ground::mail::Mail;
use ground::vault::Vault;
use offers::catalogue::Catalogues;
use offers::finder::Finders;
use web::{Brand, House, IdentityProvider, Room, Route, Routes, Shelf, Site};

use crate::audit_room::Vouching;
use crate::data_path::DataPath;
use crate::{
    about, audit_room, cohort_room, components, directory_room, figures_room, finder, home, import_room,
    invitation_room, jobs_room, match_room, open_referral_api, population_room, search, worklist_room,
};

/// Every room, in the order of the menu.
fn rooms() -> Vec<Room> {
    let mut rooms = vec![home::room(), search::room(), finder::room(), directory_room::room()];
    rooms.extend(access::rooms());
    rooms.push(import_room::room());
    rooms.extend([population_room::room(), cohort_room::room(), match_room::room()]);
    rooms.extend(worklist_room::rooms());
    rooms.extend(figures_room::rooms());
    rooms.extend(invitation_room::rooms());
    rooms.extend([audit_room::room(), jobs_room::room(), about::room(), components::room()]);
    rooms.push(open_referral_api::room());
    rooms
}

/// How a Meres is called and where it is reached.
#[derive(Debug)]
pub struct Sign {
    pub name: String,
    /// `https://meres.example`, without a path.
    pub address: String,
    pub demo: bool,
    pub brand: Brand,
    /// Where people may sign in instead of with a password.
    pub identity_providers: Vec<IdentityProvider>,
    /// How it is set up, for those who may see that.
    pub settings: Vec<(&'static str, String)>,
    /// How the directory is read.
    pub directory: offers::directory::Settings,
    /// What people mean by their words.
    pub words: offers::finder::words::Words,
    /// How far the addresses of feeds may lead that people give on pages.
    pub feeds: Reach,
    /// Where what is kept beside the database stands.
    pub data: DataPath,
}

/// What every handler is given.
pub fn house((database, vault): (Database, Vault), mail: Option<Mail>, sign: Sign, clock: Clock) -> House {
    let mut cards = Vec::new();
    let mut errands = vec![(audit_room::CHECKPOINT, "Sign how the audit log stands")];
    for room in rooms() {
        errands.extend(room.errands.iter().map(|errand| (errand.kind, errand.name)));
        cards.push(room.card);
    }
    let Sign { name, address, demo, brand, identity_providers, settings, directory, words, feeds, data } =
        sign;
    let identity_providers = identity_providers.into_iter().map(Arc::new).collect();
    let site = Site { name, address, demo, brand, cards, settings, errands, identity_providers };
    let shelf = Shelf::default();
    shelf.put(Catalogues::new(directory));
    shelf.put(Finders::new(words));
    shelf.put(feeds);
    shelf.put(data);
    House { database, vault: Arc::new(vault), site: Arc::new(site), mail, clock, shelf: Arc::new(shelf) }
}

/// All that is done later, for a worker.
pub fn registry(house: &House, vouching: Option<Vouching>) -> Registry {
    let mut registry = Registry::default();
    for errand in rooms().into_iter().flat_map(|room| room.errands) {
        errand.join(&mut registry, house);
    }
    if let Some(vouching) = vouching {
        audit_room::vouch(&mut registry, house, vouching);
    }
    registry
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
