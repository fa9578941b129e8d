//! The script's side of a large file: begin, how much is there, one piece more. Each answer is JSON.

use axum::extract::Path;
use serde_json::json;
use vocabulary::Id;
use web::{Answer, Form, Problem, Visit, id_of};

use super::pieces::{self, Coming, PieceError};
use super::upload_pages::is_extract;
use crate::data_path::DataPath;
use crate::for_scripts;

/// Letters of a file's name.
const MOST_NAME: usize = 60;

impl From<PieceError> for Problem {
    fn from(error: PieceError) -> Self {
        match error {
            PieceError::Unknown => Self::NotFound,
            PieceError::TooMany => {
                Self::Conflict("You are sending two hundred files already. Finish some of them first.")
            }
            PieceError::TooLarge => Self::TooLarge,
            PieceError::Broken(error) => Self::broken(error),
        }
    }
}

pub(super) async fn begin(visit: Visit, typed: Form) -> Answer {
    let (name, size) = (typed.text("name"), typed.text("size").parse::<u64>().ok());
    let plain = !name.is_empty() && name.chars().count() <= MOST_NAME && !name.contains(['/', '\\', '\0']);
    // An empty one is told to be so before anything is sent.
    let size = size.filter(|size| *size > 0);
    let (Some(size), true) = (size, plain && !name.starts_with('.') && is_extract(name)) else {
        return Err(Problem::Bad(
            "A file that ends in .csv or .parquet, with something in it, is sent here.",
        ));
    };
    let id: Id<Coming> = access::acting(&visit).await?.new_id();
    let (folder, name) = (visit.house.shelf.of::<DataPath>().folder.clone(), name.to_owned());
    let (own, actor) = (id.to_string(), visit.viewer()?.actor().to_string());
    let beginning = tokio::task::spawn_blocking(move || pieces::begin(&folder, &own, &name, size, &actor));
    beginning.await.map_err(Problem::broken)??;
    Ok(for_scripts::json(&json!({"id": id.to_string(), "have": 0})))
}

/// How much of a file of theirs is there.
async fn there(visit: &Visit, id: Id<Coming>) -> Result<u64, Problem> {
    let (folder, actor) =
        (visit.house.shelf.of::<DataPath>().folder.clone(), visit.viewer()?.actor().to_string());
    let looking = tokio::task::spawn_blocking(move || pieces::have(&folder, &id.to_string(), &actor));
    Ok(looking.await.map_err(Problem::broken)??)
}

pub(super) async fn have(visit: Visit, Path(id): Path<String>) -> Answer {
    Ok(for_scripts::json(&json!({"have": there(&visit, id_of(&id)?).await?})))
}

pub(super) async fn take(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let id: Id<Coming> = id_of(&id)?;
    there(&visit, id).await?;
    let at = typed.text("at").parse::<u64>().ok();
    let piece = typed.uploads("piece").next().cloned();
    let (Some(at), Some(piece)) = (at, piece) else {
        return Err(Problem::Bad("A piece says where it begins."));
    };
    let (folder, actor) =
        (visit.house.shelf.of::<DataPath>().folder.clone(), visit.viewer()?.actor().to_string());
    let taking = tokio::task::spawn_blocking(move || {
        pieces::take(&folder, &id.to_string(), &actor, (at, &piece.bytes))
    });
    Ok(for_scripts::json(&json!({"have": taking.await.map_err(Problem::broken)??})))
}
