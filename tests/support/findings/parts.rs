//! What is offered, missing and chosen in the invented county.

use disclosure::Shown;
use planning::match_run::{
    AreaLine, Band, Invited, MissingOffer, Shortlist, TopicLine, UncoveredNeed, WorkedMatch, WorkedPerson,
};
use vocabulary::Topic;

use super::count;

pub(super) fn bands(bands: &[(&str, u64)]) -> Vec<Band> {
    bands.iter().map(|(label, n)| Band { label: (*label).to_owned(), people: count(*n) }).collect()
}

pub(super) fn topics() -> Vec<TopicLine> {
    const LINES: [(u64, u64, u64, u64, u64, u64); 16] = [
        (163_400, 3_120, 310, 96, 4_120, 12),
        (158_905, 2_475, 288, 91, 3_870, 9),
        (64_310, 1_240, 140, 60, 2_090, 4),
        (41_870, 905, 122, 58, 1_450, 20),
        (27_480, 12_340, 41, 17, 380, 6),
        (22_015, 640, 66, 31, 720, 3),
        (58_960, 1_105, 97, 44, 1_310, 0),
        (19_340, 4_815, 23, 11, 160, 2),
        (24_705, 560, 38, 14, 610, 1),
        (15_230, 3_905, 19, 9, 0, 19),
        (18_455, 1_380, 84, 52, 1_020, 31),
        (171_200, 815, 201, 77, 3_300, 8),
        (13_940, 2_210, 12, 6, 140, 1),
        (9_615, 3_480, 9, 5, 60, 2),
        (34_120, 6_950, 14, 8, 210, 4),
        (38_540, 5, 61, 22, 940, 0),
    ];
    Topic::ALL
        .into_iter()
        .zip(LINES)
        .map(|(topic, (need, unmet, services, providers, weekly_places, capacity_not_known))| TopicLine {
            topic,
            need: count(need),
            unmet: count(unmet),
            services,
            providers,
            weekly_places,
            capacity_not_known,
        })
        .collect()
}

pub(super) fn areas() -> Vec<AreaLine> {
    (0..56_u8)
        .map(|area| {
            let people = 900 + u64::from(area) * 7919 % 5_600;
            let part = |t: u64, of: u64| count(of * ((t * 37 + u64::from(area) * 11) % 60) / 100);
            let need: Vec<Shown> = (0..16).map(|t| part(t, people)).collect();
            let unmet = (0..16).map(|t| part(t + 5, people / if t == 4 { 4 } else { 30 })).collect();
            AreaLine { county: 0, area: i32::from(area), name: None, people: count(people), need, unmet }
        })
        .collect()
}

pub(super) fn missing() -> Vec<MissingOffer> {
    [
        (Topic::FallsPrevention, 519_000, 339_000, 4_828, 1_235),
        (Topic::Transport, 529_000, 357_000, 8_047, 980),
        (Topic::FallsPrevention, 475_000, 331_000, 4_828, 915),
        (Topic::BoneHealth, 509_000, 377_000, 8_047, 740),
        (Topic::WaitingWell, 519_000, 339_000, 8_047, 610),
        (Topic::Fatigue, 467_000, 353_000, 8_047, 480),
        (Topic::LanguageSupport, 493_000, 351_000, 4_828, 455),
        (Topic::Strength, 537_000, 369_000, 4_828, 390),
        (Topic::Pain, 497_000, 383_000, 4_828, 310),
        (Topic::Mood, 485_000, 327_000, 4_828, 145),
    ]
    .map(|(topic, easting, northing, radius, people)| MissingOffer {
        topic,
        easting,
        northing,
        radius,
        people: count(people),
    })
    .to_vec()
}

pub(super) fn shortlist() -> Shortlist {
    const NAMES: [&str; 10] = [
        "Wendry Leisure Trust",
        "Steady On",
        "Saltby and Marsh Voluntary Transport and Community Car Scheme (CIO)",
        "One You Wendry",
        "Kelham Cross Good Neighbours",
        "Bone Health Society, Wendry branch",
        "Citizens' Advice Point",
        "Breathe Easy Morrowick",
        "The Wool Hall",
        "Canolfan Iechyd a Lles Llanfair-ar-y-Bryn ac Ardal y Gororau",
    ];
    let invited = (0..40_u64)
        .map(|i| {
            let name = NAMES[usize::try_from(i).unwrap_or(0) % 10];
            let name = if i < 10 { name.to_owned() } else { format!("{name}, group {}", i / 10 + 1) };
            let people = 31_200 / (i + 1) / (i / 4 + 1);
            let gain = count(people * 4);
            let topic = Topic::ALL[usize::try_from(i).unwrap_or(0) % 12];
            Invited {
                provider: format!("P{i:04}"),
                words: format!(
                    "Adds {} people who need help with {}, whom nobody before it covers.",
                    count(people),
                    topic.words()
                ),
                name,
                services: i % 7 + 1,
                forced: i == 4,
                cost: None,
                gain,
                adds: vec![(topic.title().to_owned(), count(people))],
            }
        })
        .collect();
    let uncovered = Topic::ALL[..12]
        .iter()
        .zip([0, 0, 120, 340, 2_105, 60, 5, 880, 0, 1_430, 210, 0])
        .zip(topics())
        .map(|((topic, left), line)| UncoveredNeed {
            topic: *topic,
            people: count(line.need.rounded().unwrap_or(0) / 3),
            uncovered: if left == 0 { Shown::Count(0) } else { count(left) },
        })
        .collect();
    Shortlist {
        easting: 493_400,
        northing: 351_900,
        radius: 10_000,
        stands: 40,
        place_chosen: true,
        people: Shown::Count(61_730),
        invited,
        uncovered,
        covered_percent: Some(80),
        bound_percent: Some(90),
        best_possible: false,
        budget: None,
        cost: None,
        cost_not_known: 0,
        at_least: Vec::new(),
        left_out: Vec::new(),
    }
}

pub(super) fn worked() -> Vec<WorkedPerson> {
    let found =
        |rank, service: &str, provider: &str, venue: Option<&str>, reasons: &str, change: &[&str], score| {
            WorkedMatch {
                rank,
                service: service.to_owned(),
                service_id: None,
                provider: provider.to_owned(),
                venue: venue.map(str::to_owned),
                reasons: reasons.to_owned(),
                would_change: change.iter().map(|c| (*c).to_owned()).collect(),
                score,
            }
        };
    vec![
        WorkedPerson {
            name: "Margaret, 71 (made up)".to_owned(),
            about: "Margaret has knee osteoarthritis and fell last winter. She lives in Saltby, does not drive and walks with a stick.".to_owned(),
            matches: vec![
                found(1, "Steady and Strong", "Wendry Leisure Trust", Some("Saltby Leisure Centre"),
                    "Less than a mile away, free, helps with strength and staying steady on your feet; you can get there without a car.", &[], 3_420),
                found(2, "Good Boost in water", "Wendry Leisure Trust", Some("Saltby Pool"),
                    "About a mile away, £3 a session, helps with strength and pain.", &["It would come first if it were free."], 2_910),
                found(3, "Knee and hip online", "Joint Matters", None,
                    "Online, free, helps with pain and managing day to day; check that you can use the internet at home.", &[], 2_350),
            ],
        },
        WorkedPerson {
            name: "Tomasz, 44 (made up)".to_owned(),
            about: "Tomasz has back pain and has waited 14 weeks. He would rather speak Polish.".to_owned(),
            matches: vec![found(1, "Waiting well group", "One You Wendry", Some("Wendry Library"),
                "About 4 miles away, free, helps with pain and staying well while you wait; in Polish.", &[], 3_105)],
        },
        WorkedPerson {
            name: "Eirlys, 88 (made up)".to_owned(),
            about: "Eirlys is housebound in Quenby-on-the-Marsh and has osteoporosis.".to_owned(),
            matches: vec![],
        },
    ]
}
