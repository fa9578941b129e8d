//! What a manager reaches with an account: every page, table and workbook says what was released, and nothing beside it. What
//! the released figures give away is the attack's business (`disclosure_attack`).

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;
use testbed::Visitor;
use time::Month;

use crate::support::county::{County, LOOKED_AT, approves};
use crate::support::crawl::crawl;
use crate::support::publication::{Figures, Matched, Somebody, by_chance, matched, numbers, texts, write};

/// Pages of one visitor that are looked at, at most.
const MOST_PAGES: usize = 60;

async fn taken(visitor: &mut Visitor, figures: &str, format: &str) -> Vec<u8> {
    visitor.get(&format!("{figures}/take")).await;
    let typed = [("format", format), ("purpose", "To look")];
    let seen = visitor.post(&format!("{figures}/take"), &typed).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    seen.bytes
}

/// How a figure reads on a page.
fn with_commas(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), disclosure::with_commas)
}

#[tokio::test]
async fn disclosure_every_page_and_file_of_a_manager_says_what_was_released_and_nothing_beside_it() {
    let county = County::of(3_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let figures = county.released(&mut ana, &run).await;
    let mut priya = county.place.somebody("Programme manager").await;
    let summary: Value = serde_json::from_slice(&taken(&mut priya, &figures, "json").await).expect("JSON");
    let printed = Figures::of(&summary).printed;
    assert!(
        printed.len() > 300 && printed.keys().any(|name| name.starts_with("by sex")),
        "{}",
        printed.len()
    );
    let readings: BTreeSet<String> = printed.values().map(|text| with_commas(text)).collect();

    // The table and the workbook: the same lines, and no figure that is not one of the summary's.
    let csv = String::from_utf8(taken(&mut priya, &figures, "csv").await).expect("text");
    let mut lines = Vec::new();
    for row in csv::Reader::from_reader(csv.as_bytes()).records() {
        let row = row.expect("a line");
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        if &row[0] != "About this file" {
            assert!(readings.contains(&row[2]), "{cells:?}");
            lines.push(cells);
        }
    }
    assert!(lines.len() > 100, "{} lines", lines.len());
    let workbook = taken(&mut priya, &figures, "xlsx").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Figures", "About this file"]);
    let sheet = book.worksheet_range("Figures").expect("figures");
    let read: Vec<Vec<String>> = sheet
        .rows()
        .skip(1)
        .map(|row| {
            let cell = |cell: &Data| match cell {
                Data::Float(number) => with_commas(&number.to_string()),
                other => other.to_string(),
            };
            row.iter().map(cell).collect()
        })
        .collect();
    assert_eq!(read, lines);

    // The pages: every number is a figure, a share of two of them, or counts no people.
    let supply = summary["topics"].as_array().expect("topics").iter();
    let supply: BTreeSet<String> = supply
        .flat_map(|line| [&line["services"], &line["providers"]].map(|n| with_commas(&n.to_string())))
        .collect();
    // Of a hundred: of two figures that are printed, with open ends.
    let of = |name: &str| printed.get(name).and_then(|text| text.parse::<u64>().ok());
    let share = |name: &String| {
        let group = name.strip_prefix("by ")?.strip_suffix(" cohort")?;
        let figure = |what: &str| of(&format!("by {group} {what}"));
        let one = |part: u64, whole: u64| ((part * 100 + whole / 2) / whole).clamp(5, 95).to_string();
        let everybody = figure("everybody").filter(|whole| *whole >= 100);
        let cohort = figure("cohort");
        let inside = cohort.zip(everybody).map(|(part, whole)| one(part, whole));
        let whole = cohort.filter(|whole| *whole >= 100);
        let without = figure("unmet").zip(whole).map(|(part, whole)| one(part, whole));
        Some([inside, without])
    };
    let shares: BTreeSet<String> = printed.keys().filter_map(share).flatten().flatten().collect();
    assert!(shares.len() > 5, "{shares:?}");
    for role in ["Programme manager", "Hub organiser", "Evaluator"] {
        let mut visitor = county.place.somebody(role).await;
        let ours = |link: &str| link.starts_with("/figures") && !link.contains("report.css");
        let pages = crawl(&mut visitor, "/figures", MOST_PAGES, ours).await;
        assert!(pages.iter().any(|(path, _)| *path == figures), "{role} came to the figures");
        let (_, shown) = pages.iter().find(|(path, _)| *path == figures).expect("the page");
        let main = shown.split("<main").nth(1).expect("a page").split("</main>").next().expect("a page");
        let mut counted = 0;
        for cell in main.split("<t").filter_map(|cell| cell.split("</t").next()) {
            for text in texts(&format!("<t{cell}<")) {
                let of_no_people =
                    ["Released ", "≤7” is", "Deprivation", "Year of birth", " since ", " rows "];
                let is_age = ["Under 45", "45 to 64", "65 to 74", "75 to 84", "85 or over"].contains(&&*text);
                if is_age || of_no_people.iter().any(|words| text.contains(words)) || readings.contains(&text)
                {
                    counted += 1;
                    continue;
                }
                for (number, _) in numbers(&text) {
                    counted += 1;
                    let is_share = cell.contains("meres-share") && shares.contains(&number);
                    let known = readings.contains(&number) || supply.contains(&number) || is_share;
                    assert!(known, "{role}: {number} in “{text}”");
                }
            }
        }
        assert!(counted > 100, "{role} read {counted} numbers");
    }
}

/// Numbers of a page that are no part of a day, a time, a code or an identifier: in its main part, with what is read aloud of it.
fn standing_alone(page: &str) -> Vec<String> {
    let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page");
    let mut found = Vec::new();
    for text in texts(&format!("<main{main}<")) {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '(' || c == ')').collect();
        for (at, word) in words.iter().enumerate() {
            let word = word.trim_end_matches(['.', ':', '?', '”']).trim_start_matches('“');
            let next_to_a_month = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().any(|at| {
                words.get(at).is_some_and(|one| one.trim_end_matches(['.', ',']).parse::<Month>().is_ok())
            });
            if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) && !next_to_a_month {
                found.push(word.to_owned());
            }
        }
    }
    found
}

/// On the pages of the doors, of invitations and on the first page, a manager reads no count of people but what went through the
/// gate: how many are on a practice's list, how many it reported, how many of it are on all lists together.
#[tokio::test]
async fn disclosure_what_a_manager_reads_of_worklists_and_invitations_counts_no_few_people() {
    let county = County::of(12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    // An unusual number of people, so that it is known where it stands.
    let request = county.lists(&mut ana, &run, &[("purpose", "Hub in spring"), ("most", "23")]).await;
    let mut priya = county.place.somebody("Programme manager").await;
    assert_eq!(approves(&mut priya, &request, &LOOKED_AT).await.status, 303);
    let mut robin = county.place.somebody("Practice lead").await;
    let page = robin.get("/practice").await;
    let list = format!("/practice/lists/{}", page.between("href=\"/practice/lists/", "\"").expect("a list"));
    robin.get(&format!("{list}/file")).await;
    let on_it = robin.post(&format!("{list}/file"), &[]).await.body.lines().count() - 1;
    robin.get(&list).await;
    let reported = [("invited", "19"), ("reached", "17"), ("declined", "6"), ("unsuitable", "3")];
    assert_eq!(robin.post(&format!("{list}/report"), &reported).await.status, 303);

    let ours = |link: &str| {
        ["/worklists", "/invitations", "/figures"].iter().any(|room| link.starts_with(room))
            && !link.contains("report")
    };
    let pages = crawl(&mut priya, "/", MOST_PAGES, ours).await;
    for room in ["/", "/worklists", "/invitations", request.as_str()] {
        assert!(pages.iter().any(|(path, _)| path == room), "{room} was looked at");
    }
    let (mut asked, mut looked) = (0, 0);
    for (path, body) in pages.iter().filter(|(path, _)| !path.starts_with("/figures")) {
        // What was matched is called so, and a hint says how a date is typed.
        let body = ["version 1 in County 2026", "For example, 14 5 2027"]
            .iter()
            .fold(body.clone(), |body, no_count| body.replace(no_count, ""));
        for number in standing_alone(&body) {
            looked += 1;
            asked += usize::from(number == "23");
            let count: u64 = number.parse().expect("a number");
            // At most so many of each practice was typed by whoever asked; all else would have to be a count of the gate.
            assert!(
                count.is_multiple_of(23) || (count >= 10 && count.is_multiple_of(5)),
                "{path} says {number}"
            );
        }
    }
    assert!(asked > 0, "the search finds what stands there: {looked} numbers");
    assert!(on_it > 0, "somebody is on the list");
}

/// What a page or a file says but for fingerprints, which are of the rows themselves.
fn without_fingerprints(text: &str) -> String {
    let hexadecimal = |word: &str| word.len() >= 8 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if hexadecimal(bare) { word.replace(bare, "fingerprint") } else { word.to_owned() }
        })
        .collect()
}

/// The same people but for one of them, who has one condition more or less.
fn another(people: &[Somebody], at: usize, condition: &'static str) -> Vec<Somebody> {
    let mut people = people.to_vec();
    let conditions = &mut people[at].conditions;
    if conditions.contains(&condition) {
        conditions.retain(|one| *one != condition);
    } else {
        conditions.push(condition);
    }
    people
}

/// The drawings, the order of lists and the lengths of pages are made of the released figures, and not of what is behind them:
/// where these are the same, everything is, to the letter.
#[test]
fn disclosure_where_the_figures_are_the_same_so_is_every_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let read = |made: &Path, name: &str| std::fs::read_to_string(made.join(name)).expect("a result");
    let mut alike = 0;
    for seed in 0..10 {
        let people = by_chance(seed);
        // Under one name, since that stands in the report.
        let run = |people: &[Somebody]| -> (Matched, String, String) {
            let matched = matched(folder.path(), &write(folder.path(), "county", people));
            let out = folder.path().join("county_out");
            (matched, read(&out, "summary.json"), read(&out, "report.html"))
        };
        let before = run(&people);
        for (nth, condition) in ["gout", "fibro", "copd"].into_iter().enumerate() {
            let after = run(&another(
                &people,
                (usize::try_from(seed).expect("few") * 7 + nth) % people.len(),
                condition,
            ));
            let same_figures = before.0.figures.printed == after.0.figures.printed;
            let other_people = before.0.truth.holding != after.0.truth.holding;
            if same_figures && other_people {
                alike += 1;
                assert_eq!(without_fingerprints(&before.1), without_fingerprints(&after.1), "seed {seed}");
                assert_eq!(without_fingerprints(&before.2), without_fingerprints(&after.2), "seed {seed}");
            }
        }
    }
    assert!(alike >= 3, "only {alike} changes could not be seen in the figures");
}
