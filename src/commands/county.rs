//! The county as the tables of places know it: what the report's maps show, and what an extract leaves open.

use std::collections::BTreeMap;

use ground::files::digest_text;
use matching::AreaFacts;
use offers::place::{District, KnownArea, KnownPlaces, Places, Whereabouts};
use planning::match_run::{Backdrop, DrawnArea};
use planning::population::{AreaNumbers, Completed, Network, Networks, Population};
use vocabulary::{Day, GridPoint, Lsoa};

use super::failure::Failure;

/// The county's number in extracts and services files that Meres fills in; a data folder holds one county.
const COUNTY: i32 = 0;

/// A county that is known.
#[derive(Clone, Debug)]
pub(super) struct County {
    known: KnownPlaces,
    places: Places,
    districts: Vec<District>,
}

impl County {
    /// None where no places were imported.
    pub(super) fn of(known: KnownPlaces) -> Option<Self> {
        if known.postcodes.is_empty() && known.areas.is_empty() {
            return None;
        }
        Some(Self { places: known.lookup(), districts: known.districts(), known })
    }

    /// Code and name of every small area with an outline.
    pub(super) fn small_areas(&self) -> Vec<(String, String)> {
        let drawn = self.known.areas.values().filter(|area| area.outline.is_some());
        drawn.map(code_and_name).collect()
    }

    /// Names of the areas by their number.
    pub(super) fn area_names(&self) -> Vec<String> {
        self.districts.iter().map(|district| district.name.clone()).collect()
    }

    /// Which practices of a population make up a network on a day; nothing where no list of them was imported.
    pub(super) fn networks(&self, population: &Population, day: Day) -> Option<Networks> {
        if self.known.memberships.is_empty() {
            return None;
        }
        let there = self.known.networks_on(day);
        let network = |practice: &str| {
            let membership = there.get(practice)?;
            let code = membership.network.clone();
            Some(Network { name: membership.name.clone().unwrap_or_else(|| code.clone()), code })
        };
        Some(Networks::of(population, network))
    }

    /// Fills in what the extract leaves open.
    pub(super) fn complete(&self, population: &mut Population, areas: AreaNumbers) -> Completed {
        let number = |code: &str| self.districts.iter().position(|d| d.code == code);
        population.complete(areas, |lsoa| {
            let area = self.places.area(Lsoa::parse(lsoa).ok()?)?;
            let district = area.facts.district.as_deref().and_then(number);
            Some(AreaFacts {
                centre: area.centre,
                imd: area.facts.imd_decile.map(i32::from),
                county_and_area: district.and_then(|at| i32::try_from(at).ok()).map(|at| (COUNTY, at)),
            })
        })
    }

    /// A digest of all that [`Self::complete`] fills in, and of the small areas by which is counted.
    pub(super) fn digest(&self) -> String {
        let areas = self.places.areas().map(|area| format!("{:?} {:?}", area.facts, area.centre));
        let districts = self.districts.iter().map(|district| district.code.clone());
        let networks = self.known.memberships.values().map(|membership| format!("{membership:?}"));
        digest_text(&areas.chain(districts).chain(networks).collect::<Vec<_>>().join("\n"))
    }

    /// Where a postcode is, and whether only roughly.
    pub(super) fn venue(&self, text: &str) -> Result<(GridPoint, bool), Failure> {
        match self.places.whereabouts(text) {
            Whereabouts::Postcode(place) => Ok((place.point, false)),
            Whereabouts::Outcode(outcode) => Ok((outcode.about, true)),
            Whereabouts::NotFound => {
                Err(Failure::Refused(format!("--venue: the data folder does not know the postcode {text}")))
            }
            Whereabouts::NotAPostcode => Err(Failure::Usage(format!("--venue: {EXPECTED_VENUE}"))),
        }
    }

    /// What the maps show behind their counts: the borders of districts are the small areas' own.
    pub(super) fn backdrop(&self) -> Backdrop {
        let drawn = self.known.areas.values().filter_map(|area| Some((area, area.outline.clone()?)));
        let small_areas = drawn.map(|(area, outline)| DrawnArea { name: code_and_name(area).1, outline });
        let small_areas = small_areas.collect();
        Backdrop { towns: self.towns(), small_areas, ..Backdrop::default() }
    }

    /// Districts stand for towns: named where most of their postcodes are, the one with most postcodes first.
    fn towns(&self) -> Vec<(String, i32, i32)> {
        let mut sums: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
        for place in self.known.postcodes.values() {
            let area = place.lsoa.and_then(|lsoa| self.known.areas.get(&lsoa));
            let Some(code) = area.and_then(|area| area.facts.district.as_deref()) else { continue };
            let (easting, northing, postcodes) = sums.entry(code).or_default();
            *easting += i64::from(place.point.easting);
            *northing += i64::from(place.point.northing);
            *postcodes += 1;
        }
        let mut towns: Vec<(i64, (String, i32, i32))> = self
            .districts
            .iter()
            .filter_map(|district| {
                let (easting, northing, postcodes) = *sums.get(district.code.as_str())?;
                let mean = |sum: i64| i32::try_from(sum / postcodes).ok();
                Some((postcodes, (district.name.clone(), mean(easting)?, mean(northing)?)))
            })
            .collect();
        towns.sort_by_key(|(postcodes, _)| std::cmp::Reverse(*postcodes));
        towns.into_iter().map(|(_, town)| town).collect()
    }
}

fn code_and_name(area: &KnownArea) -> (String, String) {
    let code = area.facts.lsoa.to_string();
    let name = area.facts.name.clone().unwrap_or_else(|| code.clone());
    (code, name)
}

/// What a venue may be.
pub(super) const EXPECTED_VENUE: &str =
    "expected EASTING,NORTHING in metres, such as 491500,336000, or with --data a postcode such as NG31 7AA";
