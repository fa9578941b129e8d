//! Findings as a run over an invented county gives them, and the empty cases, for tests of the report.
//! All numbers are made up here and are of no county.

mod parts;

use disclosure::{Policy, Shown};
use parts::{areas, bands, missing, shortlist, topics, worked};
use planning::cohort::AttritionStep;
use planning::match_run::{Backdrop, CodeListUse, Findings, InputFile, Inputs, Square, TopicLine};

const TOWNS: [(&str, i32, i32, u64); 16] = [
    ("Wendry", 493_000, 352_000, 9_000),
    ("Saltby", 518_000, 338_000, 5_200),
    ("Kelham Cross", 474_000, 331_000, 4_700),
    ("Morrowick", 508_000, 377_000, 3_900),
    ("Great Ashford Magna", 482_000, 371_000, 2_100),
    ("Thornby Fen", 529_000, 356_000, 1_900),
    ("Llanfair-ar-y-Bryn", 467_000, 352_000, 1_600),
    ("Ostrey", 498_000, 322_000, 1_500),
    ("Little Wendry", 488_500, 349_500, 1_200),
    ("Quenby-on-the-Marsh", 534_000, 371_000, 1_100),
    ("Harrowdale", 479_000, 345_000, 900),
    ("Stow Ferrers", 505_000, 350_500, 800),
    ("Pellwick", 524_000, 345_000, 700),
    ("North Ellerby", 496_500, 384_000, 600),
    ("Marsh End", 537_000, 341_000, 500),
    ("Coldharbour", 485_000, 325_500, 450),
];

/// A rounded count, or "≤7".
const fn count(n: u64) -> Shown {
    if n <= 7 { Shown::UpTo(7) } else { Shown::Count((n + 2) / 5 * 5) }
}

fn file(name: &str, rows: u64, problems: u64) -> InputFile {
    InputFile {
        name: name.to_owned(),
        digest: "4832737df2b0ac7a9d1be7c0a4f6bb5f18a2f1c5b3f0d9e8c7a6b5f4e3d2c1b0".to_owned(),
        rows_read: rows,
        rows_used: rows - problems,
        problems,
    }
}

fn inputs() -> Inputs {
    Inputs {
        population: file("population.parquet", 824_000, 37),
        services: file("services.csv", 1_500, 4),
        events: None,
        rules: "Meres rules, version 1".to_owned(),
        rules_digest: "b7".repeat(32),
        minutes: None,
        cohort: "Joint and back pain, version 1".to_owned(),
        cohort_digest: "c3".repeat(32),
        code_lists: vec![CodeListUse {
            name: "Osteoarthritis of the knee".to_owned(),
            system: "SNOMED CT".to_owned(),
            source: "Made up for a test, after a list of an open code list service".to_owned(),
            licence: "CC0".to_owned(),
            codes: 12,
            events: Shown::Count(31_450),
        }],
        lists: Vec::new(),
        index_date: "2026-09-01".to_owned(),
        program: "0.1.0".to_owned(),
    }
}

/// The whole of an invented county.
pub(crate) fn county() -> (Findings, Backdrop) {
    let findings = Findings {
        fairness: Vec::new(),
        policy: Policy::default(),
        small_areas: Vec::new(),
        about: "The county of Wendry (invented)".to_owned(),
        made_up: true,
        inputs: inputs(),
        attrition: attrition(),
        who: "adults living with joint or back pain".to_owned(),
        cohort: Shown::Count(191_240),
        matched: Shown::Count(187_015),
        unmatched: Shown::Count(4_225),
        unmet: Shown::Count(23_405),
        place_known: true,
        squares: squares(),
        square_side: 2_000,
        minutes_by: None,
        distances: bands(&[
            ("less than a mile", 68_210),
            ("1 to 2 miles", 51_330),
            ("2 to 5 miles", 40_105),
            ("5 to 10 miles", 19_870),
            ("more than 10 miles", 3_210),
            ("online only", 4_290),
            ("no offer", 4_225),
        ]),
        travel: bands(&[
            ("no car", 34_120),
            ("walks with an aid", 21_480),
            ("uses a wheelchair", 2_615),
            ("housebound", 1_890),
            ("no internet at home", 16_705),
            ("not known whether there is a car", 4),
        ]),
        topics: topics(),
        areas: areas(),
        missing: missing(),
        shortlist: Some(shortlist()),
        worked: worked(),
        warnings: vec![
            "3 services that nobody can reach".to_owned(),
            "12 people whose grid point lies outside Great Britain".to_owned(),
        ],
    };
    let outline = vec![
        (463_000, 322_000),
        (478_000, 317_000),
        (497_000, 314_500),
        (513_000, 320_000),
        (527_000, 327_000),
        (541_000, 334_000),
        (544_500, 347_000),
        (540_000, 360_000),
        (543_000, 374_000),
        (531_000, 383_500),
        (516_000, 386_000),
        (499_000, 392_000),
        (484_000, 386_000),
        (470_500, 376_000),
        (462_500, 360_000),
        (459_000, 341_000),
    ];
    let towns = TOWNS.iter().map(|(name, e, n, _)| ((*name).to_owned(), *e, *n)).collect();
    (findings, Backdrop { outline: vec![outline], towns, ..Backdrop::default() })
}

/// The same, as from a real extract: no backdrop, names of 70 letters, some counts held back.
pub(crate) fn plain_county() -> Findings {
    let (mut findings, _) = county();
    "linked-extract-of-the-integrated-care-board-2026-09-01-version-17.parquet"
        .clone_into(&mut findings.about);
    findings.made_up = false;
    findings.worked.clear();
    findings.distances[6].people = Shown::Hidden;
    findings.travel[3].people = Shown::Few;
    for line in findings.topics.iter_mut().skip(9) {
        line.unmet = Shown::Hidden;
    }
    for square in findings.squares.iter_mut().step_by(17) {
        square.people = Shown::Hidden;
    }
    findings
}

/// An extract that says nothing of place: no maps, no hub.
pub(crate) fn place_not_known() -> Findings {
    let (mut findings, _) = county();
    "patients.csv".clone_into(&mut findings.about);
    findings.made_up = false;
    findings.place_known = false;
    findings.cohort = Shown::Count(10);
    findings.matched = Shown::UpTo(7);
    findings.unmatched = Shown::UpTo(7);
    findings.unmet = Shown::UpTo(7);
    findings.inputs.population = file("patients.csv", 108, 0);
    for step in &mut findings.attrition {
        (step.remaining, step.removed, step.not_known) = (Shown::Count(10), Shown::UpTo(7), Shown::Count(0));
    }
    for line in &mut findings.topics {
        (line.need, line.unmet) = (Shown::UpTo(7), Shown::UpTo(7));
    }
    findings.squares.clear();
    findings.distances.clear();
    findings.areas.clear();
    findings.missing.clear();
    findings.shortlist = None;
    findings.worked.clear();
    findings.warnings.clear();
    findings
}

/// No rows at all.
pub(crate) fn nobody() -> Findings {
    let mut findings = place_not_known();
    "an-empty-file.csv".clone_into(&mut findings.about);
    findings.place_known = true;
    findings.inputs.population = file("an-empty-file.csv", 0, 0);
    findings.inputs.services = file("services.csv", 0, 0);
    (findings.cohort, findings.matched) = (Shown::Count(0), Shown::Count(0));
    (findings.unmatched, findings.unmet) = (Shown::Count(0), Shown::Count(0));
    for step in &mut findings.attrition {
        (step.remaining, step.removed) = (Shown::Count(0), Shown::Count(0));
    }
    for line in &mut findings.topics {
        *line = TopicLine {
            need: Shown::Count(0),
            unmet: Shown::Count(0),
            services: 0,
            providers: 0,
            weekly_places: 0,
            capacity_not_known: 0,
            ..*line
        };
    }
    findings.travel.clear();
    findings
}

/// Everything about people is held back.
pub(crate) fn all_hidden() -> (Findings, Backdrop) {
    let (mut findings, backdrop) = county();
    (findings.cohort, findings.matched) = (Shown::Hidden, Shown::Hidden);
    (findings.unmatched, findings.unmet) = (Shown::UpTo(7), Shown::Few);
    for step in &mut findings.attrition {
        (step.remaining, step.removed, step.not_known) = (Shown::Hidden, Shown::Hidden, Shown::UpTo(7));
    }
    for square in &mut findings.squares {
        (square.people, square.unmet) = (Shown::UpTo(7), Shown::Hidden);
    }
    for band in findings.distances.iter_mut().chain(&mut findings.travel) {
        band.people = Shown::Hidden;
    }
    for line in &mut findings.topics {
        (line.need, line.unmet) = (Shown::Hidden, Shown::UpTo(7));
    }
    for area in &mut findings.areas {
        area.people = Shown::Hidden;
        area.need.fill(Shown::Hidden);
        area.unmet.fill(Shown::UpTo(7));
    }
    for offer in &mut findings.missing {
        offer.people = Shown::Hidden;
    }
    if let Some(list) = &mut findings.shortlist {
        list.people = Shown::Hidden;
        (list.covered_percent, list.bound_percent) = (None, None);
        for invited in &mut list.invited {
            invited.gain = Shown::Hidden;
        }
        for need in &mut list.uncovered {
            (need.people, need.uncovered) = (Shown::Hidden, Shown::UpTo(7));
        }
    }
    (findings, backdrop)
}

fn attrition() -> Vec<AttritionStep> {
    [
        ("aged 18 or over", 668_400, 155_560, 12),
        ("has osteoarthritis, back pain, rheumatoid arthritis, osteoporosis, gout or fibromyalgia, or has waited 6 weeks", 224_310, 444_090, 0),
        ("no dementia recorded, and no palliative care", 215_145, 9_165, 0),
        ("seen by any service since 1 September 2024", 191_250, 23_895, 1_320),
        ("place known", 191_240, 10, 10),
    ]
    .map(|(name, remaining, removed, not_known)| AttritionStep {
        name: name.to_owned(),
        remaining: Shown::Count(remaining),
        removed: Shown::Count(removed),
        not_known: if not_known == 0 { Shown::Count(0) } else { count(not_known) },
    })
    .to_vec()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a fixture"
)]
fn squares() -> Vec<Square> {
    let mut squares = Vec::new();
    for (i, j) in (0..46).flat_map(|i| (0..40).map(move |j| (i, j))) {
        let (easting, northing) = (456_000 + i * 2_000, 314_000 + j * 2_000);
        // An oval of country inside the outline.
        let (x, y) = (f64::from(easting - 501_000) / 40_000.0, f64::from(northing - 352_000) / 34_500.0);
        if x * x + y * y > 1.0 {
            continue;
        }
        let town: f64 = TOWNS
            .iter()
            .map(|(_, e, n, people)| {
                let away = f64::from(easting + 1_000 - e).hypot(f64::from(northing + 1_000 - n)) / 2_300.0;
                *people as f64 * (-away * away).exp() * 0.55
            })
            .sum();
        let scatter = f64::from((i * 7919 + j * 104_729 + i * j * 31) % 97) / 97.0;
        let people = (town + scatter * scatter * 55.0) as u64;
        let far = 0.04 + 0.35 * (x * x + y * y).powi(2);
        let unmet = (people as f64 * far) as u64;
        if people > 0 {
            squares.push(Square { easting, northing, people: count(people), unmet: count(unmet) });
        }
    }
    squares
}
