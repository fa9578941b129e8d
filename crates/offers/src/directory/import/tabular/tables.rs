//! Which table of HSDS a file is: told by its columns, and by its name only where they leave it open.

use super::super::rows::TextTable;
use crate::directory::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Table {
    Organisations,
    Services,
    Sites,
    SitesOfServices,
    Addresses,
    Phones,
    Contacts,
    Schedules,
    RegularSchedules,
    HolidaySchedules,
    CostOptions,
    Languages,
    Accessibility,
    Attributes,
    TermsOfServices,
    Terms,
    Taxonomies,
    ServiceAreas,
    Identifiers,
    Eligibility,
    Payments,
    Documents,
    Funding,
    Programs,
    /// Notes about the tables themselves.
    About,
}

impl Table {
    /// The kind of record that a row of it is.
    pub(super) const fn record(self) -> Option<Kind> {
        match self {
            Self::Organisations => Some(Kind::Organisation),
            Self::Services => Some(Kind::Service),
            Self::Sites => Some(Kind::Site),
            _ => None,
        }
    }
}

/// How a table is told.
struct Shape {
    table: Table,
    /// Of each group one column at least.
    needs: &'static [&'static [&'static str]],
    never: &'static [&'static str],
    /// How the names of its files begin.
    names: &'static [&'static str],
}

const OWNERS: &[&str] =
    &["service_id", "location_id", "organization_id", "contact_id", "service_at_location_id", "phone_id"];

const SHAPES: &[Shape] = &[
    Shape {
        table: Table::Organisations,
        needs: &[&["name"]],
        never: &[
            "organization_id",
            "service_id",
            "location_id",
            "location_type",
            "latitude",
            "status",
            "term",
            "taxonomy",
            "version",
            "link_id",
            "character_set",
            "title",
            "number",
            "parent_id",
            "vocabulary",
        ],
        names: &["organi"],
    },
    Shape {
        table: Table::Services,
        needs: &[&["name"], &["organization_id", "status"]],
        never: &[
            "title",
            "department",
            "location_type",
            "latitude",
            "transportation",
            "number",
            "service_id",
            "location_id",
        ],
        names: &["service.", "services."],
    },
    Shape {
        table: Table::Sites,
        needs: &[&["location_type", "latitude", "transportation", "external_identifier"]],
        never: &["service_id", "address_1", "status"],
        names: &["location"],
    },
    Shape {
        table: Table::SitesOfServices,
        needs: &[&["service_id"], &["location_id"]],
        never: &[
            "number",
            "opens_at",
            "weekday",
            "closed",
            "start_date",
            "language",
            "phone_id",
            "name",
            "title",
            "freq",
            "byday",
            "code",
            "address_1",
            "email",
            "status",
        ],
        names: &["service_at_location", "services_at_location"],
    },
    Shape {
        table: Table::Addresses,
        needs: &[&["address_1"], &["location_id"]],
        never: &[],
        names: &["address", "physical_address", "postal_address"],
    },
    Shape { table: Table::Phones, needs: &[&["number"], OWNERS], never: &["identifier"], names: &["phone"] },
    Shape {
        table: Table::Contacts,
        needs: &[&["name", "title", "email"], &["title", "department", "service_id", "location_id"]],
        never: &["status", "number", "language", "code", "extent", "service_area", "phone_id", "address_1"],
        names: &["contact"],
    },
    Shape {
        table: Table::Schedules,
        needs: &[&["opens_at", "freq", "byday", "dtstart"]],
        never: &["weekday", "closed"],
        names: &["schedule"],
    },
    Shape {
        table: Table::RegularSchedules,
        needs: &[&["weekday"], &["opens_at", "closes_at"]],
        never: &[],
        names: &["regular_schedule"],
    },
    Shape {
        table: Table::HolidaySchedules,
        needs: &[&["closed"], &["start_date"]],
        never: &[],
        names: &["holiday_schedule"],
    },
    Shape {
        table: Table::CostOptions,
        needs: &[&["amount", "option"], &["service_id"]],
        never: &[],
        names: &["cost_option"],
    },
    Shape {
        table: Table::Languages,
        needs: &[&["language", "code", "note", "phone_id"], &["service_id", "location_id", "phone_id"]],
        never: &["number", "title", "amount", "extent"],
        names: &["language"],
    },
    Shape {
        table: Table::Accessibility,
        needs: &[&["location_id"], &["accessibility", "details"]],
        never: &["service_id", "address_1", "number"],
        names: &["accessibility"],
    },
    Shape { table: Table::Attributes, needs: &[&["link_id"]], never: &[], names: &["attribute"] },
    Shape {
        table: Table::TermsOfServices,
        needs: &[&["service_id"], &["taxonomy_id", "taxonomy_term_id", "taxonomy_detail"]],
        never: &["link_id", "name"],
        names: &["service_taxonomy"],
    },
    Shape {
        table: Table::Terms,
        needs: &[&["name"], &["term", "taxonomy", "term_uri", "parent_id", "taxonomy_id", "vocabulary"]],
        never: &["service_id", "organization_id", "link_id", "status"],
        names: &["taxonomy_term", "taxonomy.", "terms."],
    },
    Shape {
        table: Table::Taxonomies,
        needs: &[&["name"], &["uri", "version"]],
        never: &[
            "organization_id",
            "service_id",
            "website",
            "logo",
            "parent_organization_id",
            "email",
            "url",
        ],
        names: &["taxonom"],
    },
    Shape {
        table: Table::ServiceAreas,
        needs: &[&["service_id"], &["extent", "service_area", "extent_type"]],
        never: &[],
        names: &["service_area"],
    },
    Shape {
        table: Table::Identifiers,
        needs: &[&["organization_id"], &["identifier"]],
        never: &[],
        names: &["organization_identifier"],
    },
    Shape {
        table: Table::Eligibility,
        needs: &[&["service_id"], &["eligibility"]],
        never: &["name"],
        names: &["eligibility"],
    },
    Shape {
        table: Table::Payments,
        needs: &[&["service_id"], &["payment"]],
        never: &["name"],
        names: &["payment"],
    },
    Shape {
        table: Table::Documents,
        needs: &[&["service_id"], &["document"]],
        never: &["name"],
        names: &["required_document"],
    },
    Shape {
        table: Table::Funding,
        needs: &[&["source"], &["service_id", "organization_id"]],
        never: &["name"],
        names: &["funding"],
    },
    Shape {
        table: Table::Programs,
        needs: &[&["name"], &["organization_id"]],
        never: &[
            "status",
            "url",
            "email",
            "fees",
            "title",
            "department",
            "location_type",
            "latitude",
            "transportation",
            "number",
            "service_id",
            "location_id",
        ],
        names: &["program"],
    },
    Shape { table: Table::About, needs: &[&["character_set", "resource_id"]], never: &[], names: &["meta"] },
];

/// The table that a file is; nothing where it is none of HSDS.
pub(in super::super) fn table_of(file: &TextTable) -> Option<Table> {
    let fits = |shape: &&Shape| {
        shape.needs.iter().all(|group| group.iter().any(|column| file.has(column)))
            && !shape.never.iter().any(|column| file.has(column))
    };
    let found: Vec<&Shape> = SHAPES.iter().filter(fits).collect();
    let keyed = file.has("id") || OWNERS.iter().any(|column| file.has(column));
    match found.as_slice() {
        [only] if only.table == Table::Organisations && !SAYS_ORGANISATION.iter().any(|c| file.has(c)) => {
            // An id and a name: that can be anything.
            by_name(file, SHAPES.iter()).filter(|_| keyed)
        }
        [only] if keyed || only.table == Table::About => Some(only.table),
        [] | [_] => None,
        several => by_name(file, several.iter().copied()),
    }
}

/// Columns that no other table has beside a name.
const SAYS_ORGANISATION: &[&str] = &[
    "website",
    "logo",
    "legal_status",
    "tax_status",
    "tax_id",
    "year_incorporated",
    "parent_organization_id",
];

/// The longest name that fits: `service_area` before `service`.
fn by_name<'s>(file: &TextTable, shapes: impl Iterator<Item = &'s Shape>) -> Option<Table> {
    let name = file.file.to_ascii_lowercase();
    let length =
        |shape: &Shape| shape.names.iter().filter(|begin| name.starts_with(**begin)).map(|n| n.len()).max();
    shapes.filter_map(|shape| Some((length(shape)?, shape.table))).max().map(|(_, table)| table)
}
