//! Which practices make up a network (primary care network): the NHS's list of the partners of networks, or any table with a
//! practice's code and its network's.

use std::path::Path;

use ground::files::FileError;
use vocabulary::Day;

use super::brought::{Brought, each_row};
use super::columns::{Heading, day, known};
use super::feed::Membership;
use super::practices::{is_code, words};

/// Where a table has what.
pub(super) struct NetworkColumns {
    practice: usize,
    network: usize,
    name: Option<usize>,
    joined: Option<usize>,
    left: Option<usize>,
}

impl NetworkColumns {
    pub(super) fn find(heading: &Heading) -> Option<Self> {
        Some(Self {
            practice: heading.find(&[
                "partnerorganisationcode",
                "practicecode",
                "gppracticecode",
                "practice",
            ])?,
            network: heading.find(&["pcncode", "networkcode", "network"])?,
            name: heading.find(&["pcnname", "networkname"]),
            joined: heading.find(&["practicetopcnrelationshipstartdate", "joinedon", "startdate"]),
            left: heading.find(&["practicetopcnrelationshipenddate", "lefton", "enddate"]),
        })
    }
}

/// Reads the table. A row without both codes is left out, and so is one with a day that is not understood: a practice that left
/// would be a partner for good.
pub(super) fn read_networks(
    path: &Path,
    names: &[String],
    columns: &NetworkColumns,
    brought: &mut Brought,
) -> Result<(), FileError> {
    each_row(path, names.len(), true, brought, |brought, row| {
        for (column, what) in [
            (columns.practice, "an ODS code such as C83001"),
            (columns.network, "a network's code such as U12345"),
        ] {
            if !is_code(row.fields[column]) {
                return brought.leave_out(row.line, &names[column], what);
            }
        }
        let when = |column: Option<usize>| {
            let Some((column, text)) = column.and_then(|column| Some((column, known(row.fields[column])?)))
            else {
                return Ok(None);
            };
            day(text).or_else(|| Day::parse(text).ok()).map(Some).ok_or(column)
        };
        let (joined, left) = match (when(columns.joined), when(columns.left)) {
            (Ok(joined), Ok(left)) => (joined, left),
            (Err(column), _) | (_, Err(column)) => {
                return brought.leave_out(row.line, &names[column], "a date such as 20180401 or 2018-04-01");
            }
        };
        let membership = Membership {
            practice: row.fields[columns.practice].to_owned(),
            network: row.fields[columns.network].to_owned(),
            name: columns.name.and_then(|column| words(row.fields[column])),
            joined,
            left,
        };
        brought.memberships.push((row.line, membership));
    })
}
