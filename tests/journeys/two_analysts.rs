//! Several who plan at once do not disturb each other.

use ground::jobs;
use testbed::{Seen, Visitor};

use crate::support::county::{County, trial_form, tries};

async fn tried(visitor: &mut Visitor, run: &str, (text, weight): (&str, &str)) -> Seen {
    let typed = trial_form(visitor, run).await;
    let first = typed[0].0.clone();
    tries(visitor, run, &typed, &[("cohort", text), (&first, weight)]).await
}

async fn counts(visitor: &mut Visitor, cohort: &str, (population, text): (&str, &str)) -> Seen {
    visitor.get(&format!("{cohort}/change")).await;
    let typed = [("population", population), ("text", text), ("note", "My reason")];
    visitor.post(&format!("{cohort}/count"), &typed).await
}

async fn changes(visitor: &mut Visitor, cohort: &str, (text, note): (&str, &str)) -> Seen {
    visitor.get(&format!("{cohort}/change")).await;
    let seen = visitor.post(&format!("{cohort}/change"), &[("text", text), ("note", note)]).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    visitor.follow(seen).await
}

#[tokio::test]
async fn three_who_count_try_and_change_at_once_each_get_their_own_answer_and_nothing_is_lost() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let mut again = county.place.somebody("Analyst").await;
    let mut sam = county.place.somebody("System administrator").await;
    let run = county.matched(&mut ana).await;
    // While it ran, its steps were told; the last of them is kept.
    let newest = jobs::newest(&mut county.place.house.database.read().await.expect("read"), 10).await;
    let job = newest.expect("jobs").into_iter().find(|job| job.kind == "match.run").expect("the run");
    assert_eq!(job.progress.sentence.as_deref(), Some("Counting"));

    ana.get("/cohorts/new").await;
    let typed = [("name", "Knees"), ("people", "adults"), ("from", "18"), ("with", "oa"), ("with", "back")];
    let seen = ana.post("/cohorts/new", &typed).await;
    let cohort = seen.leads_to().expect("kept").split('?').next().expect("an address").to_owned();
    let text = ana.get(&format!("{cohort}/toml")).await.body;
    let from = |age: u32| text.replace("from = 18", &format!("from = {age}"));
    let texts = [from(40), from(60), from(75)];
    assert!(texts.iter().all(|one| *one != text));
    let population = county.population(&mut ana).await.replace("/population/", "");

    // More at once than are worked on at a time.
    let of = |at: usize| (population.as_str(), texts[at].as_str());
    let (one, two, three) = tokio::join!(
        counts(&mut ana, &cohort, of(0)),
        counts(&mut sam, &cohort, of(1)),
        counts(&mut again, &cohort, of(2)),
    );
    let sentence = |seen: &Seen| {
        let shown = seen.between("meres-live__sentence\"><strong>", "</strong>");
        shown.unwrap_or_else(|| panic!("{}", seen.body)).to_owned()
    };
    let said = [sentence(&one), sentence(&two), sentence(&three)];
    for (at, seen) in [one, two, three].iter().enumerate() {
        let age = ["from = 40", "from = 60", "from = 75"][at];
        assert!(
            seen.body.contains(age) && seen.body.contains("My reason"),
            "what was typed is there: {}",
            seen.body
        );
    }
    let alone = counts(&mut ana, &cohort, of(1)).await;
    assert_eq!(said[1], sentence(&alone), "the answer is the one that one alone gets");
    assert!(said[0] != said[1] && said[1] != said[2], "{said:?}");

    let (one, two, three) = tokio::join!(
        tried(&mut ana, &run, (&texts[0], "0")),
        tried(&mut sam, &run, (&texts[1], "3")),
        tried(&mut again, &run, (&texts[2], "5")),
    );
    for (seen, (age, weight)) in [one, two, three].iter().zip([("40", "0"), ("60", "3"), ("75", "5")]) {
        assert!(seen.status == 200 && seen.body.contains("As it would be"), "{}", seen.body);
        assert!(seen.body.contains(&format!("from = {age}")), "{age}");
        let first = seen.between("name=\"w-", "autocomplete").expect("a weight");
        assert!(first.contains(&format!("value=\"{weight}\"")), "{first}");
    }

    let (one, two) = tokio::join!(
        changes(&mut ana, &cohort, (&texts[0], "Fewer")),
        changes(&mut sam, &cohort, (&texts[1], "Even fewer")),
    );
    let mut versions = Vec::new();
    for (seen, (age, note)) in [one, two].iter().zip([("40", "Fewer"), ("60", "Even fewer")]) {
        assert!(seen.body.contains(&format!("from = {age}")) && seen.body.contains(note), "{}", seen.body);
        versions.push(seen.heading().rsplit(' ').next().expect("a number").to_owned());
    }
    versions.sort();
    assert_eq!(versions, ["2", "3"]);
}
