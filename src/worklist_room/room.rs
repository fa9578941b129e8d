//! The doors of the worklist room: one for those who ask and decide, one for the practices.

use vocabulary::Permission;
use web::{Access, Errand, Room, Routes};

use super::{ask_pages, deciding, demonstration, known, making, practice_pages, request_pages};

const ASK: Access = Access::May(Permission::PlanMatches);
const SEE: Access = Access::May(Permission::SeePassages);
const APPROVE: Access = Access::May(Permission::ApprovePassages);
const PRACTICE: Access = Access::May(Permission::ActForPractice);

/// The worklist room.
pub fn rooms() -> Vec<Room> {
    let routes = Routes::new()
        .get("/worklists", SEE, request_pages::list)
        .get("/worklists/new", ASK, ask_pages::page)
        .post("/worklists/new", ASK, ask_pages::act)
        .get("/worklists/{id}", SEE, request_pages::record)
        .get("/worklists/{id}/progress", SEE, request_pages::progress)
        .post("/worklists/{id}/withdraw", ASK, deciding::withdraw)
        .post("/worklists/{id}/stop", APPROVE, deciding::stop)
        .confirmed("/worklists/{id}/decide", APPROVE, deciding::page, deciding::act);
    let asked = Room::new(routes)
        .with_door(
            "Worklists",
            "/worklists",
            "Whom the practices invite: asked for, decided, fetched, counted",
            SEE,
        )
        .with_errand(Errand {
            kind: making::MAKE,
            name: "Put worklists together",
            work: |house, run| Box::pin(making::run(house, run)),
        })
        .with_errand(Errand {
            kind: demonstration::INVENT,
            name: "Ask for the worklists of a demonstration",
            work: |house, run| Box::pin(demonstration::ask(house, run)),
        })
        .with_waiting(|asker| Box::pin(request_pages::waiting(asker)))
        .with_changes(|asker| Box::pin(known::changes(asker)))
        .with_search(|asker, words| Box::pin(known::search(asker, words)));
    let routes = Routes::new()
        .get("/practice", PRACTICE, practice_pages::list)
        .get("/practice/lists/{id}", PRACTICE, practice_pages::record)
        .post("/practice/lists/{id}/report", PRACTICE, practice_pages::report)
        .confirmed(
            "/practice/lists/{id}/file",
            PRACTICE,
            practice_pages::file_page,
            practice_pages::file_act,
        );
    let practice = Room::new(routes)
        .with_door("Our worklists", "/practice", "Whom our practice invites, and what became of it", PRACTICE)
        .with_waiting(|asker| Box::pin(practice_pages::waiting(asker)));
    vec![asked, practice]
}
