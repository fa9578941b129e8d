//! A service in the pieces of which an API makes its answers: the service itself, and each place where it is given.

use serde_json::{Map, Value, json};
use vocabulary::Id;

use super::records::service;
use super::{EXTENSION, ROOM};
use crate::directory::availability::{Availability, Room};
use crate::directory::{Directory, Service};

/// What the profile has in a list of services. The rest is asked for by itself, and a list that had some of it would be taken
/// for one that has all.
const IN_LIST: &[&str] = &[
    "id",
    "organization_id",
    "organization",
    "name",
    "description",
    "url",
    "email",
    "status",
    "fees",
    "minimum_age",
    "maximum_age",
    "accreditations",
    "alert",
    "assured_date",
    "assurer_email",
    "last_modified",
];

/// The fields of which there is one, of an organisation and of a location.
const OF_ORGANISATION: &[&str] =
    &["id", "name", "description", "email", "website", "logo", "uri", "parent_organization_id"];
const OF_LOCATION: &[&str] = &[
    "id",
    "location_type",
    "name",
    "description",
    "latitude",
    "longitude",
    "external_identifier",
    "external_identifier_type",
];

/// The list of places in a service.
pub const SITES: &str = "service_at_locations";

/// A service that is public, taken apart.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// Whole, but for the places where it is given.
    pub service: Value,
    /// These, each whole but for the service.
    pub sites: Vec<Value>,
}

impl Pieces {
    /// Of a service that stands for itself.
    pub fn of(directory: &Directory, id: Id<Service>) -> Option<Self> {
        let mut service = service(directory, id)?;
        let sites = service.as_object_mut().and_then(|fields| fields.shift_remove(SITES));
        let sites = if let Some(Value::Array(sites)) = sites { sites } else { Vec::new() };
        Some(Self { service, sites })
    }

    /// Adds what its provider last said of the room that there is.
    pub fn says_room(&mut self, said: &Availability) {
        let mut room = json!({"state": said.room.word(), "said_at": said.said_at});
        match said.room {
            Room::Open { places: Some(places) } => room["places"] = places.into(),
            Room::Waiting { weeks: Some(weeks) } => room["wait_weeks"] = weeks.into(),
            Room::Open { .. } | Room::Waiting { .. } | Room::Full => {}
        }
        self.service[EXTENSION][ROOM] = room;
    }

    /// The service as a list has it.
    pub fn in_list(&self) -> Value {
        let mut fields = chosen(&self.service, IN_LIST);
        shorten(&mut fields, "organization", OF_ORGANISATION);
        Value::Object(fields)
    }
}

/// A place of a service as a list has it, without the service.
pub fn site_in_list(site: &Value) -> Value {
    let mut fields = chosen(site, &["id", "location_id", "location"]);
    shorten(&mut fields, "location", OF_LOCATION);
    Value::Object(fields)
}

fn chosen(object: &Value, names: &[&str]) -> Map<String, Value> {
    let fields = names.iter().filter_map(|&name| Some((name.to_owned(), object.get(name)?.clone())));
    fields.collect()
}

fn shorten(fields: &mut Map<String, Value>, name: &str, names: &[&str]) {
    if let Some(inside) = fields.get_mut(name) {
        *inside = Value::Object(chosen(inside, names));
    }
}
