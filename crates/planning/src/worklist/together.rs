//! How many are on all lists of a request together, as far as anybody but the practices may know it.

use disclosure::{Cells, Release, Shown, Working};

use super::ListMade;

/// Lists that make a sum: of fewer, each practice could take its own away and be left with another's.
pub const LEAST_LISTS: usize = 3;

/// How many are on these lists together, of which none has more than so many. The gate proves it against what else a reader has:
///
/// - that there is a list says that there is somebody on it, so that in a small sum of many lists there would be one each;
/// - in a sum of nearly full lists a short one would be nearly full as well;
/// - whoever has an offer and is on no list is what remains of the released figures (of everybody with an offer, of a
///   network) once this sum is taken away. These may not be few: not even without the practices that have few people.
pub fn together(gate: &Release, made: &[ListMade], most: usize) -> Shown {
    let lists: Vec<&ListMade> = made.iter().filter(|list| list.people != Working::NOBODY).collect();
    if lists.len() < LEAST_LISTS {
        return Shown::Hidden;
    }
    let counts: Vec<Working> = lists.iter().map(|list| list.people).collect();
    let total = gate.table(Cells::Other, &counts).total;
    let Some(sum) = total.rounded() else { return Shown::Hidden };
    let is_few = |list: &ListMade| {
        let all = gate.count(Cells::WithHealthAttribute, list.people + list.left);
        all.rounded().is_none()
    };
    let few = lists.iter().filter(|list| is_few(list)).count() as u64;
    let left: Working = lists.iter().filter(|list| !is_few(list)).map(|list| list.left).sum();
    if gate.count(Cells::WithHealthAttribute, left).rounded().is_none() {
        return Shown::Hidden;
    }
    // All that fits on the lists but for a short one: what is left of the sum must be on that.
    let (policy, most) = (gate.policy(), most as u64);
    let many = lists.len() as u64 - few;
    let others = many * most + few.saturating_sub(1) * most.min(policy.threshold());
    let least = sum.saturating_sub(policy.base() / 2);
    if few > 0 && least > others + 1 { Shown::Hidden } else { total }
}

/// Whether two requests about the same people ask the same practice: the sum of the one could then be taken away from that of
/// the other. Without practices, every one is asked.
pub fn overlap(one: &[String], other: &[String]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|practice| other.contains(practice))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(lists: &[(u64, u64)], most: usize) -> String {
        let list = |(at, (people, left)): (usize, &(u64, u64))| ListMade {
            practice: format!("Z9900{at}"),
            people: Working::from(*people),
            left: Working::from(*left),
        };
        let made: Vec<ListMade> = lists.iter().enumerate().map(list).collect();
        together(&Release::default(), &made, most).to_string()
    }

    /// People on each list and people left, how many are on a list at most, and how many on all of them reads.
    #[test]
    fn a_sum_of_lists_is_shown_where_nothing_small_follows_from_it() {
        for (lists, most, expected) in [
            (&[(20, 60), (20, 40), (20, 9)][..], 20, "60"),
            (&[(20, 60), (20, 40)], 20, "hidden"),
            (&[(20, 60), (20, 40), (0, 0)], 20, "hidden"),
            // Seven lists, and about as many people: one on each.
            (&[(1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)], 50, "hidden"),
            (&[(1, 9), (1, 9), (1, 9), (1, 9), (1, 9), (1, 9), (1, 9), (1, 9), (1, 9)], 1, "hidden"),
            // Nearly everybody with an offer is on a list: who is not could be counted.
            (&[(80, 0), (60, 0), (40, 2)], 90, "hidden"),
            // Those that are left are of a practice that has few people.
            (&[(80, 0), (60, 0), (3, 4), (3, 4)], 90, "hidden"),
            // Six lists of four at most, and the last has seven people: of "25" three of them would be on it.
            (&[(4, 30), (4, 30), (4, 30), (4, 30), (4, 30), (4, 3)], 4, "hidden"),
            (&[(4, 30), (4, 30), (4, 30), (4, 30), (4, 30), (4, 9)], 4, "25"),
        ] {
            assert_eq!(reads(lists, most), expected, "{lists:?}");
        }
    }

    #[test]
    fn requests_overlap_where_they_ask_the_same_practice() {
        let asked = |codes: &[&str]| -> Vec<String> { codes.iter().map(|code| (*code).to_owned()).collect() };
        assert!(overlap(&asked(&["A", "B"]), &asked(&["B", "C"])));
        assert!(overlap(&asked(&[]), &asked(&["B"])) && overlap(&asked(&["B"]), &asked(&[])));
        assert!(!overlap(&asked(&["A", "B"]), &asked(&["C"])));
    }
}
