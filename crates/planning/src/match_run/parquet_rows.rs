//! The rows as a Parquet file. Each column is packed as its values ask for, straight from the matches: pseudonyms, ranks
//! and services once each and then by number; scores, distances and reasons as what they are more than the row before.

use std::io::Write;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use matching::Match;
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use rayon::prelude::*;

use super::MatchRun;
use super::packed::{bits, differences, numbers_of_list, runs_of_list};
use crate::population::Population;

pub(super) const COLUMNS: [&str; 6] = ["pid", "rank", "sid", "score", "d", "reasons"];

/// Rows of a page: as many as the processor keeps near while it packs column after column.
const ROWS_A_PAGE: usize = 32_768;
/// Pages of a group, which lists its own pseudonyms, is packed by one thread and is whole in the memory before it is written.
const PAGES_A_GROUP: usize = 4;
/// What the number of any pseudonym of a group takes.
const BITS_OF_PSEUDONYM: u8 = 17;
const _: () = assert!(ROWS_A_PAGE * PAGES_A_GROUP <= 1 << BITS_OF_PSEUDONYM);

/// Writes the rows.
pub(super) fn write<W: Write + Send>(
    run: &MatchRun,
    population: &Population,
    file: W,
) -> Result<W, ParquetError> {
    let types =
        [DataType::Utf8, DataType::Int8, DataType::Int32, DataType::Int32, DataType::Int32, DataType::Int32];
    let fields = COLUMNS.iter().zip(types).map(|(name, kind)| Field::new(*name, kind, false));
    let schema = ArrowSchemaConverter::new().convert(&Schema::new(fields.collect::<Vec<_>>()))?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(file, schema.root_schema_ptr(), properties)?;
    let lists = Lists::of(run);
    let pages = pages(run);
    let groups: Vec<&[Segments<'_>]> = pages.chunks(PAGES_A_GROUP).collect();
    // As many at a time as there are threads: no more of them are in memory.
    for groups in groups.chunks(rayon::current_num_threads().max(1)) {
        let packed: Vec<Group> =
            groups.par_iter().map(|pages| Group::of(pages, population, &lists)).collect();
        packed.into_iter().try_for_each(|group| group.write(&mut writer, &schema, &lists))?;
    }
    writer.into_inner()
}

/// The rows of a page, as they stand in the parts of a run.
type Segments<'a> = Vec<&'a [Match]>;

/// All rows, dealt out to pages.
fn pages(run: &MatchRun) -> Vec<Segments<'_>> {
    let (mut pages, mut page, mut rows) = (Vec::new(), Vec::new(), 0);
    for part in &run.parts {
        let mut left = part.matches.as_slice();
        while !left.is_empty() {
            let (now, later) = left.split_at(left.len().min(ROWS_A_PAGE - rows));
            page.push(now);
            (rows, left) = (rows + now.len(), later);
            if rows == ROWS_A_PAGE {
                pages.push(std::mem::take(&mut page));
                rows = 0;
            }
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

/// The lists that are the same for every group: number after number, as they stand in a file.
struct Lists {
    ranks: Vec<u8>,
    sids: Vec<u8>,
}

impl Lists {
    fn of(run: &MatchRun) -> Self {
        let ranks = (1_i32..).take(run.plan.rules().keep).flat_map(i32::to_le_bytes);
        let sids = run.plan.services().iter().flat_map(|service| service.sid.to_le_bytes());
        Self { ranks: ranks.collect(), sids: sids.collect() }
    }
}

/// How many numbers a list holds.
const fn length(list: &[u8]) -> usize {
    list.len() / 4
}

/// What the number of any entry of a list takes.
fn bits_of(list: &[u8]) -> u8 {
    bits(u32::try_from(length(list)).unwrap_or(u32::MAX).saturating_sub(1))
}

/// A page of each column, packed, and its rows.
type Packed = ([Vec<u8>; COLUMNS.len()], usize);

/// A group of rows, packed page by page.
#[derive(Default)]
struct Group {
    pages: Vec<Packed>,
    /// The pseudonyms, each behind its length.
    pseudonyms: Vec<u8>,
    people: u32,
    last: Option<u32>,
}

impl Group {
    fn of(pages: &[Segments<'_>], population: &Population, lists: &Lists) -> Self {
        let mut group = Self::default();
        for page in pages {
            group.take(&page.concat(), population, lists);
        }
        group
    }

    fn take(&mut self, rows: &[Match], population: &Population, lists: &Lists) {
        let people: Vec<&[Match]> = rows.chunk_by(|a, b| a.person == b.person).collect();
        // The pseudonyms of a run's people lie far apart: all are found before the first is copied, so that the processor
        // waits for many of them at a time.
        let pseudonyms: Vec<&str> =
            people.iter().map(|rows| population.pseudonyms.get(rows[0].person as usize)).collect();
        let mut runs = Vec::with_capacity(people.len());
        for (rows, pseudonym) in people.iter().zip(pseudonyms) {
            // The rows of one person may stand on two pages.
            if self.last != Some(rows[0].person) {
                self.last = Some(rows[0].person);
                self.people += 1;
                let length = u32::try_from(pseudonym.len()).unwrap_or(u32::MAX);
                self.pseudonyms.extend_from_slice(&length.to_le_bytes());
                self.pseudonyms.extend_from_slice(pseudonym.as_bytes());
            }
            runs.push((self.people - 1, rows.len()));
        }
        let packed = [
            runs_of_list(runs.into_iter(), BITS_OF_PSEUDONYM),
            numbers_of_list(rows, bits_of(&lists.ranks), |row| u32::from(row.rank) - 1),
            numbers_of_list(rows, bits_of(&lists.sids), |row| row.service),
            differences(rows, |row| row.score),
            differences(rows, |row| row.distance),
            differences(rows, |row| row.reasons),
        ];
        self.pages.push((packed, rows.len()));
    }

    fn write<W: Write + Send>(
        self,
        writer: &mut SerializedFileWriter<W>,
        schema: &SchemaDescriptor,
        lists: &Lists,
    ) -> Result<(), ParquetError> {
        let mut group = writer.next_row_group()?;
        let of_list = [
            Some((self.pseudonyms.as_slice(), self.people as usize)),
            Some((lists.ranks.as_slice(), length(&lists.ranks))),
            Some((lists.sids.as_slice(), length(&lists.sids))),
            None,
            None,
            None,
        ];
        let mut columns: [Vec<(Vec<u8>, usize)>; COLUMNS.len()] = std::array::from_fn(|_| Vec::new());
        for (page, rows) in self.pages {
            columns.iter_mut().zip(page).for_each(|(column, packed)| column.push((packed, rows)));
        }
        for ((pages, list), about) in columns.into_iter().zip(of_list).zip(schema.columns()) {
            let (file, closed) = column(pages, list, about)?;
            group.append_column(&file, closed)?;
        }
        group.close()?;
        Ok(())
    }
}

/// A column of a group as it stands in a file, and what is to be said of it at the file's end.
fn column(
    pages: Vec<(Vec<u8>, usize)>,
    list: Option<(&[u8], usize)>,
    about: &ColumnDescPtr,
) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
    let encoding = if list.is_some() { Encoding::RLE_DICTIONARY } else { Encoding::DELTA_BINARY_PACKED };
    let count = |number: usize| u32::try_from(number).map_err(|e| ParquetError::General(e.to_string()));
    let rows: usize = pages.iter().map(|(_, rows)| rows).sum();
    let size =
        pages.iter().map(|(packed, _)| packed.len()).sum::<usize>() + list.map_or(0, |(list, _)| list.len());
    // The headers of the pages are small.
    let mut file = TrackedWrite::new(Vec::with_capacity(size + 64 * (pages.len() + 1)));
    let mut out = SerializedPageWriter::new(&mut file);
    let mut write = |page: Page| {
        let size = page.buffer().len();
        out.write_page(CompressedPage::new(page, size))
    };
    let mut data_from = 0;
    if let Some((list, length)) = list {
        data_from = write(Page::DictionaryPage {
            buf: Bytes::copy_from_slice(list),
            num_values: count(length)?,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?
        .bytes_written;
    }
    for (packed, rows) in pages {
        write(Page::DataPage {
            buf: packed.into(),
            num_values: count(rows)?,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
    }
    let file = file.into_inner()?;
    let signed = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let mut encodings = vec![encoding, Encoding::RLE];
    if list.is_some() {
        encodings.push(Encoding::PLAIN);
    }
    let metadata = ColumnChunkMetaData::builder(about.clone())
        .set_compression(Compression::UNCOMPRESSED)
        .set_encodings(encodings)
        .set_total_compressed_size(signed(file.len()))
        .set_total_uncompressed_size(signed(file.len()))
        .set_num_values(signed(rows))
        .set_dictionary_page_offset(list.map(|_| 0))
        .set_data_page_offset(i64::try_from(data_from).unwrap_or(i64::MAX))
        .build()?;
    let closed = ColumnCloseResult {
        bytes_written: file.len() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((file.into(), closed))
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Int8Type, Int32Type};
    use matching::{Plan, Rows, RuleSet, Service};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    type Row = (String, i8, i32, i32, i32, i32);

    fn read(file: Vec<u8>) -> Vec<Row> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).expect("a Parquet file");
        let mut rows = Vec::new();
        for batch in reader.build().expect("readable") {
            let batch = batch.expect("readable");
            let numbers = |at: usize| batch.column(at).as_primitive::<Int32Type>().values();
            let (pids, ranks) =
                (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Int8Type>());
            rows.extend((0..batch.num_rows()).map(|row| {
                let of = |at: usize| numbers(at)[row];
                (pids.value(row).to_owned(), ranks.value(row), of(2), of(3), of(4), of(5))
            }));
        }
        rows
    }

    /// Writes what these people have, each as many rows as it has numbers, and reads it again.
    fn there_and_back(people: &[Vec<[i32; 3]>], sids: &[i32]) {
        let service = |sid: &i32| Service { sid: *sid, ..Service::default() };
        let plan = Plan::new(RuleSet::version_1(), sids.iter().map(service).collect());
        let mut population = Population::default();
        let (mut parts, mut expected) = (vec![Rows::default(), Rows::default()], Vec::new());
        for (person, offers) in (0..).zip(people) {
            let pseudonym = format!("P{}", person * 7_919 % 100_003);
            population.pseudonyms.push_for_test(&pseudonym);
            for (rank, [score, distance, reasons]) in (1..).zip(offers.iter().copied()) {
                let service = person * u32::from(rank) % u32::try_from(sids.len()).expect("few");
                let part = usize::from(person as usize * 3 > people.len());
                parts[part].matches.push(Match { person, rank, service, score, distance, reasons });
                let sid = plan.services()[service as usize].sid;
                expected.push((pseudonym.clone(), rank.cast_signed(), sid, score, distance, reasons));
            }
        }
        let run = MatchRun { plan: Arc::new(plan), parts };
        assert!(read(write(&run, &population, Vec::new()).expect("written")) == expected);
    }

    #[test]
    fn rows_of_several_pages_and_groups_are_read_as_they_were() {
        let number = |n: usize| i32::try_from(n * n % 9_973).expect("small");
        let offers =
            |person: usize| (0..person % 6).map(move |n| [number(person + n), number(n), 1 << (n * 5)]);
        let people: Vec<_> = (0..2 * ROWS_A_PAGE * PAGES_A_GROUP / 5).map(|p| offers(p).collect()).collect();
        there_and_back(&people, &(0..5_000).collect::<Vec<_>>());
        there_and_back(&[], &[1]);
    }

    proptest! {
        #[test]
        fn whatever_the_numbers_are(
            people in vec(vec(any::<[i32; 3]>(), 0..6), 0..200),
            sids in vec(any::<i32>(), 1..70),
        ) {
            there_and_back(&people, &sids);
        }
    }
}
