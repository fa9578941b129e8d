//! Where a site is, from what its record says and from the tables of places.

use vocabulary::Postcode;

use super::settings::folded;
use super::{Address, Site, Where};
use crate::place::grid::{LatLong, to_grid};
use crate::place::{Places, Whereabouts};

/// Coordinates further than this from their own postcode are a mistake: the postcode is what people travel to.
const APART_METRES: u64 = 10_000;

/// The same of the middle of an outcode, which may be 20 kilometres across.
const FAR_METRES: u64 = 40_000;

/// By its coordinates, else by the first postcode that is known, else roughly by the first half of one.
pub fn where_is(site: &Site, places: &Places) -> Option<Where> {
    let degrees = site.latitude.zip(site.longitude);
    let coordinates = degrees.and_then(|(latitude, longitude)| to_grid(LatLong { latitude, longitude }));
    // People travel to a physical address; where the post goes may be elsewhere.
    let postal = |address: &&Address| address.kind.as_deref().is_some_and(|kind| folded(kind) == "postal");
    let (post, physical): (Vec<&Address>, Vec<&Address>) = site.addresses.iter().partition(postal);
    let texts = physical.iter().chain(&post).filter_map(|address| address.postcode.as_deref());
    let (mut exact, mut about) = (None, None);
    for text in texts {
        match places.whereabouts(text) {
            Whereabouts::Postcode(place) => exact = exact.or(Some(place.point)),
            Whereabouts::Outcode(outcode) => about = about.or(Some(outcode.about)),
            // New, or with a typing error at its end: its first half still says roughly where.
            Whereabouts::NotFound => {
                let outcode =
                    Postcode::parse(text).ok().and_then(|postcode| places.outcode(postcode.outcode()));
                about = about.or(outcode.map(|outcode| outcode.about));
            }
            Whereabouts::NotAPostcode => {}
        }
    }
    match (coordinates, exact) {
        (Some(point), Some(postcode)) if point.squared_distance(postcode) > APART_METRES * APART_METRES => {
            Some(Where { point: postcode, approximate: false })
        }
        (Some(point), None)
            if about.is_some_and(|about| point.squared_distance(about) > FAR_METRES * FAR_METRES) =>
        {
            about.map(|point| Where { point, approximate: true })
        }
        (Some(point), _) | (None, Some(point)) => Some(Where { point, approximate: false }),
        (None, None) => about.map(|point| Where { point, approximate: true }),
    }
}
