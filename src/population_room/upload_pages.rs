//! An extract comes in: what it is for and until when is said first, then it is read in the background.

use std::path::PathBuf;

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::jobs::{self, Job, State as JobState};
use vocabulary::{Day, Id};
use web::{
    Answer, Choice, Errors, Field, FieldKind, Form, FormView, Html, Page, Problem, Progress, Summary, Visit,
    day_of, id_of, moment_in_words,
};

use super::files::Came;
use super::pieces::Coming;
use super::{State, Upload, column_pages, files, keeping, pieces, store, upload_path};
use crate::data_path::DataPath;

/// Mappings that come with Meres: a word, what it is, and itself.
const MAPPINGS: [(&str, &str, &str); 1] =
    [("synthea", "Synthea, with conditions as events", include_str!("../../examples/synthea/mapping.toml"))];

const MOST_NAME: usize = 100;
const MOST_WORDS: usize = 1_000;
const MOST_MAPPING: usize = 64 * 1024;
/// The longest that a last day may lie ahead, in days: an agreement for longer is looked at again.
const FURTHEST: i32 = 10 * 366;

fn form() -> FormView {
    let mappings = MAPPINGS.iter().map(|(word, about, _)| Choice::new(*word, *about)).collect();
    FormView {
        title: "Import a population".to_owned(),
        lead: vec![
            "One row a person, under a pseudonym: no names, no NHS numbers, no full postcodes with a date of birth. Columns \
             that Meres does not know are not kept."
                .to_owned(),
            "Large files are sent piece by piece: if the line breaks, choose them again and it goes on where it stopped. Without \
             JavaScript, 64 MB together; Parquet takes a quarter of a CSV."
                .to_owned(),
        ],
        action: "/population/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Files {
                accept: ".csv,.parquet",
                several: true,
                in_pieces: Some("/population/pieces"),
            }, "files", "Files")
                .hinted("CSV or Parquet. Choose all parts of one extract at once."),
            Field::new(FieldKind::Files {
                accept: ".csv,.parquet",
                several: true,
                in_pieces: Some("/population/pieces"),
            }, "events", "Coded events of the same people (optional)")
                .hinted("One row an event: pseudonym, code system, code, date. With them a cohort can ask for code lists."),
            Field::new(FieldKind::Text, "name", "What it is called")
                .hinted("For example: Lincolnshire 2026-09. Not a person's name."),
            Field::new(FieldKind::Text, "purpose", "What it may be used for")
                .hinted("As the agreement says it. Everybody who works with it sees this."),
            Field::new(FieldKind::Text, "agreement", "The agreement under which it was given (optional)"),
            Field::new(FieldKind::Date, "until", "The last day on which it may be kept")
                .hinted("For example, 31 3 2027. Meres reminds you, and shows what is overdue."),
            Field::new(FieldKind::Select(mappings), "mapping", "Which column is what")
                .hinted("Leave this if the columns are called as Meres calls them, or to choose them on the next page."),
            Field::new(FieldKind::Files { accept: ".toml", several: false, in_pieces: None }, "mapping_file", "Or a mapping from a file"),
        ],
        button: "Send it",
        back: Some(("/population".to_owned(), "Populations")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    visit.form_page(&form())
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let people = came(&visit, &typed, "files", &mut errors).await?;
    if people.is_empty() && errors.of("files").is_none() {
        errors.add("files", "Choose the files of the extract");
    }
    let events = came(&visit, &typed, "events", &mut errors).await?;
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter what it is called").to_owned();
    let purpose = errors.needed(&typed, "purpose", MOST_WORDS, "Enter what it may be used for").to_owned();
    let agreement = Some(typed.text("agreement").to_owned()).filter(|text| !text.is_empty());
    if agreement.as_ref().is_some_and(|text| text.chars().count() > MOST_WORDS) {
        errors.add("agreement", format!("This must be {MOST_WORDS} characters or fewer"));
    }
    let until = last_day(&visit, &typed, &mut errors);
    let mapping = mapping(&typed, &mut errors);
    if !errors.is_empty() {
        return visit.form_page(&form().again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    let data = visit.house.shelf.of::<DataPath>();
    let mut upload = Upload {
        id: change.new_id(),
        name,
        purpose,
        agreement,
        keep_until: until,
        files: people.iter().map(|file| file.name().to_owned()).collect(),
        events: events.iter().map(|file| file.name().to_owned()).collect(),
        mapping,
        job: None,
        state: State::Reading,
        why: None,
        problems: None,
        population: None,
        made_at: change.at(),
    };
    // On the disk before anybody is told that it came.
    let (id, all): (_, Vec<Came>) = (upload.id, people.into_iter().chain(events).collect());
    let writing = tokio::task::spawn_blocking(move || files::put(&data.folder, id, &all));
    writing.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let folder = visit.house.shelf.of::<DataPath>().folder.clone();
    let looked = upload.clone();
    let looking = tokio::task::spawn_blocking(move || column_pages::fits(&folder, &looked));
    // A file that cannot be opened at all is the worker's to refuse, with its reasons.
    if !looking.await.map_err(Problem::broken)? {
        upload.state = State::Columns;
    }
    store::add(&mut change, &upload).await?;
    if upload.state == State::Reading {
        keeping::queue(&mut change, upload.id).await?;
    }
    let (object, purpose) = (upload.id.to_string(), Some(upload.purpose.clone()));
    let detail = format!("{} files", upload.files.len() + upload.events.len());
    change.commit(Act { action: "population.send", object, purpose, detail }).await?;
    Visit::to(&upload_path(upload.id))
}

/// The files of a field: those that came whole with the form, then those that came in pieces before it.
async fn came(
    visit: &Visit,
    typed: &Form,
    field: &'static str,
    errors: &mut Errors,
) -> Result<Vec<Came>, Problem> {
    let sent = typed.uploads(field).filter(|file| !file.name.is_empty()).cloned().map(Came::Whole);
    let mut all: Vec<Came> = sent.collect();
    all.extend(
        in_pieces(visit, typed, field).await?.into_iter().map(|(name, file)| Came::InPieces(name, file)),
    );
    if !all.iter().all(|file| is_extract(file.name())) {
        errors.add(field, "Choose files that end in .csv or .parquet");
    }
    Ok(all)
}

/// The files that came in pieces, whole by now.
async fn in_pieces(visit: &Visit, typed: &Form, field: &str) -> Result<Vec<(String, PathBuf)>, Problem> {
    let named = typed.all(&format!("{field}-piece"));
    let ids: Result<Vec<Id<Coming>>, Problem> = named.into_iter().map(id_of).collect();
    let (ids, actor) = (ids?, visit.viewer()?.actor().to_string());
    let folder = visit.house.shelf.of::<DataPath>().folder.clone();
    let looking = tokio::task::spawn_blocking(move || {
        let whole = |id: Id<Coming>| pieces::whole(&folder, &id.to_string(), &actor);
        ids.into_iter().map(whole).collect::<Result<Vec<_>, _>>()
    });
    Ok(looking.await.map_err(Problem::broken)??)
}

pub(super) fn is_extract(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("csv" | "parquet"))
}

fn last_day(visit: &Visit, typed: &Form, errors: &mut Errors) -> Option<Day> {
    let day = errors.day(typed, "until", "the last day");
    let today = day_of((visit.house.clock)());
    match day {
        None if errors.of("until").is_none() => {
            errors.add("until", "Enter the last day on which it may be kept");
        }
        Some(day) if day < today => errors.add("until", "The last day must be today or later"),
        Some(day) if day.days() - today.days() > FURTHEST => {
            errors.add("until", "The last day must be within ten years");
        }
        _ => {}
    }
    day
}

/// The text of the mapping, understood once.
fn mapping(typed: &Form, errors: &mut Errors) -> String {
    let file = typed.uploads("mapping_file").find(|file| !file.name.is_empty());
    let chosen = typed.text("mapping");
    let (field, text) = match file {
        None if chosen.is_empty() => return String::new(),
        None => {
            let known = MAPPINGS.iter().find(|(word, ..)| *word == chosen);
            ("mapping", known.map(|(.., text)| (*text).to_owned()).ok_or("Choose one of these"))
        }
        Some(_) if !chosen.is_empty() => ("mapping_file", Err("Choose a mapping or send one, not both")),
        Some(file) if file.bytes.len() > MOST_MAPPING => {
            ("mapping_file", Err("The mapping must be 64 KB or less"))
        }
        Some(file) => {
            let text = String::from_utf8(file.bytes.to_vec());
            ("mapping_file", text.map_err(|_| "The mapping must be text in UTF-8"))
        }
    };
    let text = text.unwrap_or_else(|why| {
        errors.add(field, why);
        String::new()
    });
    if let Err(why) = keeping::mapping(&text) {
        errors.add(field, format!("The mapping cannot be used: {why}"));
    }
    text
}

#[derive(Template)]
#[template(path = "population_room/upload.html")]
struct Record {
    name: String,
    about: Html,
    progress: Option<Html>,
    why: Option<String>,
    problems: Option<String>,
}

async fn one(visit: &Visit, id: &str) -> Result<(Upload, Option<Job>), Problem> {
    let id = id_of(id)?;
    let mut session = visit.read().await?;
    let upload = store::find(&mut session, id).await?.ok_or(Problem::NotFound)?;
    let job = match upload.job {
        Some(job) if upload.state == State::Reading => jobs::find(&mut session, job).await?,
        _ => None,
    };
    Ok((upload, job))
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let (upload, job) = one(&visit, &id).await?;
    if let (State::Kept, Some(population)) = (upload.state, upload.population) {
        return Visit::to(&format!("/population/{population}?done=kept"));
    }
    if upload.state == State::Columns {
        return Visit::to(&format!("{}/columns", upload_path(upload.id)));
    }
    let stuck = upload.state == State::Reading && job.as_ref().is_none_or(|job| job.state.has_ended());
    let about = Summary::default()
        .line("Files", [&upload.files[..], &upload.events].concat().join(", "))
        .line("What for", upload.purpose.clone())
        .line("Sent", moment_in_words(&upload.made_at));
    let reading = upload.state == State::Reading && !stuck;
    let content = Record {
        about: about.html()?,
        progress: reading.then(|| shown(&upload, job.as_ref()).html()).transpose()?,
        why: match upload.state {
            State::Refused => upload.why.clone(),
            _ if stuck => Some(
                "Nobody reads it any more. Send the files again; Later work says what happened.".to_owned(),
            ),
            _ => None,
        },
        problems: upload.problems.as_ref().map(|_| format!("{}/problems", upload_path(upload.id))),
        name: upload.name.clone(),
    };
    let page = Page::new(&visit, &content.name).under("/population", "Populations");
    Ok(page.with(&content)?.into_response())
}

fn shown(upload: &Upload, job: Option<&Job>) -> Progress {
    let sentence = match job {
        Some(job) if job.state == JobState::Queued => "Waiting for its turn".to_owned(),
        Some(job) => job.progress.sentence.clone().unwrap_or_else(|| "Reading".to_owned()),
        None => "Read".to_owned(),
    };
    Progress {
        address: format!("{}/progress", upload_path(upload.id)),
        done: job.map_or(0, |job| job.progress.done),
        total: None,
        sentence,
        ended: upload.state != State::Reading || job.is_none_or(|job| job.state.has_ended()),
    }
}

pub(super) async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let (upload, job) = one(&visit, &id).await?;
    Ok(shown(&upload, job.as_ref()).event())
}

pub(super) async fn problems(visit: Visit, Path(id): Path<String>) -> Answer {
    let (upload, _) = one(&visit, &id).await?;
    let problems = upload.problems.ok_or(Problem::NotFound)?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"problems.csv\""),
        ],
        problems,
    )
        .into_response())
}
