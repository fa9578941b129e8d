//! What is published of a service, in short: for a letter and for the page behind its link.

use offers::catalogue::{Catalogue, schedule_in_words};
use offers::directory::{Service, revision};
use offers::wording::in_words;
use vocabulary::Id;

const WHEN: &str = "Days and times";
const WHERE: &str = "Where";

/// Names and what they are, of what is known.
pub(super) fn in_short(catalogue: &Catalogue, id: Id<Service>) -> Vec<(&'static str, String)> {
    let Some(kept) = catalogue.directory.services.get(&id) else { return Vec::new() };
    let text = serde_json::to_string(&kept.record).unwrap_or_default();
    let record = revision::fields(&text);
    let says = |field: &str| in_words(field, &record);
    let mut times: Vec<String> = kept.record.schedules.iter().filter_map(schedule_in_words).collect();
    let mut places = Vec::new();
    for at in &kept.record.sites {
        times.extend(at.schedules.iter().filter_map(schedule_in_words));
        if let Some((_, site)) = catalogue.directory.site(kept.source, &at.site) {
            let postcode = site.addresses.first().and_then(|address| address.postcode.clone());
            let parts: Vec<String> = site.name.clone().into_iter().chain(postcode).collect();
            places.push(parts.join(", "));
        }
    }
    let lines = [
        ("What happens there", says("description")),
        ("Is it running?", says("status")),
        (WHEN, times.join("; ")),
        (WHERE, places.join("; ")),
        ("What it costs", says("cost")),
        ("Who it is for", says("eligibility")),
        ("Phone", says("phones")),
        ("E-mail address", says("email")),
        ("Website", says("url")),
    ];
    lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The part of it by which two services of one name are told apart.
pub(super) fn when_and_where(catalogue: &Catalogue, id: Id<Service>) -> Vec<String> {
    let lines = in_short(catalogue, id).into_iter();
    lines.filter(|(what, _)| matches!(*what, WHEN | WHERE)).map(|(_, says)| says).collect()
}

/// The name of a service, and of its organisation where it has one.
pub(super) fn called(catalogue: &Catalogue, id: Id<Service>) -> (String, String) {
    let directory = &catalogue.directory;
    let kept = directory.services.get(&id);
    let of =
        kept.and_then(|kept| directory.organisation_of(kept)).and_then(|id| directory.organisations.get(&id));
    let name = kept.map(|kept| kept.record.name.clone()).unwrap_or_default();
    (name, of.map(|of| of.record.name.clone()).unwrap_or_default())
}
