use std::collections::HashSet;

use vocabulary::{Condition, Topic};

use super::archetypes::archetypes;
use super::geography::{AREAS, Geography, LSOAS, POSTCODES, PRACTICES};
use super::organisations::{Organisation, organisations, venues};
use super::people::{People, Person};
use super::random::Random;
use super::services::{Service, Supply};
use super::{Spec, write};

const SEED: u64 = 7;

struct Open {
    county: Geography,
    organisations: Vec<Organisation>,
    services: Vec<Service>,
}

fn open(wanted: u32, seed: u64) -> Open {
    let county = Geography::of(seed);
    let organisations = organisations((wanted / 5).max(1), &county, seed);
    let venues = venues(&county, seed);
    let supply = Supply { county: &county, organisations: &organisations, venues: &venues };
    let services = supply.services(wanted, seed);
    Open { county, organisations, services }
}

fn bytes(spec: &Spec) -> [Vec<u8>; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let made = write(spec, folder.path(), &mut |_, _| ()).expect("written");
    [made.population, made.services].map(|file| std::fs::read(file).expect("there"))
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    // More than one row group.
    let spec = Spec { people: 140_000, services: 60, seed: SEED };
    let once = bytes(&spec);
    for threads in [1, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(pool.install(|| bytes(&spec)) == once, "{threads} threads give another county");
    }
    let few = Spec { people: 2_000, ..spec };
    let (this, other) = (bytes(&few), bytes(&Spec { seed: SEED + 1, ..few }));
    assert!(this[0] != other[0] && this[1] != other[1]);
}

#[test]
fn the_first_people_of_a_seed_are_always_these() {
    // If this fails on one machine only, a draw depends on the machine; if it fails on all, the draws were changed.
    let county = Geography::of(SEED);
    let people = People::of(&county, SEED);
    let first: Vec<String> = (0..3)
        .map(|row| people.nth(row))
        .map(|p| format!("{:016x} {} {:?}", p.pseudonym, p.birth_year, p.home))
        .collect();
    let expected = [
        "bc53449e9d48c7f1 1997 Some(14769)",
        "ee605adb59a26bde 2001 Some(5887)",
        "13c84e26bfe31a11 1983 Some(9527)",
    ];
    assert_eq!(first, expected);
}

#[test]
fn files_have_a_column_for_every_value() {
    let [population, services] = bytes(&Spec { people: 300, services: 300, seed: SEED });
    let text = String::from_utf8(services).expect("UTF-8");
    // A comma between quotes is no new field.
    let fields =
        |line: &str| line.split('"').step_by(2).map(|plain| plain.matches(',').count()).sum::<usize>();
    let header = text.lines().next().expect("a header");
    assert_eq!(text.lines().count(), 301);
    assert!(text.lines().all(|line| fields(line) == fields(header)));
    assert!(text.contains(",\"") && header.starts_with("sid,") && header.ends_with(",capacity"));
    assert!(population.starts_with(b"PAR1") && population.ends_with(b"PAR1"));
}

/// How many of a hundred.
fn per_cent<'a>(people: impl Iterator<Item = &'a Person>, of: impl Fn(&Person) -> bool) -> f64 {
    let (all, with) = people.fold((0_u32, 0_u32), |(all, with), p| (all + 1, with + u32::from(of(p))));
    f64::from(with) * 100.0 / f64::from(all)
}

#[test]
fn long_term_conditions_are_about_as_common_as_england_says() {
    let county = Geography::of(SEED);
    let source = People::of(&county, SEED);
    let people: Vec<Person> = (0..100_000).map(|row| source.nth(row)).collect();
    let age = |p: &Person| 2026 - p.birth_year;
    let adults = || people.iter().filter(|p| age(p) >= 16);
    let painful = |p: &Person| Condition::ALL[..6].iter().any(|c| p.conditions.holds(*c));
    for (who, published, found) in [
        ("everybody", 17.9, per_cent(adults(), painful)),
        ("men", 15.6, per_cent(adults().filter(|p| p.sex == 1), painful)),
        ("women", 20.0, per_cent(adults().filter(|p| p.sex == 2), painful)),
        ("16 to 24", 4.7, per_cent(adults().filter(|p| age(p) < 25), painful)),
        ("85 and over", 39.7, per_cent(adults().filter(|p| age(p) >= 85), painful)),
        ("most deprived", 21.8, per_cent(adults().filter(|p| p.decile == Some(1)), painful)),
        ("least deprived", 14.4, per_cent(adults().filter(|p| p.decile == Some(10)), painful)),
        ("on a waiting list", 5.5, per_cent(adults(), |p| p.waiting.is_some())),
    ] {
        // Of the two thousand oldest, chance alone moves the share by a whole per cent.
        let room = if who == "85 and over" { 2.0 } else { 1.0 };
        assert!((published - found).abs() < room, "{who}: {found:.1} % instead of {published} %");
    }
    assert_eq!(people.iter().filter(|p| age(p) < 16 && painful(p)).count(), 0);
    for (what, least, most, found) in [
        ("place", 0.1, 1.0, per_cent(people.iter(), |p| p.home.is_none())),
        ("decile", 0.5, 2.0, per_cent(people.iter(), |p| p.decile.is_none())),
        ("car", 3.0, 9.0, per_cent(people.iter(), |p| p.has_car.is_none())),
        ("internet", 3.0, 9.0, per_cent(people.iter(), |p| p.internet.is_none())),
        ("mobility", 2.0, 6.0, per_cent(people.iter(), |p| p.mobility.is_none())),
        ("ethnicity", 4.0, 10.0, per_cent(people.iter(), |p| p.ethnicity.is_none())),
        ("last contact", 0.5, 2.0, per_cent(people.iter(), |p| p.last_activity.is_none())),
    ] {
        assert!((least..most).contains(&found), "{what} is not known of {found:.1} %");
    }
    let index_day = vocabulary::Day::parse("2026-09-01").expect("a day").days();
    assert!(people.iter().all(|p| p.last_activity.is_none_or(|day| day < index_day)));
    assert!(people.iter().all(|p| (0..=104).contains(&age(p))));
    let pseudonyms: HashSet<u64> = people.iter().map(|p| p.pseudonym).collect();
    assert_eq!(pseudonyms.len(), people.len());
}

#[test]
fn the_county_is_one_piece_of_land_about_the_size_of_a_county() {
    let Geography { outline, places, postcodes, doors, lsoas, cells, areas } = Geography::of(SEED);
    let ring = &outline.ring;
    let pairs = || ring.iter().zip(ring.iter().cycle().skip(1));
    let doubled: i64 =
        pairs().map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)).sum();
    assert!((5_800..6_000).contains(&(doubled / 2_000_000)), "{} square kilometres", doubled / 2_000_000);
    let turn = |a: (i32, i32), b: (i32, i32), c: (i32, i32)| {
        (i64::from(b.0 - a.0) * i64::from(c.1 - a.1) - i64::from(b.1 - a.1) * i64::from(c.0 - a.0)).signum()
    };
    for (i, (a, b)) in pairs().enumerate() {
        for (c, d) in pairs().skip(i + 2).filter(|(_, d)| *d != a) {
            let crosses = turn(*a, *b, *c) != turn(*a, *b, *d) && turn(*c, *d, *a) != turn(*c, *d, *b);
            assert!(!crosses, "the border crosses itself at {a:?} and {c:?}");
        }
    }

    assert_eq!((postcodes.len(), cells.len()), (POSTCODES, LSOAS));
    assert_eq!(postcodes.iter().map(|p| p.at).collect::<HashSet<_>>().len(), POSTCODES);
    assert!(postcodes.iter().all(|p| outline.holds(p.at)));
    for p in &places {
        assert!(outline.holds(p.at), "{}", p.name);
    }
    assert!(doors.iter().all(|&p| usize::from(p) < POSTCODES));
    assert_eq!((lsoas.len(), areas.len()), (LSOAS, AREAS));
    assert_eq!(postcodes.iter().map(|p| p.lsoa).collect::<HashSet<_>>().len(), LSOAS);
    assert_eq!(lsoas.iter().map(|l| l.area).collect::<HashSet<_>>().len(), AREAS);
    for decile in 1..=10 {
        assert_eq!(lsoas.iter().filter(|l| l.decile == decile).count(), LSOAS / 10);
    }
    let nearest: HashSet<u8> = postcodes.iter().map(|p| p.practices[0]).collect();
    assert_eq!(nearest.len(), PRACTICES);
}

#[test]
fn every_service_keeps_the_rules_of_a_services_file() {
    for (wanted, seed) in [(1_500, SEED), (1_500, 2_026), (40, 3), (1, 4), (0, 5), (9_000, 6)] {
        let Open { county, organisations, services } = open(wanted, seed);
        assert_eq!(services.len(), wanted as usize);
        assert_eq!(services.iter().map(|s| s.id.as_str()).collect::<HashSet<_>>().len(), services.len());
        assert_eq!(
            organisations.iter().map(|o| o.name.as_str()).collect::<HashSet<_>>().len(),
            organisations.len()
        );
        if wanted >= 5 {
            assert_eq!(
                services.iter().map(|s| s.provider).collect::<HashSet<_>>().len(),
                organisations.len()
            );
        }
        for s in &services {
            assert!(s.ages.0 <= s.ages.1 && s.ages.0 >= 0, "{s:?}");
            assert!(
                !s.offers.is_empty() && (0..=3).contains(&s.kind) && (0..=2).contains(&s.sex) && s.route <= 2,
                "{s:?}"
            );
            assert!((s.kind == 0) == (s.radius >= 1) && (s.kind == 1) == (s.area_mask != 0), "{s:?}");
            assert!(s.area_mask < 1 << AREAS && s.provider < organisations.len(), "{s:?}");
            assert!(s.asks.and(s.not_for).is_empty() && s.languages & 1 == 1 && s.languages < 256, "{s:?}");
            assert!(s.pence.is_none_or(|p| (0..=2_000).contains(&p)), "{s:?}");
            assert!(s.sessions >= 1 && s.capacity.is_none_or(|c| c >= 1), "{s:?}");
            assert!(county.outline.holds(s.at), "{s:?}");
            for name in [&s.name, &organisations[s.provider].name, &s.venue] {
                assert!((1..=70).contains(&name.chars().count()) && !name.contains(['{', '"']), "{name}");
            }
        }
    }
}

#[test]
fn the_coast_is_short_of_falls_prevention_and_bone_health() {
    let Open { county, services, .. } = open(1_500, 2_026);
    let coastal = |s: &&Service| county.outline.near_the_sea(s.at, super::geography::COASTAL_STRIP);
    let (coast, inland): (Vec<&Service>, Vec<&Service>) = services.iter().partition(coastal);
    for topic in [Topic::FallsPrevention, Topic::BoneHealth] {
        let share =
            |list: &[&Service]| list.iter().filter(|s| s.offers.holds(topic)).count() * 1_000 / list.len();
        assert!(
            share(&coast) * 5 < share(&inland),
            "{topic:?}: {} against {} in a thousand",
            share(&coast),
            share(&inland)
        );
    }
    for topic in Topic::ALL {
        assert!(services.iter().any(|s| s.offers.holds(topic)), "nobody offers {topic:?}");
    }
    let shared = |kind| services.iter().filter(|s| s.kind == kind).count();
    assert!((0..4).all(|kind| shared(kind) >= 15), "{:?}", [0, 1, 2, 3].map(shared));
}

#[test]
fn every_organisation_has_something_to_do() {
    let county = Geography::of(SEED);
    for organisation in organisations(1_000, &county, SEED) {
        assert!(archetypes().any(|a| organisation.runs(a)), "{}", organisation.name);
    }
}

#[test]
fn draws_are_fair() {
    let mut r = Random::of(SEED, super::random::Purpose::People);
    let draws = 100_000;
    let mean = (0..draws).map(|_| i64::from(r.below(1_000))).sum::<i64>() / draws;
    assert!((495..505).contains(&mean), "{mean}");
    let squares = (0..draws).map(|_| i64::from(r.bell(1_000)).pow(2)).sum::<i64>() / draws;
    assert!((980_000..1_020_000).contains(&squares), "{squares}");
    let heavy = (0..draws).filter(|_| r.weighted([1, 0, 3].into_iter()) == 2).count();
    assert!((74_000..76_000).contains(&heavy), "{heavy}");
}

#[test]
fn every_home_has_a_postcode_of_its_own_in_an_area_with_an_outline() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = Spec { people: 200, services: 20, seed: SEED };
    let made = write(&spec, folder.path(), &mut |_, _| ()).expect("written");
    let feed = &made.places;
    assert_eq!((feed.postcodes.len(), feed.areas.len(), feed.outlines.len()), (POSTCODES, LSOAS, LSOAS));
    let different: HashSet<_> = feed.postcodes.iter().map(|place| place.postcode).collect();
    assert_eq!(different.len(), POSTCODES);
    let lies_within = |place: &&offers::place::PostcodePlace| {
        let outline = feed.outlines.iter().find(|outline| Some(outline.lsoa) == place.lsoa);
        outline.is_some_and(|outline| outline.contains(place.point))
    };
    let sample = || feed.postcodes.iter().step_by(25);
    // A border runs through the middle of two postcodes, and some share its line.
    assert!(sample().filter(lies_within).count() * 100 >= sample().count() * 98);
    assert!(feed.postcodes.iter().all(|place| place.postcode.to_string().starts_with("ZZ")));
    let names: HashSet<&str> = made.towns.iter().map(|town| town.name.as_str()).collect();
    assert_eq!((made.towns[0].name.as_str(), names.len()), ("Caldminster", made.towns.len()));
    assert!(made.towns.iter().all(|town| town.postcodes.len() == 16 && town.people > 0));
}

#[test]
fn every_practice_is_a_partner_of_a_network_around_a_town() {
    let partners = super::places::places(&Geography::of(Spec::default().seed)).memberships;
    let networks: HashSet<&str> = partners.iter().map(|one| one.network.as_str()).collect();
    assert_eq!(partners.len(), PRACTICES);
    assert!((8..=14).contains(&networks.len()), "{} networks", networks.len());
}

#[test]
fn those_who_live_with_a_condition_have_its_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = Spec { people: 2_000, services: 10, seed: 7 };
    let county = write(&spec, folder.path(), &mut |_, _| {}).expect("written");
    let place = folder.path().join("events.csv");
    let day = vocabulary::Day::of(2026, 9, 1).expect("a day");
    super::write_events(&county, spec.seed, day, &place).expect("written");
    let text = std::fs::read_to_string(&place).expect("read");
    let knee = text.lines().filter(|line| line.contains(",239873007,")).count();
    let all = text.lines().count();
    assert!(knee > 50 && all > 3 * knee / 2 && all < 2_000, "{knee} of {all}");
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        vocabulary::SnomedCode::parse(cells[2]).expect("a code");
        assert!(("2011-09-03".."2026-09-02").contains(&cells[3]), "{line}");
    }
}
