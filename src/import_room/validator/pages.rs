//! The pages on which a feed is looked at.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::fetch;
use ground::jobs::{self, NewJob, State};
use offers::directory::import::{Fault, LookedAt};
use serde_json::json;
use vocabulary::Id;
use web::{
    Access, Answer, Cell, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem, Progress,
    Routes, Table, Visit, id_of, moment_in_words,
};

use super::{LOOK, Validation, store};
use crate::import_room::words::name_of_address;

const PATH: &str = "/directory/validator";
/// The latest that the list goes back to.
const NEWEST: i64 = 200;

pub(in crate::import_room) fn routes(may: Access) -> Routes {
    Routes::new().get(PATH, may, page).post(PATH, may, act).get("/directory/validator/{id}", may, found).get(
        "/directory/validator/{id}/progress",
        may,
        progress,
    )
}

fn path(id: Id<Validation>) -> String {
    format!("{PATH}/{id}")
}

fn form() -> FormView {
    FormView {
        title: "What is wrong with a feed?".to_owned(),
        lead: vec![
            "Give the address of an Open Referral UK feed. It is read as an import would read it, and nothing is \
             imported. You then see in plain words what is wrong with it, for whoever publishes it."
                .to_owned(),
        ],
        action: PATH.to_owned(),
        fields: vec![
            Field::new(FieldKind::Text, "address", "Address of the feed")
                .hinted("Like https://directory.example.org/services"),
        ],
        button: "Look at it",
        ..FormView::default()
    }
}

#[derive(Template)]
#[template(path = "import_room/validator/start.html")]
struct Start {
    form: Html,
    table: Html,
}

async fn page(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let all = store::newest(&mut visit.read().await?, NEWEST).await?;
    let (rows, paging) = listing.page_of(all);
    let row = |one: Validation| {
        let verdict = one.found.map_or_else(|| "Being looked at".to_owned(), |found| found.sentence);
        vec![
            Cell::link(path(one.id), moment_in_words(&one.made_at)),
            Cell::text(one.shown),
            Cell::text(verdict),
        ]
    };
    let table = Table {
        caption: "Feeds that were looked at".to_owned(),
        columns: Table::plain_columns(&["When", "Feed", "Verdict"]),
        rows: rows.into_iter().map(row).collect(),
        listing,
        paging,
        empty: "No feed was looked at yet.",
    };
    let form = FormView { title: String::new(), ..form() };
    let content = Start { form: form.html(&visit)?, table: table.html()? };
    let page = Page::new(&visit, "What is wrong with a feed?").under("/directory/imports", "Imports");
    Ok(page.with(&content)?.into_response())
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let address = errors.needed(&typed, "address", 2_000, "Enter the address of a feed");
    if errors.is_empty() && fetch::address(address).is_err() {
        errors.add("address", "Enter an address like https://directory.example.org/services");
    }
    if !errors.is_empty() {
        let back = Some(("/directory/imports".to_owned(), "Imports"));
        return visit.form_page(&FormView { back, ..form().again(&typed, errors) });
    }
    let mut change = access::acting(&visit).await?;
    let new = Validation {
        id: change.new_id(),
        address: Some(address.to_owned()),
        shown: name_of_address(address),
        job: None,
        found: None,
        made_at: change.at(),
    };
    store::add(&mut change, &new, &visit.viewer()?.actor().to_string()).await?;
    let payload = json!({"validation": new.id.to_string()});
    let job = NewJob { most_attempts: 2, ..NewJob::new(LOOK, "directory", payload) };
    let job = jobs::queue(&mut change, &job).await?;
    store::looked_at_by(&mut change, new.id, job).await?;
    let act = Act { action: "directory.look", object: new.shown, purpose: None, detail: String::new() };
    change.commit(act).await?;
    Visit::to(&path(new.id))
}

async fn one(visit: &Visit, id: &str) -> Result<(Validation, Option<jobs::Job>), Problem> {
    let id = id_of(id)?;
    let mut session = visit.read().await?;
    let one = store::find(&mut session, id).await?.ok_or(Problem::NotFound)?;
    let job = match one.job {
        Some(job) => jobs::find(&mut session, job).await?,
        None => None,
    };
    Ok((one, job))
}

#[derive(Template)]
#[template(path = "import_room/validator/found.html")]
struct Verdict {
    shown: String,
    progress: Option<Html>,
    found: Option<LookedAt>,
    /// What must be mended, and what people would miss.
    tables: Vec<(&'static str, &'static str, Vec<Fault>)>,
}

fn shown_progress(one: &Validation, job: Option<&jobs::Job>) -> Progress {
    let sentence = match job {
        Some(job) if job.state == State::Queued => "Waiting for its turn".to_owned(),
        Some(job) => job.progress.sentence.clone().unwrap_or_else(|| "Looking at the feed".to_owned()),
        None => "Looked at".to_owned(),
    };
    Progress {
        address: format!("{}/progress", path(one.id)),
        done: job.map_or(0, |job| job.progress.done),
        total: None,
        sentence,
        ended: one.found.is_some() || job.is_none_or(|job| job.state.has_ended()),
    }
}

async fn found(visit: Visit, Path(id): Path<String>) -> Answer {
    let (one, job) = one(&visit, &id).await?;
    let progress = shown_progress(&one, job.as_ref());
    let mut found = one.found;
    let tables = found.as_mut().map_or_else(Vec::new, |found| {
        vec![
            (
                "What must be mended",
                "Other directories refuse or leave out a service with one of these.",
                std::mem::take(&mut found.faults),
            ),
            (
                "What people would miss",
                "Nothing refuses a service for these.",
                std::mem::take(&mut found.advice),
            ),
        ]
    });
    let content = Verdict {
        progress: (!progress.ended).then(|| progress.html()).transpose()?,
        shown: one.shown,
        found,
        tables,
    };
    let page = Page::new(&visit, "What is wrong with a feed").under(PATH, "Feeds that were looked at");
    Ok(page.with(&content)?.into_response())
}

async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let (one, job) = one(&visit, &id).await?;
    Ok(shown_progress(&one, job.as_ref()).event())
}
