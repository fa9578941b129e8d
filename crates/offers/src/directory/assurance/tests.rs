use vocabulary::{Day, Id};

use super::{Against, Assured, Check, Freshness, Review, Vouched};
use crate::directory::{Kept, Service};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn service(changed_at: &str, assured_on: Option<&str>) -> Kept<Service> {
    let record =
        Service { name: "Walk".into(), assured_on: assured_on.map(str::to_owned), ..Service::default() };
    Kept {
        source: Id::from_bits(1),
        key: "1".into(),
        merged_into: None,
        gone: false,
        changed_at: changed_at.into(),
        record,
    }
}

#[test]
fn what_nobody_looks_at_is_reminded_of_and_then_hidden() {
    let walk = service("2026-01-01T09:00:00.000000Z", None);
    let state = |today: &str| Assured::of(&walk, None, Review::default(), day(today)).state;
    assert_eq!(state("2026-12-03"), Freshness::Fresh);
    assert_eq!(state("2026-12-04"), Freshness::DueSoon);
    assert_eq!(state("2027-01-01"), Freshness::Overdue);
    assert_eq!(state("2027-01-28"), Freshness::Overdue);
    assert_eq!(state("2027-01-29"), Freshness::Hidden);
}

#[test]
fn the_latest_that_anybody_says_counts_and_a_day_to_come_does_not() {
    let today = day("2026-11-22");
    let of = |assured_on, check: Option<&str>| {
        let check = check.map(|on| Check { on: day(on), against: Against::Telephone });
        let assured =
            Assured::of(&service("2026-01-01T09:00:00Z", assured_on), check, Review::default(), today);
        (assured.on.to_string(), assured.by)
    };
    let said = |on: &str, by| (on.to_owned(), by);
    assert_eq!(of(None, None), said("2026-01-01", Vouched::Came));
    assert_eq!(of(Some("2025-06-01"), None), said("2025-06-01", Vouched::Source));
    assert_eq!(of(Some("2025-06-01"), Some("2025-05-01")), said("2025-06-01", Vouched::Source));
    assert_eq!(
        of(Some("2025-06-01"), Some("2026-05-01")),
        said("2026-05-01", Vouched::Here(Against::Telephone))
    );
    assert_eq!(of(Some("2031-06-01"), Some("2027-05-01")), said("2026-01-01", Vouched::Came));
    assert_eq!(of(Some("soon"), None), said("2026-01-01", Vouched::Came));
}

#[test]
fn what_it_was_checked_against_is_kept_by_its_word() {
    for against in Against::ALL {
        assert_eq!(Against::parse(against.word()), Some(against));
    }
}
