//! Who gets which place: the matches of a run and the places of its services for some weeks. Worked out as often as a planner
//! likes, and kept nowhere; what is taken away asks for a purpose.

use std::time::Instant;

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use ground::database::Act;
use planning::population::{Entry, store as catalogue};
use web::{Answer, Choice, Errors, Field, FieldKind, Figure, Form, FormView, Html, Page, Problem, Visit};
use web::{day_of, moment_in_words};

use super::places::{PLAN, Plan, WEEKS, as_csv, as_xlsx, worked_out};
use super::run_pages::done;
use super::{Run, Summary, files, rows};
use crate::data_path::DataPath;
use crate::trying::{self, Question};

/// Services on the page; all of them are in the file.
const MOST_LINES: usize = 25;

#[derive(Template)]
#[template(path = "match_room/places.html")]
struct Content<'a> {
    name: String,
    path: String,
    token: &'a str,
    error: Option<String>,
    /// Why it cannot be asked of this run.
    closed: Option<&'static str>,
    weeks: Vec<(u32, bool)>,
    answer: Option<Shown>,
    /// Counts up to this one are hidden.
    small: u64,
}

/// The answer on the page.
struct Shown {
    plan: Plan,
    chart: Option<Html>,
    seconds: String,
    weeks: u32,
}

impl Shown {
    fn of(plan: Plan, seconds: String, weeks: u32) -> Result<Self, Problem> {
        let chart = plan.chart().map(|bars| Figure::without_table(&bars.draw()).html()).transpose()?;
        Ok(Self { plan, chart, seconds, weeks })
    }

    fn lines(&self) -> &[super::places::Line] {
        &self.plan.lines[..self.plan.lines.len().min(MOST_LINES)]
    }
}

/// The number of weeks that was chosen, if it is one of ours.
fn weeks_of(form: &Form) -> Option<u32> {
    let typed: u32 = form.text("weeks").parse().ok()?;
    WEEKS.into_iter().find(|weeks| *weeks == typed)
}

fn page_of(
    visit: &Visit,
    run: &Run,
    (weeks, closed): (u32, Option<&'static str>),
    answer: Result<Option<Shown>, String>,
) -> Answer {
    let (answer, error) = match answer {
        Ok(answer) => (answer, None),
        Err(error) => (None, Some(error)),
    };
    let mistaken = error.is_some();
    let content = Content {
        name: run.name(),
        path: run.path(),
        token: &visit.form_token,
        error,
        closed,
        weeks: WEEKS.iter().map(|one| (*one, *one == weeks)).collect(),
        answer,
        small: visit.house.shelf.of::<DataPath>().small_counts(),
    };
    let page = Page::new(visit, "Who gets which place").under(run.path(), "The match run");
    let mut response = page.with(&content)?.into_response();
    if mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = done(&visit, &id).await?;
    let closed = population(&visit, &run).await?.err();
    page_of(&visit, &run, (WEEKS[0], closed), Ok(None))
}

/// The population of a run whose rows are there, and of which it may be said how many have an offer; or why not.
async fn population(visit: &Visit, run: &Run) -> Result<Result<Entry, &'static str>, Problem> {
    let entries = catalogue::list(&mut visit.read().await?).await?;
    let Some(entry) = entries.into_iter().find(|entry| entry.id == run.population) else {
        return Ok(Err("The population of this run was deleted, and its rows with it."));
    };
    let rows = files::folder(&visit.house.shelf.of::<DataPath>().folder, run.id).join("matches.parquet");
    if !rows.exists() {
        return Ok(Err("The rows of this run are not in this data folder."));
    }
    let summary = run.summary.as_deref().and_then(Summary::read);
    let shown = summary.map(|found| found.count("people_matched")).unwrap_or_default();
    if !shown.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Ok(Err(
            "How many people have an offer is kept back in this run, and so is who gets which place.",
        ));
    }
    Ok(Ok(entry))
}

/// Asks, by the allowance and with a line in the audit log; the folder with what came of it, or what is wrong.
async fn ask(
    visit: &Visit,
    run: &Run,
    (weeks, file): (u32, &'static str),
    purpose: Option<String>,
) -> Result<Result<(tempfile::TempDir, String), String>, Problem> {
    let entry = match population(visit, run).await? {
        Ok(entry) => entry,
        Err(why) => return Ok(Err(why.to_owned())),
    };
    let object = run.id.to_string();
    // The matches and the places are those of the run.
    let texts = [weeks.to_string(), object.clone()];
    let texts = texts.each_ref().map(String::as_str);
    let kind = trying::Kind::Places;
    let question = Question { kind, object, population: &entry, purpose, texts: &texts };
    let place = match trying::ask(visit, question).await? {
        Ok(place) => place,
        Err(why) => return Ok(Err(why.to_owned())),
    };
    let (data, of, digest) = (visit.house.shelf.of::<DataPath>(), run.clone(), entry.digest);
    let asking = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        worked_out(&data, &digest, &of, (weeks, file))
    });
    let answer = asking.await.map_err(Problem::broken)?;
    Ok(answer.map_err(|why| format!("It could not be worked out: {why}")))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let run = done(&visit, &id).await?;
    let Some(weeks) = weeks_of(&form) else {
        return page_of(&visit, &run, (WEEKS[0], None), Err("Choose for how many weeks".to_owned()));
    };
    let began = Instant::now();
    let plan = match ask(&visit, &run, (weeks, PLAN), None).await? {
        Ok((_, text)) => Plan::read(&text).ok_or_else(|| Problem::broken("a plan that cannot be read"))?,
        Err(why) => return page_of(&visit, &run, (weeks, None), Err(why)),
    };
    let seconds = format!("{:.1}", began.elapsed().as_secs_f64());
    let answer = Shown::of(plan, seconds, weeks)?;
    page_of(&visit, &run, (weeks, None), Ok(Some(answer)))
}

fn download(kind: &str, name: &str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

/// What of a plan can be taken away: its word, what a form says of it, the file that the program writes, and what a sheet of it
/// is called. All but the first hold rows of people, or prices that can be one person's score.
const TAKEN: [(&str, &str, &str, &str); 4] = [
    ("services", "The services, as on the page (CSV or Excel)", PLAN, "Places"),
    ("placed", "Who has a place", "allocation", "Placed"),
    ("unplaced", "Who has none, and why", "unplaced", "Without a place"),
    ("proof", "The proof: prices and scores of every service (JSON)", "certificate", ""),
];

fn rows_form(run: &Run, weeks: u32) -> FormView {
    let what = TAKEN.iter().map(|(word, name, ..)| Choice::new(*word, *name)).collect();
    let formats = rows::FORMATS.iter().map(|(word, name, hint, _)| Choice::new(*word, *name).hinted(*hint));
    let so_many = if weeks == 1 { "one week".to_owned() } else { format!("{weeks} weeks") };
    FormView {
        title: "Take the plan away".to_owned(),
        lead: vec![format!(
            "The plan for {so_many}, worked out once more. Who has a place and who has none is one row a person, under pseudonyms: \
             for whoever holds the key to them, under the agreement of the population. That you took it, and what for, stands in \
             the audit log."
        )],
        action: format!("{}/places/rows?weeks={weeks}", run.path()),
        fields: vec![
            Field::new(FieldKind::Radios(what), "what", "What?").valued("services"),
            Field::new(FieldKind::Radios(formats.collect()), "format", "As what?").valued("xlsx"),
            Field::new(FieldKind::Text, "purpose", "What for?"),
        ],
        button: "Download",
        back: Some((format!("{}/places", run.path()), "Back")),
        ..FormView::default()
    }
}

/// For how many weeks the address asks.
fn of_address(visit: &Visit) -> Result<Option<u32>, Problem> {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    Ok(weeks_of(&Form::parse(question.as_bytes())?))
}

pub(super) async fn rows_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = done(&visit, &id).await?;
    match of_address(&visit)? {
        Some(weeks) => visit.form_page(&rows_form(&run, weeks)),
        None => Visit::to(&format!("{}/places", run.path())),
    }
}

pub(super) async fn rows_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let run = done(&visit, &id).await?;
    let Some(weeks) = of_address(&visit)? else {
        return Visit::to(&format!("{}/places", run.path()));
    };
    let mut errors = Errors::default();
    let purpose = errors.needed(&typed, "purpose", 500, "Enter what you need it for").to_owned();
    let what = TAKEN.iter().find(|(word, ..)| *word == typed.text("what"));
    if what.is_none() {
        errors.add("what", "Choose what to take");
    }
    let format = rows::FORMATS.iter().find(|(word, ..)| *word == typed.text("format"));
    match format {
        None => errors.add("format", "Choose a format"),
        Some(("parquet", ..)) if typed.text("what") == "services" => {
            errors.add("format", "The services go as a table or a workbook: choose one of these");
        }
        Some(_) => {}
    }
    let (Some((word, _, file, sheet)), Some((format, _, _, kind)), true) = (what, format, errors.is_empty())
    else {
        return visit.form_page(&rows_form(&run, weeks).again(&typed, errors));
    };
    let asked_for = if *word == "services" { PLAN } else { "certificate.json" };
    let (folder, text) = match ask(&visit, &run, (weeks, asked_for), Some(purpose.clone())).await? {
        Ok(answer) => answer,
        Err(why) => {
            errors.add("what", why);
            return visit.form_page(&rows_form(&run, weeks).again(&typed, errors));
        }
    };
    let (kind, name, made) = match *word {
        "services" => (*kind, format!("places.{format}"), Ok(table(&visit, &run, weeks, (&text, format))?)),
        "proof" => ("application/json", format!("{file}.json"), Ok(text.into_bytes())),
        _ => {
            let making = rows::MAKING.acquire().await.map_err(Problem::broken)?;
            // With the folder, which is gone once its rows are read.
            let reading = tokio::task::spawn_blocking(move || {
                rows::bytes_of(&folder.path().join(format!("{file}.parquet")), format, sheet)
            });
            let made = reading.await.map_err(Problem::broken)?;
            drop(making);
            (*kind, format!("{file}.{format}"), made)
        }
    };
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(why) => {
            errors.add("format", why);
            return visit.form_page(&rows_form(&run, weeks).again(&typed, errors));
        }
    };
    let mut change = access::acting(&visit).await?;
    // Its rows must not outlive it.
    let there = catalogue::list(&mut change).await?.into_iter().find(|entry| entry.id == run.population);
    let today = day_of((visit.house.clock)());
    if there.is_none_or(|entry| entry.keep_until.is_some_and(|last| last < today)) {
        return Err(Problem::Conflict("The population was deleted meanwhile, or its last day has passed."));
    }
    let (object, detail) = (run.id.to_string(), format!("{name}; weeks {weeks}; {}", run.name()));
    change.commit(Act { action: "match.places_rows", object, purpose: Some(purpose), detail }).await?;
    Ok(download(kind, &name, bytes))
}

/// The table of services as a file, with what it is of.
fn table(visit: &Visit, run: &Run, weeks: u32, (text, format): (&str, &str)) -> Result<Vec<u8>, Problem> {
    let plan = Plan::read(text).ok_or_else(|| Problem::broken("a plan that cannot be read"))?;
    if format == "csv" {
        return as_csv(&plan, weeks).map_err(Problem::broken);
    }
    let (name, id, so_many) = (run.name(), run.id.to_string(), weeks.to_string());
    let made = moment_in_words(&ground::database::utc((visit.house.clock)()));
    let counts = visit.house.shelf.of::<DataPath>().gate.policy().in_words();
    let counts = format!("People {counts}; \"all\" is every place");
    let about = [
        ("Match run", name.as_str()),
        ("Its identifier", id.as_str()),
        ("Weeks", so_many.as_str()),
        ("Worked out", made.as_str()),
        ("Answer", &plan.headline),
        ("Total score", &plan.total),
        ("Proof", &plan.proof),
        ("Counts", &counts),
    ];
    as_xlsx(&about, &plan, weeks).map_err(Problem::broken)
}
