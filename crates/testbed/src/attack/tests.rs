//! The opponent on tables whose answer can be seen.

use super::{NOT_EXACT, Publication, Range, Verdict, WIDE};

/// A table of figures with their total, as it is printed.
fn table(cells: &[&str], total: &str) -> Publication {
    let mut publication = Publication::default();
    let range = |printed| Range::of_printed(printed, 10_000).expect("a figure");
    let parts: Vec<_> =
        cells.iter().enumerate().map(|(at, cell)| publication.figure(&at.to_string(), range(cell))).collect();
    let whole = publication.figure("total", range(total));
    publication.adds_up("cells and total", &parts, whole);
    publication
}

fn verdict(publication: &Publication, name: &str, spread: i64) -> Verdict {
    let figure = publication.named(name).expect("a figure");
    publication.attack(&[figure], spread).expect("possible")[0]
}

#[test]
fn an_exact_total_gives_a_small_cell_away() {
    let found = verdict(&table(&["=10", "≤7"], "=13"), "1", WIDE);
    assert_eq!(found, Verdict::Found { low: 3, high: 3 });
    assert_eq!(verdict(&table(&["10", "≤7"], "=13"), "1", WIDE), Verdict::Found { low: 1, high: 5 });
    assert!(verdict(&table(&["10", "≤7"], "=13"), "1", NOT_EXACT).is_safe());
}

#[test]
fn rounding_alone_is_not_enough_and_withholding_is() {
    assert_eq!(verdict(&table(&["10", "≤7"], "10"), "1", WIDE), Verdict::Found { low: 0, high: 4 });
    assert!(verdict(&table(&["10", "≤7"], "hidden"), "1", WIDE).is_safe());
    assert!(verdict(&table(&["hidden", "≤7"], "90"), "1", WIDE).is_safe());
}

/// One relation at a time shows nothing here; only the integer program sees that both are even.
#[test]
fn what_only_whole_numbers_show_is_found() {
    let mut publication = Publication::default();
    let [a, b, c] = ["a", "b", "c"].map(|name| publication.figure(name, Range::up_to(7)));
    let d = publication.figure("d", Range::up_to(2));
    publication.known("a + b + c is 8", &[(a, 1), (b, 1), (c, 1)], Range::exactly(8));
    publication.known("a + b is 2 more than c", &[(a, 1), (b, 1), (c, -1)], Range::exactly(2));
    publication.known("6 d is a + b + c - 2", &[(a, 1), (b, 1), (c, 1), (d, -6)], Range::exactly(2));
    assert_eq!(verdict(&publication, "c", WIDE), Verdict::Found { low: 3, high: 3 });
    assert!(verdict(&publication, "a", WIDE).is_safe());
    let untrue = publication.untrue(|name| {
        Some(match name {
            "a" => 5,
            "c" => 3,
            _ => 1,
        })
    });
    assert_eq!(untrue, ["a + b + c is 8: 9", "a + b is 2 more than c: 3", "6 d is a + b + c - 2: 3"]);
}

#[test]
fn what_cannot_be_is_said() {
    let publication = table(&["10", "10"], "≤7");
    let all: Vec<_> = publication.figures().collect();
    assert!(publication.attack(&all, WIDE).is_err());
}

#[test]
fn a_bare_small_number_is_no_figure() {
    for printed in ["1", "3", "7", "8", "12", "-5", "many", ""] {
        assert_eq!(Range::of_printed(printed, 100), None, "{printed}");
    }
    assert_eq!(Range::of_printed("1,235", 10_000), Some(Range { low: 1_233, high: 1_237 }));
    assert_eq!(Range::of_printed("10", 100), Some(Range { low: 8, high: 12 }));
    assert_eq!(Range::of_printed("5", 100), None);
}
