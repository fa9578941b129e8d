//! Files of every kind, good and hostile, through the one door.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int16Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;

use super::*;

fn file(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("input");
    std::fs::write(&path, bytes).expect("written");
    path
}

/// All rows as `line: cell|cell`, ragged rows as `line! found/expected`.
fn rows(path: &Path) -> Result<Vec<String>, FileError> {
    let table = Table::open(path)?;
    let columns: Vec<usize> = (0..table.columns().len()).collect();
    let (mut rows, mut odd) = (Vec::new(), Vec::new());
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let mut cells = vec![Vec::new(); batch.rows()];
                for column in 0..columns.len() {
                    batch.each_cell(column, |row, cell| {
                        cells[row].push(match cell {
                            Cell::NotKnown => "?".to_owned(),
                            Cell::Text(t) => String::from_utf8(t.to_vec()).expect("UTF-8"),
                            Cell::Whole(n) => format!("#{n}"),
                            Cell::Real(r) => format!("~{r}"),
                            Cell::Bool(b) => b.to_string(),
                            Cell::Day(d) => format!("day {d}"),
                        });
                    });
                }
                rows.extend(
                    (0..batch.rows()).map(|row| format!("{}: {}", batch.line(row), cells[row].join("|"))),
                );
                Ok(())
            },
            |r| {
                odd.push(format!("{}! {}/{}", r.line, r.found, r.expected));
                Ok(())
            },
        )?;
    }
    rows.append(&mut odd);
    Ok(rows)
}

fn check(text: &[u8], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(rows(&file(folder.path(), text)).expect("readable"), expected);
}

fn refused(text: &[u8], why: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let error = rows(&file(folder.path(), text)).expect_err("must be refused").to_string();
    assert!(error.contains(why), "{error}\nshould say: {why}");
}

#[test]
fn rows_keep_the_line_on_which_they_begin() {
    check(b"a,b\n1,2\n\n3,4", &["2: 1|2", "4: 3|4"]);
    check(b"\xEF\xBB\xBFa,b\r\n1,\"x\r\ny\"\r\n\r\n3,4\r\n", &["2: 1|x\r\ny", "5: 3|4"]);
    check(b"a,b\n1\n2,3,4\n5,6\n", &["4: 5|6", "2! 1/2", "3! 3/2"]);
}

#[test]
fn what_is_not_known_is_never_zero() {
    check(b"a,b,c,d,e\n,NA,NULL, NA ,\"\"\n", &["2: ?|?|?|?|?"]);
    check(b"a,b,c\n0, x ,na\n", &["2: 0|x|na"]);
}

#[test]
fn what_is_not_a_table_is_refused_with_the_reason() {
    refused(b"", "empty");
    refused(b"\n\n", "no heading row");
    refused(b"a;b;c\n1;2;3\n", "semicolons");
    refused(b"a\tb\n", "tabs");
    refused(b"a,b,a\n1,2,3\n", "columns 1 and 3 have the same name");
    refused(b"PK\x03\x04rest", "Excel");
    refused(b"\x1F\x8Brest", "gzip");
    refused(b"\xFF\xFEa\0", "UTF-16");
    refused(b"a,b\n1,\xE9t\xE9\n", "line 2 is not UTF-8");
    refused(b"a,b\n1,2\n3,\0\n", "line 3 holds a NUL byte");
    refused(b"a,b\n1,2\n3,\"4\n5,6\n", "line 3 is never closed");
    refused(b"a,b\n1,\xC3", "line 2 is not UTF-8");
    refused(b"PAR1 and no footer", "cut short or damaged");
}

#[test]
fn an_endless_row_costs_a_megabyte_and_not_the_memory() {
    let mut text = b"a,b\n1,2\n3,\"".to_vec();
    text.resize(8 << 20, b'x');
    refused(&text, "the row of line 3 is longer than 1024 KiB");
    let wide = vec!["c"; 20_000].join(",");
    refused(wide.as_bytes(), "more than 4096 columns");
}

fn parquet_bytes() -> Vec<u8> {
    let columns: [(&str, ArrayRef); 5] = [
        ("text", Arc::new(StringArray::from(vec![Some("x"), None, Some("NA")]))),
        ("whole", Arc::new(Int16Array::from(vec![Some(1), None, Some(-3)]))),
        ("real", Arc::new(Float64Array::from(vec![Some(1.5), None, Some(2.0)]))),
        ("yes", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(0), None, Some(20_000)]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    for _ in 0..2 {
        writer.write(&batch).expect("written");
        writer.flush().expect("a row group");
    }
    writer.close().expect("closed");
    bytes
}

#[test]
fn parquet_reads_like_csv() {
    let expected = ["x|#1|~1.5|true|day 0", "?|?|?|?|?", "?|#-3|~2|false|day 20000"];
    let numbered: Vec<String> =
        (1..).zip(expected.iter().cycle().take(6)).map(|(n, r)| format!("{n}: {r}")).collect();
    check(&parquet_bytes(), &numbered.iter().map(String::as_str).collect::<Vec<_>>());
}

/// 400 rows of four texts, the last of them missing.
fn parquet_of_repeated_texts() -> Vec<u8> {
    let texts = [Some("E01"), Some(" NA "), Some(" x "), None].into_iter().cycle().take(400);
    let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
    let batch = RecordBatch::try_from_iter([("code", texts)]).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

#[test]
fn texts_that_repeat_come_once_and_read_like_any_other() {
    let numbered: Vec<String> = (1..)
        .zip(["E01", "?", "x", "?"].iter().cycle().take(400))
        .map(|(n, r)| format!("{n}: {r}"))
        .collect();
    check(&parquet_of_repeated_texts(), &numbered.iter().map(String::as_str).collect::<Vec<_>>());

    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::open(&file(folder.path(), &parquet_of_repeated_texts())).expect("a table");
    let mut distinct = Vec::new();
    let read = table.parts()[0].read::<FileError>(
        &[0],
        |batch| {
            let (cells, numbers) = batch.distinct_cells(0).expect("kept once each");
            distinct.push((cells.len(), numbers.flatten().count()));
            Ok(())
        },
        |_| Ok(()),
    );
    read.expect("read");
    assert_eq!(distinct, [(3, 300)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().expect("a folder");
        let _ = rows(&file(folder.path(), &bytes));
    }

    #[test]
    fn no_damage_makes_the_parquet_reader_panic(
        repeated: bool, at in 0..1_000_usize, byte in any::<u8>(), cut in 0..2_000_usize,
    ) {
        let mut bytes = if repeated { parquet_of_repeated_texts() } else { parquet_bytes() };
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(4));
        let folder = tempfile::tempdir().expect("a folder");
        let _ = rows(&file(folder.path(), &bytes));
    }

    #[test]
    fn what_one_csv_program_writes_this_one_reads(
        cells in proptest::collection::vec(proptest::collection::vec("[a-z,\"\n\r é€]{0,6}", 3), 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).expect("written");
        cells.iter().for_each(|row| writer.write_record(row).expect("written"));
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), &writer.into_inner().expect("finished"));
        let expected: Vec<String> = cells
            .iter()
            .map(|row| {
                let cells: Vec<&str> = row.iter().map(|c| match c.trim_ascii() { "" => "?", c => c }).collect();
                cells.join("|")
            })
            .collect();
        let found: Vec<String> = rows(&path)
            .expect("readable")
            .iter()
            .map(|row| row.split_once(": ").expect("a line").1.to_owned())
            .collect();
        prop_assert_eq!(found, expected);
    }
}

/// Every record as `line: field|field`.
fn records(text: &[u8]) -> Result<Vec<String>, FileError> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = Vec::new();
    read_records::<FileError>(&file(folder.path(), text), |record| {
        all.push(format!("{}: {}", record.line(), record.fields().collect::<Vec<_>>().join("|")));
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn records_come_as_they_stand() {
    for (text, expected) in [
        ("a,a\n\n\"1,234\",é\n", &["1: a|a", "3: 1,234|é"][..]),
        ("\u{FEFF},x,,\r\nonly\r\n", &["1: |x||", "2: only"]),
        ("\"two\nlines\",b\nlast", &["1: two\nlines|b", "3: last"]),
    ] {
        assert_eq!(records(text.as_bytes()).expect("readable"), expected);
    }
    for (text, why) in [
        (&b"a,b\n\"open"[..], "never closed"),
        (b"a\0b", "NUL byte"),
        (b"PAR1", "this is a Parquet file"),
        (b"", "the file is empty"),
        (",".repeat(20_000).as_bytes(), "more than 4096 columns"),
    ] {
        let error = records(text).expect_err(why).to_string();
        assert!(error.contains(why), "{error}\nshould say: {why}");
    }
}
