//! The services as records: what they say of themselves, when they are, what they cost, for whom.

use vocabulary::{Day, WEEK};

use super::bodies::{desk, mail, website};
use super::chance::Chance;
use super::kinds::{Body, Cost, Kind, WayIn, When};
use super::sites::Venue;
use super::{Spec, Town};
use crate::directory::{CostOption, Language, LocalTime, Referral, Schedule, Service, ServiceArea, Term};

/// Where a service is, and what it is called there.
pub(super) struct Place<'a> {
    pub(super) name: String,
    pub(super) town: Option<&'a Town>,
    pub(super) venue: Option<&'a Venue>,
}

/// What anybody may add to a description; most add nothing.
const ADDED: [&str; 14] = [
    "Please ring before you come for the first time.",
    "There is no need to book.",
    "Booking is by telephone or e-mail.",
    "New people are met at the door.",
    "We do not meet in the school holidays.",
    "Assistance dogs are welcome.",
    "Tell us what you find hard, and we will think of something.",
    "If the cost is a problem, please talk to us.",
    "Bring a friend if that makes it easier.",
    "We can send you large print or an audio version of our leaflet.",
    "We have a quiet room for those who need one.",
    "Please stay at home if you have a cold.",
    "Translations of our leaflet are at the desk.",
    "Places are limited.",
];

const TONGUES: [(&str, &str); 8] = [
    ("pl", "Polish"),
    ("ro", "Romanian"),
    ("ur", "Urdu"),
    ("pt", "Portuguese"),
    ("lt", "Lithuanian"),
    ("bg", "Bulgarian"),
    ("pa", "Punjabi"),
    ("bfi", "British Sign Language"),
];

/// The record of a service, without organisation and sites.
pub(super) fn service(
    kind: &Kind,
    body: &Body,
    place: &Place<'_>,
    number: usize,
    spec: &Spec<'_>,
    chance: &mut Chance,
) -> Service {
    let (fees, cost_options) = cost(kind, body.private, chance);
    let remote = place.venue.is_none();
    let home_visit = chance.in_hundred(kind.home);
    let transport = chance.in_hundred(kind.transport.max(3));
    // What has no place and brings nobody is on the screen, or rings up.
    let online = kind.online || remote && kind.home == 0 && kind.transport == 0 && !kind.tongues;
    let (assured_on, last_modified) = assured(spec.today, chance);
    let (referral, referral_words) = way_in(kind, chance);
    let weekly = chance.in_hundred(60);
    Service {
        name: place.name.clone(),
        alternate_name: chance.in_hundred(4).then(|| format!("{} ({})", place.name, kind.terms[0])),
        description: Some(description(kind, place, chance)),
        url: chance.in_hundred(70).then(|| format!("{}/{}", website(body), kind.key.replace('_', "-"))),
        email: Some(mail(body)),
        fees,
        cost_options,
        eligibility: some_of(&kind.eligibility, 50, chance),
        minimum_age: chance.pick(&kind.minimum_age).copied().filter(|age| *age > 0),
        maximum_age: kind.maximum_age,
        assurer_email: assured_on.as_ref().map(|_| "directory@council.example".to_owned()),
        assured_on,
        last_modified,
        referral,
        referral_words,
        online: if online { Some(true) } else { chance.in_hundred(40).then_some(false) },
        home_visit: if home_visit { Some(true) } else { chance.in_hundred(30).then_some(false) },
        transport: if transport { Some(true) } else { chance.in_hundred(30).then_some(false) },
        weekly_sessions: weekly.then_some(1),
        capacity: weekly.then(|| 8 + 2 * i32::try_from(chance.below(9)).unwrap_or(0)),
        schedules: schedules(kind, place, spec.today, chance),
        service_areas: area(place, chance).into_iter().collect(),
        languages: languages(kind, chance),
        terms: kind.terms.iter().map(|term| term_of(term)).collect(),
        phones: vec![desk(number, chance)],
        ..Service::default()
    }
}

/// The same service in the words of somebody else.
pub(super) fn said_otherwise(service: &Service, number: usize) -> Service {
    let name = service.name.replace(" and ", " & ").replace("class", "classes");
    let hint = ["As listed by our members.", "Sent in by a volunteer; times may have changed."];
    let first = service.description.as_deref().and_then(|text| text.split_inclusive(". ").next());
    let description = format!("{} {}", first.unwrap_or_default().trim(), hint[number % hint.len()]);
    Service {
        name,
        description: Some(description),
        alternate_name: None,
        eligibility: None,
        assured_on: None,
        assurer_email: None,
        ..service.clone()
    }
}

fn term_of(name: &str) -> Term {
    let id = name.replace(' ', "-").replace('\'', "");
    Term {
        taxonomy: Some("Local support".to_owned()),
        id: Some(id),
        name: name.to_owned(),
        ..Term::default()
    }
}

fn description(kind: &Kind, place: &Place<'_>, chance: &mut Chance) -> String {
    let mut sentences: Vec<&str> =
        kind.says.iter().filter_map(|list| chance.pick(list)).map(String::as_str).collect();
    if chance.in_hundred(40) {
        sentences.extend(chance.pick(&ADDED));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    let town = place.town.map_or("the county", |town| &town.name);
    let venue = place.venue.map_or("our office", |venue| &venue.name);
    sentences.join(" ").replace("{town}", town).replace("{venue}", venue)
}

fn cost(kind: &Kind, private: bool, chance: &mut Chance) -> (Option<String>, Vec<CostOption>) {
    let option = |pence, words: &str| CostOption {
        option: Some(words.to_owned()),
        pence: Some(pence),
        ..CostOption::default()
    };
    match chance.pick(&kind.cost) {
        None => (None, Vec::new()),
        // Whoever lives by it takes money for it.
        Some(Cost::Pence(0)) if private => (None, vec![option(700, "Each session")]),
        // Some say nothing of money, and nobody may take that for free.
        Some(Cost::Pence(0)) if chance.in_hundred(8) => (None, Vec::new()),
        Some(Cost::Pence(0)) => (Some("Free".to_owned()), vec![option(0, "Everybody")]),
        Some(Cost::Pence(pence)) => {
            let mut options = vec![option(*pence, "Each session")];
            if chance.in_hundred(25) {
                options.push(option(*pence / 2, "On a low income"));
            }
            (None, options)
        }
        Some(Cost::Words(words)) => (Some(words.clone()), Vec::new()),
    }
}

fn way_in(kind: &Kind, chance: &mut Chance) -> (Option<Referral>, Option<String>) {
    match chance.pick(&kind.referral) {
        None if chance.in_hundred(50) => (None, None),
        None | Some(WayIn::Open) => {
            let words = chance.in_hundred(40).then(|| "Just come along, or ring us.".to_owned());
            (Some(Referral::Open), words)
        }
        Some(WayIn::Professional) => {
            let words = "Ask your GP practice, physiotherapist or link worker to refer you.";
            (Some(Referral::ThroughAProfessional), Some(words.to_owned()))
        }
        Some(WayIn::WaitingList) => {
            let words = "For people who are on a hospital waiting list; say so when you ring.";
            (Some(Referral::WaitingList), Some(words.to_owned()))
        }
    }
}

/// When it was last checked and last changed: mostly lately, some long ago, some never.
fn assured(today: Day, chance: &mut Chance) -> (Option<String>, Option<String>) {
    let ago = match chance.below(100) {
        0..68 => 3 + chance.below(170),
        68..87 => 180 + chance.below(180),
        87..97 => 380 + chance.below(700),
        _ => return (None, None),
    };
    let day = |ago: u32| Day::from_days(today.days() - i32::try_from(ago).unwrap_or(0)).to_string();
    let changed = day(ago + chance.below(200));
    (Some(day(ago)), chance.in_hundred(80).then(|| format!("{changed}T09:30:00Z")))
}

fn some_of(list: &[String], times: u32, chance: &mut Chance) -> Option<String> {
    chance.pick(list).filter(|_| chance.in_hundred(times)).cloned()
}

/// Those without a place say where they are: everywhere, or in one town.
fn area(place: &Place<'_>, chance: &mut Chance) -> Option<ServiceArea> {
    let name = match (place.venue, place.town) {
        (Some(_), _) => return None,
        (None, Some(town)) if chance.in_hundred(35) => format!("{} and villages", town.name),
        _ => "Countywide".to_owned(),
    };
    Some(ServiceArea { name: Some(name), ..ServiceArea::default() })
}

fn languages(kind: &Kind, chance: &mut Chance) -> Vec<Language> {
    let language = |code: &str, name: &str| Language {
        code: Some(code.to_owned()),
        name: Some(name.to_owned()),
        ..Language::default()
    };
    let chances = if kind.tongues { 60 } else { 2 };
    let others =
        TONGUES.iter().filter(|_| chance.in_hundred(chances)).map(|(code, name)| language(code, name));
    let others: Vec<Language> = others.collect();
    // Most entries of a real directory say nothing of languages.
    if others.is_empty() && chance.in_hundred(55) {
        return others;
    }
    [language("en", "English")].into_iter().chain(others).collect()
}

fn schedules(kind: &Kind, place: &Place<'_>, today: Day, chance: &mut Chance) -> Vec<Schedule> {
    let day = chance.pick(&WEEK[..5]).copied().unwrap_or(WEEK[0]);
    let started = format!(
        "{}-{:02}-01",
        today.year() - 1 - i32::try_from(chance.below(3)).unwrap_or(0),
        1 + chance.below(12)
    );
    let weekly = |days: &[&str], minute: u16| Schedule {
        valid_from: Some(started.clone()),
        freq: Some("WEEKLY".to_owned()),
        interval: Some(1),
        byday: days.iter().map(|day| (*day).to_owned()).collect(),
        opens_at: LocalTime::new(minute / 60, minute % 60),
        closes_at: LocalTime::new((minute + kind.minutes) / 60, (minute + kind.minutes) % 60),
        ..Schedule::default()
    };
    let quarters = |from: u16, count: u32, chance: &mut Chance| {
        from + 15 * u16::try_from(chance.below(count)).unwrap_or(0)
    };
    match kind.when {
        When::Monthly => {
            let which = 1 + chance.below(3);
            let minute = quarters(840, 4, chance);
            let byday = vec![format!("{which}{}", day.0)];
            let ordinal = ["first", "second", "third"][which as usize - 1];
            let description = Some(format!("The {ordinal} {} of the month", day.1));
            vec![Schedule { freq: Some("MONTHLY".to_owned()), byday, description, ..weekly(&[], minute) }]
        }
        When::Office if place.venue.is_none() => vec![weekly(&["MO", "TU", "WE", "TH", "FR"], 540)],
        When::Office => {
            let second = chance.pick(&WEEK[..5]).copied().filter(|d| d.0 != day.0);
            let days: Vec<&str> = WEEK
                .iter()
                .map(|d| d.0)
                .filter(|d| *d == day.0 || second.is_some_and(|s| s.0 == *d))
                .collect();
            vec![weekly(&days, quarters(540, 5, chance))]
        }
        When::Any if chance.in_hundred(45) => vec![weekly(&[day.0], quarters(1_050, 7, chance))],
        When::Any if chance.in_hundred(15) => vec![weekly(&["SA"], quarters(570, 8, chance))],
        When::Day | When::Any => {
            let mut list = vec![weekly(&[day.0], quarters(570, 22, chance))];
            if chance.in_hundred(15) {
                let other = chance.pick(&WEEK[..6]).copied().filter(|d| d.0 != day.0);
                list.extend(other.map(|other| weekly(&[other.0], quarters(600, 16, chance))));
            }
            list
        }
    }
}
