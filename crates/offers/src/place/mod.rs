//! Places: postcodes, the small areas (LSOAs) that statistics are made by, and practices. Nobody's home, and no person.
//!
//! [`read_places`] reads the files that the Office for National Statistics, Ordnance Survey, the ministry and the NHS
//! publish, each told by what it holds. Places are points of the National Grid in metres; [`grid`] turns degrees into
//! them. [`Places`] answers where a postcode is. A postcode that is not found is not known, and never "outside".

mod areas;
mod brought;
mod columns;
mod feed;
mod geojson;
pub mod grid;
mod import;
mod known;
mod lookup;
mod merge;
mod networks;
mod outline;
mod postcodes;
mod practices;
pub mod store;

pub use feed::{
    AreaFacts, Membership, MembershipKey, PlaceFeed, PostcodePlace, Practice, PracticeStatus, Source,
    SourceKind,
};
pub use import::{PlaceError, read_places};
pub use known::{Changes, District, KnownArea, KnownPlaces, MOST_DISTRICTS, PlaceDifference};
pub use lookup::{Area, OutcodePlace, Places, Whereabouts, outcode_centroids};
pub use merge::SAME_PLACE_METRES;
pub use outline::AreaOutline;

#[cfg(test)]
mod tests;
