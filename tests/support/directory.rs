//! A directory in the database of a place: what a feed holds, and where its postcodes are.

use std::path::PathBuf;
use std::sync::Arc;

use ground::database::Act;
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::availability::{self, Room};
use offers::directory::import::read_feed;
use offers::directory::{Difference, Service, store};
use offers::place::{PlaceDifference, PlaceFeed, PostcodePlace};
use serde_json::Value;
use vocabulary::{Actor, Day, GridPoint, Id, Postcode};

use super::site::Place;

fn act(action: &'static str) -> Act {
    Act { action, object: String::new(), purpose: None, detail: String::new() }
}

impl Place {
    /// Brings services of Open Referral UK into the directory, under this name of a source.
    pub(crate) async fn imports(&self, source: &str, services: &Value) {
        let file: PathBuf = self.file("feed.json");
        std::fs::write(&file, services.to_string()).expect("written");
        let feed = read_feed(&[file], None).expect("a feed");
        let mut change = self.house.database.change(&Actor::Meres).await.expect("a change");
        let known = store::source(&mut change, source).await.expect("asked");
        let known = store::known(&mut change, known.as_ref()).await.expect("asked");
        let difference = Difference::between(&known, &feed);
        store::apply(&mut change, source, None, "digest", &difference).await.expect("applied");
        change.commit(act("directory.import")).await.expect("committed");
    }

    /// What is public now.
    pub(crate) async fn catalogue(&self) -> Arc<Catalogue> {
        let mut session = self.house.database.read().await.expect("read");
        let today = Day::parse(&self.house.database.now().date().to_string()).expect("a day");
        self.house.shelf.of::<Catalogues>().present(&mut session, today).await.expect("a catalogue")
    }

    /// The service of this name, public or not.
    pub(crate) async fn service(&self, name: &str) -> Id<Service> {
        let catalogue = self.catalogue().await;
        let mut all = catalogue.directory.services.iter();
        *all.find(|(_, kept)| kept.record.name == name).expect("a service").0
    }

    /// Its provider says what room there is; gives what anybody reads of it.
    pub(crate) async fn says_room(&self, name: &str, room: Room) -> String {
        let service = self.service(name).await;
        let mut change = self.house.database.change(&Actor::Meres).await.expect("a change");
        availability::store::say(&mut change, service, room, "provider").await.expect("written");
        change.commit(act("directory.room")).await.expect("committed");
        let catalogue = self.catalogue().await;
        let said = catalogue.service(service).and_then(|listed| listed.room.as_ref());
        said.expect("said").in_words()
    }

    /// Says where postcodes are.
    pub(crate) async fn knows(&self, postcodes: &[(&str, i32, i32)]) {
        let place = |&(postcode, easting, northing): &(&str, i32, i32)| PostcodePlace {
            postcode: Postcode::parse(postcode).expect("a postcode"),
            point: GridPoint { easting, northing },
            lsoa: None,
            terminated: false,
        };
        let feed = PlaceFeed { postcodes: postcodes.iter().map(place).collect(), ..PlaceFeed::default() };
        self.learns(feed).await;
    }

    /// Takes over what files said of places.
    pub(crate) async fn learns(&self, feed: PlaceFeed) {
        let mut change = self.house.database.change(&Actor::Meres).await.expect("a change");
        let known = offers::place::store::known(&mut change).await.expect("asked");
        let difference = PlaceDifference::between(&known, feed);
        offers::place::store::write(&mut change, &difference).await.expect("written");
        change.commit(act("place.import")).await.expect("committed");
    }
}
