//! The kinds of service there are: what each helps with, for whom, where and at what price.

mod helping;
mod learning;
mod moving;

use vocabulary::Topic::{CarersAndCompany, Heart, Mood, Strength, Weight};
use vocabulary::{Condition, Topic};

use Reach::{Areas, Metres};

/// Every kind of service.
pub(super) fn archetypes() -> impl Iterator<Item = &'static Archetype> + Clone {
    moving::MOVING.iter().chain(&learning::LEARNING).chain(&helping::HELPING)
}

/// What kind of organisation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Advice,
    Bowls,
    Carers,
    Charity,
    Council,
    Cycling,
    Faith,
    Food,
    Garden,
    Health,
    Learning,
    Leisure,
    Lifts,
    MindAndBody,
    Neighbours,
    Primary,
    Singing,
    Swimming,
    TableTennis,
    Walking,
    Workshop,
}

/// What kind of room or ground it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Leisure,
    Clinic,
    Library,
    Hall,
    Faith,
    Park,
    Offices,
    Club,
}

/// How far a service reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Whoever lives within so many metres.
    Metres(i32),
    /// So many areas around it.
    Areas(usize),
    /// The whole county, by telephone.
    Telephone,
    Online,
}

/// A kind of service.
#[derive(Debug)]
pub(super) struct Archetype {
    /// `{}` is the town or village.
    pub(super) names: &'static [&'static str],
    pub(super) run_by: &'static [Family],
    pub(super) rooms: &'static [Room],
    /// How common it is beside the others, and how common on the coast, in per cent of that.
    pub(super) weight: u32,
    pub(super) on_the_coast: u32,
    pub(super) offers: &'static [Topic],
    /// Topics that one in three of them has too.
    pub(super) sometimes: &'static [Topic],
    /// Least and greatest age; one is drawn.
    pub(super) ages: &'static [(i32, i32)],
    /// 1 for men only, 2 for women only, 0 for anybody.
    pub(super) sex: i32,
    /// Asks for one of these; none asked if empty.
    pub(super) asks: &'static [Condition],
    pub(super) not_for: &'static [Condition],
    /// Out of ten: open to all, after a contact in the last year, from a waiting list only.
    pub(super) routes: [u32; 3],
    /// How many in a hundred are free, and the least and most pence a session of the others.
    pub(super) free: u32,
    pub(super) pence: (i32, i32),
    pub(super) reach: &'static [Reach],
    /// In a hundred: brings people there; comes to the home.
    pub(super) transport: u32,
    pub(super) home_visit: u32,
    /// Sessions a week, and places a session.
    pub(super) sessions: (i32, i32),
    pub(super) capacity: (i32, i32),
    /// Whether its name may say when it meets.
    pub(super) meets_weekly: bool,
}

const ANYBODY: &[(i32, i32)] = &[(18, 120), (18, 120), (16, 120), (0, 120)];
const ADULTS: &[(i32, i32)] = &[(18, 120)];
const LATER_LIFE: &[(i32, i32)] = &[(50, 120), (55, 120), (60, 120), (65, 120)];
const NEARBY: &[Reach] = &[Metres(2_000), Metres(3_000), Metres(5_000)];
const WIDER: &[Reach] = &[Metres(5_000), Metres(8_000), Metres(10_000), Areas(4)];
const DISTRICT: &[Reach] = &[Metres(8_000), Metres(10_000), Metres(15_000), Areas(5)];

/// What most services are.
const ORDINARY: Archetype = Archetype {
    names: &[],
    run_by: &[],
    rooms: &[],
    weight: 10,
    on_the_coast: 100,
    offers: &[],
    sometimes: &[],
    ages: ANYBODY,
    sex: 0,
    asks: &[],
    not_for: &[],
    routes: [10, 0, 0],
    free: 60,
    pence: (100, 600),
    reach: NEARBY,
    transport: 4,
    home_visit: 0,
    sessions: (1, 2),
    capacity: (8, 24),
    meets_weekly: true,
};

/// What a sports club's easy hour is.
const CLUB: Archetype = Archetype {
    weight: 7,
    offers: &[Strength, CarersAndCompany],
    sometimes: &[Heart, Weight, Mood],
    ages: &[(16, 120), (50, 120), (18, 120)],
    not_for: &[Condition::Frailty],
    free: 25,
    pence: (150, 400),
    ..ORDINARY
};
