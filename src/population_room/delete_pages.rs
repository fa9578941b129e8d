//! Removing a population for good.

use axum::extract::Path;
use ground::database::Act;
use planning::population::store as catalogue;
use web::{Answer, Form, FormView, Problem, Visit};

use super::{entered, one, path};
use crate::data_path::DataPath;

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let entry = one(&visit, &id).await?;
    visit.form_page(&FormView {
        title: format!("Delete {}", entry.name),
        lead: vec![
            "Its files are removed and cannot be brought back, and so are the rows of every match run of it and the worklists \
             that were made from them: who was asked before is forgotten too. The released figures stay."
                .to_owned(),
            "Backups that were made before still hold it.".to_owned(),
        ],
        action: format!("{}/delete", path(&entry)),
        button: "Delete it for good",
        dangerous: true,
        back: Some((path(&entry), "Back")),
        ..FormView::default()
    })
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let entry = one(&visit, &id).await?;
    let data = visit.house.shelf.of::<DataPath>();
    let entering = {
        let data = data.clone();
        tokio::task::spawn_blocking(move || entered(&data))
    };
    let zone = entering.await.map_err(Problem::broken)??;
    let mut change = access::acting(&visit).await?;
    if !catalogue::delete(&mut change, entry.id).await? {
        return Err(Problem::NotFound);
    }
    // What was made of it first: were we stopped before the commit, there are runs without rows, and never rows of a
    // population that is gone.
    super::forget_rows(&mut change, &data.folder, entry.id).await.map_err(Problem::broken)?;
    let (object, detail) = (entry.id.to_string(), format!("digest {}", entry.digest));
    change.commit(Act { action: "population.delete", object, purpose: None, detail }).await?;
    // The catalogue before its own files: were we stopped between the two, the next import sweeps them away.
    let removing = tokio::task::spawn_blocking(move || {
        zone.remove_files(entry.kind, &entry.digest).map_err(Problem::broken)
    });
    removing.await.map_err(Problem::broken)??;
    Visit::to("/population?done=deleted")
}
