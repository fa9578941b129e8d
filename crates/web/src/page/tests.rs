use askama::Template as _;

use super::{
    Cell, Choice, Field, FieldKind, FormView, Listing, Summary, Table, day_begins, day_in_words, day_of,
    moment_in_words,
};
use crate::form::{Errors, Form};

#[test]
fn moments_are_shown_as_the_clocks_go() {
    let cases = [
        ("2024-01-11T10:30:00.000000Z", "11 January 2024, 10:30"),
        ("2026-07-01T22:59:59.000000Z", "1 July 2026, 23:59"),
        ("2026-07-01T23:30:00.000000Z", "2 July 2026, 00:30"),
        // The minute before and the minute of each change in 2026.
        ("2026-03-29T00:59:00.000000Z", "29 March 2026, 00:59"),
        ("2026-03-29T01:00:00.000000Z", "29 March 2026, 02:00"),
        ("2026-10-25T00:59:00.000000Z", "25 October 2026, 01:59"),
        ("2026-10-25T01:00:00.000000Z", "25 October 2026, 01:00"),
        ("soon", "soon"),
    ];
    for (text, expected) in cases {
        assert_eq!(moment_in_words(text), expected);
    }
    assert_eq!(day_begins("2026-01-05", 0).as_deref(), Some("2026-01-05T00:00:00.000000Z"));
    assert_eq!(day_begins("2026-07-01", 0).as_deref(), Some("2026-06-30T23:00:00.000000Z"));
    assert_eq!(day_begins("2026-03-29", 1).as_deref(), Some("2026-03-29T23:00:00.000000Z"));
    assert_eq!(day_begins("2026-13-01", 0), None);
    let day = |at| day_of(at).to_string();
    assert_eq!(day(time::macros::datetime!(2026-07-01 23:30 UTC)), "2026-07-02");
    assert_eq!(day(time::macros::datetime!(2026-01-01 23:30 UTC)), "2026-01-01");
    assert_eq!(day_in_words("2024-01-11"), "Thursday 11 January 2024");
    assert_eq!(day_in_words("2026-07-01T23:30:00.000000Z"), "Thursday 2 July 2026");
    assert_eq!(day_in_words("2024-02-30"), "2024-02-30");
}

#[test]
fn a_list_is_paged_and_sorted_by_its_address() {
    let listing = Listing::read("/organisations?sort=1&down=1&page=2").expect("read");
    assert_eq!((listing.sort, listing.descending, listing.page), (1, true, 2));
    let (rows, paging) = listing.page_of((0..60).collect());
    assert_eq!(rows, (25..50).collect::<Vec<_>>());
    let paging = paging.expect("pages");
    assert_eq!(paging.words, "26 to 50 of 60");
    assert_eq!(paging.before.as_deref(), Some("/organisations?sort=1&down=1&page=1"));
    assert_eq!(paging.after.as_deref(), Some("/organisations?sort=1&down=1&page=3"));
    assert_eq!(listing.sorted_by(1), "/organisations?sort=1&down=0");
    assert_eq!(listing.sorted_by(0), "/organisations?sort=0&down=0");
    let filtered = Listing::read("/x").expect("read").keeping(&[("q", "knee & hip"), ("state", "")]);
    assert_eq!(filtered.sorted_by(1), "/x?sort=1&down=0&q=knee+%26+hip");
    // Nonsense, and a page behind the last.
    let listing = Listing::read("/x?sort=-1&page=99999999999999999999&down=yes").expect("read");
    assert_eq!((listing.sort, listing.page, listing.descending), (0, 1, false));
    let last = Listing::read("/x?page=9").expect("read");
    assert_eq!(last.page_of((0..30).collect()).0, (25..30).collect::<Vec<_>>());
    assert!(last.page_of(vec![1]).1.is_none());
}

#[test]
fn whatever_is_shown_is_escaped() {
    let hostile = "<script>alert(1)</script>\"'&";
    let table = Table {
        caption: hostile.to_owned(),
        columns: Table::plain_columns(&["Name"]),
        rows: vec![vec![Cell::text(hostile)], vec![Cell::link("/x\"y".to_owned(), hostile)]],
        listing: Listing::default(),
        paging: None,
        empty: "",
    };
    let summary = Summary::default().line("Name", hostile);
    let html = format!("{}{}", table.html().expect("a table"), summary.html().expect("a list"));
    assert!(!html.contains("<script") && !html.contains("x\"y"), "{html}");
    // Twice in the table's name, in both rows, in the summary.
    assert_eq!(html.matches("alert(1)").count(), 5);
}

#[test]
fn a_form_with_mistakes_keeps_what_was_typed_but_for_secrets() {
    let choices = vec![Choice::new("a", "A"), Choice::new("b", "B")];
    let form = FormView {
        title: "Join".to_owned(),
        fields: vec![
            Field::new(FieldKind::Text, "name", "Your name").hinted("As people call you"),
            Field::new(FieldKind::Password, "password", "Password"),
            Field::new(FieldKind::Radios(choices), "kind", "Which"),
        ],
        button: "Join",
        ..FormView::default()
    };
    let typed = Form::parse(b"name=Ann+%3Cb%3E&password=secret+words&kind=b").expect("read");
    let mut errors = Errors::default();
    errors.add("password", "Enter a longer password");
    let html = super::field::Filled::for_test(&form.again(&typed, errors)).render().expect("a form");
    assert!(html.contains("value=\"Ann &#60;b&#62;\""), "{html}");
    assert!(!html.contains("secret words"));
    assert!(html.contains("value=\"b\" checked") && !html.contains("value=\"a\" checked"));
    assert!(html.contains("href=\"#password\"") && html.contains("aria-describedby=\"password-error\""));
    assert!(html.contains("aria-describedby=\"name-hint\""));
}
