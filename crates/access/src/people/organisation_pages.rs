//! The organisations that take part.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::{Act, Session};
use vocabulary::{Id, Partner, Permission, Role, Scope};
use web::{
    Access, Answer, Asker, Cell, Changed, Errors, Field, FieldKind, Form, FormView, Hit, Html, Listing, Page,
    Problem, Room, Routes, Summary, Table, Visit, day_in_words, id_of,
};

use super::{MOST_NAME, Organisation, add_organisation, folded, store};
use crate::moment;

const SEE: Access = Access::May(Permission::ManagePeople);
const MANAGE: Access = Access::May(Permission::ManageOrganisations);

/// The room of organisations.
pub(crate) fn room() -> Room {
    let routes = Routes::new()
        .get("/organisations", SEE, list)
        .get("/organisations/{id}", SEE, record)
        .get("/organisations/new", MANAGE, new_page)
        .post("/organisations/new", MANAGE, new_act)
        .get("/organisations/{id}/change", MANAGE, change_page)
        .post("/organisations/{id}/change", MANAGE, change_act)
        .confirmed("/organisations/{id}/close", MANAGE, close_page, close_act)
        .confirmed("/organisations/{id}/reopen", MANAGE, reopen_page, reopen_act);
    Room::new(routes)
        .with_door(
            "Organisations",
            "/organisations",
            "The organisations that take part, and who works there",
            SEE,
        )
        .with_search(|asker, words| Box::pin(search(asker, words)))
        .with_changes(|asker| Box::pin(changes(asker)))
}

/// An organisation that the viewer sees; any other is not there.
async fn one(visit: &Visit, session: &mut Session, id: &str) -> Result<Organisation, Problem> {
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    store::partner_of(session, id_of(id)?, &scope).await?.ok_or(Problem::NotFound)
}

/// Those that the viewer sees, for the rest of the site.
async fn seen(asker: Asker<'_>) -> Result<Vec<Organisation>, Problem> {
    let scope = asker.viewer.scope(Permission::ManagePeople);
    if scope == Scope::In(Vec::new()) {
        return Ok(Vec::new());
    }
    Ok(store::partners(asker.session, &scope).await?)
}

/// Which were set up or closed lately.
async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
    let changed = |one: Organisation| {
        let (at, what) = match one.closed_at {
            Some(at) => (at, "was closed"),
            None => (one.made_at, "was set up"),
        };
        Changed { at, what: format!("The organisation {} {what}", one.name), path: path(one.id) }
    };
    let mut all: Vec<Changed> = seen(asker).await?.into_iter().map(changed).collect();
    all.sort_by(|a, b| b.at.cmp(&a.at));
    all.truncate(Changed::TOLD);
    Ok(all)
}

async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let words = folded(words);
    let found = seen(asker).await?.into_iter().filter(|one| folded(&one.name).contains(&words));
    let hit = |one: Organisation| Hit { path: path(one.id), title: one.name, kind: "Organisation" };
    Ok(found.map(hit).collect())
}

fn path(id: Id<Partner>) -> String {
    format!("/organisations/{id}")
}

#[derive(Template)]
#[template(path = "people/organisations.html")]
struct List {
    count: usize,
    may_add: bool,
    table: Html,
}

async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let scope = visit.viewer()?.scope(Permission::ManagePeople);
    let mut reader = visit.read().await?;
    let mut all = store::partners(&mut reader, &scope).await?;
    let people = store::memberships(&mut reader, &scope, &moment::today(&visit.house)).await?;
    drop(reader);
    let staff = |id| {
        let mut here: Vec<_> = people
            .iter()
            .filter(|line| line.current && line.held.partner == id)
            .map(|line| line.account)
            .collect();
        here.sort_unstable();
        here.dedup();
        i64::try_from(here.len()).unwrap_or(i64::MAX)
    };
    match listing.sort {
        1 => all.sort_by_key(|one| one.ods.clone()),
        2 => all.sort_by_key(|one| staff(one.id)),
        3 => all.sort_by_key(|one| one.closed_at.clone()),
        _ => {}
    }
    if listing.descending {
        all.reverse();
    }
    let count = all.len();
    let (shown, paging) = listing.page_of(all);
    let row = |one: Organisation| {
        let state = if one.closed_at.is_some() { ("Closed", "grey") } else { ("Open", "green") };
        vec![
            Cell::link(path(one.id), one.name),
            Cell::text(one.ods.unwrap_or_default()),
            Cell::Number(staff(one.id)),
            Cell::Tag { text: state.0, colour: state.1 },
        ]
    };
    let table = Table {
        caption: "Organisations".to_owned(),
        columns: Table::sorted_columns(&["Name", "ODS code", "People", "State"]),
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "There are no organisations yet.",
    };
    let may_add = visit.viewer()?.may(Permission::ManageOrganisations);
    visit.page("Organisations", &List { count, may_add, table: table.html()? })
}

#[derive(Template)]
#[template(path = "people/organisation.html")]
struct Record {
    organisation: Organisation,
    about: Html,
    people: Html,
    may_change: bool,
}

async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut session = visit.read().await?;
    let organisation = one(&visit, &mut session, &id).await?;
    let in_it = Scope::In(vec![organisation.id]);
    let lines = store::memberships(&mut session, &in_it, &moment::today(&visit.house)).await?;
    let people = store::people(&mut session, &in_it).await?;
    drop(session);
    let here = lines.iter().filter(|line| line.current);
    let mut rows: Vec<(String, Vec<Cell>)> = here
        .filter_map(|line| {
            let person = people.iter().find(|person| person.id == line.account)?;
            let name = Cell::link(format!("/accounts/{}", person.id), person.name.clone());
            let since = Cell::text(day_in_words(&line.since));
            Some((folded(&person.name), vec![name, Cell::text(line.held.role.name()), since]))
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let table = Table {
        caption: format!("People of {}", organisation.name),
        columns: Table::plain_columns(&["Name", "Role", "Since"]),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Nobody has a role here yet.",
    };
    let about = Summary::default()
        .line("ODS code", organisation.ods.clone().unwrap_or_else(|| "Not known".to_owned()))
        .line("Takes part since", day_in_words(&organisation.made_at))
        .line(
            "State",
            organisation
                .closed_at
                .as_ref()
                .map_or_else(|| "Open".to_owned(), |at| format!("Closed since {}", day_in_words(at))),
        );
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "new" => Some("The organisation was added"),
        "change" => Some("The organisation was changed"),
        "close" => Some("The organisation was closed"),
        "reopen" => Some("The organisation was opened again"),
        _ => None,
    };
    let may_change = visit.viewer()?.may(Permission::ManageOrganisations);
    let title = organisation.name.clone();
    let content = Record { about: about.html()?, people: table.html()?, organisation, may_change };
    let page = Page::new(&visit, &title).under("/organisations", "Organisations").saying(done);
    Ok(page.with(&content)?.into_response())
}

fn form(title: String, action: String, button: &'static str, back: String) -> FormView {
    FormView {
        title,
        action,
        fields: vec![
            Field::new(FieldKind::Text, "name", "Name of the organisation").completed("organization"),
            Field::new(FieldKind::Text, "ods", "ODS code (optional)")
                .hinted("The code of the NHS's Organisation Data Service, like C83001. Not every organisation has one."),
        ],
        button,
        back: Some((back, "Back")),
        ..FormView::default()
    }
}

/// Name and code, where they can be used.
fn checked(typed: &Form) -> Result<(&str, Option<String>), Errors> {
    let mut errors = Errors::default();
    let name = errors.needed(typed, "name", MOST_NAME, "Enter the name of the organisation");
    let ods = typed.text("ods").to_uppercase();
    let wrong = ods.len() > 10 || !ods.chars().all(|c| c.is_ascii_alphanumeric());
    if wrong {
        errors.add("ods", "Enter an ODS code of up to 10 letters and digits, like C83001");
    }
    if errors.is_empty() { Ok((name, (!ods.is_empty()).then_some(ods))) } else { Err(errors) }
}

fn taken() -> Errors {
    let mut errors = Errors::default();
    errors.add("name", "There is an organisation of that name already");
    errors
}

fn new_form() -> FormView {
    form(
        "Add an organisation".to_owned(),
        "/organisations/new".to_owned(),
        "Add the organisation",
        "/organisations".to_owned(),
    )
}

async fn new_page(visit: Visit) -> Answer {
    visit.form_page(&new_form())
}

async fn new_act(visit: Visit, typed: Form) -> Answer {
    let (name, ods) = match checked(&typed) {
        Ok(checked) => checked,
        Err(errors) => return visit.form_page(&new_form().again(&typed, errors)),
    };
    let mut change = super::acting(&visit).await?;
    let Some(id) = add_organisation(&mut change, name, ods.as_deref()).await? else {
        return visit.form_page(&new_form().again(&typed, taken()));
    };
    change.commit(about("organisation.add", id)).await?;
    Visit::to(&format!("{}?done=new", path(id)))
}

fn about(action: &'static str, id: Id<Partner>) -> Act {
    Act { action, object: format!("organisation:{id}"), purpose: None, detail: String::new() }
}

fn change_form(organisation: &Organisation) -> FormView {
    let path = path(organisation.id);
    let mut form = form("Change the organisation".to_owned(), format!("{path}/change"), "Save", path);
    form.fields[0].value.clone_from(&organisation.name);
    form.fields[1].value = organisation.ods.clone().unwrap_or_default();
    form
}

async fn change_page(visit: Visit, Path(id): Path<String>) -> Answer {
    visit.form_page(&change_form(&one(&visit, &mut visit.read().await?, &id).await?))
}

async fn change_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let organisation = one(&visit, &mut visit.read().await?, &id).await?;
    let form = change_form(&organisation);
    let (name, ods) = match checked(&typed) {
        Ok(checked) => checked,
        Err(errors) => return visit.form_page(&form.again(&typed, errors)),
    };
    let mut change = super::acting(&visit).await?;
    // To whom lists of people go hangs on the code: where somebody fetches them, only whoever may give that role changes it.
    if organisation.ods != ods && leads(&visit, &mut change, organisation.id).await? {
        let gives = visit.viewer()?.may_give(organisation.id).contains(&Role::PracticeLead);
        if !gives {
            let mut errors = Errors::default();
            errors.add(
                "ods",
                "A system administrator changes the code of an organisation that fetches worklists",
            );
            return visit.form_page(&form.again(&typed, errors));
        }
    }
    if !store::rename_partner(&mut change, organisation.id, name, &folded(name), ods.as_deref()).await? {
        return visit.form_page(&form.again(&typed, taken()));
    }
    let said = |ods: Option<&str>| ods.unwrap_or("none").to_owned();
    let detail = format!("code {} to {}", said(organisation.ods.as_deref()), said(ods.as_deref()));
    change.commit(Act { detail, ..about("organisation.change", organisation.id) }).await?;
    Visit::to(&format!("{}?done=change", path(organisation.id)))
}

/// Whether somebody fetches worklists for this organisation.
async fn leads(visit: &Visit, session: &mut Session, organisation: Id<Partner>) -> Result<bool, Problem> {
    let in_it = Scope::In(vec![organisation]);
    let lines = store::memberships(session, &in_it, &moment::today(&visit.house)).await?;
    Ok(lines.iter().any(|line| line.until.is_none() && line.held.role == Role::PracticeLead))
}

/// One whose roles this viewer may all give, and so may have end and begin with it.
async fn commanded(visit: &Visit, session: &mut Session, id: &str) -> Result<Organisation, Problem> {
    let organisation = one(visit, session, id).await?;
    let in_it = Scope::In(vec![organisation.id]);
    let lines = store::memberships(session, &in_it, &moment::today(&visit.house)).await?;
    let may = visit.viewer()?.may_give(organisation.id);
    let mut kept = lines.iter().filter(|line| line.until.is_none());
    if kept.all(|line| may.contains(&line.held.role)) { Ok(organisation) } else { Err(Problem::Forbidden) }
}

async fn close_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let organisation = commanded(&visit, &mut visit.read().await?, &id).await?;
    visit.form_page(&FormView {
        title: format!("Close {}", organisation.name),
        lead: vec![
            "Nobody will have a role there any more. What was recorded stays. It can be opened again; roles then hold as \
             before."
                .to_owned(),
        ],
        action: format!("{}/close", path(organisation.id)),
        button: "Close the organisation",
        dangerous: true,
        back: Some((path(organisation.id), "Back")),
        ..FormView::default()
    })
}

async fn close_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut change = super::acting_alone(&visit).await?;
    let organisation = commanded(&visit, &mut change, &id).await?;
    if !store::close_partner(&mut change, organisation.id, true).await? {
        return Err(Problem::Conflict("The organisation was closed meanwhile. Load its page again."));
    }
    super::somebody_is_left(&mut change).await?;
    change.commit(about("organisation.close", organisation.id)).await?;
    Visit::to(&format!("{}?done=close", path(organisation.id)))
}

async fn reopen_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let organisation = commanded(&visit, &mut visit.read().await?, &id).await?;
    visit.form_page(&FormView {
        title: format!("Open {} again", organisation.name),
        lead: vec!["The roles that people had there hold again, unless they were ended.".to_owned()],
        action: format!("{}/reopen", path(organisation.id)),
        button: "Open it again",
        back: Some((path(organisation.id), "Back")),
        ..FormView::default()
    })
}

async fn reopen_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut change = super::acting_alone(&visit).await?;
    let organisation = commanded(&visit, &mut change, &id).await?;
    if !store::close_partner(&mut change, organisation.id, false).await? {
        return Err(Problem::Conflict("The organisation is open. Load its page again."));
    }
    change.commit(about("organisation.reopen", organisation.id)).await?;
    Visit::to(&format!("{}?done=reopen", path(organisation.id)))
}
