//! The catalogue is kept in memory for as long as the directory stays as it is: the directory has a number that every
//! change raises, whichever process makes it.

use std::sync::{Arc, PoisonError, RwLock};

use ground::database::{DatabaseError, Session};
use tokio::sync::Mutex;
use vocabulary::Day;

use super::{Catalogue, Told};
use crate::directory::{Settings, assurance, availability, store};
use crate::edition;
use crate::place;

/// The present catalogue, made anew when need be.
#[derive(Debug, Default)]
pub struct Catalogues {
    settings: Settings,
    known: RwLock<Option<Known>>,
    /// Held by whoever makes it: making it twice at once would take twice as long.
    making: Mutex<()>,
}

#[derive(Clone, Debug)]
struct Known {
    version: i64,
    version_of_places: i64,
    catalogue: Arc<Catalogue>,
}

impl Catalogues {
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// What is public now, with every change that was made before somebody asked.
    pub async fn present(&self, session: &mut Session, today: Day) -> Result<Arc<Catalogue>, DatabaseError> {
        let version = store::version(session).await?;
        if let Some(fresh) = self.fresh(version, today) {
            return Ok(fresh);
        }
        let making = self.making.lock().await;
        let made = self.made(session, version, today).await;
        drop(making);
        made
    }

    /// The same for those who need not see what was changed this moment: while somebody makes it anew they get what was
    /// public just before, so that a change holds up nobody who searches.
    pub async fn recent(&self, session: &mut Session, today: Day) -> Result<Arc<Catalogue>, DatabaseError> {
        let version = store::version(session).await?;
        if let Some(fresh) = self.fresh(version, today) {
            return Ok(fresh);
        }
        match (self.making.try_lock(), self.known()) {
            (Ok(_making), _) => self.made(session, version, today).await,
            (Err(_), Some(known)) if known.catalogue.today == today => Ok(known.catalogue),
            (Err(_), _) => self.present(session, today).await,
        }
    }

    fn known(&self) -> Option<Known> {
        // Whoever broke off while writing had replaced all of it or nothing.
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self, version: i64, today: Day) -> Option<Arc<Catalogue>> {
        let known = self.known()?;
        (known.version >= version && known.catalogue.today == today).then_some(known.catalogue)
    }

    async fn made(
        &self,
        session: &mut Session,
        version: i64,
        today: Day,
    ) -> Result<Arc<Catalogue>, DatabaseError> {
        // Whoever made it meanwhile made it for us too.
        if let Some(fresh) = self.fresh(version, today) {
            return Ok(fresh);
        }
        // Places are ten times as many as services, and stay while these change from hour to hour.
        let version_of_places = edition::store::version_of_places(session).await?;
        let places = match self.known() {
            Some(known) if known.version_of_places == version_of_places => known.catalogue.places.clone(),
            _ => Arc::new(place::store::known(session).await?.lookup()),
        };
        let directory = store::directory(session).await?;
        let told = Told {
            checks: assurance::store::latest(session).await?,
            room: availability::store::all(session).await?,
        };
        let settings = self.settings.clone().with_terms(store::terms(session).await?);
        let make = move || Catalogue::new(directory, &told, settings, places, today);
        let catalogue = Arc::new(edition::made_aside(make).await?);
        let known = Known { version, version_of_places, catalogue: catalogue.clone() };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(catalogue)
    }
}
