//! The records of one row under the parts of a mapping.

use super::mapping::Part;
use super::row::Row;
use super::times::yes_no;
use crate::directory::import::fields::day;
use crate::directory::import::gathering::Gathering;
use crate::directory::import::hsds::{OLDEST, status_of};
use crate::directory::{
    Address, CostOption, Identifier, Language, Organisation, Phone, Referral, Service, ServiceArea, Site,
    SiteKind, Status, Term, price,
};

const DATE: &str = "expected a date such as 2026-09-01";
const YES_NO: &str = "expected true or false";
const WHOLE: &str = "expected a whole number";
const AGE: &str = "expected a whole number of years from 0 to 150";

fn phones(part: &Part, row: &Row<'_>) -> Vec<Phone> {
    row.texts(part, "phone").into_iter().map(|number| Phone { number, ..Phone::default() }).collect()
}

fn whole(text: &str) -> Option<i32> {
    text.trim().parse().ok().filter(|n| *n >= 0)
}

fn age(text: &str) -> Option<i32> {
    whole(text).filter(|years| *years <= OLDEST)
}

pub(super) fn service(part: &Part, row: &Row<'_>, all: &mut Gathering) -> Option<(String, Service)> {
    let key = row.text(part, "key")?;
    let service = Service {
        organisation: row.text(part, "organisation"),
        name: row.text(part, "name")?,
        alternate_name: row.text(part, "alternate_name"),
        description: row.text(part, "description"),
        url: row.text(part, "url"),
        email: row.text(part, "email"),
        status: status(part, row, all),
        fees: row.text(part, "fees"),
        cost_options: costs(part, row, all),
        eligibility: row.text(part, "eligibility"),
        minimum_age: row.read(part, "minimum_age", AGE, all, age),
        maximum_age: row.read(part, "maximum_age", AGE, all, age),
        accreditations: row.text(part, "accreditations"),
        alert: row.text(part, "alert"),
        assured_on: row.read(part, "assured_on", DATE, all, day),
        last_modified: row.text(part, "last_modified"),
        referral: row.read(part, "referral", "expected open, professional or waiting list", all, referral),
        referral_words: row.text(part, "referral_words"),
        online: row.read(part, "online", YES_NO, all, yes_no),
        home_visit: row.read(part, "home_visit", YES_NO, all, yes_no),
        transport: row.read(part, "transport", YES_NO, all, yes_no),
        weekly_sessions: row.read(part, "weekly_sessions", WHOLE, all, whole),
        capacity: row.read(part, "capacity", WHOLE, all, whole),
        service_areas: named(row.texts(part, "areas"), |name| ServiceArea { name, ..ServiceArea::default() }),
        languages: named(row.texts(part, "languages"), |name| Language { name, ..Language::default() }),
        terms: terms(part, row, all),
        phones: phones(part, row),
        ..Service::default()
    };
    Some((key, service))
}

fn named<T>(names: Vec<String>, make: impl Fn(Option<String>) -> T) -> Vec<T> {
    names.into_iter().map(|name| make(Some(name))).collect()
}

/// Where a mapping names no column for it, every service is taken to run: that is why it is in the table.
fn status(part: &Part, row: &Row<'_>, all: &mut Gathering) -> Status {
    if !part.contains_key("status") {
        return Status::Active;
    }
    let Some((source, text)) = row.values(part, "status").into_iter().next() else {
        all.warn(
            row.place(),
            Row::column_of(part, "status"),
            "expected a status; the service counts as active",
        );
        return Status::Active;
    };
    status_of(&text).unwrap_or_else(|| {
        let why = "expected active, inactive, defunct or temporarily closed, or what the mapping recodes to one; the \
                   service counts as inactive";
        row.keep(source);
        all.warn(row.place(), Row::called(source, "status"), why);
        Status::Inactive
    })
}

fn referral(text: &str) -> Option<Referral> {
    match text.trim().to_ascii_lowercase().as_str() {
        "open" => Some(Referral::Open),
        "professional" => Some(Referral::ThroughAProfessional),
        "waiting list" => Some(Referral::WaitingList),
        _ => None,
    }
}

fn costs(part: &Part, row: &Row<'_>, all: &mut Gathering) -> Vec<CostOption> {
    let read = row.values(part, "cost").into_iter().map(|(source, text)| {
        let pence = price::pence(&text, source.pence);
        if pence.is_none() {
            let why = "expected one price for each time, such as 3.50 or free; the words are kept, and people are told to ask";
            all.warn(row.place(), Row::called(source, "cost"), why);
        }
        let description = pence.is_none().then_some(text);
        CostOption { pence, description, ..CostOption::default() }
    });
    read.collect()
}

/// Terms are known by their taxonomy and name, and so are in the feed too.
fn terms(part: &Part, row: &Row<'_>, all: &mut Gathering) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for (source, name) in row.values(part, "terms") {
        let key = source.of.as_ref().map_or_else(|| name.clone(), |taxonomy| format!("{taxonomy}: {name}"));
        all.feed.terms.entry(key).or_insert_with(|| name.clone());
        let term = Term { taxonomy: source.of.clone(), name, ..Term::default() };
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

pub(super) fn organisation(
    part: &Part,
    row: &Row<'_>,
    all: &mut Gathering,
) -> Option<(String, Organisation)> {
    let key = row.text(part, "key")?;
    let identifiers = row.values(part, "identifiers").into_iter();
    let organisation = Organisation {
        name: row.text(part, "name")?,
        alternate_name: row.text(part, "alternate_name"),
        description: row.text(part, "description"),
        email: row.text(part, "email"),
        website: row.text(part, "website"),
        identifiers: identifiers
            .map(|(source, value)| Identifier { scheme: source.of.clone(), value, ..Identifier::default() })
            .collect(),
        phones: phones(part, row),
        parent: row.text(part, "parent"),
        ..Organisation::default()
    };
    // An organisation that names itself as its parent has none.
    let parent = organisation.parent.clone().filter(|parent| *parent != key);
    if parent.is_none() && organisation.parent.is_some() {
        all.warn(row.place(), Row::column_of(part, "parent"), "expected another organisation");
    }
    Some((key, Organisation { parent, ..organisation }))
}

pub(super) fn site(part: &Part, row: &Row<'_>, all: &mut Gathering) -> Option<(String, Site)> {
    let key = row.text(part, "key")?;
    let (latitude, longitude) = coordinates(part, row, all);
    let address = Address {
        lines: row.texts(part, "address"),
        city: row.text(part, "city"),
        region: row.text(part, "region"),
        county: row.text(part, "county"),
        postcode: row.text(part, "postcode"),
        country: row.text(part, "country"),
        ..Address::default()
    };
    let site = Site {
        kind: row.read(part, "kind", "expected physical, postal or virtual", all, kind).unwrap_or_default(),
        name: row.text(part, "name"),
        description: row.text(part, "description"),
        latitude,
        longitude,
        getting_there: row.text(part, "getting_there"),
        addresses: if address == Address::default() { Vec::new() } else { vec![address] },
        step_free: row.read(part, "step_free", YES_NO, all, yes_no),
        phones: phones(part, row),
        ..Site::default()
    };
    Some((key, site))
}

fn kind(text: &str) -> Option<SiteKind> {
    match text.trim().to_ascii_lowercase().as_str() {
        "physical" => Some(SiteKind::Physical),
        "postal" => Some(SiteKind::Postal),
        "virtual" => Some(SiteKind::Virtual),
        _ => None,
    }
}

/// Both or neither: half a coordinate is no place.
fn coordinates(part: &Part, row: &Row<'_>, all: &mut Gathering) -> (Option<f64>, Option<f64>) {
    let mut one = |field, most: f64| {
        let degrees = |text: &str| text.trim().parse().ok().filter(|n: &f64| n.abs() <= most);
        row.read(part, field, &format!("expected degrees from -{most} to {most}"), all, degrees)
    };
    let both = one("latitude", 90.0).zip(one("longitude", 180.0));
    if both.is_none() {
        for field in ["latitude", "longitude"] {
            row.values(part, field).into_iter().for_each(|(source, _)| row.keep(source));
        }
    }
    both.unzip()
}
