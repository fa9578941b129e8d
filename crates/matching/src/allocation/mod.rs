//! Who gets which place: people, sessions with so many places, and what each person would gain in each that suits them.
//!
//! Each person gets at most one place, a session gives no more than it has, and the total of the scores is the most that
//! it can be: exactly, with a certificate. The certificate is a price for each session. At those prices everybody has the
//! place that leaves them most of their score, and nobody without a place would have anything left; and every session with a
//! price is full. Whoever adds up sees that no other allocation can be better: [`verify`] does, and shares no
//! code with what found it.
//!
//! A floor (at least so many deprived people) is one more price. Groups that go together or not at all are harder: the best
//! that was found comes with a bound that nothing can exceed, and where they meet it is the best.
//!
//! The numbers of people and sessions settle which of several equally good answers is given; the order of wishes does not.
//!
//! ```
//! use matching::allocation::{Demand, Wish, allocate, verify};
//!
//! // Session 0 has one place, and two people want it. Asha could also go to session 1, and would gain less there.
//! let wish = |person, session, score| Wish { person, session, score };
//! let wishes = vec![wish(0, 0, 9), wish(0, 1, 7), wish(1, 0, 8)];
//! let demand = Demand::new(2, vec![1, 1], wishes).expect("a demand");
//! let found = allocate(&demand).expect("no floor, so nothing stands in the way");
//! assert_eq!(found.session_of, [Some(1), Some(0)]);
//! assert_eq!(found.certificate.total, 15);
//! assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
//! // One more place in session 0 would add 2: Asha would go there instead.
//! assert_eq!(found.prices.one_more, [2, 0]);
//! ```

mod demand;
mod first_prices;
mod flow;
mod market;
mod missed;
mod near;
mod settle;
mod span;
mod together;
mod verify;

#[cfg(test)]
mod tests;

pub use demand::{Demand, MOST_PEOPLE, MOST_SESSIONS, Wish};
pub use missed::{Missed, missed};
pub use verify::{Flaw, verify};

/// Why something is no demand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemandProblem {
    #[error("there are more than {MOST_PEOPLE} people, {MOST_SESSIONS} sessions or 4294967295 wishes")]
    TooLarge,
    #[error("wish {row} is of a person or a session that is not there")]
    Stranger { row: usize },
    #[error("the score of wish {row} is below 1")]
    Score { row: usize },
    #[error("person {person} wishes for session {session} twice")]
    Twice { person: u32, session: u32 },
}

/// A floor that cannot be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloorTooHigh {
    /// No allocation gives more of the deprived a place.
    pub most: u32,
    /// Whether only the groups stand in the way: without them `most` would do.
    pub because_of_groups: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// By person.
    pub session_of: Vec<Option<u32>>,
    pub prices: Prices,
    pub certificate: Certificate,
}

/// What each constraint costs, in score. With groups, while they stay where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// By session: what one more place would add to the total.
    pub one_more: Vec<i64>,
    /// By session: what one place fewer would cost; none where there is none to take, or the floor would not be met.
    pub one_fewer: Vec<Option<i64>>,
    /// What a floor lower by one would add.
    pub floor: i64,
}

/// What proves how good an allocation is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The total of the scores.
    pub total: i64,
    /// No allocation has a higher total. Without groups it is the total.
    pub bound: i64,
    /// What the prices below prove: `bound`, or with groups perhaps more, where a search has found that less can be had.
    pub bound_by_prices: i64,
    /// By session, at least 0.
    pub prices: Vec<i64>,
    /// At least 0.
    pub floor_price: i64,
}

impl Certificate {
    /// By how much the total may be below the best; 0 if it is the best.
    pub const fn gap(&self) -> i64 {
        self.bound - self.total
    }
}

/// Finds the best allocation, or with groups a good one.
pub fn allocate(demand: &Demand) -> Result<Allocation, FloorTooHigh> {
    if demand.floor > 0 {
        let most = flow::most_deprived(demand);
        if most < demand.floor {
            return Err(FloorTooHigh { most, because_of_groups: false });
        }
    }
    if !demand.groups.is_empty() {
        return together::allocate(demand);
    }
    let found = flow::Flow::of(demand).solve(None);
    // Somebody can always stay out, and whoever must not can have a place: the floor can be met.
    let Some(found) = found else { return Err(FloorTooHigh { most: 0, because_of_groups: false }) };
    let total = found.total(demand);
    let certificate = Certificate {
        total,
        bound: total,
        bound_by_prices: total,
        prices: found.prices.one_more.clone(),
        floor_price: found.prices.floor,
    };
    Ok(Allocation { session_of: found.session_of, prices: found.prices, certificate })
}
