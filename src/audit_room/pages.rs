//! The pages of the audit log.

use askama::Template;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::audit::{Asked, Fault, Line, follow, lines};
use ground::database::Act;
use ground::files::{CsvOut, Field as Cellule};
use tokio::sync::{Semaphore, SemaphorePermit};
use vocabulary::{Account, Id, Permission};
use web::{
    Access, Answer, Cell, Errors, Field, FieldKind, Form, FormView, Html, Listing, Problem, Room, Routes,
    Table, Visit, day_begins, moment_in_words,
};

const READ: Access = Access::May(Permission::ReadAudit);

/// The room of the audit log.
pub fn room() -> Room {
    let routes = Routes::new().get("/audit", READ, list).post("/audit/verify", READ, verify).confirmed(
        "/audit/export",
        READ,
        export_page,
        export_act,
    );
    Room::new(routes).with_door("Audit", "/audit", "Who did what, and when", READ)
}

const PAGE: u8 = 50;
/// Lines that one export holds; more are taken away a span of days at a time.
const MOST_EXPORTED: i64 = 100_000;

#[derive(Template)]
#[template(path = "audit_room/list.html")]
struct List<'a> {
    asked: &'a Form,
    token: &'a str,
    table: Html,
    before: Option<String>,
    after: Option<String>,
}

/// What is asked for by the fields of a form or of an address.
fn asked(form: &Form) -> Asked {
    // Days as the clock in London has them, and up to the end of the last.
    let begins = |name: &str, later| day_begins(form.text(name), later).unwrap_or_default();
    Asked {
        actor: form.text("actor").to_owned(),
        action: form.text("action").to_owned(),
        object: form.text("object").to_owned(),
        from: begins("from", 0),
        before: begins("until", 1),
    }
}

/// Who acted, by name where it is an account.
fn named(names: &[(Id<Account>, String)], actor: &str) -> String {
    let id = actor.strip_prefix("account:").and_then(|id| Id::parse(id).ok());
    let name = id.and_then(|id| names.iter().find(|(account, _)| *account == id));
    match (name, actor) {
        (Some((_, name)), _) => name.clone(),
        (None, "anonymous") => "Somebody not signed in".to_owned(),
        (None, "meres") => "Meres itself".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// To what: a way to all that was done to it.
fn object(names: &[(Id<Account>, String)], object: &str) -> Cell {
    if object.is_empty() {
        return Cell::text("");
    }
    let address =
        form_urlencoded::Serializer::new("/audit?".to_owned()).append_pair("object", object).finish();
    Cell::link(address, if object.starts_with("account:") { named(names, object) } else { object.to_owned() })
}

async fn list(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let form = Form::parse(question.as_bytes())?;
    let page: i64 = form.text("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let (behind, most) = ((page - 1) * i64::from(PAGE), i64::from(PAGE) + 1);
    let mut lines = lines(&mut visit.read().await?, &asked(&form), behind, most).await?;
    let names = access::names(&visit).await?;
    let more = lines.len() > usize::from(PAGE);
    lines.truncate(usize::from(PAGE));
    let row = |line: &Line| {
        let detail = [line.detail.as_str(), line.purpose.as_deref().unwrap_or("")];
        let detail: Vec<&str> = detail.into_iter().filter(|text| !text.is_empty()).collect();
        vec![
            Cell::text(moment_in_words(&line.at)),
            Cell::text(named(&names, &line.actor)),
            Cell::text(line.action.clone()),
            object(&names, &line.object),
            Cell::text(detail.join("; ")),
        ]
    };
    let table = Table {
        caption: "Audit log".to_owned(),
        columns: Table::plain_columns(&["When", "Who", "Did what", "To what", "More"]),
        rows: lines.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Nothing in the log is like that. Ask for less.",
    };
    let at = |page: i64| {
        let mut address = form_urlencoded::Serializer::new("/audit?".to_owned());
        for name in ["actor", "action", "object", "from", "until"] {
            if !form.text(name).is_empty() {
                address.append_pair(name, form.text(name));
            }
        }
        address.append_pair("page", &page.to_string()).finish()
    };
    let content = List {
        asked: &form,
        token: &visit.form_token,
        table: table.html()?,
        before: (page > 1).then(|| at(page - 1)),
        after: more.then(|| at(page + 1)),
    };
    visit.page("Audit log", &content)
}

#[derive(Template)]
#[template(path = "audit_room/verified.html")]
struct Verified {
    rows: u64,
    chains: usize,
    faults: Vec<String>,
}

/// The whole log is read by one at a time: readers are few, and the pages need them.
static READING: Semaphore = Semaphore::const_new(1);

fn alone() -> Result<SemaphorePermit<'static>, Problem> {
    let busy = "Somebody reads the whole log just now. Try again in a minute.";
    READING.try_acquire().map_err(|_| Problem::Conflict(busy))
}

async fn verify(visit: Visit) -> Answer {
    let _alone = alone()?;
    let followed = follow(&mut visit.read().await?, &[]).await?;
    let change = visit.change().await?;
    let detail = format!("{} rows, {} faults", followed.rows, followed.faults.len());
    change.commit(Act { action: "audit.verify", object: String::new(), purpose: None, detail }).await?;
    let content = Verified {
        rows: followed.rows,
        chains: followed.ends.len(),
        faults: followed.faults.iter().map(Fault::to_string).collect(),
    };
    visit.page("The audit log, followed", &content)
}

fn export_form() -> FormView {
    let day = |name, label: &str| Field::new(FieldKind::Text, name, label).hinted("Like 2026-11-22.");
    FormView {
        title: "Take away a part of the log".to_owned(),
        lead: vec![format!(
            "You get a CSV file of at most {MOST_EXPORTED} lines, the latest first. It names people by identifiers, not by \
             names. That you took it, and what for, is itself written in the log."
        )],
        action: "/audit/export".to_owned(),
        fields: vec![
            day("from", "From this day"),
            day("until", "Up to and with this day"),
            Field::new(FieldKind::Text, "purpose", "What for")
                .hinted("For example: yearly review with the data protection officer."),
        ],
        button: "Take away",
        back: Some(("/audit".to_owned(), "Audit log")),
        ..FormView::default()
    }
}

async fn export_page(visit: Visit) -> Answer {
    visit.form_page(&export_form())
}

async fn export_act(visit: Visit, typed: Form) -> Answer {
    let wanted = asked(&typed);
    let mut errors = Errors::default();
    for (name, read) in [("from", &wanted.from), ("until", &wanted.before)] {
        if !typed.text(name).is_empty() && read.is_empty() {
            errors.add(name, "Enter a day like 2026-11-22");
        }
    }
    let purpose = errors.needed(&typed, "purpose", 300, "Enter what it is for");
    if !errors.is_empty() {
        return visit.form_page(&export_form().again(&typed, errors));
    }
    let _alone = alone()?;
    let lines = lines(&mut visit.read().await?, &wanted, 0, MOST_EXPORTED).await?;
    let file = as_csv(&lines).map_err(Problem::broken)?;
    let change = visit.change().await?;
    let detail = format!("{} lines", lines.len());
    let act =
        Act { action: "audit.export", object: String::new(), purpose: Some(purpose.to_owned()), detail };
    change.commit(act).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, file).into_response())
}

fn as_csv(lines: &[Line]) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    let heading = ["chain", "seq", "at", "actor", "action", "object", "purpose", "detail"];
    out.row(&heading.map(Cellule::Text))?;
    for line in lines {
        out.row(&[
            Cellule::Whole(line.chain),
            Cellule::Whole(line.seq),
            Cellule::Text(&line.at),
            Cellule::Text(&line.actor),
            Cellule::Text(&line.action),
            Cellule::Text(&line.object),
            Cellule::Text(line.purpose.as_deref().unwrap_or("")),
            Cellule::Text(&line.detail),
        ])?;
    }
    out.finish()
}
