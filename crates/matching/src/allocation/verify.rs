//! Checks an allocation and its certificate. It trusts nothing, and uses nothing of what found them: what it says rests on
//! the demand, on sums, and on this page.
//!
//! Why the sums prove it: let every session have a price of at least 0. Give people away one by one: what a person adds
//! to the total is at most what they have left of their score after paying their session's price, and at least nothing, plus
//! the price; and each session is paid at most once a place. So no total exceeds the places times their prices, plus
//! what each person has left where most is left. A group pays for all its places and has left the sum of its scores. A floor of
//! N with price f gives each of the deprived f more to pay with, of which f times N has come from nowhere and is taken off.

use super::Certificate;
use super::demand::Demand;

/// What is wrong with an allocation or its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("it is of another number of people or sessions")]
    Size,
    #[error("person {person} has a place that does not suit them")]
    Unsuitable { person: u32 },
    #[error("session {session} has more people than places")]
    Overfull { session: u32 },
    #[error("a group does not go together; its first member is person {person}")]
    Apart { person: u32 },
    #[error("fewer of the deprived have a place than the floor asks for")]
    BelowFloor,
    #[error("the total is not the sum of the scores")]
    Total,
    #[error("a price is below 0")]
    Price,
    #[error("the prices do not prove the bound")]
    Bound,
    #[error("the total is not the best that there is")]
    NotBest,
}

/// Whether people have what the certificate says, and whether it proves what it says.
pub fn verify(demand: &Demand, session_of: &[Option<u32>], certificate: &Certificate) -> Result<(), Flaw> {
    if session_of.len() != demand.people() || certificate.prices.len() != demand.sessions() {
        return Err(Flaw::Size);
    }
    let total = checked_total(demand, session_of)?;
    if total != i128::from(certificate.total) {
        return Err(Flaw::Total);
    }
    if certificate.floor_price < 0 || certificate.prices.iter().any(|price| *price < 0) {
        return Err(Flaw::Price);
    }
    if bound(demand, certificate) != i128::from(certificate.bound_by_prices)
        || certificate.bound > certificate.bound_by_prices
        || certificate.bound < certificate.total
    {
        return Err(Flaw::Bound);
    }
    // A flow has no gap. With groups there may be one, and a search may have made it smaller than the prices do.
    if demand.groups().is_empty() && certificate.bound_by_prices != certificate.total {
        return Err(Flaw::NotBest);
    }
    Ok(())
}

/// The sum of the scores of an allocation that keeps every rule.
fn checked_total(demand: &Demand, session_of: &[Option<u32>]) -> Result<i128, Flaw> {
    let mut taken = vec![0_u64; demand.sessions()];
    let mut total = 0;
    let mut deprived = 0_u64;
    for (person, session) in (0..).zip(session_of) {
        let Some(session) = *session else { continue };
        let suits = demand.of_person(person).find(|(offered, _)| *offered == session);
        let Some((_, score)) = suits else { return Err(Flaw::Unsuitable { person }) };
        total += i128::from(score);
        taken[session as usize] += 1;
        deprived += u64::from(demand.is_deprived(person));
    }
    for (session, (taken, places)) in (0..).zip(taken.iter().zip(demand.places())) {
        if *taken > u64::from(*places) {
            return Err(Flaw::Overfull { session });
        }
    }
    for members in demand.groups() {
        let first = session_of[members[0] as usize];
        if members.iter().any(|member| session_of[*member as usize] != first) {
            return Err(Flaw::Apart { person: members[0] });
        }
    }
    if deprived < u64::from(demand.floor()) {
        return Err(Flaw::BelowFloor);
    }
    Ok(total)
}

/// What no total can exceed, by these prices.
fn bound(demand: &Demand, certificate: &Certificate) -> i128 {
    let price = |session: u32| i128::from(certificate.prices[session as usize]);
    let floor_price = i128::from(certificate.floor_price);
    let more = |person: u32| if demand.is_deprived(person) { floor_price } else { 0 };
    let places = demand.places().iter().zip(&certificate.prices);
    let mut bound: i128 = places.map(|(places, price)| i128::from(*places) * i128::from(*price)).sum();
    bound -= floor_price * i128::from(demand.floor());
    let mut in_group = vec![false; demand.people()];
    for members in demand.groups() {
        members.iter().for_each(|member| in_group[*member as usize] = true);
        let left = demand.of_person(members[0]).map(|(session, _)| {
            let scores = members.iter().map(|member| {
                let suits = demand.of_person(*member).find(|(offered, _)| *offered == session);
                Some(i128::from(suits?.1) + more(*member) - price(session))
            });
            let fits = members.len() as u64 <= u64::from(demand.places()[session as usize]);
            scores.sum::<Option<i128>>().filter(|_| fits)
        });
        bound += left.flatten().max().unwrap_or(0).max(0);
    }
    for person in (0..).take(demand.people()).filter(|person: &u32| !in_group[*person as usize]) {
        let left = demand.of_person(person).map(|(session, score)| i128::from(score) - price(session));
        bound += left.max().map_or(0, |left| left + more(person)).max(0);
    }
    bound
}
