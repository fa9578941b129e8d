//! Writes a services file, as [`super::import_services`] reads it: what is not known is empty.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field as ArrowField, Schema};
use ground::files::{CsvOut, Field, FileError, SafeFile};
use matching::{Catchment, Route, Service, Sex};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS};

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicesFormat {
    Parquet,
    Csv,
}

impl ServicesFormat {
    /// By the ending of the file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        match ending.as_str() {
            "parquet" => Some(Self::Parquet),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// What stands in a cell.
enum Value<'s> {
    Whole(Option<i64>),
    Text(Option<&'s str>),
}

/// Writes the services in their order.
pub fn write_services(services: &[Service], format: ServicesFormat, place: &Path) -> Result<(), FileError> {
    let file = SafeFile::create(place)?;
    let names: Vec<&str> =
        SERVICE_COLUMNS.iter().chain(&OPTIONAL_SERVICE_COLUMNS).map(|column| column.name).collect();
    let written = match format {
        ServicesFormat::Csv => write_csv(services, &names, file),
        ServicesFormat::Parquet => write_parquet(services, &names, file),
    };
    written.map_err(FileError::system(place))?.keep()
}

fn write_csv(services: &[Service], names: &[&str], file: SafeFile) -> std::io::Result<SafeFile> {
    let mut out = CsvOut::new(file);
    out.row(&names.iter().map(|name| Field::Text(name)).collect::<Vec<_>>())?;
    for service in services {
        let fields: Vec<Field<'_>> = names
            .iter()
            .map(|name| match value(service, name) {
                Value::Whole(Some(number)) => Field::Whole(number),
                Value::Text(Some(text)) => Field::Text(text),
                Value::Whole(None) | Value::Text(None) => Field::Text(""),
            })
            .collect();
        out.row(&fields)?;
    }
    let mut file = out.finish()?;
    file.flush()?;
    Ok(file)
}

fn write_parquet(services: &[Service], names: &[&str], file: SafeFile) -> std::io::Result<SafeFile> {
    let columns: Vec<(ArrowField, ArrayRef)> = names
        .iter()
        .map(|name| {
            let values = || services.iter().map(|service| value(service, name));
            if matches!(value(&Service::default(), name), Value::Text(_)) {
                let texts = values().map(|v| if let Value::Text(text) = v { text } else { None });
                let array: ArrayRef = Arc::new(texts.collect::<StringArray>());
                (ArrowField::new(*name, DataType::Utf8, true), array)
            } else {
                let numbers = values().map(|v| if let Value::Whole(number) = v { number } else { None });
                let array: ArrayRef = Arc::new(numbers.collect::<Int64Array>());
                (ArrowField::new(*name, DataType::Int64, true), array)
            }
        })
        .collect();
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(std::io::Error::other)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(std::io::Error::other)?;
    writer.write(&batch).map_err(std::io::Error::other)?;
    writer.into_inner().map_err(std::io::Error::other)
}

fn value<'s>(service: &'s Service, column: &str) -> Value<'s> {
    let whole = |number: i64| Value::Whole(Some(number));
    let yes = |yes: bool| Value::Whole(Some(yes.into()));
    let maybe = |number: Option<i32>| Value::Whole(number.map(i64::from));
    let text = |text: &'s Option<String>| Value::Text(text.as_deref());
    match column {
        "sid" => whole(service.sid.into()),
        "provider" => Value::Text(Some(&service.provider)),
        "kind" => whole(match service.catchment {
            Catchment::Radius => 0,
            Catchment::Areas => 1,
            Catchment::County => 2,
            Catchment::Online => 3,
        }),
        "easting" => maybe(service.place.map(|p| p.easting)),
        "northing" => maybe(service.place.map(|p| p.northing)),
        "county" => maybe(service.county),
        "radius" => whole(service.radius.into()),
        "area_mask" => whole(service.area_mask.cast_signed()),
        "offers" => whole(service.offers.0.into()),
        "min_age" => whole(service.min_age.into()),
        "max_age" => whole(service.max_age.into()),
        "sex_req" => whole(match service.sex {
            None => 0,
            Some(Sex::Male) => 1,
            Some(Sex::Female) => 2,
        }),
        "req_any" => whole(service.required.bits().into()),
        "excl" => whole(service.excluded.bits().into()),
        "route" => whole(match service.route {
            Route::Open => 0,
            Route::RecentContact => 1,
            Route::WaitingList => 2,
        }),
        "cost" => maybe(service.cost),
        "step_free" => maybe(service.step_free.map(i32::from)),
        "transport" => yes(service.transport),
        "home_visit" => yes(service.home_visit),
        "langs" => whole(service.languages.into()),
        "weekly_sessions" => maybe(service.weekly_sessions),
        "capacity" => maybe(service.capacity),
        "service_id" => text(&service.service_id),
        "name" => text(&service.name),
        "provider_name" => text(&service.provider_name),
        "venue" => text(&service.venue),
        "postcode" => text(&service.postcode),
        "eligibility" => text(&service.eligibility),
        other => unreachable!("a test writes every column; {other} is none"),
    }
}
