//! The doors of the import room.

use vocabulary::Permission;
use web::{Access, Errand, Room};

use super::{duplicates, imports, terms, validator};

const MAY: Access = Access::May(Permission::ImportDirectory);

/// The import room.
pub fn room() -> Room {
    let routes =
        imports::routes(MAY).and(duplicates::routes(MAY)).and(terms::routes(MAY)).and(validator::routes(MAY));
    Room::new(routes)
        .with_door("Imports", "/directory/imports", "Feeds and files that come into the directory", MAY)
        .with_errand(Errand {
            kind: imports::FETCH,
            name: "Read a feed that somebody asked for",
            work: |house, run| Box::pin(imports::fetch(house, run)),
        })
        .with_errand(Errand {
            kind: imports::AGAIN,
            name: "Import a feed by its schedule",
            work: |house, run| Box::pin(imports::again(house, run)),
        })
        .with_errand(Errand {
            kind: validator::LOOK,
            name: "Look at what is wrong with a feed",
            work: |house, run| Box::pin(validator::look(house, run)),
        })
        .with_waiting(|asker| Box::pin(imports::waiting(asker)))
}
