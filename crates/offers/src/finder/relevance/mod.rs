//! How well plain words find what they should: queries with the terms that are right for them, on the made-up directory.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write;

use ground::files::parse_definition;
use serde::Deserialize;
use vocabulary::{Day, GridPoint};

use super::words::{Document, Index, Words};
use crate::directory::made_up::{self, Town};
use crate::directory::{Feed, Service, Settings};

const QUERIES: &str = include_str!("queries.toml");

/// A little below what was measured (docs/reference/finder.md): whoever falls below has made the finder worse.
const LEAST: f64 = 0.94;
const LEAST_HELD_OUT: f64 = 0.92;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Queries {
    query: Vec<Query>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    says: String,
    best: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
    #[serde(default)]
    fair: Vec<String>,
    town: Option<String>,
    #[serde(default)]
    online: bool,
}

impl Query {
    fn grade(&self, feed: &Feed, service: &Service) -> u32 {
        let has = |terms: &[String]| service.terms.iter().any(|term| terms.contains(&term.name));
        let grade = if has(&self.best) {
            3
        } else if has(&self.good) {
            2
        } else {
            u32::from(has(&self.fair))
        };
        let there = self.town.as_deref().is_none_or(|town| places(feed, service).contains(&town));
        let how = !self.online || service.online == Some(true);
        grade.saturating_sub(u32::from(!there) + u32::from(!how))
    }
}

fn places<'f>(feed: &'f Feed, service: &Service) -> Vec<&'f str> {
    let sites = service.sites.iter().filter_map(|at| feed.sites.get(&at.site));
    let names = |site: &'f crate::directory::Site| {
        site.name.as_deref().into_iter().chain(site.addresses.iter().filter_map(|a| a.city.as_deref()))
    };
    sites.flat_map(names).collect()
}

fn towns() -> Vec<Town> {
    let names =
        ["Caldminster", "Marlham", "Otterbridge", "Brackenholt", "Coldhaven", "Kelderwick", "Quernbridge"];
    let more =
        ["Saltmarrow", "Tansworth", "Wrayford", "Stowmering", "Whinscar", "Aldermarsh", "Marram Sands"];
    let last = ["Hazelthwaite", "Seaholt", "Dunnock Green", "Orrelby", "Netherquern", "Little Tansey"];
    let names = names.iter().chain(&more).chain(&last).zip(0..);
    names
        .map(|(name, at)| Town {
            name: (*name).to_owned(),
            people: 100_000 / (1 + at),
            postcodes: (0..9_i32)
                .map(|n| {
                    let point = GridPoint {
                        easting: 600_000 + at.cast_signed() * 3_000,
                        northing: 440_000 + n * 300,
                    };
                    (format!("ZZ{} {n}AB", at + 1), point)
                })
                .collect(),
        })
        .collect()
}

pub(super) fn feed(services: usize) -> Feed {
    let towns = towns();
    let today = Day::of(2026, 9, 1).expect("a day");
    let spec = made_up::Spec { county: "Quernshire", towns: &towns, services, seed: 2_026, today };
    let [(_, mut feed), (_, second)] = made_up::feeds(&spec);
    feed.organisations.extend(second.organisations);
    feed.services.extend(second.services);
    feed.sites.extend(second.sites);
    feed
}

pub(super) fn index(words: &Words, feed: &Feed) -> Index {
    let settings = Settings::default();
    let documents = feed.services.values().map(|service| Document {
        name: &service.name,
        alternate_name: service.alternate_name.as_deref(),
        organisation: service
            .organisation
            .as_ref()
            .and_then(|key| feed.organisations.get(key))
            .map_or("", |organisation| &organisation.name),
        topics: settings.topics(service),
        terms: service.terms.iter().map(|term| term.name.as_str()).collect(),
        description: service.description.as_deref().unwrap_or_default(),
        places: places(feed, service),
    });
    Index::new(words, documents)
}

/// The discounted gain of the first ten against that of the best order there is.
fn ndcg(query: &Query, feed: &Feed, hits: &[u32]) -> f64 {
    let grades: Vec<u32> = feed.services.values().map(|service| query.grade(feed, service)).collect();
    let gain = |list: &[u32]| -> f64 {
        let each = list.iter().take(10).zip(2_u32..);
        each.map(|(grade, place)| f64::from((1 << grade) - 1) / f64::from(place).log2()).sum()
    };
    let found: Vec<u32> = hits.iter().map(|hit| grades[*hit as usize]).collect();
    let mut ideal = grades;
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    assert!(ideal[0] > 0, "nothing is right for {}", query.says);
    gain(&found) / gain(&ideal)
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is for")]
fn plain_words_find_what_they_should() {
    let queries: Queries = parse_definition("queries.toml", QUERIES).expect("read");
    assert!(queries.query.len() >= 60);
    let (words, feed) = (Words::default(), feed(400));
    let index = index(&words, &feed);
    let mut figures: BTreeMap<bool, Vec<(f64, String)>> = BTreeMap::new();
    for (query, place) in queries.query.iter().zip(1..) {
        let hits: Vec<u32> = index.search(&words, &query.says).hits.iter().map(|hit| hit.document).collect();
        let figure = ndcg(query, &feed, &hits);
        figures.entry(place % 3 == 0).or_default().push((figure, query.says.clone()));
    }
    let mut said = String::new();
    for (held_out, least) in [(false, LEAST), (true, LEAST_HELD_OUT)] {
        let list = figures.get_mut(&held_out).expect("some");
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mean = list.iter().map(|(figure, _)| figure).sum::<f64>()
            / f64::from(u32::try_from(list.len()).expect("few"));
        let which = if held_out { "held out" } else { "tuned on" };
        let _ = writeln!(said, "{which}: nDCG@10 {mean:.3} of {} queries; the worst:", list.len());
        for (figure, says) in list.iter().take(8) {
            let _ = writeln!(said, "  {figure:.2} {says}");
        }
        assert!(mean >= least, "{said}");
    }
    println!("{said}");
}
