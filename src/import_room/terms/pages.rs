//! The pages of terms.

use askama::Template;
use axum::response::IntoResponse as _;
use ground::database::Act;
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::{Term, store as directory, unmapped_terms};
use std::sync::Arc;
use vocabulary::{Topic, TopicSet};
use web::{
    Access, Answer, Cell, Choice, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem,
    Routes, Table, Visit, day_of,
};

use super::store;

const PATH: &str = "/directory/terms";
const MOST_LETTERS: usize = 200;

pub(in crate::import_room) fn routes(may: Access) -> Routes {
    Routes::new()
        .get(PATH, may, list)
        .get("/directory/terms/set", may, page)
        .post("/directory/terms/set", may, act)
        .post("/directory/terms/remove", may, remove)
}

async fn catalogue(visit: &Visit) -> Result<Arc<Catalogue>, Problem> {
    let catalogues: Arc<Catalogues> = visit.house.shelf.of();
    let today = day_of((visit.house.clock)());
    Ok(catalogues.present(&mut visit.read().await?, today).await?)
}

fn address(term: &str) -> String {
    let question = form_urlencoded::Serializer::new(String::new()).append_pair("term", term).finish();
    format!("{PATH}/set?{question}")
}

fn titles(topics: TopicSet) -> String {
    let titles: Vec<&str> = topics.iter().map(Topic::title).collect();
    if titles.is_empty() { "None of the sixteen topics".to_owned() } else { titles.join(", ") }
}

#[derive(Template)]
#[template(path = "import_room/terms/list.html")]
struct List {
    count: usize,
    table: Html,
    set: Vec<Said>,
    token: String,
}

/// What somebody said that a term means.
struct Said {
    term: String,
    topics: String,
    address: String,
}

async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let done = listing.done.clone();
    let catalogue = catalogue(&visit).await?;
    let unmapped = unmapped_terms(&catalogue.directory, &catalogue.settings);
    let count = unmapped.len();
    let (rows, paging) = listing.page_of(unmapped);
    let rows = rows.into_iter().map(|term| {
        vec![
            Cell::link(address(&term.key), term.name.clone()),
            Cell::text(term.taxonomy.unwrap_or_default()),
            Cell::Number(i64::try_from(term.services).unwrap_or(i64::MAX)),
            Cell::text(term.examples.join("; ")),
        ]
    });
    let table = Table {
        caption: "Terms without a topic".to_owned(),
        columns: Table::plain_columns(&["Term", "List", "Services", "For example"]),
        rows: rows.collect(),
        listing,
        paging,
        empty: "Every term that a service uses has its meaning.",
    };
    let set = directory::terms(&mut visit.read().await?).await?.into_iter().map(|(term, topics)| Said {
        address: address(&term),
        topics: titles(topics),
        term,
    });
    let content = List { count, table: table.html()?, set: set.collect(), token: visit.form_token.clone() };
    let done = match done.as_str() {
        "set" => Some("What the term means is kept, and counts from now on"),
        "removed" => Some("What was said of the term is taken back"),
        _ => None,
    };
    let page = Page::new(&visit, "What terms mean").under("/directory/imports", "Imports");
    Ok(page.saying(done).with(&content)?.into_response())
}

/// The form; `topics`: what the term means now, where somebody said so.
fn form(term: &str, topics: Option<TopicSet>) -> FormView {
    let choices = Topic::ALL.map(|topic| Choice::new(topic.key(), topic.title()).hinted(topic.words()));
    let chosen: Vec<&str> = topics.into_iter().flat_map(TopicSet::iter).map(Topic::key).collect();
    let none = Choice::new("none", "None of these").hinted("The term says nothing that matching uses.");
    FormView {
        title: format!("What does “{term}” mean?"),
        lead: vec!["Tick every topic that a service with this term helps with.".to_owned()],
        action: format!("{PATH}/set"),
        fields: vec![
            Field::hidden("term", term),
            Field::new(FieldKind::Checkboxes(choices.into()), "topics", "Topics").valued(chosen.join("\n")),
            Field::new(FieldKind::Checkboxes(vec![none]), "none", "Or")
                .valued(if topics.is_some_and(TopicSet::is_empty) { "none" } else { "" }),
        ],
        button: "Keep",
        back: Some((PATH.to_owned(), "What terms mean")),
        ..FormView::default()
    }
}

/// The term of a form, as terms are kept.
fn term_of(form: &Form) -> Result<String, Problem> {
    let term = form.text("term").to_lowercase();
    let fits =
        !term.is_empty() && term.chars().count() <= MOST_LETTERS && !term.chars().any(char::is_control);
    if fits { Ok(term) } else { Err(Problem::NotFound) }
}

async fn page(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let term = term_of(&Form::parse(question.as_bytes())?)?;
    let catalogue = catalogue(&visit).await?;
    let topics = catalogue.settings.topics_of(&Term { name: term.clone(), ..Term::default() });
    visit.form_page(&form(&term, topics))
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let term = term_of(&typed)?;
    let topics: TopicSet = typed.all("topics").into_iter().filter_map(Topic::from_key).collect();
    let none = typed.text("none") == "none";
    if none != topics.is_empty() {
        let mut errors = Errors::default();
        let why = if none {
            "Tick topics or “none of these”, not both"
        } else {
            "Tick a topic, or “none of these”"
        };
        errors.add("topics", why);
        return visit.form_page(&form(&term, None).again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    store::set(&mut change, &term, topics, &visit.viewer()?.actor().to_string()).await?;
    directory::turned(&mut change).await?;
    let detail = titles(topics);
    change.commit(Act { action: "directory.term", object: term, purpose: None, detail }).await?;
    Visit::to("/directory/terms?done=set")
}

async fn remove(visit: Visit, typed: Form) -> Answer {
    let term = term_of(&typed)?;
    let mut change = access::acting(&visit).await?;
    if !store::remove(&mut change, &term).await? {
        return Err(Problem::NotFound);
    }
    directory::turned(&mut change).await?;
    let detail = "taken back".to_owned();
    change.commit(Act { action: "directory.term", object: term, purpose: None, detail }).await?;
    Visit::to("/directory/terms?done=removed")
}
