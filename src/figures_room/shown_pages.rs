//! Released figures, as managers and evaluators read them.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::database::Act;
use vocabulary::Permission;
use web::{
    Answer, Asker, Cell, Changed, Choice, Errors, Field, FieldKind, Form, FormView, Hit, Html, Listing, Page,
    Problem, Table, Visit, id_of, moment_in_words,
};

use super::table::{as_csv, as_xlsx};
use super::{Figures, State, store};
use crate::data_path::DataPath;
use crate::fairness;
use crate::match_room::{Invited, TopicLine};
use crate::workbook;

/// Releases that the list goes back to.
const NEWEST: i64 = 500;
const MOST_PURPOSE: usize = 300;

/// One that is released: to whoever reads figures, what waits is not there.
pub(super) async fn one(visit: &Visit, id: &str) -> Result<Figures, Problem> {
    let figures = store::find(&mut visit.read().await?, id_of(id)?).await?;
    figures.filter(|figures| figures.state == State::Released).ok_or(Problem::NotFound)
}

fn path(figures: &Figures) -> String {
    format!("/figures/{}", figures.id)
}

/// What of it the rest of the site knows.
async fn seen(asker: Asker<'_>, most: i64) -> Result<Vec<Figures>, Problem> {
    if !asker.viewer.may(Permission::ReadReleases) {
        return Ok(Vec::new());
    }
    Ok(store::released(asker.session, most).await?)
}

/// What was released lately.
pub(super) async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
    let changed = |figures: Figures| {
        let what = format!("The figures “{}” were released", figures.title);
        Some(Changed { path: path(&figures), what, at: figures.decided_at? })
    };
    Ok(seen(asker, Changed::LOOKED_AT).await?.into_iter().filter_map(changed).take(Changed::TOLD).collect())
}

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |figures: Figures| Hit { path: path(&figures), title: figures.title, kind: "Figures" };
    Ok(Hit::titled(seen(asker, NEWEST).await?.into_iter().map(hit), words))
}

fn when(figures: &Figures) -> String {
    figures.decided_at.as_deref().map(moment_in_words).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "figures_room/shown_list.html")]
struct List {
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let all = store::released(&mut visit.read().await?, NEWEST).await?;
    let (shown, paging) = listing.page_of(all);
    let row = |one: &Figures| {
        let people = one.found().map(|found| found.people()).unwrap_or_default();
        vec![Cell::link(path(one), one.title.clone()), Cell::text(people), Cell::text(when(one))]
    };
    let table = Table {
        caption: "Released figures".to_owned(),
        columns: Table::plain_columns(&["Title", "About", "Released"]),
        rows: shown.iter().map(row).collect(),
        listing,
        paging,
        empty: "Nothing was released yet.",
    };
    Ok(Page::new(&visit, "Released figures").with(&List { table: table.html()? })?.into_response())
}

struct Area {
    name: String,
    people: String,
    /// The topics that most people there go without.
    widest: String,
}

#[derive(Template)]
#[template(path = "figures_room/shown.html")]
struct Shown<'a> {
    title: &'a str,
    path: String,
    people: String,
    made_up: bool,
    when: String,
    top: Vec<(String, &'static str)>,
    topics: Vec<TopicLine>,
    areas: Vec<Area>,
    fairness: Html,
    invited: Vec<Invited>,
    attrition: Vec<(String, String, String)>,
    warnings: Vec<String>,
    /// Counts up to this one are hidden.
    small: u64,
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = one(&visit, &id).await?;
    let found = figures.found().ok_or_else(|| Problem::broken("figures that cannot be read"))?;
    let area = |area: crate::match_room::AreaLine| {
        // By what is shown, never by what is behind it.
        let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
        let mut gaps: Vec<(u64, String)> = area
            .topics
            .iter()
            .filter_map(|(topic, _, unmet)| Some((number(unmet)?, format!("{topic} ({unmet})"))))
            .collect();
        gaps.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let widest = gaps.into_iter().take(3).map(|(_, words)| words).collect::<Vec<_>>().join(", ");
        let widest = if widest.is_empty() { "Nothing that can be shown".to_owned() } else { widest };
        Area { name: area.name, people: area.people, widest }
    };
    let content = Shown {
        title: &figures.title,
        path: path(&figures),
        people: found.people(),
        made_up: found.is_made_up(),
        when: when(&figures),
        top: found.main_figures(),
        topics: found.topics(),
        areas: found.areas().into_iter().map(area).collect(),
        fairness: fairness::html(&found.fairness(), &found.people())?,
        invited: found.invited(),
        attrition: found.attrition(),
        warnings: found.warnings(),
        small: found.small_counts(),
    };
    let page = Page::new(&visit, &figures.title).under("/figures", "Released figures");
    Ok(page.with(&content)?.into_response())
}

fn form(figures: &Figures) -> FormView {
    let formats = vec![
        Choice::new("xlsx", "A workbook (Excel)")
            .hinted("For a spreadsheet: one sheet of figures, and one that says what they are."),
        Choice::new("csv", "A table (CSV)").hinted("For a spreadsheet or a program."),
        Choice::new("json", "All figures (JSON)").hinted("For programs, with what they were made of."),
    ];
    FormView {
        title: "Take the figures away".to_owned(),
        lead: vec![
            format!("{}: as they were released, every count as the pages show it.", figures.title),
            "What you take them for stands in the audit log.".to_owned(),
        ],
        action: format!("{}/take", path(figures)),
        fields: vec![
            Field::new(FieldKind::Radios(formats), "format", "As what?").valued("xlsx"),
            Field::new(FieldKind::Text, "purpose", "What for?"),
        ],
        button: "Download",
        back: Some((path(figures), "Back")),
        ..FormView::default()
    }
}

pub(super) async fn take_page(visit: Visit, Path(id): Path<String>) -> Answer {
    visit.form_page(&form(&one(&visit, &id).await?))
}

pub(super) async fn take_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let figures = one(&visit, &id).await?;
    let mut errors = Errors::default();
    let purpose = errors.needed(&typed, "purpose", MOST_PURPOSE, "Enter what you need them for").to_owned();
    let format = typed.text("format");
    if !["xlsx", "csv", "json"].contains(&format) {
        errors.add("format", "Choose a format");
    }
    if !errors.is_empty() {
        return visit.form_page(&form(&figures).again(&typed, errors));
    }
    let found = figures.found().ok_or_else(|| Problem::broken("figures that cannot be read"))?;
    let released = when(&figures);
    let small = found.small_counts();
    let counts =
        format!("To the nearest 5; ≤{small} is nobody to {small} people; hidden protects another count");
    let about = [
        ("Title", figures.title.as_str()),
        ("Released", &released),
        ("Digest of the figures", &figures.digest),
        ("Counts", &counts),
    ];
    let (kind, bytes) = match format {
        "xlsx" => (workbook::KIND, as_xlsx(&about, &found).map_err(Problem::broken)?),
        "csv" => ("text/csv; charset=utf-8", as_csv(&about, &found).map_err(Problem::broken)?),
        _ => ("application/json", figures.summary.clone().into_bytes()),
    };
    let change = access::acting(&visit).await?;
    let (object, detail) = (figures.id.to_string(), format!("{format}; digest {}", figures.digest));
    change.commit(Act { action: "release.take", object, purpose: Some(purpose), detail }).await?;
    let name = format!("attachment; filename=\"figures.{format}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

#[derive(Template)]
#[template(path = "figures_room/why_hidden.html")]
struct WhyHidden {
    /// Counts up to this one are hidden.
    small: u64,
}

pub(super) async fn why_hidden(visit: Visit) -> Answer {
    let small = visit.house.shelf.of::<DataPath>().small_counts();
    Ok(Page::new(&visit, "Why numbers are hidden").with(&WhyHidden { small })?.into_response())
}
