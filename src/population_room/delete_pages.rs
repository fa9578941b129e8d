//! Removing a population for good.

use axum::extract::Path;
use ground::database::Act;
use planning::population::kept::Zone;
use planning::population::store as catalogue;
use web::{Answer, Form, FormView, Problem, Visit};

use super::path;
use super::population_pages::one;
use crate::data_path::DataPath;
use crate::match_room;

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let entry = one(&visit, &id).await?;
    visit.form_page(&FormView {
        title: format!("Delete {}", entry.name),
        lead: vec![
            "Its files are removed and cannot be brought back, and so are the rows of every match run of it. The released \
             figures of those runs stay."
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
    // Whoever imports holds the zone for as long as that takes: nobody waits for that on a page.
    let entering = {
        let data = data.clone();
        tokio::task::spawn_blocking(move || Zone::enter_if_free(&data.folder))
    };
    let zone = entering.await.map_err(Problem::broken)?.map_err(Problem::broken)?;
    let zone = zone.ok_or(Problem::Conflict("An extract is just being imported. Try again in a minute."))?;
    let mut change = access::acting(&visit).await?;
    if !catalogue::delete(&mut change, entry.id).await? {
        return Err(Problem::NotFound);
    }
    let (object, detail) = (entry.id.to_string(), format!("digest {}", entry.digest));
    change.commit(Act { action: "population.delete", object, purpose: None, detail }).await?;
    // The catalogue first: were we stopped between the two, the next import sweeps the files away.
    let runs = match_room::of_population(&mut visit.read().await?, entry.id).await?;
    let removing = tokio::task::spawn_blocking(move || {
        zone.remove_files(entry.kind, &entry.digest).map_err(Problem::broken)?;
        runs.into_iter()
            .try_for_each(|run| match_room::forget_rows(&data.folder, run).map_err(Problem::broken))
    });
    removing.await.map_err(Problem::broken)??;
    Visit::to("/population?done=deleted")
}
