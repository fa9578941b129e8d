//! Where a postcode is.

use std::collections::BTreeMap;

use vocabulary::{GridPoint, Lsoa, Outcode, Postcode};

use super::feed::{AreaFacts, PostcodePlace};
use super::outline::AreaOutline;

/// Where the first half of a postcode is, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcodePlace {
    pub outcode: Outcode,
    /// The mean of its postcodes. They may lie 20 kilometres from it: say "about".
    pub about: GridPoint,
    /// How many postcodes that were.
    pub postcodes: u32,
}

/// A small area: what is known of it, and where its middle is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub facts: AreaFacts,
    /// The centre of its outline, else the mean of its postcodes.
    pub centre: Option<GridPoint>,
}

/// What a text that somebody gave as a postcode says about where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A postcode that is known.
    Postcode(PostcodePlace),
    /// Only the first half: the place is approximate and has to be shown so. It has no small area.
    Outcode(OutcodePlace),
    /// A postcode, or half of one, that no file has: new, long gone, or from outside the files. Where it is, is not
    /// known; that it is outside the county is not known either.
    NotFound,
    /// Neither a postcode nor half of one.
    NotAPostcode,
}

/// All places, for looking them up in memory: about 30 bytes a postcode.
#[derive(Clone, Debug, Default)]
pub struct Places {
    postcodes: Vec<PostcodePlace>,
    outcodes: Vec<OutcodePlace>,
    areas: BTreeMap<Lsoa, Area>,
}

impl Places {
    /// Makes the lookup. Of a postcode or an area given twice, the later one counts.
    pub fn new(mut postcodes: Vec<PostcodePlace>, areas: Vec<AreaFacts>, outlines: &[AreaOutline]) -> Self {
        postcodes.reverse();
        postcodes.sort_by_key(|place| place.postcode);
        postcodes.dedup_by_key(|place| place.postcode);
        postcodes.shrink_to_fit();
        let outcodes = outcode_centroids(&postcodes);
        let mut means: BTreeMap<Lsoa, Mean> = BTreeMap::new();
        for place in &postcodes {
            if let Some(lsoa) = place.lsoa {
                means.entry(lsoa).or_default().add(place.point);
            }
        }
        let unknown = |lsoa| Area { facts: AreaFacts::unknown(lsoa), centre: None };
        let mut known: BTreeMap<Lsoa, Area> = BTreeMap::new();
        for (lsoa, mean) in means {
            known.insert(lsoa, Area { centre: mean.point(), ..unknown(lsoa) });
        }
        for facts in areas {
            let area = known.entry(facts.lsoa).or_insert_with(|| unknown(facts.lsoa));
            area.facts = facts;
        }
        for outline in outlines {
            let area = known.entry(outline.lsoa).or_insert_with(|| unknown(outline.lsoa));
            area.centre = outline.centre().or(area.centre);
        }
        Self { postcodes, outcodes, areas: known }
    }

    /// What a text says about where somebody is.
    pub fn whereabouts(&self, text: &str) -> Whereabouts {
        if let Ok(postcode) = Postcode::parse(text) {
            return self.postcode(postcode).map_or(Whereabouts::NotFound, Whereabouts::Postcode);
        }
        match Outcode::parse(text) {
            Ok(outcode) => self.outcode(outcode).map_or(Whereabouts::NotFound, Whereabouts::Outcode),
            Err(_) => Whereabouts::NotAPostcode,
        }
    }

    pub fn postcode(&self, postcode: Postcode) -> Option<PostcodePlace> {
        let at = self.postcodes.binary_search_by_key(&postcode, |place| place.postcode).ok()?;
        Some(self.postcodes[at])
    }

    pub fn outcode(&self, outcode: Outcode) -> Option<OutcodePlace> {
        let at = self.outcodes.binary_search_by_key(&outcode, |place| place.outcode).ok()?;
        Some(self.outcodes[at])
    }

    pub fn area(&self, lsoa: Lsoa) -> Option<&Area> {
        self.areas.get(&lsoa)
    }

    /// All postcodes in order.
    pub fn postcodes(&self) -> &[PostcodePlace] {
        &self.postcodes
    }

    /// All small areas in order.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }
}

/// The mean of the postcodes of each first half, in order. Terminated ones count: where they were has not moved.
pub fn outcode_centroids(postcodes: &[PostcodePlace]) -> Vec<OutcodePlace> {
    let mut means: BTreeMap<Outcode, Mean> = BTreeMap::new();
    for place in postcodes {
        means.entry(place.postcode.outcode()).or_default().add(place.point);
    }
    let place = |(outcode, mean): (Outcode, Mean)| {
        let postcodes = u32::try_from(mean.points).unwrap_or(u32::MAX);
        Some(OutcodePlace { outcode, about: mean.point()?, postcodes })
    };
    means.into_iter().filter_map(place).collect()
}

/// Points on the way to their mean.
#[derive(Default)]
struct Mean {
    easting: i64,
    northing: i64,
    points: i64,
}

impl Mean {
    fn add(&mut self, point: GridPoint) {
        self.easting += i64::from(point.easting);
        self.northing += i64::from(point.northing);
        self.points += 1;
    }

    fn point(&self) -> Option<GridPoint> {
        let mean =
            |sum: i64| i32::try_from((2 * sum + self.points).checked_div_euclid(2 * self.points)?).ok();
        Some(GridPoint { easting: mean(self.easting)?, northing: mean(self.northing)? })
    }
}
