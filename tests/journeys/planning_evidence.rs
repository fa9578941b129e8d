//! Evidence beside an extract: coded events that are kept with its people, code lists, and lists of people. A cohort asks for
//! them on a page; a run says which were used; nothing of them outlives the population.

use std::fmt::Write as _;

use testbed::{Seen, Visitor};

use crate::support::county::County;

const PEOPLE: u32 = 600;

/// Six hundred people; nobody's conditions are known.
fn people() -> String {
    let mut text = String::from("pid,birth_year,easting,northing,sex\n");
    for row in 0..PEOPLE {
        let _ = writeln!(text, "PSEUDO{row:05},19{},{},446100,1", 30 + row % 40, 589_000 + row);
    }
    text
}

/// Every second one has a code of arthritis; of those, every second one long ago. One event is of somebody else.
fn events() -> String {
    let mut text = String::from("Patient_ID,SnomedCode,Event Date\nPSEUDOXXX,239873007,2025-01-01\n");
    for row in (0..PEOPLE).step_by(2) {
        let year = if row % 4 == 0 { 2025 } else { 2001 };
        let _ = writeln!(text, "PSEUDO{row:05},239873007,{year}-03-01\nPSEUDO{row:05},44054006,2020-03-01");
    }
    text
}

/// Sends both files; which column is what is said on the page that follows. Gives the population's page.
async fn kept(county: &County, ana: &mut Visitor) -> Seen {
    ana.get("/population/new").await;
    let typed = [
        ("name", "With events"),
        ("purpose", "Planning"),
        ("until-day", "31"),
        ("until-month", "3"),
        ("until-year", "2030"),
    ];
    let (people, events) = (people(), events());
    let files = [("files", "people.csv", people.as_bytes()), ("events", "events.csv", events.as_bytes())];
    let seen = ana.upload("/population/new", &typed, &files).await;
    let seen = ana.follow(seen).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("Their coded events") && !page.body.contains("PSEUDO"), "{}", page.body);
    assert!(page.body.contains("value=\"SnomedCode\" selected"), "its columns are recognised: {}", page.body);
    let columns = page.between("<form action=\"", "\"").expect("a form").to_owned();
    let of_people = ["pid", "birth_year", "sex", "easting", "northing"].map(|name| (name, name));
    let rest = [("event-pid", "Patient_ID"), ("event-date", "Event Date"), ("read", "yes")];
    let without = [&of_people[..], &rest, &[("event-system-way", "snomed")]].concat();
    let seen = ana.post(&columns, &without).await;
    assert!(seen.status == 422 && seen.body.contains("href=\"#event-code\""), "{}", seen.body);
    let seen = ana.post(&columns, &[&without[..], &[("event-code", "SnomedCode")]].concat()).await;
    county.place.works(None).await;
    let seen = ana.follow(seen).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("It is kept") && page.body.contains("Coded events"), "{}", page.body);
    page
}

async fn adds_codes(ana: &mut Visitor) -> String {
    ana.get("/cohorts/code-lists/new").await;
    let typed = |codes: &'static str| {
        [
            ("name", "Arthritis of the knee"),
            ("system", "http://snomed.info/sct"),
            ("source", "A test"),
            ("licence", "CC0"),
            ("condition", "oa"),
            ("codes", codes),
        ]
    };
    let wrong = ana.upload("/cohorts/code-lists/new", &typed("239873008,Knee"), &[]).await;
    assert!(wrong.status == 422 && wrong.body.contains("check digit"), "{}", wrong.body);
    assert!(wrong.body.contains("239873008,Knee"), "what was typed is kept");
    let seen = ana.upload("/cohorts/code-lists/new", &typed("239873007,Osteoarthritis, knee"), &[]).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("Osteoarthritis, knee") && page.body.contains("SNOMED CT"), "{}", page.body);
    let again = ana.upload("/cohorts/code-lists/new", &typed("239873007"), &[]).await;
    assert!(again.status == 422 && again.body.contains("Another code list is called so"), "{}", again.body);
    page.between("action=\"/cohorts/code-lists/", "/end\"").expect("its address").to_owned()
}

/// The identifier of the population that a form offers.
fn population(form: &Seen) -> String {
    let select = form.between("name=\"population\"", "</select>").expect("populations");
    let values = select.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.into_iter().find(|value| !value.is_empty()).expect("one").to_owned()
}

#[tokio::test]
async fn a_cohort_asks_for_codes_and_for_lists_of_people() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let page = kept(&county, &mut ana).await;
    let codes = adds_codes(&mut ana).await;

    // A list of people: named by its column, about people of the population only, and nobody's pseudonym on any page.
    let add =
        page.between("<a href=\"", "/lists\"").expect("lists").rsplit('"').next().expect("it").to_owned();
    let add = format!("{add}/lists");
    ana.get(&add).await;
    let mut list = String::from("who,where\nSTRANGER,hall\n");
    for row in 0..60 {
        let _ = writeln!(list, "PSEUDO{row:05},hall");
    }
    let typed = [("name", "Came to tai chi"), ("column", "pid")];
    let wrong = ana.upload(&add, &typed, &[("file", "class.csv", list.as_bytes())]).await;
    assert!(wrong.status == 422 && wrong.body.contains("missing: pid"), "{}", wrong.body);
    assert!(!wrong.body.contains("trials"), "no folder of ours: {}", wrong.body);
    let typed = [("name", "Came to tai chi"), ("column", "who")];
    let seen = ana.upload(&add, &typed, &[("file", "class.csv", list.as_bytes())]).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("The list is kept") && page.body.contains("Came to tai chi"), "{}", page.body);
    assert!(!page.body.contains("PSEUDO") && !page.body.contains("STRANGER"), "{}", page.body);

    // Both are asked for while a cohort is described.
    let form = ana.get("/cohorts/new").await;
    let of = population(&form);
    let described = [
        ("population", of.as_str()),
        ("name", "Knees at tai chi"),
        ("people", "people with sore knees"),
        ("codes", codes.as_str()),
        ("years", "5"),
        ("lists", "Came to tai chi"),
    ];
    let counted = ana.post("/cohorts/new/count", &described).await;
    // Sixty are on the list, fifteen of them with a code of the last five years.
    assert!(counted.body.contains("15 of 600 people"), "{}", counted.body);
    let ever: Vec<_> = described.iter().copied().filter(|(name, _)| *name != "years").collect();
    let counted = ana.post("/cohorts/new/count", &ever).await;
    assert!(counted.body.contains("30 of 600 people"), "{}", counted.body);
    let without: Vec<_> = [
        ("population", of.as_str()),
        ("from", "18"),
        ("no_codes", codes.as_str()),
        ("no_lists", "Came to tai chi"),
    ]
    .to_vec();
    let counted = ana.post("/cohorts/new/count", &without).await;
    assert!(counted.body.contains("270 of 600 people"), "{}", counted.body);
    let seen = ana.post("/cohorts/new", &described).await;
    let cohort = ana.follow(seen).await;
    assert!(cohort.body.contains("On the list: Came to tai chi"), "{}", cohort.body);
    let version = cohort.between("/match-runs/new?cohort=", "\"").expect("a way on").to_owned();

    // It can be brought into another, with its lists.
    let other = [("population", of.as_str()), ("from", "18"), ("not_in", version.as_str())];
    let counted = ana.post("/cohorts/new/count", &other).await;
    assert!(counted.body.contains("585 of 600 people"), "{}", counted.body);

    // A run says which lists it used.
    ana.get("/match-runs/new").await;
    let typed =
        [("population", of.as_str()), ("cohort", version.as_str()), ("radius", "20"), ("stands", "3")];
    let seen = ana.post("/match-runs/new", &typed).await;
    let run = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    county.place.works(None).await;
    let report = ana.get(&format!("{run}/report")).await;
    assert!(report.body.contains("Arthritis of the knee, last 5 years"), "{}", run);
    assert!(report.body.contains("<dt>Came to tai chi</dt>"), "the digest of the list: {run}");
    assert!(!report.body.contains("PSEUDO"), "{run}");

    // Offered no more, it stays in what was described with it.
    ana.get("/cohorts/code-lists").await;
    let seen = ana.post(&format!("/cohorts/code-lists/{codes}/end"), &[]).await;
    assert!(ana.follow(seen).await.body.contains("offered no more"), "it ends");
    assert!(!ana.get("/cohorts/new").await.body.contains("Or who has a code"), "it is not offered");
    assert!(ana.get(&format!("/cohorts/{version}")).await.body.contains("239873007"), "it is still in");

    // Without the list, the cohort cannot be counted, and says why.
    let remove = page.between("/lists/", "/remove\"").expect("a way").to_owned();
    let remove = format!("{add}/{remove}/remove");
    assert!(ana.get(&remove).await.body.contains("cannot be brought back"), "asked first");
    let seen = ana.post(&remove, &[]).await;
    assert!(ana.follow(seen).await.body.contains("The list is removed"), "removed");
    let counted = ana.post(&format!("/cohorts/{version}/count"), &[("population", of.as_str())]).await;
    assert!(counted.status == 422 && counted.body.contains("no list called"), "{}", counted.body);
    assert_eq!(ana.post(&remove, &[]).await.status, 404, "once");
    let typed = [("name", "Came to tai chi"), ("column", "who")];
    let again = ana.upload(&add, &typed, &[("file", "class.csv", list.as_bytes())]).await;
    assert!(again.status == 422 && again.body.contains("that was removed was called so"), "{}", again.body);
    // A form that was loaded before asks for a list that is gone: a mistake, and no cohort without it.
    let stale = ana.post("/cohorts/new", &described).await;
    assert!(stale.status == 422 && stale.body.contains("no longer there"), "{}", stale.body);
    assert!(stale.body.contains("is offered no more"), "{}", stale.body);
    let mut priya = county.place.somebody("Programme manager").await;
    assert_eq!(priya.get("/cohorts/code-lists").await.status, 403);
}

#[tokio::test]
async fn what_was_kept_beside_a_population_is_gone_with_it() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let page = kept(&county, &mut ana).await;
    let own = page.between("href=\"/population/", "/lists\"").expect("its address").to_owned();
    let add = format!("/population/{own}/lists");
    ana.get(&add).await;
    let typed = [("name", "Eight"), ("column", "pid")];
    // Who is in the population cannot be asked for by short lists: nobody and a few have one answer, and both are in the log.
    let few: Vec<String> = (1..=7).map(|row| format!("PSEUDO{row:05}")).collect();
    let few = format!("pid\n{}\n", few.join("\n"));
    let mut answers = Vec::new();
    for list in ["pid\nSTRANGER\n", "pid\nPSEUDO00001\n", &few] {
        let seen = ana.upload(&add, &typed, &[("file", "list.csv", list.as_bytes())]).await;
        assert_eq!(seen.status, 422, "{}", seen.body);
        answers.push(seen.between("nhsuk-error-summary", "</ul>").expect("why").to_owned());
    }
    assert!(
        answers[0].contains("Too few people") && answers.iter().all(|why| *why == answers[0]),
        "{answers:?}"
    );
    // Each try is written down, all alike: the log does not say how many were found either.
    let mut ian = county.place.somebody("Information governance lead").await;
    let log = ian.get("/audit?q=population.list.try").await.body;
    let rows: Vec<&str> = log
        .split("<tr")
        .filter(|row| row.contains("population.list.try") && row.contains("digest "))
        .collect();
    assert_eq!(rows.len(), 3, "{log}");
    assert!(rows.iter().all(|row| !row.contains("PSEUDO") && !row.contains('≤')), "{log}");
    let eight = format!("{few}PSEUDO00008\n");
    let seen = ana.upload(&add, &typed, &[("file", "list.csv", eight.as_bytes())]).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("The list is kept") && page.body.contains("Eight"), "eight are enough");
    let seen = ana
        .upload(&add, &[("name", "EIGHT"), ("column", "pid")], &[("file", "list.csv", eight.as_bytes())])
        .await;
    assert!(seen.status == 422 && seen.body.contains("Another list is called so"), "{}", seen.body);
    let holds = |name: &str| {
        let all = std::fs::read_dir(county.place.file("population")).expect("listed");
        all.flatten().any(|folder| folder.path().join(name).exists())
    };
    assert!(holds("_events.parquet") && holds("_lists"), "both are kept");
    let delete = format!("/population/{own}/delete");
    ana.get(&delete).await;
    let gone = ana.post(&delete, &[]).await;
    assert!(gone.status == 303, "{}", gone.body);
    assert!(!holds("_events.parquet") && !holds("_lists"), "and both are gone");
    assert!(!ana.get("/cohorts/new").await.body.contains("lists of people"), "its names too");
}
