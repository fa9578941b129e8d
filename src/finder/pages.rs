//! The search, and what it finds.

use askama::Template;
use axum::response::IntoResponse as _;
use charts::{CountMap, Ground, Heading, Link, Marker};
use offers::finder::{AtHome, Doubt, Finder, From, Match};
use offers::wording::language_name;
use vocabulary::{GridPoint, Topic, WEEK};
use web::{Access, Answer, Figure, Html, Page, Problem, Room, Routes, Visit};

use super::asked::{Asked, MILES, TIMES};
use super::searched::finder;
use super::shown::{self, Result as Shown};
use super::{service_page, shortlist, urgent};

/// Results of one page.
const PAGE: usize = 10;
/// Towns that the map names.
const TOWNS: usize = 12;

/// The finder.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/find", Access::Public, find)
        .get("/find/list", Access::Public, shortlist::page)
        .get("/find/services/{id}", Access::Public, service_page::page)
        .get("/find/help-yourself", Access::Public, shortlist::help_yourself)
        .get("/find/urgent", Access::Public, urgent::page);
    Room::new(routes)
        .with_door(
            "Find support",
            "/find",
            "Groups, classes and advice near you, and things that you can do yourself",
            Access::Public,
        )
        .with_urgent("Is it urgent? When to get help now", "/find/urgent")
}

#[derive(Template)]
#[template(path = "finder/find.html")]
struct Find<'a> {
    asked: &'a Asked,
    errors: Vec<(&'static str, &'static str)>,
    topics: [Topic; 16],
    /// Nothing was asked yet, or what was asked found nothing: whoever finds no words can choose.
    choose: bool,
    choices: Choices,
    results: Option<Results<'a>>,
    /// What they wrote sounds as if it should not wait.
    urgent: bool,
    /// How many they keep, and where to see them.
    kept: usize,
    list: String,
}

struct Choices {
    miles: Vec<(u32, bool)>,
    days: Vec<(&'static str, &'static str, bool)>,
    times: Vec<(&'static str, &'static str, bool)>,
    languages: Vec<(String, String, bool)>,
    only_home: bool,
    not_home: bool,
}

struct Results<'a> {
    count: String,
    corrected: Option<&'a str>,
    /// Where distances are counted from.
    from: Option<&'a str>,
    shown: Vec<Shown>,
    map: Option<Html>,
    other_view: String,
    before: Option<String>,
    after: Option<String>,
    paging: String,
    resources: Vec<(&'a str, Option<&'a str>, String)>,
    wider: Vec<(String, String)>,
}

impl Find<'_> {
    fn error(&self, field: &str) -> Option<&'static str> {
        self.errors.iter().find(|(known, _)| *known == field).map(|(_, words)| *words)
    }
}

async fn find(visit: Visit) -> Answer {
    let asked = Asked::read(&visit.path)?;
    let finder = finder(&visit).await?;
    let mut errors = Vec::new();
    let from = match asked.place.as_str() {
        "" => None,
        place => finder.whereabouts(place).map_err(|nowhere| errors.push(("place", nowhere.words()))).ok(),
    };
    if asked.miles.is_some() && asked.place.is_empty() {
        errors.push(("place", "Enter where you are, or choose any distance"));
    }
    if asked.years().is_err() {
        errors.push(("age", "Enter an age in years, like 67"));
    }
    // What was found is shown beside the mistake, which says what was not counted: a place that nobody knows must hide
    // neither help nor a warning.
    let answer = (!asked.is_empty()).then(|| finder.search(&asked.wanted(from.clone())));
    let results = match &answer {
        None => None,
        Some(answer) => Some(results(&finder, &asked, from.as_ref(), answer)?),
    };
    let title = match (&results, asked.words.as_str()) {
        (None, _) => "Find support near you".to_owned(),
        (Some(_), "") => "Support near you".to_owned(),
        (Some(_), words) => format!("Support for “{}”", words.chars().take(60).collect::<String>()),
    };
    let mistaken = !errors.is_empty();
    let content = Find {
        asked: &asked,
        errors,
        topics: Topic::ALL,
        choose: answer.as_ref().is_none_or(|answer| answer.matches.is_empty()),
        choices: choices(&finder, &asked),
        results,
        urgent: answer.as_ref().is_some_and(|answer| answer.urgent),
        kept: asked.list.len(),
        list: asked.at("/find/list"),
    };
    let page = Page::new(&visit, &title).with(&content)?;
    Ok(if mistaken { page.mistaken() } else { page }.into_response())
}

fn choices(finder: &Finder, asked: &Asked) -> Choices {
    let mut languages: Vec<_> = finder
        .languages()
        .filter(|code| *code != "en")
        .map(|code| (code.to_owned(), language_name(code), asked.language == code))
        .collect();
    languages.sort_by(|a, b| a.1.cmp(&b.1));
    Choices {
        miles: MILES.map(|miles| (miles, asked.miles == Some(miles))).into(),
        days: (0..).zip(WEEK).map(|(at, (code, name))| (code, name, asked.days >> at & 1 == 1)).collect(),
        times: TIMES.map(|(bit, word, name)| (word, name, asked.parts & bit == bit)).into(),
        languages,
        only_home: asked.home == AtHome::Only,
        not_home: asked.home == AtHome::Not,
    }
}

fn results<'a>(
    finder: &'a Finder,
    asked: &'a Asked,
    from: Option<&'a From>,
    answer: &'a offers::finder::Answer<'a>,
) -> std::result::Result<Results<'a>, Problem> {
    let found = answer.matches.len();
    let pages = found.div_ceil(PAGE).max(1);
    // A page behind the last is the last.
    let page = asked.page.min(pages);
    let first = (page - 1) * PAGE;
    let here = &answer.matches[first.min(found)..found.min(first + PAGE)];
    let roughly = from.is_some_and(|from| from.roughly);
    let shown =
        (first + 1..).zip(here).map(|(number, one)| result(finder, asked, one, number, roughly)).collect();
    let map = if asked.map { Some(map(finder, here, first, from)?) } else { None };
    let words = asked.words.as_str();
    let language = if asked.language.is_empty() { "en" } else { &asked.language };
    let resources = finder.resources(words, language, 3);
    let resources = resources.into_iter().map(|(id, resource)| {
        (resource.title.as_str(), resource.purpose.as_deref(), format!("/find/help-yourself#{id}"))
    });
    Ok(Results {
        count: match found {
            0 => "Nothing found".to_owned(),
            1 => "1 service found".to_owned(),
            many => format!("{many} services found"),
        },
        corrected: answer.corrected.as_deref(),
        from: from.map(|from| from.name.as_str()),
        shown,
        map,
        other_view: Asked { map: !asked.map, ..asked.clone() }.at("/find"),
        before: (page > 1).then(|| asked.on_page(page - 1).at("/find")),
        after: (page < pages).then(|| asked.on_page(page + 1).at("/find")),
        paging: format!("{} to {} of {found}", first + 1, first + here.len()),
        resources: resources.collect(),
        wider: if found < 3 { wider(finder, asked, from, found) } else { Vec::new() },
    })
}

/// What would find more: the question without one of its conditions, where that finds something.
fn wider(finder: &Finder, asked: &Asked, from: Option<&From>, found: usize) -> Vec<(String, String)> {
    let asked = asked.on_page(1);
    let without: [(bool, &str, Asked); 9] = [
        (asked.miles.is_some(), "Any distance", Asked { miles: None, ..asked.clone() }),
        (asked.days != 0, "Any day", Asked { days: 0, ..asked.clone() }),
        (asked.parts != 0, "Any time of day", Asked { parts: 0, ..asked.clone() }),
        (asked.free, "Whatever it costs", Asked { free: false, ..asked.clone() }),
        (!asked.language.is_empty(), "In any language", Asked { language: String::new(), ..asked.clone() }),
        (asked.room, "Also what is full", Asked { room: false, ..asked.clone() }),
        (asked.home != AtHome::Either, "At home or out", Asked { home: AtHome::Either, ..asked.clone() }),
        (asked.transport, "Also where nobody brings you", Asked { transport: false, ..asked.clone() }),
        (
            !asked.words.is_empty(),
            "Whatever it helps with",
            Asked { words: String::new(), topic: None, ..asked.clone() },
        ),
    ];
    let more = |asked: &Asked| finder.search(&asked.wanted(from.cloned())).matches.len();
    let counted =
        without.into_iter().filter(|(chosen, ..)| *chosen).map(|(_, name, one)| (more(&one), name, one));
    counted
        .filter(|(count, ..)| *count > found)
        .map(|(count, name, one)| (one.at("/find"), format!("{name} ({count})")))
        .collect()
}

fn result(finder: &Finder, asked: &Asked, found: &Match<'_>, number: usize, roughly: bool) -> Shown {
    let service = found.service;
    let record = finder.catalogue.record(service.id);
    let at = found.site.zip(record).and_then(|(site, record)| record.sites.get(site.at));
    let here = at.map_or(&[][..], |at| &at.schedules);
    let mut times = record.map_or_else(Vec::new, |record| shown::times(record, here));
    times.truncate(3);
    Shown {
        id: service.id.to_string(),
        name: service.name.clone(),
        organisation: service.organisation.as_ref().map(|(_, name)| name.clone()),
        number: asked.map.then_some(number),
        place: shown::place(found, roughly),
        times,
        cost: record.map_or_else(String::new, |record| shown::cost(service, record)),
        helps: shown::helps(service),
        beginning: record.and_then(|record| record.description.as_deref()).map(shown::beginning),
        tags: shown::tags(service),
        doubts: found.doubts.iter().map(|doubt| Doubt::words(*doubt)).collect(),
        link: asked.at(&format!("/find/services/{}", service.id)),
        listed: asked.list.contains(&service.id),
        list_link: format!("{}#s-{}", asked.listing(service.id).at("/find"), service.id),
    }
}

/// The results of this page on a map, by their numbers.
fn map(
    finder: &Finder,
    here: &[Match<'_>],
    first: usize,
    from: Option<&From>,
) -> std::result::Result<Html, Problem> {
    let at = |point: GridPoint| (f64::from(point.easting), f64::from(point.northing));
    let marker = |(number, found): (usize, &Match<'_>)| {
        let (easting, northing) = at(found.site?.point?);
        let link = Link { to: format!("#s-{}", found.service.id), name: found.service.name.clone() };
        Some(Marker { text: number.to_string(), easting, northing, reach: 0.0, link: Some(link) })
    };
    let mut markers: Vec<Marker> = (first + 1..).zip(here).filter_map(marker).collect();
    if markers.is_empty() {
        return Ok(Html::default());
    }
    if let Some(from) = from {
        let (easting, northing) = at(from.point);
        markers.insert(0, Marker { text: "You".to_owned(), easting, northing, reach: 0.0, link: None });
    }
    let places = finder.towns().take(200).map(|(name, point)| {
        let (easting, northing) = at(point);
        charts::Place { name: name.to_owned(), easting, northing }
    });
    let mut places: Vec<_> = places.collect();
    let middle = (markers[0].easting, markers[0].northing);
    let away = |place: &charts::Place| (place.easting - middle.0).hypot(place.northing - middle.1);
    places.sort_by(|a, b| away(a).total_cmp(&away(b)));
    places.truncate(TOWNS);
    let chart = CountMap {
        heading: Heading::new(
            "results",
            "Where they are",
            "The numbers are those of the list below, and lead to it. Distances are in a straight line.",
        ),
        counted: "What".to_owned(),
        ground: Ground::Known { outline: Vec::new(), places },
        cell: "Number".to_owned(),
        cells: Vec::new(),
        markers,
        hidden_words: Vec::new(),
    };
    Ok(Figure::without_table(&chart.draw()).html()?)
}
