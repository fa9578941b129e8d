//! Which column of an extract is what: chosen from lists, with how each is understood beside it. No cell is shown: how many of
//! the first rows are understood says whether the right column was chosen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path as FilePath, PathBuf};

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::files::Table;
use planning::extract::{Heading, LookedColumn, Mapping, look};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS, parts_of};
use vocabulary::{Day, Lsoa, Postcode};
use web::{Answer, Form, Page, Problem, Visit, day_of, id_of};

use super::{State, Upload, files, guess, keeping, store, upload_path};
use crate::data_path::DataPath;
use crate::toml_text::quoted;

/// Ways in which a value may be written, by the columns that have a choice: a word, what it is called, and the rest of the
/// mapping's line.
type Way = (&'static str, &'static str, &'static str);
const BORN: [Way; 4] = [
    ("", "A year, such as 1950", ""),
    ("date", "A date such as 1950-12-31", "form = \"year of date\""),
    ("slashes", "A date such as 31/12/1950", "form = \"year of day/month/year\""),
    ("age", "An age in years", "form = \"age\""),
];
const SEX: [Way; 3] = [
    ("", "1 male, 2 female", ""),
    ("letters", "M and F", "recode = { M = 1, F = 2, m = 1, f = 2, U = 0, I = 9 }"),
    ("words", "Male and Female", "recode = { Male = 1, Female = 2, male = 1, female = 2, Unknown = 0 }"),
];
const DAY: [Way; 2] = [("", "2026-09-01", ""), ("slashes", "01/09/2026", "form = \"day/month/year\"")];
const YES: [Way; 3] = [
    ("", "0 and 1, or true and false", ""),
    ("letters", "Y and N", "recode = { Y = 1, N = 0, y = 1, n = 0 }"),
    ("words", "Yes and No", "recode = { Yes = 1, No = 0, yes = 1, no = 0 }"),
];

fn ways(column: &str) -> &'static [Way] {
    match column {
        "birth_year" => &BORN,
        "sex" => &SEX,
        "last_activity" => &DAY,
        "wl" | "has_car" | "internet" | "rural" => &YES,
        _ if column.starts_with("c_") => &YES,
        _ => &[],
    }
}

/// What was chosen: for a column of ours one of the file and a way, by the words of both.
type Chosen = BTreeMap<&'static str, (String, &'static str)>;

fn names() -> impl Iterator<Item = &'static str> {
    PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS).map(|column| column.name)
}

/// The first part of what was sent.
fn first(data: &FilePath, upload: &Upload) -> Result<Table, String> {
    let path: PathBuf = files::of(data, upload).into_iter().next().ok_or("there is no file")?;
    let part = parts_of(&path, &Mapping::default()).map_err(|error| error.to_string())?;
    let path = part.first().unwrap_or(&path);
    Table::open(path).map_err(|error| plain(&error.to_string(), path))
}

/// A sentence without the folder in which the file lies.
fn plain(sentence: &str, file: &FilePath) -> String {
    let folder = file.parent().map_or_else(String::new, |folder| format!("{}/", folder.display()));
    sentence.replace(&folder, "")
}

/// Whether the first row holds values and no names: then it is somebody's, and is not shown.
fn holds_values(of_file: &[String]) -> bool {
    let value = |name: &&String| {
        let digits = name.chars().filter(char::is_ascii_digit).count();
        name.parse::<f64>().is_ok()
            || Day::parse(name).is_ok()
            || Lsoa::parse(name).is_ok()
            || Postcode::parse(name).is_ok()
            || digits >= 6
    };
    of_file.iter().filter(value).count() * 4 > of_file.len()
}

/// Whether an extract can be read as it came: its columns are called as Meres calls them, or its mapping says what they are. One
/// that cannot be opened is the worker's to refuse.
pub(super) fn fits(data: &FilePath, upload: &Upload) -> bool {
    let (Ok(table), true) = (first(data, upload), upload.mapping.trim().is_empty()) else { return true };
    Heading::find(&table, &Mapping::default(), &PEOPLE_COLUMNS, &OPTIONAL_COLUMNS).is_ok()
}

/// What is probably meant.
fn guessed(of_file: &[String]) -> Chosen {
    let one = |name| Some((name, (guess::column(name, of_file)?.clone(), "")));
    names().filter_map(one).collect()
}

fn typed(form: &Form, of_file: &[String]) -> Chosen {
    let one = |name: &'static str| {
        let column = of_file.iter().find(|column| *column == form.text(name))?;
        let way = ways(name).iter().find(|(word, ..)| *word == form.text(&format!("{name}-way")));
        Some((name, (column.clone(), way.map_or("", |(word, ..)| word))))
    };
    names().filter_map(one).collect()
}

/// A mapping as an analyst would write it.
fn written(chosen: &Chosen) -> String {
    let absent = PEOPLE_COLUMNS.iter().map(|column| column.name).filter(|name| !chosen.contains_key(name));
    let absent: Vec<String> = absent.map(quoted).collect();
    let mut text = format!("format = 1\nkind = \"people\"\nabsent = [{}]\n\n[columns]\n", absent.join(", "));
    for (name, (column, way)) in chosen {
        let rest = ways(name).iter().find(|(word, ..)| word == way).map_or("", |(.., rest)| rest);
        // Writing to a text cannot fail.
        let _ = match rest {
            "" => writeln!(text, "{name} = {}", quoted(column)),
            rest => writeln!(text, "{name} = {{ column = {}, {rest} }}", quoted(column)),
        };
    }
    text
}

#[derive(Template)]
#[template(path = "population_room/columns.html")]
struct Columns<'a> {
    name: &'a str,
    path: String,
    token: &'a str,
    error: Option<String>,
    of_file: &'a [String],
    lines: Vec<Line>,
    unread: Vec<String>,
    ragged: u64,
}

/// One column of ours.
struct Line {
    name: &'static str,
    label: String,
    expected: &'static str,
    chosen: String,
    ways: Vec<(&'static str, &'static str, bool)>,
    understood: Option<LookedColumn>,
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
async fn shown(visit: &Visit, upload: &Upload, typed_form: Option<&Form>, error: Option<String>) -> Answer {
    let (folder, of) = (visit.house.shelf.of::<DataPath>().folder.clone(), upload.clone());
    let form = typed_form.cloned();
    let looking = tokio::task::spawn_blocking(move || {
        let table = first(&folder, &of)?;
        let of_file = table.columns().to_vec();
        if holds_values(&of_file) {
            return Err("its first row must say what the columns are called".to_owned());
        }
        let chosen = form.map_or_else(|| guessed(&of_file), |form| typed(&form, &of_file));
        // Without it there is nobody to look at.
        if !chosen.contains_key("pid") {
            return Ok((of_file, chosen, None));
        }
        let mapping = keeping::mapping(&written(&chosen))?;
        let columns = (&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS[..]);
        let year = matching::RuleSet::version_1().index_date.year();
        let looked =
            look(&table, &mapping, columns, year).map_err(|error| plain(&error.to_string(), table.path()))?;
        Ok::<_, String>((of_file, chosen, Some(looked)))
    });
    // Whatever is wrong with it, it can be thrown away here.
    let (of_file, chosen, looked, error) = match looking.await.map_err(Problem::broken)? {
        Ok((of_file, chosen, looked)) => (of_file, chosen, looked, error),
        Err(why) => (Vec::new(), Chosen::new(), None, error.or(Some(format!("It cannot be read: {why}")))),
    };
    let (columns, unread, ragged) =
        looked.map_or_else(Default::default, |looked| (looked.columns, looked.unread, looked.ragged));
    let understood: BTreeMap<&str, LookedColumn> =
        columns.into_iter().map(|column| (column.name, column)).collect();
    let all = PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS);
    let line = |column: &planning::extract::Column| {
        let (file, way) = chosen.get(column.name).cloned().unwrap_or_default();
        let ways = ways(column.name).iter().map(|(word, words, _)| (*word, *words, *word == way));
        Line {
            name: column.name,
            label: guess::label(column.name),
            expected: column.expected,
            ways: ways.collect(),
            understood: understood.get(column.name).filter(|_| !file.is_empty()).cloned(),
            chosen: file,
        }
    };
    let mistaken = error.is_some();
    let content = Columns {
        name: &upload.name,
        path: upload_path(upload.id),
        token: &visit.form_token,
        error,
        lines: all.map(line).collect(),
        of_file: &of_file,
        unread,
        ragged,
    };
    let page = Page::new(visit, "Which column is what?").under("/population", "Populations");
    let mut response = page.with(&content)?.into_response();
    if mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
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
    let (folder, of) = (visit.house.shelf.of::<DataPath>().folder.clone(), upload.clone());
    let opening =
        tokio::task::spawn_blocking(move || Ok::<_, String>(first(&folder, &of)?.columns().to_vec()));
    let Ok(of_file) = opening.await.map_err(Problem::broken)? else {
        return shown(&visit, &upload, Some(&form), None).await;
    };
    if upload.keep_until.is_some_and(|last| last < day_of((visit.house.clock)())) {
        let why = "The last day on which it may be kept has passed: throw it away".to_owned();
        return shown(&visit, &upload, Some(&form), Some(why)).await;
    }
    let chosen = typed(&form, &of_file);
    if !chosen.contains_key("pid") {
        let why =
            "Choose the column of pseudonyms: without it nobody can be told from anybody else".to_owned();
        return shown(&visit, &upload, Some(&form), Some(why)).await;
    }
    let text = written(&chosen);
    if let Err(why) = keeping::mapping(&text) {
        return shown(&visit, &upload, Some(&form), Some(format!("It cannot be read like this: {why}")))
            .await;
    }
    let mut change = access::acting(&visit).await?;
    if !store::mapped(&mut change, upload.id, &text).await? {
        return Err(Problem::Conflict("Somebody else said so meanwhile."));
    }
    keeping::queue(&mut change, upload.id).await?;
    let (object, purpose) = (upload.id.to_string(), Some(upload.purpose.clone()));
    let detail = format!("{} columns", chosen.len());
    change.commit(Act { action: "population.map", object, purpose, detail }).await?;
    Visit::to(&upload_path(upload.id))
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
    use super::{BORN, DAY, SEX, YES, guessed, ways, written};
    use crate::population_room::keeping;

    #[test]
    fn what_was_chosen_is_a_mapping() {
        let file = ["Person \"ID\"", "dob", "gender", "osteoarthritis"].map(str::to_owned);
        let mut chosen = guessed(&file);
        assert_eq!(chosen.len(), 4, "{chosen:?}");
        chosen.insert("pid", (file[0].clone(), ""));
        for (name, all) in [("birth_year", &BORN[..]), ("sex", &SEX[..]), ("c_oa", &YES[..])] {
            for (word, ..) in all {
                chosen.get_mut(name).expect("guessed").1 = word;
                keeping::mapping(&written(&chosen)).expect("a mapping");
            }
        }
        assert!(super::holds_values(&["A123", "1950-03-01", "F", "E01026317"].map(str::to_owned)));
        assert!(!super::holds_values(&file), "names");
        for (word, ..) in DAY {
            chosen.insert("last_activity", (file[1].clone(), word));
            keeping::mapping(&written(&chosen)).expect("a mapping");
        }
        assert!(ways("pid").is_empty());
    }
}
