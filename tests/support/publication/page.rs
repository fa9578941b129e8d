//! `report.html` as a manager reads it: every number on it is one of the summary's figures, follows from them, or counts
//! nobody.

use std::collections::BTreeSet;

use serde_json::Value;
use vocabulary::Topic;

use super::figures::{Figures, area, left_out, list, place, whole, word};

/// Texts whose numbers count nobody, and why.
const COUNTS_NOBODY: &[(&str, &str)] = &[
    ("igures as at", "a date"),
    ("Index date", "a date"),
    ("ages and look-backs count from this day", "a date"),
    ("rounded to the nearest 5", "the rule itself"),
    ("7 people or fewer; perhaps nobody", "what a symbol means"),
    ("“875 of 3,200” means", "an example of how to read"),
    ("Harold, ", "a made-up person's age"),
    ("Margaret, ", "a made-up person's age"),
    ("Zofia, ", "a made-up person's age"),
    ("Dean, ", "a made-up person's age"),
    ("SHA-256", "a name"),
    ("initial-scale", "how wide a screen shows it"),
    ("1 to 2 miles", "the name of a distance"),
    ("2 to 5 miles", "the name of a distance"),
    ("5 to 10 miles", "the name of a distance"),
    ("Score", "a score of a made-up person's match"),
    ("away", "a made-up person's way to an offer"),
    ("£", "a made-up person's price"),
    (", version 1", "a version"),
    ("Meres 0.", "a version"),
    ("for each place a week", "a ratio of two figures that are printed"),
    ("% of the need", "tenths of a weight, which the relations know"),
    ("could cover more than", "tenths of a weight, which the relations know"),
    ("names one area", "areas are no people"),
    ("Under 45", "the name of an age"),
];

/// What a number measures that one of these follows.
const NO_PEOPLE: &[&str] = &[
    " km",
    " mile",
    " stand",
    " service",
    " organisation",
    " areas",
    ". ",
    " (made up)",
    " metres",
    " September",
    " squares",
    " weeks",
];

/// What the tables begin with that count nobody.
const COUNT_NOBODY: &[&str] = &["What"];

/// What of a report no reader of its summary could have written.
pub(crate) fn unexplained(html: &str, figures: &Figures) -> Vec<String> {
    let mut wrong = Vec::new();
    let tables = tables(html);
    for table in &tables {
        wrong.extend(other_than_summary(table, figures));
    }
    let mut readings: BTreeSet<String> = figures.printed.values().cloned().map(with_commas).collect();
    readings.insert(with_commas(figures.everybody().to_string()));
    let mut free: BTreeSet<String> = numbers_of_others(&figures.summary).collect();
    free.extend(free.clone().into_iter().map(with_commas));
    let shares = shares(figures);
    let file = word(&figures.summary["inputs"]["population"]["name"]);
    for text in texts(&without_map_edges(html)) {
        let text = text.replace(file, "the file");
        if COUNTS_NOBODY.iter().any(|(words, _)| text.contains(words)) || is_legend(&text) {
            continue;
        }
        for (number, after) in numbers(&text) {
            let known = if after.starts_with('%') {
                shares.contains(&number)
            } else {
                let measures = NO_PEOPLE.iter().any(|what| after.starts_with(what));
                let symbol = number == "7"
                    && (text.contains("≤7")
                        || text.contains("7 or fewer")
                        || text.contains("7 people or fewer"));
                measures || symbol || readings.contains(&number) || free.contains(&number)
            };
            if !known {
                wrong.push(format!("{number} in “{text}”"));
            }
        }
    }
    wrong
}

/// The steps of a map's colours, "10 to 39" and "150 or more", and the numbers on it of a list beside it.
fn is_legend(text: &str) -> bool {
    let numbers_alone = |parts: &[&str]| parts.iter().all(|part| part.parse::<u64>().is_ok());
    match text.split_once(" to ") {
        Some((low, high)) => numbers_alone(&[low, high]),
        None => {
            text.strip_suffix(" or more").is_some_and(|low| numbers_alone(&[low]))
                || (text.contains(", ") && numbers_alone(&text.split(", ").collect::<Vec<_>>()))
        }
    }
}

/// Whole percentages that two printed figures give: a part of the cohort in the cohort, need gone without in need.
fn shares(figures: &Figures) -> BTreeSet<String> {
    let rounded = |name: &str| figures.reads(name).and_then(|text| text.parse::<i64>().ok());
    let mut shares = BTreeSet::new();
    for part in ["matched", "no offer", "unmet"] {
        if let (Some(part), Some(whole)) = (rounded(part), rounded("cohort").filter(|n| *n > 0)) {
            shares.insert(((part * 200 + whole) / (whole * 2)).to_string());
        }
    }
    shares.extend(["1".to_owned(), "99".to_owned()]);
    shares
}

/// Numbers of services, providers and rows, which are exact and count nobody, and the weighted sums of the hub.
fn numbers_of_others(summary: &Value) -> impl Iterator<Item = String> {
    let topics = list(&summary["topics"]).iter();
    let supply = topics.flat_map(|line| {
        ["services", "providers", "weekly_places", "capacity_not_known"].map(|field| line[field].to_string())
    });
    let rows = ["rows_read", "rows_used", "problems"]
        .into_iter()
        .flat_map(|field| ["population", "services"].map(|file| summary[field][file].to_string()));
    let invited = list(&summary["shortlist"]["invited"]).iter();
    // The gain is the sum of weights times released figures.
    let hub = invited.flat_map(|one| [one["gain"].to_string(), one["services"].to_string()]);
    let areas = list(&summary["areas"]);
    let names = areas.iter().map(|line| line["area"].to_string());
    // "Year of birth is 2008 or before": a label may be broken into lines.
    let steps = list(&summary["attrition"]).iter();
    let criteria = steps.flat_map(|step| numbers(word(&step["name"]))).map(|(number, _)| number);
    // People with a need for each place a week, of the printed need.
    let topics = list(&summary["topics"]).iter();
    let ratios = topics.filter_map(|line| {
        let (need, places) = (line["need"].as_u64()?, line["weekly_places"].as_u64().filter(|n| *n > 0)?);
        Some(((need * 2 + places) / (places * 2)).to_string())
    });
    supply.chain(rows).chain(hub).chain(names).chain(criteria).chain(ratios).chain([areas.len().to_string()])
}

/// Rows of the report's tables that read otherwise than the summary.
fn other_than_summary(table: &Table, figures: &Figures) -> Vec<String> {
    let summary = &figures.summary;
    let labels =
        |lines: &Value, label: &dyn Fn(&Value) -> String, names: &dyn Fn(usize, &Value) -> Vec<String>| {
            let lines = list(lines).iter().enumerate();
            lines.map(|(at, line)| (label(line), names(at, line))).collect::<Vec<_>>()
        };
    let label = |line: &Value| word(&line["label"]).to_owned();
    let known: Vec<(String, Vec<String>)> = match table.heading.first().map_or("", String::as_str) {
        "Step" => labels(&summary["attrition"], &|step| word(&step["name"]).to_owned(), &|at, _| {
            ["removed", "not known", "left"].map(|what| format!("step {at} {what}")).to_vec()
        }),
        "Topic" if table.heading.len() == 7 => {
            labels(&summary["topics"], &|line| title_of(word(&line["topic"])), &|_, line| {
                ["need", "unmet"].map(|what| format!("{what} {}", word(&line["topic"]))).to_vec()
            })
        }
        "Topic" if table.heading.len() == 3 => {
            labels(&summary["shortlist"]["uncovered"], &|line| title_of(word(&line["topic"])), &|_, line| {
                ["need", "uncovered"].map(|what| format!("hub {what} {}", word(&line["topic"]))).to_vec()
            })
        }
        // A ratio of two figures that are printed, which is looked at where it stands.
        "Topic" if table.heading.len() == 2 => return Vec::new(),
        "Topic" if table.heading.len() == 5 => return missing_otherwise(table, figures),
        "Organisation" => return gains_otherwise(table, summary),
        "Nearest offer" => labels(&summary["distances"], &label, &|at, _| vec![format!("distance {at}")]),
        "Travel" => {
            labels(&summary["travel"], &label, &|_, line| vec![format!("travel {}", word(&line["label"]))])
        }
        "Middle of the square" => labels(
            &summary["squares"],
            &|square| {
                let middle = |part: &str| (whole(&square[part]) + 1_000) / 1_000;
                format!("grid reference {} km east, {} km north", middle("easting"), middle("northing"))
            },
            &|_, square| ["people", "unmet"].map(|what| format!("square {} {what}", place(square))).to_vec(),
        ),
        "How deprived" | "Age" | "Where people live" => left_out(summary)
            .into_iter()
            .map(|(group, line)| {
                let names = ["people", "left"].map(|what| format!("hub {group} {what}")).to_vec();
                (word(&line["label"]).to_owned(), names)
            })
            .filter(|(label, _)| table.rows.iter().any(|row| row[0] == *label))
            .filter(|(_, names)| names[0].starts_with(kind_of(&table.heading[0])))
            .collect(),
        "Area" => labels(&summary["areas"], &|line| format!("Area {}", line["area"]), &|_, line| {
            vec![format!("area {} people", area(line))]
        }),
        heading if COUNT_NOBODY.contains(&heading) => return Vec::new(),
        _ => return vec![format!("a table that is declared nowhere: {:?}", table.heading)],
    };
    let mut wrong = Vec::new();
    for row in &table.rows {
        let names = known.iter().find(|(label, _)| *label == row[0]).map(|(_, names)| names);
        let Some(names) = names else {
            if row[0] != "People in the file" {
                wrong.push(format!("a row that the summary has not: {row:?}"));
            }
            continue;
        };
        for (name, cell) in names.iter().zip(&row[1..]) {
            let reads = figures.reads(name).map(|text| with_commas(text.to_owned()));
            // An empty cell, behind the name of its column, says less than the summary.
            if table.heading.contains(cell) {
                continue;
            }
            if reads.as_ref() != Some(cell) {
                wrong.push(format!("{name} reads {cell} in the report and {reads:?} in the summary"));
            }
        }
        // "Strength: 30 of 40", three gaps to an area.
        for gap in row.iter().skip(2).filter(|_| table.heading[0] == "Area") {
            let Some((title, pair)) = gap.split_once(": ") else { continue };
            let topic = Topic::ALL.into_iter().find(|topic| topic.title() == title).expect("a topic").key();
            let area = names[0].trim_end_matches(" people");
            let reads = ["unmet", "need"].map(|what| {
                with_commas(figures.reads(&format!("{area} {what} {topic}")).unwrap_or_default().to_owned())
            });
            if pair != reads.join(" of ") {
                wrong.push(format!("{area} {topic} reads {pair} in the report and {reads:?} in the summary"));
            }
        }
    }
    wrong
}

/// Rows of the table of missing offers whose people, in its last column, are not those of the summary.
fn missing_otherwise(table: &Table, figures: &Figures) -> Vec<String> {
    let missing = list(&figures.summary["missing_offers"]);
    let reads = |title: &String| {
        let line = missing.iter().find(|line| title_of(word(&line["topic"])) == *title)?;
        figures.reads(&format!("missing {}", word(&line["topic"]))).map(|text| with_commas(text.to_owned()))
    };
    let otherwise = table.rows.iter().filter(|row| reads(&row[0]).as_ref() != row.last());
    otherwise.map(|row| format!("a missing offer that the summary has not: {row:?}")).collect()
}

/// Rows of the table of what each organisation adds, which stand in the order of the summary: a weight of released figures.
fn gains_otherwise(table: &Table, summary: &Value) -> Vec<String> {
    let invited = list(&summary["shortlist"]["invited"]);
    let is_one = |row: &&Vec<String>| {
        invited.iter().enumerate().any(|(at, one)| {
            let gain = &one["gain"];
            let gain = gain.as_str().map_or_else(|| gain.to_string(), str::to_owned);
            row[0] == format!("{}. {}", at + 1, word(&one["name"])) && row[1] == with_commas(gain)
        })
    };
    let otherwise = table.rows.iter().filter(|row| !is_one(row));
    otherwise.map(|row| format!("an organisation's gain that the summary has not: {row:?}")).collect()
}

/// What the figures of a table about those left out begin with.
fn kind_of(heading: &str) -> &'static str {
    match heading {
        "How deprived" => "hub deprivation",
        "Age" => "hub age",
        _ => "hub area",
    }
}

fn title_of(topic: &str) -> String {
    Topic::ALL.into_iter().find(|one| one.key() == topic).expect("a topic").title().to_owned()
}

/// 1234 as "1,234"; anything else as it is.
fn with_commas(text: String) -> String {
    text.parse::<u64>().map_or(text, disclosure::with_commas)
}

/// The numbers of a text, each with what follows it. Digits within a word or a code are none.
pub(crate) fn numbers(text: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before = rest[..start].chars().next_back().unwrap_or(before);
        let after = &rest[start..];
        let end = after
            .char_indices()
            .find(|(at, c)| {
                let next = after[at + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
                !(c.is_ascii_digit() || matches!(c, ',' | '.') && next)
            })
            .map_or(after.len(), |(at, _)| at);
        let follows = after[end..].chars().next().unwrap_or(' ');
        if !before.is_alphanumeric() && !follows.is_alphabetic() {
            found.push((after[..end].to_owned(), &after[end..]));
        }
        before = after[..end].chars().next_back().unwrap_or(' ');
        rest = &after[end..];
    }
    found
}

/// Everything that is read on a page, by eye or by ear: its texts and the attributes that say something, without its
/// style, its fingerprints and what stands on a map's edge.
pub(crate) fn texts(html: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        texts.push(text);
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        for attribute in ["aria-label=\"", "alt=\"", "title=\"", "content=\""] {
            texts.extend(inside.split(attribute).skip(1).filter_map(|value| value.split('"').next()));
        }
        let silent =
            ["style", "script", "code"].into_iter().find(|name| inside.split(' ').next() == Some(name));
        rest =
            silent.map_or(after, |name| after.split_once(&format!("</{name}")).map_or("", |(_, rest)| rest));
    }
    texts.into_iter().map(|text| unescaped(text.trim())).filter(|text| !text.is_empty()).collect()
}

/// Without the kilometres along the edges of maps, which stand there alone.
fn without_map_edges(html: &str) -> String {
    let mut kept = String::new();
    for part in html.split_inclusive("</svg>") {
        let (before, drawing) = part.split_at(part.find("<svg").unwrap_or(part.len()));
        kept.push_str(before);
        if !drawing.contains(">km</text>") {
            kept.push_str(drawing);
            continue;
        }
        for text in drawing.split_inclusive("</text>") {
            let alone = text.trim_end_matches("</text>").rsplit('>').next().unwrap_or_default();
            let edge = !alone.is_empty() && alone.chars().all(|c| c.is_ascii_digit());
            kept.push_str(if edge { &text[..text.len() - alone.len() - "</text>".len()] } else { text });
        }
    }
    kept
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&#x27;", "'").replace("&amp;", "&")
}

struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The tables of a page. The last text of a cell is its own; before it stands its column's name, for narrow screens.
fn tables(html: &str) -> Vec<Table> {
    let tables = html.split("<table").skip(1).filter_map(|table| table.split("</table>").next());
    tables
        .map(|table| {
            let rows = table.split("<tr").skip(1).map(|row| {
                let cells = row.split("<t").skip(1).filter(|cell| cell.starts_with(['h', 'd']));
                cells.map(|cell| texts(&format!("<t{cell}")).pop().unwrap_or_default()).collect::<Vec<_>>()
            });
            let mut rows: Vec<Vec<String>> = rows.collect();
            let heading = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
            Table { heading, rows }
        })
        .collect()
}
