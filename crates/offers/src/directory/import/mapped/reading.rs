//! Rows of mapped tables as records. Rows of one key are one record: where only phones and e-mail addresses differ they
//! are all kept, else the last row wins and is listed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ground::files::DefinitionError;

use super::mapping::{DirectoryMapping, MappedTable, Origin};
use super::nearest::nearest_first;
use super::records::{organisation, service, site};
use super::row::Row;
use super::times;
use crate::directory::import::gathering::{Came, Gathering, MOST_RECORDS, Place};
use crate::directory::import::rows::{TextTable, list_ragged};
use crate::directory::{Contact, Kind, Organisation, Outcome, Phone, Schedule, Service, Site, SiteOfService};

#[derive(Default)]
pub(super) struct Reading {
    services: BTreeMap<String, Found<Service>>,
    organisations: BTreeMap<String, Found<Organisation>>,
    sites: BTreeMap<String, Found<Site>>,
    times: Vec<(String, Vec<Schedule>, Place, String)>,
    /// Columns that the files of a table had, by the line of the mapping on which the table begins.
    columns: HashMap<usize, BTreeSet<String>>,
}

/// A record, and where it stood first.
struct Found<T> {
    record: T,
    place: Place,
}

impl Reading {
    pub(super) fn add(&mut self, table: &MappedTable, file: &TextTable, all: &mut Gathering) {
        self.columns.entry(table.line).or_default().extend(file.heading.iter().cloned());
        let kinds: Vec<Kind> = table.records().iter().map(|(kind, _)| *kind).collect();
        list_ragged(file, &kinds, all);
        for row in &file.rows {
            let row = Row::new(file, row);
            if times::has_any(table, &row)
                && let Some((service, schedules)) = times::read(table, &row, all)
            {
                let column = Row::column_of(&table.opening_times, "service").to_owned();
                self.times.push((service, schedules, row.place().clone(), column));
            }
            if kinds.is_empty() {
                continue;
            }
            all.feed.records_read += 1;
            if all.feed.records_read > MOST_RECORDS {
                all.unread_any();
                all.left_out(row.place(), "", format!("expected at most {MOST_RECORDS} records"));
                return;
            }
            self.row(table, &row, all);
        }
    }

    fn row(&mut self, table: &MappedTable, row: &Row<'_>, all: &mut Gathering) {
        // A row that cannot be used leaves nothing behind, so what each part needs is asked for first.
        for (kind, part) in table.records() {
            for field in ["key", "name"] {
                let must = field == "key" || kind != Kind::Site;
                if must && row.text(part, field).is_none() {
                    let column = Row::column_of(part, field);
                    all.left_out(row.place(), column, format!("'{field}' is required; the row was left out"));
                    for (kind, part) in table.records() {
                        all.unread(kind, row.text(part, "key"));
                    }
                    return;
                }
            }
        }
        let organisation = organisation(&table.organisation, row, all);
        let site = site(&table.site, row, all);
        let service = service(&table.service, row, all);
        let more = row.rest();
        let (organisation_key, site_key) =
            (organisation.as_ref().map(|(key, _)| key.clone()), site.as_ref().map(|(key, _)| key.clone()));
        if let Some((key, mut service)) = service {
            service.more.extend(more);
            service.organisation = service.organisation.or(organisation_key);
            service.sites.extend(site_key.map(|site| SiteOfService { site, ..SiteOfService::default() }));
            put(&mut self.services, key, service, row.place(), all);
            organisation
                .into_iter()
                .for_each(|(key, record)| put(&mut self.organisations, key, record, row.place(), all));
            site.into_iter().for_each(|(key, record)| put(&mut self.sites, key, record, row.place(), all));
            return;
        }
        // What no field takes stays with the first record of the row.
        match (organisation, site) {
            (Some((key, mut record)), site) => {
                record.more.extend(more);
                put(&mut self.organisations, key, record, row.place(), all);
                site.into_iter()
                    .for_each(|(key, record)| put(&mut self.sites, key, record, row.place(), all));
            }
            (None, Some((key, mut record))) => {
                record.more.extend(more);
                put(&mut self.sites, key, record, row.place(), all);
            }
            (None, None) => {}
        }
    }

    pub(super) fn finish(
        mut self,
        mapping: &DirectoryMapping,
        all: &mut Gathering,
    ) -> Result<(), DefinitionError> {
        for (service, schedules, place, column) in std::mem::take(&mut self.times) {
            if let Some(found) = self.services.get_mut(&service) {
                found.record.schedules.extend(schedules);
            } else {
                let why = "expected the key of a service that the source holds; the row was left out";
                all.problem(&place, &column, why, Outcome::LeftOut);
            }
        }
        let came = |place: Place| Came { place, nested: false, summary: false, fullness: 1 };
        for (key, found) in self.organisations {
            all.organisation(&key, found.record, came(found.place));
        }
        for (key, found) in self.sites {
            all.site(&key, found.record, came(found.place));
        }
        for (key, found) in self.services {
            all.service(&key, found.record, came(found.place));
        }
        for table in &mapping.tables {
            let Some(found) = self.columns.get(&table.line) else {
                let place = Place { file: mapping.file.as_str().into(), at: format!("line {}", table.line) };
                all.warn(&place, "", "expected a file with the columns of this table");
                continue;
            };
            for source in table.sources() {
                let Origin::Column(name) = &source.from else { continue };
                if source.optional || found.contains(name) {
                    continue;
                }
                let known = nearest_first(name, found.iter().map(String::as_str));
                let why = format!(
                    "no file of this table has a column \"{name}\"; there are, the nearest first: {known}. Where it may be \
                     missing, write {{ column = \"{name}\", optional = true }}"
                );
                return Err(DefinitionError { file: mapping.file.clone(), line: source.line, why });
            }
        }
        Ok(())
    }
}

/// Puts a record beside what came before under its key.
fn put<T: Mergeable>(
    known: &mut BTreeMap<String, Found<T>>,
    key: String,
    record: T,
    place: &Place,
    all: &mut Gathering,
) {
    let Some(found) = known.get_mut(&key) else {
        known.insert(key, Found { record, place: place.clone() });
        return;
    };
    if found.record.same_but_for_contacts(&record) {
        found.record.take_contacts(record);
        return;
    }
    if T::LISTED {
        let why = format!(
            "expected rows of one key to differ in phone and e-mail only; see {}, {}: the last is used",
            found.place.file, found.place.at
        );
        all.warn(place, "", why);
    }
    *found = Found { record, place: place.clone() };
}

/// A record that several rows may say.
trait Mergeable: PartialEq + Sized {
    /// Whether a difference is listed; once a row is enough.
    const LISTED: bool = true;
    /// The record without phones and e-mail addresses.
    fn bare(&self) -> Self;
    fn same_but_for_contacts(&self, other: &Self) -> bool {
        self.bare() == other.bare()
    }
    fn take_contacts(&mut self, other: Self);
}

fn add_phones(to: &mut Vec<Phone>, from: Vec<Phone>) {
    for phone in from {
        if !to.contains(&phone) {
            to.push(phone);
        }
    }
}

/// A second e-mail address becomes a contact of its own.
fn add_email(first: &mut Option<String>, contacts: &mut Vec<Contact>, email: Option<String>) {
    match (&first, email) {
        (_, None) => {}
        (None, email) => *first = email,
        (Some(known), Some(email)) => {
            let contact = Contact { email: Some(email), ..Contact::default() };
            if *known != contact.email.clone().unwrap_or_default() && !contacts.contains(&contact) {
                contacts.push(contact);
            }
        }
    }
}

impl Mergeable for Service {
    fn bare(&self) -> Self {
        Self { phones: Vec::new(), contacts: Vec::new(), email: None, ..self.clone() }
    }

    fn take_contacts(&mut self, other: Self) {
        add_phones(&mut self.phones, other.phones);
        add_email(&mut self.email, &mut self.contacts, other.email);
    }
}

impl Mergeable for Organisation {
    // An organisation stands on the row of each of its services, and what is said last is as good as what is said first.
    const LISTED: bool = false;

    fn bare(&self) -> Self {
        Self { phones: Vec::new(), contacts: Vec::new(), email: None, ..self.clone() }
    }

    fn take_contacts(&mut self, other: Self) {
        add_phones(&mut self.phones, other.phones);
        add_email(&mut self.email, &mut self.contacts, other.email);
    }
}

impl Mergeable for Site {
    const LISTED: bool = false;

    fn bare(&self) -> Self {
        Self { phones: Vec::new(), ..self.clone() }
    }

    fn take_contacts(&mut self, other: Self) {
        add_phones(&mut self.phones, other.phones);
    }
}
