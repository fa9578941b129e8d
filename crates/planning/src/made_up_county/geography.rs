//! Where people live: hamlets, postcodes, small areas and their deprivation, practices.

use std::collections::HashSet;

use super::names::{Setting, TOWNS, VILLAGES};
use super::outline::{Outline, on_the_grid, squared};
use super::random::{Purpose, Random, scatter};

/// Postcodes of the county, whatever its number of people.
pub(super) const POSTCODES: usize = 25_000;
/// Lower layer super output areas.
pub(super) const LSOAS: usize = 440;
/// Areas for area catchments: groups of seven or eight LSOAs.
pub(super) const AREAS: usize = 56;
/// GP practices.
pub(super) const PRACTICES: usize = 81;
/// Villages and hamlets beside the towns.
const HAMLETS: usize = 300;
/// People in a thousand who would rather speak another language than English, outside the towns.
const COUNTRY_LANGUAGES: u32 = 22;
/// Within this many metres of the sea an area counts as the coast.
pub(super) const COASTAL_STRIP: i32 = 9_000;

/// The map of the county.
#[derive(Debug)]
pub(super) struct Geography {
    pub(super) outline: Outline,
    /// Towns, then the villages with a hall.
    pub(super) places: Vec<Place>,
    pub(super) postcodes: Vec<Postcode>,
    /// One entry a front door: the postcode behind it. A door drawn at random is a home drawn fairly.
    pub(super) doors: Vec<u16>,
    pub(super) lsoas: Vec<SmallArea>,
    /// The rectangle of each LSOA; the county's border cuts it.
    pub(super) cells: Vec<Cell>,
    pub(super) areas: Vec<Area>,
}

/// A rectangle by its corners in the south-west and the north-east.
pub(super) type Cell = ((i32, i32), (i32, i32));

/// The whole grid.
const EVERYWHERE: Cell = ((0, 0), (800_000, 1_400_000));

/// A town or a village with a hall.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) setting: Setting,
    pub(super) at: (i32, i32),
    pub(super) thousands: i32,
    /// People in a thousand who would rather speak another language.
    pub(super) other_languages: u32,
    pub(super) coastal: bool,
}

/// The homes that share a postcode.
#[derive(Clone, Debug)]
pub(super) struct Postcode {
    pub(super) at: (i32, i32),
    /// Index into [`TOWNS`], or nothing in the country.
    pub(super) town: Option<u8>,
    homes: u32,
    pub(super) lsoa: u16,
    /// The nearest first.
    pub(super) practices: [u8; 4],
}

impl Postcode {
    /// What kind of place it is.
    pub(super) fn setting(&self) -> Setting {
        self.town.map_or(Setting::Country, |t| TOWNS[usize::from(t)].setting)
    }

    /// People in a thousand who would rather speak another language.
    pub(super) fn other_languages(&self) -> u32 {
        self.town.map_or(COUNTRY_LANGUAGES, |t| TOWNS[usize::from(t)].other_languages)
    }
}

/// An LSOA.
#[derive(Clone, Debug)]
pub(super) struct SmallArea {
    pub(super) area: u8,
    /// 1 = most deprived. Deciles of the county itself: each holds a tenth of its LSOAs.
    pub(super) decile: u8,
    pub(super) rural: bool,
}

/// An area for area catchments.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// The middle of its homes.
    pub(super) at: (i32, i32),
    pub(super) coastal: bool,
}

impl Geography {
    /// The map that follows from a seed. Outline and towns are the same for every seed.
    pub(super) fn of(seed: u64) -> Self {
        let outline = Outline::of_the_county();
        let hamlets = hamlets(&outline, &mut Random::of(seed, Purpose::Hamlets));
        let places = places(&outline, &hamlets);
        let mut postcodes = postcodes(&outline, &hamlets, &mut Random::of(seed, Purpose::Postcodes));

        let mut order: Vec<u16> = (0..POSTCODES as u16).collect();
        let mut practice_of = vec![0; POSTCODES];
        bisect(&postcodes, &mut order, (0, PRACTICES), EVERYWHERE, &mut practice_of, &mut Vec::new());
        name_practices(&mut postcodes, &practice_of);

        // LSOAs are cut from areas, so that each lies in one.
        let (mut area_of, mut area_cells) = (vec![0; POSTCODES], Vec::with_capacity(AREAS));
        bisect(&postcodes, &mut order, (0, AREAS), EVERYWHERE, &mut area_of, &mut area_cells);
        let (mut lsoa_of, mut cells) = (vec![0; POSTCODES], Vec::with_capacity(LSOAS));
        let mut lsoas = Vec::with_capacity(LSOAS);
        for (area, cell) in area_cells.into_iter().enumerate() {
            let mut own: Vec<u16> =
                order.iter().copied().filter(|&p| area_of[usize::from(p)] as usize == area).collect();
            let parts = (area + 1) * LSOAS / AREAS - area * LSOAS / AREAS;
            bisect(&postcodes, &mut own, (lsoas.len(), parts), cell, &mut lsoa_of, &mut cells);
            lsoas.extend(vec![SmallArea { area: area as u8, decile: 0, rural: false }; parts]);
        }
        for (postcode, lsoa) in postcodes.iter_mut().zip(&lsoa_of) {
            postcode.lsoa = *lsoa;
        }
        mark_lsoas(&postcodes, &mut lsoas, seed);
        let areas = middles(&postcodes, &area_of, AREAS)
            .into_iter()
            .map(|at| Area { at, coastal: outline.near_the_sea(at, COASTAL_STRIP) })
            .collect();
        let doors =
            (0_u16..).zip(&postcodes).flat_map(|(i, p)| std::iter::repeat_n(i, p.homes as usize)).collect();
        Self { outline, places, postcodes, doors, lsoas, cells, areas }
    }
}

/// A point anywhere in the county.
fn anywhere(outline: &Outline, random: &mut Random) -> (i32, i32) {
    loop {
        let (east, north) = on_the_grid((0, 0));
        let at = (east + random.below(90_000) as i32, north + random.below(99_000) as i32);
        if outline.holds(at) {
            return at;
        }
    }
}

/// Hamlets and how many homes each has beside the others, the largest first: none within two kilometres of another,
/// few on the moor in the north-east.
fn hamlets(outline: &Outline, random: &mut Random) -> Vec<((i32, i32), u32)> {
    let moor = on_the_grid((66, 63));
    let mut found: Vec<((i32, i32), u32)> = Vec::with_capacity(HAMLETS);
    while found.len() < HAMLETS {
        let at = anywhere(outline, random);
        let crowded = found.iter().any(|(other, _)| squared(at, *other) < 2_000_i64.pow(2))
            || TOWNS
                .iter()
                .any(|t| squared(at, on_the_grid(t.at)) < (2_500 + i64::from(t.thousands) * 30).pow(2));
        let bare = squared(at, moor) < 9_000_i64.pow(2) && random.below(8) > 0;
        if !crowded && !bare {
            let size = random.below(1_000);
            found.push((at, 20 + size * size / 1_000 * size / 1_000));
        }
    }
    found.sort_by_key(|(at, size)| (std::cmp::Reverse(*size), *at));
    found
}

fn places(outline: &Outline, hamlets: &[((i32, i32), u32)]) -> Vec<Place> {
    let towns = TOWNS.iter().map(|t| (t.name, t.setting, on_the_grid(t.at), t.thousands, t.other_languages));
    let villages = VILLAGES
        .iter()
        .zip(hamlets)
        .map(|(name, (at, _))| (*name, Setting::Country, *at, 2, COUNTRY_LANGUAGES));
    towns
        .chain(villages)
        .map(|(name, setting, at, thousands, other_languages)| {
            let coastal = outline.near_the_sea(at, COASTAL_STRIP);
            Place { name, setting, at, thousands, other_languages, coastal }
        })
        .collect()
}

/// Seven homes in ten stand in the towns, about a quarter in the hamlets, the rest anywhere.
fn postcodes(outline: &Outline, hamlets: &[((i32, i32), u32)], random: &mut Random) -> Vec<Postcode> {
    let suburbs: Vec<[(i32, i32); 3]> =
        TOWNS.iter().map(|t| suburbs(t.at, spread(t.thousands), random)).collect();
    let mut taken = HashSet::with_capacity(POSTCODES);
    let mut list = Vec::with_capacity(POSTCODES);
    while list.len() < POSTCODES {
        let (town, at) = match random.below(100) {
            0..70 => {
                let town = random.weighted(TOWNS.iter().map(|t| t.thousands as u32));
                let wide = spread(TOWNS[town].thousands);
                let (middle, wide) = match random.below(6) {
                    suburb @ 0..3 => (suburbs[town][suburb as usize], wide * 5 / 9),
                    _ => (on_the_grid(TOWNS[town].at), wide),
                };
                (Some(town as u8), (middle.0 + random.bell(wide), middle.1 + random.bell(wide)))
            }
            70..96 => {
                let (middle, _) = hamlets[random.weighted(hamlets.iter().map(|h| h.1))];
                (None, (middle.0 + random.bell(320), middle.1 + random.bell(320)))
            }
            _ => (None, anywhere(outline, random)),
        };
        let size = random.below(36);
        if outline.holds(at) && taken.insert(at) {
            list.push(Postcode { at, town, homes: 4 + size * size / 48, lsoa: 0, practices: [0; 4] });
        }
    }
    list
}

/// How far a town of so many thousands spreads, in metres.
fn spread(thousands: i32) -> i32 {
    (i64::from(thousands) * 44_000).isqrt() as i32
}

fn suburbs(at: (i32, i32), wide: i32, random: &mut Random) -> [(i32, i32); 3] {
    let (east, north) = on_the_grid(at);
    std::array::from_fn(|_| (east + random.bell(wide * 3 / 2), north + random.bell(wide * 3 / 2)))
}

/// Cuts postcodes into compact groups of about as many homes each, numbered from `first`: always across the longer side.
/// Each group gets its part of the cell.
fn bisect(
    postcodes: &[Postcode],
    own: &mut [u16],
    (first, parts): (usize, usize),
    cell: Cell,
    group_of: &mut [u16],
    cells: &mut Vec<Cell>,
) {
    if parts == 1 {
        for &p in own.iter() {
            group_of[usize::from(p)] = first as u16;
        }
        cells.push(cell);
        return;
    }
    let at = |p: u16| postcodes[usize::from(p)].at;
    let side = |of: fn((i32, i32)) -> i32| {
        let (low, high) =
            own.iter().fold((i32::MAX, i32::MIN), |(l, h), &p| (l.min(of(at(p))), h.max(of(at(p)))));
        high.saturating_sub(low)
    };
    let east_west = side(|(e, _)| e) >= side(|(_, n)| n);
    if east_west {
        own.sort_unstable_by_key(|&p| at(p));
    } else {
        own.sort_unstable_by_key(|&p| (at(p).1, at(p).0));
    }
    let homes = |list: &[u16]| list.iter().map(|&p| u64::from(postcodes[usize::from(p)].homes)).sum::<u64>();
    let (wanted, mut cut, mut so_far) = (homes(own) * (parts as u64 / 2) / parts as u64, 0, 0);
    while so_far < wanted {
        so_far += homes(&own[cut..=cut]);
        cut += 1;
    }
    let (low, high) = own.split_at_mut(cut);
    let along = |p: &u16| if east_west { at(*p).0 } else { at(*p).1 };
    let ends = low.last().or(high.first()).zip(high.first().or(low.last()));
    let border = ends.map_or(0, |(a, b)| i32::midpoint(along(a), along(b)));
    let (south_west, north_east) = cell;
    let (low_cell, high_cell) = if east_west {
        ((south_west, (border, north_east.1)), ((border, south_west.1), north_east))
    } else {
        ((south_west, (north_east.0, border)), ((south_west.0, border), north_east))
    };
    bisect(postcodes, low, (first, parts / 2), low_cell, group_of, cells);
    bisect(postcodes, high, (first + parts / 2, parts - parts / 2), high_cell, group_of, cells);
}

/// The middle of the homes of each group.
fn middles(postcodes: &[Postcode], group_of: &[u16], groups: usize) -> Vec<(i32, i32)> {
    let mut sums = vec![(0_i64, 0_i64, 0_i64); groups];
    for (postcode, &group) in postcodes.iter().zip(group_of) {
        let (homes, sum) = (i64::from(postcode.homes), &mut sums[usize::from(group)]);
        *sum = (
            sum.0 + homes * i64::from(postcode.at.0),
            sum.1 + homes * i64::from(postcode.at.1),
            sum.2 + homes,
        );
    }
    sums.into_iter().map(|(e, n, homes)| ((e / homes.max(1)) as i32, (n / homes.max(1)) as i32)).collect()
}

/// Where each practice is: in the middle of the homes that it is nearest to.
pub(super) fn practice_sites(postcodes: &[Postcode]) -> Vec<(i32, i32)> {
    let nearest: Vec<u16> = postcodes.iter().map(|postcode| postcode.practices[0].into()).collect();
    middles(postcodes, &nearest, PRACTICES)
}

fn name_practices(postcodes: &mut [Postcode], practice_of: &[u16]) {
    let sites = middles(postcodes, practice_of, PRACTICES);
    for postcode in postcodes {
        let mut nearest = [(i64::MAX, 0); 4];
        for (practice, &site) in (0_u8..).zip(&sites) {
            let here = (squared(postcode.at, site), practice);
            if here < nearest[3] {
                nearest[3] = here;
                nearest.sort_unstable();
            }
        }
        postcode.practices = nearest.map(|(_, practice)| practice);
    }
}

/// Deprivation: the seaside and patches of the city are poorer, the country is better off, neighbours are alike.
fn mark_lsoas(postcodes: &[Postcode], lsoas: &mut [SmallArea], seed: u64) {
    let mut random = Random::of(seed, Purpose::Deprivation);
    let key = random.number();
    let mut homes = vec![[0_u32; 4]; lsoas.len()];
    let lsoa_of: Vec<u16> = postcodes.iter().map(|p| p.lsoa).collect();
    for postcode in postcodes {
        homes[usize::from(postcode.lsoa)][postcode.setting() as usize] += postcode.homes;
    }
    let mut scores: Vec<(i32, usize)> = middles(postcodes, &lsoa_of, lsoas.len())
        .into_iter()
        .zip(&homes)
        .enumerate()
        .map(|(lsoa, (at, homes))| {
            let all = homes.iter().sum::<u32>().max(1);
            let share = |setting: Setting| (homes[setting as usize] * 100 / all) as i32;
            let lasting =
                share(Setting::City) * 8 + share(Setting::Market) * 3 + share(Setting::Seaside) * 30
                    - share(Setting::Country) * 12;
            let patch = share(Setting::City) * patch(key, at, 2_200) / 14
                + share(Setting::Market) * patch(key, at, 1_900) / 22;
            let region = patch_of_region(key, at);
            lsoas[lsoa].rural = share(Setting::Country) >= 50;
            (lasting + patch + region + random.bell(500), lsoa)
        })
        .collect();
    scores.sort_unstable();
    for (rank, (_, lsoa)) in scores.iter().rev().enumerate() {
        lsoas[*lsoa].decile = (1 + rank * 10 / scores.len()) as u8;
    }
}

fn patch_of_region(key: u64, at: (i32, i32)) -> i32 {
    patch(key ^ 1, at, 12_000) * 2
}

/// A smooth field of −500 to 500: each corner of a lattice of `side` metres has a value, and between them it slopes.
fn patch(key: u64, (east, north): (i32, i32), side: i32) -> i32 {
    let (x, y) = (east / side, north / side);
    let corner = |x: i32, y: i32| {
        (scatter(key ^ (u64::from(x as u32) << 32 | u64::from(y as u32))) % 1_001) as i32 - 500
    };
    let slope = |from: i32, to: i32, part: i32| {
        from + (i64::from(to - from) * i64::from(part) / i64::from(side)) as i32
    };
    let low = slope(corner(x, y), corner(x + 1, y), east % side);
    let high = slope(corner(x, y + 1), corner(x + 1, y + 1), east % side);
    slope(low, high, north % side)
}
