//! Why somebody has no place: a reason for everyone who missed out.

use super::Allocation;
use super::demand::Demand;

/// Why somebody has no place. `short_by` is in score: how much the total would fall if they had that place all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missed {
    /// No session suits them.
    NoOffer,
    /// Those that suit them have no places, or all are held back.
    NoPlaces,
    /// Every session that suits them is full of people with more to gain; they come nearest to a place in this one. With 0
    /// they would gain as much as somebody there, and the order settled it.
    OthersGainMore { session: u32, short_by: i64 },
    /// Every session that suits them is full, and the nearest one of groups alone.
    GroupsHaveThePlaces { session: u32 },
    /// No session suits all of their group.
    GroupNoOffer,
    /// None of those that suit all of their group has so many places.
    GroupNoPlaces,
    /// Others gain more; this one comes nearest, and the total would fall by at least so much.
    GroupOthersGainMore { session: u32, short_by: i64 },
    /// They would gain enough, but the places are not free together.
    GroupDoesNotFit { session: u32 },
}

/// Everybody without a place, and why, in the order of their numbers.
pub fn missed(demand: &Demand, found: &Allocation) -> Vec<(u32, Missed)> {
    let mut why: Vec<Option<Missed>> = vec![None; demand.people()];
    for members in demand.groups() {
        if found.session_of[members[0] as usize].is_none() {
            let reason = of_group(demand, found, members);
            members.iter().for_each(|member| why[*member as usize] = Some(reason));
        }
    }
    let without = (0..).zip(&found.session_of).filter(|(_, session)| session.is_none());
    without
        .map(|(person, _)| (person, why[person as usize].unwrap_or_else(|| of_person(demand, found, person))))
        .collect()
}

fn of_person(demand: &Demand, found: &Allocation, person: u32) -> Missed {
    let prices = &found.prices;
    let nearest = demand.of_person(person).filter(|(session, _)| demand.places[*session as usize] > 0);
    let nearest = nearest.map(|(session, score)| {
        let at = session as usize;
        // Whoever counts for the floor brings its price along, and only the lowest prices are known to go with that.
        let price = if demand.is_deprived(person) && demand.floor > 0 {
            prices.one_more[at] - prices.floor
        } else {
            prices.one_fewer[at].unwrap_or(prices.one_more[at])
        };
        // Whom groups leave no place, no price of a single place tells what one would cost.
        let of_groups = prices.one_fewer[at].is_none() && !demand.groups.is_empty();
        (of_groups, price - i64::from(score), session)
    });
    match nearest.min() {
        Some((true, _, session)) => Missed::GroupsHaveThePlaces { session },
        Some((false, short_by, session)) => Missed::OthersGainMore { session, short_by: short_by.max(0) },
        None if demand.offers_of(person).is_empty() => Missed::NoOffer,
        None => Missed::NoPlaces,
    }
}

fn of_group(demand: &Demand, found: &Allocation, members: &[u32]) -> Missed {
    let mut suits = false;
    let mut nearest: Option<(i128, u32)> = None;
    for (session, _) in demand.of_person(members[0]) {
        let scores = members.iter().map(|member| demand.score(*member, session).map(i64::from));
        let Some(score) = scores.sum::<Option<i64>>() else { continue };
        suits = true;
        if members.len() as u64 > u64::from(demand.places[session as usize]) {
            continue;
        }
        let each = members.iter().map(|member| {
            let brings = if demand.is_deprived(*member) { found.prices.floor } else { 0 };
            i128::from(found.prices.one_more[session as usize]) - i128::from(brings)
        });
        let short_by = each.sum::<i128>() - i128::from(score);
        nearest = Some(nearest.map_or((short_by, session), |before| before.min((short_by, session))));
    }
    match nearest {
        None if !suits => Missed::GroupNoOffer,
        None => Missed::GroupNoPlaces,
        Some((short_by, session)) if short_by > 0 => {
            let short_by = i64::try_from(short_by).unwrap_or(i64::MAX);
            Missed::GroupOthersGainMore { session, short_by }
        }
        Some((_, session)) => Missed::GroupDoesNotFit { session },
    }
}
