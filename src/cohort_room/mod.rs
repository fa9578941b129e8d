//! The cohort room: whom a run is about, as a definition with versions. A version is never changed; a change is the next
//! version, and the difference is shown.

mod answers;
mod bringing;
mod code_file;
mod code_lists;
mod counting;
mod forms;
mod known;
mod pages;
mod store;
mod writing;

use std::collections::BTreeMap;

use ground::database::{Change, DatabaseError, Session};
use planning::cohort::{self, Cohort, parse_cohort};
use vocabulary::{Actor, Condition, Id, Permission};
use web::{Access, Problem, Room, Routes, id_of};

/// A version of a definition.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: Id<Self>,
    /// The definition that it is a version of: what its versions share.
    pub cohort: Id<Cohort>,
    pub number: i64,
    /// TOML.
    pub text: String,
    pub note: String,
    pub made_at: String,
    pub actor: String,
}

impl Version {
    /// The first of a new definition.
    fn first(change: &Change, text: String, actor: String) -> Self {
        Self {
            id: change.new_id(),
            cohort: change.new_id(),
            number: 1,
            text,
            note: String::new(),
            made_at: change.at(),
            actor,
        }
    }

    fn path(&self) -> String {
        format!("/cohorts/{}", self.id)
    }

    /// "Adults with knee pain, version 2".
    pub fn name(&self) -> String {
        let name = understood(&self.text).map_or_else(|_| "A cohort".to_owned(), |cohort| cohort.name);
        format!("{name}, version {}", self.number)
    }
}

/// A code list.
#[derive(Clone, Debug)]
struct KeptCodes {
    id: Id<Self>,
    name: String,
    system: String,
    source: String,
    licence: String,
    condition: Option<Condition>,
    /// Code, and what it says.
    codes: BTreeMap<String, String>,
    made_at: String,
    actor: String,
    ended: bool,
}

/// The definition that ships with Meres: it is there without anybody having made it.
pub const SHIPPED: &str = cohort::VERSION_1;

/// What a definition says, or what is wrong with it and on which line.
pub fn understood(text: &str) -> Result<Cohort, String> {
    // Nothing lies beside a definition that is kept here.
    let cohort = parse_cohort("cohort", text, std::path::Path::new("")).map_err(|error| error.to_string())?;
    if cohort.lists.iter().any(|list| list.file.is_some()) {
        return Err(
            "a list of people names no file here: each population has its own list of that name".to_owned()
        );
    }
    Ok(cohort)
}

/// Whether a definition is longer than the form in which it is changed can send back, in which most signs are three letters.
fn is_too_long(text: &str) -> bool {
    const MOST: usize = 60 * 1024;
    let sent = |byte: u8| match byte {
        b'\n' => 6,
        b' ' | b'*' | b'-' | b'.' | b'_' => 1,
        byte if byte.is_ascii_alphanumeric() => 1,
        _ => 3,
    };
    text.bytes().map(sent).sum::<usize>() > MOST
}

/// The newest version of every definition, by name.
pub async fn newest(session: &mut Session) -> Result<Vec<Version>, DatabaseError> {
    store::newest(session).await
}

/// A version, by the text of its identifier.
pub async fn version(session: &mut Session, id: &str) -> Result<Version, Problem> {
    store::find(session, id_of(id)?).await?.ok_or(Problem::NotFound)
}

/// A demonstration has a cohort of its own beside the one that comes with Meres, and a code list.
pub async fn invent(change: &mut Change) -> Result<Version, DatabaseError> {
    let ours = Actor::Meres.to_string();
    // A demonstration that is made again with another county asks the same of its people.
    if let Some(known) = newest(change).await?.into_iter().find(|known| known.actor == ours) {
        return Ok(known);
    }
    let answers = writing::Answers {
        name: "Knee, hip and back pain".to_owned(),
        people: "adults with knee, hip or back pain".to_owned(),
        age: (Some(18), None),
        with: vec![Condition::Osteoarthritis, Condition::BackPain],
        without: vec![Condition::PalliativeCare],
        ..writing::Answers::default()
    };
    let made = Version::first(change, answers.written(), Actor::Meres.to_string());
    store::add(change, &made).await?;
    let codes = KeptCodes {
        id: change.new_id(),
        name: "Osteoarthritis of the knee".to_owned(),
        system: vocabulary::CodeSystem::SNOMED.address.to_owned(),
        source: "Made up for this demonstration".to_owned(),
        licence: "None needed: one code".to_owned(),
        condition: Some(Condition::Osteoarthritis),
        codes: [("239873007".to_owned(), "Osteoarthritis of knee".to_owned())].into(),
        made_at: change.at(),
        actor: Actor::Meres.to_string(),
        ended: false,
    };
    store::add_code_list(change, &codes).await?;
    Ok(made)
}

const MAY: Access = Access::May(Permission::PlanMatches);

/// The cohort room.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/cohorts", MAY, pages::list)
        .get("/cohorts/new", MAY, pages::new_page)
        .post("/cohorts/new", MAY, pages::new_act)
        .post("/cohorts/new/count", MAY, counting::of_answers)
        .get("/cohorts/bring", MAY, bringing::page)
        .upload("/cohorts/bring", MAY, bringing::act)
        .get("/cohorts/code-lists", MAY, code_lists::list)
        .get("/cohorts/code-lists/new", MAY, code_lists::new_page)
        .upload("/cohorts/code-lists/new", MAY, code_lists::new_act)
        .get("/cohorts/code-lists/{id}", MAY, code_lists::record)
        .post("/cohorts/code-lists/{id}/end", MAY, code_lists::end)
        .get("/cohorts/{id}", MAY, pages::record)
        .post("/cohorts/{id}/count", MAY, counting::of_version)
        .get("/cohorts/{id}/change", MAY, pages::change_page)
        .post("/cohorts/{id}/change", MAY, pages::change_act)
        .get("/cohorts/{id}/toml", MAY, pages::toml);
    Room::new(routes)
        .with_door("Cohorts", "/cohorts", "Whom a match is about, criterion by criterion", MAY)
        .with_changes(|asker| Box::pin(known::changes(asker)))
        .with_search(|asker, words| Box::pin(known::search(asker, words)))
}
