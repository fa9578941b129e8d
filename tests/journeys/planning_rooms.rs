//! An analyst, from a file to what it says: an extract comes in, a cohort is described, matched and looked at, and all of it
//! is deleted again.

use ground::jobs;
use time::OffsetDateTime;

use crate::support::county::County;

#[tokio::test]
async fn an_extract_comes_in_is_matched_and_is_deleted_with_all_its_rows() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let seen = county.sends(&mut ana, "County 2026", ("county.parquet", &county.extract())).await;
    assert!(
        seen.body.contains("It is kept") && seen.body.contains("Planning the Grantham hub"),
        "{}",
        seen.body
    );
    assert!(seen.body.contains("3,000"), "{}", seen.body);
    let uploads = county.place.file("population-uploads");
    let left = std::fs::read_dir(&uploads).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what was sent is removed once it is kept");

    // A cohort, described without code.
    ana.get("/cohorts/new").await;
    let nothing = ana.post("/cohorts/new", &[("name", "Knees"), ("people", "adults with sore knees")]).await;
    assert_eq!(nothing.status, 422, "a cohort that asks nothing is everybody");
    let typed = [
        ("name", "Knees"),
        ("people", "adults with sore knees"),
        ("from", "18"),
        ("with", "oa"),
        ("with", "back"),
        ("without", "dementia"),
        ("place", "yes"),
    ];
    let seen = ana.post("/cohorts/new", &typed).await;
    let cohort = ana.follow(seen).await;
    assert!(cohort.body.contains("Any of: osteoarthritis, back pain"), "{}", cohort.body);
    let version = cohort.between("/match-runs/new?cohort=", "\"").expect("a way on").to_owned();

    // Its next version says what is different, and the first stays.
    let text = ana.get(&format!("/cohorts/{version}/toml")).await.body;
    let form = format!("/cohorts/{version}/change");
    ana.get(&form).await;
    let wrong = ana.post(&form, &[("text", "format = 1\nname = 3"), ("note", "x")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("line 2"), "{}", wrong.body);
    let lists = format!("{text}\n[[list]]\nname = \"x\"\nfile = \"/etc/passwd\"\ncolumn = \"pid\"\n");
    let wrong = ana.post(&form, &[("text", &lists), ("note", "x")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("names no file here"), "{}", wrong.body);
    let older = text.replace("from = 18", "from = 50");
    let seen = ana.post(&form, &[("text", &older), ("note", "Only older people")]).await;
    let second = ana.follow(seen).await;
    assert!(
        second.body.contains("version 2") && second.body.contains("Only older people"),
        "{}",
        second.body
    );
    assert!(second.body.contains("<ins>") && second.body.contains("from = 50"), "{}", second.body);

    // One that was taken away, or written elsewhere, comes in: from a file, or pasted.
    ana.get("/cohorts/bring").await;
    let bytes = text.replace("from = 18", "from = 60");
    let seen = ana.upload("/cohorts/bring", &[], &[("file", "cohort.toml", bytes.as_bytes())]).await;
    let brought = ana.follow(seen).await;
    assert!(brought.body.contains("version 1") && brought.body.contains("from = 60"), "{}", brought.body);
    ana.get("/cohorts/bring").await;
    let seen = ana.upload("/cohorts/bring", &[("text", &text)], &[]).await;
    assert!(ana.follow(seen).await.body.contains("Any of: osteoarthritis, back pain"));
    for (typed, file, why) in [
        ("", None, "Choose a file"),
        (text.as_str(), Some(text.as_bytes()), "not both"),
        ("", Some(&b"format = 1\nname = 3\n"[..]), "line 2"),
        ("", Some(&b"\xff\xfe"[..]), "holds no text"),
        ("format = 1\nnme = \"x\"", None, "line 2"),
    ] {
        ana.get("/cohorts/bring").await;
        let files: Vec<_> = file.iter().map(|bytes| ("file", "cohort.toml", *bytes)).collect();
        let wrong = ana.upload("/cohorts/bring", &[("text", typed)], &files).await;
        assert!(wrong.status == 422 && wrong.body.contains(why), "{why}: {}", wrong.body);
    }
    ana.get("/cohorts/bring").await;
    let wrong = ana.upload("/cohorts/bring", &[], &[("file", "c.toml", b"format = 1\nname = 3\n")]).await;
    assert!(
        wrong.body.contains("name = 3\n</textarea>"),
        "what stood in the file can be mended: {}",
        wrong.body
    );

    // The run is what the command line would have done.
    let form = ana.get(&format!("/match-runs/new?cohort={version}")).await;
    let population = form.between("name=\"population\"", "</select>").expect("populations");
    let values = population.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let population = values.into_iter().find(|value| !value.is_empty()).expect("one").to_owned();
    let wrong = [
        ("population", population.as_str()),
        ("cohort", &version),
        ("venue", "nowhere at all"),
        ("radius", "0"),
    ];
    let wrong = ana.post("/match-runs/new", &wrong).await;
    assert!(wrong.status == 422 && wrong.body.contains("Enter a postcode"), "{}", wrong.body);
    ana.get("/match-runs/new").await;
    let typed = [
        ("population", population.as_str()),
        ("cohort", &version),
        ("venue", "NG31 7AA"),
        ("radius", "20"),
        ("stands", "3"),
    ];
    let seen = ana.post("/match-runs/new", &typed).await;
    let run = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    county.place.works(None).await;
    let page = ana.get(&run).await;
    assert!(page.body.contains("Read the report"), "{}", page.body);
    assert!(page.body.contains("Everybody in this population is invented"));
    let report = ana.get(&format!("{run}/report")).await;
    assert!(report.body.contains(&format!("{run}/report.css")) && !report.body.contains("<style"));
    assert!(ana.get(&format!("{run}/report.css")).await.body.contains('{'));
    let summary = ana.get(&format!("{run}/summary")).await;
    let summary: serde_json::Value = serde_json::from_str(&summary.body).expect("JSON");
    assert_eq!(summary["people"], "adults with sore knees");

    // The rows need a purpose, and whoever takes them stands in the audit log.
    ana.get(&format!("{run}/rows")).await;
    assert_eq!(ana.post(&format!("{run}/rows"), &[]).await.status, 422);
    ana.get(&format!("{run}/rows")).await;
    let rows = ana
        .post(&format!("{run}/rows"), &[("purpose", "Invitations by the practices"), ("format", "parquet")])
        .await;
    assert_eq!(rows.status, 200);
    let mut ivan = county.place.somebody("Information governance lead").await;
    let log = ivan.get("/audit?q=match.rows").await;
    assert!(log.body.contains("match.rows"), "{}", log.body);

    // Nobody else is there.
    for role in ["Programme manager", "Hub organiser", "Evaluator"] {
        let mut other = county.place.somebody(role).await;
        for path in ["/population", "/cohorts", "/match-runs", run.as_str()] {
            assert_eq!(other.get(path).await.status, 403, "{role} at {path}");
        }
    }

    // Deleted means deleted: the parts, and the rows of every run.
    county.deletes(&mut ana).await;
    let kept = std::fs::read_dir(county.place.file("population")).expect("the zone").flatten();
    assert_eq!(kept.filter(|entry| entry.path().is_dir()).count(), 0);
    ana.get(&format!("{run}/rows")).await;
    let rows = ana.post(&format!("{run}/rows"), &[("purpose", "Once more"), ("format", "csv")]).await;
    assert_eq!(rows.status, 404, "its rows are gone");
    assert!(ana.get(&run).await.body.contains("Read the report"), "what was released stays");
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_its_lines_and_nothing_of_what_stood_there() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    ana.get("/population/new").await;
    let nothing = ana.upload("/population/new", &[("name", "")], &[]).await;
    assert_eq!(nothing.status, 422);
    for words in
        ["Choose the files", "Enter what it is called", "Enter what it may be used for", "Enter the last day"]
    {
        assert!(nothing.body.contains(words), "{words}: {}", nothing.body);
    }
    let bad = b"pid,birth_year,sex\nSECRETPID,SECRETYEAR,1\n";
    let seen = county.sends(&mut ana, "Bad", ("bad.csv", bad)).await;
    assert!(seen.body.contains("Which column is what?") && !seen.body.contains("SECRET"), "{}", seen.body);
    let columns = seen.between("<form action=\"", "\"").expect("a form").to_owned();
    let chosen = [("pid", "pid"), ("birth_year", "birth_year"), ("sex", "sex"), ("read", "yes")];
    let seen = ana.post(&columns, &chosen).await;
    county.place.works(None).await;
    let seen = ana.follow(seen).await;
    assert!(seen.body.contains("It was not kept") && !seen.body.contains("SECRET"), "{}", seen.body);
    let listed = ana.get("/population").await;
    assert!(
        listed.body.contains("Refused") && listed.body.contains("No population is kept"),
        "{}",
        listed.body
    );
    // Not of the last day before today, nor of what is no extract.
    ana.get("/population/new").await;
    let typed =
        [("name", "X"), ("purpose", "Y"), ("until-day", "1"), ("until-month", "1"), ("until-year", "2020")];
    let seen = ana.upload("/population/new", &typed, &[("files", "people.xlsx", b"x")]).await;
    assert!(seen.body.contains("today or later") && seen.body.contains(".csv or .parquet"), "{}", seen.body);
    let mut session = county.place.house.database.read().await.expect("read");
    let waiting = jobs::newest(&mut session, 50).await.expect("jobs");
    assert!(!waiting.iter().any(|job| job.kind == "population.keep" && job.state == jobs::State::Queued));
}

/// Asks what if.
async fn tries(ana: &mut testbed::Visitor, path: &str, typed: &[(String, String)]) -> testbed::Seen {
    ana.get(path).await;
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ana.post(path, &typed).await
}

#[tokio::test]
async fn what_if_shows_the_answer_beside_the_run_and_keeps_nothing() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let kept = || std::fs::read_dir(county.place.file("match-runs")).expect("the runs").count();
    let before = kept();
    let path = format!("{run}/try");
    let page = ana.get(&path).await;
    let value = |name: &str| {
        let field = page.body.split(&format!("name=\"{name}\"")).nth(1).expect("a field");
        field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value").to_owned()
    };
    let names: Vec<String> = page
        .body
        .split("name=\"w-")
        .skip(1)
        .filter_map(|rest| Some(format!("w-{}", rest.split('"').next()?)))
        .collect();
    assert_eq!(names.len(), 16, "{}", page.body);
    let cohort = ana.get("/cohorts/new").await;
    assert_eq!(cohort.status, 200);
    let shipped =
        page.between("<textarea class=\"nhsuk-textarea\" id=\"cohort\"", "</textarea>").expect("it");
    let shipped = shipped.split_once('>').expect("its text").1.replace("&#34;", "\"").replace("&#62;", ">");
    let weights: Vec<(String, String)> = names.iter().map(|name| (name.clone(), value(name))).collect();
    let typed = |cohort: &str, without: &str, strength: &str| -> Vec<(String, String)> {
        let mut typed = weights.clone();
        for (name, value) in &mut typed {
            if name == "w-strength" {
                *value = strength.to_owned();
            }
        }
        typed.extend([("cohort".to_owned(), cohort.to_owned()), ("without".to_owned(), without.to_owned())]);
        typed
    };
    let seen = tries(&mut ana, &path, &typed(&shipped, "", "9")).await;
    assert!(seen.status == 200 && seen.body.contains("As it would be"), "{}", seen.body);
    let seen = tries(&mut ana, &path, &typed(&shipped, "", "many")).await;
    assert!(seen.status == 422 && seen.body.contains("Enter how much"), "{}", seen.body);
    assert!(seen.body.contains("value=\"many\""), "what was typed is kept");
    let seen = tries(&mut ana, &path, &typed("format = 1\nname = 3", "", "4")).await;
    assert!(seen.status == 422 && seen.body.contains("line 2"), "{}", seen.body);
    let seen = tries(&mut ana, &path, &typed(&shipped, "Nobody at all Ltd", "4")).await;
    assert!(seen.status == 422 && seen.body.contains("no provider is called"), "{}", seen.body);
    assert_eq!(kept(), before, "nothing of a trial is kept");
    let mut ian = county.place.somebody("Information governance lead").await;
    assert!(ian.get("/audit?q=match.try").await.body.contains("match.try"));
}

#[tokio::test]
async fn whoever_keeps_populations_is_reminded_four_weeks_before_the_last_day() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let extract = county.extract();
    for (name, days) in [("Nearly over", 28), ("Long to go", 29)] {
        let until = (OffsetDateTime::now_utc() + time::Duration::days(days)).date();
        let (day, month) = (until.day().to_string(), u8::from(until.month()).to_string());
        let year = until.year().to_string();
        ana.get("/population/new").await;
        let typed = [
            ("name", name),
            ("purpose", "Planning"),
            ("until-day", day.as_str()),
            ("until-month", month.as_str()),
            ("until-year", year.as_str()),
        ];
        // Two different sets of people.
        let bytes = if days == 28 { extract.clone() } else { County::of(2_000).await.extract() };
        ana.upload("/population/new", &typed, &[("files", "people.parquet", &bytes)]).await;
        county.place.works(None).await;
    }
    let home = ana.get("/").await.body;
    assert!(home.contains("“Nearly over” is to be deleted soon: 28 days are left"), "{home}");
    assert!(!home.contains("“Long to go” is to be deleted"), "{home}");
    let list = ana.get("/population").await.body;
    assert_eq!(list.matches("Ends soon").count(), 1, "{list}");
}
