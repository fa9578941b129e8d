//! Definitions: all of them, one with its versions and what each changed, the next version.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::database::Act;
use planning::cohort::CriterionKind;
use vocabulary::Id;
use web::{Answer, Cell, Errors, Form, Html, Listing, Page, Problem, Table, Visit, moment_in_words};

use super::answers::{self, Named};
use super::{Version, forms, is_too_long, store, understood, version};

const MOST_TEXT: usize = 64 * 1024;
const MOST_NOTE: usize = 500;

#[derive(Template)]
#[template(path = "cohort_room/list.html")]
struct List {
    table: Html,
    shipped: Vec<(String, &'static str)>,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let newest = store::newest(&mut visit.read().await?).await?;
    let row = |version: &Version| {
        let cohort = understood(&version.text);
        let (name, people) =
            cohort.map_or_else(|_| Default::default(), |cohort| (cohort.name, cohort.people));
        vec![
            Cell::link(version.path(), name),
            Cell::text(people),
            Cell::text(format!("Version {}", version.number)),
            Cell::text(moment_in_words(&version.made_at)),
        ]
    };
    let table = Table {
        caption: "Cohorts".to_owned(),
        columns: Table::plain_columns(&["Name", "Who they are", "Newest", "Since"]),
        rows: newest.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Nobody has described a cohort yet.",
    };
    let content = List { table: table.html()?, shipped: criteria(super::SHIPPED) };
    Ok(Page::new(&visit, "Cohorts").with(&content)?.into_response())
}

/// The criteria of a definition in words, each with what it does.
fn criteria(text: &str) -> Vec<(String, &'static str)> {
    let Ok(cohort) = understood(text) else { return Vec::new() };
    let one = |criterion: planning::cohort::Criterion| {
        let what = match criterion.kind {
            CriterionKind::Include => "keeps",
            CriterionKind::Exclude => "leaves out",
        };
        (criterion.name, what)
    };
    cohort.criteria.into_iter().map(one).collect()
}

pub(super) async fn new_page(visit: Visit) -> Answer {
    let there = forms::there(&mut visit.read().await?, None).await?;
    visit.form_page(&forms::new_form(&there))
}

pub(super) async fn new_act(visit: Visit, typed: Form) -> Answer {
    let there = forms::there(&mut visit.read().await?, Some(&typed)).await?;
    let mut errors = Errors::default();
    let answered = answers::answered(&typed, (&there.cohorts, &there.offered), &mut errors, Named::Now);
    if !errors.is_empty() {
        return visit.form_page(&forms::new_form(&there).again(&typed, errors));
    }
    let text = answered.written();
    understood(&text).map_err(Problem::broken)?;
    if is_too_long(&text) {
        errors.add("codes", "These lists have more codes than a definition can hold: choose fewer of them");
        return visit.form_page(&forms::new_form(&there).again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    let made = Version::first(&change, text, visit.viewer()?.actor().to_string());
    store::add(&mut change, &made).await?;
    let detail = made.name();
    change.commit(Act { action: "cohort.add", object: made.id.to_string(), purpose: None, detail }).await?;
    Visit::to(&format!("{}?done=kept", made.path()))
}

#[derive(Template)]
#[template(path = "cohort_room/cohort.html")]
struct Record {
    name: String,
    people: String,
    id: String,
    path: String,
    criteria: Vec<(String, &'static str)>,
    text: String,
    newest: Option<(String, i64)>,
    note: String,
    made: String,
    /// What the version before it did not have, and what it had: lines, and whether they came or went.
    changed: Vec<(bool, String)>,
    others: Vec<(String, i64, String)>,
    /// Populations in which it can be counted: identifier and name.
    populations: Vec<(String, String)>,
    token: String,
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut session = visit.read().await?;
    let shown = version(&mut session, &id).await?;
    let all = store::of(&mut session, shown.cohort).await?;
    let populations = forms::populations(&mut session).await?;
    drop(session);
    let cohort = understood(&shown.text).map_err(Problem::broken)?;
    let before = all.iter().find(|one| one.number + 1 == shown.number);
    let newest = all.first().filter(|newest| newest.id != shown.id);
    let content = Record {
        name: shown.name(),
        people: cohort.people,
        id: shown.id.to_string(),
        path: shown.path(),
        criteria: criteria(&shown.text),
        newest: newest.map(|newest| (newest.path(), newest.number)),
        note: shown.note.clone(),
        made: moment_in_words(&shown.made_at),
        changed: before.map(|before| lines_changed(&before.text, &shown.text)).unwrap_or_default(),
        others: all
            .iter()
            .filter(|one| one.id != shown.id)
            .map(|one| (one.path(), one.number, moment_in_words(&one.made_at)))
            .collect(),
        text: shown.text.clone(),
        populations: populations.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
        token: visit.form_token.clone(),
    };
    let done = (Listing::read(&visit.path)?.done == "kept").then_some("It is kept");
    let page = Page::new(&visit, &content.name).under("/cohorts", "Cohorts").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// Lines that only one of two texts has, in order: what went before what came.
fn lines_changed(before: &str, after: &str) -> Vec<(bool, String)> {
    let of = |text: &str| -> Vec<String> {
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let (before, after) = (of(before), of(after));
    let went = before.iter().filter(|line| !after.contains(line)).map(|line| (false, line.clone()));
    let came = after.iter().filter(|line| !before.contains(line)).map(|line| (true, line.clone()));
    went.chain(came).collect()
}

pub(super) async fn toml(visit: Visit, Path(id): Path<String>) -> Answer {
    let shown = version(&mut visit.read().await?, &id).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"cohort.toml\""),
        ],
        shown.text,
    )
        .into_response())
}

pub(super) async fn change_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut session = visit.read().await?;
    let shown = version(&mut session, &id).await?;
    let populations = forms::populations(&mut session).await?;
    drop(session);
    visit.form_page(&forms::change_form(&shown, &populations))
}

pub(super) async fn change_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let mut change = access::acting(&visit).await?;
    let shown = version(&mut change, &id).await?;
    let mut errors = Errors::default();
    let text = errors.needed(&typed, "text", MOST_TEXT, "Enter the definition").replace("\r\n", "\n");
    let note = errors.needed(&typed, "note", MOST_NOTE, "Enter why you change it").to_owned();
    if errors.of("text").is_none() && is_too_long(&text) {
        errors.add("text", "The definition is too long: leave codes away, or make two definitions of it");
    } else if errors.of("text").is_none()
        && let Err(why) = understood(&text)
    {
        errors.add("text", format!("The definition cannot be used: {why}"));
    }
    if text.trim() == shown.text.trim() {
        errors.add("text", "Nothing is different from this version");
    }
    if !errors.is_empty() {
        let populations = forms::populations(&mut change).await?;
        drop(change);
        return visit.form_page(&forms::change_form(&shown, &populations).again(&typed, errors));
    }
    // Two at once: each gets a number of its own.
    change.alone("versions of cohorts").await?;
    let newest = store::of(&mut change, shown.cohort).await?;
    let number = newest.first().map_or(1, |newest| newest.number + 1);
    let id: Id<Version> = change.new_id();
    let actor = visit.viewer()?.actor().to_string();
    let made = Version { id, cohort: shown.cohort, number, text, note, made_at: change.at(), actor };
    store::add(&mut change, &made).await?;
    let detail = made.name();
    change
        .commit(Act { action: "cohort.change", object: made.id.to_string(), purpose: None, detail })
        .await?;
    Visit::to(&format!("{}?done=kept", made.path()))
}
