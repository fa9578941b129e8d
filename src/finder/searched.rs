//! What the finder searches, as it stands now.

use std::sync::Arc;

use offers::catalogue::Catalogues;
use offers::finder::{Finder, Finders};
use web::{House, Problem, Visit, day_of};

/// What is searched, as it stands now.
pub(super) async fn finder(visit: &Visit) -> Result<Arc<Finder>, Problem> {
    let House { shelf, .. } = &visit.house;
    let mut session = visit.read().await?;
    let catalogue = shelf.of::<Catalogues>().recent(&mut session, day_of((visit.house.clock)())).await?;
    Ok(shelf.of::<Finders>().recent(&mut session, catalogue).await?)
}
