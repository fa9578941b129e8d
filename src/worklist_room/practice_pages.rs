//! The practice's side: its own lists, the file, and the counts that it reports back.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::database::{Act, Session};
use ground::files::{CsvOut, Field as Cellule, digest_bytes};
use planning::worklist::{self, Line};
use vocabulary::{Day, Permission, Viewer};
use web::{
    Answer, Asker, Cell, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem, Summary,
    Table, Visit, Waiting, day_of, moment_in_words,
};

use super::request_pages::closed;
use super::{List, Report, Request, files, store};
use crate::data_path::DataPath;

/// A list with the request that it belongs to.
type Own = (List, Request);

async fn own(session: &mut Session, viewer: &Viewer) -> Result<Vec<Own>, Problem> {
    Ok(store::own(session, &viewer.scope(Permission::ActForPractice)).await?)
}

async fn one(visit: &Visit, id: &str) -> Result<Own, Problem> {
    let all = own(&mut visit.read().await?, visit.viewer()?).await?;
    all.into_iter().find(|(list, _)| list.id.to_string() == id).ok_or(Problem::NotFound)
}

fn path(list: &List) -> String {
    format!("/practice/lists/{}", list.id)
}

fn state(list: &List, request: &Request, today: Day) -> (&'static str, &'static str) {
    match (&list.report, &list.fetched_at, request.is_open(today)) {
        (Some(_), _, _) => ("Reported", "green"),
        (None, _, false) => ("Over", "grey"),
        (None, Some(_), true) => ("Fetched", "yellow"),
        (None, None, true) => ("To be fetched", "blue"),
    }
}

#[derive(Template)]
#[template(path = "worklist_room/mine.html")]
struct Mine {
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let own = own(&mut visit.read().await?, visit.viewer()?).await?;
    let today = day_of((visit.house.clock)());
    let (shown, paging) = listing.page_of(own);
    let row = |(list, request): &Own| {
        let (text, colour) = state(list, request, today);
        vec![
            Cell::link(path(list), request.purpose.clone()),
            Cell::Tag { text, colour },
            Cell::text(list.people.clone()),
            Cell::text(request.until.in_words()),
        ]
    };
    let table = Table {
        caption: "Our worklists".to_owned(),
        columns: Table::plain_columns(&["Purpose", "State", "People", "To be fetched until"]),
        rows: shown.iter().map(row).collect(),
        listing,
        paging,
        empty: "There is no list for your practice now.",
    };
    let content = Mine { table: table.html()? };
    Ok(Page::new(&visit, "Our worklists").with(&content)?.into_response())
}

#[derive(Template)]
#[template(path = "worklist_room/mine_one.html")]
struct Record<'a> {
    purpose: &'a str,
    state: (&'static str, &'static str),
    about: Html,
    file: Option<String>,
    form: Option<Html>,
    report: Option<Html>,
}

fn form(list: &List) -> FormView {
    let value = |of: fn(Report) -> u64| list.report.map(of).map(|n| n.to_string()).unwrap_or_default();
    let field = |name, label: &str, hint: &str, of| {
        Field::new(FieldKind::Text, name, label).hinted(hint).valued(value(of))
    };
    FormView {
        lead: vec![
            "Counts of people, no names. You can mend them until every practice has reported. Managers see them only as a sum over \
             three practices or more, rounded."
                .to_owned(),
        ],
        action: format!("{}/report", path(list)),
        fields: vec![
            field("invited", "Invited", "Called, texted or written to", |report| report.invited),
            field("reached", "Reached", "Of those, whom you spoke to or heard from", |report| report.reached),
            field("declined", "Said no", "Of those reached", |report| report.declined),
            field("unsuitable", "Not right for them", "Of those reached", |report| report.unsuitable),
        ],
        button: "Report",
        ..FormView::default()
    }
}

async fn shown(visit: &Visit, own: &Own, form: FormView) -> Answer {
    let (list, request) = own;
    let today = day_of((visit.house.clock)());
    let about = Summary::default()
        .line("Practice", list.practice.clone())
        .line("People on it", list.people.clone())
        .line("From", request.about.clone())
        .line("To be fetched until", request.until.in_words())
        .line(
            "Fetched last",
            list.fetched_at.as_deref().map_or_else(|| "Not yet".to_owned(), moment_in_words),
        );
    let all = store::lists(&mut visit.read().await?, request.id).await?;
    let open = request.is_open(today) && !closed(&all);
    let report = list.report.map(|report| {
        Summary::default()
            .line("Invited", report.invited.to_string())
            .line("Reached", report.reached.to_string())
            .line("Said no", report.declined.to_string())
            .line("Not right for them", report.unsuitable.to_string())
    });
    let mistaken = !form.errors.is_empty();
    let content = Record {
        purpose: &request.purpose,
        state: state(list, request, today),
        about: about.html()?,
        file: request.is_open(today).then(|| format!("{}/file", path(list))),
        form: if open && list.fetched_at.is_some() { Some(form.html(visit)?) } else { None },
        report: report.map(|report| report.html()).transpose()?,
    };
    let done = (Listing::read(&visit.path)?.done == "reported").then_some("It is reported. Thank you");
    let page = Page::new(visit, &request.purpose).under("/practice", "Our worklists").saying(done);
    let page = page.with(&content)?;
    Ok(if mistaken { page.mistaken() } else { page }.into_response())
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = one(&visit, &id).await?;
    shown(&visit, &own, form(&own.0)).await
}

pub(super) async fn report(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let own = one(&visit, &id).await?;
    let mut errors = Errors::default();
    let mut count = |field: &'static str| -> u64 {
        let number = typed.text(field).parse().ok().filter(|number| *number <= 100_000_u64);
        if number.is_none() {
            errors.add(field, "Enter a whole number; 0 where it was nobody");
        }
        number.unwrap_or_default()
    };
    let report = Report {
        invited: count("invited"),
        reached: count("reached"),
        declined: count("declined"),
        unsuitable: count("unsuitable"),
    };
    if errors.is_empty() && report.reached > report.invited {
        errors.add("reached", "You cannot have reached more people than you invited");
    }
    if errors.is_empty() && report.declined + report.unsuitable > report.reached {
        errors.add("declined", "These and those for whom it was not right cannot be more than you reached");
    }
    if !errors.is_empty() {
        return shown(&visit, &own, form(&own.0).again(&typed, errors)).await;
    }
    let (list, request) = &own;
    let mut change = access::acting(&visit).await?;
    // In the same change: two practices that report in one moment close it once.
    let all = store::lists(&mut change, request.id).await?;
    if !request.is_open(day_of((visit.house.clock)())) || closed(&all) {
        return Err(Problem::Conflict(
            "Reports for these lists are closed. Ask whoever asked for the lists.",
        ));
    }
    store::report(&mut change, list.id, report).await?;
    let (object, purpose) = (list.id.to_string(), Some(request.purpose.clone()));
    change.commit(Act { action: "worklist.report", object, purpose, detail: String::new() }).await?;
    Visit::to(&format!("{}?done=reported", path(list)))
}

fn file_form((list, request): &Own) -> FormView {
    FormView {
        title: "Fetch the list".to_owned(),
        lead: vec![
            format!("For: {}.", request.purpose),
            "One line a person, under your own pseudonyms, in call order. That you fetched it stands in the audit log. Keep it \
             as you keep patients' records, and delete it when you are done."
                .to_owned(),
        ],
        action: format!("{}/file", path(list)),
        button: "Download the list (CSV)",
        back: Some((path(list), "Back")),
        ..FormView::default()
    }
}

/// One that can be fetched today.
async fn to_fetch(visit: &Visit, id: &str) -> Result<Own, Problem> {
    let own = one(visit, id).await?;
    if own.1.is_open(day_of((visit.house.clock)())) {
        Ok(own)
    } else {
        Err(Problem::Conflict("The last day on which this list could be fetched is over."))
    }
}

pub(super) async fn file_page(visit: Visit, Path(id): Path<String>) -> Answer {
    visit.form_page(&file_form(&to_fetch(&visit, &id).await?))
}

pub(super) async fn file_act(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let (list, request) = to_fetch(&visit, &id).await?;
    let place = files::list(&visit.house.shelf.of::<DataPath>().folder, request.id);
    let practice = list.practice.clone();
    let read = tokio::task::spawn_blocking(move || {
        if place.is_file() { worklist::read(&place, &practice).map(Some) } else { Ok(None) }
    });
    let lines = read.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let lines =
        lines.ok_or(Problem::Conflict("The population of this list was deleted, and the list with it."))?;
    let csv = as_csv(&lines).map_err(Problem::broken)?;
    let mut change = access::acting(&visit).await?;
    store::fetched(&mut change, list.id).await?;
    let (object, purpose) = (list.id.to_string(), Some(request.purpose.clone()));
    let detail = format!("practice {}; digest {}", list.practice, digest_bytes(&csv));
    change.commit(Act { action: "worklist.fetch", object, purpose, detail }).await?;
    let name = format!("attachment; filename=\"worklist-{}.csv\"", list.practice);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, csv).into_response())
}

fn as_csv(lines: &[Line]) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    out.row(&["place", "pseudonym", "asked_before", "reasons"].map(Cellule::Text))?;
    for line in lines {
        let before = if line.asked_before { "yes" } else { "no" };
        out.row(&[
            Cellule::Whole(line.place.into()),
            Cellule::Text(&line.pid),
            Cellule::Text(before),
            Cellule::Text(&line.reasons),
        ])?;
    }
    out.finish()
}

/// Lists that nobody has fetched.
pub(super) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    let Asker { house, viewer, session } = asker;
    if !viewer.may(Permission::ActForPractice) {
        return Ok(Vec::new());
    }
    let today = day_of((house.clock)());
    let own = own(session, viewer).await?;
    let fetch = own.iter().filter(|(list, request)| list.fetched_at.is_none() && request.is_open(today));
    let waiting = |(list, request): &Own| Waiting {
        title: format!("A worklist: {}", request.purpose),
        about: format!("{} people. To be fetched until {}.", list.people, request.until.in_words()),
        action: "Look at it",
        path: path(list),
    };
    Ok(fetch.take(5).map(waiting).collect())
}
