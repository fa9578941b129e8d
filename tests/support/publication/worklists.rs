//! Worklists of a match run: what a manager reads of them, what follows from it, and the truth.

use std::path::Path;

use disclosure::{Release, Working};
use planning::worklist::{CALLS, Wanted, make, overlap, read, together};
use testbed::attack::Range;

use super::practices::{PRACTICES, network_of};
use super::relations::Reader;
use super::truth::Truth;

/// What was asked for, and what a manager reads of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// None: every practice.
    pub(crate) practices: Vec<String>,
    pub(crate) most: i64,
    /// The practices that have a list.
    pub(crate) with_list: Vec<String>,
    /// How many are on all lists together: as it reads, or "hidden".
    pub(crate) people: String,
}

/// People of a practice with an offer.
pub(super) fn offered_by(practice: &str) -> String {
    format!("offered by {practice}")
}

pub(super) const NO_PRACTICE: &str = "no practice";
pub(super) const NO_NETWORK: &str = "No network, or practice not known";

/// Whether a figure counts those of a practice, which may not be worked out. That nobody of it has an offer is seen: it has no
/// list.
pub(super) fn is_of_a_practice(name: &str) -> bool {
    name.starts_with("offered by Z")
}

/// Adds the truth of lists that were made to this file, the `nth` of a run.
pub(crate) fn count(truth: &mut Truth, nth: usize, asked: &Asked, list: &Path) {
    let mut all = 0;
    for practice in &asked.with_list {
        let on_it = i64::try_from(read(list, practice).expect("a list").len()).expect("a count");
        truth.beside(format!("list {nth} {practice}"), on_it);
        truth.beside(format!("list {nth} {practice} is full"), i64::from(on_it == asked.most));
        all += on_it;
    }
    truth.beside(format!("list {nth}"), all);
}

/// Requests for lists of these practices (all where none is named), so many people of each at most, one after the other: made
/// and told of as the product does.
pub(super) fn ask(out: &Path, truth: &mut Truth, requests: &[(&[&str], usize)]) -> Vec<Asked> {
    let (gate, mut told, mut all) = (Release::default(), Vec::<Vec<String>>::new(), Vec::new());
    for (nth, (practices, most)) in requests.iter().enumerate() {
        let practices: Vec<String> = practices.iter().map(|code| (*code).to_owned()).collect();
        let wanted = Wanted { practices: practices.iter().cloned().collect(), most: *most, again: false };
        let list = out.join(format!("list_{nth}.parquet"));
        let made = make(&out.join(CALLS), &[], &wanted, &list).expect("lists");
        let mut people = together(&gate, &made, *most).to_string();
        if told.iter().any(|other| overlap(other, &practices)) {
            "hidden".clone_into(&mut people);
        } else if people != "hidden" {
            told.push(practices.clone());
        }
        let with_list = made.iter().filter(|one| one.people != Working::NOBODY);
        let asked = Asked {
            practices,
            most: i64::try_from(*most).expect("a count"),
            with_list: with_list.map(|one| one.practice.clone()).collect(),
            people,
        };
        count(truth, nth, &asked, &list);
        all.push(asked);
    }
    all
}

/// Adds what follows from the requests for lists of a run.
pub(super) fn follow(reader: &mut Reader<'_>, requests: &[Asked]) {
    if requests.is_empty() {
        return;
    }
    let none = offered_by(NO_PRACTICE);
    let mut offered: Vec<String> = PRACTICES.iter().map(|code| offered_by(code)).collect();
    offered.push(none.clone());
    reader.adds_up(&offered.iter().map(String::as_str).collect::<Vec<_>>(), "matched");
    // Whoever has an offer is of the cohort, and whoever goes without nothing has one: network by network.
    for network in ["North", "South", "East", NO_NETWORK] {
        if !reader.is_printed(&format!("by network {network} cohort")) {
            continue;
        }
        let of_it = PRACTICES.iter().filter(|code| network_of(code).unwrap_or(NO_NETWORK) == network);
        let mut of_it: Vec<String> = of_it.map(|code| offered_by(code)).collect();
        if network == NO_NETWORK {
            of_it.push(none.clone());
        }
        let of_it: Vec<&str> = of_it.iter().map(String::as_str).collect();
        reader.within(&of_it, &format!("by network {network} cohort"));
        let met = format!("by network {network} met");
        let terms = of_it.iter().map(|offered| (*offered, 1)).chain([(met.as_str(), -1)]);
        reader.knows(&terms.collect::<Vec<_>>(), Range::at_least(0));
    }
    for (nth, asked) in requests.iter().enumerate() {
        for practice in PRACTICES {
            let is_asked = asked.practices.is_empty() || asked.practices.iter().any(|code| code == practice);
            if is_asked && !asked.with_list.iter().any(|code| code == practice) {
                reader.lies(&offered_by(practice), Range::exactly(0));
            }
        }
        for practice in &asked.with_list {
            let (list, offered) = (format!("list {nth} {practice}"), offered_by(practice));
            let full = format!("{list} is full");
            reader.lies(&list, Range { low: 1, high: asked.most });
            reader.lies(&full, Range::up_to(1));
            reader.within(&[&list], &offered);
            // One that is not full holds everybody with an offer; one that is, so many.
            let most = asked.most;
            reader.knows(&[(&full, reader.everybody), (&list, 1), (&offered, -1)], Range::at_least(0));
            reader.knows(&[(&list, 1), (&full, -most)], Range::at_least(0));
        }
        let lists: Vec<String> =
            asked.with_list.iter().map(|practice| format!("list {nth} {practice}")).collect();
        reader.adds_up(&lists.iter().map(String::as_str).collect::<Vec<_>>(), &format!("list {nth}"));
        reader.reads(&format!("list {nth}"), &asked.people);
    }
}
