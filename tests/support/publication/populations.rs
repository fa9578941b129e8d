//! Small populations, made up for the attack.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::chance::Chance;
use crate::support::meres::done;

/// A population and its services, as files.
#[derive(Clone)]
pub(crate) struct MadeUp {
    pub(crate) name: String,
    pub(crate) population: PathBuf,
    pub(crate) services: PathBuf,
    /// A data folder that knows which practices make up a network; nothing where no network is known.
    pub(crate) networks: Option<&'static str>,
}

/// One person of an extract. Whatever is not said here is unremarkable.
#[derive(Clone)]
pub(crate) struct Somebody {
    pub(crate) born: i32,
    pub(crate) square: (i32, i32),
    pub(crate) area: i32,
    /// Names of conditions, as the columns have them: "oa".
    pub(crate) conditions: Vec<&'static str>,
    pub(crate) has_car: bool,
    pub(crate) internet: bool,
    pub(crate) mobility: u8,
    pub(crate) language: u8,
    pub(crate) imd: u8,
    /// A code of the data dictionary; empty where it is not known.
    pub(crate) ethnicity: &'static str,
    pub(crate) rural: bool,
    /// The code of their practice; empty where it is not known.
    pub(crate) practice: &'static str,
}

impl Default for Somebody {
    fn default() -> Self {
        Self {
            born: 1958,
            square: (600_000, 450_000),
            area: 0,
            conditions: vec!["oa"],
            has_car: true,
            internet: true,
            mobility: 0,
            language: 0,
            imd: 6,
            ethnicity: "A",
            rural: false,
            practice: "",
        }
    }
}

const CONDITIONS: [&str; 20] = [
    "oa",
    "back",
    "ra",
    "osteop",
    "gout",
    "fibro",
    "diab",
    "copd",
    "asthma",
    "chd",
    "htn",
    "stroke",
    "depr",
    "obese",
    "frail",
    "falls",
    "cancer",
    "ckd",
    "dementia",
    "palliative",
];

/// An extract of these people, in their order.
pub(crate) fn extract(people: &[Somebody]) -> String {
    let conditions: Vec<String> = CONDITIONS.iter().map(|name| format!("c_{name}")).collect();
    let mut text = format!(
        "pid,birth_year,sex,lsoa,easting,northing,county,area,practice,imd,{},wl,wl_weeks,lang,mobility,has_car,internet,last_activity,ethnicity,rural\n",
        conditions.join(",")
    );
    for (at, one) in people.iter().enumerate() {
        let flags: Vec<&str> =
            CONDITIONS.iter().map(|name| if one.conditions.contains(name) { "1" } else { "0" }).collect();
        writeln!(
            text,
            "p{at},{},2,,{},{},0,{},{},{},{},0,,{},{},{},{},2026-08-01,{},{}",
            one.born,
            one.square.0 + 500 + i32::try_from(at % 40).expect("a step") * 20,
            one.square.1 + 700,
            one.area,
            one.practice,
            one.imd,
            flags.join(","),
            one.language,
            one.mobility,
            u8::from(one.has_car),
            u8::from(one.internet),
            one.ethnicity,
            u8::from(one.rural),
        )
        .expect("a row");
    }
    text
}

/// A few offers: somewhere to go in the middle, something online for some needs, nothing at all for others.
const SERVICES: &str = "\
sid,provider,kind,easting,northing,county,radius,area_mask,offers,min_age,max_age,sex_req,req_any,excl,route,cost,step_free,transport,home_visit,langs,weekly_sessions,capacity,name,provider_name
1,1,0,601000,451000,0,3000,0,3,18,120,0,0,0,0,0,1,0,0,1,2,20,Walking group,Friends of the Fen
2,1,1,601000,451000,0,0,3,16,60,120,0,0,0,0,500,1,1,0,1,1,12,Chair dance,Parish Rooms
3,2,2,605000,455000,0,0,0,12,18,120,0,0,0,0,0,1,0,1,255,3,10,Food and mood,Town Hall
4,3,3,,,0,0,0,2050,18,120,0,0,0,0,0,1,0,0,1,5,40,Living with pain,Online Help
5,4,0,607000,451000,0,5000,0,65,18,80,0,3,0,0,1000,0,0,0,1,1,15,Heart and hips,Leisure Trust
6,5,1,603000,457000,0,0,12,1024,18,120,0,0,0,0,0,1,0,0,3,1,,Tea and talk,Carers' Circle
";

/// Writes an extract of these people beside the services.
pub(crate) fn write(folder: &Path, name: &str, people: &[Somebody]) -> MadeUp {
    let (population, services) = (folder.join(format!("{name}.csv")), folder.join("services.csv"));
    std::fs::write(&population, extract(people)).expect("written");
    std::fs::write(&services, SERVICES).expect("written");
    MadeUp { name: name.to_owned(), population, services, networks: None }
}

/// Populations that were made to give somebody away.
pub(crate) fn hostile() -> Vec<(&'static str, Vec<Somebody>)> {
    let plain = Somebody::default;
    let many = |n: usize, one: Somebody| vec![one; n];
    let and = |some: Vec<Somebody>, others: Vec<Somebody>| [some, others].concat();
    let with = |conditions: &[&'static str]| Somebody { conditions: conditions.to_vec(), ..plain() };
    let elsewhere =
        |e: i32, n: i32, area: i32| Somebody { square: (600_000 + e, 450_000 + n), area, ..plain() };
    vec![
        (
            "one_woman_over_90",
            and(
                many(119, plain()),
                vec![Somebody {
                    born: 1933,
                    conditions: vec!["oa", "frail", "falls"],
                    has_car: false,
                    ..elsewhere(8_000, 6_000, 3)
                }],
            ),
        ),
        ("everybody_the_same", many(100, plain())),
        ("everybody_the_same_but_two", and(many(998, plain()), many(2, with(&["oa", "dementia"])))),
        ("a_lone_area", and(many(200, plain()), many(3, elsewhere(10_000, 0, 7)))),
        ("a_lone_person", vec![plain()]),
        ("seven", many(7, plain())),
        ("eight", many(8, plain())),
        ("nobody_of_the_cohort", many(40, with(&["htn"]))),
        ("two_palliative", and(many(50, plain()), many(2, with(&["oa", "palliative"])))),
        ("children_and_three", and(many(60, plain()), many(3, Somebody { born: 2015, ..plain() }))),
        (
            "a_few_of_each_step",
            [
                many(80, plain()),
                many(4, Somebody { born: 2012, ..plain() }),
                many(5, with(&["htn"])),
                many(2, with(&["oa", "dementia"])),
                many(1, with(&["oa", "palliative"])),
            ]
            .concat(),
        ),
        (
            "nobody_has_a_car_but_three",
            and(many(150, Somebody { has_car: false, ..plain() }), many(3, plain())),
        ),
        ("two_squares", and(many(44, plain()), many(6, elsewhere(2_000, 0, 0)))),
        ("two_squares_and_two_areas", and(many(33, plain()), many(9, elsewhere(6_000, 0, 1)))),
        (
            "everybody_needs_everything",
            and(
                many(57, Somebody { has_car: false, language: 2, imd: 1, ..with(&CONDITIONS[..18]) }),
                many(3, plain()),
            ),
        ),
        (
            "ten_areas_of_seven_or_eight",
            (0..10)
                .flat_map(|area| many(7 + usize::from(area % 2 == 0), elsewhere(area * 2_000, 0, area)))
                .collect(),
        ),
        ("one_language", and(many(95, plain()), vec![Somebody { language: 5, ..plain() }])),
        ("one_housebound", and(many(48, plain()), vec![Somebody { mobility: 3, ..plain() }])),
    ]
}

/// A population by chance: few places and few areas, so that its figures lie around the threshold.
pub(crate) fn by_chance(seed: u64) -> Vec<Somebody> {
    let mut chance = Chance(seed * 7_919 + 13);
    let people = *chance.one_of(&[25, 60, 110, 240, 500]);
    let (squares, areas) = (1 + chance.below(9), 1 + chance.below(5));
    let common: Vec<(&str, u64)> = CONDITIONS
        .iter()
        .map(|name| match *name {
            "oa" => (*name, *chance.one_of(&[40, 85, 98])),
            "dementia" | "palliative" => (*name, *chance.one_of(&[0, 1, 4])),
            _ => (*name, *chance.one_of(&[0, 2, 7, 25, 90])),
        })
        .collect();
    let [no_car, no_internet, moves_badly, other_language] =
        [[5, 40], [3, 30], [4, 15], [2, 12]].map(|some| *chance.one_of(&some));
    let children = *chance.one_of(&[0, 1, 20]);
    let [rare, country] = [[2, 25], [3, 50]].map(|some| *chance.one_of(&some));
    (0..people)
        .map(|_| {
            // The first places hold most people.
            let square = chance.below(squares).min(chance.below(squares));
            let (e, n) = (square % 3, square / 3);
            Somebody {
                born: if chance.percent(children) {
                    2015
                } else {
                    1930 + i32::try_from(chance.below(70)).expect("years")
                },
                square: (600_000 + metres(e), 450_000 + metres(n)),
                area: i32::try_from(chance.below(areas).min(square)).expect("an area"),
                conditions: common
                    .iter()
                    .filter(|(_, often)| chance.percent(*often))
                    .map(|(name, _)| *name)
                    .collect(),
                has_car: !chance.percent(no_car),
                internet: !chance.percent(no_internet),
                mobility: if chance.percent(moves_badly) { 2 + u8::from(chance.percent(50)) } else { 0 },
                language: u8::from(chance.percent(other_language)),
                imd: if chance.percent(20) { 1 } else { 6 },
                ethnicity: if chance.percent(rare) {
                    chance.one_of::<&str>(&["H", "M", "D", "S", ""])
                } else {
                    "A"
                },
                rural: chance.percent(country),
                practice: "",
            }
        })
        .collect()
}

/// The same people but for a few: one has gone, two have come.
pub(crate) fn a_few_more(people: &[Somebody]) -> Vec<Somebody> {
    let mut others = people.to_vec();
    others.remove(3);
    others.push(Somebody { born: 1934, ..people[7].clone() });
    others.push(Somebody { conditions: vec!["oa", "gout", "frail"], ..people[11].clone() });
    others
}

fn metres(squares: u64) -> i32 {
    i32::try_from(squares).expect("a few squares") * 2_000
}

/// An invented county in small.
pub(crate) fn invented(folder: &Path, people: u32, services: u32, seed: u64) -> MadeUp {
    let name = format!("county_{people}_{seed}");
    done(
        folder,
        &format!("demo --people {people} --services {services} --seed {seed} --out {name} --no-serve"),
    );
    let place = folder.join(&name);
    MadeUp {
        name,
        population: place.join("population.parquet"),
        services: place.join("services.csv"),
        networks: None,
    }
}
