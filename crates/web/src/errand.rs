//! What a room has done later, by a worker.

use std::pin::Pin;

use ground::jobs::{JobError, Registry, Run};

use crate::house::House;

/// A job under way.
pub type Doing = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;

/// A kind of job, and what does it.
#[derive(Clone, Copy, Debug)]
pub struct Errand {
    /// As [`ground::jobs::NewJob`] says it: `mail.link`.
    pub kind: &'static str,
    /// For the room of later work: "Send a link by e-mail".
    pub name: &'static str,
    pub work: fn(House, Run) -> Doing,
}

impl Errand {
    /// Has a worker know it.
    pub fn join(self, registry: &mut Registry, house: &House) {
        let house = house.clone();
        registry.add(self.kind, move |run| (self.work)(house.clone(), run));
    }
}
