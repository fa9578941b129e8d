//! Who is left out of small and of large cohorts.

use disclosure::Shown;
use matching::{People, Person, Sex};
use vocabulary::{Condition, Day};

use super::{Group, View, answer};
use crate::cohort::{Evidence, parse_cohort, select};
use crate::population::{Backgrounds, Ethnicity, Network, Networks, Population};

const WITH_ARTHRITIS: &str = "format = 1\nname = \"Knees\"\nversion = \"1\"\n[[criterion]]\nname = \"Arthritis\"\n\
                              include = { condition = \"oa\" }\n";

/// So many people of each decile, of whom so many have arthritis.
fn population(deciles: &[(i32, u32, u32)]) -> Population {
    let (mut people, mut population) = (People::default(), Population::default());
    for (imd, many, with) in deciles {
        for nth in 0..*many {
            let conditions = (nth < *with).then_some(Condition::Osteoarthritis);
            people.push(&Person {
                imd: Some(*imd),
                birth_year: Some(1950),
                sex: Some(if nth % 2 == 0 { Sex::Female } else { Sex::Male }),
                conditions: conditions.into_iter().collect(),
                ..Person::default()
            });
        }
    }
    population.usable = (0..u32::try_from(people.len()).expect("few")).collect();
    population.people = people;
    population
}

fn asked(population: &Population, backgrounds: &Backgrounds) -> Vec<View> {
    let cohort = parse_cohort("c", WITH_ARTHRITIS, std::path::Path::new(".")).expect("a cohort");
    let day = Day::parse("2026-09-01").expect("a day");
    let selected = select(&cohort, population, &Evidence::none(&cohort, population), day);
    answer(&cohort, population, backgrounds, &selected, (day, &disclosure::Release::default())).fairness
}

fn of<'v>(views: &'v [View], by: &str) -> Option<&'v [Group]> {
    views.iter().find(|view| view.by == by).map(|view| view.groups.as_slice())
}

#[test]
fn everybody_and_the_cohort_stand_beside_each_other_by_what_the_extract_has() {
    let population = population(&[(1, 400, 200), (10, 600, 150)]);
    let views = asked(&population, &Backgrounds::default());
    let fifths = of(&views, "deprivation").expect("deprivation is known");
    assert_eq!((fifths[0].everybody, fifths[0].cohort), (Shown::Count(400), Shown::Count(200)));
    assert_eq!((fifths[1].everybody, fifths[1].cohort), (Shown::Count(600), Shown::Count(150)));
    assert_eq!(
        (fifths[0].label.as_str(), fifths[1].label.as_str(), fifths.len()),
        ("Most deprived fifth", "Least deprived fifth", 2)
    );
    assert_eq!(of(&views, "sex").expect("sex is known").len(), 2, "nobody whose sex is not known");
    assert!(of(&views, "ethnicity").is_none() && of(&views, "rurality").is_none(), "the extract has neither");
    let all = [Ethnicity::White, Ethnicity::Asian, Ethnicity::White, Ethnicity::White];
    let backgrounds = Backgrounds {
        ethnicity: Some((0..1_000).map(|row| all[row % 4]).collect()),
        rural: Some((0..1_000).map(|row| Some(row % 4 == 0)).collect()),
        networks: None,
    };
    let views = asked(&population, &backgrounds);
    let groups = of(&views, "ethnicity").expect("known");
    let everybody: Vec<(&str, Shown)> =
        groups.iter().map(|group| (group.label.as_str(), group.everybody)).collect();
    assert_eq!(everybody, [("Asian or Asian British", Shown::Count(250)), ("White", Shown::Count(750))]);
    assert_eq!(of(&views, "rurality").expect("known")[0].everybody, Shown::Count(250));
}

#[test]
fn few_who_are_left_out_of_a_group_are_not_told() {
    // Of the 40 in the most deprived fifth all but three are in the cohort: how many it is would say who is not.
    let population = population(&[(1, 40, 37), (10, 600, 300)]);
    let fifths = asked(&population, &Backgrounds::default()).remove(0).groups;
    assert!(!matches!(fifths[0].cohort, Shown::Count(_)), "{:?}", fifths[0]);
    assert_eq!(fifths[0].everybody, Shown::Count(40));
}

#[test]
fn where_the_cohort_is_not_shown_no_part_of_it_is() {
    let population = population(&[(1, 400, 398), (10, 600, 599)]);
    let fifths = asked(&population, &Backgrounds::default()).remove(0).groups;
    assert!(fifths.iter().all(|group| group.cohort == Shown::Hidden), "{fifths:?}");
}

#[test]
fn a_view_of_one_group_is_none() {
    let backgrounds = Backgrounds { ethnicity: Some(vec![Ethnicity::White; 400]), ..Backgrounds::default() };
    let views = asked(&population(&[(1, 400, 200)]), &backgrounds);
    assert!(of(&views, "ethnicity").is_none() && of(&views, "deprivation").is_none());
}

#[test]
fn people_are_parted_by_the_network_of_their_practice() {
    let mut population = population(&[(1, 400, 200), (10, 600, 150)]);
    let numbers = ["C83001", "C83002", "C83003"].map(|code| population.practices.number(code));
    population.practice = (0..1_000).map(|row| [numbers[0], numbers[1], numbers[2], 0][row % 4]).collect();
    let network = |practice: &str| {
        let of = |code: &str, name: &str| Some(Network { code: code.to_owned(), name: name.to_owned() });
        match practice {
            "C83001" => of("U2", "Coast"),
            "C83002" => of("U1", "Coast"),
            "C83003" => of("U3", "Hills"),
            _ => None,
        }
    };
    let networks = Some(Networks::of(&population, network));
    let views = asked(&population, &Backgrounds { networks, ..Backgrounds::default() });
    let groups = of(&views, "network").expect("known");
    let everybody: Vec<(&str, Shown)> =
        groups.iter().map(|group| (group.label.as_str(), group.everybody)).collect();
    assert_eq!(
        everybody,
        [
            ("Coast (U1)", Shown::Count(250)),
            ("Coast (U2)", Shown::Count(250)),
            ("Hills", Shown::Count(250)),
            ("No network, or practice not known", Shown::Count(250))
        ]
    );
    let none = Some(Networks::of(&population, |_| None));
    let views = asked(&population, &Backgrounds { networks: none, ..Backgrounds::default() });
    assert!(of(&views, "network").is_none(), "no network is known");
}
