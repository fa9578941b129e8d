//! The house may hide more than the rule asks for, never less: by one setting, on every way that a count takes.

use std::collections::BTreeSet;

use planning::match_run::RELEASED;
use serde_json::Value;

use crate::support::county::County;
use crate::support::meres::{done, say, summary};

/// Every figure of people in a summary, as it is printed, with the number of the cube that it belongs to.
fn counts(value: &Value, place: &[&str], found: &mut Vec<(usize, String)>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| counts(one, &[place, &["-"]].concat(), found)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, one)| counts(one, &[place, &[name.as_str()]].concat(), found));
        }
        _ => {
            let cube = RELEASED.iter().position(|cube| cube.holds(place));
            let of_people =
                |cube: &usize| !["gain", "percent"].iter().any(|what| RELEASED[*cube].at.ends_with(what));
            let printed = match value {
                Value::Number(number) => number.to_string(),
                Value::String(text) if text == "hidden" || text.starts_with('≤') => text.clone(),
                _ => return,
            };
            found.extend(cube.filter(of_people).map(|cube| (cube, printed)));
        }
    }
}

fn holds(summary: &Value) {
    let mut found = Vec::new();
    counts(summary, &[], &mut found);
    let small = found.iter().filter(|(_, count)| count == "≤12").count();
    let cubes: BTreeSet<usize> = found.iter().map(|(cube, _)| *cube).collect();
    assert!(cubes.len() > 20, "of many cubes: {cubes:?}");
    assert!(found.len() > 60 && small > 3, "there are small counts among {found:?}");
    for (_, count) in found {
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
    for percent in ["0", "101", "many"] {
        let refused = say(here, &format!("serve --data nowhere --questions-percent {percent}"));
        assert_eq!(refused.status, 2, "{percent}: {}", refused.err);
    }
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
