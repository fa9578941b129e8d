//! The edition of all that is on offer: a number that every change of places, directory and resources raises, so that
//! whoever keeps them in memory knows when to read them again.

pub mod store;

use ground::database::DatabaseError;

/// Makes what is kept of an edition: it takes a part of a second of a large directory, in which others are answered.
pub(crate) async fn made_aside<T: Send + 'static>(
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DatabaseError> {
    let done = tokio::task::spawn_blocking(make).await;
    done.map_err(|_| DatabaseError::Refused("what is public could not be put together".to_owned()))
}
