//! Somebody's list of services, to print, text or e-mail to themselves; and what they can read, hear or watch. The list
//! stands in the address: nobody else has it.

use std::fmt::Write as _;

use askama::Template;
use axum::response::IntoResponse as _;
use offers::catalogue::Listed;
use offers::directory::Service;
use offers::directory::availability::Availability;
use offers::wording::language_name;
use vocabulary::GridPoint;
use web::{Answer, Html, Page, Visit};

use super::asked::{Asked, MOST_LISTED};
use super::searched::finder;
use super::shown;

/// A longer list makes a code that no camera reads.
const MOST_IN_A_SQUARE: usize = 4;

#[derive(Template)]
#[template(path = "finder/list.html")]
struct List {
    services: Vec<Kept>,
    gone: usize,
    most: usize,
    text: String,
    letter: String,
    search: String,
    large: bool,
    other_print: String,
    qr: Option<Html>,
    too_long_for_a_square: bool,
}

struct Kept {
    name: String,
    organisation: Option<String>,
    /// Whether there is a place for them.
    room: Option<String>,
    place: Option<String>,
    steps: Option<&'static str>,
    times: Vec<String>,
    cost: String,
    phone: Option<(String, Option<String>)>,
    link: String,
    off: String,
}

pub(super) async fn page(visit: Visit) -> Answer {
    let asked = Asked::read(&visit.path)?;
    let finder = finder(&visit).await?;
    let known: Vec<(&Listed, &Service)> = asked
        .list
        .iter()
        .filter_map(|id| finder.catalogue.service(*id))
        .filter_map(|service| Some((service, finder.catalogue.record(service.id)?)))
        .collect();
    // Of several places the one that is near, as in the results.
    let from = finder.whereabouts(&asked.place).ok().map(|from| from.point);
    let kept: Vec<Kept> = known.iter().map(|(service, record)| kept(&asked, from, service, record)).collect();
    let site = &visit.house.site.address;
    let mut words = String::new();
    for (service, one) in known.iter().map(|(service, _)| service).zip(&kept) {
        let phone = one.phone.as_ref().map_or("", |(number, _)| number);
        // Writing to a text cannot fail.
        let _ = write!(words, "{}", one.name);
        let time = one.times.first().map(String::as_str);
        let parts = [one.room.as_deref(), time, one.place.as_deref(), Some(&*one.cost), Some(phone)];
        for part in parts.into_iter().flatten() {
            if !part.is_empty() {
                let _ = write!(words, "\n{part}");
            }
        }
        let _ = write!(words, "\n{site}/find/services/{}\n\n", service.id);
    }
    let own = Asked { list: asked.list.clone(), ..Asked::default() }.at("/find/list");
    let content = List {
        gone: asked.list.len() - kept.len(),
        most: MOST_LISTED,
        text: format!("sms:?&body={}", percent(words.trim_end())),
        letter: format!("mailto:?subject={}&body={}", percent("Support near me"), percent(words.trim_end())),
        search: asked.at("/find"),
        large: asked.large,
        other_print: Asked { large: !asked.large, ..asked.clone() }.at("/find/list"),
        too_long_for_a_square: kept.len() > MOST_IN_A_SQUARE,
        qr: if (1..=MOST_IN_A_SQUARE).contains(&kept.len()) {
            Some(Html::qr_code(&format!("{site}{own}"), "QR code that leads to this list")?)
        } else {
            None
        },
        services: kept,
    };
    let page = Page::new(&visit, "Your list").under(content.search.clone(), "Find support");
    Ok(page.with(&content)?.into_response())
}

fn kept(asked: &Asked, from: Option<GridPoint>, service: &Listed, record: &Service) -> Kept {
    let nearest = from.and_then(|from| service.nearest(from)).map(|(site, _)| site);
    let site = nearest.or(service.sites.first());
    let schedules = site.and_then(|site| record.sites.get(site.at)).map_or(&[][..], |at| &at.schedules);
    let phones = record.phones.iter().chain(record.contacts.iter().flat_map(|contact| &contact.phones));
    let place = site.map(|site| {
        let name = site.name.iter().filter(|name| !site.address.contains(name));
        name.chain(&site.address).cloned().collect::<Vec<_>>().join(", ")
    });
    Kept {
        name: service.name.clone(),
        organisation: service.organisation.as_ref().map(|(_, name)| name.clone()),
        room: service.room.as_ref().map(Availability::in_words),
        place: place.or_else(|| service.online.then(|| "Online".to_owned())),
        steps: site.map(|site| shown::steps(site.step_free)),
        times: shown::times(record, schedules),
        cost: shown::cost(service, record),
        phone: phones.map(|phone| (phone.number.clone(), shown::dialled(&phone.number))).next(),
        link: asked.at(&format!("/find/services/{}", service.id)),
        off: asked.listing(service.id).at("/find/list"),
    }
}

/// As it stands in the address of a letter or a text: blanks are `%20` there, never `+`.
fn percent(text: &str) -> String {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20")
}

#[derive(Template)]
#[template(path = "finder/help_yourself.html")]
struct HelpYourself {
    resources: Vec<Resource>,
}

struct Resource {
    id: String,
    title: String,
    purpose: Option<String>,
    facts: String,
    owner: String,
    /// It is nowhere on the web.
    ask: bool,
    address: Option<String>,
}

pub(super) async fn help_yourself(visit: Visit) -> Answer {
    let finder = finder(&visit).await?;
    let resource = |(id, resource): &(vocabulary::Id<_>, offers::resource::Resource)| {
        let address =
            resource.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let mut facts = vec![format_name(resource.format).to_owned()];
        if resource.language != "en" {
            facts.push(language_name(&resource.language));
        }
        facts.extend(resource.body_region.clone());
        if address.is_some() {
            facts.push(resource.owner.clone());
        }
        Resource {
            id: id.to_string(),
            title: resource.title.clone(),
            purpose: resource.purpose.clone(),
            facts: facts.join(" · "),
            ask: address.is_none(),
            owner: resource.owner.clone(),
            address,
        }
    };
    let content = HelpYourself { resources: finder.library().iter().map(resource).collect() };
    let page = Page::new(&visit, "Things that you can do yourself").under("/find", "Find support");
    Ok(page.with(&content)?.into_response())
}

const fn format_name(format: offers::resource::Format) -> &'static str {
    use offers::resource::Format;
    match format {
        Format::Web => "Web page",
        Format::Print => "On paper",
        Format::EasyRead => "Easy Read",
        Format::LargePrint => "Large print",
        Format::Audio => "To hear",
        Format::Bsl => "British Sign Language",
        Format::Video => "Video",
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_letter_keeps_its_lines_and_signs() {
        assert_eq!(percent("Tai chi & tea\n£2 + cake"), "Tai%20chi%20%26%20tea%0A%C2%A32%20%2B%20cake");
    }
}
