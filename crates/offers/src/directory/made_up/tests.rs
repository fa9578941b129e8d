use std::collections::BTreeSet;

use vocabulary::{Day, GridPoint};

use super::{Spec, Town, feeds, kinds};
use crate::directory::{Directory, Kept, Records, Settings, Source, suggest};
use crate::directory::{Feed, Service};

fn towns() -> Vec<Town> {
    let names =
        ["Caldminster", "Marlham", "Otterbridge", "Brackenholt", "Coldhaven", "Kelderwick", "Quernbridge"];
    let more =
        ["Saltmarrow", "Tansworth", "Wrayford", "Stowmering", "Whinscar", "Aldermarsh", "Marram Sands"];
    let names = names.iter().chain(&more).zip(0..);
    names
        .map(|(name, at)| Town {
            name: (*name).to_owned(),
            people: 150_000 / (1 + at),
            postcodes: (0..9_i32)
                .map(|n| {
                    (
                        format!("ZZ{} {n}AB", at + 1),
                        GridPoint { easting: 600_000 + n * 300, northing: 440_000 },
                    )
                })
                .collect(),
        })
        .collect()
}

fn made(services: usize, seed: u64) -> [(String, Feed); 2] {
    let towns = towns();
    let today = Day::of(2026, 9, 1).expect("a day");
    feeds(&Spec { county: "Quernshire", towns: &towns, services, seed, today })
}

fn all(feeds: &[(String, Feed); 2]) -> Vec<&Service> {
    feeds.iter().flat_map(|(_, feed)| feed.services.values()).collect()
}

#[test]
fn a_seed_gives_the_same_directory() {
    assert_eq!(made(400, 7), made(400, 7));
    assert_ne!(made(400, 7), made(400, 8));
    // More services leave those that there were as they are.
    let (few, many) = (made(400, 7), made(1_000, 7));
    let same =
        few[0].1.services.iter().filter(|(key, service)| many[0].1.services.get(*key) == Some(service));
    assert!(same.count() + 2 > few[0].1.services.len());
}

#[test]
fn it_reads_like_a_real_one() {
    let feeds = made(400, 7);
    let services = all(&feeds);
    assert!((395..=402).contains(&services.len()), "{}", services.len());
    let organisations = feeds.iter().map(|(_, feed)| feed.organisations.len()).sum::<usize>();
    assert!((60..=64).contains(&organisations), "{organisations}");
    let text = |service: &&&Service| service.description.clone().unwrap_or_default();
    let different: BTreeSet<String> = services.iter().map(|s| text(&s)).collect();
    assert!(different.len() * 100 >= services.len() * 90, "{} different descriptions", different.len());
    for service in &services {
        let description = text(&service);
        let sentences = description.matches(['.', '?', '!']).count();
        assert!((2..=7).contains(&sentences) && !description.contains('{'), "{description}");
        assert!(!service.name.contains('{') && !service.name.is_empty() && !service.terms.is_empty());
        assert!(service.phones.iter().all(|phone| phone.number.starts_with("01632 960")));
        assert!(service.email.as_deref().is_some_and(|mail| mail.ends_with(".example")));
        assert!(!service.sites.is_empty() || !service.service_areas.is_empty(), "{}", service.name);
    }
    let share =
        |is: &dyn Fn(&Service) -> bool| services.iter().filter(|s| is(s)).count() * 100 / services.len();
    assert!((45..80).contains(&share(&|s| s.cost_options.iter().any(|c| c.pence == Some(0)))));
    assert!((1..6).contains(&share(&|s| s.schedules.is_empty())));
    let old = "2025-09-01".to_owned();
    assert!((5..20).contains(&share(&|s| s.assured_on.as_ref().is_some_and(|day| *day < old))));
    assert!((2..15).contains(&share(&|s| s.online == Some(true))));
    let private = kinds::organisations().iter().filter(|body| body.private).count();
    assert!(private * 10 <= kinds::organisations().len());
}

#[test]
fn every_record_stands_on_what_is_there_and_every_term_but_one_has_a_topic() {
    let settings = Settings::default();
    for (name, feed) in made(1_000, 7) {
        let mut without = BTreeSet::new();
        for service in feed.services.values() {
            assert!(
                service.organisation.as_ref().is_some_and(|key| feed.organisations.contains_key(key)),
                "{name}"
            );
            assert!(service.sites.iter().all(|at| feed.sites.contains_key(&at.site)), "{name}");
            without.extend(
                service.terms.iter().filter(|t| settings.topics_of(t).is_none()).map(|t| t.name.clone()),
            );
        }
        let wrong: Vec<String> = without.into_iter().collect();
        assert!(wrong.is_empty() || wrong == ["strenght and balance"], "{wrong:?}");
    }
}

#[test]
fn two_services_that_both_sources_list_are_suggested_as_one() {
    let feeds = made(400, 7);
    let id = vocabulary::Id::from_bits;
    let mut next = 0_u128;
    let mut number = || {
        next += 1;
        next
    };
    let mut directory = Directory::default();
    let (mut organisations, mut services, mut sites) = (Records::new(), Records::new(), Records::new());
    for (name, feed) in &feeds {
        let source: vocabulary::Id<Source> = vocabulary::Id::from_bits(number());
        directory.sources.insert(source, (name.clone(), None));
        for (key, record) in &feed.organisations {
            organisations.insert(vocabulary::Id::from_bits(number()), kept(source, key, record));
        }
        for (key, record) in &feed.services {
            services.insert(id(number()), kept(source, key, record));
        }
        for (key, record) in &feed.sites {
            sites.insert(vocabulary::Id::from_bits(number()), kept(source, key, record));
        }
    }
    let directory = Directory::new(directory.sources, organisations, services, sites);
    let suggested = suggest(&directory);
    let again =
        |name: &str| feeds[1].1.services.iter().any(|(key, s)| key.starts_with("again") && s.name == name);
    let found = suggested.iter().filter(|s| s.sources.0 != s.sources.1 && again(&s.names.1)).count();
    assert!(found >= 2, "{suggested:?}");
}

fn kept<T: Clone>(source: vocabulary::Id<Source>, key: &str, record: &T) -> Kept<T> {
    Kept {
        source,
        key: key.to_owned(),
        merged_into: None,
        gone: false,
        changed_at: String::new(),
        record: record.clone(),
    }
}
