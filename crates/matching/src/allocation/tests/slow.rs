//! The same questions answered slowly and obviously.

use crate::allocation::Demand;

/// The best total of all that can be, by trying everything; none where no allocation meets the floor.
pub(crate) fn by_trying(demand: &Demand) -> Option<i64> {
    let mut session_of = vec![None; demand.people()];
    try_from(demand, 0, &mut session_of)
}

fn try_from(demand: &Demand, person: usize, session_of: &mut Vec<Option<u32>>) -> Option<i64> {
    if person == demand.people() {
        return total(demand, session_of);
    }
    let mut best = None;
    let number = u32::try_from(person).expect("few");
    let options: Vec<Option<u32>> =
        demand.of_person(number).map(|(session, _)| Some(session)).chain([None]).collect();
    for option in options {
        session_of[person] = option;
        best = best.max(try_from(demand, person + 1, session_of));
    }
    session_of[person] = None;
    best
}

/// The total of an allocation that keeps all rules.
fn total(demand: &Demand, session_of: &[Option<u32>]) -> Option<i64> {
    let mut left = demand.places().to_vec();
    let (mut total, mut deprived) = (0, 0);
    for (person, session) in (0..).zip(session_of) {
        let Some(session) = *session else { continue };
        left[session as usize] = left[session as usize].checked_sub(1)?;
        total += i64::from(demand.score(person, session)?);
        deprived += u32::from(demand.is_deprived(person));
    }
    let together = |members: &Vec<u32>| {
        members.iter().all(|member| session_of[*member as usize] == session_of[members[0] as usize])
    };
    (deprived >= demand.floor() && demand.groups().iter().all(together)).then_some(total)
}

/// The best total as a flow of least cost, one person after the other along the cheapest path, found by walking all ways until
/// nothing gets cheaper. A demand without floor and groups.
pub(crate) fn by_paths(demand: &Demand) -> i64 {
    let (people, sessions) = (demand.people(), demand.sessions());
    let mut session_of: Vec<Option<u32>> = vec![None; people];
    let mut total = 0;
    for newcomer in 0..people {
        let mut load = vec![0_u32; sessions];
        session_of.iter().flatten().for_each(|session| load[*session as usize] += 1);
        // What is gained at most when the newcomer comes in and somebody ends in each session, and who came from where.
        let mut gain: Vec<Option<i64>> = vec![None; sessions];
        let mut came: Vec<Option<(u32, Option<u32>)>> = vec![None; sessions];
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for person in 0..u32::try_from(people).expect("few") {
                let here = session_of[person as usize];
                let from = match here {
                    Some(session) => gain[session as usize]
                        .zip(demand.score(person, session))
                        .map(|(gain, score)| gain - i64::from(score)),
                    None => (person as usize == newcomer).then_some(0),
                };
                let Some(from) = from else { continue };
                for (session, score) in demand.of_person(person) {
                    let better = Some(from + i64::from(score));
                    if here != Some(session) && better > gain[session as usize] {
                        (gain[session as usize], came[session as usize]) = (better, Some((person, here)));
                        changed = true;
                    }
                }
            }
        }
        // The path ends where there is room, or somebody loses the place.
        let mut best: (i64, Option<u32>, Option<u32>) = (0, None, None);
        for session in 0..u32::try_from(sessions).expect("few") {
            let Some(gained) = gain[session as usize] else { continue };
            if load[session as usize] < demand.places()[session as usize] && gained > best.0 {
                best = (gained, Some(session), None);
            }
            for person in 0..u32::try_from(people).expect("few") {
                if session_of[person as usize] == Some(session) {
                    let left = gained - i64::from(demand.score(person, session).expect("they are there"));
                    if left > best.0 {
                        best = (left, Some(session), Some(person));
                    }
                }
            }
        }
        total += best.0;
        if let Some(loser) = best.2 {
            session_of[loser as usize] = None;
        }
        let mut at = best.1;
        while let Some(session) = at {
            let (person, from) = came[session as usize].expect("somebody came");
            session_of[person as usize] = Some(session);
            at = from;
        }
    }
    total
}
