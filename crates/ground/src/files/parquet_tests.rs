//! Columns that are read page by page, held against the decoder: whatever a writer does, and whatever becomes of a file.

#![cfg(test)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int8Array, Int32Array, PrimitiveArray, RecordBatch, StringArray,
};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Cell, FileError, Kind, Table};

const COLUMNS: usize = 4;

/// A column, value by value; none where it is missing.
type Column = Vec<Option<i64>>;

/// Every column of a file by way of our reader, and which of them were not the decoder's.
fn ours(bytes: &[u8]) -> Result<([Column; COLUMNS], [bool; COLUMNS]), FileError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.parquet");
    std::fs::write(&path, bytes).expect("written");
    let table = Table::open(&path)?;
    if table.kind() != Kind::Parquet {
        return Err(FileError::refused(&path, "damaged so that it is taken for a text file"));
    }
    let (mut read, mut paged) = (<[Column; COLUMNS]>::default(), [true; COLUMNS]);
    // Texts are always the decoder's.
    let positions: Vec<usize> =
        (0..=COLUMNS).map(|at| at.min(table.columns().len().saturating_sub(1))).collect();
    for part in table.parts() {
        part.read::<FileError>(
            &positions,
            |batch| {
                for (at, column) in read.iter_mut().enumerate() {
                    paged[at] &= batch.numbers(at).is_some();
                    batch.each_cell(at, |_, cell| {
                        column.push(match cell {
                            Cell::Whole(number) => Some(number),
                            Cell::Day(days) => Some(days.into()),
                            Cell::Bool(yes) => Some(yes.into()),
                            _ => None,
                        });
                    });
                }
                Ok(())
            },
            |_| Ok(()),
        )?;
    }
    Ok((read, paged))
}

/// The same by the decoder alone; nothing where it refuses the file or gives up.
fn decoders(bytes: &[u8]) -> Option<[Column; COLUMNS]> {
    fn whole<T: arrow_array::ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Option<Column> {
        let array: &PrimitiveArray<T> = array.as_primitive_opt()?;
        Some(array.iter().map(|value| value.map(Into::into)).collect())
    }
    let read = || -> Option<[Column; COLUMNS]> {
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let bytes = Bytes::copy_from_slice(bytes);
        let reader =
            ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options).ok()?.build().ok()?;
        let mut read = <[Column; COLUMNS]>::default();
        for batch in reader {
            let batch = batch.ok()?;
            read[0].extend(whole::<Int32Type>(batch.column(0))?);
            read[1].extend(whole::<Date32Type>(batch.column(1))?);
            read[2].extend(whole::<Int8Type>(batch.column(2))?);
            let yes = batch.column(3).as_boolean_opt()?;
            read[3].extend(yes.iter().map(|yes| yes.map(i64::from)));
        }
        Some(read)
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

/// What a row's numbers are made of, its answer, and whether something is missing.
type Row = (i32, bool, u8);

/// What is written, and how.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice that a writer has")]
struct Written {
    rows: Vec<Row>,
    most: i32,
    rows_of_group: usize,
    rows_of_page: usize,
    with_missing: bool,
    listed: bool,
    optional: bool,
    second_version: bool,
    compressed: bool,
}

impl Written {
    fn any() -> impl Strategy<Value = Self> {
        let rows = vec((0..40_i32, any::<bool>(), 0..60_u8), 1..700);
        let sizes = (1..3_000_i32, 1..900_usize, 1..300_usize);
        (rows, sizes, any::<[bool; 5]>()).prop_map(|(rows, (most, rows_of_group, rows_of_page), how)| {
            let [with_missing, listed, optional, second_version, compressed] = how;
            let (with_missing, optional) = (with_missing && optional, optional);
            Self {
                rows,
                most,
                rows_of_group,
                rows_of_page,
                with_missing,
                listed,
                optional,
                second_version,
                compressed,
            }
        })
    }

    fn known(&self, missing: u8) -> bool {
        !self.with_missing || missing > 0
    }

    /// Runs, and few or many different numbers.
    fn number(&self, (n, _, missing): Row) -> Option<i32> {
        self.known(missing).then_some(n.pow(2) * 7_919 % self.most - 40)
    }

    fn small(&self, (n, _, missing): Row) -> Option<i8> {
        self.known(missing).then(|| i8::try_from(n / 9).expect("small"))
    }

    fn yes(&self, (_, yes, missing): Row) -> Option<bool> {
        self.known(missing).then_some(yes)
    }

    fn columns(&self) -> [Column; COLUMNS] {
        let numbers = || self.rows.iter().map(|row| self.number(*row).map(i64::from)).collect();
        let small = self.rows.iter().map(|row| self.small(*row).map(i64::from)).collect();
        let yes = self.rows.iter().map(|row| self.yes(*row).map(i64::from)).collect();
        [numbers(), numbers(), small, yes]
    }

    fn file(&self) -> Vec<u8> {
        let rows = &self.rows;
        let arrays: [(&str, ArrayRef, bool); COLUMNS + 1] = [
            (
                "whole",
                Arc::new(rows.iter().map(|row| self.number(*row)).collect::<Int32Array>()),
                self.optional,
            ),
            (
                "day",
                Arc::new(rows.iter().map(|row| self.number(*row)).collect::<Date32Array>()),
                self.optional,
            ),
            (
                "small",
                Arc::new(rows.iter().map(|row| self.small(*row)).collect::<Int8Array>()),
                self.optional,
            ),
            ("yes", Arc::new(rows.iter().map(|row| self.yes(*row)).collect::<BooleanArray>()), self.optional),
            (
                "word",
                Arc::new(rows.iter().map(|(n, ..)| Some(n.to_string())).collect::<StringArray>()),
                false,
            ),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(arrays).expect("columns of equal length");
        let version =
            if self.second_version { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let compression = if self.compressed { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_compression(compression)
            .set_dictionary_enabled(self.listed)
            .set_max_row_group_row_count(Some(self.rows_of_group))
            .set_data_page_row_count_limit(self.rows_of_page)
            .set_write_batch_size(32)
            .build();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("begun");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        bytes
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn whatever_a_writer_does_the_same_comes_out(written in Written::any()) {
        let file = written.file();
        let (columns, paged) = ours(&file).expect("readable");
        prop_assert_eq!(&columns, &written.columns());
        prop_assert_eq!(Some(columns), decoders(&file));
        // What this test is about was there.
        let all_known = written.rows.iter().all(|(_, _, missing)| written.known(*missing));
        prop_assert_eq!(paged[0], written.listed && all_known);
    }

    #[test]
    fn what_is_read_of_a_damaged_file_is_what_the_decoder_reads_of_it(
        written in Written::any(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let mut file = written.file();
        for (at, byte) in damage {
            *at.get_mut(&mut file) = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        if let Ok((columns, _)) = ours(&file) {
            prop_assert_eq!(Some(columns), decoders(&file));
        }
    }
}
