//! What an analyst looks at while planning: which column is what, whom a cohort would be about, what one person was offered, what
//! one offer more would do. All of it is released figures but for one person's offers, each look at which is in the log.

use std::fmt::Write as _;

use offers::directory::availability::Room;
use testbed::{Seen, Visitor};

use crate::support::county::{County, trial_form, tries};

/// An extract as another county calls its columns: 400 people, three of them with a year that is none.
fn called_otherwise() -> String {
    let mut text =
        String::from("Person_ID,Date of Birth,Gender,Eastings,Northings,Osteoarthritis,Shoe size\n");
    for row in 0..400 {
        let born = if row % 150 == 7 {
            "SECRETDATE".to_owned()
        } else {
            format!("{:02}/07/19{}", row % 28 + 1, 30 + row % 40)
        };
        let sex = if row % 2 == 0 { "F" } else { "M" };
        let arthritis = if row % 3 == 0 { "Y" } else { "N" };
        let _ = writeln!(text, "SECRET{row:05},{born},{sex},{},446100,{arthritis},42", 589_000 + row);
    }
    text
}

fn chosen(county_words: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("pid", "Person_ID"),
        ("birth_year", "Date of Birth"),
        ("sex", "Gender"),
        ("easting", "Eastings"),
        ("northing", "Northings"),
        ("c_oa", "Osteoarthritis"),
    ];
    all.into_iter().chain(county_words.iter().copied()).collect()
}

#[tokio::test]
async fn an_extract_that_calls_its_columns_otherwise_is_read_once_somebody_said_which_is_what() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let text = called_otherwise();
    let seen = county.sends(&mut ana, "Other words", ("people.csv", text.as_bytes())).await;
    assert!(seen.body.contains("Which column is what?") && !seen.body.contains("SECRET"), "{}", seen.body);
    // What they are called is recognised; that dates were taken for years is seen at once.
    assert!(seen.body.contains("value=\"Person_ID\" selected"), "{}", seen.body);
    assert!(seen.body.contains("Line 2: expected a year from 1880"), "{}", seen.body);
    assert!(seen.body.contains("Not read, and not kept: Shoe size"), "{}", seen.body);
    let columns = seen.between("<form action=\"", "\"").expect("a form").to_owned();
    let home = ana.get("/").await;
    assert!(home.body.contains("waits until somebody says which column is what"), "{}", home.body);

    let ways = [("birth_year-way", "slashes"), ("sex-way", "letters"), ("c_oa-way", "letters")];
    ana.get(&columns).await;
    let looked = ana.post(&columns, &chosen(&ways)).await;
    assert!(looked.status == 200 && !looked.body.contains("SECRET"), "{}", looked.body);
    assert!(looked.body.contains("Line 9: expected a date such as 31/12/1950"), "{}", looked.body);
    assert!(looked.body.contains(">397<") && looked.body.contains("<strong>3</strong>"), "{}", looked.body);

    let nobody = ana.post(&columns, &[("read", "yes"), ("sex", "Gender")]).await;
    assert!(
        nobody.status == 422 && nobody.body.contains("Choose the column of pseudonyms"),
        "{}",
        nobody.body
    );
    ana.get(&columns).await;
    let all = [&ways[..], &[("read", "yes")]].concat();
    let seen = ana.post(&columns, &chosen(&all)).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    county.place.works(None).await;
    let seen = ana.follow(seen).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("397") && page.body.contains("By a mapping"), "{}", page.body);
    assert_eq!(ana.get(&columns).await.status, 409, "it was said");

    // Another is thrown away before it is read, and nothing of it stays.
    let seen = county.sends(&mut ana, "Again", ("people.csv", text.as_bytes())).await;
    let forget = seen.between("<form action=\"", "/columns\"").expect("a form").to_owned() + "/forget";
    assert_eq!(ana.post(&forget, &[]).await.status, 303);
    let left = std::fs::read_dir(county.place.file("population-uploads")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "its files are gone");
}

async fn population(ana: &mut Visitor) -> String {
    let form = ana.get("/cohorts/new").await;
    let choices = form.between("name=\"population\"", "</select>").expect("populations");
    let values = choices.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.into_iter().find(|value| !value.is_empty()).expect("one").to_owned()
}

fn json(seen: &Seen) -> serde_json::Value {
    serde_json::from_str(&seen.body).unwrap_or_else(|_| panic!("{}", seen.body))
}

#[tokio::test]
async fn a_cohort_is_counted_while_it_is_described_and_says_whom_it_leaves_out() {
    let county = County::of(6_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let seen = county.sends(&mut ana, "County 2026", ("county.parquet", &county.extract())).await;
    assert!(seen.body.contains("It is kept"), "{}", seen.body);
    let population = population(&mut ana).await;
    let asked = [("population", population.as_str()), ("from", "18"), ("with", "oa"), ("with", "back")];

    // By the script: figures alone. Without it: the form with what was typed, and the figures beside it.
    let live = ana.post("/cohorts/new/count", &[&asked[..], &[("live", "yes")]].concat()).await;
    let answer = json(&live);
    let sentence = answer["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("of 6,000 people in County 2026"), "{sentence}");
    assert_eq!(answer["rows"].as_array().map(Vec::len), Some(2), "{answer}");
    ana.get("/cohorts/new").await;
    let page = ana.post("/cohorts/new/count", &asked).await;
    assert!(page.status == 200 && page.body.contains(sentence), "{}", page.body);
    assert!(page.body.contains("id=\"from\" name=\"from\" type=\"text\" value=\"18\""), "{}", page.body);

    // What cannot be counted yet says why, and is no error while somebody types.
    let wrong = [("population", population.as_str()), ("from", "many"), ("live", "yes")];
    let early = json(&ana.post("/cohorts/new/count", &wrong).await);
    assert!(
        early["sentence"].as_str().expect("words").starts_with("Not yet: Enter the youngest age"),
        "{early}"
    );
    ana.get("/cohorts/new").await;
    let wrong = ana.post("/cohorts/new/count", &wrong[..2]).await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"many\""), "{}", wrong.body);

    // Once it is kept: who is in it and who is left out.
    let kept = [&asked[..], &[("name", "Knees"), ("people", "adults with sore knees")]].concat();
    let seen = ana.post("/cohorts/new", &kept).await;
    let cohort = seen.leads_to().expect("kept").split('?').next().expect("an address").to_owned();
    ana.get(&cohort).await;
    let whom = ana.post(&format!("{cohort}/count"), &[("population", population.as_str())]).await;
    for words in ["Most deprived fifth", "45 to 64", "Female", "White", "Rural", sentence] {
        assert!(whom.body.contains(words), "{words}: {}", whom.body);
    }
    // A change is counted before it is kept.
    ana.get(&format!("{cohort}/change")).await;
    let text = ana.get(&format!("{cohort}/toml")).await.body.replace("from = 18", "from = 70");
    let typed = [("population", population.as_str()), ("text", &text), ("live", "yes")];
    let changed = json(&ana.post(&format!("{cohort}/count"), &typed).await);
    assert_ne!(changed["sentence"].as_str(), Some(sentence), "{changed}");
    let mut ian = county.place.somebody("Information governance lead").await;
    assert!(ian.get("/audit?q=cohort.try").await.body.contains("cohort.try"));
}

#[tokio::test]
async fn one_person_is_looked_at_for_a_purpose_and_a_new_offer_is_tried() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let page = ana.get(&run).await;
    assert!(page.body.contains("Who is left out") && page.body.contains("Go without"), "{}", page.body);
    ana.get(&format!("{run}/rows")).await;
    let typed = [("purpose", "To find somebody"), ("format", "csv")];
    let rows = ana.post(&format!("{run}/rows"), &typed).await.body;
    let (head, rest) = rows.split_once('\n').expect("rows");
    assert_eq!(head.trim(), "pid,rank,sid,score,d,reasons");
    let pid = rest.split(',').next().expect("a pseudonym").to_owned();
    ana.get(&format!("{run}/rows")).await;
    let book = ana.post(&format!("{run}/rows"), &[("purpose", "To look"), ("format", "xlsx")]).await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");

    // What the directory says of room stands there before anybody is sent: of each offer that it speaks of.
    let path = format!("{run}/person");
    let full = county.place.says_room("Tai chi", Room::Full).await;
    let waits = county.place.says_room("Walks", Room::Waiting { weeks: Some(6) }).await;
    ana.get(&path).await;
    let nothing = ana.post(&path, &[("pid", &pid)]).await;
    assert!(nothing.status == 422 && nothing.body.contains("Enter what you look for"), "{}", nothing.body);
    ana.get(&path).await;
    let seen = ana.post(&path, &[("pid", &pid), ("purpose", "They asked why")]).await;
    assert!(seen.status == 200 && seen.body.contains("What was found"), "{}", seen.body);
    assert!(seen.body.contains("helps with") && !seen.body.contains(&pid), "{}", seen.body);
    for (service, words) in [("Tai chi", &full), ("Walks", &waits)] {
        let offer = seen.between(&format!("<li><strong>{service}</strong>"), "</li>");
        let offer = offer.unwrap_or_else(|| panic!("{service} is offered: {}", seen.body));
        assert!(offer.contains(&format!("<strong>{words}</strong>")), "{offer}");
    }
    assert_eq!(seen.body.matches("they said so on").count(), 2, "{}", seen.body);
    // As many offers as the run has rows of them.
    let of_run = rest.lines().filter(|row| row.split(',').next() == Some(pid.as_str())).count();
    assert_eq!(seen.body.matches("<li><strong>").count(), of_run, "{}", seen.body);
    ana.get(&path).await;
    let nobody = ana.post(&path, &[("pid", "nobody-at-all"), ("purpose", "They asked why")]).await;
    assert!(nobody.status == 422 && nobody.body.contains("nobody in the population"), "{}", nobody.body);
    let mut ian = county.place.somebody("Information governance lead").await;
    let log = ian.get("/audit?q=match.person").await.body;
    assert!(log.contains("They asked why") && !log.contains(&pid), "{log}");

    // One offer more: what it would reach is beside what there is.
    let form = trial_form(&mut ana, &run).await;
    let mut tried = Vec::new();
    for more in [
        [("topic", "strength"), ("at", "NG31 7AA"), ("reach", "150")],
        [("topic", "strength"), ("at", "NG31 7AA"), ("reach", "far")],
        [("topic", ""), ("at", "NG31 7AA"), ("reach", "5")],
        [("topic", "strength"), ("at", "ZZ99 9ZZ"), ("reach", "5")],
    ] {
        tried.push(tries(&mut ana, &run, &form, &more).await);
    }
    assert!(tried[0].status == 200 && tried[0].body.contains("As it would be"), "{}", tried[0].body);
    let line = tried[0]
        .body
        .split("strength: go without")
        .nth(1)
        .expect("a line")
        .split("</tr>")
        .next()
        .expect("it");
    assert!(line.contains("<strong>"), "an offer for strength everywhere changes who goes without: {line}");
    assert!(
        tried[1].status == 422 && tried[1].body.contains("from 1 to 200 kilometres"),
        "{}",
        tried[1].body
    );
    assert!(tried[2].status == 422 && tried[2].body.contains("Tick what the new offer"), "{}", tried[2].body);
    assert!(
        tried[3].status == 422 && tried[3].body.contains("does not know the postcode"),
        "{}",
        tried[3].body
    );
}

#[tokio::test]
async fn one_service_otherwise_than_it_is_changes_the_figures_of_the_county() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let form = trial_form(&mut ana, &run).await;
    let page = ana.get(&format!("{run}/try")).await;
    let services = page.between("name=\"service\"", "</select>").expect("services").to_owned();
    let walks = services.split("<option").find(|one| one.contains("Walks, Invented Walkers")).expect("Walks");
    let walks =
        walks.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("it").to_owned();
    let line = |seen: &Seen, words: &str| -> String {
        let rest =
            seen.body.split_once(&format!(">{words}<")).unwrap_or_else(|| panic!("{words}: {}", seen.body)).1;
        rest.split("</tr>").next().expect("a line").to_owned()
    };

    let wider = [("service", walks.as_str()), ("service-reach", "150")];
    let seen = tries(&mut ana, &run, &form, &wider).await;
    assert!(line(&seen, "With an offer").contains("<strong>"), "{}", seen.body);
    assert!(
        seen.body.contains(&format!("value=\"{walks}\" selected")) && seen.body.contains("value=\"150\"")
    );
    let places = [("service", walks.as_str()), ("service-places", "12")];
    let seen = tries(&mut ana, &run, &form, &places).await;
    assert!(!line(&seen, "With an offer").contains("<strong>"), "{}", seen.body);
    assert!(line(&seen, "strength: places a week").contains("<strong>12</strong>"), "{}", seen.body);
    assert!(!seen.body.contains("money worries: places a week"), "nothing is otherwise there: {}", seen.body);
    // Nobody is sure that one gets in without steps, or what it costs: if so, it is for more of them.
    let open = [("service", walks.as_str()), ("service-cost", "0"), ("service-steps", "true")];
    let seen = tries(&mut ana, &run, &form, &open).await;
    assert!(line(&seen, "With an offer").contains("<strong>"), "{}", seen.body);
    // The same as it is: nothing of the county is otherwise.
    let seen = tries(&mut ana, &run, &form, &[]).await;
    assert!(seen.status == 200 && !line(&seen, "With an offer").contains("<strong>"));

    for (typed, why) in [
        (&[("service", walks.as_str())][..], "Say what of the service"),
        (&[("service-reach", "5")], "Choose the service"),
        (&[("service", walks.as_str()), ("service-reach", "0")], "from 1 to 200 kilometres"),
        (&[("service", walks.as_str()), ("service-cost", "much")], "in pounds"),
        (&[("service", "nobody"), ("service-reach", "5")], "no service has the identifier"),
    ] {
        let seen = tries(&mut ana, &run, &form, typed).await;
        assert!(seen.status == 422 && seen.body.contains(why), "{why}: {}", seen.body);
    }
}

#[tokio::test]
async fn a_hub_is_worked_out_and_one_press_brings_somebody_in_or_leaves_them_out() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let path = format!("{run}/hub");
    ana.get(&path).await;
    let wrong = [("venue", "nowhere at all"), ("radius", "0"), ("stands", "many")];
    let wrong = ana.post(&path, &wrong).await;
    assert!(wrong.status == 422 && wrong.body.contains("Enter a postcode"), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"nowhere at all\"") && wrong.body.contains("value=\"many\""));

    let mut said = Vec::new();
    county.place.says_room("Swim", Room::Full).await;
    for service in ["Tai chi", "Pain café"] {
        said.push(format!("{service}: {}", county.place.says_room(service, Room::Full).await));
    }
    let asked = [("venue", "NG31 7AA"), ("radius", "20"), ("stands", "1")];
    ana.get(&path).await;
    let seen = ana.post(&path, &asked).await;
    // What room there is with whoever is on the list, and not with others.
    for words in &said {
        assert_eq!(seen.body.matches(words.as_str()).count(), 1, "{words}: {}", seen.body);
    }
    assert_eq!(seen.body.matches("they said so on").count(), 2, "{}", seen.body);
    assert!(seen.status == 200 && seen.body.contains("The shortlist"), "{}", seen.body);
    let listed = |seen: &Seen| -> Vec<String> {
        let hidden = seen.body.split("name=\"before\" value=\"").skip(1);
        hidden.filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
    };
    let first = listed(&seen);
    assert_eq!(first.len(), 1, "{}", seen.body);
    let first = first[0].as_str();

    // Without it: somebody else takes the place, and the page says who is new and who is gone.
    let without = [&asked[..], &[("before", first), ("leave", first)]].concat();
    let other = ana.post(&path, &without).await;
    assert_eq!(listed(&other).len(), 1, "{}", other.body);
    assert_ne!(listed(&other)[0], first);
    for words in ["No longer on it", "These do not come", ">New<"] {
        assert!(other.body.contains(words), "{words}: {}", other.body);
    }
    // In any case: it stands on the list again, and says so.
    let kept = [&asked[..], &[("staying", first), ("invite", first)]].concat();
    let again = ana.post(&path, &kept).await;
    assert_eq!(listed(&again), [first], "{}", again.body);
    assert!(again.body.contains("These come in any case"), "{}", again.body);
    let mut priya = county.place.somebody("Programme manager").await;
    assert_eq!(priya.get(&path).await.status, 403, "a manager reads what is released");
}

#[tokio::test]
async fn a_large_extract_comes_in_pieces_and_goes_on_where_it_stopped() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let extract = county.extract();
    ana.get("/population/new").await;
    let size = extract.len().to_string();
    let odd = ana.post("/population/pieces", &[("name", "../people.csv"), ("size", "5")]).await;
    assert_eq!(odd.status, 400, "{}", odd.body);
    let begun = ana.post("/population/pieces", &[("name", "county.parquet"), ("size", &size)]).await;
    let id = json(&begun)["id"].as_str().expect("an identifier").to_owned();
    let (path, half) = (format!("/population/pieces/{id}"), extract.len() / 2);
    let piece = |at: usize, bytes: &[u8]| (at.to_string(), bytes.to_vec());
    let (at, bytes) = piece(0, &extract[..half]);
    let had = json(&ana.upload(&path, &[("at", &at)], &[("piece", "piece", &bytes)]).await);
    assert_eq!(had["have"].as_u64(), Some(half as u64));
    // The line broke after it had come: it is asked for once more, and not doubled.
    let again = json(&ana.upload(&path, &[("at", &at)], &[("piece", "piece", &bytes)]).await);
    assert_eq!((&again["have"], &json(&ana.get(&path).await)["have"]), (&had["have"], &had["have"]));
    let mut ben = county.place.somebody("System administrator").await;
    assert_eq!(ben.get(&path).await.status, 404, "it is somebody else's");
    let typed = [
        ("name", "In pieces"),
        ("purpose", "Planning"),
        ("until-day", "31"),
        ("until-month", "3"),
        ("until-year", "2030"),
        ("files-piece", id.as_str()),
    ];
    ana.get("/population/new").await;
    assert_eq!(ana.upload("/population/new", &typed, &[]).await.status, 404, "it is not whole");
    let (at, bytes) = piece(half, &extract[half..]);
    let whole = json(&ana.upload(&path, &[("at", &at)], &[("piece", "piece", &bytes)]).await);
    assert_eq!(whole["have"].as_u64(), Some(extract.len() as u64));
    let seen = ana.upload("/population/new", &typed, &[]).await;
    county.place.works(None).await;
    let seen = ana.follow(seen).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("3,000 people") && page.body.contains("county.parquet"), "{}", page.body);
    let left = std::fs::read_dir(county.place.file("population-uploads")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing stays behind");
}
