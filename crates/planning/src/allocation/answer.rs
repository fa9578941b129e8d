//! Asks for the best allocation, has it verified, and finds out what each thing asked for costs.

use matching::allocation::{self, Demand, FloorTooHigh};

use super::{Allocated, AllocationError, Asked, Costs, Wishes};

/// The best allocation of what was asked for.
pub fn allocate(wishes: &Wishes, asked: &Asked) -> Result<Allocated, AllocationError> {
    let held_back = held_back(wishes, asked)?;
    let places: Vec<u32> =
        wishes.demand.places().iter().zip(&held_back).map(|(all, held)| all - held).collect();
    let mut demand = wishes.demand.clone().with_places(&places);
    if asked.floor > 0 {
        let Some(deprived) = &wishes.deprived else {
            let why = "--floor needs --people with the column imd: who lives in deciles 1 and 2 is not known";
            return Err(AllocationError::Usage(why.to_owned()));
        };
        demand = demand.with_floor(deprived.clone(), asked.floor);
    }
    let found = allocation::allocate(&demand).map_err(|problem| too_high(wishes, &demand, asked, problem))?;
    allocation::verify(&demand, &found.session_of, &found.certificate)
        .map_err(|flaw| AllocationError::NotVerified(flaw.to_string()))?;
    let missed = allocation::missed(&demand, &found);
    let costs = costs(wishes, &demand, asked, found.certificate.total);
    Ok(Allocated { demand, held_back, allocation: found, missed, costs })
}

/// Places held back, by session.
fn held_back(wishes: &Wishes, asked: &Asked) -> Result<Vec<u32>, AllocationError> {
    let mut held_back = vec![0; wishes.sids.len()];
    for (sid, places) in &asked.held_back {
        let Ok(at) = wishes.sids.binary_search(sid) else {
            let why = format!("--hold-back: no session of the file has the number {sid}");
            return Err(AllocationError::Usage(why));
        };
        let all = wishes.demand.places()[at];
        if *places > all {
            let why = format!("--hold-back: session {sid} has {all} places, fewer than {places}");
            return Err(AllocationError::Usage(why));
        }
        held_back[at] = *places;
    }
    Ok(held_back)
}

fn too_high(wishes: &Wishes, demand: &Demand, asked: &Asked, problem: FloorTooHigh) -> AllocationError {
    let FloorTooHigh { most, because_of_groups } = problem;
    let floor = asked.floor;
    let mut why = format!(
        "the floor cannot be met: at most {most} of the people of deciles 1 and 2 can have a place, and --floor \
         asks for {floor}"
    );
    if because_of_groups {
        why = format!(
            "no allocation was found that meets the floor of {floor} and keeps the groups together; without groups at most \
             {most} of the people of deciles 1 and 2 can have a place"
        );
    } else if !asked.held_back.is_empty() {
        // Would it do without what is held back?
        let all = demand.clone().with_places(wishes.demand.places());
        let with_all = match allocation::allocate(&ungrouped(&all)) {
            Ok(_) => format!("{floor} or more"),
            Err(problem) => problem.most.to_string(),
        };
        why = format!("{why}. With the places that are held back it would be {with_all}");
    }
    AllocationError::FloorTooHigh(why)
}

fn ungrouped(demand: &Demand) -> Demand {
    demand.clone().with_groups(&[])
}

fn costs(wishes: &Wishes, demand: &Demand, asked: &Asked, total: i64) -> Costs {
    let total_of = |demand: &Demand| allocation::allocate(demand).ok().map(|found| found.certificate.total);
    let grouped = !demand.groups().is_empty();
    let alone = ungrouped(demand);
    let wanted = grouped || !asked.held_back.is_empty() || asked.floor > 0;
    let Some(best) = (if grouped && wanted { total_of(&alone) } else { Some(total) }) else {
        return Costs::default();
    };
    let without = |demand: Demand| total_of(&demand).map(|other| other - best);
    let all_places = || alone.clone().with_places(wishes.demand.places());
    Costs {
        held_back: if asked.held_back.is_empty() { None } else { without(all_places()) },
        floor: if asked.floor == 0 { None } else { without(alone.clone().without_floor()) },
        groups: grouped.then_some(best - total),
    }
}
