//! Whatever is handed in: an answer in words, little memory, and never a panic.

use std::path::Path;

use proptest::prelude::*;

use super::super::{DirectoryMapping, FeedError, read_feed};
use super::{read_files, said};
use crate::directory::Feed;

fn read_bytes(name: &str, bytes: &[u8]) -> Result<Feed, FeedError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    read_feed(&[path], None)
}

#[test]
fn json_that_is_none_is_refused_by_file_and_position() {
    let deep = |n| [b"{\"contents\": [".to_vec(), b"[".repeat(n), b"]".repeat(n), b"]}".to_vec()].concat();
    for (bytes, expected) in [
        (deep(10_000), "values are nested more than 128 deep"),
        (b"[".repeat(10_000), "values are nested more than 128 deep"),
        (b"{\"a\":".repeat(10_000), "values are nested more than 128 deep"),
        (b"{\"contents\": [{\"id\": \"a\"".to_vec(), "services.json: line 1, column 24: EOF while parsing"),
        (b"[{\"id\": NaN}]".to_vec(), "line 1, column"),
        (b"[{\"id\": 1e99999}]".to_vec(), "number out of range"),
        (b"[\n{\"id\": \"\xFF\"}]".to_vec(), "services.json: line 2 is not UTF-8 text"),
        (b"\xFF\xFE[\0]\0".to_vec(), "the text is UTF-16; expected UTF-8"),
        (b"".to_vec(), "the file is empty"),
        (b" \n ".to_vec(), "the file is empty"),
        (b"\0\0\0\0".to_vec(), "line 1, column 1"),
        (b"[] []".to_vec(), "trailing characters"),
        (format!("[[{}1]]", "1,".repeat(300_000)).into_bytes(), "one record holds more than 200000 values"),
        (b"5".to_vec(), "expected a list or an object of a directory"),
    ] {
        let error = read_bytes("services.json", &bytes).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}\nshould say: {expected}");
        assert!(error.contains("services.json"), "{error}");
    }
}

#[test]
fn a_gigabyte_of_nothing_is_refused_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, expected) in [("a.json", "more than 256 MB"), ("a.csv", "more than 128 MB")] {
        let path = folder.path().join(name);
        std::fs::File::create(&path).expect("a file").set_len(1 << 30).expect("a hole");
        let error = read_feed(&[path], None).expect_err("too large").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let nowhere = Path::new("no such folder").to_owned();
    assert!(matches!(read_feed(&[nowhere], None), Err(FeedError::File { .. })));
    assert!(matches!(read_feed(&[], None), Err(FeedError::NothingUsable { .. })));
    #[cfg(unix)]
    assert!(read_feed(&["/dev/zero".into()], None).expect_err("a device").to_string().contains("no file"));
}

#[test]
fn a_broken_file_in_a_folder_stops_the_whole() {
    let good = r#"[{"id": 1, "name": "A", "status": "active"}, {"id": 2}]"#;
    let error = read_files(&[("a.json", good), ("b.json", "[{")]).expect_err("broken");
    assert!(error.to_string().contains("b.json"), "{error}");
    assert!(error.problems().iter().any(|p| p.place == "$[1].name"), "{:?}", error.problems());
}

/// Small files that once were, or might have been, trouble. Each gives a feed or a refusal, and no problem quotes it.
#[test]
fn the_corpus_is_answered() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mapping = "format = 1\nkind = \"directory\"\n[[table]]\nhas = [\"Key\"]\n[table.service]\nkey = \"Key\"\nname = \"Name\"\n\
                   [table.site]\nkey = \"Key\"\nlatitude = \"Lat\"\nlongitude = \"Lon\"\n";
    let mapping = DirectoryMapping::parse("m.toml", mapping).expect("a mapping");
    let mut files: Vec<_> =
        std::fs::read_dir(corpus).expect("a corpus").map(|e| e.expect("a file").path()).collect();
    files.sort();
    let answers: Vec<String> = files
        .iter()
        .map(|file| {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let read = read_feed(std::slice::from_ref(file), Some(&mapping));
            let problems = read.as_ref().map_or_else(FeedError::problems, |feed| &feed.problems);
            for problem in problems {
                assert!(!said(problem).contains("SECRET"), "{name}: {}", said(problem));
            }
            match read {
                Ok(feed) => format!("{name}: {} of {}", feed.services.len(), feed.records_read),
                Err(error) => {
                    assert!(!error.to_string().contains("SECRET"), "{name}: {error}");
                    format!("{name}: refused")
                }
            }
        })
        .collect();
    assert_eq!(
        answers,
        [
            "bidi-and-controls.json: 1 of 1",
            "bom.json: 1 of 1",
            "cut-in-a-string.json: refused",
            "deep.json: refused",
            "duplicate-fields.json: 1 of 1",
            "formulas.csv: 2 of 2",
            "lone-surrogate.json: refused",
            "not-a-number.json: refused",
            "nulls-everywhere.json: 1 of 3",
            "open-quote.csv: refused",
            "same-columns.csv: refused",
            "scientific.csv: 3 of 3",
            "semicolons.csv: refused",
            "stands-at.json: 1 of 1",
            "wrong-types.json: 1 of 1",
            "zip-of-nothing.xlsx: refused",
        ]
    );
}

/// JSON of the shapes and names that the readers look for, and of others.
fn json() -> BoxedStrategy<serde_json::Value> {
    use serde_json::Value;
    let names = prop::sample::select(vec![
        "id",
        "name",
        "status",
        "contents",
        "services",
        "organization",
        "service_at_locations",
        "location",
        "latitude",
        "longitude",
        "schedules",
        "byday",
        "opens_at",
        "attributes",
        "taxonomy_term",
        "phones",
        "number",
        "amount",
        "cost_options",
        "minimum_age",
        "service",
        "other",
        "",
        "\u{0}stands at",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}|MO|10:00|active|2026-01-01|\u{0}|é{3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((names.clone(), inner), 0..8).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_json_makes_the_reader_panic(value in json()) {
        let text = value.to_string();
        if let Ok(feed) = read_bytes("x.json", text.as_bytes()) {
            for service in feed.services.values() {
                prop_assert!(!service.name.is_empty() && !service.name.contains(char::is_control));
                let kept = serde_json::to_string(service).expect("written");
                let back: crate::directory::Service = serde_json::from_str(&kept).expect("read");
                prop_assert_eq!(&back, service);
            }
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), name in "x\\.(json|csv|xlsx)") {
        let _ = read_bytes(&name, &bytes);
    }

    #[test]
    fn no_table_makes_the_reader_panic(
        heading in prop::sample::select(vec![
            "id,name,website", "id,service_id,location_id", "id,organization_id,name,status", "id,service_id,number",
            "id,link_id,taxonomy_term_id", "id,service_id,weekday,opens_at", "id,location_id,address_1",
            "id,service_id,eligibility", "id,name,taxonomy",
        ]),
        rows in prop::collection::vec(prop::collection::vec("[a-c1\"é]{0,2}|Monday|10:00", 1..6), 0..6),
    ) {
        let rows: Vec<String> = rows.into_iter().map(|cells| cells.join(",")).collect();
        let services = "id,organization_id,name,status\na,b,N,active\n";
        let _ = read_files(&[("x.csv", &format!("{heading}\n{}\n", rows.join("\n"))), ("services.csv", services)]);
    }
}
