//! `allocation.parquet`, one row for each person with a place, and `unplaced.parquet`, one for each without.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use ground::files::{FileError, SafeFile};
use matching::allocation::Missed;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use super::{Allocated, Wishes};

/// Writes both files, by pseudonym.
pub fn write_rows(wishes: &Wishes, allocated: &Allocated, folder: &Path) -> Result<(), FileError> {
    let placed = (0..).zip(&allocated.allocation.session_of);
    let placed = placed.filter_map(|(person, session)| Some((person, (*session)?)));
    let placed: Vec<(u32, u32)> = placed.collect();
    let sid = |session: u32| wishes.sids[session as usize];
    let pids = |people: &mut dyn Iterator<Item = u32>| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(people.map(|person| wishes.pids[person as usize].as_str())))
    };
    let scores = placed.iter().map(|(person, session)| {
        // Everybody who has a place has a score there: it was verified.
        allocated.demand.score(*person, *session).unwrap_or_default()
    });
    let columns: [ArrayRef; 3] = [
        pids(&mut placed.iter().map(|(person, _)| *person)),
        Arc::new(Int32Array::from_iter_values(placed.iter().map(|(_, session)| sid(*session)))),
        Arc::new(Int32Array::from_iter_values(scores)),
    ];
    let names = [("pid", false), ("sid", false), ("score", false)];
    write(&folder.join("allocation.parquet"), &names, columns.to_vec())?;

    let missed = &allocated.missed;
    let reasons = missed.iter().map(|(_, why)| Reason::of(*why));
    let reasons: Vec<Reason> = reasons.collect();
    let columns: [ArrayRef; 4] = [
        pids(&mut missed.iter().map(|(person, _)| *person)),
        Arc::new(StringArray::from_iter_values(reasons.iter().map(|reason| reason.key))),
        Arc::new(reasons.iter().map(|reason| reason.session.map(sid)).collect::<Int32Array>()),
        Arc::new(reasons.iter().map(|reason| reason.short_by).collect::<Int64Array>()),
    ];
    let names = [("pid", false), ("reason", false), ("sid", true), ("short_by", true)];
    write(&folder.join("unplaced.parquet"), &names, columns.to_vec())
}

/// A reason as the file has it.
struct Reason {
    key: &'static str,
    session: Option<u32>,
    short_by: Option<i64>,
}

impl Reason {
    fn of(why: Missed) -> Self {
        let (key, session, short_by) = match why {
            Missed::NoOffer => ("no_session_suits", None, None),
            Missed::NoPlaces => ("no_places", None, None),
            Missed::OthersGainMore { session, short_by } => {
                ("others_gain_more", Some(session), Some(short_by))
            }
            Missed::GroupsHaveThePlaces { session } => ("groups_have_the_places", Some(session), None),
            Missed::GroupNoOffer => ("no_session_suits_group", None, None),
            Missed::GroupNoPlaces => ("no_places_for_group", None, None),
            Missed::GroupOthersGainMore { session, short_by } => {
                ("others_gain_more_than_group", Some(session), Some(short_by))
            }
            Missed::GroupDoesNotFit { session } => ("group_does_not_fit", Some(session), None),
        };
        Self { key, session, short_by }
    }
}

fn write(place: &Path, names: &[(&str, bool)], columns: Vec<ArrayRef>) -> Result<(), FileError> {
    let failed = |error: ParquetError| {
        let source = match error {
            ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(system) => *system,
                Err(other) => std::io::Error::other(other),
            },
            other => std::io::Error::other(other),
        };
        FileError::System { path: place.to_owned(), source }
    };
    let of_kind = |((name, may_be_missing), column): (&(&str, bool), &ArrayRef)| {
        let kind: DataType = column.data_type().clone();
        Field::new(*name, kind, *may_be_missing)
    };
    let fields: Vec<Field> = names.iter().zip(&columns).map(of_kind).collect();
    let schema = Arc::new(Schema::new(fields));
    let rows = RecordBatch::try_new(schema.clone(), columns)
        .map_err(|e| FileError::System { path: place.to_owned(), source: std::io::Error::other(e) })?;
    let file = SafeFile::create(place)?;
    let mut writer = ArrowWriter::try_new(file, schema, None).map_err(failed)?;
    writer.write(&rows).map_err(failed)?;
    writer.into_inner().map_err(failed)?.keep()
}
