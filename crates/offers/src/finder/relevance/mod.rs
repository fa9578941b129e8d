//! How well plain words find what they should: queries with the terms that are right for them, on the made-up directory.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use ground::files::parse_definition;
use serde::Deserialize;
use vocabulary::{Day, GridPoint, Id, Postcode};

use super::words::{DEFAULT_WORDS, Document, Index, Words};
use super::{Finder, From, Wanted};
use crate::catalogue::{Catalogue, Listed, Told};
use crate::directory::made_up::{self, Town};
use crate::directory::{Directory, Feed, Kept, Records, Service, Settings, Source};
use crate::place::{Places, PostcodePlace};

const QUERIES: &str = include_str!("queries.toml");

/// A little below what was measured (docs/reference/finder.md): whoever falls below has made the finder worse.
const LEAST: f64 = 0.94;
const LEAST_HELD_OUT: f64 = 0.68;
const LEAST_NEAR: f64 = 0.72;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Queries {
    query: Vec<Query>,
    /// Asked with a place, through the whole finder.
    near: Vec<Near>,
}

fn queries() -> Queries {
    parse_definition("queries.toml", QUERIES).expect("read")
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Near {
    says: String,
    place: String,
    best: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
    #[serde(default)]
    fair: Vec<String>,
}

/// How right a service is by what it is about.
fn about(service: &Service, [best, good, fair]: [&[String]; 3]) -> u32 {
    let has = |terms: &[String]| service.terms.iter().any(|term| terms.contains(&term.name));
    match (has(best), has(good), has(fair)) {
        (true, ..) => 3,
        (_, true, _) => 2,
        (.., fair) => u32::from(fair),
    }
}

impl Near {
    fn grade(&self, from: &From, listed: &Listed, service: &Service) -> u32 {
        let metres = listed.nearest(from.point).map_or(u32::MAX, |(_, metres)| metres);
        let comes = listed.online || listed.home_visit;
        let far = if comes || metres <= 5_000 { 0 } else { 1 + u32::from(metres > 15_000) };
        about(service, [&self.best, &self.good, &self.fair]).saturating_sub(far)
    }
}

impl Query {
    fn grade(&self, feed: &Feed, service: &Service) -> u32 {
        let grade = about(service, [&self.best, &self.good, &self.fair]);
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
        eligibility: service.eligibility.as_deref().unwrap_or_default(),
        places: places(feed, service),
    });
    Index::new(words, documents)
}

/// The discounted gain of the first ten, by their grades, against that of the best order there is.
fn ndcg(says: &str, found: &[u32], all: &[u32]) -> f64 {
    let gain = |list: &[u32]| -> f64 {
        let each = list.iter().take(10).zip(2_u32..);
        each.map(|(grade, place)| f64::from((1 << grade) - 1) / f64::from(place).log2()).sum()
    };
    let mut ideal = all.to_vec();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    assert!(ideal[0] > 0, "nothing is right for {says}");
    gain(found) / gain(&ideal)
}

fn mean(figures: &[(f64, String)]) -> f64 {
    let sum = figures.iter().map(|(figure, _)| figure).sum::<f64>();
    sum / f64::from(u32::try_from(figures.len()).expect("few"))
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is for")]
fn plain_words_find_what_they_should() {
    let queries = queries();
    assert!(queries.query.len() >= 60);
    let (words, feed) = (Words::default(), feed(400));
    let index = index(&words, &feed);
    let mut figures: BTreeMap<bool, Vec<(f64, String)>> = BTreeMap::new();
    for (query, place) in queries.query.iter().zip(1..) {
        let grades: Vec<u32> = feed.services.values().map(|service| query.grade(&feed, service)).collect();
        let hits = index.search(&words, &query.says).hits;
        let found: Vec<u32> = hits.iter().map(|hit| grades[hit.document as usize]).collect();
        let figure = ndcg(&query.says, &found, &grades);
        figures.entry(place % 3 == 0).or_default().push((figure, query.says.clone()));
    }
    let mut said = String::new();
    for (held_out, least) in [(false, LEAST), (true, LEAST_HELD_OUT)] {
        let list = figures.get_mut(&held_out).expect("some");
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mean = mean(list);
        let which = if held_out { "held out" } else { "tuned on" };
        let _ = writeln!(said, "{which}: nDCG@10 {mean:.3} of {} queries; the worst:", list.len());
        for (figure, says) in list.iter().take(8) {
            let _ = writeln!(said, "  {figure:.2} {says}");
        }
        assert!(mean >= least, "{said}");
    }
    println!("{said}");
}

/// Its words with a blank on either side, as they are compared.
fn as_compared(text: &str) -> String {
    let text = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[test]
fn no_query_that_was_held_out_has_a_phrase_in_it_that_somebody_wrote_down() {
    #[derive(Deserialize)]
    struct Written {
        phrase: Vec<Phrase>,
    }
    #[derive(Deserialize)]
    struct Phrase {
        says: Vec<String>,
    }
    let written: Written = parse_definition("words.toml", DEFAULT_WORDS).expect("read");
    let phrases = written.phrase.iter().flat_map(|phrase| &phrase.says).map(|says| as_compared(says));
    let phrases: Vec<String> = phrases.filter(|says| says.split_whitespace().count() > 1).collect();
    assert!(phrases.len() > 100, "{}", phrases.len());
    for (query, place) in queries().query.iter().zip(1..) {
        let says = as_compared(&query.says);
        let known: Vec<&String> = phrases.iter().filter(|phrase| says.contains(phrase.as_str())).collect();
        assert!(place % 3 != 0 || known.is_empty(), "{}: {known:?}", query.says);
    }
}

/// The made-up directory as it is public, with all that the finder knows.
fn finder(feed: Feed) -> Finder {
    let source = Id::from_bits(1);
    let sources = [(source, ("Feed".to_owned(), None))].into();
    let directory = Directory::new(
        sources,
        kept(feed.organisations, source),
        kept(feed.services, source),
        kept(feed.sites, source),
    );
    let postcodes = towns().into_iter().flat_map(|town| town.postcodes).map(|(text, point)| PostcodePlace {
        postcode: Postcode::parse(&text).expect("a postcode"),
        point,
        lsoa: None,
        terminated: false,
    });
    let places = Places::new(postcodes.collect(), Vec::new(), &[]);
    let today = Day::of(2026, 9, 1).expect("a day");
    let catalogue = Catalogue::new(directory, &Told::default(), Settings::default(), Arc::new(places), today);
    Finder::new(Arc::new(catalogue), Vec::new(), Words::default())
}

fn kept<T>(records: BTreeMap<String, T>, source: Id<Source>) -> Records<T> {
    let one = |(number, (key, record)): (u128, (String, T))| {
        let changed_at = "2026-08-01T00:00:00Z".to_owned();
        (Id::from_bits(number), Kept { source, key, merged_into: None, gone: false, changed_at, record })
    };
    (1..).zip(records).map(one).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is for")]
fn plain_words_and_a_place_find_what_is_right_and_near() {
    let finder = finder(feed(400));
    let mut figures = Vec::new();
    for near in queries().near {
        let from = finder.whereabouts(&near.place).expect("a place");
        let grade = |listed: &Listed| {
            near.grade(&from, listed, finder.catalogue.record(listed.id).expect("a record"))
        };
        let wanted = Wanted { words: near.says.clone(), from: Some(from.clone()), ..Wanted::default() };
        let found: Vec<u32> = finder.search(&wanted).matches.iter().map(|one| grade(one.service)).collect();
        let all: Vec<u32> = finder.catalogue.services.iter().map(grade).collect();
        figures.push((ndcg(&near.says, &found, &all), format!("{} ({})", near.says, near.place)));
    }
    let (mean, mut said) = (mean(&figures), String::new());
    for (figure, says) in &figures {
        let _ = writeln!(said, "  {figure:.2} {says}");
    }
    println!("near: nDCG@10 {mean:.3}\n{said}");
    assert!(mean >= LEAST_NEAR, "{mean}\n{said}");
}
