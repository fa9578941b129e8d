//! Who could go where, and how many places there are.

use super::DemandProblem;

/// The most sessions of one demand. With scores below 2³¹ it keeps every price below 2⁵² and so every sum in its type.
pub const MOST_SESSIONS: usize = 1 << 20;

/// The most people of one demand, likewise.
pub const MOST_PEOPLE: usize = 1 << 30;

/// One row of what comes in: this person could go to this session, and is helped so much by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub person: u32,
    pub session: u32,
    /// At least 1.
    pub score: i32,
}

/// A wish as it is kept, behind the others of its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) session: u32,
    pub(super) score: i32,
}

/// What an allocation is asked for. People and sessions are numbered by whoever makes it; where two answers are equally
/// good, the numbers settle which is given, so they must not depend on the order of the rows of a file.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Person p's offers are those from `starts[p]` up to `starts[p + 1]`, by session.
    pub(super) starts: Vec<u32>,
    pub(super) offers: Vec<Offer>,
    pub(super) places: Vec<u32>,
    /// By person; empty where nobody is known to be.
    pub(super) deprived: Vec<bool>,
    /// At least so many of the deprived must have a place.
    pub(super) floor: u32,
    /// People who go together or not at all, each of at least two, by their first member.
    pub(super) groups: Vec<Vec<u32>>,
}

impl Demand {
    /// Wishes in any order: the demand is the same. `places` are those that may be given, held-back ones taken off.
    pub fn new(people: usize, places: Vec<u32>, mut wishes: Vec<Wish>) -> Result<Self, DemandProblem> {
        if people > MOST_PEOPLE || places.len() > MOST_SESSIONS || u32::try_from(wishes.len()).is_err() {
            return Err(DemandProblem::TooLarge);
        }
        for (row, wish) in wishes.iter().enumerate() {
            if wish.person as usize >= people || wish.session as usize >= places.len() {
                return Err(DemandProblem::Stranger { row });
            }
            if wish.score < 1 {
                return Err(DemandProblem::Score { row });
            }
        }
        let key = |wish: &Wish| (wish.person, wish.session);
        if !wishes.is_sorted_by_key(key) {
            wishes.sort_unstable_by_key(key);
        }
        if let Some(twice) = wishes.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            return Err(DemandProblem::Twice { person: twice[0].person, session: twice[0].session });
        }
        let mut starts = vec![0_u32; people + 1];
        for wish in &wishes {
            starts[wish.person as usize + 1] += 1;
        }
        for person in 0..people {
            starts[person + 1] += starts[person];
        }
        let offers = wishes.iter().map(|w| Offer { session: w.session, score: w.score }).collect();
        Ok(Self { starts, offers, places, deprived: Vec::new(), floor: 0, groups: Vec::new() })
    }

    /// At least `floor` of those who are `deprived` (by person) must have a place.
    #[must_use]
    pub fn with_floor(mut self, deprived: Vec<bool>, floor: u32) -> Self {
        self.deprived = deprived;
        self.deprived.resize(self.people(), false);
        self.floor = floor;
        self
    }

    /// These people go together or not at all. `group` has a number for each person who is in one.
    #[must_use]
    pub fn with_groups(mut self, group: &[Option<u32>]) -> Self {
        let mut members: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        for (person, group) in (0..).zip(group).take(self.people()) {
            if let Some(group) = group {
                members.entry(*group).or_default().push(person);
            }
        }
        self.groups = members.into_values().filter(|members| members.len() > 1).collect();
        self.groups.sort_unstable_by_key(|members| members[0]);
        self
    }

    /// The same with other numbers of places.
    #[must_use]
    pub fn with_places(mut self, places: &[u32]) -> Self {
        for (mine, other) in self.places.iter_mut().zip(places) {
            *mine = *other;
        }
        self
    }

    /// The same without a floor.
    #[must_use]
    pub fn without_floor(mut self) -> Self {
        self.floor = 0;
        self
    }

    pub fn people(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn sessions(&self) -> usize {
        self.places.len()
    }

    /// How many wishes there are.
    pub fn wishes(&self) -> usize {
        self.offers.len()
    }

    pub fn places(&self) -> &[u32] {
        &self.places
    }

    pub fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    pub const fn floor(&self) -> u32 {
        self.floor
    }

    pub fn is_deprived(&self, person: u32) -> bool {
        self.deprived.get(person as usize).copied().unwrap_or(false)
    }

    /// What a person gains in each session that suits them, by session.
    pub fn of_person(&self, person: u32) -> impl Iterator<Item = (u32, i32)> {
        self.offers_of(person).iter().map(|offer| (offer.session, offer.score))
    }

    /// What a person gains there, if it suits them.
    pub fn score(&self, person: u32, session: u32) -> Option<i32> {
        let offers = self.offers_of(person);
        offers.binary_search_by_key(&session, |offer| offer.session).ok().map(|at| offers[at].score)
    }

    pub(super) fn offers_of(&self, person: u32) -> &[Offer] {
        let person = person as usize;
        &self.offers[self.starts[person] as usize..self.starts[person + 1] as usize]
    }
}
