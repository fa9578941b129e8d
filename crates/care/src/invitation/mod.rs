//! Invitations by code. A programme says to which hub people are invited, wave by wave; a practice is given a block of random
//! codes, and pairs code and patient in its own system. Here nobody knows who holds which code: a code says which hub, which
//! wave and which practice, and is known by its keyed hash alone.

mod code;
pub mod store;

use vocabulary::{Day, Id, Partner};

pub use code::{Code, CodeError};

/// People are invited to a hub together.
#[derive(Clone, Debug)]
pub struct Wave {
    pub id: Id<Self>,
    pub name: String,
    /// Where and when, in words.
    pub hub: String,
    /// The last day on which its codes count.
    pub until: Day,
    pub made_at: String,
    pub ended_at: Option<String>,
    pub actor: String,
}

impl Wave {
    /// Whether codes are given out for it today.
    pub fn is_open(&self, today: Day) -> bool {
        self.ended_at.is_none() && self.until >= today
    }
}

/// Codes that a practice was given together.
#[derive(Clone, Debug)]
pub struct Block {
    pub id: Id<Self>,
    pub wave: Id<Wave>,
    pub partner: Id<Partner>,
    pub size: i64,
    pub made_at: String,
    /// Its unused codes count no more.
    pub ended_at: Option<String>,
    pub actor: String,
}

/// Codes of one block at most: more than a practice invites in a week.
pub const MOST_CODES: i64 = 2_000;
