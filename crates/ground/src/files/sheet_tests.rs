//! Spreadsheets: what is read, and what is refused before it can do harm.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{FileError, read_sheet};

fn file(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("directory.xlsx");
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// Every row as `number: cell|cell`.
fn rows(path: &Path, sheet: Option<&str>) -> Result<Vec<String>, FileError> {
    let mut all = Vec::new();
    read_sheet::<FileError>(path, sheet, |row| {
        all.push(format!("{}: {}", row.number(), row.cells().join("|")));
        Ok(())
    })?;
    Ok(all)
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    rows(&file(folder.path(), bytes), None).map_err(|e| e.to_string())
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("hh:mm");
    sheet.write(0, 0, "Key").expect("written");
    sheet.write(0, 1, "Name").expect("written");
    sheet.write(1, 0, 18_222).expect("written");
    sheet.write(1, 1, " Tai Chi – Grantham ").expect("written");
    sheet.write(1, 2, -3.41e-2).expect("written");
    sheet.write(1, 3, true).expect("written");
    let day = ExcelDateTime::from_ymd(2014, 3, 31).expect("a day");
    sheet.write_with_format(3, 0, &day, &date).expect("written");
    let half_past_nine = ExcelDateTime::from_hms(9, 30, 0).expect("a time");
    sheet.write_with_format(3, 1, &half_past_nine, &time).expect("written");
    sheet.write(3, 3, Formula::new("=1+1").set_result("2")).expect("written");
    sheet.write(4, 0, Formula::new("=cmd|' /C calc'!A0").set_result("harmless")).expect("written");
    book.add_worksheet().set_name("Other").expect("a name").write(0, 0, "elsewhere").expect("written");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_sheet_is_read_as_it_would_be_typed() {
    let expected =
        ["1: Key|Name", "2: 18222|Tai Chi – Grantham|-0.0341|true", "4: 2014-03-31|09:30||2", "5: harmless"];
    assert_eq!(read(&workbook()).expect("readable"), expected);
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), &workbook());
    assert_eq!(rows(&path, Some("Other")).expect("readable"), ["1: elsewhere"]);
    let error = rows(&path, Some("Nowhere")).expect_err("no sheet").to_string();
    assert!(error.ends_with("the workbook has no sheet \"Nowhere\""), "{error}");
}

/// The workbook with entries put in or replaced.
fn altered(changes: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook())).expect("an archive");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        if !changes.iter().any(|(changed, _)| *changed == name) {
            out.start_file(name, packed).expect("started");
            std::io::copy(&mut entry, &mut out).expect("copied");
        }
    }
    for (name, bytes) in changes {
        out.start_file(*name, packed).expect("started");
        out.write_all(bytes).expect("written");
    }
    out.finish().expect("finished").into_inner()
}

/// An archive of half a megabyte whose first sheet grows to this many bytes.
fn bomb(grows_to: u64) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    out.start_file("xl/workbook.xml", packed).expect("started");
    out.write_all(b"<workbook/>").expect("written");
    let row = b"<row><c t=\"inlineStr\"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>";
    let block = row.repeat(10_000);
    let mut written = 0;
    out.start_file("xl/worksheets/sheet1.xml", packed.large_file(true)).expect("started");
    while written < grows_to {
        out.write_all(&block).expect("written");
        written += block.len() as u64;
    }
    out.finish().expect("finished").into_inner()
}

/// Resident memory in KiB, where the system says so.
fn resident(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or("0");
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}

#[test]
fn what_grows_without_end_is_refused_where_the_count_stands() {
    let bytes = bomb(140 << 20);
    assert!(bytes.len() < 523_000, "{}", bytes.len());
    let before = resident("VmRSS:");
    let error = read(&bytes).expect_err("a bomb");
    assert!(error.contains("grows to more than 64 MB"), "{error}");
    let grown = resident("VmRSS:").saturating_sub(before);
    assert!(grown < 64 << 10, "{grown} KiB");
}

#[test]
fn what_is_no_sheet_is_refused_with_a_word() {
    let strings = |text: &str| vec![("xl/sharedStrings.xml", text.as_bytes().to_vec())];
    for (bytes, why) in [
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "an old Excel workbook (.xls)"),
        (b"PK\x03\x04 and nothing".to_vec(), "the spreadsheet is damaged"),
        (workbook()[..2_000].to_vec(), "the spreadsheet is damaged"),
        (altered(&[("xl/embeddings/more.xlsx", workbook())]), "is an archive itself"),
        (altered(&[("../../etc/passwd", b"x".to_vec())]), "a name that no spreadsheet has"),
        (altered(&[("a".repeat(300).as_str(), b"x".to_vec())]), "a name that no spreadsheet has"),
        (altered(&strings("<sst uniqueCount=\"99999999999999\"><si/></sst>")), "declares more texts"),
        (altered(&strings("<sst uniqueCount = '4000000000'><si/></sst>")), "declares more texts"),
        (altered(&strings(&"<si/>".repeat(4 << 20))), "grows to more than 16 MB"),
        (altered(&[("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>".to_vec())]), "is damaged"),
        (
            altered(&[(
                "xl/worksheets/sheet1.xml",
                b"<worksheet><sheetData><row><c r=\"XFD1\"><v>1</v></c></row></sheetData></worksheet>"
                    .to_vec(),
            )]),
            "row 1 has more than 4096 columns",
        ),
    ] {
        let error = read(&bytes).expect_err(why);
        assert!(error.contains(why), "{error}\nshould say: {why}");
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..1_100 {
        out.start_file(format!("{at}"), SimpleFileOptions::default()).expect("started");
    }
    let many = out.finish().expect("finished").into_inner();
    assert!(read(&many).expect_err("many").contains("more than 1000 entries"));
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["mimetype", "content.xml"] {
        out.start_file(name, SimpleFileOptions::default()).expect("started");
    }
    let ods = out.finish().expect("finished").into_inner();
    assert!(read(&ods).expect_err("ods").contains("OpenDocument"));
}

#[test]
fn a_declared_size_makes_no_room() {
    let sheet = b"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1048576\">\
        <c r=\"B1048576\"><v>7</v></c></row></sheetData></worksheet>";
    let read = read(&altered(&[("xl/worksheets/sheet1.xml", sheet.to_vec())])).expect("readable");
    assert_eq!(read, ["1048576: |7"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damage_makes_the_reader_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0..9_000_usize) {
        let mut bytes = workbook();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut > 4_500 {
            bytes.truncate(cut);
        }
        let _ = read(&bytes);
    }

    #[test]
    fn no_sheet_makes_the_reader_panic(text in "(<(row|c|v|is|t|f|/c|/row|/v)( (r|t|s)=\"(A1|s|n|9|-1|ZZZZ9|inlineStr|e|d|)\")?>|9|1e999|x){0,30}") {
        let sheet = format!("<worksheet><sheetData>{text}</sheetData></worksheet>");
        let _ = read(&altered(&[("xl/worksheets/sheet1.xml", sheet.into_bytes())]));
    }
}
