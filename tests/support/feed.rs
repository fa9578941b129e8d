//! Services as an Open Referral UK feed tells of them.

use std::path::Path;

use ground::database::{Act, Database};
use offers::directory::import::read_feed;
use offers::directory::{self, Difference};
use offers::place::{self, PlaceDifference};
use serde_json::{Value, json};
use vocabulary::Actor;

/// A service of one organisation, at a hall with this postcode.
pub(crate) fn service(id: &str, name: &str, postcode: &str) -> Value {
    json!({
        "id": id, "name": name, "status": "active",
        "organization": {"id": "leisure", "name": "Invented Leisure"},
        "attributes": [{"id": format!("a{id}"), "taxonomy_term": {"id": "exercise", "name": "Exercise"}}],
        "service_at_locations": [{"id": format!("l{id}"), "location": {
            "id": format!("hall{id}"), "name": "The hall", "location_type": "physical",
            "addresses": [{"id": format!("d{id}"), "address_1": "1 High Street", "city": "Grantham",
                "postal_code": postcode, "country": "GB", "address_type": "physical"}],
        }}],
    })
}

/// A page of services.
pub(crate) fn page(services: &[Value]) -> String {
    json!({"contents": services}).to_string()
}

/// Writes a page of services to a file.
pub(crate) fn write(file: &Path, services: &[Value]) {
    std::fs::write(file, page(services)).expect("written");
}

/// Keeps a file of services as that source's, beside a site that is being served.
pub(crate) async fn keep(database: &Database, source: &str, file: &Path) {
    let feed = read_feed(&[file.to_owned()], None).expect("a feed");
    let mut change = database.change(&Actor::Meres).await.expect("a change");
    let known = directory::store::source(&mut change, source).await.expect("a source");
    let known = directory::store::known(&mut change, known.as_ref()).await.expect("known");
    let difference = Difference::between(&known, &feed);
    directory::store::apply(&mut change, source, None, "digest", &difference).await.expect("applied");
    let act = Act { action: "directory.import", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
}

/// Keeps files of places beside it.
pub(crate) async fn keep_places(database: &Database, file: &Path) {
    let feed = place::read_places(&[file.to_owned()]).expect("places");
    let mut change = database.change(&Actor::Meres).await.expect("a change");
    let known = place::store::known(&mut change).await.expect("known");
    place::store::write(&mut change, &PlaceDifference::between(&known, feed)).await.expect("written");
    let act = Act { action: "place.import", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
}
