//! Every number that is reached is a figure of a release, follows from figures, was there before there were people, or counts
//! nobody and says so here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use testbed::{Seen, Visitor};
use time::Month;
use vocabulary::Topic;

use super::world::{Release, World};
use crate::support::publication::{Figures, numbers, texts, unexplained};

/// What counts nobody, and why. What is not here and was not there before there were people is a finding.
const COUNTS_NOBODY: &[(&str, &str)] = &[
    ("2 requests for worklists", "requests that wait for this visitor"),
    ("version 1 in People", "a version"),
    ("Less than 1 mile", "the name of a distance"),
    ("1 to 2 miles", "the name of a distance"),
    ("2 to 5 miles", "the name of a distance"),
    ("5 to 10 miles", "the name of a distance"),
    ("More than 10 miles", "the name of a distance"),
];
/// Parts of a release, of which the page of a decision says how many lines each has.
const PARTS: [&str; 13] = [
    "People",
    "Criteria: left out",
    "Criteria: left",
    "Topics: need it",
    "Topics: go without",
    "How far the nearest offer is",
    "Getting there",
    "Who is left out: everybody",
    "Who is left out: in the cohort",
    "Who is left out: go without",
    "Areas: people",
    "Areas: need it",
    "Areas: go without",
];

pub(super) struct Explained<'a> {
    world: &'a World,
    /// What this role read before there were people.
    before: BTreeSet<&'a str>,
}

/// What may stand on the pages of one release.
struct Readings {
    figures: BTreeSet<String>,
    /// Of a hundred, of two figures that are printed.
    shares: BTreeSet<String>,
    /// Services and providers, which are no people, and the numbers in the names of criteria and groups.
    others: BTreeSet<String>,
}

fn with_commas(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), disclosure::with_commas)
}

impl Readings {
    fn of(figures: &Figures) -> Self {
        let printed = &figures.printed;
        let of = |name: &str| printed.get(name).and_then(|text| text.parse::<u64>().ok());
        let one = |part: u64, whole: u64| ((part * 100 + whole / 2) / whole).clamp(5, 95).to_string();
        let mut shares = BTreeSet::new();
        for group in printed.keys().filter_map(|name| name.strip_prefix("by ")?.strip_suffix(" cohort")) {
            let [everybody, cohort, unmet] =
                ["everybody", "cohort", "unmet"].map(|what| of(&format!("by {group} {what}")));
            let large = |whole: Option<u64>| whole.filter(|whole| *whole >= 100);
            shares.extend(cohort.zip(large(everybody)).map(|(part, whole)| one(part, whole)));
            shares.extend(unmet.zip(large(cohort)).map(|(part, whole)| one(part, whole)));
        }
        let summary = &figures.summary;
        let list = |name: &str| summary[name].as_array().cloned().unwrap_or_default();
        let mut others = BTreeSet::new();
        for line in list("topics") {
            others.extend(["services", "providers"].map(|what| with_commas(&line[what].to_string())));
        }
        let names = list("attrition").into_iter().map(|step| step["name"].clone());
        let groups = list("fairness")
            .into_iter()
            .flat_map(|view| view["groups"].as_array().cloned().unwrap_or_default());
        let names = names.chain(groups.map(|group| group["label"].clone()));
        let areas = list("areas").into_iter().map(|area| area["area"].clone());
        for name in names.chain(areas) {
            others.extend(numbers(&name.to_string()).into_iter().map(|(number, _)| number));
        }
        let readings = printed.values().map(|text| with_commas(text));
        Self { figures: readings.flat_map(|text| parts(&text)).collect(), shares, others }
    }
}

/// The numbers of a reading: of "≤7" it is 7.
fn parts(text: &str) -> Vec<String> {
    numbers(text).into_iter().map(|(number, _)| number).collect()
}

/// "Topics: need it: 16": a part and its lines, which anybody can count.
fn is_of_lines(text: &str) -> bool {
    let part = text.rsplit_once(": ");
    part.is_some_and(|(part, lines)| PARTS.contains(&part) && lines.parse::<u64>().is_ok())
}

/// An address without its identifiers.
fn pattern(path: &str) -> String {
    let parts = path.split('?').next().unwrap_or_default().split('/');
    parts.map(|part| if part.len() == 36 { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

/// A text without days, times and identifiers.
fn without_days(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let is_month = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_some_and(|word| bare(word).parse::<Month>().is_ok())
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_moment = |word: &str| {
        let word = bare(word);
        word.len() == 36 && word.matches('-').count() == 4
            || word.split(':').count() > 1 && word.split(':').all(digits)
            || word.len() >= 10
                && word.get(..10).is_some_and(|day| day.split('-').count() == 3 && day.split('-').all(digits))
    };
    let kept = words.iter().enumerate().filter(|(at, word)| {
        let beside_a_month = is_month(at.checked_sub(1)) || is_month(Some(at + 1));
        !(is_moment(word) || beside_a_month && digits(&bare(word)))
    });
    kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

impl<'a> Explained<'a> {
    pub(super) fn of(world: &'a World, role: &str) -> Self {
        let before = world.before[role].iter().map(String::as_str).collect();
        Self { world, before }
    }

    /// Looks at one answer: says what is not explained, and gives how many numbers there are.
    pub(super) fn page(&self, path: &str, seen: &Seen, wrong: &mut Vec<String>) -> usize {
        let place = pattern(path);
        let release = self
            .world
            .releases
            .iter()
            .find(|one| path.replace("/releases/", "/figures/").starts_with(&one.path));
        if place.ends_with("/report") {
            let figures = &release.expect("a release").matched.figures;
            wrong.extend(unexplained(&seen.body, figures).into_iter().map(|what| format!("{place}: {what}")));
            return numbers(&texts(&seen.body).join("\n")).len();
        }
        if place.ends_with("/summary") {
            let same = serde_json::from_str::<serde_json::Value>(&seen.body).ok();
            if same.as_ref() != release.map(|one| &one.matched.figures.summary) {
                wrong.push(format!("{place} is not what was released"));
            }
            return numbers(&seen.body).len();
        }
        // Whoever decides sees the figures of an earlier release beside these.
        let beside =
            |one: &&Release| place == "/releases/{id}" || release.is_some_and(|other| other.path == one.path);
        let shown = self.world.releases.iter().filter(beside);
        let readings: Vec<Readings> = shown.map(|one| Readings::of(&one.matched.figures)).collect();
        let told = self.told(path, &place);
        let mut counted = 0;
        for text in texts(&seen.body) {
            counted += numbers(&text).len();
            let is_known = self.before.contains(text.as_str());
            if is_known || is_of_lines(&text) && place == "/releases/{id}" {
                continue;
            }
            let said = COUNTS_NOBODY.iter().fold(text.clone(), |text, (words, _)| text.replace(words, ""));
            for (number, _) in numbers(&without_days(&said)) {
                let of_release = readings.iter().any(|readings| {
                    [&readings.figures, &readings.shares, &readings.others]
                        .iter()
                        .any(|all| all.contains(&number))
                });
                if !of_release && !told.contains(&number) {
                    wrong.push(format!("{place}: {number} in “{text}”"));
                }
            }
        }
        counted
    }

    /// What the page of a request for worklists says, beside what the practices reported: each is a figure of the attack.
    fn told(&self, path: &str, place: &str) -> BTreeSet<String> {
        let mut told = BTreeSet::new();
        let request = self.world.requests.iter().flatten().find(|one| path.starts_with(&one.path));
        if let (Some(request), true) = (request, place.starts_with("/worklists/{id}")) {
            let most = request.asked.most;
            let lists = i64::try_from(request.asked.with_list.len()).expect("a count");
            told.extend([most.to_string(), with_commas(&(most * lists).to_string())]);
            let readings = request.reported.values().chain([&request.asked.people]);
            told.extend(readings.flat_map(|text| parts(text)));
        }
        told
    }

    /// What can be taken away: each line is the figure of its name.
    pub(super) async fn files(&self, visitor: &mut Visitor, release: &Release, wrong: &mut Vec<String>) {
        let figures = &release.matched.figures;
        let json: serde_json::Value =
            serde_json::from_slice(&taken(visitor, release, "json").await).expect("JSON");
        if json != figures.summary {
            wrong.push(format!("{} as JSON is not what was released", release.run));
        }
        let csv = taken(visitor, release, "csv").await;
        let mut lines = Vec::new();
        for row in csv::Reader::from_reader(csv.as_slice()).records() {
            let cells: Vec<String> = row.expect("a line").iter().map(str::to_owned).collect();
            if cells[0] != "About this file" {
                lines.push(cells);
            }
        }
        let mut named = BTreeMap::new();
        for line in &lines {
            let name = figure_of(&line[0], &line[1], figures);
            let reads = name.as_deref().and_then(|name| figures.reads(name)).map(with_commas);
            if reads.as_deref() != Some(line[2].as_str()) {
                wrong.push(format!("{} {line:?} is {name:?}, which reads {reads:?}", release.run));
            }
            named.insert(name, line);
        }
        if named.len() != lines.len() || lines.len() < 50 {
            wrong.push(format!("{} has {} lines, of {} figures", release.run, lines.len(), named.len()));
        }
        let workbook = taken(visitor, release, "xlsx").await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
        let sheet = book.worksheet_range("Figures").expect("figures");
        let rows = sheet.rows().skip(1).map(|row| {
            let cell = |cell: &Data| match cell {
                Data::Float(number) => with_commas(&number.to_string()),
                other => other.to_string(),
            };
            row.iter().map(cell).collect::<Vec<String>>()
        });
        if rows.collect::<Vec<_>>() != lines || book.sheet_names().len() != 2 {
            wrong.push(format!("{} as a workbook says something else", release.run));
        }
    }
}

async fn taken(visitor: &mut Visitor, release: &Release, format: &str) -> Vec<u8> {
    let path = format!("{}/take", release.path);
    visitor.get(&path).await;
    let seen = visitor.post(&path, &[("format", format), ("purpose", "To look")]).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    seen.bytes
}

/// The figure that a line of the table is about.
fn figure_of(part: &str, what: &str, figures: &Figures) -> Option<String> {
    let summary = &figures.summary;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| summary[name].as_array().cloned().unwrap_or_default();
    let place = |name: &str, field: &str| list(name).iter().position(|one| text(&one[field]) == what);
    let key = |words: &str| Topic::ALL.into_iter().find(|topic| topic.words() == words).map(Topic::key);
    let area = |name: &str| {
        let areas = list("areas");
        let found = areas.iter().find(|one| format!("Area {}", one["area"]) == name)?;
        Some(format!("area {},{}", found["county"], found["area"]))
    };
    let of_area = |kind: &str| {
        let (name, topic) = what.split_once(": ")?;
        Some(format!("{} {kind} {}", area(name)?, key(topic)?))
    };
    let of_group = |kind: &str| {
        let (title, label) = what.split_once(": ")?;
        let views = list("fairness");
        let view = views.iter().find(|view| text(&view["title"]) == title)?;
        Some(format!("by {} {label} {kind}", text(&view["by"])))
    };
    match part {
        "People" => Some(
            match what {
                "in the cohort" => "cohort",
                "with no offer at all" => "no offer",
                words if words.starts_with("with at least one offer") => "matched",
                words if words.starts_with("with a need that no offer") => "unmet",
                _ => return None,
            }
            .to_owned(),
        ),
        "Criteria: left out" => Some(format!("step {} removed", place("attrition", "name")?)),
        "Criteria: left" => Some(format!("step {} left", place("attrition", "name")?)),
        "Topics: need it" => Some(format!("need {}", key(what)?)),
        "Topics: go without" => Some(format!("unmet {}", key(what)?)),
        "How far the nearest offer is" => Some(format!("distance {}", place("distances", "label")?)),
        "Getting there" => Some(format!("travel {what}")),
        "Who is left out: everybody" => of_group("everybody"),
        "Who is left out: in the cohort" => of_group("cohort"),
        "Who is left out: go without" => of_group("unmet"),
        "Areas: people" => Some(format!("{} people", area(what)?)),
        "Areas: need it" => of_area("need"),
        "Areas: go without" => of_area("unmet"),
        _ => None,
    }
}
