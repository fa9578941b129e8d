//! For whom a service is by where they live, and where a postcode is.

use std::collections::BTreeSet;

use vocabulary::{GridPoint, Postcode};

use crate::directory::{Service, Settings, plain};
use crate::place::{Area, Places};

/// Where the people of a service may live, by the names of areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coverage {
    /// It does not say, says the whole county, or says it in words that nobody has coded: it excludes nobody.
    Anywhere,
    Only(Vec<String>),
}

/// Where somebody is: a point, and the areas around it by their names and codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    pub point: GridPoint,
    areas: BTreeSet<String>,
}

/// The names and codes of a small area and of its district.
fn names(area: &Area) -> impl Iterator<Item = String> + '_ {
    let name = area.facts.name.as_deref();
    // "South Kesteven 006A" is in South Kesteven.
    let district = name.and_then(|name| name.trim().rsplit_once(' ')).map(|(district, _)| district);
    let code = area.facts.lsoa.to_string();
    let others = [name, district, area.facts.district.as_deref()].into_iter().flatten().map(plain);
    others.chain([plain(&code)])
}

/// Every name of an area that is known.
pub(super) fn known_areas(places: &Places) -> BTreeSet<String> {
    places.areas().flat_map(names).collect()
}

impl Coverage {
    pub(super) fn of(service: &Service, settings: &Settings, known: &BTreeSet<String>) -> Self {
        let mut only = Vec::new();
        for area in &service.service_areas {
            let extent = area.extent.as_ref().and_then(serde_json::Value::as_str);
            let uri_end = area.uri.as_deref().and_then(|uri| uri.rsplit('/').next());
            let said = [area.name.as_deref(), extent, uri_end, area.description.as_deref()];
            let said = said.into_iter().flatten();
            if said.clone().any(|name| settings.is_whole_county(name)) {
                return Self::Anywhere;
            }
            // One area that nobody understands: the service may reach further than the others say.
            let Some(name) = said.map(plain).find(|name| known.contains(name)) else { return Self::Anywhere };
            only.push(name);
        }
        if only.is_empty() { Self::Anywhere } else { Self::Only(only) }
    }

    /// Whether somebody who lives there may come, as far as is known.
    pub(super) fn reaches(&self, here: &Here) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Only(areas) => here.areas.is_empty() || areas.iter().any(|area| here.areas.contains(area)),
        }
    }
}

impl Here {
    /// Where a postcode is, if it is known.
    pub fn at(postcode: Postcode, places: &Places) -> Option<Self> {
        let place = places.postcode(postcode)?;
        let area = place.lsoa.and_then(|lsoa| places.area(lsoa));
        Some(Self { point: place.point, areas: area.into_iter().flat_map(names).collect() })
    }
}
