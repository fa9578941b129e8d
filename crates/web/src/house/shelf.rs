//! What rooms keep in memory from one request to the next: one thing of each type. All of it can be made again from the
//! database.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

type Thing = Arc<dyn Any + Send + Sync>;

/// One thing of each type.
#[derive(Default)]
pub struct Shelf(Mutex<HashMap<TypeId, Thing>>);

impl Shelf {
    /// Puts it there, in place of another of its type.
    pub fn put<T: Send + Sync + 'static>(&self, thing: T) {
        self.things().insert(TypeId::of::<T>(), Arc::new(thing));
    }

    /// What is there of this type; where nothing is, one is made.
    pub fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let thing = self.things().entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone();
        // It stands under its own type.
        thing.downcast().unwrap_or_default()
    }

    fn things(&self) -> std::sync::MutexGuard<'_, HashMap<TypeId, Thing>> {
        // Whoever broke off while holding it had changed nothing, or all of one entry.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf of {}", self.things().len())
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn one_of_each_type() {
        let shelf = Shelf::default();
        assert_eq!(*shelf.of::<u8>(), 0);
        shelf.put(7_u8);
        shelf.put("a word".to_owned());
        assert_eq!((*shelf.of::<u8>(), shelf.of::<String>().as_str()), (7, "a word"));
    }
}
