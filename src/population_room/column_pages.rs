//! Which column of an extract is what: chosen from lists, with how each is understood beside it. No cell is shown: how many of
//! the first rows are understood says whether the right column was chosen.

use std::path::Path as FilePath;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::files::Table;
use planning::extract::{EventColumns, Heading, LookedColumn, Mapping, event_heading, look};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use vocabulary::{Day, Lsoa, Postcode};
use web::{Answer, Form, FormView, Page, Problem, Visit, day_of, id_of};

use super::column_choices::{Chosen, Line, Side, written};
use super::{State, Upload, files, keeping, store, upload_path};
use crate::data_path::DataPath;

/// The first file of the people, or of their events.
fn first(data: &FilePath, upload: &Upload, side: Side) -> Result<Table, String> {
    let all = match side {
        Side::People => files::of(data, upload),
        Side::Events => files::events_of(data, upload),
    };
    let path = all.first().ok_or("there is no file")?;
    Table::open(path).map_err(|error| plain(&error.to_string(), path))
}

/// A sentence without the folder in which the file lies.
fn plain(sentence: &str, file: &FilePath) -> String {
    let folder = file.parent().map_or_else(String::new, |folder| format!("{}/", folder.display()));
    sentence.replace(&folder, "")
}

/// Whether the first row holds values and no names: then it is somebody's, and is not shown. A file of events has few columns,
/// and one value among them is enough.
fn holds_values(of_file: &[String], side: Side) -> bool {
    let value = |name: &&String| {
        let digits = name.chars().filter(char::is_ascii_digit).count();
        name.parse::<f64>().is_ok()
            || Day::parse(name).is_ok()
            || Lsoa::parse(name).is_ok()
            || Postcode::parse(name).is_ok()
            || digits >= 6
    };
    let values = of_file.iter().filter(value).count();
    match side {
        Side::People => values * 4 > of_file.len(),
        Side::Events => values > 0,
    }
}

/// Whether an extract can be read as it came: its columns are called as Meres calls them, or its mapping says what they are. One
/// that cannot be opened is the worker's to refuse.
pub(super) fn fits(data: &FilePath, upload: &Upload) -> bool {
    if !upload.mapping.trim().is_empty() {
        return true;
    }
    let people = first(data, upload, Side::People).is_ok_and(|table| {
        Heading::find(&table, &Mapping::default(), &PEOPLE_COLUMNS, &OPTIONAL_COLUMNS).is_err()
    });
    let events = first(data, upload, Side::Events)
        .is_ok_and(|table| event_heading(&table, &EventColumns::default()).is_err());
    !people && !events
}

/// A file, what was chosen of its columns, and how its first rows are understood by it.
#[derive(Default)]
struct Looked {
    of_file: Vec<String>,
    chosen: Chosen,
    columns: Vec<LookedColumn>,
    unread: Vec<String>,
    ragged: u64,
}

/// Columns of a file, once it is known that they are names.
fn names_of(table: &Table, side: Side) -> Result<Vec<String>, String> {
    let of_file = table.columns().to_vec();
    if holds_values(&of_file, side) {
        return Err("its first row must say what the columns are called".to_owned());
    }
    Ok(of_file)
}

fn looked(data: &FilePath, upload: &Upload, side: Side, form: Option<&Form>) -> Result<Looked, String> {
    let table = first(data, upload, side)?;
    let of_file = names_of(&table, side)?;
    let chosen = form.map_or_else(|| side.guessed(&of_file), |form| side.typed(form, &of_file));
    // Without it there is nobody to look at.
    if !chosen.contains_key("pid") {
        return Ok(Looked { of_file, chosen, ..Looked::default() });
    }
    let mapping = match side {
        Side::People => keeping::mapping(&written(&chosen, None))?,
        Side::Events => {
            // Of whatever people: a mapping has to say where their pseudonyms are.
            let people = Side::People.guessed(&["pid".to_owned()]);
            as_columns(&keeping::mapping(&written(&people, Some(&chosen)))?.events)
        }
    };
    let year = matching::RuleSet::version_1().index_date.year();
    let found = look(&table, &mapping, side.columns(), year)
        .map_err(|error| plain(&error.to_string(), table.path()))?;
    Ok(Looked { of_file, chosen, columns: found.columns, unread: found.unread, ragged: found.ragged })
}

/// The columns of events as those of a file of their own.
fn as_columns(events: &EventColumns) -> Mapping {
    let EventColumns { pid, system, code, date } = events;
    let all = [("pid", pid), ("system", system), ("code", code), ("date", date)];
    let columns = all.into_iter().map(|(name, source)| (name.to_owned(), source.clone())).collect();
    Mapping { columns, ..Mapping::default() }
}

#[derive(Template)]
#[template(path = "population_room/columns.html")]
struct Columns<'a> {
    name: &'a str,
    path: String,
    token: &'a str,
    /// The field that is wrong, and how.
    error: Option<(String, String)>,
    files: Vec<OfFile>,
}

/// The columns of one file.
struct OfFile {
    caption: &'static str,
    names: Vec<String>,
    lines: Vec<Line>,
    unread: Vec<String>,
    ragged: u64,
}

async fn waiting(visit: &Visit, id: &str) -> Result<Upload, Problem> {
    let found = store::find(&mut visit.read().await?, id_of(id)?).await?;
    let upload = found.ok_or(Problem::NotFound)?;
    if upload.state == State::Columns {
        Ok(upload)
    } else {
        Err(Problem::Conflict("It was said which column is what."))
    }
}

/// What the page shows: what was chosen, and how the first rows are understood by it.
async fn shown(
    visit: &Visit,
    upload: &Upload,
    typed: Option<&Form>,
    mut error: Option<(String, String)>,
) -> Answer {
    let mut files = Vec::new();
    let sides = [(Side::People, "The people"), (Side::Events, "Their coded events")];
    for (side, caption) in sides.into_iter().filter(|(side, _)| has(upload, *side)) {
        let (folder, of) = (visit.house.shelf.of::<DataPath>().folder.clone(), upload.clone());
        let form = typed.cloned();
        let looking = tokio::task::spawn_blocking(move || looked(&folder, &of, side, form.as_ref()));
        // Whatever is wrong with it, it can be thrown away here.
        match looking.await.map_err(Problem::broken)? {
            Ok(Looked { of_file, chosen, columns, unread, ragged }) => {
                files.push(OfFile {
                    caption,
                    names: of_file,
                    lines: side.lines(&chosen, columns),
                    unread,
                    ragged,
                });
            }
            Err(why) => {
                let why = format!("{caption} cannot be read: {why}");
                error = error.or(Some(("throw-away".to_owned(), why)));
            }
        }
    }
    let mistaken = error.is_some();
    let path = upload_path(upload.id);
    let content = Columns { name: &upload.name, path, token: &visit.form_token, error, files };
    let page = Page::new(visit, "Which column is what?").under("/population", "Populations");
    let mut response = page.with(&content)?.into_response();
    if mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn has(upload: &Upload, side: Side) -> bool {
    side == Side::People || !upload.events.is_empty()
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let upload = waiting(&visit, &id).await?;
    shown(&visit, &upload, None, None).await
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let upload = waiting(&visit, &id).await?;
    if form.text("read") != "yes" {
        return shown(&visit, &upload, Some(&form), None).await;
    }
    if upload.keep_until.is_some_and(|last| last < day_of((visit.house.clock)())) {
        let why = "The last day on which it may be kept has passed: throw it away".to_owned();
        return shown(&visit, &upload, Some(&form), Some(("throw-away".to_owned(), why))).await;
    }
    let mut chosen = Vec::new();
    for side in [Side::People, Side::Events].into_iter().filter(|side| has(&upload, *side)) {
        let (folder, of) = (visit.house.shelf.of::<DataPath>().folder.clone(), upload.clone());
        let opening = tokio::task::spawn_blocking(move || names_of(&first(&folder, &of, side)?, side));
        let Ok(of_file) = opening.await.map_err(Problem::broken)? else {
            return shown(&visit, &upload, Some(&form), None).await;
        };
        let typed = side.typed(&form, &of_file);
        if let Some((field, why)) = side.missing(&typed) {
            return shown(&visit, &upload, Some(&form), Some((field, why.to_owned()))).await;
        }
        chosen.push(typed);
    }
    let text = written(&chosen[0], chosen.get(1));
    if let Err(why) = keeping::mapping(&text) {
        let why = format!("It cannot be read like this: {why}");
        return shown(&visit, &upload, Some(&form), Some((Side::People.field("pid"), why))).await;
    }
    let mut change = access::acting(&visit).await?;
    if !store::mapped(&mut change, upload.id, &text).await? {
        return Err(Problem::Conflict("Somebody else said so meanwhile."));
    }
    keeping::queue(&mut change, upload.id).await?;
    let (object, purpose) = (upload.id.to_string(), Some(upload.purpose.clone()));
    let detail = format!("{} columns", chosen.iter().map(Chosen::len).sum::<usize>());
    change.commit(Act { action: "population.map", object, purpose, detail }).await?;
    Visit::to(&upload_path(upload.id))
}

pub(super) async fn forget_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let upload = waiting(&visit, &id).await?;
    visit.form_page(&FormView {
        title: format!("Throw {} away", upload.name),
        lead: vec!["The files that were sent are removed and cannot be brought back.".to_owned()],
        action: format!("{}/forget", upload_path(upload.id)),
        button: "Throw it away",
        dangerous: true,
        back: Some((format!("{}/columns", upload_path(upload.id)), "Back")),
        ..FormView::default()
    })
}

/// Thrown away before it was read.
pub(super) async fn forget(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let upload = waiting(&visit, &id).await?;
    let folder = visit.house.shelf.of::<DataPath>().folder.clone();
    let own = upload.id;
    // First: what is not there any more can be thrown away once more.
    let removing = tokio::task::spawn_blocking(move || files::remove(&folder, own));
    removing.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let mut change = access::acting(&visit).await?;
    if !store::mapped(&mut change, upload.id, "").await? {
        return Err(Problem::Conflict("Somebody else said so meanwhile."));
    }
    store::refused(&mut change, upload.id, ("It was thrown away before it was read.", None)).await?;
    let act = Act {
        action: "population.refuse",
        object: upload.id.to_string(),
        purpose: None,
        detail: String::new(),
    };
    change.commit(act).await?;
    Visit::to("/population")
}

#[cfg(test)]
mod tests {
    use super::Side;

    #[test]
    fn a_first_row_of_values_is_no_heading() {
        let values = ["A123", "1950-03-01", "F", "E01026317"].map(str::to_owned);
        assert!(super::holds_values(&values, Side::People));
        let names = ["Person \"ID\"", "dob", "gender"].map(str::to_owned);
        assert!(!super::holds_values(&names, Side::People) && !super::holds_values(&names, Side::Events));
        let event = ["A123", "Read", "N05..", "Knee", "2020-02-01"].map(str::to_owned);
        assert!(super::holds_values(&event, Side::Events));
    }
}
