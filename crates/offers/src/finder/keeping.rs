//! The finder is made with each catalogue and kept as long.

use std::sync::Arc;

use ground::database::{DatabaseError, Session};
use tokio::sync::Mutex;

use super::Finder;
use super::words::Words;
use crate::catalogue::Catalogue;
use crate::resource;

/// The present finder, made anew when need be.
#[derive(Debug, Default)]
pub struct Finders {
    words: Words,
    present: Mutex<Option<Arc<Finder>>>,
}

impl Finders {
    pub fn new(words: Words) -> Self {
        Self { words, present: Mutex::default() }
    }

    /// The finder over this catalogue.
    pub async fn present(
        &self,
        session: &mut Session,
        catalogue: Arc<Catalogue>,
    ) -> Result<Arc<Finder>, DatabaseError> {
        let mut present = self.present.lock().await;
        if let Some(known) = &*present
            && Arc::ptr_eq(&known.catalogue, &catalogue)
        {
            return Ok(known.clone());
        }
        let resources = resource::store::given_out(session).await?;
        let finder = Arc::new(Finder::new(catalogue, resources, self.words.clone()));
        *present = Some(finder.clone());
        Ok(finder)
    }
}
