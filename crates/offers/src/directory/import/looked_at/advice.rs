//! What a feed may leave out, and people would miss.

use super::Fault;
use crate::directory::{Feed, Service, Status};

/// A field, whether a service has it, and why it matters.
type Wish = (&'static str, fn(&Feed, &Service) -> bool, &'static str);

const WISHES: &[Wish] = &[
    ("description", |_, s| s.description.is_some(), "It is what people read before they decide."),
    ("organization", |_, s| s.organisation.is_some(), "Nobody knows who offers the service."),
    (
        "attributes",
        |_, s| !s.terms.is_empty(),
        "Without a term nobody can tell what it helps with: it is not matched to anybody.",
    ),
    ("postal_code", has_place, "People look for what is near; without a postcode nothing is near."),
    (
        "schedules",
        |_, s| !s.schedules.is_empty() || s.sites.iter().any(|at| !at.schedules.is_empty()),
        "People ask for a day and a time.",
    ),
    (
        "phone, email or url",
        |_, s| {
            s.url.is_some()
                || s.email.is_some()
                || !s.phones.is_empty()
                || s.contacts.iter().any(|c| !c.phones.is_empty())
        },
        "Nobody can ask or book.",
    ),
    (
        "cost_options",
        |_, s| !s.cost_options.is_empty() || s.fees.is_some(),
        "People who have little money do not ask what it costs: they stay away.",
    ),
    ("assured_date", |_, s| s.assured_on.is_some(), "It says when somebody last checked that this is so."),
];

fn has_place(feed: &Feed, service: &Service) -> bool {
    let mut sites = service.sites.iter().filter_map(|at| feed.sites.get(&at.site));
    service.online == Some(true) || sites.any(|site| site.addresses.iter().any(|a| a.postcode.is_some()))
}

/// What the services that run do not say.
pub(super) fn advice(feed: &Feed) -> Vec<Fault> {
    let running = || feed.services.iter().filter(|(_, service)| service.status == Status::Active);
    let missed = |(field, has, why): &Wish| {
        let mut without = running().filter(|(_, service)| !has(feed, service));
        let (_, first) = without.next()?;
        Some(Fault {
            field: (*field).to_owned(),
            what: "is not said".to_owned(),
            count: 1 + without.count(),
            example: first.name.clone(),
            why: (*why).to_owned(),
        })
    };
    WISHES.iter().filter_map(missed).collect()
}
