//! Reads a services file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ground::files::{Batch, Cell, FileError, Problem, Ragged, Table, digest};
use matching::{Catchment, Route, Service, Sex};
use vocabulary::{ConditionSet, GridPoint, TopicSet};

use super::columns::{MUST_BE_KNOWN, at};
use super::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS, Services};
use crate::extract::{
    Allowance, ColumnKind, Found, Heading, ImportError, Mapping, WholeCell, text_fits, whole_cell,
};
use crate::population::Stamp;

/// Reads a services file; more rows left out than allowed, and it is not taken.
pub fn import_services(
    path: &Path,
    mapping: &Mapping,
    allowance: Allowance,
) -> Result<Services, ImportError> {
    let before = Stamp::of(path)?;
    let digest = digest(&[path])?;
    let table = Table::open(path)?;
    let heading = Heading::find(&table, mapping, &SERVICE_COLUMNS, &OPTIONAL_SERVICE_COLUMNS)?;
    let file: Arc<str> = Mapping::name_of(path).into();
    let reader = std::cell::RefCell::new(Reader { heading: &heading, file, ..Reader::new(&heading) });
    for part in table.parts() {
        part.read::<FileError>(
            &heading.positions,
            |batch| {
                reader.borrow_mut().take(batch);
                reader.borrow().check_length(path)
            },
            |row| {
                reader.borrow_mut().ragged(row);
                reader.borrow().check_length(path)
            },
        )?;
    }
    before.check(path)?;
    let services = Services { digest, ..reader.into_inner().finish() };
    if services.rows_read > 0 && services.rows_left_out == services.rows_read && services.only_sid_is_wrong()
    {
        let why =
            "the column sid holds text; it must hold whole numbers: for such identifiers use service_id";
        return Err(FileError::refused(path, why).into());
    }
    if allowance.is_passed(services.rows_left_out, services.rows_read) {
        return Err(ImportError::TooManyProblems {
            file: Mapping::name_of(path),
            left_out: services.rows_left_out,
            rows: services.rows_read,
            so_far: "",
            allowed: allowance.percent,
            problems: services.problems,
        });
    }
    if services.services.is_empty() {
        return Err(FileError::refused(path, "the file holds no service that can be used").into());
    }
    Ok(services)
}

/// The directory of the whole of England has fewer; a file with more is no services file.
const MOST_SERVICES: u64 = 2_000_000;

struct Reader<'h> {
    heading: &'h Heading,
    file: Arc<str>,
    out: Services,
    /// Each number's lines and what stood there: the service, or nothing where the row cannot be used.
    rows: BTreeMap<i32, Vec<(u64, Option<Service>)>>,
}

/// A row of a batch while its columns are read.
#[derive(Default)]
struct Row {
    numbers: [Option<i32>; SERVICE_COLUMNS.len()],
    area_mask: u64,
    provider: Option<String>,
    words: [Option<String>; OPTIONAL_SERVICE_COLUMNS.len()],
    wrong: bool,
}

impl Row {
    fn yes(&self, column: usize) -> bool {
        self.numbers[column] == Some(1)
    }
}

impl<'h> Reader<'h> {
    fn new(heading: &'h Heading) -> Self {
        Self { heading, file: "".into(), out: Services::default(), rows: BTreeMap::new() }
    }

    fn check_length(&self, path: &Path) -> Result<(), FileError> {
        if self.out.rows_read <= MOST_SERVICES {
            return Ok(());
        }
        Err(FileError::refused(
            path,
            format!("the file has more than {MOST_SERVICES} rows; this is no services file"),
        ))
    }

    fn problem(&mut self, line: u64, column: Arc<str>, expected: &str) {
        self.out.problems.push(Problem { file: self.file.clone(), line, column, expected: expected.into() });
    }

    fn ragged(&mut self, row: Ragged) {
        self.out.rows_read += 1;
        self.out.rows_left_out += 1;
        self.problem(row.line, "".into(), &format!("{} fields, found {}", row.expected, row.found));
    }

    fn take(&mut self, batch: &Batch<'_>) {
        let mut rows: Vec<Row> = std::iter::repeat_with(Row::default).take(batch.rows()).collect();
        let columns = SERVICE_COLUMNS.iter().chain(&OPTIONAL_SERVICE_COLUMNS);
        for (index, column) in columns.enumerate() {
            let expected = self.heading.expected(index, column, 0);
            let mut wrong = Vec::new();
            let mut take = |row: usize, cell: Cell<'_>| {
                let good = match column.kind {
                    ColumnKind::Large(most) => {
                        expected.large(cell, most).map(|v| rows[row].area_mask = v.unwrap_or(0)).is_some()
                    }
                    ColumnKind::Text(longest) => {
                        let text = expected.text(cell).map(std::borrow::Cow::into_owned);
                        let fits = text.as_ref().is_none_or(|text| text_fits(text, longest));
                        match index.checked_sub(SERVICE_COLUMNS.len()) {
                            Some(word) => rows[row].words[word] = text,
                            None => rows[row].provider = text,
                        }
                        fits && (index != at::PROVIDER || rows[row].provider.is_some())
                    }
                    _ => match whole_cell(&expected, cell) {
                        WholeCell::Value(value) => {
                            rows[row].numbers[index] = Some(value);
                            true
                        }
                        WholeCell::NotKnown => !MUST_BE_KNOWN.contains(&index),
                        WholeCell::Wrong => false,
                    },
                };
                if !good {
                    wrong.push(row);
                }
            };
            match &self.heading.found[index] {
                Found::Read(position) => batch.each_cell(*position, &mut take),
                Found::Fixed(text) => {
                    (0..batch.rows()).for_each(|row| take(row, Cell::of_text(text.as_bytes())));
                }
                Found::Absent if index < SERVICE_COLUMNS.len() => {
                    (0..batch.rows()).for_each(|row| take(row, Cell::NotKnown));
                }
                Found::Absent => {}
            }
            for row in wrong {
                rows[row].wrong = true;
                self.problem(batch.line(row), self.heading.names[index].clone(), column.expected);
            }
        }
        for (at, row) in rows.into_iter().enumerate() {
            self.take_row(batch.line(at), row);
        }
    }

    fn take_row(&mut self, line: u64, mut row: Row) {
        self.out.rows_read += 1;
        if row.numbers[at::KIND] == Some(0) && !row.wrong && row.numbers[at::RADIUS].is_none_or(|r| r < 1) {
            self.problem(line, self.heading.names[at::RADIUS].clone(), SERVICE_COLUMNS[at::RADIUS].expected);
            row.wrong = true;
        }
        self.out.rows_left_out += u64::from(row.wrong);
        let Some(sid) = row.numbers[at::SID] else { return };
        let service = (!row.wrong).then(|| service_of(sid, row));
        self.rows.entry(sid).or_default().push((line, service));
    }

    fn finish(mut self) -> Services {
        for (_, rows) in std::mem::take(&mut self.rows) {
            let (first, first_service) = &rows[0];
            if rows.len() > 1 && rows.iter().any(|(_, service)| service != first_service || service.is_none())
            {
                for (line, service) in &rows {
                    // A row that cannot be used is listed and counted for that already.
                    if service.is_some() {
                        self.problem(
                            *line,
                            self.heading.names[at::SID].clone(),
                            "one row for each sid; other rows have the same",
                        );
                        self.out.rows_left_out += 1;
                    }
                }
                continue;
            }
            for (line, _) in &rows[1..] {
                let why = format!("one row for each sid; this row repeats line {first} and was counted once");
                self.problem(*line, self.heading.names[at::SID].clone(), &why);
                self.out.warnings.repeats += 1;
            }
            if let Some(service) = first_service {
                count_warnings(&mut self.out.warnings, service);
                self.out.services.push(service.clone());
            }
        }
        self.out.problems.sort_by_key(|p| p.line);
        self.out
    }
}

impl Services {
    fn only_sid_is_wrong(&self) -> bool {
        self.problems.iter().all(|p| &*p.expected == SERVICE_COLUMNS[at::SID].expected)
    }
}

fn count_warnings(warnings: &mut super::ServiceWarnings, service: &Service) {
    let outside = service.place.is_some_and(|p| !p.in_great_britain());
    let no_catchment = match service.catchment {
        Catchment::Radius => service.place.is_none(),
        Catchment::Areas => service.county.is_none() || service.area_mask == 0,
        Catchment::County => service.county.is_none(),
        Catchment::Online => false,
    };
    let nobody = no_catchment || service.min_age > service.max_age || service.offers.is_empty();
    warnings.outside_great_britain += u64::from(outside);
    warnings.nobody_can_reach += u64::from(nobody);
    warnings.capacity_zero += u64::from(service.weekly_places() == Some(0));
}

fn service_of(sid: i32, row: Row) -> Service {
    let number = |column: usize| row.numbers[column];
    let bits = |column: usize| number(column).unwrap_or(0).unsigned_abs();
    let conditions = |column: usize| ConditionSet::from_bits(bits(column)).unwrap_or_default();
    let place = match (number(at::EASTING), number(at::NORTHING)) {
        (Some(easting), Some(northing)) => Some(GridPoint { easting, northing }),
        _ => None,
    };
    let step_free = number(at::STEP_FREE).map(|yes| yes == 1);
    let (transport, home_visit) = (row.yes(at::TRANSPORT), row.yes(at::HOME_VISIT));
    let languages = number(at::LANGS).and_then(|l| u8::try_from(l).ok()).unwrap_or(1);
    let offers = TopicSet(u16::try_from(bits(at::OFFERS)).unwrap_or(0));
    let (required, excluded) = (conditions(at::REQ_ANY), conditions(at::EXCL));
    let catchment = match number(at::KIND) {
        Some(1) => Catchment::Areas,
        Some(2) => Catchment::County,
        Some(3) => Catchment::Online,
        _ => Catchment::Radius,
    };
    let [service_id, name, provider_name, venue, postcode, eligibility] = row.words;
    Service {
        sid,
        provider: row.provider.unwrap_or_default(),
        catchment,
        place,
        county: row.numbers[at::COUNTY],
        radius: row.numbers[at::RADIUS].unwrap_or(1),
        area_mask: row.area_mask,
        offers,
        min_age: row.numbers[at::MIN_AGE].unwrap_or(0),
        max_age: row.numbers[at::MAX_AGE].unwrap_or(0),
        sex: match row.numbers[at::SEX_REQ] {
            Some(1) => Some(Sex::Male),
            Some(2) => Some(Sex::Female),
            _ => None,
        },
        required,
        excluded,
        route: match row.numbers[at::ROUTE] {
            Some(1) => Route::RecentContact,
            Some(2) => Route::WaitingList,
            _ => Route::Open,
        },
        cost: row.numbers[at::COST],
        step_free,
        transport,
        home_visit,
        languages,
        weekly_sessions: row.numbers[at::WEEKLY_SESSIONS],
        capacity: row.numbers[at::CAPACITY],
        name,
        provider_name,
        venue,
        postcode,
        eligibility,
        service_id,
    }
}
