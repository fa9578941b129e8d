//! Classes, clubs and walks: getting stronger, steadier and about.

use vocabulary::Condition::{
    BackPain, Dementia, Falls, Fibromyalgia, Frailty, Osteoarthritis, Osteoporosis, PalliativeCare, Stroke,
};
use vocabulary::Topic::{
    BoneHealth, CarersAndCompany, DiabetesEducation, FallsPrevention, Fatigue, Heart, Mood, Pain,
    SelfManagement, Strength, WaitingWell, Weight,
};

use super::Family::{
    Bowls, Charity, Council, Cycling, Faith, Health, Leisure, MindAndBody, Neighbours, Swimming, TableTennis,
    Walking,
};
use super::Reach::{Areas, Metres};
use super::{Archetype, CLUB, LATER_LIFE, NEARBY, ORDINARY, Room, WIDER};

pub(super) const MOVING: [Archetype; 18] = [
    Archetype {
        names: &[
            "Steady Steps strength and balance class",
            "Standing Strong balance class",
            "Sure-footed in {}",
        ],
        run_by: &[Leisure, Health, Charity, Neighbours],
        rooms: &[Room::Leisure, Room::Hall],
        weight: 34,
        on_the_coast: 3,
        offers: &[FallsPrevention, Strength],
        sometimes: &[BoneHealth, CarersAndCompany],
        ages: &[(60, 120), (65, 120), (50, 120)],
        not_for: &[PalliativeCare],
        free: 45,
        pence: (150, 500),
        reach: &[Metres(3_000), Metres(5_000), Metres(8_000)],
        transport: 9,
        ..ORDINARY
    },
    Archetype {
        names: &["Falls and balance clinic", "Falls check at {}"],
        run_by: &[Health],
        rooms: &[Room::Clinic],
        weight: 9,
        on_the_coast: 0,
        offers: &[FallsPrevention],
        sometimes: &[BoneHealth, Strength],
        ages: &[(65, 120)],
        asks: &[Falls, Frailty, Osteoporosis, Stroke],
        routes: [3, 6, 1],
        free: 100,
        reach: &[Metres(8_000), Metres(10_000)],
        home_visit: 20,
        capacity: (6, 12),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["Strong Bones group", "Bone health talk and exercise", "Better Bones in {}"],
        run_by: &[Charity, Health, Leisure],
        rooms: &[Room::Hall, Room::Clinic, Room::Library],
        weight: 16,
        on_the_coast: 2,
        offers: &[BoneHealth],
        sometimes: &[FallsPrevention, Strength, SelfManagement],
        ages: LATER_LIFE,
        free: 70,
        reach: &[Metres(5_000), Metres(8_000)],
        ..ORDINARY
    },
    Archetype {
        names: &["Bone health circuit for women", "Stronger after fifty for women"],
        run_by: &[Leisure],
        rooms: &[Room::Leisure],
        weight: 5,
        on_the_coast: 0,
        offers: &[BoneHealth, Strength],
        ages: &[(45, 75), (50, 120)],
        sex: 2,
        free: 10,
        pence: (300, 700),
        ..ORDINARY
    },
    Archetype {
        names: &["Knee and Hip class", "Happy Hips and Knees", "Better Knees programme"],
        run_by: &[Leisure, Health],
        rooms: &[Room::Leisure, Room::Clinic],
        weight: 34,
        offers: &[Strength, Pain],
        sometimes: &[Weight, WaitingWell, SelfManagement],
        ages: &[(45, 120), (18, 120), (50, 120)],
        asks: &[Osteoarthritis],
        not_for: &[PalliativeCare],
        routes: [7, 2, 1],
        free: 50,
        pence: (200, 550),
        reach: WIDER,
        capacity: (10, 20),
        ..ORDINARY
    },
    Archetype {
        names: &["Back to Moving class", "Back Care class", "Good Backs at {}"],
        run_by: &[Leisure, Health],
        rooms: &[Room::Leisure, Room::Hall],
        weight: 30,
        offers: &[Strength, Pain],
        sometimes: &[SelfManagement, Mood],
        ages: &[(16, 120), (18, 64), (18, 120)],
        asks: &[BackPain, Osteoarthritis, Fibromyalgia],
        routes: [8, 2, 0],
        free: 35,
        pence: (250, 600),
        reach: WIDER,
        ..ORDINARY
    },
    Archetype {
        names: &["Warm Water Movement", "Gentle aqua class", "Aqua for joints"],
        run_by: &[Leisure],
        rooms: &[Room::Leisure],
        weight: 24,
        on_the_coast: 70,
        offers: &[Strength, Pain],
        sometimes: &[Weight, Mood],
        not_for: &[PalliativeCare, Dementia],
        free: 8,
        pence: (350, 750),
        reach: WIDER,
        capacity: (10, 20),
        ..ORDINARY
    },
    Archetype {
        names: &["Chair exercise and chat", "Seated Strength", "Sit and Get Stronger"],
        run_by: &[Neighbours, Charity, Leisure, Faith],
        rooms: &[Room::Hall, Room::Faith, Room::Library],
        weight: 44,
        offers: &[Strength, CarersAndCompany],
        sometimes: &[Mood, Fatigue],
        ages: LATER_LIFE,
        free: 60,
        pence: (100, 350),
        reach: NEARBY,
        transport: 15,
        ..ORDINARY
    },
    Archetype {
        names: &["Tai chi for beginners", "Slow and Steady tai chi", "Tai chi in the hall"],
        run_by: &[MindAndBody, Leisure, Neighbours],
        rooms: &[Room::Hall, Room::Faith, Room::Leisure],
        weight: 24,
        offers: &[Strength, Mood],
        sometimes: &[Pain],
        free: 20,
        pence: (300, 700),
        ..ORDINARY
    },
    Archetype {
        names: &["Yoga for stiff bodies", "Gentle yoga and breathing", "Easy Stretch"],
        run_by: &[MindAndBody, Leisure, Neighbours, Faith],
        rooms: &[Room::Hall, Room::Leisure, Room::Faith],
        weight: 24,
        offers: &[Pain, Mood],
        sometimes: &[Fatigue, Strength],
        free: 15,
        pence: (400, 900),
        ..ORDINARY
    },
    Archetype {
        names: &["Return to the Gym", "Gym on referral", "First Steps in the Gym"],
        run_by: &[Leisure],
        rooms: &[Room::Leisure],
        weight: 30,
        offers: &[Strength, Weight],
        sometimes: &[Heart, DiabetesEducation],
        ages: &[(16, 120), (18, 120)],
        routes: [5, 5, 0],
        free: 15,
        pence: (250, 600),
        reach: WIDER,
        sessions: (3, 8),
        capacity: (8, 16),
        meets_weekly: false,
        ..ORDINARY
    },
    Archetype {
        names: &["{} wellbeing walk", "Short Stroll group", "Stepping Out together", "Riverside ramble"],
        run_by: &[Walking, Council],
        rooms: &[Room::Park, Room::Library],
        weight: 60,
        offers: &[Mood, CarersAndCompany],
        sometimes: &[Weight, Heart, Strength],
        free: 99,
        pence: (100, 100),
        reach: NEARBY,
        capacity: (12, 30),
        ..ORDINARY
    },
    Archetype {
        names: &["Walking football", "Badminton for fun", "Walking netball"],
        run_by: &[Leisure],
        rooms: &[Room::Leisure, Room::Park],
        weight: 14,
        offers: &[Strength, CarersAndCompany],
        sometimes: &[Heart, Weight, Mood],
        ages: &[(16, 120), (50, 120), (18, 120)],
        not_for: &[Frailty],
        free: 25,
        pence: (150, 400),
        ..ORDINARY
    },
    Archetype {
        names: &["Bowls for all", "Short mat bowls"],
        run_by: &[Bowls],
        rooms: &[Room::Club, Room::Park, Room::Hall],
        weight: 14,
        ..CLUB
    },
    Archetype {
        names: &["Table tennis social", "Table tennis for stiff shoulders"],
        run_by: &[TableTennis],
        rooms: &[Room::Club, Room::Hall, Room::Leisure],
        ..CLUB
    },
    Archetype {
        names: &["Easy cycling", "Back on a Bike"],
        run_by: &[Cycling],
        rooms: &[Room::Park, Room::Leisure],
        ..CLUB
    },
    Archetype {
        names: &["Morning dip in company", "Cold water, warm tea"],
        run_by: &[Swimming],
        rooms: &[Room::Park, Room::Club],
        weight: 3,
        on_the_coast: 300,
        ..CLUB
    },
    Archetype {
        names: &["Physiotherapy at home", "Moving at Home visits"],
        run_by: &[Health],
        rooms: &[Room::Clinic],
        weight: 14,
        on_the_coast: 50,
        offers: &[Strength],
        sometimes: &[Pain, SelfManagement],
        ages: &[(65, 120), (18, 120)],
        asks: &[Frailty, Falls, Stroke, Osteoarthritis],
        routes: [2, 8, 0],
        free: 100,
        reach: &[Areas(4), Areas(7)],
        home_visit: 100,
        sessions: (5, 10),
        capacity: (1, 2),
        meets_weekly: false,
        ..ORDINARY
    },
];
