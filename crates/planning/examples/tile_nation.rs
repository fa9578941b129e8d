//! A national extract of an invented county tiled over the map, part by part: `tile_nation FOLDER [AREAS] [PEOPLE] [SERVICES]`,
//! with so many people and services in each of the areas; 42 areas with 57 million people and 100,000 services unless
//! said. It writes `people/part-00.parquet` and so on, and `services.parquet`.
//!
//! Each area is the same county somewhere else, under pseudonyms, codes and a county number of its own: what is for a county
//! alone, or for areas of it, stays there.

#![expect(clippy::print_stdout, reason = "an example that says what it made")]

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Int16Array, Int32Array, RecordBatch, RecordBatchReader as _, StringArray,
};
use matching::Service;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use planning::extract::{Allowance, Mapping};
use planning::made_up_county::{self, Spec};
use planning::population::MADE_UP;
use planning::supply::{ServicesFormat, import_services, write_services};
use vocabulary::GridPoint;

/// Width and height of the map in metres.
const MAP: (i32, i32) = (700_000, 1_300_000);
/// Rows that are turned and written at a time.
const BATCH: usize = 131_072;

/// The county's south-west corner, and how large it is.
struct Extent {
    corner: (i32, i32),
    size: (i32, i32),
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("tile_nation FOLDER [AREAS] [PEOPLE] [SERVICES]")?);
    let mut number = |unless: u32| arguments.next().map_or(Ok(unless), |text| text.parse());
    let (areas, people, services) = (number(42)?, number(1_361_905)?, number(2_381)?);
    std::fs::create_dir_all(folder.join("people"))?;
    let aside = tempfile::tempdir_in(&folder)?;
    let spec = Spec { people, services, ..Spec::default() };
    let county = made_up_county::write(&spec, aside.path(), &mut |_, _| ())?;
    let reach = extent(&county.population)?;
    let columns = MAP.0 / reach.size.0;
    let rows = MAP.1 / reach.size.1;
    let area_count = i32::try_from(areas)?;
    if columns * rows < area_count {
        return Err(format!("{columns} times {rows} areas of this size fit on the map").into());
    }
    let offers = import_services(&county.services, &Mapping::default(), Allowance { percent: 0.0 })?.services;
    let mut all = Vec::new();
    for area in 0..area_count {
        let tile = |at: i32, from: i32, size: i32| at * size - from;
        let east = tile(area % columns, reach.corner.0, reach.size.0);
        let north = tile(area / columns, reach.corner.1, reach.size.1);
        let moved =
            |place: GridPoint| GridPoint { easting: place.easting + east, northing: place.northing + north };
        all.extend(offers.iter().map(|service| Service {
            sid: area * i32::try_from(offers.len()).unwrap_or(i32::MAX) + service.sid,
            provider: format!("{area}-{}", service.provider),
            service_id: service.service_id.as_ref().map(|id| format!("{area}-{id}")),
            place: service.place.map(moved),
            county: Some(area),
            ..service.clone()
        }));
        let place = folder.join("people").join(format!("part-{area:02}.parquet"));
        write_area(&county.population, &place, area, (east, north))?;
        println!("area {} of {areas}", area + 1);
    }
    write_services(&all, ServicesFormat::Parquet, &folder.join("services.parquet"))?;
    println!("{} services", all.len());
    Ok(())
}

/// The least square kilometres that hold everybody.
fn extent(people: &Path) -> Result<Extent, Box<dyn Error>> {
    let (mut least, mut most) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
    for batch in batches(people)? {
        let batch = batch?;
        let of = |name: &str| Some(batch.column_by_name(name)?.as_primitive::<Int32Type>().clone());
        let (Some(east), Some(north)) = (of("easting"), of("northing")) else {
            return Err("the county has no places".into());
        };
        for (east, north) in east.iter().zip(&north) {
            let (Some(east), Some(north)) = (east, north) else { continue };
            least = (least.0.min(east), least.1.min(north));
            most = (most.0.max(east), most.1.max(north));
        }
    }
    let kilometres = |metres: i32| (metres / 1_000 + 1) * 1_000;
    Ok(Extent { corner: least, size: (kilometres(most.0 - least.0), kilometres(most.1 - least.1)) })
}

type Batches = parquet::arrow::arrow_reader::ParquetRecordBatchReader;

fn batches(people: &Path) -> Result<Batches, Box<dyn Error>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(people)?)?;
    Ok(reader.with_batch_size(BATCH).build()?)
}

/// Writes the county's people as those of an area.
fn write_area(
    people: &Path,
    place: &Path,
    area: i32,
    (east, north): (i32, i32),
) -> Result<(), Box<dyn Error>> {
    let pseudonym = || ColumnPath::from("pid");
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![KeyValue::new(MADE_UP.to_owned(), "a tiled county".to_owned())]))
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(BATCH))
        .set_column_dictionary_enabled(pseudonym(), false)
        .set_column_statistics_enabled(pseudonym(), EnabledStatistics::None)
        .build();
    let reader = batches(people)?;
    let mut writer = ArrowWriter::try_new(File::create(place)?, reader.schema(), Some(properties))?;
    for batch in reader {
        let batch = batch?;
        let texts = |column: &ArrayRef, of: &dyn Fn(&str) -> String| -> ArrayRef {
            let texts = column.as_string::<i32>().iter().map(|text| text.map(of));
            Arc::new(texts.collect::<StringArray>())
        };
        let metres = |column: &ArrayRef, more: i32| -> ArrayRef {
            let metres = column.as_primitive::<Int32Type>().iter().map(|at| at.map(|at| at + more));
            Arc::new(metres.collect::<Int32Array>())
        };
        let columns = batch.schema_ref().fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| match field.name().as_str() {
            "pid" => texts(column, &|pid| format!("{area:02}{pid}")),
            // The last digits of a code are the county's own.
            "lsoa" => texts(column, &|lsoa| format!("E01{area:02}{}", &lsoa[lsoa.len() - 4..])),
            "practice" => texts(column, &|practice| format!("Z{area:02}{}", &practice[practice.len() - 3..])),
            "easting" => metres(column, east),
            "northing" => metres(column, north),
            "county" => Arc::new(Int16Array::from(vec![i16::try_from(area).unwrap_or(0); column.len()])),
            _ => column.clone(),
        });
        let turned = RecordBatch::try_new(batch.schema(), columns.collect())?;
        writer.write(&turned)?;
    }
    writer.close()?;
    Ok(())
}
