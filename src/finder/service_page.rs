//! One service: a page to read, and on paper a leaflet.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::catalogue::ListedSite;
use offers::directory::{Phone, Service};
use offers::finder::Finder;
use offers::wording::{language_name, pounds};
use vocabulary::Id;
use web::{Answer, Html, Page, Problem, Visit, id_of};

use super::asked::Asked;
use super::searched::finder;
use super::shown;

#[derive(Template)]
#[template(path = "finder/service.html")]
struct ServicePage<'a> {
    name: &'a str,
    organisation: Option<&'a str>,
    about: Option<&'a str>,
    alert: Option<&'a str>,
    tags: Vec<(String, &'static str)>,
    places: Vec<Place<'a>>,
    elsewhere: Option<&'static str>,
    times: Vec<String>,
    cost: String,
    prices: Vec<String>,
    ages: Option<String>,
    who: Option<&'a str>,
    how: Option<String>,
    helps: Option<String>,
    languages: Vec<String>,
    phones: Vec<(String, Option<String>, Option<String>)>,
    email: Option<&'a str>,
    website: Option<&'a str>,
    vouched: String,
    source: Option<&'a str>,
    address: String,
    qr: Html,
    listed: bool,
    keep: String,
    list: String,
    kept: usize,
    large: bool,
    other_print: String,
    wrong: String,
}

struct Place<'a> {
    name: Option<&'a str>,
    address: &'a [String],
    away: Option<String>,
    steps: &'static str,
    access: Vec<&'a str>,
    getting_there: Option<&'a str>,
    times: Vec<String>,
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let asked = Asked::read(&visit.path)?;
    let finder = finder(&visit).await?;
    let service = finder.catalogue.service(id).ok_or_else(|| not_shown(&finder, id))?;
    let record = finder.catalogue.record(id).ok_or(Problem::NotFound)?;
    let own = format!("/find/services/{id}");
    let wrong = format!("{own}/wrong");
    let address = format!("{}{own}", visit.house.site.address);
    let kept = finder.catalogue.directory.services.get(&id);
    let source = kept.and_then(|kept| finder.catalogue.directory.sources.get(&kept.source));
    let organisation = service.organisation.as_ref();
    let organisation_record = organisation
        .and_then(|(id, _)| finder.catalogue.directory.organisations.get(id))
        .map(|kept| &kept.record);
    let website = record.url.as_deref().or(organisation_record.and_then(|record| record.website.as_deref()));
    let email = record.email.as_deref().or(organisation_record.and_then(|record| record.email.as_deref()));
    let content = ServicePage {
        name: &service.name,
        organisation: organisation.map(|(_, name)| name.as_str()),
        about: said(record.description.as_ref()),
        alert: said(record.alert.as_ref()),
        tags: shown::tags(service),
        places: service.sites.iter().map(|site| place(&finder, &asked, record, site)).collect(),
        elsewhere: match (service.online, service.home_visit) {
            (true, true) => Some("Online, or they come to you"),
            (true, false) => Some("Online"),
            (false, true) => Some("They come to you"),
            (false, false) => None,
        },
        times: shown::times(record, &[]),
        cost: shown::cost(service, record),
        prices: prices(record),
        ages: shown::ages(service),
        who: said(record.eligibility.as_ref()),
        how: shown::how(record),
        helps: shown::helps(service),
        languages: service.languages.iter().map(|code| language_name(code)).collect(),
        phones: phones(record),
        email: email.filter(|email| email.contains('@') && !email.contains(char::is_whitespace)),
        website: website.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        vouched: shown::vouched(service),
        source: source.and_then(|(_, about)| about.as_deref()),
        qr: Html::qr_code(&address, "QR code that leads to this page")?,
        address,
        listed: asked.list.contains(&id),
        keep: asked.listing(id).at(&own),
        list: asked.at("/find/list"),
        kept: asked.list.len(),
        large: asked.large,
        other_print: Asked { large: !asked.large, ..asked.clone() }.at(&own),
        wrong,
    };
    let back = Asked { large: false, ..asked.clone() }.at("/find");
    let name = if asked.is_empty() { "Find support" } else { "Back to what was found" };
    Ok(Page::new(&visit, &service.name).under(back, name).with(&content)?.into_response())
}

/// Whoever comes by a leaflet from last year should not think that the group never was.
fn not_shown(finder: &Finder, id: Id<Service>) -> Problem {
    if finder.catalogue.assured.contains_key(&id) {
        Problem::Gone(
            "We do not show it at the moment, since nobody has told us lately that it still runs. If you have its phone \
             number, ring first. Or look for something else under “Find support”.",
        )
    } else {
        Problem::NotFound
    }
}

fn said(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn place<'a>(finder: &'a Finder, asked: &Asked, record: &Service, site: &'a ListedSite) -> Place<'a> {
    let known = finder.catalogue.directory.sites.get(&site.id).map(|kept| &kept.record);
    let from = finder.whereabouts(&asked.place).ok();
    let metres =
        from.as_ref().zip(site.point).map(|(from, point)| from.point.squared_distance(point).isqrt());
    let roughly = site.approximate || from.as_ref().is_some_and(|from| from.roughly);
    let schedules = record.sites.get(site.at).map_or(&[][..], |at| &at.schedules);
    let access = known.into_iter().flat_map(|known| &known.accessibility);
    Place {
        name: site.name.as_deref(),
        address: &site.address,
        away: metres.map(|metres| shown::away(u32::try_from(metres).unwrap_or(u32::MAX), roughly)),
        steps: shown::steps(site.step_free),
        access: access
            .flat_map(|one| [said(one.description.as_ref()), said(one.details.as_ref())])
            .flatten()
            .collect(),
        getting_there: known.and_then(|known| said(known.getting_there.as_ref())),
        // Times of the service stand once, below.
        times: if schedules.is_empty() { Vec::new() } else { shown::times(record, schedules) },
    }
}

/// Every price that is said.
fn prices(record: &Service) -> Vec<String> {
    let price = |cost: &offers::directory::CostOption| {
        let amount = cost.pence.map(pounds);
        let parts = [cost.option.clone(), amount, cost.description.clone()];
        parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(": ")
    };
    let mut prices: Vec<String> =
        record.cost_options.iter().map(price).filter(|price| !price.is_empty()).collect();
    prices.extend(said(record.fees.as_ref()).map(str::to_owned));
    prices.dedup();
    prices
}

/// Numbers as they are written, to dial, and whose they are: of the service, of its people, of its places.
fn phones(record: &Service) -> Vec<(String, Option<String>, Option<String>)> {
    let of_contacts = record.contacts.iter().flat_map(|contact| {
        let whose = contact.name.clone().or_else(|| contact.title.clone());
        contact.phones.iter().map(move |phone| (phone, whose.clone()))
    });
    let of_sites = record.sites.iter().flat_map(|at| &at.phones).map(|phone| (phone, None));
    let all = record.phones.iter().map(|phone| (phone, None)).chain(of_contacts).chain(of_sites);
    let mut phones: Vec<(String, Option<String>, Option<String>)> = Vec::new();
    for (Phone { number, description, .. }, whose) in all {
        if !number.trim().is_empty() && phones.iter().all(|(known, ..)| known != number) {
            phones.push((number.clone(), shown::dialled(number), description.clone().or(whose)));
        }
    }
    phones
}
