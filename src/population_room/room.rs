//! The doors of the population room.

use vocabulary::Permission;
use web::{Access, Errand, Room, Routes};

use super::{
    column_pages, delete_pages, keeping, list_of_people, list_pages, piece_pages, population_pages,
    upload_pages,
};

const MAY: Access = Access::May(Permission::KeepPopulations);

/// The population room.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/population", MAY, list_pages::page)
        .get("/population/new", MAY, upload_pages::page)
        .upload("/population/new", MAY, upload_pages::act)
        .post("/population/pieces", MAY, piece_pages::begin)
        .get("/population/pieces/{id}", MAY, piece_pages::have)
        .upload("/population/pieces/{id}", MAY, piece_pages::take)
        .get("/population/uploads/{id}", MAY, upload_pages::record)
        .get("/population/uploads/{id}/columns", MAY, column_pages::page)
        .post("/population/uploads/{id}/columns", MAY, column_pages::act)
        .get("/population/uploads/{id}/forget", MAY, column_pages::forget_page)
        .post("/population/uploads/{id}/forget", MAY, column_pages::forget)
        .get("/population/uploads/{id}/progress", MAY, upload_pages::progress)
        .get("/population/uploads/{id}/problems", MAY, upload_pages::problems)
        .get("/population/{id}", MAY, population_pages::record)
        .get("/population/{id}/problems", MAY, population_pages::problems)
        .get("/population/{id}/lists", MAY, list_of_people::page)
        .upload("/population/{id}/lists", MAY, list_of_people::act)
        .confirmed(
            "/population/{id}/lists/{list}/remove",
            MAY,
            list_of_people::remove_page,
            list_of_people::remove_act,
        )
        .confirmed("/population/{id}/delete", MAY, delete_pages::page, delete_pages::act);
    Room::new(routes)
        .with_door(
            "Populations",
            "/population",
            "Pseudonymous extracts: what is kept, what for, until when",
            MAY,
        )
        .with_errand(Errand {
            kind: keeping::KEEP,
            name: "Read and keep an extract that somebody sent",
            work: |house, run| Box::pin(keeping::keep(house, run)),
        })
        .with_waiting(|asker| Box::pin(list_pages::waiting(asker)))
        .with_changes(|asker| Box::pin(list_pages::changes(asker)))
        .with_search(|asker, words| Box::pin(list_pages::search(asker, words)))
}
