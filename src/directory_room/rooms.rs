//! The routes of the room.

use vocabulary::Permission;
use web::{Access, Room, Routes};

use super::{
    change, deciding, due, entry, history, home, keeping, letters, new_service, organisation, queue, space,
    still_correct, watching, wrong,
};

const EDIT: Access = Access::May(Permission::EditDirectory);
const APPROVE: Access = Access::May(Permission::ApproveDirectory);

/// The room of those who keep the directory.
pub fn room() -> Room {
    let entries = Routes::new()
        .get("/directory", EDIT, home::page)
        .get("/directory/edit/{id}", EDIT, entry::record)
        .get("/directory/edit/{id}/change", EDIT, change::service_page)
        .post("/directory/edit/{id}/change", EDIT, change::service_act)
        .post("/directory/edit/{id}/back/{line}", EDIT, history::service_back)
        .get("/directory/edit/{id}/check", EDIT, due::check_page)
        .post("/directory/edit/{id}/check", EDIT, due::check_act)
        .post("/directory/edit/{id}/still-correct", EDIT, due::still_correct)
        .get("/directory/edit/{id}/room", EDIT, space::page)
        .post("/directory/edit/{id}/room", EDIT, space::say)
        .post("/directory/edit/{id}/watch", EDIT, watching::begin)
        .post("/directory/edit/{id}/unwatch", EDIT, watching::stop)
        .get("/directory/sites/{id}/change", EDIT, change::site_page)
        .post("/directory/sites/{id}/change", EDIT, change::site_act)
        .get("/directory/due", EDIT, due::list)
        .get("/directory/watching", EDIT, watching::list);
    let organisations = Routes::new()
        .get("/directory/organisations", APPROVE, keeping::list)
        .get("/directory/organisations/{id}", EDIT, organisation::record)
        .get("/directory/organisations/{id}/change", EDIT, change::organisation_page)
        .post("/directory/organisations/{id}/change", EDIT, change::organisation_act)
        .get("/directory/organisations/{id}/new", EDIT, new_service::page)
        .post("/directory/organisations/{id}/new", EDIT, new_service::sent)
        .get("/directory/organisations/{id}/back", APPROVE, history::whole_page)
        .post("/directory/organisations/{id}/back", APPROVE, history::whole_act)
        .post("/directory/organisations/{id}/back/{line}", EDIT, history::organisation_back)
        .post("/directory/organisations/{id}/keepers", APPROVE, organisation::give)
        .post("/directory/organisations/{id}/keepers/{line}/end", APPROVE, organisation::end);
    let queue = Routes::new()
        .get("/directory/queue", EDIT, queue::list)
        .get("/directory/queue/{id}", EDIT, queue::record)
        .post("/directory/queue/{id}/approve", APPROVE, deciding::approve)
        .post("/directory/queue/{id}/refuse", APPROVE, deciding::refuse)
        .post("/directory/queue/{id}/withdraw", EDIT, deciding::withdraw);
    let messages = Routes::new()
        .get("/still-correct/{token}", Access::Door, still_correct::page)
        .post("/still-correct/{token}", Access::Door, still_correct::said)
        .get("/find/services/{id}/wrong", Access::Door, wrong::page)
        .post("/find/services/{id}/wrong", Access::Door, wrong::said);
    let about = "What is on offer: our entries, changes that wait, what to look at";
    letters::ERRANDS
        .into_iter()
        .fold(Room::new(entries.and(organisations).and(queue).and(messages)), Room::with_errand)
        .with_door("Directory", "/directory", about, EDIT)
        .with_waiting(home::waiting)
        .with_search(home::search)
}
