//! Runs: all of them, one with what it found, its report, two beside each other, and its rows for those who hold the key.

use std::path::PathBuf;

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::jobs::{self, Job, State as JobState};
use web::{
    Answer, Cell, Choice, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem, Progress,
    Summary as Lines, Table, Visit, id_of, moment_in_words,
};

use super::summary::{Invited, Summary, TopicLine};
use super::{Run, State, files, rows, store};
use crate::data_path::DataPath;
use crate::fairness;

/// Runs that the list goes back to.
const NEWEST: i64 = 500;

pub(super) async fn one(visit: &Visit, id: &str) -> Result<Run, Problem> {
    store::find(&mut visit.read().await?, id_of(id)?).await?.ok_or(Problem::NotFound)
}

/// A run that is done.
pub(super) async fn done(visit: &Visit, id: &str) -> Result<Run, Problem> {
    let run = one(visit, id).await?;
    if run.state == State::Done { Ok(run) } else { Err(Problem::Conflict("This run is not done yet.")) }
}

#[derive(Template)]
#[template(path = "match_room/list.html")]
struct List {
    table: Html,
    runs: Vec<(String, String)>,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let runs = store::newest(&mut visit.read().await?, NEWEST).await?;
    let done = runs.iter().filter(|run| run.state == State::Done);
    let named =
        done.map(|run| (run.id.to_string(), format!("{}, {}", run.name(), moment_in_words(&run.made_at))));
    let named = named.take(50).collect();
    let (shown, paging) = listing.page_of(runs);
    let row = |run: &Run| {
        let (_, name, colour) = run.state.of();
        let found = run.summary.as_deref().and_then(Summary::read);
        vec![
            Cell::link(run.path(), run.cohort_name.clone()),
            Cell::text(run.population_name.clone()),
            Cell::Tag { text: name, colour },
            Cell::text(found.map_or_else(String::new, |found| found.count("cohort"))),
            Cell::text(moment_in_words(&run.made_at)),
        ]
    };
    let table = Table {
        caption: "Match runs".to_owned(),
        columns: Table::plain_columns(&["Cohort", "Population", "State", "People", "Started"]),
        rows: shown.iter().map(row).collect(),
        listing,
        paging,
        empty: "Nothing was matched yet.",
    };
    let content = List { table: table.html()?, runs: named };
    Ok(Page::new(&visit, "Match runs").with(&content)?.into_response())
}

#[derive(Template)]
#[template(path = "match_room/run.html")]
struct Record {
    name: String,
    id: String,
    path: String,
    about: Html,
    progress: Option<Html>,
    why: Option<String>,
    found: Option<Found>,
}

/// What it found, as the page shows it.
struct Found {
    made_up: bool,
    /// Nothing may be said of the cohort, and so of no part of it.
    kept_back: bool,
    figures: Vec<(String, &'static str)>,
    attrition: Vec<(String, String, String)>,
    topics: Vec<TopicLine>,
    fairness: Html,
    invited: Vec<Invited>,
    warnings: Vec<String>,
    inputs: Html,
    /// Counts up to this one are hidden.
    small: u64,
}

impl Found {
    fn of(summary: &Summary) -> Result<Self, Problem> {
        let inputs =
            summary.inputs().into_iter().fold(Lines::default(), |all, (name, text)| all.line(name, text));
        Ok(Self {
            made_up: summary.is_made_up(),
            kept_back: summary.count("cohort") == "hidden",
            figures: summary.main_figures(),
            attrition: summary.attrition(),
            topics: summary.topics(),
            fairness: fairness::html(&summary.fairness(), &summary.people())?,
            invited: summary.invited(),
            warnings: summary.warnings(),
            inputs: inputs.html()?,
            small: summary.small_counts(),
        })
    }
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = one(&visit, &id).await?;
    let job = job_of(&visit, &run).await?;
    let stuck = run.state == State::Running && job.as_ref().is_none_or(|job| job.state.has_ended());
    let under_way = run.state == State::Running && !stuck;
    let mut about = Lines::default()
        .line("State", run.state.of().1)
        .line("Population", run.population_name.clone())
        .line("Cohort", run.cohort_name.clone())
        .line("Started", moment_in_words(&run.made_at));
    if let Some(ended) = &run.ended_at {
        about = about.line("Ended", moment_in_words(ended));
    }
    if let Some((venue, radius, stands)) = &run.hub {
        about = about.line("Hub", format!("{venue}, {} km around it, {stands} stands", radius / 1_000));
    }
    let found = run.summary.as_deref().and_then(Summary::read);
    let content = Record {
        name: run.name(),
        id: run.id.to_string(),
        path: run.path(),
        about: about.html()?,
        progress: under_way.then(|| shown(&run, job.as_ref()).html()).transpose()?,
        why: match run.state {
            State::Failed => run.why.clone(),
            _ if stuck => {
                Some("Nobody does it any more. Start it again; Later work says what happened.".to_owned())
            }
            _ => None,
        },
        found: found.as_ref().map(Found::of).transpose()?,
    };
    let page = Page::new(&visit, &content.name).under("/match-runs", "Match runs");
    Ok(page.with(&content)?.into_response())
}

async fn job_of(visit: &Visit, run: &Run) -> Result<Option<Job>, Problem> {
    Ok(match run.job {
        Some(job) if run.state == State::Running => jobs::find(&mut visit.read().await?, job).await?,
        _ => None,
    })
}

fn shown(run: &Run, job: Option<&Job>) -> Progress {
    let sentence = match job {
        Some(job) if job.state == JobState::Queued => "Waiting for its turn".to_owned(),
        Some(job) => job.progress.sentence.clone().unwrap_or_else(|| "Matching".to_owned()),
        None => run.state.of().1.to_owned(),
    };
    Progress {
        address: format!("{}/progress", run.path()),
        done: 0,
        total: None,
        sentence,
        ended: run.state != State::Running || job.is_none_or(|job| job.state.has_ended()),
    }
}

pub(super) async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = one(&visit, &id).await?;
    let job = job_of(&visit, &run).await?;
    Ok(shown(&run, job.as_ref()).event())
}

/// A file that a run left.
async fn file(visit: &Visit, id: &str, name: &str) -> Result<(Run, Vec<u8>), Problem> {
    let run = one(visit, id).await?;
    if run.state != State::Done {
        return Err(Problem::NotFound);
    }
    let place: PathBuf = files::folder(&visit.house.shelf.of::<DataPath>().folder, run.id).join(name);
    match tokio::fs::read(&place).await {
        Ok(bytes) => Ok((run, bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Problem::NotFound),
        Err(error) => Err(Problem::broken(error)),
    }
}

/// The report as it was written, with its style apart: our pages take none that stands among them.
pub(super) async fn report(visit: Visit, Path(id): Path<String>) -> Answer {
    let (run, bytes) = file(&visit, &id, "report.html").await?;
    let text = String::from_utf8(bytes).map_err(Problem::broken)?;
    let (before, _, after) = parted(&text).ok_or_else(|| Problem::broken("a report without a style"))?;
    let page = format!("{before}<link rel=\"stylesheet\" href=\"{}/report.css\">{after}", run.path());
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

pub(super) async fn style(visit: Visit, Path(id): Path<String>) -> Answer {
    let (_, bytes) = file(&visit, &id, "report.html").await?;
    let text = String::from_utf8(bytes).map_err(Problem::broken)?;
    let (_, style, _) = parted(&text).ok_or_else(|| Problem::broken("a report without a style"))?;
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], style.to_owned()).into_response())
}

/// What stands before the style of a report, the style, and what stands behind it.
pub(crate) fn parted(report: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = report.split_once("<style>")?;
    let (style, after) = rest.split_once("</style>")?;
    Some((before, style, after))
}

pub(super) async fn summary_file(visit: Visit, Path(id): Path<String>) -> Answer {
    let (_, bytes) = file(&visit, &id, "summary.json").await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"summary.json\""),
    ];
    Ok((headers, bytes).into_response())
}

fn rows_form(run: &Run) -> FormView {
    let formats = rows::FORMATS.iter().map(|(word, name, hint, _)| Choice::new(*word, *name).hinted(*hint));
    FormView {
        title: "Take the rows away".to_owned(),
        lead: vec![
            "One row a person and offer, under pseudonyms. It is for whoever holds the key to them, under the agreement of \
             the population. That you took them, and what for, stands in the audit log."
                .to_owned(),
        ],
        action: format!("{}/rows", run.path()),
        fields: vec![
            Field::new(FieldKind::Radios(formats.collect()), "format", "As what?").valued("parquet"),
            Field::new(FieldKind::Text, "purpose", "What for?"),
        ],
        button: "Download the rows",
        back: Some((run.path(), "Back")),
        ..FormView::default()
    }
}

pub(super) async fn rows_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = one(&visit, &id).await?;
    visit.form_page(&rows_form(&run))
}

pub(super) async fn rows_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let run = one(&visit, &id).await?;
    let mut errors = Errors::default();
    let purpose = errors.needed(&typed, "purpose", 500, "Enter what you need them for").to_owned();
    let format = rows::FORMATS.iter().find(|(word, ..)| *word == typed.text("format"));
    let Some((format, _, _, kind)) = format.filter(|_| errors.is_empty()) else {
        if format.is_none() {
            errors.add("format", "Choose a format");
        }
        return visit.form_page(&rows_form(&run).again(&typed, errors));
    };
    if run.state != State::Done {
        return Err(Problem::NotFound);
    }
    let place = files::folder(&visit.house.shelf.of::<DataPath>().folder, run.id).join("matches.parquet");
    if !place.exists() {
        return Err(Problem::NotFound);
    }
    let making = rows::MAKING.acquire().await.map_err(Problem::broken)?;
    let reading = tokio::task::spawn_blocking(move || rows::bytes_of(&place, format, "Matches"));
    let made = reading.await.map_err(Problem::broken)?;
    drop(making);
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(why) => {
            errors.add("format", why);
            return visit.form_page(&rows_form(&run).again(&typed, errors));
        }
    };
    let change = access::acting(&visit).await?;
    let (object, detail) = (run.id.to_string(), format!("{format}; {}", run.name()));
    change.commit(Act { action: "match.rows", object, purpose: Some(purpose), detail }).await?;
    let name = format!("attachment; filename=\"matches.{format}\"");
    Ok(([(header::CONTENT_TYPE, (*kind).to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

#[derive(Template)]
#[template(path = "match_room/compare.html")]
struct Compare {
    runs: [(String, String, String); 2],
    figures: Vec<(&'static str, String, String)>,
    topics: Vec<(&'static str, String, String, String, String)>,
}

/// Two runs side by side, by their released figures: no difference is worked out, since small ones would say more than both.
pub(super) async fn compare(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let asked = Form::parse(question.as_bytes())?;
    let (one, other) = (one(&visit, asked.text("one")).await?, one(&visit, asked.text("other")).await?);
    let read = |run: &Run| run.summary.as_deref().and_then(Summary::read).ok_or(Problem::NotFound);
    let (left, right) = (read(&one)?, read(&other)?);
    let about = |run: &Run| (run.name(), moment_in_words(&run.made_at), run.path());
    let lines = left.topics().into_iter().zip(right.topics());
    let content = Compare {
        runs: [about(&one), about(&other)],
        figures: left.beside(&right),
        topics: lines.map(|(a, b)| (a.topic, a.need, b.need, a.unmet, b.unmet)).collect(),
    };
    let page = Page::new(&visit, "Two runs").under("/match-runs", "Match runs");
    Ok(page.with(&content)?.into_response())
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn the_style_of_a_report_is_taken_out_whole() {
        let report = "<head><style>a { b: c }</style></head><body>x</body>";
        assert_eq!(parted(report), Some(("<head>", "a { b: c }", "</head><body>x</body>")));
    }
}
