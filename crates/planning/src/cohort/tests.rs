//! Cohorts of small populations.

use std::path::Path;

use matching::{People, Person};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use vocabulary::{Condition, ConditionSet, Day, GridPoint};

use super::test::{Asked, Range};
use super::{EventsFile, Evidence, Test, VERSION_1, inner_of, parse_cohort, read_events, read_lists, select};
use crate::extract::{Allowance, EventColumns};
use crate::population::Population;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn ordinary() -> Person {
    Person {
        birth_year: Some(1950),
        place: Some(GridPoint { easting: 491_500, northing: 336_000 }),
        conditions: [Condition::Osteoarthritis].into_iter().collect(),
        waiting: Some(false),
        last_activity: Some(day("2026-01-01")),
        ..Person::default()
    }
}

/// People called a, b, c, …
fn population(persons: &[Person]) -> Population {
    let mut people = People::default();
    let mut population = Population::default();
    for (row, person) in (0_u32..).zip(persons) {
        people.push(person);
        population.pseudonyms.push_for_test(&char::from(b'a' + u8::try_from(row).expect("few")).to_string());
        population.practice.push(0);
        population.lsoa.push(0);
        population.usable.push(row);
    }
    population.people = people;
    population
}

/// Who is selected, and "criterion: removed (not known)" for those that removed anybody.
fn selected(text: &str, persons: &[Person]) -> (Vec<u32>, Vec<String>) {
    let cohort = parse_cohort("c.toml", text, Path::new(".")).expect("a cohort");
    let population = population(persons);
    let evidence = Evidence::none(&cohort, &population);
    let selected = select(&cohort, &population, &evidence, day("2026-09-01"));
    let removed = selected
        .attrition
        .iter()
        .filter(|a| a.removed > 0)
        .map(|a| format!("{}: {} ({})", a.name, a.removed, a.not_known))
        .collect();
    (selected.rows, removed)
}

#[test]
fn version_1_asks_what_matching_md_says() {
    let with = |change: fn(&mut Person)| {
        let mut person = ordinary();
        change(&mut person);
        person
    };
    let persons = [
        ordinary(),
        with(|p| p.birth_year = Some(2009)),
        with(|p| p.birth_year = None),
        with(|p| p.conditions = vocabulary::ConditionSet::EMPTY),
        with(|p| {
            p.conditions = vocabulary::ConditionSet::EMPTY;
            p.conditions_not_known = p.conditions_not_known.with(Condition::Gout);
        }),
        with(|p| {
            p.conditions = vocabulary::ConditionSet::EMPTY;
            p.waiting = Some(true);
            p.waiting_weeks = Some(6);
        }),
        with(|p| {
            p.conditions = vocabulary::ConditionSet::EMPTY;
            p.waiting = Some(true);
            p.waiting_weeks = Some(5);
        }),
        with(|p| p.conditions = p.conditions.with(Condition::Dementia)),
        with(|p| p.conditions_not_known = p.conditions_not_known.with(Condition::Dementia)),
        with(|p| p.conditions = p.conditions.with(Condition::PalliativeCare)),
        with(|p| p.last_activity = Some(day("2024-08-31"))),
        with(|p| p.last_activity = Some(day("2024-09-01"))),
        with(|p| p.last_activity = None),
        with(|p| p.place = None),
    ];
    let (rows, removed) = selected(VERSION_1, &persons);
    assert_eq!(rows, [0, 5, 8, 11]);
    assert_eq!(
        removed,
        [
            "Year of birth is 2008 or before: 2 (1)",
            "Lives with joint or back pain, or has waited six weeks or more: 3 (1)",
            "No record of dementia: 1 (0)",
            "Not in palliative care: 1 (0)",
            "In contact with a service since September 2024: 2 (1)",
            "Place is known: 1 (0)",
        ]
    );
}

const LISTS: &str = r#"
format = 1
name = "Knees"
version = "3"

[[code_list]]
name = "knee"
condition = "oa"
system = "http://snomed.info/sct"
source = "a source"
licence = "a licence"
look_back_years = 10
codes = { "239873007" = "Osteoarthritis of knee" }

[[code_list]]
name = "read"
system = "read"
source = "a source"
licence = "a licence"
codes = { "N05.." = "Osteoarthritis" }

[[list]]
name = "class"
file = "class.csv"
column = "who"

[[criterion]]
name = "knee or on the class"
include = { any = [{ condition = "oa" }, { code_list = "read" }, { list = "class" }] }
"#;

#[test]
fn events_and_lists_are_evidence() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write(
        "events.csv",
        "pid,system,code,date\n\
         a,http://snomed.info/sct,239873007,2016-09-01\n\
         b,http://snomed.info/sct,239873007,2016-08-31\n\
         c,http://snomed.info/sct,239873007,2026-09-02\n\
         d,read,N05..,\n\
         e,read,n05..,2020-01-01\n\
         f,http://snomed.info/sct,239873007,\n\
         z,read,N05..,2020-01-01\n\
         a,read,,2020-01-01\n\
         a,read,N05..,01/01/2020\n",
    );
    write("class.csv", "who,where\ng,hall\nnobody,hall\n");
    let cohort = parse_cohort("c.toml", LISTS, folder.path()).expect("a cohort");
    let nothing = Person {
        conditions_not_known: [Condition::Osteoarthritis].into_iter().collect(),
        ..Person::default()
    };
    let mut population = population(&[nothing; 8]);
    let mut evidence = Evidence::none(&cohort, &population);
    let file = EventsFile { path: &folder.path().join("events.csv"), kept: false };
    let (columns, allowance) = (EventColumns::default(), Allowance { percent: 100.0 });
    let index_date = day("2026-09-01");
    let counts = read_events(file, &columns, &cohort, &mut population, &mut evidence, index_date, allowance)
        .expect("read");
    let lists = read_lists(&cohort, &population, &mut evidence, None).expect("read");
    assert_eq!(lists.iter().map(|list| list.digest.len()).collect::<Vec<_>>(), [64]);
    assert_eq!((counts.rows_read, counts.rows_left_out, counts.strangers), (9, 2, 1));
    assert_eq!(counts.events, [4, 1]);
    assert_eq!(
        counts.problems.iter().map(|p| (p.line, &*p.column)).collect::<Vec<_>>(),
        [(9, "code"), (10, "date")]
    );
    assert_eq!(evidence.strangers_on_lists, 1);
    let selected = select(&cohort, &population, &evidence, day("2026-09-01"));
    // a: within the look-back; d: a code without a look-back needs no date; g: on the class register.
    assert_eq!(selected.rows, [0, 3, 6]);
    assert!(
        population.people.get(1).conditions_not_known.is_empty(),
        "no code in the look-back: does not have it"
    );
}

#[test]
fn an_error_points_at_its_line() {
    for (from, to, line, why) in [
        ("239873007", "239873008", 13, "239873008: the check digit is wrong"),
        ("condition = \"oa\" }", "condition = \"knee\" }", 29, "\"knee\" is no condition"),
        ("code_list = \"read\"", "code_list = \"reed\"", 29, "no code list \"reed\""),
        ("list = \"class\" }", "list = \"klass\" }", 29, "no list \"klass\""),
        ("look_back_years = 10", "look_back_years = 0", 12, "1 to 150 years"),
        ("include = {", "exclude = { condition = \"oa\" }\ninclude = {", 27, "either include or exclude"),
        ("version = \"3\"", "versio = \"3\"", 4, "unknown field"),
        ("licence = \"a licence\"\nlook", "look", 6, "missing field `licence`"),
    ] {
        let text = LISTS.replacen(from, to, 1);
        assert_ne!(text, LISTS, "{from}");
        let error = parse_cohort("c.toml", &text, Path::new(".")).expect_err(to);
        assert!(error.why.contains(why), "{error}\nshould say: {why}");
        assert_eq!(error.line, line, "{error}");
    }
    let empty = LISTS.replace(
        "{ any = [{ condition = \"oa\" }, { code_list = \"read\" }, { list = \"class\" }] }",
        "{ age = { from = 60, to = 50 } }",
    );
    assert!(
        parse_cohort("c.toml", &empty, Path::new(".")).expect_err("empty").why.contains("range is empty")
    );
}

#[test]
fn groups_negations_and_three_answers() {
    let cohort = |include: &str| {
        format!(
            "format = 1\nname = \"n\"\nversion = \"1\"\n[[criterion]]\nname = \"c\"\ninclude = {include}\n"
        )
    };
    let known = ordinary();
    let unknown = Person { waiting: None, imd: None, ..ordinary() };
    let deprived = Person { imd: Some(2), waiting: Some(true), ..ordinary() };
    for (include, rows) in [
        ("{ imd = { to = 3 } }", vec![2]),
        ("{ not = { imd = { to = 3 } } }", vec![]),
        ("{ not = { waiting = true } }", vec![0]),
        ("{ any = [{ waiting = true }, { condition = \"oa\" }] }", vec![0, 1, 2]),
        ("{ all = [{ waiting = true }, { imd = { from = 1, to = 2 } }] }", vec![2]),
        ("{ age = { from = 76, to = 76 } }", vec![0, 1, 2]),
        ("{ place = \"known\" }", vec![0, 1, 2]),
        ("{ other_language = false }", vec![0, 1, 2]),
        ("{ mobility = [\"wheelchair\", \"housebound\"] }", vec![]),
        ("{ county = 0 }", vec![]),
    ] {
        assert_eq!(selected(&cohort(include), &[known, unknown, deprived]).0, rows, "{include}");
    }
}

#[test]
fn another_definition_can_stand_within_one_and_is_asked_as_it_is_alone() {
    const HEAD: &str = "format = 1\nname = \"C\"\nversion = \"1\"\n";
    let other = format!(
        "{HEAD}[[criterion]]\nname = \"Old\"\ninclude = {{ age = {{ from = 70 }} }}\n\
         [[criterion]]\nname = \"Not waiting\"\nexclude = {{ waiting = true }}\n\
         [[criterion]]\nname = \"Since\"\ninclude = {{ last_activity = {{ from = 2020-01-01 }} }}\n"
    );
    let inner = inner_of(&other).expect("its criteria").criteria;
    let persons = [
        ordinary(),
        Person { waiting: Some(true), ..ordinary() },
        // Not known excludes nobody, in either.
        Person { waiting: None, ..ordinary() },
        Person { birth_year: Some(2000), ..ordinary() },
        Person { birth_year: None, ..ordinary() },
    ];
    let (alone, _) = selected(&other, &persons);
    assert_eq!(alone, [0, 2]);
    let with =
        |kind: &str| format!("{HEAD}[[criterion]]\nname = \"In it\"\n{kind} = {{ criteria = {inner} }}\n");
    assert_eq!(selected(&with("include"), &persons).0, alone);
    assert_eq!(selected(&with("exclude"), &persons).0, [1, 3, 4], "everybody else, and nobody twice");
}

fn any_person() -> impl Strategy<Value = Person> {
    let conditions = || any::<u32>().prop_map(|bits| bits & ConditionSet::ALL_BITS);
    let answers = (any::<Option<bool>>(), any::<Option<bool>>(), option::of(0..12_i32));
    (option::of(1_930..2_012_i32), conditions(), conditions(), answers, option::of(19_900..20_600_i32))
        .prop_map(|(birth_year, held, not_known, (waiting, has_car, waiting_weeks), days)| Person {
            birth_year,
            conditions: ConditionSet::from_bits(held).unwrap_or_default(),
            conditions_not_known: ConditionSet::from_bits(not_known & !held).unwrap_or_default(),
            waiting,
            waiting_weeks,
            has_car,
            last_activity: days.map(Day::from_days),
            ..Person::default()
        })
}

fn any_test() -> impl Strategy<Value = Test> {
    fn range<T: Copy + std::fmt::Debug>(from: Option<T>, to: Option<T>) -> Range<T> {
        Range { from, to }
    }
    let numbers = (option::of(0..2_020_i32), option::of(0..2_020_i32));
    let leaf = prop_oneof![
        any::<u32>().prop_map(|bits| {
            Test::Conditions(ConditionSet::from_bits(bits & ConditionSet::ALL_BITS).unwrap_or_default())
        }),
        numbers.clone().prop_map(|(from, to)| Test::BirthYear(range(from, to))),
        numbers.clone().prop_map(|(from, to)| Test::Age(range(from, to))),
        (option::of(0..12_i32), option::of(0..12_i32))
            .prop_map(|(from, to)| Test::WaitingWeeks(range(from, to))),
        option::of(20_000..20_500_i32)
            .prop_map(|from| Test::LastActivity(range(from.map(Day::from_days), None))),
        any::<bool>().prop_map(Test::Waiting),
        any::<bool>().prop_map(Test::HasCar),
        Just(Test::PlaceKnown),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Test::Any),
            vec(inner.clone(), 0..4).prop_map(Test::All),
            inner.prop_map(|test| Test::Not(Box::new(test))),
        ]
    })
}

proptest! {
    #[test]
    fn many_rows_are_asked_as_each_of_them_is(persons in vec(any_person(), 1..26), test in any_test()) {
        let population = population(&persons);
        let evidence = Evidence::default();
        let asked = Asked { population: &population, index_year: 2026, evidence: &evidence };
        let rows: Vec<u32> = (0..).take(persons.len()).collect();
        let one_by_one: Vec<Option<bool>> =
            rows.iter().map(|row| test.ask(&asked.subject(*row as usize))).collect();
        prop_assert_eq!(test.ask_each(&asked, &rows), one_by_one);
    }
}
