//! Where somebody is: a postcode, the first half of one, or a town in which something is on offer.

use std::collections::BTreeMap;

use vocabulary::GridPoint;

use crate::catalogue::Catalogue;
use crate::place::{Places, Whereabouts};

/// Where distances are counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    pub point: GridPoint,
    /// "NG31 7AA", "around NG31", "Horncastle".
    pub name: String,
    /// Only roughly: distances are no better than a mile or so.
    pub roughly: bool,
}

/// Why nobody knows where that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nowhere {
    /// A postcode that is in no file.
    UnknownPostcode,
    /// Neither a postcode nor a town of the directory.
    UnknownPlace,
}

impl Nowhere {
    /// What to say beside the field.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnknownPostcode => {
                "We do not know this postcode. Check it, or enter the first half of it or a town"
            }
            Self::UnknownPlace => "We do not know this place. Enter a postcode, or a town near you",
        }
    }
}

/// The towns of the addresses, each with the middle of what is on offer there.
#[derive(Debug, Default)]
pub(super) struct Towns(BTreeMap<String, (String, GridPoint)>);

impl Towns {
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let mut sums: BTreeMap<String, (String, i64, i64, i64)> = BTreeMap::new();
        for site in catalogue.services.iter().flat_map(|listed| &listed.sites) {
            let town = site.town.as_deref().map(str::trim).filter(|town| !town.is_empty());
            if let Some((town, point)) = town.zip(site.point) {
                let sum = sums.entry(folded(town)).or_insert_with(|| (town.to_owned(), 0, 0, 0));
                sum.1 += i64::from(point.easting);
                sum.2 += i64::from(point.northing);
                sum.3 += 1;
            }
        }
        let mean = |sum: i64, count: i64| i32::try_from(sum / count.max(1)).unwrap_or_default();
        let town = |(key, (name, easting, northing, count))| {
            let point = GridPoint { easting: mean(easting, count), northing: mean(northing, count) };
            (key, (name, point))
        };
        Self(sums.into_iter().map(town).collect())
    }

    /// Their names and middles.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, GridPoint)> {
        self.0.values().map(|(name, point)| (name.as_str(), *point))
    }

    /// Where a text says that somebody is.
    pub(super) fn whereabouts(&self, places: &Places, text: &str) -> Result<From, Nowhere> {
        let exactly = |point, name| From { point, name, roughly: false };
        let roughly = |point, name| From { point, name, roughly: true };
        match places.whereabouts(text) {
            Whereabouts::Postcode(place) => Ok(exactly(place.point, place.postcode.to_string())),
            Whereabouts::Outcode(place) => Ok(roughly(place.about, format!("around {}", place.outcode))),
            Whereabouts::NotFound => {
                // A new postcode: its first half says roughly where.
                let outcode = vocabulary::Postcode::parse(text).ok().map(vocabulary::Postcode::outcode);
                let place = outcode.and_then(|outcode| places.outcode(outcode));
                let place = place.ok_or(Nowhere::UnknownPostcode)?;
                Ok(roughly(place.about, format!("around {}", place.outcode)))
            }
            Whereabouts::NotAPostcode => {
                // "Wrayford, Quernshire"; and "NG31 7", which is more than half a postcode.
                let first = text.split(',').next().unwrap_or_default();
                let found = self.0.get(&folded(text)).or_else(|| self.0.get(&folded(first)));
                if let Some(found) = found.or_else(|| self.nearest(&folded(first))) {
                    return Ok(roughly(found.1, found.0.clone()));
                }
                let half = first.split_whitespace().next().map(|half| places.whereabouts(half));
                match half {
                    Some(Whereabouts::Outcode(place)) => {
                        Ok(roughly(place.about, format!("around {}", place.outcode)))
                    }
                    _ => Err(Nowhere::UnknownPlace),
                }
            }
        }
    }

    /// The one town that begins so, or that is a slip or two away; none where two are.
    fn nearest(&self, text: &str) -> Option<&(String, GridPoint)> {
        let letters = text.chars().count();
        if letters < 4 {
            return None;
        }
        let slips = if letters < 8 { 1 } else { 2 };
        let begins = |town: &str| town.starts_with(text);
        let is_near = |town: &str| strsim::osa_distance(town, text) <= slips;
        self.only(begins).or_else(|| self.only(is_near))
    }

    fn only(&self, fits: impl Fn(&str) -> bool) -> Option<&(String, GridPoint)> {
        let mut found = self.0.iter().filter(|(town, _)| fits(town));
        let first = found.next()?;
        found.next().is_none().then_some(first.1)
    }
}

/// Capital letters, hyphens, dots and blanks make no other town: "Burton-on-Stather" is "burton on stather".
fn folded(town: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let town: String = town.chars().take(100).filter(|c| *c != '\'').map(plain).collect();
    town.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
