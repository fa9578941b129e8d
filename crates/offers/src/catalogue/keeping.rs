//! The catalogue is kept in memory for as long as the directory stays as it is. Each who asks sees every change that was
//! made before they asked, whichever process made it: the directory has a number that every change raises.

use std::sync::Arc;

use ground::database::{DatabaseError, Session};
use tokio::sync::Mutex;
use vocabulary::Day;

use super::{Catalogue, Told};
use crate::directory::{Settings, assurance, availability, store};
use crate::edition;
use crate::place::{self, Places};

/// The present catalogue, made anew when need be.
#[derive(Debug, Default)]
pub struct Catalogues {
    settings: Settings,
    present: Mutex<Option<Present>>,
}

#[derive(Debug)]
struct Present {
    version: i64,
    version_of_places: i64,
    catalogue: Arc<Catalogue>,
}

impl Catalogues {
    pub fn new(settings: Settings) -> Self {
        Self { settings, present: Mutex::default() }
    }

    /// What is public now.
    pub async fn present(&self, session: &mut Session, today: Day) -> Result<Arc<Catalogue>, DatabaseError> {
        let version = store::version(session).await?;
        // Whoever comes while it is made waits for it: making it twice at once would take twice as long.
        let mut present = self.present.lock().await;
        if let Some(known) = &*present
            && known.version >= version
            && known.catalogue.today == today
        {
            return Ok(known.catalogue.clone());
        }
        // Places are ten times as many as services, and stay while these change from hour to hour.
        let version_of_places = edition::store::version_of_places(session).await?;
        let places = match &*present {
            Some(known) if known.version_of_places == version_of_places => known.catalogue.places.clone(),
            _ => Arc::new(place::store::known(session).await?.lookup()),
        };
        let catalogue = Arc::new(self.made(session, places, today).await?);
        *present = Some(Present { version, version_of_places, catalogue: catalogue.clone() });
        Ok(catalogue)
    }

    async fn made(
        &self,
        session: &mut Session,
        places: Arc<Places>,
        today: Day,
    ) -> Result<Catalogue, DatabaseError> {
        let directory = store::directory(session).await?;
        let told = Told {
            checks: assurance::store::latest(session).await?,
            room: availability::store::all(session).await?,
        };
        let settings = self.settings.clone().with_terms(store::terms(session).await?);
        Ok(Catalogue::new(directory, &told, settings, places, today))
    }
}
