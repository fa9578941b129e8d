//! A room: one part of the site, with all that the rest of the site asks of it. A new room is its own files and one line
//! in `app.rs`.

use crate::access::Access;
use crate::errand::Errand;
use crate::house::{Card, Changes, Door, Search, Urgent, Waits};
use crate::routes::Routes;

/// One part of the site.
#[derive(Debug)]
pub struct Room {
    pub card: Card,
    pub routes: Routes,
    pub errands: Vec<Errand>,
}

impl Room {
    /// A room with these routes and nothing else.
    pub fn new(routes: Routes) -> Self {
        Self { card: Card::default(), routes, errands: Vec::new() }
    }

    #[must_use]
    pub fn with_door(
        mut self,
        name: &'static str,
        path: &'static str,
        about: &'static str,
        access: Access,
    ) -> Self {
        self.card.door = Some(Door { name, path, about, access });
        self
    }

    /// With a page that the head of every public page leads to.
    #[must_use]
    pub fn with_urgent(mut self, name: &'static str, path: &'static str) -> Self {
        self.card.urgent = Some(Urgent { name, path });
        self
    }

    /// What it has done later.
    #[must_use]
    pub fn with_errand(mut self, errand: Errand) -> Self {
        self.errands.push(errand);
        self
    }

    #[must_use]
    pub fn with_search(mut self, search: Search) -> Self {
        self.card.search = Some(search);
        self
    }

    #[must_use]
    pub fn with_changes(mut self, changes: Changes) -> Self {
        self.card.changes = Some(changes);
        self
    }

    #[must_use]
    pub fn with_waiting(mut self, waiting: Waits) -> Self {
        self.card.waiting = Some(waiting);
        self
    }
}
