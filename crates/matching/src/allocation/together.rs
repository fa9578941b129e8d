//! Groups that go together or not at all. No flow: a search, whose answer comes with a bound.
//!
//! Without the rule that they go together, only kept to sessions that suit all of a group, the best is a flow, and no
//! allocation with groups is better. Where that flow tears a group apart, the search tries both: the group in one of the
//! sessions, and the group anywhere else. What is most promising is looked at first, and where the bound of all that is left
//! is no better than the best that was found, that is the best. The search ends after so much work whatever it has found,
//! counted in wishes and not in time, so that the answer is the same on every machine.

use std::collections::BinaryHeap;

use super::demand::{Demand, Offer};
use super::flow::{Flow, Found, most_deprived};
use super::{Allocation, Certificate, FloorTooHigh};

/// Wishes that a search may look at, over all its flows.
const MOST_WORK: usize = 40_000_000;

/// Flows that a search may solve, if they are small.
const MOST_FLOWS: usize = 4_000;

/// What was decided of a group on the way to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decided {
    In(u32),
    NotIn(u32),
    Out,
}

/// A part of the search: what was decided, by group, and the most that can come of it.
struct Branch {
    bound: i64,
    number: usize,
    decided: Vec<(usize, Decided)>,
    found: Found,
    /// The bound as prices prove it, by session and floor.
    prices: (Vec<i64>, i64),
}

impl PartialEq for Branch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Branch {}
impl PartialOrd for Branch {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Branch {
    /// The highest bound first, then what was made first.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bound.cmp(&other.bound).then(other.number.cmp(&self.number))
    }
}

/// The best that a search finds, and a bound on what there can be.
pub(super) fn allocate(demand: &Demand) -> Result<Allocation, FloorTooHigh> {
    let mut search = Search::new(demand);
    // The floor can be met, but not with people who are kept to what suits all of their group.
    let too_high = || FloorTooHigh { most: most_deprived(demand), because_of_groups: true };
    let root = search.branch(Vec::new(), None).ok_or_else(too_high)?;
    let (prices, floor_price) = root.prices.clone();
    let bound_by_prices = root.bound;
    let mut open = BinaryHeap::from([root]);
    let mut bound = bound_by_prices;
    while let Some(branch) = open.pop() {
        bound = branch.bound;
        if search.is_no_better(bound) || search.flows == 0 {
            open.push(branch);
            break;
        }
        let Some((group, session)) = search.torn(&branch) else {
            search.take(&branch.decided, branch.found);
            continue;
        };
        search.round(&branch);
        for decision in [Decided::In(session), Decided::NotIn(session)] {
            let mut decided = branch.decided.clone();
            decided.push((group, decision));
            let mut child = search.branch(decided, Some(&branch.found));
            if let Some(child) = child.take_if(|child| !search.is_no_better(child.bound)) {
                if search.torn(&child).is_none() {
                    search.take(&child.decided, child.found.clone());
                } else {
                    open.push(Branch { bound: child.bound.min(branch.bound), ..child });
                }
            }
        }
    }
    // Where nothing is left open, or nothing better, what was found is the best.
    bound = open.peek().map_or(i64::MIN, |branch| branch.bound.min(bound));
    if !search.is_no_better(bound) {
        search.improve();
    }
    let Some((total, decided, found)) = search.best.take() else {
        return Err(too_high());
    };
    let session_of = search.with_groups(&decided, found.session_of);
    Ok(Allocation {
        session_of,
        prices: found.prices,
        certificate: Certificate { total, bound: bound.max(total), bound_by_prices, prices, floor_price },
    })
}

struct Search<'d> {
    demand: &'d Demand,
    /// By group: the sessions that suit all of it and have room for it, and the sum of its scores there.
    chances: Vec<Vec<(u32, i64)>>,
    /// Members who count for the floor, by group.
    deprived: Vec<u32>,
    group_of: Vec<Option<u32>>,
    /// Flows that may still be solved.
    flows: usize,
    made: usize,
    /// Total, what was decided of every group, and everybody else's best.
    best: Option<(i64, Vec<Decided>, Found)>,
}

impl<'d> Search<'d> {
    fn new(demand: &'d Demand) -> Self {
        let mut group_of = vec![None; demand.people()];
        let mut chances = Vec::new();
        let mut deprived = Vec::new();
        for (group, members) in (0..).zip(&demand.groups) {
            members.iter().for_each(|member| group_of[*member as usize] = Some(group));
            let counts = members.iter().filter(|member| demand.is_deprived(**member));
            deprived.push(counts.map(|_| 1).sum());
            let room = |session: u32| members.len() as u64 <= u64::from(demand.places[session as usize]);
            let all = demand.of_person(members[0]).filter(|(session, _)| room(*session)).filter_map(
                |(session, _)| {
                    let scores = members.iter().map(|member| demand.score(*member, session).map(i64::from));
                    Some((session, scores.sum::<Option<i64>>()?))
                },
            );
            chances.push(all.collect());
        }
        let flows = (MOST_WORK / (demand.wishes() + 1_000)).clamp(20, MOST_FLOWS);
        Self { demand, chances, deprived, group_of, flows, made: 0, best: None }
    }

    /// The flow when this much is decided, by group; none where too many of the deprived are left out, or a session is
    /// overfull.
    fn flow(&mut self, decided: &[Vec<Decided>], start: Option<&Found>) -> Option<Found> {
        self.flows = self.flows.saturating_sub(1);
        let demand = self.demand;
        let mut places = demand.places.clone();
        let counted = demand.deprived.iter().filter(|deprived| **deprived).count();
        let mut may_be_left = i64::try_from(counted).unwrap_or(i64::MAX) - i64::from(demand.floor);
        let fixed = |group: usize| decided[group].iter().find(|d| !matches!(d, Decided::NotIn(_)));
        for (group, members) in demand.groups.iter().enumerate() {
            match fixed(group) {
                Some(Decided::In(session)) => {
                    let left = &mut places[*session as usize];
                    *left = left.checked_sub(u32::try_from(members.len()).ok()?)?;
                }
                Some(_) => may_be_left -= i64::from(self.deprived[group]),
                None => {}
            }
        }
        let may_be_left = if demand.floor == 0 { 0 } else { u32::try_from(may_be_left).ok()? };
        let offers = (0..).zip(&self.group_of).map(|(person, group): (u32, _)| {
            let group = group.map(|group| group as usize);
            let chances = group.map(|group| self.chances[group].as_slice());
            let open = move |offer: &&Offer| {
                let (Some(group), Some(chances)) = (group, chances) else { return true };
                fixed(group).is_none()
                    && chances.binary_search_by_key(&offer.session, |(session, _)| *session).is_ok()
                    && !decided[group].contains(&Decided::NotIn(offer.session))
            };
            demand.offers_of(person).iter().filter(open).copied()
        });
        let counts = |person: u32| {
            let free = self.group_of[person as usize].is_none_or(|group| fixed(group as usize).is_none());
            free && demand.is_deprived(person)
        };
        let flow = Flow::with_floor(demand, offers, places, may_be_left, counts);
        flow.solve(start.map(|found| found.market_prices.as_slice()))
    }

    fn by_group(&self, decided: &[(usize, Decided)]) -> Vec<Vec<Decided>> {
        let mut by_group = vec![Vec::new(); self.chances.len()];
        decided.iter().for_each(|(group, decision)| by_group[*group].push(*decision));
        by_group
    }

    fn branch(&mut self, decided: Vec<(usize, Decided)>, before: Option<&Found>) -> Option<Branch> {
        let by_group = self.by_group(&decided);
        let found = self.flow(&by_group, before)?;
        let bound = self.bound(&by_group, &found);
        self.made += 1;
        let prices = (found.prices.one_more.clone(), found.prices.floor);
        Some(Branch { bound, number: self.made, decided, found, prices })
    }

    /// What the flow's prices prove when groups pay for all their places at once, decided ones for the places they have.
    fn bound(&self, decided: &[Vec<Decided>], found: &Found) -> i64 {
        let demand = self.demand;
        let prices = &found.prices;
        let price = |session: u32| i128::from(prices.one_more[session as usize]);
        let brings = |deprived: u32| i128::from(deprived) * i128::from(prices.floor);
        let of_places = demand.places.iter().zip(&prices.one_more);
        let mut bound: i128 =
            of_places.map(|(places, price)| i128::from(*places) * i128::from(*price)).sum::<i128>();
        bound -= brings(demand.floor);
        for (group, members) in demand.groups.iter().enumerate() {
            let size = members.len() as i128;
            let left = |(session, score): &(u32, i64)| {
                i128::from(*score) + brings(self.deprived[group]) - size * price(*session)
            };
            let chances = || self.chances[group].iter();
            let fixed = decided[group].iter().find(|d| !matches!(d, Decided::NotIn(_)));
            bound += match fixed {
                Some(Decided::In(session)) => chances().find(|(chance, _)| chance == session).map_or(0, left),
                Some(_) => 0,
                None => {
                    let open = chances().filter(|(at, _)| !decided[group].contains(&Decided::NotIn(*at)));
                    open.map(left).max().unwrap_or(0).max(0)
                }
            };
        }
        let alone = (0..).zip(&self.group_of).filter(|(_, group)| group.is_none());
        for (person, _) in alone {
            let left = demand.of_person(person).map(|(at, score)| i128::from(score) - price(at)).max();
            let more = brings(u32::from(demand.is_deprived(person)));
            bound += left.map_or(0, |left| left + more).max(0);
        }
        i64::try_from(bound).unwrap_or(i64::MAX)
    }

    /// A group that a branch's flow tears apart, the largest, and the session that most of it is in.
    fn torn(&self, branch: &Branch) -> Option<(usize, u32)> {
        let session_of = &branch.found.session_of;
        let groups = self.demand.groups.iter().enumerate();
        let fixed = |group: usize| {
            branch.decided.iter().any(|(of, d)| *of == group && !matches!(d, Decided::NotIn(_)))
        };
        let torn = groups.filter(|(group, members)| {
            let first = session_of[members[0] as usize];
            !fixed(*group) && members.iter().any(|member| session_of[*member as usize] != first)
        });
        let (group, members) =
            torn.max_by_key(|(group, members)| (members.len(), std::cmp::Reverse(*group)))?;
        let mut sessions: Vec<u32> =
            members.iter().filter_map(|member| session_of[*member as usize]).collect();
        sessions.sort_unstable();
        let runs = sessions.chunk_by(|a, b| a == b);
        let most = runs.max_by_key(|run| (run.len(), std::cmp::Reverse(run[0])))?;
        Some((group, most[0]))
    }

    fn is_no_better(&self, bound: i64) -> bool {
        self.best.as_ref().is_some_and(|(total, ..)| bound <= *total)
    }

    /// Takes a branch that keeps all groups together, or whose groups are all decided.
    fn take(&mut self, decided: &[(usize, Decided)], found: Found) {
        let by_group = self.by_group(decided);
        let whole = by_group.iter().zip(&self.demand.groups).map(|(decided, members)| {
            let fixed = decided.iter().find(|d| !matches!(d, Decided::NotIn(_)));
            let there = || found.session_of[members[0] as usize].map_or(Decided::Out, Decided::In);
            fixed.copied().unwrap_or_else(there)
        });
        let whole: Vec<Decided> = whole.collect();
        let session_of = self.with_groups(&whole, found.session_of.clone());
        let scores = (0..).zip(&session_of).filter_map(|(p, session)| self.demand.score(p, (*session)?));
        let total = scores.map(i64::from).sum();
        if !self.is_no_better(total) {
            self.best = Some((total, whole, Found { session_of, ..found }));
        }
    }

    fn with_groups(&self, decided: &[Decided], mut session_of: Vec<Option<u32>>) -> Vec<Option<u32>> {
        for (members, decided) in self.demand.groups.iter().zip(decided) {
            let session = if let Decided::In(session) = decided { Some(*session) } else { None };
            members.iter().for_each(|member| session_of[*member as usize] = session);
        }
        session_of
    }

    /// Makes a whole of a branch: groups that its flow keeps together stay where they are, those that it tears apart go one
    /// after the other where they have most left and there is room, and everybody else by a flow.
    fn round(&mut self, branch: &Branch) {
        let by_group = self.by_group(&branch.decided);
        let mut places = self.demand.places.clone();
        let mut whole = vec![Decided::Out; by_group.len()];
        let mut waiting = Vec::new();
        for (group, members) in self.demand.groups.iter().enumerate() {
            let size = u32::try_from(members.len()).unwrap_or(u32::MAX);
            let there = |member: u32| branch.found.session_of[member as usize];
            let together = members.iter().all(|member| there(*member) == there(members[0]));
            let kept = match by_group[group].iter().find(|d| !matches!(d, Decided::NotIn(_))) {
                Some(decided) => Some(*decided),
                None if together => Some(there(members[0]).map_or(Decided::Out, Decided::In)),
                None => None,
            };
            match kept {
                Some(Decided::In(session)) => {
                    whole[group] = Decided::In(session);
                    let left = &mut places[session as usize];
                    *left = left.saturating_sub(size);
                }
                Some(_) => {}
                None => {
                    let mut left = self.left(group, &branch.found);
                    left.retain(|(_, at)| !by_group[group].contains(&Decided::NotIn(*at)));
                    waiting.push((group, size, left));
                }
            }
        }
        // Those who have most left for each of theirs go first.
        waiting.sort_by_key(|(group, size, left)| {
            let best = left.first().map_or(0, |(left, _)| *left);
            (std::cmp::Reverse(best / i128::from(*size)), *group)
        });
        for (group, size, left) in waiting {
            if let Some((_, at)) = left.iter().find(|(_, at)| places[*at as usize] >= size) {
                places[*at as usize] -= size;
                whole[group] = Decided::In(*at);
            }
        }
        self.try_whole(&whole, Some(&branch.found));
    }

    /// What a group has left at a flow's prices in each session that it could go to, the most first.
    fn left(&self, group: usize, found: &Found) -> Vec<(i128, u32)> {
        let size = self.demand.groups[group].len() as i128;
        let brings = i128::from(self.deprived[group]) * i128::from(found.prices.floor);
        let price = |at: u32| i128::from(found.prices.one_more[at as usize]);
        let chances = self.chances[group].iter();
        let mut left: Vec<(i128, u32)> =
            chances.map(|(at, score)| (i128::from(*score) + brings - size * price(*at), *at)).collect();
        left.sort_unstable_by_key(|(left, at)| (std::cmp::Reverse(*left), *at));
        left
    }

    /// Decides every group so, and takes it if it is better than what was found; says whether it was.
    fn try_whole(&mut self, whole: &[Decided], start: Option<&Found>) -> bool {
        let before = self.best.as_ref().map(|(total, ..)| *total);
        let decided: Vec<(usize, Decided)> = whole.iter().copied().enumerate().collect();
        let by_group = self.by_group(&decided);
        if let Some(found) = self.flow(&by_group, start) {
            self.take(&decided, found);
        }
        self.best.as_ref().map(|(total, ..)| *total) != before
    }

    /// Moves one group at a time, while that makes the best better and there is work left to do.
    fn improve(&mut self) {
        let mut better = true;
        while std::mem::take(&mut better) {
            for group in 0..self.chances.len() {
                let Some((_, whole, found)) = self.best.clone() else { return };
                let left = self.left(group, &found).into_iter();
                let other = left.filter(|(_, at)| whole[group] != Decided::In(*at));
                for (_, at) in other.take(2) {
                    if self.flows == 0 {
                        return;
                    }
                    let mut other = whole.clone();
                    other[group] = Decided::In(at);
                    better |= self.try_whole(&other, Some(&found));
                }
            }
        }
    }
}
