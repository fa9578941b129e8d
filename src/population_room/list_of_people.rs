//! Lists of people of a population: a waiting list, a register of a class. A cohort asks for one by its name; no page shows
//! who is on it.

use askama::Template;
use axum::extract::Path;
use disclosure::{Cells, Shown};
use ground::database::Act;
use ground::files::FileError;
use planning::extract::ImportError;
use planning::population::kept::{Kind, MadeList, Zone, is_here, make_list, remove_list, sweep_lists};
use planning::population::{Entry, PeopleList, store};
use vocabulary::Id;
use web::{Answer, Cell, Errors, Field, FieldKind, Form, FormView, Html, Problem, Table, Visit, id_of};
use web::{Listing, day_in_words, day_of};

use super::{entered, one, path, upload_pages};
use crate::data_path::DataPath;
use crate::trying::{self, Question};

const MOST_NAME: usize = 100;
const TOO_FEW: &str = "Too few people on this list are in the population, or nobody: it is not kept. A list needs more than may be hidden: eight, or what this Meres asks for.";

#[derive(Template)]
#[template(path = "population_room/lists.html")]
struct Lists {
    table: Option<Html>,
    add: String,
}

/// The lists of a population, and the way to one more.
pub(super) async fn shown(visit: &Visit, entry: &Entry) -> Result<Html, Problem> {
    let mut lists = store::lists(&mut visit.read().await?, entry.id).await?;
    lists.retain(|list| !list.removed);
    let row = |list: &PeopleList| {
        vec![
            Cell::text(list.name.clone()),
            Cell::text(day_in_words(list.made_at.get(..10).unwrap_or_default())),
            Cell::link(format!("{}/lists/{}/remove", path(entry), list.id), format!("Remove {}", list.name)),
        ]
    };
    let table = Table {
        caption: "Lists of people".to_owned(),
        columns: Table::plain_columns(&["Name", "Since", "Remove"]),
        rows: lists.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "",
    };
    let table = (!lists.is_empty()).then(|| table.html()).transpose()?;
    Ok(Html::of(&Lists { table, add: format!("{}/lists", path(entry)) })?)
}

/// A population that can have lists: of people.
async fn of_people(visit: &Visit, id: &str) -> Result<Entry, Problem> {
    let entry = one(visit, id).await?;
    if entry.kind == Kind::People { Ok(entry) } else { Err(Problem::NotFound) }
}

/// A population that may have more: its last day is not over.
async fn still_kept(visit: &Visit, id: &str) -> Result<Entry, Problem> {
    let entry = of_people(visit, id).await?;
    let today = day_of((visit.house.clock)());
    if entry.keep_until.is_some_and(|last| last < today) {
        return Err(Problem::Conflict("The last day of this population is over. Nothing is added to it."));
    }
    let (data, digest) = (visit.house.shelf.of::<DataPath>().folder.clone(), entry.digest.clone());
    let looking = tokio::task::spawn_blocking(move || is_here(&data, Kind::People, &digest));
    if !looking.await.map_err(Problem::broken)? {
        return Err(Problem::Conflict("The files of this population are not in this data folder."));
    }
    Ok(entry)
}

fn form(entry: &Entry) -> FormView {
    FormView {
        title: "Add a list of people".to_owned(),
        lead: vec![format!(
            "Pseudonyms from elsewhere, made by the same key as those of {}: a waiting list, who came to a class. A cohort can \
             keep those on it, or leave them out. Pseudonyms of nobody in the population are not kept, and the list is deleted \
             with the population.",
            entry.name
        )],
        action: format!("{}/lists", path(entry)),
        fields: vec![
            Field::new(FieldKind::Text, "name", "What it is called").hinted(
                "For example: Waiting for physiotherapy, September 2026. A list is never changed: the next month's is another.",
            ),
            Field::new(
                FieldKind::Files { accept: ".csv,.parquet", several: false, in_pieces: None },
                "file",
                "The list",
            )
            .hinted("CSV or Parquet, at most 64 MB and a million pseudonyms"),
            Field::new(FieldKind::Text, "column", "The column of pseudonyms").valued("pid"),
        ],
        button: "Keep it",
        back: Some((path(entry), "Back")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let entry = still_kept(&visit, &id).await?;
    visit.form_page(&form(&entry))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let entry = still_kept(&visit, &id).await?;
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter what it is called").to_owned();
    let column = errors.needed(&typed, "column", MOST_NAME, "Enter the column of pseudonyms").to_owned();
    let file = typed.uploads("file").next().cloned();
    match &file {
        None => errors.add("file", "Choose the list"),
        Some(file) if !upload_pages::is_extract(&file.name) => {
            errors.add("file", "Choose a file that ends in .csv or .parquet");
        }
        Some(_) => {}
    }
    let (true, Some(file)) = (errors.is_empty(), file) else {
        return visit.form_page(&form(&entry).again(&typed, errors));
    };
    let asked = ground::files::digest_bytes(&file.bytes);
    let object = entry.id.to_string();
    // Whoever tried list after list would learn who is in the population: each is counted and written down before it is read.
    let question = Question {
        kind: trying::Kind::List,
        object: object.clone(),
        population: &entry,
        purpose: None,
        texts: &[&asked],
    };
    let place = match trying::ask(&visit, question).await? {
        Ok(place) => place,
        Err(why) => {
            errors.add("file", why);
            return visit.form_page(&form(&entry).again(&typed, errors));
        }
    };
    let (data, digest) = (visit.house.shelf.of::<DataPath>(), entry.digest.clone());
    let called = name.clone();
    let making = tokio::task::spawn_blocking(move || {
        let _place = place;
        made(&data, &digest, &called, (&file, &column))
    });
    let (zone, list) = match making.await.map_err(Problem::broken)?? {
        Ok(made) => made,
        Err(why) => {
            errors.add("file", why);
            return visit.form_page(&form(&entry).again(&typed, errors));
        }
    };
    // Nobody and a few are answered alike.
    let people =
        visit.house.shelf.of::<DataPath>().gate.count(Cells::WithHealthAttribute, list.people.into());
    if list.people == 0 || !matches!(people, Shown::Count(_)) {
        errors.add("file", TOO_FEW);
        return visit.form_page(&form(&entry).again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    let known = store::lists(&mut change, entry.id).await?;
    let taken = known.iter().find(|list| list.name.to_lowercase() == name.to_lowercase());
    if let Some(taken) = taken {
        drop(change);
        let why =
            if taken.removed { "A list that was removed was called so" } else { "Another list is called so" };
        errors.add("name", format!("{why}: choose another name"));
        return visit.form_page(&form(&entry).again(&typed, errors));
    }
    let new = PeopleList {
        id: change.new_id(),
        population: entry.id,
        name,
        digest: list.digest.clone(),
        made_at: change.at(),
        actor: visit.viewer()?.actor().to_string(),
        removed: false,
    };
    store::add_list(&mut change, &new).await?;
    // Were we stopped before the commit, there is a file that nothing names: the next list sweeps it away.
    let names = known.into_iter().filter(|list| !list.removed).map(|list| list.name);
    let names: Vec<String> = names.chain([new.name.clone()]).collect();
    let population = entry.digest.clone();
    let keeping = tokio::task::spawn_blocking(move || {
        list.keep()?;
        sweep_lists(&zone, &population, names.iter().map(String::as_str))?;
        Ok::<_, FileError>(zone)
    });
    let zone = keeping.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let purpose = Some(entry.purpose.clone());
    let detail = format!("list {}; digest {}", new.id, new.digest);
    change.commit(Act { action: "population.list", object, purpose, detail }).await?;
    drop(zone);
    Visit::to(&format!("{}?done=listed", path(&entry)))
}

/// Makes the list in the folder of its population; or why it cannot be used.
fn made(
    data: &DataPath,
    population: &str,
    name: &str,
    (file, column): (&web::Upload, &str),
) -> Result<Result<(Zone, MadeList), String>, Problem> {
    let zone = entered(data)?;
    // Beside the population zone, where nobody but Meres may read; gone when this returns.
    let folder =
        crate::trying::program::folder(data).map_err(|why| Problem::broken(std::io::Error::other(why)))?;
    let place = folder.path().join(&file.name);
    std::fs::write(&place, &file.bytes).map_err(Problem::broken)?;
    let chance = ground::vault::random().map_err(Problem::broken)?;
    match make_list(&zone, population, (name, chance), (&place, column)) {
        Ok(list) => Ok(Ok((zone, list))),
        Err(ImportError::File(error @ FileError::System { .. })) => Err(Problem::broken(error)),
        Err(error) => {
            let inside = format!("{}/", folder.path().display());
            Ok(Err(format!("It cannot be used: {}", error.to_string().replace(&inside, ""))))
        }
    }
}

async fn list(visit: &Visit, population: &str, id: &str) -> Result<(Entry, PeopleList), Problem> {
    let entry = of_people(visit, population).await?;
    let id: Id<PeopleList> = id_of(id)?;
    let lists = store::lists(&mut visit.read().await?, entry.id).await?;
    let list = lists.into_iter().find(|list| list.id == id && !list.removed).ok_or(Problem::NotFound)?;
    Ok((entry, list))
}

pub(super) async fn remove_page(visit: Visit, Path((id, which)): Path<(String, String)>) -> Answer {
    let (entry, list) = list(&visit, &id, &which).await?;
    visit.form_page(&FormView {
        title: format!("Remove {}", list.name),
        lead: vec![
            "The list is deleted and cannot be brought back. Cohorts that ask for it can no longer be matched with this \
             population; runs that were made with it stay as they are."
                .to_owned(),
        ],
        action: format!("{}/lists/{}/remove", path(&entry), list.id),
        button: "Remove it",
        dangerous: true,
        back: Some((path(&entry), "Back")),
        ..FormView::default()
    })
}

pub(super) async fn remove_act(visit: Visit, Path((id, which)): Path<(String, String)>, _: Form) -> Answer {
    let (entry, list) = list(&visit, &id, &which).await?;
    let (data, digest) = (visit.house.shelf.of::<DataPath>(), entry.digest.clone());
    let entering = tokio::task::spawn_blocking(move || entered(&data));
    let zone = entering.await.map_err(Problem::broken)??;
    let mut change = access::acting(&visit).await?;
    if !store::remove_list(&mut change, list.id).await? {
        return Err(Problem::NotFound);
    }
    let name = list.name.clone();
    // The file first: were we stopped before the commit, there is a name without a list, which says so to whoever asks for it.
    let removing = tokio::task::spawn_blocking(move || remove_list(&zone, &digest, &name).map(|_| zone));
    let zone = removing.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let (object, purpose) = (entry.id.to_string(), Some(entry.purpose.clone()));
    let detail = format!("list {}; digest {}", list.id, list.digest);
    change.commit(Act { action: "population.unlist", object, purpose, detail }).await?;
    drop(zone);
    Visit::to(&format!("{}?done=unlisted", path(&entry)))
}
