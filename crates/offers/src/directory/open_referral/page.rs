//! The whole directory as one page of a feed.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};
use vocabulary::Id;

use super::records::{organisation_of, service_of, site_of};
use super::{OTHER_ORGANISATIONS, OTHER_SITES};
use crate::directory::{Directory, Organisation, Site};

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub services: usize,
    /// Services that are merged into another or that their source no longer has.
    pub left_out: usize,
    /// Organisations and sites that no service names.
    pub other_organisations: usize,
    pub other_sites: usize,
}

/// Writes every service that stands for itself, whole, a line each; behind them, in lists that other readers pass over,
/// the organisations and sites that no service names.
pub fn write(directory: &Directory, out: &mut impl Write) -> io::Result<Written> {
    let services: Vec<_> = directory.standing_services().collect();
    let count = services.len();
    let about = json!({
        "total_items": count, "total_pages": 1, "page_number": 1, "size": count, "first_page": true, "last_page": true,
        "empty": count == 0,
    });
    let (organisations, sites) = named(directory);
    let organisations =
        directory.organisations.iter().filter(|(id, kept)| kept.stands() && !organisations.contains(id));
    let sites = directory.sites.iter().filter(|(id, kept)| kept.stands() && !sites.contains(id));
    let about = about.to_string();
    write!(out, "{},\n\"contents\":", about.trim_end_matches('}'))?;
    list(out, services.iter().map(|(id, kept)| service_of(directory, *id, kept)))?;
    let organisations = organisations.map(|(id, kept)| organisation_of(directory, *id, kept));
    let other_organisations = named_list(out, OTHER_ORGANISATIONS, organisations)?;
    let other_sites = named_list(out, OTHER_SITES, sites.map(|(id, kept)| site_of(*id, &kept.record)))?;
    out.write_all(b"}\n")?;
    Ok(Written {
        services: count,
        left_out: directory.services.len() - count,
        other_organisations,
        other_sites,
    })
}

/// The organisations and the sites that stand in a service.
fn named(directory: &Directory) -> (BTreeSet<Id<Organisation>>, BTreeSet<Id<Site>>) {
    let (mut organisations, mut sites) = (BTreeSet::new(), BTreeSet::new());
    for (_, kept) in directory.standing_services() {
        organisations.extend(directory.organisation_of(kept));
        let found = kept.record.sites.iter().filter_map(|at| directory.site(kept.source, &at.site));
        sites.extend(found.map(|(id, _)| id));
    }
    (organisations, sites)
}

fn named_list(out: &mut impl Write, name: &str, all: impl Iterator<Item = Value>) -> io::Result<usize> {
    let mut all = all.peekable();
    if all.peek().is_none() {
        return Ok(0);
    }
    write!(out, ",\n\"{name}\":")?;
    list(out, all)
}

fn list(out: &mut impl Write, all: impl Iterator<Item = Value>) -> io::Result<usize> {
    let mut count = 0;
    for one in all {
        out.write_all(if count == 0 { b"[\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &one)?;
        count += 1;
    }
    out.write_all(if count == 0 { b"[]" } else { b"\n]" })?;
    Ok(count)
}
