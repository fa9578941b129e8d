//! The directory through its front door: a feed in, the tables, offers out.

use std::collections::BTreeMap;

use ground::database::{Act, Database};
use matching::Catchment;
use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::{Actor, Day, GridPoint, Id, Postcode, Topic, TopicSet};

use super::*;
use crate::place::{Places, PostcodePlace};
use crate::test_data::database;

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn act() -> Act {
    Act { action: "directory.import", object: "test".into(), purpose: None, detail: String::new() }
}

fn today() -> Day {
    Day::parse("2026-11-22").expect("a day")
}

const GRANTHAM: GridPoint = GridPoint { easting: 491_500, northing: 336_000 };

/// Everything with a postcode is in Grantham.
fn place_of(site: &Site) -> Option<Where> {
    let postcode = site.addresses.first()?.postcode.as_deref()?;
    postcode.starts_with("NG31").then_some(Where { point: GRANTHAM, approximate: postcode.len() == 4 })
}

fn site(postcode: &str) -> Site {
    Site {
        name: Some("Hall".into()),
        addresses: vec![Address { postcode: Some(postcode.into()), ..Address::default() }],
        ..Site::default()
    }
}

fn term(name: &str) -> Term {
    Term { name: name.into(), ..Term::default() }
}

fn class(name: &str) -> Service {
    Service {
        name: name.into(),
        organisation: Some("o1".into()),
        terms: vec![term("Exercise")],
        sites: vec![SiteOfService { site: "s1".into(), ..SiteOfService::default() }],
        ..Service::default()
    }
}

fn feed(services: &[(&str, Service)]) -> Feed {
    let organisation = Organisation { name: "Leisure".into(), ..Organisation::default() };
    Feed {
        organisations: [("o1".to_owned(), organisation)].into(),
        sites: [("s1".to_owned(), site("NG31 7AA"))].into(),
        services: services.iter().map(|(key, service)| ((*key).to_owned(), service.clone())).collect(),
        ..Feed::default()
    }
}

async fn import(database: &Database, name: &str, feed: &Feed) -> Difference {
    let mut change = database.change(&Actor::CommandLine("tester".into())).await.expect("begun");
    let source = store::source(&mut change, name).await.expect("asked");
    let known = store::known(&mut change, source.as_ref()).await.expect("asked");
    let difference = Difference::between(&known, feed);
    store::apply(&mut change, name, None, "digest", &difference).await.expect("written");
    change.commit(act()).await.expect("committed");
    difference
}

async fn directory(database: &Database) -> Directory {
    store::directory(&mut database.read().await.expect("read")).await.expect("a directory")
}

fn offers(directory: &Directory) -> Exported {
    export(directory, &Settings::default(), &Areas::default(), &place_of, &BTreeMap::new(), today())
}

#[tokio::test]
async fn an_import_again_changes_nothing_and_what_disappears_is_marked_and_may_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    let both = feed(&[("1", class("Chair yoga")), ("2", class("Tai chi"))]);
    assert_eq!(import(&database, "county", &both).await.of(Kind::Service).added.len(), 2);
    let before = directory(&database).await;
    assert!(import(&database, "county", &both).await.is_empty());
    // Another source may use the same key.
    import(&database, "town", &feed(&[("1", class("Bowls"))])).await;
    assert_eq!(directory(&database).await.services.len(), 3);

    let one = feed(&[("1", class("Chair yoga, gently"))]);
    let difference = import(&database, "county", &one).await;
    let services = difference.of(Kind::Service);
    assert_eq!((services.changed.len(), services.gone.len()), (1, 1));
    let after = directory(&database).await;
    assert_eq!(after.standing_services().count(), 2);
    let ids = |d: &Directory, name: &str| {
        d.services.iter().find(|(_, k)| k.record.name.starts_with(name)).map(|(id, _)| *id)
    };
    assert_eq!(ids(&before, "Chair"), ids(&after, "Chair"));
    assert_eq!(import(&database, "county", &both).await.of(Kind::Service).returned.len(), 1);
    assert_eq!(ids(&before, "Tai"), ids(&directory(&database).await, "Tai"));
}

/// Keys of the records of a part, by what would become of them.
fn fate(difference: &Difference, kind: Kind) -> [Vec<&str>; 3] {
    let part = difference.of(kind);
    [&part.gone, &part.kept, &part.doubtful].map(|named| named.iter().map(|one| &*one.key).collect())
}

#[tokio::test]
async fn what_its_source_still_has_and_could_not_be_read_stays_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    let all = feed(&[("1", class("Chair yoga")), ("2", class("Tai chi")), ("3", class("Bowls"))]);
    import(&database, "county", &all).await;
    let before = directory(&database).await;

    // The second was left out, and nothing else speaks of the hall and of who runs it.
    let mut later = Feed { services: feed(&[("4", class("Walk"))]).services, ..Feed::default() };
    later.unread.note(Kind::Service, Some("2".into()));
    let difference = import(&database, "county", &later).await;
    assert_eq!(fate(&difference, Kind::Service), [vec!["1", "3"], vec!["2"], vec![]]);
    assert_eq!(fate(&difference, Kind::Organisation), [vec![], vec!["o1"], vec![]]);
    assert_eq!(fate(&difference, Kind::Site), [vec![], vec!["s1"], vec![]]);
    let standing: Vec<String> =
        directory(&database).await.standing_services().map(|(_, kept)| kept.record.name.clone()).collect();
    assert_eq!(standing, ["Tai chi", "Walk"]);

    // One of which nobody can say which it is: nothing of its kind is taken for gone, unless somebody says so.
    later.unread.note(Kind::Service, None);
    later.services = feed(&[("5", class("Swim"))]).services;
    let difference = import(&database, "county", &later).await;
    assert_eq!(fate(&difference, Kind::Service), [vec![], vec!["2"], vec!["4"]]);
    assert_eq!(fate(&difference.without_doubt(), Kind::Service), [vec!["4"], vec!["2"], vec![]]);

    // A summary overwrites nothing, and brings back what was gone as it was.
    let mut thin = feed(&[("1", Service { name: "Yoga".into(), ..Service::default() }), ("2", class("T"))]);
    thin.organisations.clear();
    for key in ["1", "2"] {
        thin.unread.note_summary(Kind::Service, key.into());
    }
    import(&database, "county", &thin).await;
    let after = directory(&database).await;
    let record = |directory: &Directory, key: &str| {
        directory.services.values().find(|kept| kept.key == key && !kept.gone).map(|kept| kept.record.clone())
    };
    assert_eq!(record(&after, "1"), record(&before, "1"));
    assert_eq!(record(&after, "2"), record(&before, "2"));
}

#[tokio::test]
async fn what_is_merged_is_exported_once_and_a_merge_can_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    import(&database, "county", &feed(&[("1", class("Chair yoga"))])).await;
    import(&database, "town", &feed(&[("77", class("Chair Yoga"))])).await;
    let found = directory(&database).await;
    let suggested = suggest(&found);
    let service = suggested.iter().find(|s| s.kind == Kind::Service).expect("suggested");
    assert!(service.score >= 70, "{service:?}");
    assert!(service.reasons.contains(&"the same postcode".to_owned()), "{service:?}");
    let organisation = suggested.iter().find(|s| s.kind == Kind::Organisation).expect("suggested");
    let actor = Actor::CommandLine("tester".into());
    for pair in [service, organisation] {
        let mut change = database.change(&actor).await.expect("begun");
        store::merge(&mut change, pair.kind, pair.kept, pair.merged, None, "cli:tester")
            .await
            .expect("merged");
        change.commit(act()).await.expect("committed");
    }
    let merged = directory(&database).await;
    assert!(suggest(&merged).is_empty());
    assert_eq!(offers(&merged).offers.len(), 1);
    // An import of the merged record's source keeps the merge.
    import(&database, "town", &feed(&[("77", class("Chair Yoga for all"))])).await;
    assert_eq!(offers(&directory(&database).await).offers.len(), 1);
    let mut change = database.change(&actor).await.expect("begun");
    store::unmerge(
        &mut change,
        Kind::Service,
        service.kept,
        service.merged,
        Some("two classes"),
        "cli:tester",
    )
    .await
    .expect("unmerged");
    change.commit(act()).await.expect("committed");
    let exported = offers(&directory(&database).await);
    assert_eq!(exported.offers.len(), 2);
    // Their organisations are still one.
    assert_eq!(exported.offers[0].provider, exported.offers[1].provider);
}

/// Records of one source, numbered in the order of their keys.
fn kept<T>(source: Id<Source>, records: BTreeMap<String, T>) -> Records<T> {
    let one = |(bits, (key, record))| {
        (
            Id::from_bits(bits),
            Kept { source, key, merged_into: None, gone: false, changed_at: String::new(), record },
        )
    };
    (1..).zip(records).map(one).collect()
}

#[test]
fn one_source_may_say_the_same_twice() {
    let source: Id<Source> = Id::from_bits(1);
    let suggested = |first: (&str, &str), second: (&str, &str)| {
        let mut feed = feed(&[("1", class(first.0)), ("2", class(second.0))]);
        feed.sites.insert("s1".into(), site(first.1));
        feed.sites.insert("s2".into(), site(second.1));
        if let Some(second) = feed.services.get_mut("2") {
            second.sites[0].site = "s2".into();
        }
        let (services, sites) = (kept(source, feed.services), kept(source, feed.sites));
        suggest(&Directory::new(BTreeMap::new(), kept(source, feed.organisations), services, sites))
    };
    let twice = suggested(("Chair yoga", "NG31 7AA"), ("Chair Yoga", "NG31 7AA"));
    assert_eq!(twice.len(), 1);
    assert_eq!((twice[0].sources, twice[0].score >= 70), ((source, source), true));
    // Several classes in one hall, and one class in several halls, are what an organisation has.
    assert_eq!(suggested(("Chair yoga", "NG31 7AA"), ("Tai chi", "NG31 7AA")), []);
    assert_eq!(suggested(("Chair yoga", "NG31 7AA"), ("Chair yoga", "NG31 8AA")), []);
}

#[tokio::test]
async fn a_merged_record_stands_again_when_the_one_that_was_kept_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    import(&database, "county", &feed(&[("1", class("Chair yoga")), ("2", class("Bowls"))])).await;
    import(&database, "town", &feed(&[("77", class("Chair Yoga"))])).await;
    let found = directory(&database).await;
    let pair = suggest(&found).into_iter().find(|s| s.kind == Kind::Service).expect("suggested");
    let mut change = database.change(&Actor::CommandLine("tester".into())).await.expect("begun");
    store::merge(&mut change, Kind::Service, pair.kept, pair.merged, None, "cli:tester")
        .await
        .expect("merged");
    change.commit(act()).await.expect("committed");
    let names = |directory: &Directory| {
        offers(directory).offers.into_iter().filter_map(|offer| offer.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&directory(&database).await), ["Chair yoga", "Bowls"]);
    import(&database, "county", &feed(&[("2", class("Bowls"))])).await;
    assert_eq!(names(&directory(&database).await), ["Bowls", "Chair Yoga"]);
}

#[test]
fn a_site_is_where_people_travel_to() {
    let postcode = |text: &str, easting| PostcodePlace {
        postcode: Postcode::parse(text).expect("a postcode"),
        point: GridPoint { easting, northing: 336_000 },
        lsoa: None,
        terminated: false,
    };
    let known =
        vec![postcode("NG31 7AA", 491_000), postcode("NG31 7AB", 492_000), postcode("LN1 1AA", 497_000)];
    let places = Places::new(known, Vec::new(), &[]);
    let address = |kind: &str, postcode: &str| Address {
        kind: Some(kind.into()),
        postcode: Some(postcode.into()),
        ..Address::default()
    };
    let check = |addresses: Vec<Address>, degrees: Option<(f64, f64)>, expected: Option<(i32, bool)>| {
        let (latitude, longitude) = degrees.unzip();
        let found = where_is(&Site { latitude, longitude, addresses, ..Site::default() }, &places);
        assert_eq!(found.map(|found| (found.point.easting, found.approximate)), expected);
    };
    check(vec![address("postal", "LN1 1AA"), address("physical", "NG31 7AA")], None, Some((491_000, false)));
    check(vec![address("postal", "LN1 1AA")], None, Some((497_000, false)));
    // A postcode that nobody knows still says roughly where, and so does half of one.
    check(vec![address("physical", "NG31 9ZZ")], None, Some((491_500, true)));
    check(vec![address("physical", "NG31")], None, Some((491_500, true)));
    check(vec![address("physical", "33101")], None, None);
    // Coordinates in Cornwall are none of a hall in Grantham's.
    let cornwall = Some((50.26, -5.05));
    check(vec![address("physical", "NG31 7AA")], cornwall, Some((491_000, false)));
    check(vec![address("physical", "NG31 9ZZ")], cornwall, Some((491_500, true)));
}

fn exported_alone(service: Service, sites: Vec<(&str, Site)>, areas: &Areas) -> Exported {
    let source: Id<Source> = Id::from_bits(1);
    let kept = |key: &str| (source, key.to_owned());
    let (service_source, key) = kept("1");
    let services = [(
        Id::from_bits(9),
        Kept {
            source: service_source,
            key,
            merged_into: None,
            gone: false,
            changed_at: String::new(),
            record: service,
        },
    )];
    let sites = sites.into_iter().zip(1..).map(|((key, site), bits)| {
        let (source, key) = kept(key);
        (
            Id::from_bits(bits),
            Kept { source, key, merged_into: None, gone: false, changed_at: String::new(), record: site },
        )
    });
    let directory = Directory::new(BTreeMap::new(), BTreeMap::new(), services.into(), sites.collect());
    export(&directory, &Settings::default(), areas, &place_of, &BTreeMap::new(), today())
}

fn area(name: &str) -> ServiceArea {
    ServiceArea { name: Some(name.into()), ..ServiceArea::default() }
}

#[test]
fn a_service_becomes_the_kind_of_offer_that_its_record_supports() {
    let areas = Areas::new([vec!["E07000141", "South Kesteven"], vec!["E07000136", "Boston"]]);
    let at_hall = || vec![("s1", site("NG31 7AA"))];
    let mask = |bits| (Catchment::Areas, Some(0), bits, 1);
    let check = |service: Service,
                 sites: Vec<(&str, Site)>,
                 expected: Option<(Catchment, Option<i32>, u64, usize)>| {
        let exported = exported_alone(service, sites, &areas);
        let first = exported.offers.first();
        let found = first.map(|o| (o.catchment, o.county, o.area_mask, exported.offers.len()));
        assert_eq!(found, expected, "{exported:?}");
        exported
    };
    // A place alone: a radius by topic.
    let radius = check(class("A"), at_hall(), Some((Catchment::Radius, None, 0, 1)));
    assert_eq!(radius.offers[0].radius, 8_000);
    assert_eq!(radius.offers[0].place, Some(GRANTHAM));
    assert_eq!(radius.offers[0].offers, TopicSet::EMPTY.with(Topic::Strength));
    // Areas by code and by name; all of them are the county.
    let in_areas =
        |names: &[&str]| Service { service_areas: names.iter().map(|n| area(n)).collect(), ..class("A") };
    check(in_areas(&["South Kesteven District Council"]), at_hall(), Some(mask(1)));
    check(in_areas(&["E07000136"]), vec![], Some(mask(2)));
    check(in_areas(&["E07000136", "south kesteven"]), at_hall(), Some((Catchment::County, Some(0), 0, 1)));
    check(in_areas(&["England"]), vec![], Some((Catchment::County, Some(0), 0, 1)));
    // Words that nobody has coded: the radius stands, and it is counted; without a place nothing can.
    assert_eq!(
        check(in_areas(&["round here"]), at_hall(), Some((Catchment::Radius, None, 0, 1))).areas_not_coded,
        1
    );
    let why = |exported: &Exported| exported.left_out.iter().map(|one| one.why).collect::<Vec<_>>();
    assert_eq!(why(&check(in_areas(&["round here"]), vec![], None)), [Why::WithoutPlace]);
    // Online only, and online beside a place.
    let online = Service { online: Some(true), ..class("A") };
    check(online.clone(), vec![], Some((Catchment::Online, None, 0, 1)));
    let virtual_site = Site { kind: SiteKind::Virtual, ..site("NG31 7AA") };
    check(class("A"), vec![("s1", virtual_site)], Some((Catchment::Online, None, 0, 1)));
    check(online.clone(), at_hall(), Some((Catchment::Radius, None, 0, 1)));
    check(online, vec![("s1", Site::default())], Some((Catchment::Online, None, 0, 1)));
    // Two sites are two rows; one that cannot be found is none.
    let two = Service {
        sites: ["s1", "s2"].map(|s| SiteOfService { site: s.into(), ..SiteOfService::default() }).into(),
        ..class("A")
    };
    let rows = vec![("s1", site("NG31 7AA")), ("s2", site("NG31"))];
    assert_eq!(check(two.clone(), rows, Some((Catchment::Radius, None, 0, 2))).approximate, 1);
    check(two, vec![("s1", site("NG31 7AA")), ("s2", site("33101"))], Some((Catchment::Radius, None, 0, 1)));
    // What does not run and what nobody has mapped is left out and counted.
    assert_eq!(
        why(&check(Service { status: Status::Defunct, ..class("A") }, at_hall(), None)),
        [Why::NotActive]
    );
    let exported = check(Service { terms: vec![term("Basket weaving")], ..class("A") }, at_hall(), None);
    assert_eq!(exported.unmapped, [("Basket weaving".to_owned(), 1)]);
    assert_eq!((why(&exported), exported.left_out[0].key.as_str()), (vec![Why::WithoutTopic], "1"));
}

#[test]
fn a_price_is_the_dearest_that_is_valid_and_free_only_where_it_says_so() {
    let cost = |pence, from: Option<&str>, to: Option<&str>| CostOption {
        pence: Some(pence),
        valid_from: from.map(str::to_owned),
        valid_to: to.map(str::to_owned),
        ..CostOption::default()
    };
    let priced = |options: Vec<CostOption>, fees: Option<&str>| {
        let service = Service { cost_options: options, fees: fees.map(str::to_owned), ..class("A") };
        exported_alone(service, vec![("s1", site("NG31 7AA"))], &Areas::default()).offers[0].cost
    };
    assert_eq!(priced(vec![], None), None);
    assert_eq!(priced(vec![], Some("Free of charge.")), Some(0));
    assert_eq!(priced(vec![], Some("Free for members")), None);
    assert_eq!(priced(vec![], Some("£4 per class")), Some(400));
    assert_eq!(priced(vec![], Some("From £4, or what you can give")), None);
    assert_eq!(priced(vec![cost(300, None, None), cost(500, None, None)], None), Some(500));
    assert_eq!(priced(vec![cost(300, None, None), cost(500, None, Some("2020-01-01"))], None), Some(300));
    assert_eq!(priced(vec![cost(300, Some("2027-01-01"), None)], None), None);
}

#[test]
fn whether_there_are_steps_is_said_or_not_known() {
    for (said, not_known) in [(Some(true), 0), (Some(false), 0), (None, 1)] {
        let hall = Site { step_free: said, ..site("NG31 7AA") };
        let exported = exported_alone(class("A"), vec![("s1", hall)], &Areas::default());
        assert_eq!((exported.offers[0].step_free, exported.steps_not_known), (said, not_known));
    }
    let online = Service { online: Some(true), ..class("A") };
    assert_eq!(exported_alone(online, vec![], &Areas::default()).steps_not_known, 0);
}

#[test]
fn words_about_eligibility_ask_first_and_exclude_nobody() {
    let service = Service { eligibility: Some("Over 50s only".into()), ..class("A") };
    let exported = exported_alone(service, vec![("s1", site("NG31 7AA"))], &Areas::default());
    let offer = &exported.offers[0];
    assert_eq!((offer.min_age, offer.max_age), (0, 120));
    assert_eq!(offer.eligibility.as_deref(), Some("Over 50s only"));
    assert_eq!(exported.ask_first, 1);
}

#[test]
fn settings_point_at_the_line_of_a_mistake() {
    for (text, expected) in [
        ("format = 2", "line 1: expected format = 1"),
        ("format = 1\n[radius]\nsleep = 3", "line 3: \"sleep\" is none of the sixteen topics"),
        ("format = 1\n[radius]\npain = 0", "line 3: expected metres from 1"),
        ("format = 1\n[terms]\nyoga = [\n \"strenth\"]", "line 4: \"strenth\" is none"),
        ("format = 1\n[words]", "line 2: unknown field"),
    ] {
        let error = Settings::parse("directory.toml", text).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}\nshould say: {expected}");
    }
}

#[test]
fn what_nobody_looked_at_for_too_long_leaves_matching_until_somebody_looks() {
    let source: Id<Source> = Id::from_bits(1);
    let old = Service { assured_on: Some("2020-01-01".into()), ..class("Tai chi") };
    let feed = feed(&[("1", class("Chair yoga")), ("2", old)]);
    let (organisations, services) = (kept(source, feed.organisations), kept(source, feed.services));
    let today = today();
    let came = |mut records: Records<Service>| {
        // It came today: only what it says of its own checks is old.
        records.values_mut().for_each(|kept| kept.changed_at = format!("{today}T08:00:00Z"));
        records
    };
    let directory = Directory::new(BTreeMap::new(), organisations, came(services), kept(source, feed.sites));
    let exported = |checks: &[(u128, &str)]| {
        let look = |day: &str| assurance::Check {
            on: Day::parse(day).expect("a day"),
            against: assurance::Against::Telephone,
        };
        let checks = checks.iter().map(|(bits, day)| (Id::from_bits(*bits), look(day))).collect();
        let found = export(&directory, &Settings::default(), &Areas::default(), &place_of, &checks, today);
        let left_out: Vec<_> = found.left_out.iter().map(|one| (one.name.clone(), one.why)).collect();
        (found.offers.iter().filter_map(|offer| offer.name.clone()).collect::<Vec<_>>(), left_out)
    };
    let gone = vec![("Tai chi".to_owned(), Why::NotAssured)];
    assert_eq!(exported(&[]), (vec!["Chair yoga".to_owned()], gone.clone()));
    assert_eq!(exported(&[(2, "2020-02-01")]), (vec!["Chair yoga".to_owned()], gone), "that look is as old");
    let both = vec!["Chair yoga".to_owned(), "Tai chi".to_owned()];
    assert_eq!(exported(&[(2, "2026-11-01")]), (both, vec![]), "somebody looked");
}

#[test]
fn terms_of_which_nobody_said_what_they_mean_come_by_how_many_use_them() {
    let with = |name: &str, terms: &[&str]| Service {
        terms: terms.iter().map(|name| term(name)).collect(),
        ..class(name)
    };
    let source: Id<Source> = Id::from_bits(1);
    let services = feed(&[
        ("1", with("One", &["Dancing in chairs"])),
        ("2", with("Two", &["Zumba gold", "Exercise"])),
        ("3", with("Three", &["zumba Gold"])),
        ("4", with("Four", &["Aqua", "Aqua"])),
    ])
    .services;
    let directory = Directory::new(BTreeMap::new(), BTreeMap::new(), kept(source, services), BTreeMap::new());
    let unmapped = unmapped_terms(&directory, &Settings::default());
    let told: Vec<(&str, usize)> = unmapped.iter().map(|one| (one.key.as_str(), one.services)).collect();
    assert_eq!(told, [("zumba gold", 2), ("aqua", 1), ("dancing in chairs", 1)]);
}
