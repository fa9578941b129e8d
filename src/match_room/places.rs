//! Who gets which place: the program that works it out, and its answer as a page and a file show it.

use std::time::Duration;

use charts::{Bar, Bars, Heading, Mark, Series, Tone};
use ground::files::{CsvOut, Field as Cellule};
use rust_xlsxwriter::XlsxError;
use serde_json::Value;
use tempfile::TempDir;

use super::{Run, files};
use crate::data_path::DataPath;
use crate::fairness::shown;
use crate::trying::program;
use crate::workbook::{Sheet, workbook};

const LONGEST: Duration = Duration::from_mins(2);
/// Numbers of weeks for which one can ask. There are few: with every number, places would go up one by one, and whoever compared
/// the answers could count single people.
pub(super) const WEEKS: [u32; 7] = [1, 2, 4, 8, 12, 26, 52];
/// Services in the drawing.
const DRAWN: usize = 10;

/// Has a plan worked out by the matches, the services and the population of a run. With the folder that holds what the program
/// wrote: gone when it is dropped.
pub(super) fn worked_out(
    data: &DataPath,
    digest: &str,
    run: &Run,
    (weeks, file): (u32, &str),
) -> Result<(TempDir, String), String> {
    let out = program::folder(data)?;
    let mut command = program::command(data, "allocate", digest);
    let of_run = files::folder(&data.folder, run.id);
    command.arg("--scores").arg(of_run.join("matches.parquet"));
    command.arg("--services").arg(of_run.join("services.parquet"));
    command.arg(format!("--weeks={weeks}")).arg("--out").arg(out.path());
    if file == PLAN {
        command.arg("--counts-only");
    }
    let text = program::finished(&mut command, (out.path(), file), LONGEST);
    let text = text.map_err(|why| why.trim_start_matches("meres: ").to_owned())?;
    Ok((out, text))
}

/// What may be shown.
pub(super) const PLAN: &str = "plan.json";

/// A service, as the page shows it.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) provider: String,
    pub(super) places: String,
    pub(super) used: String,
    pub(super) one_more: String,
    price: u64,
}

impl Line {
    fn of(line: &Value) -> Self {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let used = shown(&line["used"]);
        Self {
            name: line["name"].as_str().map_or_else(|| format!("Service {}", line["sid"]), str::to_owned),
            provider: text("provider"),
            places: shown(&line["places"]),
            used: if line["full"] == Value::Bool(true) { format!("all {used}") } else { used },
            one_more: shown(&line["one_more"]),
            price: line["one_more"].as_u64().unwrap_or(0),
        }
    }

    fn cells(&self) -> [String; 5] {
        [&self.name, &self.provider, &self.places, &self.used, &self.one_more].map(Clone::clone)
    }
}

/// The answer: figures that have been through the gate.
pub(super) struct Plan {
    pub(super) headline: String,
    pub(super) total: String,
    pub(super) proof: String,
    /// Why people have no place, and how many.
    pub(super) reasons: Vec<(String, String)>,
    /// People of the most deprived fifth: all, with a place, without.
    pub(super) deprived: Option<[String; 3]>,
    /// Those where one more place is worth most first.
    pub(super) lines: Vec<Line>,
    /// Services whose places are not known.
    pub(super) no_limit: usize,
    /// Prices are kept back, all of them.
    pub(super) unpriced: bool,
}

impl Plan {
    pub(super) fn read(text: &str) -> Option<Self> {
        let plan: Value = serde_json::from_str(text).ok()?;
        let list = |name: &str| plan[name].as_array().cloned().unwrap_or_default();
        let mut lines: Vec<Line> = list("sessions").iter().map(Line::of).collect();
        lines.sort_by_cached_key(|line| {
            (std::cmp::Reverse(line.price), line.name.to_lowercase(), line.provider.clone())
        });
        let reason =
            |one: &Value| (one["words"].as_str().unwrap_or_default().to_owned(), shown(&one["people"]));
        let deprived = &plan["deprived"];
        Some(Self {
            headline: headline(&plan),
            total: score(&plan["total"]),
            proof: proof(&plan),
            reasons: list("reasons").iter().map(reason).collect(),
            deprived: deprived
                .is_object()
                .then(|| ["people", "placed", "without"].map(|name| shown(&deprived[name]))),
            no_limit: list("sessions").iter().filter(|line| line["places"].is_null()).count(),
            unpriced: plan["priced"] != Value::Bool(true),
            lines,
        })
    }

    /// Where one more place is worth most; nothing where it is worth nothing anywhere, or kept back.
    pub(super) fn chart(&self) -> Option<Bars> {
        let drawn: Vec<&Line> = self.lines.iter().take(DRAWN).filter(|line| line.price > 0).collect();
        let bar = |line: &&Line| Bar {
            label: line.name.clone(),
            marks: vec![Mark::count(line.price, line.one_more.clone())],
        };
        Some(Bars {
            heading: Heading::new(
                "places",
                format!("One more place is worth most at {}", drawn.first()?.name),
                "What one more place would add to the total score, service by service, the most first.",
            ),
            row_heading: "Service".to_owned(),
            series: vec![Series { name: "Added score".to_owned(), suffix: String::new(), tone: Tone::Blue }],
            rows: drawn.iter().map(bar).collect(),
        })
    }
}

fn score(value: &Value) -> String {
    match value {
        Value::Number(_) => format!("about {}", shown(value)),
        other => shown(other),
    }
}

fn headline(plan: &Value) -> String {
    let [people, placed, without] = ["people", "placed", "without"].map(|name| shown(&plan[name]));
    match (plan["placed"].is_number(), plan["without"].is_number()) {
        (true, _) => format!(
            "About {placed} of {people} people with an offer get a place, and about {without} do not."
        ),
        (false, true) => {
            format!("About {without} of {people} people with an offer get no place: nearly all of them.")
        }
        _ if without.starts_with('≤') => {
            format!("Nearly all of {people} people with an offer get a place: {without} do not.")
        }
        _ => {
            "How many people get a place is kept back: another count could be worked out from it.".to_owned()
        }
    }
}

fn proof(plan: &Value) -> String {
    if plan["best"] == Value::Bool(true) {
        "No other plan has a higher total score: that is proven, and a check that shares nothing with what found it agreed."
            .to_owned()
    } else {
        format!(
            "Another plan may have a higher total score, but none has more than {}.",
            score(&plan["bound"])
        )
    }
}

const HEAD: [&str; 6] = ["Weeks", "Service", "Provider", "Places", "Taken", "One more place adds"];

fn rows(plan: &Plan, weeks: u32) -> impl Iterator<Item = Vec<String>> {
    let row = move |line: &Line| [weeks.to_string()].into_iter().chain(line.cells()).collect();
    plan.lines.iter().map(row)
}

/// The services as a file.
pub(super) fn as_csv(plan: &Plan, weeks: u32) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    out.row(&HEAD.map(Cellule::Text))?;
    for row in rows(plan, weeks) {
        out.row(&row.iter().map(|cell| Cellule::Text(cell)).collect::<Vec<_>>())?;
    }
    out.finish()
}

/// As a workbook, with what it is on a sheet of its own.
pub(super) fn as_xlsx(about: &[(&str, &str)], plan: &Plan, weeks: u32) -> Result<Vec<u8>, XlsxError> {
    let about = about.iter().map(|(name, text)| vec![(*name).to_owned(), (*text).to_owned()]);
    workbook(&[
        Sheet {
            name: "Places",
            head: &HEAD,
            rows: rows(plan, weeks).collect(),
            counts: &[0, 3, 4, 5],
            widths: &[8, 40, 40, 10, 10, 20],
        },
        Sheet {
            name: "About this file",
            head: &["What", "Is"],
            rows: about.collect(),
            counts: &[],
            widths: &[24, 100],
        },
    ])
}
