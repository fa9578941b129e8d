//! What providers last said of the room that they have: shown before anybody is sent there.

use std::sync::Arc;

use offers::catalogue::{Catalogue, Catalogues, Listed};
use vocabulary::Id;
use web::{Problem, Visit, day_of};

pub(super) struct SaidOfRoom(Arc<Catalogue>);

impl SaidOfRoom {
    pub(super) async fn of(visit: &Visit) -> Result<Self, Problem> {
        let catalogues = visit.house.shelf.of::<Catalogues>();
        let today = day_of((visit.house.clock)());
        Ok(Self(catalogues.recent(&mut visit.read().await?, today).await?))
    }

    /// Of the service that a run knows by this; nothing where nothing was said, or it is none of the directory.
    pub(super) fn service(&self, id: &str) -> Option<String> {
        Some(self.listed(id)?.room.as_ref()?.in_words())
    }

    /// The same with the name of the service.
    pub(super) fn named(&self, id: &str) -> Option<String> {
        Some(format!("{}: {}", self.listed(id)?.name, self.service(id)?))
    }

    fn listed(&self, id: &str) -> Option<&Listed> {
        self.0.service(Id::parse(id).ok()?)
    }
}
