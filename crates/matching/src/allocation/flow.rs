//! A demand as a market, and back.
//!
//! The floor becomes one more session: being left out as one of the deprived. It has as many places as there are deprived
//! people more than the floor asks for, helps nobody, and whoever is deprived must be in some session. Its price is the
//! floor's.

use super::Prices;
use super::demand::{Demand, Offer};
use super::first_prices::first_prices;
use super::market::Market;
use super::settle::{settle, share_of_gaps};
use super::span::span;

/// A market with what it stands on.
#[derive(Debug)]
pub(super) struct Flow<'d> {
    starts: std::borrow::Cow<'d, [u32]>,
    offers: std::borrow::Cow<'d, [Offer]>,
    places: std::borrow::Cow<'d, [u32]>,
    bound: Vec<bool>,
    /// Of the demand.
    sessions: usize,
}

/// A flow's best.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) session_of: Vec<Option<u32>>,
    pub(super) prices: Prices,
    /// The lowest prices as the market has them, to begin the next search with.
    pub(super) market_prices: Vec<i64>,
}

impl Found {
    pub(super) fn total(&self, demand: &Demand) -> i64 {
        (0..)
            .zip(&self.session_of)
            .filter_map(|(person, session)| demand.score(person, (*session)?))
            .map(i64::from)
            .sum()
    }
}

impl<'d> Flow<'d> {
    /// The demand as it is; of groups it knows nothing.
    pub(super) fn of(demand: &'d Demand) -> Self {
        if demand.floor > 0 {
            let everybody = (0..).take(demand.people());
            let offers = everybody.map(|person: u32| demand.offers_of(person).iter().copied());
            let all = demand.deprived.iter().filter(|deprived| **deprived).count();
            let may_be_left = number(all).saturating_sub(demand.floor);
            return Self::with_floor(demand, offers, demand.places.clone(), may_be_left, |person| {
                demand.is_deprived(person)
            });
        }
        Self {
            starts: demand.starts.as_slice().into(),
            offers: demand.offers.as_slice().into(),
            places: demand.places.as_slice().into(),
            bound: Vec::new(),
            sessions: demand.sessions(),
        }
    }

    /// Other offers of the same people, by session, and other numbers of places; at most `may_be_left` of those who count
    /// are left out.
    pub(super) fn with_floor<O: IntoIterator<Item = Offer>>(
        demand: &Demand,
        offers: impl IntoIterator<Item = O>,
        mut places: Vec<u32>,
        may_be_left: u32,
        counts: impl Fn(u32) -> bool,
    ) -> Flow<'static> {
        let left_out = Offer { session: number(demand.sessions()), score: 0 };
        let mut all = Vec::with_capacity(demand.wishes());
        let mut starts = vec![0];
        let mut bound = Vec::new();
        for (person, offers) in (0..).zip(offers) {
            all.extend(offers);
            let counts = demand.floor > 0 && counts(person);
            all.extend(counts.then_some(left_out));
            starts.push(number(all.len()));
            bound.push(counts);
        }
        places.push(may_be_left);
        let sessions = demand.sessions();
        Flow { starts: starts.into(), offers: all.into(), places: places.into(), bound, sessions }
    }

    /// The best; none where not everybody who must be somewhere can be.
    pub(super) fn solve(&self, start: Option<&[i64]>) -> Option<Found> {
        let market =
            Market { starts: &self.starts, offers: &self.offers, places: &self.places, bound: &self.bound };
        let guess = first_prices(&market, start);
        let settled = settle(&market, guess)?;
        let window = share_of_gaps(&market, &settled.prices);
        let span = span(&market, &settled, window);
        let given = |session: &u32| ((*session as usize) < self.sessions).then_some(*session);
        Some(Found {
            session_of: settled.at.iter().map(given).collect(),
            prices: Prices {
                one_more: span.lowest[..self.sessions].to_vec(),
                one_fewer: span.highest[..self.sessions].to_vec(),
                // The way out stands last, at 0; the session of those who are left out before it, where there is one.
                floor: span.lowest[self.sessions],
            },
            market_prices: span.lowest,
        })
    }
}

/// The most deprived people who can have a place.
pub(super) fn most_deprived(demand: &Demand) -> u32 {
    let offers = (0..).take(demand.people()).map(|person: u32| {
        let counts = demand.is_deprived(person);
        let offers = demand.offers_of(person).iter().filter(move |_| counts);
        offers.map(|offer| Offer { score: 1, ..*offer })
    });
    let flow = Flow::with_floor(demand, offers, demand.places.clone(), 0, |_| false);
    let found = flow.solve(None);
    number(found.map_or(0, |found| found.session_of.iter().flatten().count()))
}

#[expect(clippy::cast_possible_truncation, reason = "a demand has fewer than 2^31 people and 2^32 wishes")]
fn number(of: usize) -> u32 {
    of as u32
}
