//! The finder is made with each catalogue and kept as long.

use std::sync::{Arc, PoisonError, RwLock};

use ground::database::{DatabaseError, Session};
use tokio::sync::Mutex;

use super::Finder;
use super::words::Words;
use crate::catalogue::Catalogue;
use crate::{edition, resource};

/// The present finder, made anew when need be.
#[derive(Debug, Default)]
pub struct Finders {
    words: Words,
    known: RwLock<Option<Arc<Finder>>>,
    /// Held by whoever makes it.
    making: Mutex<()>,
}

impl Finders {
    pub fn new(words: Words) -> Self {
        Self { words, ..Self::default() }
    }

    /// The finder over this catalogue; while somebody makes it, the one before it.
    pub async fn recent(
        &self,
        session: &mut Session,
        catalogue: Arc<Catalogue>,
    ) -> Result<Arc<Finder>, DatabaseError> {
        let known = self.known();
        if let Some(known) = self.over(&catalogue) {
            return Ok(known);
        }
        let _making = match (self.making.try_lock(), known) {
            (Ok(making), _) => making,
            (Err(_), Some(known)) if known.catalogue.today == catalogue.today => return Ok(known),
            (Err(_), _) => self.making.lock().await,
        };
        if let Some(known) = self.over(&catalogue) {
            return Ok(known);
        }
        let resources = resource::store::given_out(session).await?;
        let words = self.words.clone();
        let finder = Arc::new(edition::made_aside(move || Finder::new(catalogue, resources, words)).await?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(finder.clone());
        Ok(finder)
    }

    fn known(&self) -> Option<Arc<Finder>> {
        // Whoever broke off while writing had replaced it or not.
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn over(&self, catalogue: &Arc<Catalogue>) -> Option<Arc<Finder>> {
        self.known().filter(|known| Arc::ptr_eq(&known.catalogue, catalogue))
    }
}
