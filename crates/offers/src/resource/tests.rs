//! The library through its front door: lists that come in, and what becomes of them.

use std::path::Path;

use ground::database::{Act, Database};
use proptest::prelude::*;
use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::{Actor, Day};

use super::{
    Difference, Format, Library, PracticeNote, RESOURCE_COLUMNS, Resource, difference, import_resources,
    store,
};
use crate::test_data::database;

/// A row of an ordinary leaflet with some cells changed.
fn row(key: &str, changes: &[(&str, &str)]) -> String {
    let cells = RESOURCE_COLUMNS.iter().map(|column| {
        let ordinary = match column.name {
            "key" => key,
            "title" => "Ready for your new hip",
            "format" => "Easy Read",
            "version" => "2",
            "language" => "en",
            "owner" => "Made-up Hospital",
            "review_on" => "2027-01-31",
            "stock" => "250",
            _ => "",
        };
        changes.iter().find(|(name, _)| *name == column.name).map_or(ordinary, |(_, value)| value)
    });
    cells.collect::<Vec<_>>().join(",")
}

fn list(rows: &[String]) -> String {
    let names: Vec<&str> = RESOURCE_COLUMNS.iter().map(|column| column.name).collect();
    format!("{}\n{}\n", names.join(","), rows.join("\n"))
}

fn read(text: &str) -> Result<Library, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("library.csv");
    std::fs::write(&path, text).expect("written");
    import_resources(&path).map_err(|error| error.to_string())
}

fn problems(library: &Library) -> Vec<String> {
    library.problems.iter().map(|p| format!("{} {}: {}", p.line, p.column, p.expected)).collect()
}

#[test]
fn an_ordinary_row_is_a_resource() {
    let note = [
        ("practice_note", "Handed out with the letter"),
        ("practice_source", "Ward 3"),
        ("adopted_by", "Ward 3; The other ward;"),
    ];
    let library = read(&list(&[row("HIP-2", &note)])).expect("read");
    let expected = Resource {
        title: "Ready for your new hip".into(),
        format: Format::EasyRead,
        version: "2".into(),
        language: "en".into(),
        owner: "Made-up Hospital".into(),
        purpose: None,
        audience: None,
        body_region: None,
        stage: None,
        licence: None,
        review_on: Day::of(2027, 1, 31).ok(),
        url: None,
        where_given: None,
        stock: Some(250),
        practice_notes: vec![PracticeNote {
            text: "Handed out with the letter".into(),
            source: Some("Ward 3".into()),
            adopted_by: vec!["Ward 3".into(), "The other ward".into()],
        }],
    };
    assert_eq!(library.resources["HIP-2"], expected);
    let text = serde_json::to_string(&expected).expect("written");
    let back: Resource = serde_json::from_str(&text).expect("read");
    assert!(back.same_version(&expected));
}

#[test]
fn what_cannot_be_used_is_left_out_and_listed_and_never_quoted() {
    let library = read(&list(&[
        row("a", &[("stock", "")]),
        row("b", &[("format", "papyrus"), ("stock", "-1")]),
        row("c", &[("language", "english"), ("review_on", "soon")]),
        row("d", &[("url", "javascript:alert(1)")]),
        row("e", &[("adopted_by", "Ward 3")]),
        row("", &[]),
        row("g", &[]),
        row("g", &[("version", "3")]),
        row("h", &[]),
        row("h", &[("stock", "many")]),
        "i,too short".to_owned(),
    ]))
    .expect("read");
    assert_eq!(library.resources.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(library.resources["a"].stock, None, "not known is not nothing");
    assert_eq!((library.rows_read, library.rows_left_out), (11, 10));
    let differ = "rows of one key that agree in all but the practice note; others of this one differ";
    assert_eq!(
        problems(&library),
        [
            "3 format: web, print, easy_read, large_print, audio, bsl or video".to_owned(),
            "3 stock: a whole number of copies from 0".to_owned(),
            "4 language: a language by ISO 639, such as en, pl or bfi".to_owned(),
            "4 review_on: a date such as 2026-09-01".to_owned(),
            "5 url: an address that begins with https:// or http://".to_owned(),
            "6 adopted_by: names with semicolons between, beside a practice_note".to_owned(),
            "7 key: the owner's own reference, 1 to 128 letters".to_owned(),
            format!("8 key: {differ}"),
            format!("9 key: {differ}"),
            format!("10 key: {differ}"),
            "11 stock: a whole number of copies from 0".to_owned(),
            "12 : 18 fields, found 2".to_owned(),
        ]
    );
}

#[test]
fn several_notes_are_several_rows_and_a_repeat_counts_once() {
    let note = |text: &'static str, source: &'static str| {
        row("a", &[("practice_note", text), ("practice_source", source)])
    };
    let rows = [
        row("a", &[]),
        note("One", "x"),
        note("Two", "x"),
        note("One", "x"),
        note("One", "y"),
        row("a", &[]),
    ];
    let library = read(&list(&rows)).expect("read");
    let notes: Vec<&str> = library.resources["a"].practice_notes.iter().map(|n| n.text.as_str()).collect();
    assert_eq!(notes, ["One", "Two"]);
    assert_eq!((library.repeats, library.rows_left_out), (2, 1));
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let error = read("title,format\nA,print\n").expect_err("refused");
    assert!(error.contains("these columns are missing: key, version, language, owner"), "{error}");
    let error = read(&list(&[row("a", &[("format", "papyrus")])])).expect_err("refused");
    assert!(error.contains("no row of the list can be used; the first is line 2, format"), "{error}");
    assert!(!error.contains("papyrus"), "never the value");
    assert!(read(&list(&[])).expect_err("refused").contains("the list holds no rows"));
}

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

async fn import(database: &Database, source: &str, rows: &[String]) -> Difference {
    let library = read(&list(rows)).expect("read");
    let known = store::known(&mut database.read().await.expect("read"), source).await.expect("known");
    let rehearsed = difference(&known, &library);
    let mut change = database.change(&Actor::CommandLine("tester".to_owned())).await.expect("begun");
    let done = store::apply(&mut change, source, &library).await.expect("applied");
    let detail = String::new();
    change
        .commit(Act { action: "resource.import", object: source.into(), purpose: None, detail })
        .await
        .expect("kept");
    assert_eq!(done, rehearsed, "a dry run says what will happen");
    done
}

async fn open(folder: &Path) -> Database {
    database(folder, noon).await
}

#[tokio::test]
async fn versions_are_added_identifiers_stay_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let note = [("practice_note", "Read it together"), ("adopted_by", "Ward 3")];
    let first = [row("a", &[]), row("b", &note)];
    assert_eq!(import(&database, "list", &first).await.new, ["a", "b"]);
    let known = store::known(&mut database.read().await.expect("read"), "list").await.expect("known");

    let again = import(&database, "list", &first).await;
    assert!(again.is_empty() && again.unchanged == 2, "{again:?}");
    let other = import(&database, "another list", &[row("a", &[])]).await;
    assert_eq!((other.new.len(), other.withdrawn.len()), (1, 0), "another source, another resource");

    let fewer = import(&database, "list", &[row("b", &[("stock", "3"), note[0]])]).await;
    assert_eq!((fewer.updated, fewer.withdrawn), (vec!["b".to_owned()], vec!["a".to_owned()]));
    let back =
        import(&database, "list", &[row("a", &[("version", "3"), ("title", "Anew")]), row("b", &note)]).await;
    assert_eq!((back.new_version, back.returned), (vec!["a".to_owned()], vec!["a".to_owned()]));
    assert_eq!(back.updated, ["b"]);

    // A mistake in its row is no reason to withdraw a resource; without its reference it may be any of them.
    for faulty in [row("a", &[("language", "!")]), row("", &[])] {
        let kept = import(&database, "list", &[row("b", &note), faulty]).await;
        assert_eq!((kept.kept, kept.withdrawn.len()), (vec!["a".to_owned()], 0));
    }

    let mut session = database.read().await.expect("read");
    let now = store::known(&mut session, "list").await.expect("known");
    assert_eq!((now["a"].id, now["a"].number, now["a"].withdrawn), (known["a"].id, 2, false));
    assert_eq!(now["a"].resource.title, "Anew");
    assert_eq!(now["b"], known["b"], "as it was, under the same identifier");
    let versions = store::versions(&mut session, now["a"].id).await.expect("versions");
    let said: Vec<(u32, &str)> = versions.iter().map(|v| (v.number, v.resource.title.as_str())).collect();
    assert_eq!(said, [(1, "Ready for your new hip"), (2, "Anew")]);
    assert_eq!(store::versions(&mut session, now["b"].id).await.expect("versions").len(), 1);
    assert_eq!(store::sources(&mut session).await.expect("sources"), ["another list", "list"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_row_is_used_listed_or_a_repeat(
        cells in proptest::collection::vec((0..5_u8, 0..18_usize, "[ -~]{0,8}"), 1..30),
    ) {
        let rows: Vec<String> = cells
            .iter()
            .map(|(key, column, value)| {
                let value = value.replace(['"', ','], "");
                row(&key.to_string(), &[(RESOURCE_COLUMNS[*column].name, &value)])
            })
            .collect();
        if let Ok(library) = read(&list(&rows)) {
            prop_assert_eq!(library.rows_read, rows.len() as u64);
            let listed: std::collections::BTreeSet<u64> = library.problems.iter().map(|p| p.line).collect();
            prop_assert_eq!(listed.len() as u64, library.rows_left_out + library.repeats);
            prop_assert!(difference(&std::collections::BTreeMap::new(), &library).unchanged == 0);
        }
    }
}
