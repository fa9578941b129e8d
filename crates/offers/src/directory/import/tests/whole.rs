//! What is missing is not gone, and what is not there is not read instead.

use rust_xlsxwriter::Workbook;

use super::super::{DirectoryMapping, read_feed};
use super::{listed, read_files, read_services, says};
use crate::directory::Kind;

/// One page of several, with a service of its own.
fn page(number: u64, of: u64) -> String {
    format!(
        r#"{{"total_items": {of}, "total_pages": {of}, "page_number": {number}, "size": 1, "contents": [
            {{"id": "{number}", "name": "N", "status": "active", "organization": {{"id": "o", "name": "O"}}}}]}}"#
    )
}

#[test]
fn a_folder_without_all_of_its_pages_ends_nothing() {
    let pages = [page(1, 3), page(2, 3), page(3, 3)];
    let files = [("1.json", &*pages[0]), ("2.json", &pages[1]), ("3.json", &pages[2])];
    let feed = read_files(&files).expect("a feed");
    assert!(!feed.unread.may_be_any(Kind::Service), "all of them are there");
    assert_eq!(listed(&feed), Vec::<String>::new());
    for without in 0..3 {
        let mut some = files.to_vec();
        some.remove(without);
        let feed = read_files(&some).expect("a feed");
        assert!(feed.unread.may_be_any(Kind::Service), "without {without}");
        says(&feed, "this is one page of 3, and not all of them are there");
    }
}

#[test]
fn pages_of_two_lists_are_counted_apart() {
    let services = page(1, 2);
    let organisations = [1, 2, 3].map(|number| {
        format!(
            r#"{{"total_pages": 3, "page_number": {number}, "contents": [{{"id": "o{number}", "name": "O", "description": "D"}}]}}"#
        )
    });
    let files = [
        ("services-1.json", &*services),
        ("organizations-1.json", &organisations[0]),
        ("organizations-2.json", &organisations[1]),
        ("organizations-3.json", &organisations[2]),
    ];
    let feed = read_files(&files).expect("a feed");
    assert!(feed.unread.may_be_any(Kind::Service), "the second page of services is missing");
    // Numbers beyond all reason are no panic.
    let hostile = page(u64::MAX, 1).replace("\"total_pages\": 1,", "\"last_page\": true,");
    assert!(read_files(&[("services.json", &hostile)]).is_ok());
}

#[test]
fn a_sheet_that_is_not_there_is_not_taken_for_another() {
    let mut book = Workbook::new();
    for (name, class) in [("Old", "From the first sheet"), ("Data", "Tai Chi")] {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        for (at, text) in ["Key", "Name"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(at).expect("a column"), text).expect("written");
        }
        sheet.write(1, 0, 1).and_then(|sheet| sheet.write(1, 1, class)).expect("written");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("two.xlsx");
    book.save(&path).expect("saved");
    let read = |sheet: &str| {
        let mapping = format!(
            "format = 1\nkind = \"directory\"\n[[table]]\nsheet = \"{sheet}\"\nhas = [\"Key\"]\n[table.service]\nkey = \"Key\"\n\
             name = \"Name\"\n"
        );
        let mapping = DirectoryMapping::parse("m.toml", &mapping).expect("a mapping");
        read_feed(std::slice::from_ref(&path), Some(&mapping))
    };
    // Capitals are nothing that a spreadsheet program would see.
    for sheet in ["Data", "data "] {
        assert_eq!(read(sheet).expect("a feed").services["1"].name, "Tai Chi");
    }
    let error = read("Dataa").expect_err("no such sheet").to_string();
    assert!(error.contains("asks for the sheet \"Dataa\"; the workbook has \"Old\", \"Data\""), "{error}");
}

#[test]
fn a_table_without_headings_is_not_quoted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, "1,Anna Nowak,07700900123\n2,Bo Ek,07700900124\n").expect("written");
    let mapping = "format = 1\nkind = \"directory\"\n[[table]]\nhas = [\"Key\"]\n[table.service]\nkey = \"Key\"\nname = \"Name\"\n";
    let mapping = DirectoryMapping::parse("m.toml", mapping).expect("a mapping");
    let error = read_feed(&[path], Some(&mapping)).expect_err("no heading").to_string();
    assert!(error.contains("the first row has none of the columns"), "{error}");
    assert!(!error.contains("Nowak") && !error.contains("07700"), "{error}");
}

#[test]
fn ages_the_wrong_way_round_exclude_nobody() {
    let organisation = r#""organization": {"id": "o", "name": "O"}"#;
    let service = format!(
        r#"{{"id": "a", "name": "A", "status": "active", "minimum_age": 65, "maximum_age": 18, {organisation}}}"#
    );
    let feed = read_services(&service).expect("a feed");
    let read = &feed.services["a"];
    assert_eq!((read.minimum_age, read.maximum_age), (None, None));
    says(&feed, "minimum_age: expected a minimum age that is not above the maximum age");
}

#[test]
fn a_postcode_that_nobody_can_read_is_said_when_it_comes() {
    let at = |postcode: &str| {
        format!(
            r#"{{"id": "a", "name": "A", "status": "active", "organization": {{"id": "o", "name": "O"}},
                "service_at_locations": [{{"id": "x", "location": {{"id": "l", "location_type": "physical",
                "addresses": [{{"id": "d", "address_1": "1 High Street", "city": "X", "state_province": "Y",
                "postal_code": "{postcode}", "country": "GB", "address_type": "physical"}}]}}}}]}}"#
        )
    };
    for good in ["NG31-7AA", "(NG31 7AA)", "ng317aa", "NG31"] {
        let feed = read_services(&at(good)).expect("a feed");
        assert!(!listed(&feed).join("\n").contains("postal_code"), "{good}");
    }
    let feed = read_services(&at("90210")).expect("a feed");
    says(&feed, "postal_code: expected a postcode such as NG31 7AA; kept as it is");
    assert!(!listed(&feed).join("").contains("90210"));
}
