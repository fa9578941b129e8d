//! The population extract as a Parquet file, column by column as an importer expects it.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int8Array, Int16Array, Int32Array, StringArray};
use arrow_schema::{DataType, Field, Schema};
use ground::files::{FileError, SafeFile};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;
use vocabulary::Condition;

use super::geography::{Geography, LSOAS, PRACTICES};
use super::names::COUNTY;
use super::people::{People, Person};
use crate::population::MADE_UP;

/// People to a row group.
const ROW_GROUP: u64 = 131_072;
/// The first LSOA code. Real codes end near E01035762; no E01999… was ever given out.
pub(super) const FIRST_LSOA: u32 = 1_999_001;
/// The first practice code. It has the shape of an ODS code and is nobody's as far as we know.
const FIRST_PRACTICE: u32 = 99_001;

/// Turns people into one column. The second parameter has what codes stand for.
type Column = Box<dyn Fn(&[Person], &Codes) -> ArrayRef + Send + Sync>;

/// The code of a practice by its number.
pub(super) fn practice_code(number: usize) -> String {
    format!("Z{:05}", FIRST_PRACTICE + number as u32)
}

/// The codes of areas and practices, and where a postcode is.
struct Codes<'a> {
    county: &'a Geography,
    lsoas: Vec<String>,
    practices: Vec<String>,
}

/// Writes so many people.
pub(super) fn write(
    people: u32,
    seed: u64,
    county: &Geography,
    place: &Path,
    progress: &mut dyn FnMut(f64),
) -> Result<(), FileError> {
    let failed = |e: ParquetError| FileError::system(place)(std::io::Error::other(e));
    let codes = Codes {
        county,
        lsoas: (0..LSOAS as u32).map(|i| format!("E{:08}", FIRST_LSOA + i)).collect(),
        practices: (0..PRACTICES).map(practice_code).collect(),
    };
    let columns = columns();
    let schema = Arc::new(Schema::new(columns.iter().map(|(field, _)| field.clone()).collect::<Vec<_>>()));
    let file = SafeFile::create(place)?;
    let writer = ArrowWriter::try_new(file, schema, Some(properties())).map_err(failed)?;
    let (mut writer, encoders) = writer.into_serialized_writer().map_err(failed)?;

    let source = People::of(county, seed);
    let groups = u64::from(people).div_ceil(ROW_GROUP);
    for group in 0..groups {
        let rows = group * ROW_GROUP..u64::from(people).min((group + 1) * ROW_GROUP);
        let people: Vec<Person> = rows.into_par_iter().map(|row| source.nth(row)).collect();
        let encoders = encoders.create_column_writers(group as usize).map_err(failed)?;
        let chunks: Result<Vec<ArrowColumnChunk>, ParquetError> = encoders
            .into_par_iter()
            .zip(&columns)
            .map(|(mut encoder, (field, column))| {
                for leaf in compute_leaves(field, &column(&people, &codes))? {
                    encoder.write(&leaf)?;
                }
                encoder.close()
            })
            .collect();
        let mut row_group = writer.next_row_group().map_err(failed)?;
        for chunk in chunks.map_err(failed)? {
            chunk.append_to_row_group(&mut row_group).map_err(failed)?;
        }
        row_group.close().map_err(failed)?;
        progress((group + 1) as f64 / groups as f64);
    }
    writer.into_inner().map_err(failed)?.keep()
}

fn properties() -> WriterProperties {
    // Every pseudonym differs: a dictionary of them would be made in vain, and their least and greatest say nothing.
    let pseudonym = || ColumnPath::from("pid");
    // Wherever the file goes, it says that nobody in it exists.
    let made_up = KeyValue::new(MADE_UP.to_owned(), COUNTY.to_owned());
    WriterProperties::builder()
        .set_key_value_metadata(Some(vec![made_up]))
        .set_compression(Compression::SNAPPY)
        .set_column_dictionary_enabled(pseudonym(), false)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(pseudonym(), EnabledStatistics::None)
        .build()
}

fn columns() -> Vec<(Field, Column)> {
    let mut columns: Vec<(Field, Column)> = Vec::with_capacity(39);
    let mut add =
        |name: &str, kind: DataType, column: Column| columns.push((Field::new(name, kind, true), column));
    add("pid", DataType::Utf8, Box::new(|p, _| Arc::new(pseudonyms(p))));
    add(
        "birth_year",
        DataType::Int16,
        Box::new(|p, _| Arc::new(p.iter().map(|p| Some(p.birth_year)).collect::<Int16Array>())),
    );
    add(
        "sex",
        DataType::Int8,
        Box::new(|p, _| Arc::new(p.iter().map(|p| Some(p.sex)).collect::<Int8Array>())),
    );
    add(
        "lsoa",
        DataType::Utf8,
        Box::new(|p, c| {
            let lsoa = |home: u16| c.lsoas[usize::from(c.county.postcodes[usize::from(home)].lsoa)].as_str();
            Arc::new(p.iter().map(|p| p.home.map(lsoa)).collect::<StringArray>())
        }),
    );
    add(
        "easting",
        DataType::Int32,
        Box::new(|p, c| {
            Arc::new(
                p.iter()
                    .map(|p| p.home.map(|h| c.county.postcodes[usize::from(h)].at.0))
                    .collect::<Int32Array>(),
            )
        }),
    );
    add(
        "northing",
        DataType::Int32,
        Box::new(|p, c| {
            Arc::new(
                p.iter()
                    .map(|p| p.home.map(|h| c.county.postcodes[usize::from(h)].at.1))
                    .collect::<Int32Array>(),
            )
        }),
    );
    add("county", DataType::Int16, Box::new(|p, _| Arc::new(Int16Array::from(vec![0; p.len()]))));
    add(
        "area",
        DataType::Int8,
        Box::new(|p, c| {
            let area = |home: u16| {
                c.county.lsoas[usize::from(c.county.postcodes[usize::from(home)].lsoa)].area as i8
            };
            Arc::new(p.iter().map(|p| p.home.map(area)).collect::<Int8Array>())
        }),
    );
    add(
        "practice",
        DataType::Utf8,
        Box::new(|p, c| {
            Arc::new(
                p.iter()
                    .map(|p| Some(c.practices[usize::from(p.practice)].as_str()))
                    .collect::<StringArray>(),
            )
        }),
    );
    add("imd", DataType::Int8, Box::new(|p, _| Arc::new(p.iter().map(|p| p.decile).collect::<Int8Array>())));
    for condition in Condition::ALL {
        add(
            &format!("c_{}", condition.key()),
            DataType::Boolean,
            Box::new(move |p, _| {
                Arc::new(p.iter().map(|p| Some(p.conditions.holds(condition))).collect::<BooleanArray>())
            }),
        );
    }
    add(
        "wl",
        DataType::Boolean,
        Box::new(|p, _| Arc::new(p.iter().map(|p| Some(p.waiting.is_some())).collect::<BooleanArray>())),
    );
    add(
        "wl_weeks",
        DataType::Int16,
        Box::new(|p, _| Arc::new(p.iter().map(|p| Some(p.waiting.unwrap_or(0))).collect::<Int16Array>())),
    );
    add(
        "lang",
        DataType::Int8,
        Box::new(|p, _| Arc::new(p.iter().map(|p| Some(p.language)).collect::<Int8Array>())),
    );
    add(
        "mobility",
        DataType::Int8,
        Box::new(|p, _| Arc::new(p.iter().map(|p| p.mobility).collect::<Int8Array>())),
    );
    add(
        "has_car",
        DataType::Boolean,
        Box::new(|p, _| Arc::new(p.iter().map(|p| p.has_car).collect::<BooleanArray>())),
    );
    add(
        "internet",
        DataType::Boolean,
        Box::new(|p, _| Arc::new(p.iter().map(|p| p.internet).collect::<BooleanArray>())),
    );
    add(
        "last_activity",
        DataType::Date32,
        Box::new(|p, _| Arc::new(p.iter().map(|p| p.last_activity).collect::<Date32Array>())),
    );
    add(
        "ethnicity",
        DataType::Utf8,
        Box::new(|p, _| {
            let letters = p.iter().map(|p| p.ethnicity.map(|letter| char::from(letter).to_string()));
            Arc::new(letters.collect::<StringArray>())
        }),
    );
    add(
        "rural",
        DataType::Boolean,
        Box::new(|p, _| Arc::new(p.iter().map(|p| p.rural).collect::<BooleanArray>())),
    );
    columns
}

/// Sixteen hexadecimal digits each.
fn pseudonyms(people: &[Person]) -> StringArray {
    let mut builder = arrow_array::builder::StringBuilder::with_capacity(people.len(), people.len() * 16);
    for person in people {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(person.pseudonym >> (60 - 4 * place) & 15) as usize];
        }
        builder.append_value(std::str::from_utf8(&digits).unwrap_or_default());
    }
    builder.finish()
}
