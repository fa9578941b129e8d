//! Target P1: whatever a manager reads of a match run, taken together, fixes no small count of people.
//!
//! The opponent knows the rules, the extract's size, the services, and how figures hang together; he asks an integer
//! program of each small figure how small and how large it can be (`testbed::attack`). A figure is small where it holds
//! nobody to seven people, printed or one subtraction away from what is printed. It may be neither exact nor lie in an
//! interval narrower than 5; what the solver cannot settle counts as lost.

use std::path::Path;

use testbed::attack::{NOT_EXACT, Publication, Range, WIDE};

use crate::support::chance::Chance;
use crate::support::publication::{
    Figures, MadeUp, Matched, Rule, SWITCHED_OFF, Somebody, a_few_more, by_chance, hostile, invented,
    matched, read, unexplained, with_practices, write, write_with_networks,
};

/// The fifty: hostile ones, counties in small, and the rest by chance.
fn fifty(folder: &Path) -> Vec<MadeUp> {
    let mut all: Vec<MadeUp> = hostile().iter().map(|(name, people)| write(folder, name, people)).collect();
    let counties = [(60, 20, 1), (120, 30, 2), (200, 20, 3), (200, 40, 4)];
    all.extend(counties.map(|(people, services, seed)| invented(folder, people, services, seed)));
    // Its bands of distance and those with an offer are rounded away from each other.
    let rounded_apart = a_few_more(&with_practices(by_chance(4), 4));
    all.push(write_with_networks(folder, "rounded_apart", &rounded_apart));
    let rest = (0..).take(50 - all.len());
    // Every second one has practices, and networks of them.
    all.extend(rest.map(|seed| match seed % 2 {
        0 => write(folder, &format!("chance_{seed}"), &by_chance(seed)),
        _ => of_networks(folder, seed),
    }));
    all
}

/// One by chance, with practices, their networks and worklists.
fn of_networks(folder: &Path, seed: u64) -> MadeUp {
    write_with_networks(folder, &format!("networks_{seed}"), &with_practices(by_chance(seed), seed))
}

/// What the opponent holds fits the truth, or his findings would mean nothing.
fn is_true(matched: &Matched, publication: &Publication) {
    let untrue = publication.untrue(|name| Some(matched.truth.count(name)));
    assert!(untrue.is_empty(), "{}: {untrue:#?}", matched.name);
    assert_eq!(matched.people_in_rows, matched.truth.count("matched"), "{}", matched.name);
}

#[test]
fn disclosure_attack_on_fifty_small_populations_finds_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut small, mut lost) = (0, Vec::new());
    let (mut networks, mut told, mut small_practices) = (0, 0, 0);
    for made_up in fifty(folder.path()) {
        let matched = matched(folder.path(), &made_up);
        let publication = matched.publication();
        is_true(&matched, &publication);
        let of = matched.small(&publication);
        small += of.len();
        networks +=
            usize::from(matched.figures.printed.keys().any(|name| name.starts_with("by network East")));
        told += matched.asked.iter().filter(|one| one.people != "hidden").count();
        small_practices += of.iter().filter(|one| publication.name(**one).starts_with("offered by")).count();
        lost.extend(matched.attacked(&publication, &of, WIDE));
        lost.extend(
            unexplained(&matched.report, &matched.figures)
                .iter()
                .map(|what| format!("{}: {what}", made_up.name)),
        );
    }
    assert!(small > 3_000, "there is something to find: {small}");
    assert!(networks > 8, "networks with few people are among them: {networks}");
    assert!(
        told > 3 && small_practices > 20,
        "{told} sums of lists, {small_practices} practices with few people"
    );
    assert!(lost.is_empty(), "{} of {small} small figures: {lost:#?}", lost.len());
}

/// A few populations in which something is withheld, or hangs on rounding, matched.
fn a_few(folder: &Path) -> Vec<Matched> {
    let by_chance = (0..6).chain([9]).map(|seed| write(folder, &format!("chance_{seed}"), &by_chance(seed)));
    let networks = [1, 3, 5, 7, 9, 11].map(|seed| of_networks(folder, seed));
    let made: Vec<MadeUp> = by_chance.chain([invented(folder, 200, 40, 4)]).chain(networks).collect();
    made.iter().map(|one| matched(folder, one)).collect()
}

/// What the attack finds when figures are printed by another rule.
fn found_where(matched: &Matched, other: Rule) -> usize {
    let mut publication = Publication::default();
    matched.publish(&mut publication, "", other);
    is_true(matched, &publication);
    let mut of = matched.small(&publication);
    of.retain(|figure| !matched.gives_away(publication.name(*figure), other));
    matched.attacked(&publication, &of, WIDE).len()
}

#[test]
fn disclosure_attack_wins_when_one_rule_is_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = a_few(folder.path());
    let found = |rule: Rule| -> usize { few.iter().map(|matched| found_where(matched, rule)).sum() };
    assert_eq!(found(|_, _, _| None), 0, "the rules as they are give nobody away");
    for (name, rule) in SWITCHED_OFF {
        assert!(found(rule) > 0, "without {name} somebody must be given away");
    }
}

/// Two runs whose extracts differ by one person, who is the last of the second.
fn before_and_after(folder: &Path, seed: u64) -> [Matched; 2] {
    let mut people = by_chance(seed);
    let before = matched(folder, &write(folder, &format!("before_{seed}"), &people));
    let mut newcomer = people[usize::try_from(seed).expect("a place") % people.len()].clone();
    newcomer.conditions.push("fibro");
    newcomer.conditions.dedup();
    people.push(Somebody { born: 1961, ..newcomer });
    [before, matched(folder, &write(folder, &format!("after_{seed}"), &people))]
}

/// Figures that read as a number or as small before and after, and otherwise.
fn moved(before: &Figures, after: &Figures) -> Vec<String> {
    let withheld = |text: &str| text == "hidden";
    let both = before.printed.iter().filter_map(|(name, text)| Some((name, text, after.reads(name)?)));
    both.filter(|(_, before, after)| before != after && !withheld(before) && !withheld(after))
        .map(|(name, ..)| name.clone())
        .collect()
}

#[test]
fn disclosure_of_one_person_more_moves_only_the_figures_that_hold_her() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..12 {
        let [before, after] = before_and_after(folder.path(), seed);
        let newcomer = after.truth.holding.keys().find(|pid| !before.truth.holding.contains_key(*pid));
        let hers = &after.truth.holding[newcomer.expect("one more")];
        // Whom a hub invites depends on everybody: its figures are of another choice, where it chose otherwise.
        let moved = moved(&before.figures, &after.figures);
        let others: Vec<&String> =
            moved.iter().filter(|name| !hers.contains(*name) && !name.starts_with("hub ")).collect();
        assert!(others.is_empty(), "{}: {others:?}", after.name);
    }
}

/// Somebody who has both runs and knows that few came or went between them, but not who, nor how many of whom.
#[test]
fn disclosure_by_two_runs_one_person_apart_finds_nobody() {
    /// As many may have come or gone as make a count that is no longer small.
    const FEW: i64 = 8;
    let folder = tempfile::tempdir().expect("a folder");
    let mut lost = Vec::new();
    for seed in 0..12 {
        let [before, after] = before_and_after(folder.path(), seed);
        let mut both = Publication::default();
        read(&mut both, "before: ", &before.figures, &[]);
        read(&mut both, "", &after.figures, &[]);
        for name in after.figures.printed.keys().filter(|name| !name.starts_with("hub ")) {
            if let (Some(old), Some(new)) = (both.named(&format!("before: {name}")), both.named(name)) {
                let words = format!("{name} before and after");
                both.known(&words, &[(new, 1), (old, -1)], Range { low: -FEW, high: FEW });
            }
        }
        let untrue = both.untrue(|name| {
            Some(
                name.strip_prefix("before: ")
                    .map_or_else(|| after.truth.count(name), |name| before.truth.count(name)),
            )
        });
        assert!(untrue.is_empty(), "{untrue:#?}");
        let mut of = after.small(&both);
        of.retain(|figure| !both.name(*figure).starts_with("before: "));
        lost.extend(after.attacked(&both, &of, WIDE));
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn disclosure_to_somebody_who_knows_five_people_finds_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lost = Vec::new();
    for seed in 0..20 {
        let made_up = write(folder.path(), &format!("chance_{seed}"), &by_chance(seed));
        let matched = matched(folder.path(), &made_up);
        let mut chance = Chance(seed);
        let of_the_cohort: Vec<_> =
            matched.truth.holding.values().filter(|names| names.contains("cohort")).collect();
        if of_the_cohort.len() < 5 {
            continue;
        }
        let mut known: Vec<_> = of_the_cohort.clone();
        while known.len() > 5 {
            let at = usize::try_from(chance.below(known.len() as u64)).expect("a place");
            known.swap_remove(at);
        }
        let mut publication = matched.publication();
        let among = |name: &str| known.iter().map(|names| i64::from(names.contains(name))).sum::<i64>();
        let small = matched.small_but_for(&publication, "", among);
        for figure in publication.figures() {
            let name = publication.name(figure).to_owned();
            publication.figure(&name, Range::at_least(among(&name)));
        }
        is_true(&matched, &publication);
        lost.extend(matched.attacked(&publication, &small, NOT_EXACT));
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
