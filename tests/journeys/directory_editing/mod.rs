//! The directory as those keep it who run what is in it: proposals and decisions, two at once, what is put back, reminders,
//! room, and whoever is told.

mod keeping;
mod looking;

use std::sync::Arc;

use ground::database::Act;
use offers::catalogue::Catalogue;
use offers::directory::{
    Address, Difference, Feed, LocalTime, Organisation, Schedule, Service, Site, SiteOfService, Term, store,
};
use testbed::{Seen, Visitor};
use vocabulary::Actor;

use crate::support::site::Place;

const LEISURE: &str = "Saltby Leisure Trust";

/// A demonstration with two organisations in its directory, of which the first is looked after.
struct County {
    place: Place,
}

fn service(name: &str, organisation: &str, email: Option<&str>) -> Service {
    Service {
        name: name.into(),
        organisation: Some(organisation.into()),
        description: Some("Gentle exercise for stiff joints.".into()),
        email: email.map(str::to_owned),
        fees: Some("Free".into()),
        schedules: vec![Schedule {
            freq: Some("WEEKLY".into()),
            byday: vec!["TU".into()],
            opens_at: LocalTime::parse("10:30"),
            closes_at: LocalTime::parse("11:30"),
            ..Schedule::default()
        }],
        terms: vec![Term { name: "Exercise".into(), ..Term::default() }],
        sites: vec![SiteOfService { site: "hall".into(), ..SiteOfService::default() }],
        more: [("eligibility_type".to_owned(), "kept as it came".into())].into(),
        ..Service::default()
    }
}

fn feed() -> Feed {
    let organisation = |name: &str| Organisation { name: name.into(), ..Organisation::default() };
    let address = Address { postcode: Some("NG31 7AA".into()), ..Address::default() };
    let hall = Site { name: Some("Village hall".into()), addresses: vec![address], ..Site::default() };
    let services = [
        ("1", service("Chair yoga", "leisure", Some("desk@leisure.example.org"))),
        ("2", service("Tai chi", "leisure", None)),
        ("3", service("Aqua aerobics", "leisure", None)),
        ("4", service("Health walk", "walks", Some("walks@example.org"))),
    ];
    Feed {
        organisations: [
            ("leisure".to_owned(), organisation("Saltby Leisure")),
            ("walks".to_owned(), organisation("Wold Walks")),
        ]
        .into(),
        services: services.map(|(key, service)| (key.to_owned(), service)).into(),
        sites: [("hall".to_owned(), hall)].into(),
        ..Feed::default()
    }
}

impl County {
    async fn with(feed: &Feed) -> Self {
        let county = Self { place: Place::demonstration().await };
        county.sends(feed).await;
        let mut priya = county.place.somebody("Programme manager").await;
        let leisure = county.organisation("Saltby Leisure").await;
        let page = priya.get(&format!("/directory/organisations/{leisure}")).await;
        let partner = page.body.split("<option value=\"").find(|option| option.contains(LEISURE));
        let partner = partner.and_then(|option| option.split('"').next()).expect("a partner").to_owned();
        let seen = priya
            .post(&format!("/directory/organisations/{leisure}/keepers"), &[("partner", &partner)])
            .await;
        let seen = priya.follow(seen).await;
        assert!(seen.body.contains("It is looked after by them now"), "{}", seen.body);
        county
    }

    async fn new() -> Self {
        Self::with(&feed()).await
    }

    /// The source sends this.
    async fn sends(&self, feed: &Feed) {
        let mut change = self.place.house.database.change(&Actor::Meres).await.expect("begun");
        let source = store::source(&mut change, "County feed").await.expect("asked");
        let known = store::known(&mut change, source.as_ref()).await.expect("asked");
        let difference = Difference::between(&known, feed);
        store::apply(&mut change, "County feed", None, "digest", &difference).await.expect("written");
        let act =
            Act { action: "directory.import", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await.expect("committed");
    }

    /// What is public now.
    async fn catalogue(&self) -> Arc<Catalogue> {
        self.place.catalogue().await
    }

    /// The record that is public under this name.
    async fn public(&self, name: &str) -> Option<Service> {
        let catalogue = self.catalogue().await;
        let listed = catalogue.services.iter().find(|listed| listed.name == name)?;
        catalogue.record(listed.id).cloned()
    }

    async fn organisation(&self, name: &str) -> String {
        let catalogue = self.catalogue().await;
        let mut all = catalogue.directory.organisations.iter();
        all.find(|(_, kept)| kept.record.name == name).expect("an organisation").0.to_string()
    }

    /// The page of a service of this name, public or not.
    async fn page(&self, name: &str) -> String {
        format!("/directory/edit/{}", self.place.service(name).await)
    }

    fn letters(&self) -> String {
        std::fs::read_to_string(self.place.file("letters.txt")).unwrap_or_default()
    }
}

/// The fields of the form on a page that is sent to this address, as a browser would send them.
fn fields(page: &Seen, action: &str) -> Vec<(String, String)> {
    let form = page.between(&format!("<form action=\"{action}\""), "</form>");
    let form = form.unwrap_or_else(|| panic!("a form to {action}: {}", page.body));
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let attribute = |name: &str| {
            let value = tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
            Some(plain(value))
        };
        let (open, text) = tag.split_once('>').unwrap_or((tag, ""));
        let name = attribute("name").unwrap_or_default();
        if open.starts_with("input") {
            let kind = attribute("type").unwrap_or_default();
            let box_of_some_kind = kind == "radio" || kind == "checkbox";
            if name != "form_token" && (!box_of_some_kind || open.contains(" checked")) {
                fields.push((name, attribute("value").unwrap_or_default()));
            }
        } else if open.starts_with("textarea") {
            fields.push((name, plain(text.trim_start_matches('\n'))));
        } else if open.starts_with("select") {
            fields.push((name, String::new()));
        } else if open.starts_with("option")
            && open.contains(" selected")
            && let Some(last) = fields.last_mut()
        {
            last.1 = attribute("value").unwrap_or_default();
        }
    }
    fields
}

fn plain(text: &str) -> String {
    let signs = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    signs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Sends the form of a page with these answers instead.
async fn sends(visitor: &mut Visitor, page: &Seen, action: &str, answers: &[(&str, &str)]) -> Seen {
    let mut all = fields(page, action);
    for (name, value) in answers {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &all).await
}

/// Opens the form of an entry and sends it with these answers; the page that comes.
async fn changes(visitor: &mut Visitor, page: &str, answers: &[(&str, &str)]) -> Seen {
    let action = format!("{page}/change");
    let form = visitor.get(&action).await;
    let seen = sends(visitor, &form, &action, answers).await;
    visitor.follow(seen).await
}

/// The address of the first change that waits in the queue.
async fn first_waiting(visitor: &mut Visitor) -> String {
    let queue = visitor.get("/directory/queue").await;
    let id = queue.between("href=\"/directory/queue/", "\"").expect("a change that waits");
    format!("/directory/queue/{id}")
}

async fn approves(visitor: &mut Visitor, proposal: &str) -> Seen {
    let page = visitor.get(proposal).await;
    let seen = sends(visitor, &page, &format!("{proposal}/approve"), &[]).await;
    visitor.follow(seen).await
}
