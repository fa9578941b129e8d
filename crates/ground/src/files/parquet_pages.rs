//! Columns of a Parquet file read page by page: answers that are bits there already, and numbers that the file keeps as
//! numbers of a list, each value once. Where every value is known this is most of a machine's extract, and unpacking it
//! is all that need be done. Any other column is the decoder's of the `parquet` crate.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use arrow_array::BooleanArray;
use arrow_array::builder::BooleanBufferBuilder;
use arrow_schema::DataType;
use bytes::{Buf as _, Bytes};
use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageReader as _};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::parquet_runs::{all_ones, unpacked};

/// Rows of a group that are unpacked at once; the columns of a larger group come batch by batch from the decoder.
const MOST_ROWS: usize = 1 << 20;
/// Numbers of a list: each has a place of 16 bits.
const MOST_LISTED: usize = 1 << 16;

/// A column of a row group.
pub(super) enum Paged {
    Answers(BooleanArray),
    Numbered(Numbered),
}

/// Numbers by way of a list.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) distinct: Vec<i32>,
    /// For each row the place of its value in the list.
    pub(super) places: Vec<u16>,
    /// The numbers are days.
    pub(super) days: bool,
}

/// The bytes of one column of one group.
struct OneColumn {
    from: u64,
    bytes: Bytes,
}

impl Length for OneColumn {
    fn len(&self) -> u64 {
        self.from + self.bytes.len() as u64
    }
}

impl ChunkReader for OneColumn {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.bytes.slice(self.place(start, 0)?..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let from = self.place(start, length)?;
        Ok(self.bytes.slice(from..from + length))
    }
}

impl OneColumn {
    fn read(mut file: &File, about: &ColumnChunkMetaData) -> Result<Self, ParquetError> {
        let (from, length) = about.byte_range();
        // No more is set aside than there is: the length is what the file says of itself.
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(file.len())).unwrap_or(0));
        file.seek(SeekFrom::Start(from))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(Self { from, bytes: bytes.into() })
    }

    fn place(&self, start: u64, length: usize) -> Result<usize, ParquetError> {
        let from = start.checked_sub(self.from).and_then(|from| usize::try_from(from).ok());
        from.filter(|from| from.checked_add(length).is_some_and(|end| end <= self.bytes.len()))
            .ok_or_else(|| ParquetError::EOF("a page lies outside its column".to_owned()))
    }
}

/// Reads a column of a group, if it is one of those: its values are of this kind. Whatever is not as an ordinary writer
/// writes it, or cannot be read, is left to the decoder, whose verdict then stands.
pub(super) fn read(file: &File, group: &RowGroupMetaData, column: usize, kind: &DataType) -> Option<Paged> {
    let about = group.column(column);
    let rows = usize::try_from(group.num_rows()).ok().filter(|rows| *rows <= MOST_ROWS)?;
    let optional = match (about.column_descr().max_rep_level(), about.column_descr().max_def_level()) {
        (0, 0) => false,
        (0, 1) => true,
        _ => return None,
    };
    match kind {
        DataType::Boolean => answers(file, about, rows, optional).map(Paged::Answers),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Date32
            if about.column_type() == Type::INT32 && about.dictionary_page_offset().is_some() =>
        {
            numbered(file, about, rows, optional, kind).map(Paged::Numbered)
        }
        _ => None,
    }
}

fn pages(
    file: &File,
    about: &ColumnChunkMetaData,
    rows: usize,
) -> Result<SerializedPageReader<OneColumn>, ParquetError> {
    SerializedPageReader::new(Arc::new(OneColumn::read(file, about)?), about, rows, None)
}

fn answers(file: &File, about: &ColumnChunkMetaData, rows: usize, optional: bool) -> Option<BooleanArray> {
    let mut pages = pages(file, about, rows).ok()?;
    let mut bits = BooleanBufferBuilder::new(rows);
    while let Some(page) = pages.get_next_page().ok()? {
        let values = known_values(page, optional).filter(|values| values.encoding == Encoding::PLAIN)?;
        // No more is set aside than the group has rows, whatever a page says of itself.
        if values.count > rows - bits.len() || values.count > values.bytes.len() * 8 {
            return None;
        }
        bits.append_packed_range(0..values.count, &values.bytes);
    }
    (bits.len() == rows).then(|| BooleanArray::new(bits.finish(), None))
}

fn numbered(
    file: &File,
    about: &ColumnChunkMetaData,
    rows: usize,
    optional: bool,
    kind: &DataType,
) -> Option<Numbered> {
    let mut pages = pages(file, about, rows).ok()?;
    let distinct = listed(pages.get_next_page().ok()??, kind)?;
    let mut places = Vec::with_capacity(rows);
    while let Some(page) = pages.get_next_page().ok()? {
        let by_list = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
        let values = known_values(page, optional).filter(|values| by_list.contains(&values.encoding))?;
        let fits = values.count <= rows - places.len();
        if !fits || !unpacked(&values.bytes, values.count, distinct.len(), &mut places) {
            return None;
        }
    }
    (places.len() == rows).then_some(Numbered { distinct, places, days: *kind == DataType::Date32 })
}

/// The numbers of a list.
fn listed(page: Page, kind: &DataType) -> Option<Vec<i32>> {
    let Page::DictionaryPage {
        buf, num_values, encoding: Encoding::PLAIN | Encoding::PLAIN_DICTIONARY, ..
    } = page
    else {
        return None;
    };
    let count = usize::try_from(num_values).ok().filter(|count| *count <= MOST_LISTED)?;
    let (numbers, _) = buf.get(..count * 4)?.as_chunks::<4>();
    // A number that its narrow kind cannot hold loses its upper bits, as it does in the decoder.
    #[expect(clippy::cast_possible_truncation, reason = "the decoder does so")]
    let narrow = |number: i32| match kind {
        DataType::Int8 => i32::from(number as i8),
        DataType::Int16 => i32::from(number as i16),
        _ => number,
    };
    Some(numbers.iter().map(|four| narrow(i32::from_le_bytes(*four))).collect())
}

/// The values of a page of which none is missing.
struct Values {
    bytes: Bytes,
    count: usize,
    encoding: Encoding,
}

fn known_values(page: Page, optional: bool) -> Option<Values> {
    match page {
        Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
            let count = usize::try_from(num_values).ok()?;
            if !optional {
                return Some(Values { bytes: buf, count, encoding });
            }
            let (length, levels) = buf.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let levels = levels.get(..length).filter(|_| def_level_encoding == Encoding::RLE)?;
            all_ones(levels, count).then(|| Values { bytes: buf.slice(4 + length..), count, encoding })
        }
        Page::DataPageV2 {
            buf,
            num_values,
            encoding,
            num_nulls,
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => {
            let count = usize::try_from(num_values).ok()?;
            let length = usize::try_from(def_levels_byte_len).ok()?;
            let levels = buf.get(..length)?;
            let all_known = if optional { all_ones(levels, count) } else { length == 0 };
            (num_nulls == 0 && rep_levels_byte_len == 0 && all_known).then(|| Values {
                bytes: buf.slice(length..),
                count,
                encoding,
            })
        }
        Page::DictionaryPage { .. } => None,
    }
}
