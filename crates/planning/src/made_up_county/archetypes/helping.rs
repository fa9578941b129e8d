//! Company, carers, food, lifts, money, language: what makes the rest possible.

use vocabulary::Topic::{
    CarersAndCompany, Fatigue, LanguageSupport, Money, Mood, SelfManagement, SmokingAndBreath, Strength,
    Transport, Weight,
};

use super::Family::{
    Advice, Carers, Charity, Council, Faith, Food, Garden, Learning, Lifts, Neighbours, Singing, Workshop,
};
use super::Reach::{Areas, Metres, Telephone};
use super::{Archetype, LATER_LIFE, ORDINARY, Room, WIDER};

pub(super) const HELPING: [Archetype; 14] = [
    Archetype {
        names: &["Growing Together garden", "Garden and a cuppa", "Potting shed mornings"],
        run_by: &[Garden],
        rooms: &[Room::Park, Room::Hall],
        weight: 26,
        offers: &[Mood, CarersAndCompany],
        sometimes: &[Strength, Weight],
        free: 95,
        pence: (100, 200),
        ..ORDINARY
    },
    Archetype {
        names: &["Mending Shed sessions", "Workshop for men who like making"],
        run_by: &[Workshop],
        rooms: &[Room::Hall, Room::Club],
        weight: 14,
        offers: &[CarersAndCompany, Mood],
        sex: 1,
        free: 80,
        pence: (100, 200),
        ages: &[(18, 120), (50, 120)],
        ..ORDINARY
    },
    Archetype {
        names: &["Cook and eat on a budget", "Community lunch", "Soup and company at {}"],
        run_by: &[Food, Faith, Neighbours],
        rooms: &[Room::Hall, Room::Faith],
        weight: 40,
        offers: &[CarersAndCompany],
        sometimes: &[Money, Weight, Mood],
        ages: &[(0, 120), (18, 120), (60, 120)],
        free: 55,
        pence: (100, 450),
        transport: 12,
        capacity: (15, 40),
        ..ORDINARY
    },
    Archetype {
        names: &["Art and company", "Craft and natter", "Memory lane music"],
        run_by: &[Neighbours, Charity, Faith, Carers],
        rooms: &[Room::Hall, Room::Library, Room::Faith],
        weight: 34,
        offers: &[CarersAndCompany, Mood],
        sometimes: &[Fatigue],
        free: 65,
        pence: (100, 400),
        transport: 6,
        ..ORDINARY
    },
    Archetype {
        names: &["Carers' coffee morning", "Time Off for carers", "Carers' Circle"],
        run_by: &[Carers, Charity],
        rooms: &[Room::Hall, Room::Library, Room::Faith],
        weight: 30,
        offers: &[CarersAndCompany],
        sometimes: &[Mood, Money, SelfManagement],
        free: 95,
        pence: (100, 200),
        reach: WIDER,
        transport: 8,
        ..ORDINARY
    },
    Archetype {
        names: &["Befriending visits", "A Friendly Face at home"],
        run_by: &[Charity, Neighbours, Faith],
        rooms: &[Room::Offices, Room::Hall],
        weight: 22,
        offers: &[CarersAndCompany],
        sometimes: &[Mood],
        ages: LATER_LIFE,
        free: 100,
        reach: &[Metres(5_000), Metres(8_000), Areas(3)],
        home_visit: 100,
        sessions: (2, 6),
        capacity: (3, 10),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Conversation café in many languages", "English for health", "Welcome group"],
        run_by: &[Learning, Faith, Charity],
        rooms: &[Room::Library, Room::Faith, Room::Hall],
        weight: 18,
        on_the_coast: 25,
        offers: &[LanguageSupport],
        sometimes: &[CarersAndCompany, Mood, Money],
        free: 95,
        pence: (100, 200),
        reach: WIDER,
        ..ORDINARY
    },
    Archetype {
        names: &["Lifts to appointments", "Door-to-door minibus", "{} volunteer drivers"],
        run_by: &[Lifts],
        rooms: &[Room::Offices, Room::Hall],
        weight: 26,
        offers: &[Transport],
        sometimes: &[CarersAndCompany],
        ages: &[(0, 120), (18, 120), (60, 120)],
        free: 30,
        pence: (150, 500),
        reach: WIDER,
        transport: 100,
        sessions: (4, 10),
        capacity: (3, 12),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Money and benefits advice", "Warm home and bills help", "Advice drop-in"],
        run_by: &[Advice, Council],
        rooms: &[Room::Offices, Room::Library, Room::Hall],
        weight: 40,
        offers: &[Money],
        sometimes: &[Mood, LanguageSupport],
        ages: &[(16, 120), (18, 120)],
        free: 100,
        reach: WIDER,
        home_visit: 8,
        capacity: (6, 14),
        sessions: (1, 4),
        ..ORDINARY
    },
    Archetype {
        names: &["Computers for beginners", "Get Online at the library"],
        run_by: &[Learning],
        rooms: &[Room::Library],
        weight: 10,
        offers: &[CarersAndCompany],
        sometimes: &[SelfManagement],
        free: 100,
        ages: &[(18, 120), (50, 120)],
        ..ORDINARY
    },
    Archetype {
        names: &["Money worries line", "Benefits check by phone"],
        run_by: &[Advice],
        rooms: &[Room::Offices],
        weight: 7,
        offers: &[Money],
        sometimes: &[Mood],
        ages: &[(16, 120)],
        free: 100,
        reach: &[Telephone],
        sessions: (5, 10),
        capacity: (10, 24),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Friendly calls every week", "Listening line", "Carers' line"],
        run_by: &[Charity, Carers],
        rooms: &[Room::Offices],
        weight: 12,
        offers: &[CarersAndCompany],
        sometimes: &[Mood],
        free: 100,
        reach: &[Telephone],
        sessions: (5, 10),
        capacity: (6, 20),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Interpreter for your appointment", "Health questions in your language"],
        run_by: &[Learning, Charity],
        rooms: &[Room::Offices],
        weight: 6,
        offers: &[LanguageSupport],
        ages: &[(0, 120)],
        free: 100,
        reach: &[Telephone],
        sessions: (5, 10),
        capacity: (4, 12),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Singing for the joy of it", "Sing Out in {}"],
        run_by: &[Singing],
        rooms: &[Room::Hall, Room::Faith],
        weight: 14,
        offers: &[CarersAndCompany, Mood],
        sometimes: &[SmokingAndBreath],
        free: 60,
        pence: (100, 400),
        ..ORDINARY
    },
];
