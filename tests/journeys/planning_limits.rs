//! Where planning on pages ends: so many questions, a last day, a file that is too large, figures that are refused; and that a run
//! can be had again from what was kept of it.

use std::sync::atomic::{AtomicI64, Ordering};

use ground::database::Act;
use testbed::{Seen, Visitor};
use time::OffsetDateTime;
use vocabulary::Actor;

use crate::support::county::{County, LOOKED_AT, approves, trial_form, tries};
use crate::support::meres::run as meres;
use crate::support::site::Place;

async fn hub(ana: &mut Visitor, run: &str, more: &[(&str, &str)]) -> Seen {
    let path = format!("{run}/hub");
    ana.get(&path).await;
    let mut typed = vec![("venue", "NG31 7AA"), ("radius", "20"), ("stands", "1")];
    typed.retain(|(name, _)| more.iter().all(|(known, _)| known != name));
    typed.extend(more);
    ana.post(&path, &typed).await
}

#[tokio::test]
async fn whoever_has_asked_three_hundred_different_questions_is_told_so_and_one_asked_before_costs_nothing() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    assert_eq!(hub(&mut ana, &run, &[]).await.status, 200);
    assert_eq!(hub(&mut ana, &run, &[]).await.status, 200);
    // As if 298 others had been asked.
    let mut change = county.place.house.database.change(&Actor::Meres).await.expect("a change");
    let sql = "INSERT INTO match_trial (id, population, actor, digest, made_at) \
               WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 298) \
               SELECT 'made-up-' || CAST(n.x AS TEXT), t.population, t.actor, 'match.hub ' || CAST(n.x AS TEXT), t.made_at \
               FROM (SELECT population, actor, MAX(made_at) AS made_at FROM match_trial GROUP BY population, actor) t, n";
    change.run(sql, Vec::new()).await.expect("changed");
    let act = Act { action: "test.meddle", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");

    let words = "so many questions about these people";
    let last = hub(&mut ana, &run, &[("stands", "2")]).await;
    assert!(
        last.status == 200 && !last.body.contains(words),
        "the three hundredth is answered: {}",
        last.body
    );
    let more = hub(&mut ana, &run, &[("stands", "3")]).await;
    assert!(more.status == 422 && more.body.contains(words), "{}", more.body);
    assert!(more.body.contains("value=\"3\""), "what was typed is there");
    assert_eq!(hub(&mut ana, &run, &[]).await.status, 200, "one that was asked before is answered again");
    // Each kind has its own, and so has everybody.
    let form = trial_form(&mut ana, &run).await;
    assert_eq!(tries(&mut ana, &run, &form, &[]).await.status, 200);
    let mut sam = county.place.somebody("System administrator").await;
    assert_eq!(hub(&mut sam, &run, &[("stands", "3")]).await.status, 200);
}

#[tokio::test]
async fn a_house_may_have_fewer_questions_answered() {
    // One of a hundred: of three hundred, three.
    let county = County::on(Place::answering(1).await, 3_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    for stands in ["1", "2", "3", "2"] {
        assert_eq!(hub(&mut ana, &run, &[("stands", stands)]).await.status, 200, "{stands}");
    }
    let more = hub(&mut ana, &run, &[("stands", "4")]).await;
    assert!(
        more.status == 422 && more.body.contains("so many questions about these people"),
        "{}",
        more.body
    );
}

static DAYS_ON: AtomicI64 = AtomicI64::new(0);

fn later() -> OffsetDateTime {
    OffsetDateTime::now_utc() + time::Duration::days(DAYS_ON.load(Ordering::Relaxed))
}

fn day(days: i64) -> [String; 3] {
    let date = (later() + time::Duration::days(days)).date();
    [date.day().to_string(), u8::from(date.month()).to_string(), date.year().to_string()]
}

#[tokio::test]
async fn on_its_last_day_all_is_answered_and_on_the_day_after_nothing() {
    let county = County::on(Place::by(later).await, 12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let [date, month, year] = day(40);
    ana.get("/population/new").await;
    let typed = [
        ("name", "Until then"),
        ("purpose", "Planning"),
        ("until-day", date.as_str()),
        ("until-month", month.as_str()),
        ("until-year", year.as_str()),
    ];
    ana.upload("/population/new", &typed, &[("files", "county.parquet", &county.extract())]).await;
    county.place.works(None).await;
    let run = county.matches(&mut ana).await;

    // Lists that can be fetched until tomorrow.
    let [date, month, year] = day(1);
    let until =
        [("until-day", date.as_str()), ("until-month", month.as_str()), ("until-year", year.as_str())];
    let request = county.lists(&mut ana, &run, &until).await;
    let mut priya = county.place.somebody("Programme manager").await;
    assert_eq!(approves(&mut priya, &request, &LOOKED_AT).await.status, 303);
    for (days, status) in [(1, 200), (2, 409)] {
        DAYS_ON.store(days, Ordering::Relaxed);
        let mut robin = county.place.somebody("Practice lead").await;
        let page = robin.get("/practice").await;
        let list =
            format!("/practice/lists/{}", page.between("href=\"/practice/lists/", "\"").expect("a list"));
        robin.get(&format!("{list}/file")).await;
        assert_eq!(robin.post(&format!("{list}/file"), &[]).await.status, status, "after {days} days");
    }

    for (days, reminder, is_answered) in [
        (39, "tomorrow is its last day", true),
        (40, "today is its last day", true),
        (41, "should be deleted by now", false),
    ] {
        DAYS_ON.store(days, Ordering::Relaxed);
        let mut ana = county.place.somebody("Analyst").await;
        let home = ana.get("/").await;
        assert!(home.body.contains(reminder), "after {days} days: {}", home.body);
        let seen = hub(&mut ana, &run, &[]).await;
        assert_eq!(seen.status == 200, is_answered, "after {days} days: {}", seen.body);
        assert_eq!(seen.body.contains("last day of this population has passed"), !is_answered);
    }
}

/// Asks for the release of a run; gives the address.
async fn asks(ana: &mut Visitor, run: &str, title: &str) -> String {
    let id = run.rsplit('/').next().expect("an identifier");
    ana.get(&format!("/releases/new?run={id}")).await;
    let seen = ana.post("/releases/new", &[("run", id), ("title", title), ("purpose", "To plan")]).await;
    seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned()
}

#[tokio::test]
async fn figures_are_taken_back_refused_with_a_reason_and_shown_beside_those_before() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let mut ian = county.place.somebody("Information governance lead").await;
    let run = county.matched(&mut ana).await;

    let first = asks(&mut ana, &run, "Too early").await;
    assert!(!ian.get(&first).await.body.contains("<th scope=\"col\">Before"), "nothing was released before");
    ana.get(&first).await;
    let seen = ana.post(&format!("{first}/withdraw"), &[]).await;
    assert!(ana.follow(seen).await.body.contains("It is taken back"));
    let late = ian.post(&format!("{first}/decide"), &[("decision", "refuse"), ("why", "x")]).await;
    assert_eq!(late.status, 409, "what was taken back is not decided on");

    let second = asks(&mut ana, &run, "Joint pain, spring").await;
    ian.get(&format!("{second}/decide")).await;
    let silent = ian.post(&format!("{second}/decide"), &[("decision", "refuse")]).await;
    assert!(silent.status == 422 && silent.body.contains("Say why"), "{}", silent.body);
    let refusing = [("decision", "refuse"), ("why", "The title says nothing of the year")];
    let seen = ian.post(&format!("{second}/decide"), &refusing).await;
    assert!(ian.follow(seen).await.body.contains("Refused: nothing leaves"));
    assert!(ana.get(&second).await.body.contains("The title says nothing of the year"));
    let mut priya = county.place.somebody("Programme manager").await;
    assert!(priya.get("/figures").await.body.contains("Nothing was released yet"));

    // Asked again after that, and released.
    let figures = county.released(&mut ana, &run).await;
    assert_eq!(priya.get(&figures).await.status, 200);

    // The next extract: beside what was released before.
    let other = County::of(2_000).await.extract();
    let seen = county.sends(&mut ana, "County 2027", ("county.parquet", &other)).await;
    assert!(seen.body.contains("It is kept"), "{}", seen.body);
    let next = county.matches(&mut ana).await;
    let asked = asks(&mut ana, &next, "Joint pain, a year later").await;
    let page = ian.get(&asked).await;
    assert!(page.body.contains("Beside those of the release before, “Spring”"), "{}", page.body);
    let figure = |summary: &str| -> String {
        let summary: serde_json::Value = serde_json::from_str(summary).expect("JSON");
        disclosure::with_commas(summary["cohort"].as_u64().expect("a number"))
    };
    let (now, before) = (
        figure(&ana.get(&format!("{next}/summary")).await.body),
        figure(&ana.get(&format!("{run}/summary")).await.body),
    );
    assert_ne!(now, before);
    let cells =
        format!("meres-number\">{now}</td><td class=\"nhsuk-table__cell meres-number\">{before}</td>");
    assert!(page.body.contains(&cells), "{now} beside {before}: {}", page.body);
}

#[tokio::test]
async fn the_page_of_a_hub_says_gains_who_stays_without_and_who_has_to_be_there() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let seen = hub(&mut ana, &run, &[]).await;
    assert!(seen.body.contains("Somebody has to be there for"), "{}", seen.body);
    let list = seen.between("Providers to invite", "</table>").expect("the list").to_owned();
    let gains: Vec<u64> = list
        .split("aria-hidden=\"true\">Gain </span>")
        .skip(1)
        .filter_map(|rest| rest.trim_start_matches("<span>").split('<').next()?.replace(',', "").parse().ok())
        .collect();
    assert!(gains.len() == 1 && gains[0] >= 10 && gains[0].is_multiple_of(5), "{gains:?} in {list}");
    let without = seen.body.split("Who stays without").nth(1).expect("who stays without");
    for words in ["By deprivation", "By age", "Stay without something", "45 to 64"] {
        assert!(without.contains(words), "{words}: {without}");
    }

    // A need that somebody has to meet, and one that nobody there could.
    let can = hub(&mut ana, &run, &[("topic", "strength")]).await;
    assert!(can.status == 200 && can.body.contains("The shortlist"), "{}", can.body);
    assert!(can.body.contains("value=\"strength\" checked"), "what was ticked stays so: {}", can.body);
    let cannot = hub(&mut ana, &run, &[("topic", "money")]).await;
    assert!(cannot.status == 422 && cannot.body.contains("could not be worked out"), "{}", cannot.body);
}

#[tokio::test]
async fn two_runs_stand_side_by_side_with_the_figures_of_each() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let one = county.matched(&mut ana).await;
    let other = County::of(2_000).await.extract();
    county.sends(&mut ana, "A smaller one", ("county.parquet", &other)).await;
    let other = county.matches(&mut ana).await;
    let id = |run: &str| run.rsplit('/').next().expect("an identifier").to_owned();
    let page = ana.get(&format!("/match-runs/compare?one={}&other={}", id(&one), id(&other))).await;
    let mut summaries = Vec::new();
    for run in [&one, &other] {
        let text = ana.get(&format!("{run}/summary")).await.body;
        summaries.push(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
    }
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Number(number) => disclosure::with_commas(number.as_u64().expect("a count")),
        other => other.as_str().expect("a sign").to_owned(),
    };
    let row = |words: &str, figures: &[&serde_json::Value]| {
        let cells: Vec<String> = figures
            .iter()
            .map(|value| format!("<td class=\"nhsuk-table__cell\">{}</td>", shown(value)))
            .collect();
        let row = format!(">{words}</th>{}", cells.concat());
        assert!(page.body.contains(&row), "{row}: {}", page.body);
    };
    row("In the cohort", &[&summaries[0]["cohort"], &summaries[1]["cohort"]]);
    row("With an offer", &[&summaries[0]["people_matched"], &summaries[1]["people_matched"]]);
    assert_ne!(summaries[0]["cohort"], summaries[1]["cohort"]);
    let line = |at: usize| {
        summaries[at]["topics"]
            .as_array()
            .expect("topics")
            .iter()
            .find(|one| one["topic"] == "strength")
            .expect("it")
    };
    let (a, b) = (line(0), line(1));
    row(vocabulary::Topic::Strength.words(), &[&a["need"], &b["need"], &a["unmet"], &b["unmet"]]);
}

/// Rules, cohort, services and people of a run are kept, and give the same rows once more.
#[tokio::test]
async fn a_run_is_had_again_from_what_was_kept_of_it() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let folder = county.place.file("match-runs").join(run.rsplit('/').next().expect("an identifier"));
    let again = tempfile::tempdir().expect("a folder");
    let data = county.place.file("");
    let (data, services) = (data.to_string_lossy().into_owned(), folder.join("services.parquet"));
    let services = services.to_string_lossy().into_owned();
    let line = [
        "match",
        "--data",
        &data,
        "--population",
        "County 2026",
        "--services",
        &services,
        "--services-are-its-own",
    ];
    let said = meres(again.path(), &[&line[..], &["--out", "again"]].concat());
    assert_eq!(said.status, 0, "{}", said.err);
    let digest = |file: &std::path::Path| ground::files::digest(&[file]).expect("a digest");
    let (kept, anew) = (folder.join("matches.parquet"), again.path().join("again/matches.parquet"));
    assert_eq!(digest(&kept), digest(&anew), "the same rows, by their digest");
    // Another cohort gives others: the digest could differ.
    std::fs::write(
        again.path().join("cohort.toml"),
        planning::cohort::VERSION_1.replace("from = 2024-09-01", "from = 2026-07-01"),
    )
    .expect("written");
    let said = meres(again.path(), &[&line[..], &["--cohort", "cohort.toml", "--out", "other"]].concat());
    assert_eq!(said.status, 0, "{}", said.err);
    assert_ne!(digest(&kept), digest(&again.path().join("other/matches.parquet")));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_sent() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    ana.get("/population/new").await;
    let size = (32_u64 << 30).to_string();
    let most = ana.post("/population/pieces", &[("name", "people.parquet"), ("size", &size)]).await;
    assert_eq!(most.status, 200, "as large as may be: {}", most.body);
    let size = ((32_u64 << 30) + 1).to_string();
    let more = ana.post("/population/pieces", &[("name", "people.parquet"), ("size", &size)]).await;
    assert_eq!(more.status, 413, "{}", more.body);
    // One piece more than was said is not taken either.
    let small = ana.post("/population/pieces", &[("name", "people.csv"), ("size", "4")]).await;
    let small: serde_json::Value = serde_json::from_str(&small.body).expect("JSON");
    let path = format!("/population/pieces/{}", small["id"].as_str().expect("an identifier"));
    let seen = ana.upload(&path, &[("at", "0")], &[("piece", "piece", b"12345")]).await;
    assert_eq!(seen.status, 413, "{}", seen.body);
}
