//! Where a site is, from what its record says and from the tables of places.

use super::{Site, Where};
use crate::place::grid::{LatLong, to_grid};
use crate::place::{Places, Whereabouts};

/// Coordinates further than this from their own postcode are a mistake: the postcode is what people travel to.
const APART_METRES: u64 = 10_000;

/// By its coordinates, else by the first postcode that is known, else roughly by the first half of one.
pub fn where_is(site: &Site, places: &Places) -> Option<Where> {
    let degrees = site.latitude.zip(site.longitude);
    let coordinates = degrees.and_then(|(latitude, longitude)| to_grid(LatLong { latitude, longitude }));
    let texts = site.addresses.iter().filter_map(|address| address.postcode.as_deref());
    let (mut exact, mut about) = (None, None);
    for text in texts {
        match places.whereabouts(text) {
            Whereabouts::Postcode(place) => exact = exact.or(Some(place.point)),
            Whereabouts::Outcode(outcode) => about = about.or(Some(outcode.about)),
            Whereabouts::NotFound | Whereabouts::NotAPostcode => {}
        }
    }
    match (coordinates, exact) {
        (Some(point), Some(postcode)) if point.squared_distance(postcode) > APART_METRES * APART_METRES => {
            Some(Where { point: postcode, approximate: false })
        }
        (Some(point), _) | (None, Some(point)) => Some(Where { point, approximate: false }),
        (None, None) => about.map(|point| Where { point, approximate: true }),
    }
}
