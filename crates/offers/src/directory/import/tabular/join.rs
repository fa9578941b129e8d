//! Joins the rows of all tables into objects, from the innermost outwards.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::super::fields::STANDS_AT;
use super::super::gathering::{Gathering, MOST_RECORDS, Place};
use super::super::hsds::{Kind, read as read_record};
use super::Row;
use super::tables::Table;
use crate::directory::Outcome;

type Rows = BTreeMap<Table, Vec<Row>>;

/// A table, under which name its rows stand in their owners, and which column names which owner: the narrowest first.
type Joint = (Table, &'static str, &'static [(&'static str, Table)]);

const SITE_OF_SERVICE: (&str, Table) = ("service_at_location_id", Table::SitesOfServices);
const CONTACT: (&str, Table) = ("contact_id", Table::Contacts);
const SERVICE: (&str, Table) = ("service_id", Table::Services);
const SITE: (&str, Table) = ("location_id", Table::Sites);
const ORGANISATION: (&str, Table) = ("organization_id", Table::Organisations);

/// In this order: what stands in something is joined before that is.
const JOINTS: &[Joint] = &[
    (Table::Languages, "languages", &[("phone_id", Table::Phones), SERVICE, SITE]),
    (Table::Phones, "phones", &[CONTACT, SITE_OF_SERVICE, SERVICE, SITE, ORGANISATION]),
    (Table::Contacts, "contacts", &[SITE_OF_SERVICE, SERVICE, SITE, ORGANISATION]),
    (Table::Schedules, "schedules", &[SITE_OF_SERVICE, SERVICE, SITE]),
    (Table::HolidaySchedules, "holiday_schedules", &[SITE_OF_SERVICE, SERVICE, SITE]),
    (Table::Addresses, "addresses", &[SITE]),
    (Table::Accessibility, "accessibility", &[SITE]),
    (Table::CostOptions, "cost_options", &[SERVICE]),
    (Table::ServiceAreas, "service_areas", &[SERVICE]),
    (Table::Documents, "required_documents", &[SERVICE]),
    (Table::Payments, "payments_accepted", &[SERVICE]),
    (Table::Funding, "funding", &[SERVICE, ORGANISATION]),
    (Table::Programs, "programs", &[ORGANISATION]),
    (Table::Identifiers, "organization_identifiers", &[ORGANISATION]),
    (Table::TermsOfServices, "attributes", &[SERVICE]),
    (
        Table::Attributes,
        "attributes",
        &[
            ("link_id", Table::Services),
            ("link_id", Table::SitesOfServices),
            ("link_id", Table::Sites),
            ("link_id", Table::Organisations),
        ],
    ),
    (Table::SitesOfServices, "service_at_locations", &[SERVICE]),
];

pub(super) fn read(mut rows: Rows, all: &mut Gathering) {
    once_each(&mut rows, all);
    terms(&mut rows);
    eligibility(&mut rows, all);
    let mut places = HashMap::new();
    for owner in [
        Table::Phones,
        Table::Contacts,
        Table::SitesOfServices,
        Table::Services,
        Table::Sites,
        Table::Organisations,
    ] {
        for (at, row) in rows.get(&owner).into_iter().flatten().enumerate() {
            if let Some(id) = id(row, "id") {
                places.insert((owner, id.to_owned()), at);
            }
        }
    }
    for joint in JOINTS {
        attach(joint, &mut rows, &places, all);
    }
    for (table, kind) in [
        (Table::Taxonomies, Kind::Taxonomy),
        (Table::Terms, Kind::Term),
        (Table::Organisations, Kind::Organisation),
        (Table::Sites, Kind::Site),
        (Table::Services, Kind::Service),
    ] {
        for row in rows.remove(&table).unwrap_or_default() {
            let place = place(&row);
            if all.feed.records_read >= MOST_RECORDS {
                all.unread_any();
                all.left_out(&place, "", format!("expected at most {MOST_RECORDS} records"));
                return;
            }
            read_record(kind, row, place, all);
        }
    }
}

fn id<'r>(row: &'r Row, column: &str) -> Option<&'r str> {
    row.get(column).and_then(Value::as_str)
}

fn place(row: &Row) -> Place {
    let stands = id(row, STANDS_AT).unwrap_or_default();
    let (file, at) = stands.split_once('\0').unwrap_or_default();
    Place { file: file.into(), at: at.to_owned() }
}

/// Of small rows with one id in one table the last is kept. Records themselves are counted by the gathering.
fn once_each(rows: &mut Rows, all: &mut Gathering) {
    for (table, rows) in rows.iter_mut() {
        if matches!(table, Table::Organisations | Table::Services | Table::Sites) {
            continue;
        }
        let mut last: HashMap<String, usize> = HashMap::new();
        let mut again = vec![false; rows.len()];
        for (at, row) in rows.iter().enumerate() {
            let Some(id) = id(row, "id") else { continue };
            if let Some(before) = last.insert(id.to_owned(), at) {
                again[before] = true;
                let earlier = place(&rows[before]);
                let why = format!(
                    "expected each id once; this one came before at {}, {}, and the last is used",
                    earlier.file, earlier.at
                );
                all.warn(&place(row), "id", why);
            }
        }
        let mut gone = again.into_iter();
        rows.retain(|_| !gone.next().unwrap_or(false));
    }
}

/// Puts the term that a row names into it.
fn terms(rows: &mut Rows) {
    let known: HashMap<String, Row> = rows
        .get(&Table::Terms)
        .into_iter()
        .flatten()
        .filter_map(|row| Some((id(row, "id")?.to_owned(), row.clone())))
        .collect();
    for table in [Table::Attributes, Table::TermsOfServices] {
        for row in rows.get_mut(&table).into_iter().flatten() {
            let column =
                ["taxonomy_term_id", "taxonomy_id"].into_iter().find(|column| row.contains_key(*column));
            let Some(named) = column.and_then(|column| row.swap_remove(column)) else { continue };
            match named.as_str().and_then(|id| known.get(id)) {
                Some(term) => row.insert("taxonomy_term".to_owned(), Value::Object(term.clone())),
                None => row.insert("taxonomy_term_id".to_owned(), named),
            };
        }
    }
}

/// Who a service is for stands in a table of its own in HSDS 1.x.
fn eligibility(rows: &mut Rows, all: &mut Gathering) {
    let said = rows.remove(&Table::Eligibility).unwrap_or_default();
    let mut services: HashMap<String, &mut Row> = HashMap::new();
    for row in rows.get_mut(&Table::Services).into_iter().flatten() {
        if let Some(id) = id(row, "id") {
            services.insert(id.to_owned(), row);
        }
    }
    for row in &said {
        let service = id(row, "service_id").and_then(|id| services.get_mut(id));
        match (service, id(row, "eligibility")) {
            (Some(service), Some(words)) => {
                let before = id(service, "eligibility_description").map(|before| format!("{before}; "));
                let words = format!("{}{words}", before.unwrap_or_default());
                service.insert("eligibility_description".to_owned(), Value::String(words));
            }
            (None, _) => orphan(row, "service_id", all),
            (Some(_), None) => {}
        }
    }
}

fn orphan(row: &Row, column: &str, all: &mut Gathering) {
    let why = "expected a record that the tables hold; the row was left out";
    all.problem(&place(row), column, why, Outcome::LeftOut);
}

/// Puts the rows of a table into their owners.
fn attach(
    (table, name, owners): &Joint,
    rows: &mut Rows,
    places: &HashMap<(Table, String), usize>,
    all: &mut Gathering,
) {
    for mut row in rows.remove(table).unwrap_or_default() {
        let found = owners.iter().find_map(|(column, owner)| {
            let at = places.get(&(*owner, id(&row, column)?.to_owned()))?;
            Some((*column, *owner, *at))
        });
        let Some((column, owner, at)) = found else {
            let named = owners.iter().map(|(column, _)| *column).find(|column| row.contains_key(*column));
            orphan(&row, named.unwrap_or(owners[0].0), all);
            continue;
        };
        row.swap_remove(column);
        let Some(owner) = rows.get_mut(&owner).and_then(|rows| rows.get_mut(at)) else { continue };
        let list = owner.entry((*name).to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(Value::Object(row));
        }
    }
}
