//! One population: what is known of it, and what was wrong with it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use planning::population::Entry;
use planning::population::kept::{Kind, about, is_here, problems_of};
use web::{Answer, Html, Listing, Page, Problem, Summary, Visit, day_of, moment_in_words};

use super::list_pages::state;
use super::{list_of_people, one, path, people};
use crate::data_path::DataPath;

#[derive(Template)]
#[template(path = "population_room/population.html")]
struct Record {
    name: String,
    made_up: Option<String>,
    state: (&'static str, &'static str),
    about: Html,
    problems: Option<(String, u64)>,
    lists: Html,
    delete: String,
}

/// What is known of its files: how many coded events were kept with it, or that none of them is here.
async fn files(visit: &Visit, entry: &Entry) -> Result<Option<(&'static str, String)>, Problem> {
    let data = visit.house.shelf.of::<DataPath>().folder.clone();
    let (kind, digest) = (entry.kind, entry.digest.clone());
    let reading = tokio::task::spawn_blocking(move || {
        is_here(&data, kind, &digest).then(|| about(&data, kind, &digest))
    });
    // A catalogue that was restored alone, say.
    let Some(kept) = reading.await.map_err(Problem::broken)? else {
        let mend = "Not in this data folder: restore the population zone from its backup, or import the extract again";
        return Ok(Some(("Files", mend.to_owned())));
    };
    let events = kept.map_err(Problem::broken)?.events;
    Ok(events.map(|events| ("Coded events", disclosure::with_commas(events.kept))))
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let entry = one(&visit, &id).await?;
    let today = day_of((visit.house.clock)());
    let holds = match entry.kind {
        Kind::People => people(entry.people),
        Kind::Crosstab => "A table of counts".to_owned(),
    };
    let mut about = Summary::default()
        .line("Holds", holds)
        .line(
            "To be deleted after",
            entry.keep_until.map_or_else(|| "Not said".to_owned(), vocabulary::Day::in_words),
        )
        .line("What for", entry.purpose.clone())
        .line("Agreement", entry.agreement.clone().unwrap_or_else(|| "Not said".to_owned()))
        .line("Files", entry.sources.join(", "))
        .line("Rows read", disclosure::with_commas(entry.rows_read))
        .line("Imported", moment_in_words(&entry.imported_at))
        .line("Digest", entry.digest.clone());
    if entry.mapping_digest != ground::files::digest_text("") {
        about = about.line("Mapping", format!("By a mapping (digest {})", &entry.mapping_digest[..12]));
    }
    if let Some((what, words)) = files(&visit, &entry).await? {
        about = about.line(what, words);
    }
    let lists = match entry.kind {
        Kind::People => list_of_people::shown(&visit, &entry).await?,
        Kind::Crosstab => Html::default(),
    };
    let content = Record {
        lists,
        state: state(&entry, today),
        about: about.html()?,
        problems: (entry.problems > 0).then(|| (format!("{}/problems", path(&entry)), entry.problems)),
        delete: format!("{}/delete", path(&entry)),
        made_up: entry.made_up.clone(),
        name: entry.name.clone(),
    };
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "kept" => Some("It is kept"),
        "listed" => Some("The list is kept"),
        "unlisted" => Some("The list is removed"),
        "already" => Some("It was kept before; nothing was changed"),
        _ => None,
    };
    let page = Page::new(&visit, &entry.name).under("/population", "Populations").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// What was wrong with its rows, as the import listed it: lines and columns, never what stood there.
pub(super) async fn problems(visit: Visit, Path(id): Path<String>) -> Answer {
    let entry = one(&visit, &id).await?;
    if entry.kind != Kind::People || entry.problems == 0 {
        return Err(Problem::NotFound);
    }
    let file = problems_of(&visit.house.shelf.of::<DataPath>().folder, &entry.digest);
    let bytes = tokio::fs::read(&file).await.map_err(Problem::broken)?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"problems.csv\""),
        ],
        bytes,
    )
        .into_response())
}
