//! Code lists: which codes mean one thing, with where they come from. They are definitions and about nobody; a cohort carries
//! the codes that it was described with, so that a list that is offered no more changes no run.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::Act;
use vocabulary::CodeSystem;
use vocabulary::{Condition, Id};
use web::{
    Answer, Cell, Choice, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem, Summary,
    Table, Visit, capital, day_in_words, id_of,
};

use super::code_file::codes;
use super::writing::Coded;
use super::{KeptCodes, is_too_long, store, understood};
use crate::data_path::DataPath;

const MOST_NAME: usize = 120;
const MOST_WORDS: usize = 300;

impl KeptCodes {
    fn path(&self) -> String {
        format!("/cohorts/code-lists/{}", self.id)
    }

    fn system_in_words(&self) -> &str {
        CodeSystem::of(&self.system).map_or(&self.system, |system| system.name)
    }

    pub(super) fn coded(&self) -> Coded {
        Coded {
            name: self.name.clone(),
            system: self.system.clone(),
            source: self.source.clone(),
            licence: self.licence.clone(),
            condition: self.condition,
            codes: self.codes.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "cohort_room/code_lists.html")]
struct List {
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let lists = store::code_lists(&mut visit.read().await?).await?;
    let row = |list: &KeptCodes| {
        vec![
            Cell::link(list.path(), list.name.clone()),
            Cell::text(list.system_in_words().to_owned()),
            Cell::text(disclosure::with_commas(list.codes.len() as u64)),
            Cell::text(list.condition.map_or_else(String::new, |one| capital(one.words()))),
            Cell::text(list.source.clone()),
        ]
    };
    let table = Table {
        caption: "Code lists".to_owned(),
        columns: Table::plain_columns(&["Name", "Code system", "Codes", "Shows", "Where it comes from"]),
        rows: lists.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Nobody has added a code list yet.",
    };
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "ended" => Some("The code list is offered no more"),
        _ => None,
    };
    let page = Page::new(&visit, "Code lists").under("/cohorts", "Cohorts").saying(done);
    Ok(page.with(&List { table: table.html()? })?.into_response())
}

fn form() -> FormView {
    let systems = CodeSystem::ALL.iter().map(|system| Choice::new(system.address, system.name)).collect();
    let conditions =
        Condition::ALL.into_iter().map(|one| Choice::new(one.key(), capital(one.words()))).collect();
    FormView {
        title: "Add a code list".to_owned(),
        lead: vec![
            "Codes that mean one thing, as they are published. A cohort can then ask for people with a code of it in the coded \
             events of a population."
                .to_owned(),
        ],
        action: "/cohorts/code-lists/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Text, "name", "What it is called")
                .hinted("For example: Osteoarthritis of the knee"),
            Field::new(FieldKind::Select(systems), "system", "Code system"),
            Field::new(FieldKind::Text, "source", "Where it comes from")
                .hinted("Who published it, its version, its address"),
            Field::new(FieldKind::Text, "licence", "Under which licence"),
            Field::new(FieldKind::Select(conditions), "condition", "The condition that a code of it shows (optional)")
                .hinted("Then matching knows the needs of whoever has one: needs follow from conditions."),
            Field::new(FieldKind::Files { accept: ".csv", several: false, in_pieces: None }, "file", "The codes, as a CSV file")
                .hinted("With a column code, and one that is called term or description"),
            Field::new(FieldKind::Words, "codes", "Or the codes, one on a line")
                .hinted("For example: 239873007,Osteoarthritis of knee"),
        ],
        button: "Keep it",
        back: Some(("/cohorts/code-lists".to_owned(), "Code lists")),
        ..FormView::default()
    }
}

pub(super) async fn new_page(visit: Visit) -> Answer {
    visit.form_page(&form())
}

pub(super) async fn new_act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter what it is called").to_owned();
    let system = CodeSystem::of(typed.text("system"));
    if system.is_none() {
        errors.add("system", "Choose the code system");
    }
    let source = errors.needed(&typed, "source", MOST_WORDS, "Enter where it comes from").to_owned();
    let licence = errors.needed(&typed, "licence", MOST_WORDS, "Enter its licence").to_owned();
    let file = typed.uploads("file").next().cloned();
    let pasted = typed.exact("codes").to_owned();
    let (field, sent) = match (file, pasted.trim().is_empty()) {
        (None, true) => ("file", Err("Choose a file, or enter the codes".to_owned())),
        (Some(_), false) => ("codes", Err("Send a file or enter the codes, not both".to_owned())),
        (Some(file), true) => ("file", Ok((file.bytes.to_vec(), true))),
        (None, false) => ("codes", Ok((pasted.into_bytes(), false))),
    };
    let reading = match (sent, system) {
        (Ok((bytes, heading)), Some(system)) => {
            let data = visit.house.shelf.of::<DataPath>();
            let work = move || {
                let folder = crate::trying::program::folder(&data)?;
                codes(&bytes, heading, system, folder.path())
            };
            tokio::task::spawn_blocking(work).await
        }
        // Without their system nothing can be said of them.
        (Ok(_), None) => Ok(Ok(BTreeMap::new())),
        (Err(why), _) => Ok(Err(why)),
    };
    let codes = reading.map_err(Problem::broken)?.unwrap_or_else(|why| {
        errors.add(field, why);
        BTreeMap::new()
    });
    let mut change = access::acting(&visit).await?;
    // Others may be adding one of the same name.
    change.alone("code lists").await?;
    if store::code_lists(&mut change).await?.iter().any(|one| one.name.to_lowercase() == name.to_lowercase())
    {
        errors.add("name", "Another code list is called so");
    }
    let made = KeptCodes {
        id: change.new_id(),
        name,
        system: system.map_or_else(String::new, |system| system.address.to_owned()),
        source,
        licence,
        condition: Condition::from_key(typed.text("condition")),
        codes,
        made_at: change.at(),
        actor: visit.viewer()?.actor().to_string(),
        ended: false,
    };
    let alone = made.coded().alone();
    if errors.is_empty() && is_too_long(&alone) {
        errors.add(field, "There are more codes than a definition can hold: make two lists of them");
    } else if errors.is_empty()
        && let Err(why) = understood(&alone)
    {
        errors.add(field, format!("The codes cannot be used: {why}"));
    }
    if !errors.is_empty() {
        drop(change);
        return visit.form_page(&form().again(&typed, errors));
    }
    store::add_code_list(&mut change, &made).await?;
    let (object, detail) = (made.id.to_string(), format!("{} codes", made.codes.len()));
    change.commit(Act { action: "cohort.codes", object, purpose: None, detail }).await?;
    Visit::to(&format!("{}?done=kept", made.path()))
}

#[derive(Template)]
#[template(path = "cohort_room/code_list.html")]
struct Record {
    name: String,
    about: Html,
    codes: Vec<(String, String)>,
    ended: bool,
    path: String,
    token: String,
}

async fn one(visit: &Visit, id: &str) -> Result<KeptCodes, Problem> {
    store::code_list(&mut visit.read().await?, id_of(id)?).await?.ok_or(Problem::NotFound)
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let list = one(&visit, &id).await?;
    let about = Summary::default()
        .line("Code system", format!("{} ({})", list.system_in_words(), list.system))
        .line("Codes", disclosure::with_commas(list.codes.len() as u64))
        .line(
            "Shows",
            list.condition.map_or_else(|| "No condition of ours".to_owned(), |c| capital(c.words())),
        )
        .line("Where it comes from", list.source.clone())
        .line("Licence", list.licence.clone())
        .line("Added", day_in_words(list.made_at.get(..10).unwrap_or_default()));
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "kept" => Some("It is kept. It is offered where a cohort is described"),
        _ => None,
    };
    let content = Record {
        about: about.html()?,
        path: list.path(),
        token: visit.form_token.clone(),
        ended: list.ended,
        codes: list.codes.into_iter().collect(),
        name: list.name,
    };
    let page = Page::new(&visit, &content.name).under("/cohorts/code-lists", "Code lists").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// Offers it no more. Cohorts that were described with it keep their codes.
pub(super) async fn end(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let list = one(&visit, &id).await?;
    let mut change = access::acting(&visit).await?;
    if !store::end_code_list(&mut change, list.id).await? {
        return Err(Problem::Conflict("It is offered no more already."));
    }
    let (object, detail) = (list.id.to_string(), String::new());
    change.commit(Act { action: "cohort.codes.end", object, purpose: None, detail }).await?;
    Visit::to("/cohorts/code-lists?done=ended")
}

/// What the questions about codes and lists offer.
pub(super) struct Offered {
    pub(super) codes: Vec<(Id<KeptCodes>, String)>,
    /// Those of them that were chosen, with their codes.
    pub(super) chosen: Vec<KeptCodes>,
    /// Names of lists of people.
    pub(super) lists: Vec<String>,
}

impl Offered {
    fn choices<T>(all: &[T], one: impl Fn(&T) -> Choice) -> FieldKind {
        FieldKind::Checkboxes(all.iter().map(one).collect())
    }

    /// The questions; those about nothing are not asked.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        if !self.codes.is_empty() {
            let codes = || Self::choices(&self.codes, |(id, name)| Choice::new(id.to_string(), name));
            fields.push(Field::new(codes(), "codes", "Or who has a code of any of these lists"));
            fields.push(
                Field::new(FieldKind::Text, "years", "Within how many years (optional)")
                    .hinted("Counted back from the index date; ever, if you leave it"),
            );
            fields.push(Field::new(
                codes(),
                "no_codes",
                "Without those who have a code of any of these lists",
            ));
        }
        if !self.lists.is_empty() {
            let lists = || Self::choices(&self.lists, |name| Choice::new(name, name));
            fields.push(
                Field::new(lists(), "lists", "Only those who are on any of these lists of people")
                    .hinted("Each population has its own list of that name"),
            );
            fields.push(Field::new(
                lists(),
                "no_lists",
                "Without those who are on any of these lists of people",
            ));
        }
        fields
    }

    /// What was chosen of the code lists. One that is offered no more is a mistake, and asks nothing in silence.
    pub(super) fn coded(&self, typed: &Form, field: &'static str, errors: &mut Errors) -> Vec<Coded> {
        let find = |id: &&str| self.chosen.iter().find(|one| one.id.to_string() == **id);
        let chosen = typed.all(field);
        if chosen.iter().any(|id| find(id).is_none()) {
            errors.add(field, "A code list that you chose is offered no more: choose again");
        }
        chosen.iter().filter_map(find).map(KeptCodes::coded).collect()
    }

    /// What was chosen of the lists of people.
    pub(super) fn listed(&self, typed: &Form, field: &'static str, errors: &mut Errors) -> Vec<String> {
        let find = |name: &&str| self.lists.iter().find(|one| one == name).cloned();
        let chosen = typed.all(field);
        if chosen.iter().any(|name| find(name).is_none()) {
            errors.add(field, "A list of people that you chose is no longer there: choose again");
        }
        chosen.iter().filter_map(find).collect()
    }
}
