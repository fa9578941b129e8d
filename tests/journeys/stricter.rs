//! The house may hide more than the rule asks for, never less: by one setting, on every way that a count takes.

use serde_json::Value;

use crate::support::county::County;
use crate::support::meres::{done, say, summary};

/// Every count of people in a summary, as it is printed.
fn counts(value: &Value, found: &mut Vec<String>) {
    const OF_PEOPLE: [&str; 9] = [
        "people",
        "need",
        "unmet",
        "removed",
        "remaining",
        "cohort",
        "everybody",
        "people_matched",
        "people_with_unmet_need",
    ];
    match value {
        Value::Array(all) => all.iter().for_each(|one| counts(one, found)),
        Value::Object(fields) => {
            for (name, one) in fields {
                let printed = match one {
                    Value::Number(number) => number.to_string(),
                    Value::String(text) => text.clone(),
                    _ => String::new(),
                };
                if OF_PEOPLE.contains(&name.as_str()) && !printed.contains(' ') && !printed.is_empty() {
                    found.push(printed);
                }
                counts(one, found);
            }
        }
        _ => {}
    }
}

fn holds(summary: &Value) {
    let mut found = Vec::new();
    counts(summary, &mut found);
    let small = found.iter().filter(|count| *count == "≤12").count();
    assert!(found.len() > 60 && small > 3, "there are small counts among {found:?}");
    for count in found {
        let number: Option<u64> = count.parse().ok();
        let fits =
            number.is_some_and(|n| n >= 15 && n.is_multiple_of(5)) || ["≤12", "hidden"].contains(&&*count);
        assert!(fits, "{count} is no count that hides up to twelve");
    }
}

#[test]
fn the_command_line_hides_more_where_it_is_told_and_never_less() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 3000 --services 50 --out county --no-serve");
    let line = "--population county/population.parquet --services county/services.csv --out out";
    for command in ["match", "invite --venue 580000,545000 --radius 10000 --stands 3", "cohort"] {
        let line =
            if command == "cohort" { "--population county/population.parquet --out out" } else { line };
        let refused = say(here, &format!("{command} {line} --small-counts-up-to 3"));
        assert_eq!(refused.status, 2, "{command}");
        assert!(refused.err.contains("can only be made stricter"), "{command}: {}", refused.err);
    }
    let refused = say(here, "serve --data nowhere --small-counts-up-to 6");
    assert!(refused.status == 2 && refused.err.contains("can only be made stricter"), "{}", refused.err);
    assert!(!here.join("out").exists() && !here.join("nowhere").exists(), "nothing was begun");

    done(here, &format!("match {line} --small-counts-up-to 12"));
    let found = summary(&here.join("out"));
    holds(&found);
    assert_eq!(found["small_counts_up_to"], 12);
    assert!(found["counts_of_people"].as_str().is_some_and(|words| words.contains("nobody to 12 people")));
    let report = std::fs::read_to_string(here.join("out/report.html")).expect("a report");
    assert!(
        report.contains("12 people or fewer") && !report.contains("≤7"),
        "the report says what its signs mean"
    );
    done(here, "cohort --population county/population.parquet --out whom --small-counts-up-to 12");
    let text = std::fs::read_to_string(here.join("whom/cohort.json")).expect("an answer");
    assert!(text.contains("≤12") && !text.contains("≤7"), "{text}");
}

#[tokio::test]
async fn pages_hide_what_the_setting_says() {
    let county = County::stricter(3_000, 12).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let found = ana.get(&format!("{run}/summary")).await.body;
    holds(&serde_json::from_str(&found).expect("JSON"));
    let mut pages = vec![ana.get(&run).await, ana.get(&format!("{run}/report")).await];
    let hub = format!("{run}/hub");
    ana.get(&hub).await;
    pages.push(ana.post(&hub, &[("venue", "NG31 7AA"), ("radius", "20"), ("stands", "2")]).await);
    let figures = county.released(&mut ana, &run).await;
    let mut priya = county.place.somebody("Programme manager").await;
    pages.push(priya.get(&figures).await);
    pages.push(priya.get("/figures/why-hidden").await);
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(page.body.contains("≤12") && !page.body.contains("≤7"), "{}: {}", page.heading(), page.body);
    }
    priya.get(&format!("{figures}/take")).await;
    let typed = [("purpose", "To plan"), ("format", "csv")];
    let table = priya.post(&format!("{figures}/take"), &typed).await.body;
    assert!(table.contains("≤12") && !table.contains("≤7"), "{table}");
}
