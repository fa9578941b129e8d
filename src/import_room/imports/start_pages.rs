//! The beginning of an import: files, or an address.

use ground::database::Act;
use ground::fetch;
use offers::directory::import::DirectoryMapping;
use offers::directory::store as directory;
use web::{Access, Answer, Choice, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Upload, Visit};

use super::later::{self, settled};
use super::store::{self, Found};
use super::{Import, MOST_NAME, is_name, path, reading};
use crate::import_room::words::name_of_address;

/// Mappings that come with Meres: a word, what it is, and itself.
const MAPPINGS: [(&str, &str, &str); 2] = [
    (
        "plain-list.toml",
        "A plain list: No, Name, Organisation; if you have them Postcode, Town, Day, Times (10:30-11:30), Cost, Phone, Topics",
        include_str!("../../../examples/directory/plain-list.toml"),
    ),
    (
        "nhs-choices-2014.toml",
        "NHS Choices tables of 2014 (hospitals, clinics, GP practices)",
        include_str!("../../../examples/directory/nhs-choices-2014.toml"),
    ),
];
const MOST_FILES: usize = 50;

pub(super) fn routes(may: Access) -> Routes {
    Routes::new().get("/directory/imports/new", may, page).upload("/directory/imports/new", may, act)
}

/// The form; `sources`: the names that are known.
fn form(sources: &[String]) -> FormView {
    let known = sources.iter().map(|name| Choice::new(name, name)).collect();
    let mappings = MAPPINGS.iter().map(|(word, about, _)| Choice::new(*word, *about)).collect();
    FormView {
        title: "Import a directory".to_owned(),
        lead: vec![
            "Choose files or give the address of a feed. You then see what would change. Nothing is changed before you \
             say so."
                .to_owned(),
        ],
        action: "/directory/imports/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Files { accept: ".json,.csv,.xlsx", several: true, in_pieces: None }, "files", "Files").hinted(
                "JSON (Open Referral UK or HSDS), CSV or Excel (.xlsx), 64 MB together. Choose all files of one list at \
                 once.",
            ),
            Field::new(FieldKind::Text, "address", "Or the address of a feed")
                .hinted("Open Referral UK, like https://directory.example.org/services"),
            Field::new(FieldKind::Select(known), "known", "A list that was imported before")
                .hinted("Choose it if this is the same list again."),
            Field::new(FieldKind::Text, "source", "Or the name of a new list").hinted(
                "What people here call it, like “County council feed”. Left empty, it is called by its file or address.",
            ),
            Field::new(FieldKind::Select(mappings), "mapping", "Which column is what")
                .hinted("Only for your own tables: leave this and the next two empty for JSON and HSDS tables."),
            Field::new(FieldKind::Files { accept: ".toml", several: false, in_pieces: None }, "mapping_file", "Or a mapping from a file"),
            Field::new(FieldKind::Words, "mapping_text", "Or a mapping typed in").hinted(
                "TOML that begins with format = 1 and kind = \"directory\". The guide shows a whole one.",
            ),
        ],
        button: "Read it",
        back: Some(("/directory/imports".to_owned(), "Imports")),
        ..FormView::default()
    }
}

async fn known(visit: &Visit) -> Result<Vec<String>, Problem> {
    let sources = directory::sources(&mut visit.read().await?).await?;
    Ok(sources.into_iter().map(|source| source.name).collect())
}

async fn page(visit: Visit) -> Answer {
    let form = form(&known(&visit).await?);
    visit.form_page(&form)
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let sources = known(&visit).await?;
    let mut errors = Errors::default();
    let files: Vec<Upload> = typed.uploads("files").cloned().collect();
    let address = typed.text("address");
    match (files.len(), address.is_empty()) {
        (0, true) => errors.add("files", "Choose a file, or give an address"),
        (1.., false) => errors.add("address", "Give files or an address, not both"),
        (0, false) => {
            if let Err(why) = fetch::address(address) {
                errors.add("address", capital(&why.why));
            }
        }
        (MOST_FILES.., true) => errors.add("files", format!("Choose at most {MOST_FILES} files")),
        _ => {}
    }
    let mapping = mapping(&typed, &mut errors);
    if mapping.is_some() && files.is_empty() && errors.is_empty() {
        errors
            .add("mapping", "A feed needs no mapping: leave this empty, or choose the files that it is for");
    }
    let name = name(&typed, &files, &sources, &mut errors);
    if !errors.is_empty() {
        return visit.form_page(&form(&sources).again(&typed, errors));
    }
    let id = if files.is_empty() {
        let mut change = access::acting(&visit).await?;
        let actor = visit.viewer()?.actor().to_string();
        let id = later::ask(&mut change, &name, address, &actor).await?;
        let detail = name_of_address(address);
        change.commit(Act { action: "directory.ask", object: name, purpose: None, detail }).await?;
        id
    } else {
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        // Read before the change begins: nobody waits for a file to be understood.
        let read = reading::files(files, mapping).await?;
        let mut change = access::acting(&visit).await?;
        let import = Import::begun(&change, name, together(names));
        store::add(&mut change, &import, &visit.viewer()?.actor().to_string()).await?;
        let import = settled(&mut change, import, &read).await?;
        store::found(&mut change, &import, Found { feed: read.feed.as_ref().ok(), problems: &read.problems })
            .await?;
        let detail = import.why.clone().unwrap_or_else(|| import.shown.words.clone());
        let id = import.id;
        change.commit(later::act(&import, "directory.read", detail)).await?;
        id
    };
    Visit::to(&path(id))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Under which name it comes.
fn name(typed: &Form, files: &[Upload], sources: &[String], errors: &mut Errors) -> String {
    let (chosen, new) = (typed.text("known"), typed.text("source"));
    if !chosen.is_empty() {
        if !new.is_empty() && new != chosen {
            errors.add("source", "Choose a list that was imported before, or name a new one, not both");
        } else if !sources.iter().any(|source| source == chosen) {
            errors.add("known", "Choose one of these");
        }
        return chosen.to_owned();
    }
    let name = match new {
        "" if files.is_empty() => name_of_address(typed.text("address")).chars().take(MOST_NAME).collect(),
        "" => together(files.iter().map(|file| file.name.clone()).collect()),
        new => new.to_owned(),
    };
    if errors.is_empty() && !is_name(&name) {
        errors.add("source", format!("Enter a name of at most {MOST_NAME} letters"));
    }
    name
}

/// Several files by all their names, as the command line calls them.
fn together(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let whole = names.join(" + ");
    if whole.chars().count() <= MOST_NAME {
        return whole;
    }
    whole.chars().take(MOST_NAME - 1).chain(['…']).collect()
}

fn mapping(typed: &Form, errors: &mut Errors) -> Option<DirectoryMapping> {
    let (chosen, text) = (typed.text("mapping"), typed.text("mapping_text"));
    let file = typed.uploads("mapping_file").next();
    let given = usize::from(!chosen.is_empty()) + usize::from(!text.is_empty()) + usize::from(file.is_some());
    if given > 1 {
        errors.add("mapping", "Give one mapping, not several");
        return None;
    }
    let (field, name, text) = if let Some(file) = file {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            errors.add("mapping_file", "This file is not text in UTF-8");
            return None;
        };
        ("mapping_file", file.name.as_str(), text.strip_prefix('\u{FEFF}').unwrap_or(text))
    } else if !text.is_empty() {
        ("mapping_text", "the mapping", text)
    } else if chosen.is_empty() {
        return None;
    } else {
        let Some((name, _, text)) = MAPPINGS.iter().find(|(word, ..)| *word == chosen) else {
            errors.add("mapping", "Choose one of these");
            return None;
        };
        ("mapping", *name, *text)
    };
    match DirectoryMapping::parse(name, text) {
        Ok(mapping) => Some(mapping),
        Err(why) => {
            errors.add(field, capital(&why.to_string()));
            None
        }
    }
}
