//! What the search leaves out, what it puts further down, and what it says that nobody knows.

use std::sync::Arc;

use vocabulary::{Day, GridPoint, Id};

use super::words::Words;
use super::{AtHome, Doubt, Finder, From, Match, Wanted};
use crate::catalogue::{Catalogue, Told};
use crate::directory::availability::{Availability, Room};
use crate::directory::{
    Address, CostOption, Directory, Kept, LocalTime, Schedule, Service, Settings, Site, SiteKind,
    SiteOfService,
};
use crate::place::Places;

/// Kilometres east of whoever asks, and whether there is a way without steps.
type Hall = (f64, Option<bool>, &'static [&'static str]);

#[derive(Default)]
struct Made {
    name: &'static str,
    halls: Vec<Hall>,
    record: Service,
    room: Option<Room>,
}

const HERE: GridPoint = GridPoint { easting: 490_000, northing: 335_000 };

fn weekly(day: &str) -> Schedule {
    Schedule {
        freq: Some("WEEKLY".into()),
        byday: vec![day.to_owned()],
        opens_at: LocalTime::parse("10:00"),
        closes_at: LocalTime::parse("11:00"),
        ..Schedule::default()
    }
}

fn kept<T>(key: &str, record: T) -> Kept<T> {
    let changed_at = "2026-11-01T00:00:00Z".to_owned();
    Kept { source: Id::from_bits(1), key: key.to_owned(), merged_into: None, gone: false, changed_at, record }
}

fn finder(all: Vec<Made>) -> Finder {
    let (mut services, mut sites, mut told) = (Vec::new(), Vec::new(), Told::default());
    let mut number = 1_000;
    for (at, made) in (1_u128..).zip(all) {
        let mut record = made.record;
        made.name.clone_into(&mut record.name);
        for (east, step_free, days) in made.halls {
            number += 1;
            // A degree is 67.2 kilometres here.
            let longitude = -0.664_4 + east / 67.2;
            let site = Site {
                name: Some(format!("Hall at {east}")),
                kind: SiteKind::Physical,
                latitude: Some(52.903_5),
                longitude: Some(longitude),
                step_free,
                addresses: vec![Address { city: Some("Grantham".into()), ..Address::default() }],
                ..Site::default()
            };
            sites.push((Id::from_bits(number), kept(&number.to_string(), site)));
            let schedules = days.iter().map(|day| weekly(day)).collect();
            record.sites.push(SiteOfService {
                site: number.to_string(),
                schedules,
                ..SiteOfService::default()
            });
        }
        if let Some(room) = made.room {
            told.room
                .insert(Id::from_bits(at), Availability { room, said_at: "2026-11-20T10:00:00Z".into() });
        }
        services.push((Id::from_bits(at), kept(&at.to_string(), record)));
    }
    let sources = [(Id::from_bits(1), ("Feed".to_owned(), None))].into();
    let directory =
        Directory::new(sources, [].into(), services.into_iter().collect(), sites.into_iter().collect());
    let today = Day::parse("2026-11-23").expect("a day");
    let places = Arc::new(Places::default());
    let catalogue = Catalogue::new(directory, &told, Settings::default(), places, today);
    Finder::new(Arc::new(catalogue), Vec::new(), Words::default())
}

fn made(name: &'static str, halls: &[Hall], change: impl FnOnce(&mut Service)) -> Made {
    let mut record = Service { description: Some("A group.".into()), ..Service::default() };
    change(&mut record);
    Made { name, halls: halls.to_vec(), record, room: None }
}

fn county() -> Finder {
    let free = |record: &mut Service| {
        record.cost_options = vec![CostOption { pence: Some(0), ..CostOption::default() }];
    };
    finder(vec![
        made("Near with steps", &[(1.0, Some(false), &["MO"])], free),
        made("Far without steps", &[(9.0, Some(true), &["TU"])], |record| record.transport = Some(true)),
        made("Nobody knows", &[(2.0, None, &[])], |_| {}),
        made("At home", &[], |record| record.home_visit = Some(true)),
        made("For the young", &[(1.5, Some(true), &["MO"])], |record| {
            (record.minimum_age, record.maximum_age) = (Some(11), Some(17));
        }),
        Made { room: Some(Room::Full), ..made("Full", &[(0.5, Some(true), &["MO"])], |_| {}) },
        Made {
            room: Some(Room::Waiting { weeks: Some(3) }),
            ..made("Waiting", &[(0.6, Some(true), &["MO"])], |_| {})
        },
    ])
}

fn from() -> From {
    From { point: HERE, name: "here".into(), roughly: false }
}

fn names<'a>(finder: &'a Finder, wanted: &Wanted) -> Vec<&'a str> {
    finder.search(wanted).matches.iter().map(|found| found.service.name.as_str()).collect()
}

fn only<'a>(finder: &'a Finder, wanted: &Wanted, name: &str) -> Match<'a> {
    let found = finder.search(wanted).matches.into_iter().find(|found| found.service.name == name);
    found.unwrap_or_else(|| panic!("{name} is not found"))
}

#[test]
fn each_choice_leaves_out_what_is_known_not_to_fit_and_nothing_else() {
    let finder = county();
    let all = [
        "At home",
        "Far without steps",
        "For the young",
        "Full",
        "Near with steps",
        "Nobody knows",
        "Waiting",
    ];
    let without =
        |gone: &[&str]| -> Vec<&str> { all.into_iter().filter(|name| !gone.contains(name)).collect() };
    let cases: [(&str, Wanted, &[&str]); 12] = [
        ("nothing", Wanted::default(), &[]),
        ("age 67", Wanted { age: Some(67), ..Wanted::default() }, &["For the young"]),
        ("age 17", Wanted { age: Some(17), ..Wanted::default() }, &[]),
        ("not full", Wanted { with_room: true, ..Wanted::default() }, &["Full"]),
        (
            "brought, or at home",
            Wanted { transport: true, ..Wanted::default() },
            &["For the young", "Full", "Near with steps", "Nobody knows", "Waiting"],
        ),
        ("out", Wanted { at_home: AtHome::Not, ..Wanted::default() }, &["At home"]),
        (
            "at home",
            Wanted { at_home: AtHome::Only, ..Wanted::default() },
            &["Far without steps", "For the young", "Full", "Near with steps", "Nobody knows", "Waiting"],
        ),
        ("no steps", Wanted { step_free: true, ..Wanted::default() }, &["Near with steps"]),
        (
            "on Tuesdays",
            Wanted { days: 0b10, ..Wanted::default() },
            &["For the young", "Full", "Near with steps", "Waiting"],
        ),
        (
            "within 3 km",
            Wanted { from: Some(from()), within: Some(3_000), ..Wanted::default() },
            &["Far without steps"],
        ),
        ("free", Wanted { free: true, ..Wanted::default() }, &[]),
        ("in Polish", Wanted { language: Some("pl".into()), ..Wanted::default() }, &all),
    ];
    for (what, wanted, gone) in cases {
        let mut found = names(&finder, &wanted);
        found.sort_unstable();
        assert_eq!(found, without(gone), "{what}");
    }
}

#[test]
fn what_nobody_knows_stays_and_says_so() {
    let finder = county();
    let doubts = |wanted: &Wanted, name: &str| only(&finder, wanted, name).doubts;
    let steps = Wanted { step_free: true, ..Wanted::default() };
    assert_eq!(doubts(&steps, "Nobody knows"), [Doubt::Steps]);
    assert_eq!(doubts(&steps, "Far without steps"), []);
    let days = Wanted { days: 0b10, ..Wanted::default() };
    assert_eq!(doubts(&days, "Nobody knows"), [Doubt::Times]);
    let free = Wanted { free: true, ..Wanted::default() };
    assert_eq!((doubts(&free, "Near with steps"), doubts(&free, "Full")), (vec![], vec![Doubt::Cost]));
    assert_eq!(names(&finder, &free)[0], "Near with steps", "what is known comes first");
}

#[test]
fn what_has_room_comes_before_what_has_a_list_and_that_before_what_is_full() {
    let one = |name: &'static str, room: Option<Room>| {
        // The one with room is a little further, and still comes first.
        let km = if room.is_none() { 1.2 } else { 1.0 };
        Made { room, ..made(name, &[(km, Some(true), &["MO"])], |_| {}) }
    };
    let finder = finder(vec![
        one("Full", Some(Room::Full)),
        one("List", Some(Room::Waiting { weeks: None })),
        one("Room", None),
        one("Places", Some(Room::Open { places: Some(2) })),
    ]);
    let near = Wanted { from: Some(from()), ..Wanted::default() };
    assert_eq!(names(&finder, &near), ["Places", "Room", "List", "Full"]);
}

#[test]
fn of_several_places_the_one_that_fits_is_shown_and_of_those_the_nearest() {
    let finder = finder(vec![made(
        "Three halls",
        &[(5.0, Some(true), &["TU"]), (1.0, Some(false), &["MO"]), (3.0, Some(true), &["MO"])],
        |_| {},
    )]);
    let hall = |wanted: Wanted| {
        let found = only(&finder, &Wanted { from: Some(from()), ..wanted }, "Three halls");
        found.site.and_then(|site| site.name.clone()).expect("a place")
    };
    assert_eq!(hall(Wanted::default()), "Hall at 1");
    assert_eq!(hall(Wanted { step_free: true, ..Wanted::default() }), "Hall at 3");
    assert_eq!(hall(Wanted { days: 0b10, ..Wanted::default() }), "Hall at 5");
    let both = Wanted { days: 0b10, within: Some(4_000), from: Some(from()), ..Wanted::default() };
    assert!(names(&finder, &both).is_empty(), "on Tuesdays it is too far");
}

#[test]
fn for_whom_it_is_finds_it_and_counts_less_than_what_it_says_it_is() {
    let finder = finder(vec![
        made("Warm pool", &[(1.0, None, &[])], |record| {
            record.eligibility = Some("Bricklayers with sore backs".into());
        }),
        made("Slow pool", &[(1.0, None, &[])], |_| {}),
        made("Wall", &[(1.0, None, &[])], |record| {
            record.description = Some("Bricklayers meet here.".into());
        }),
    ]);
    let words = |words: &str| Wanted { words: words.to_owned(), ..Wanted::default() };
    assert_eq!(names(&finder, &words("bricklayer")), ["Wall", "Warm pool"]);
}
