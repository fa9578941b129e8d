//! What of an allocation a page may show: every count about people by the gate, scores too rough to be anybody's.
//!
//! A price says more than it seems to: a session where one more place would add something has all its places taken, which is
//! a count of people, and exact. So it is told only where that count is no small one and no other can be worked out by it. Of
//! one run there are few such plans, for some numbers of weeks, and none with places held back or a floor: asked one by one,
//! those would count single people.

use std::collections::BTreeMap;

use disclosure::{Cells, Release, Shown, Working};
use matching::Service;
use matching::allocation::Missed;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Allocated, NO_LIMIT, Wishes};
use crate::match_run::{keep_planned, withhold_within};

const KIND: Cells = Cells::WithHealthAttribute;

/// What is shown of an allocation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// People who could have a place.
    pub people: Shown,
    /// Worked out from the shown figures alone, and so to within a few people.
    pub placed: Shown,
    pub without: Shown,
    /// Why people have no place: key, words, how many.
    pub reasons: Vec<(&'static str, &'static str, Shown)>,
    pub deprived: Option<Deprived>,
    pub total: Price,
    pub bound: Price,
    /// No other allocation has a higher total.
    pub is_best: bool,
    /// Prices are told, but for those of sessions with few places.
    pub is_priced: bool,
    pub lines: Vec<PlaceLine>,
}

/// People of deciles 1 and 2.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Deprived {
    pub people: Shown,
    pub placed: Shown,
    pub without: Shown,
}

/// A session, or a service for some weeks.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceLine {
    pub sid: i32,
    pub name: Option<String>,
    pub provider: Option<String>,
    pub weekly_places: Option<u64>,
    /// None: not known, and so no limit.
    pub places: Option<u32>,
    /// People who have a place there.
    pub used: Shown,
    /// All places are taken: then it stands there how many these are, and `used` is none of the gate's.
    pub full: bool,
    /// What one more place would add to the total.
    pub one_more: Price,
}

/// A score as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// To so many figures that no single person's score can be read from it.
    About(i64),
    /// One more place would change nothing where there is no limit.
    NoLimit,
    Hidden,
}

impl Serialize for Price {
    /// A number, "no limit" or "hidden".
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::About(score) => serializer.serialize_i64(*score),
            Self::NoLimit => serializer.serialize_str("no limit"),
            Self::Hidden => serializer.serialize_str("hidden"),
        }
    }
}

/// The first figures of a number, and noughts: 1,849 to two is 1,800.
fn rough(score: i64, figures: u32) -> i64 {
    let digits = score.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
    let unit = 10_i64.pow(digits.saturating_sub(figures));
    (score + unit / 2).div_euclid(unit) * unit
}

/// What may be shown, of an allocation without places held back and without a floor. The services give the sessions their names,
/// for so many weeks.
pub fn plan(wishes: &Wishes, allocated: &Allocated, services: Option<&[Service]>, release: &Release) -> Plan {
    let (found, proof) = (&allocated.allocation, &allocated.allocation.certificate);
    let places = allocated.demand.places();
    let mut used = vec![0_u64; places.len()];
    for session in found.session_of.iter().flatten() {
        used[*session as usize] += 1;
    }
    let few = release.policy().threshold();
    let is_full = |at: usize| {
        found.prices.one_more[at] > 0 && u64::from(places[at]) > few && used[at] == u64::from(places[at])
    };
    let reasons = reasons(wishes, allocated, services.is_some());
    let raw = Raw { used: &used, places, reasons: &reasons };
    let full: Vec<bool> = (0..places.len()).map(is_full).collect();
    let priced = raw.told(release, &full).filter(Told::has_many_on_both_sides);
    let is_priced = priced.is_some();
    // Prices would say something of a small group, or of hardly anybody: then it is not told either where all places are taken.
    let told = priced.unwrap_or_else(|| raw.untold(release));

    let named: BTreeMap<i32, &Service> =
        services.into_iter().flatten().map(|service| (service.sid, service)).collect();
    let lines = (0..places.len()).map(|at| {
        let service = named.get(&wishes.sids[at]).copied();
        PlaceLine {
            sid: wishes.sids[at],
            name: service.map(Service::called),
            provider: service.map(Service::provider_called),
            weekly_places: service.and_then(Service::weekly_places),
            places: (places[at] < NO_LIMIT).then_some(places[at]),
            used: told.used[at],
            full: is_priced && full[at],
            one_more: match places[at] {
                NO_LIMIT.. => Price::NoLimit,
                left if !is_priced || u64::from(left) <= few => Price::Hidden,
                _ => Price::About(rough(found.prices.one_more[at], 2)),
            },
        }
    });
    let lines = lines.collect();
    // As counts go by fives, the total goes by five of the highest score: it counts nobody, whatever the rules give.
    let seated: u64 = used.iter().sum();
    let highest = (0..allocated.demand.people())
        .filter_map(|person| u32::try_from(person).ok())
        .flat_map(|person| allocated.demand.of_person(person))
        .map(|(_, score)| i64::from(score))
        .max();
    let unit = i64::try_from(release.policy().base()).unwrap_or(5) * highest.unwrap_or(1).max(1);
    let many = release.count(KIND, Working::from(seated)).rounded().is_some();
    let of_many = |total: i64| {
        if many { Price::About(rough((total + unit / 2) / unit * unit, 3)) } else { Price::Hidden }
    };
    let without = together(told.reasons.iter().copied());
    let words = reasons.iter().zip(&told.reasons);
    Plan {
        people: told.people,
        placed: rest_of(told.people, without, few),
        without,
        reasons: words.map(|((key, words, _), shown)| (*key, *words, *shown)).collect(),
        deprived: deprived(wishes, allocated, release),
        total: of_many(proof.total),
        bound: of_many(proof.bound),
        is_best: proof.gap() == 0,
        is_priced,
        lines,
    }
}

type Reason = (&'static str, &'static str, u64);

/// Everybody is in one session or has one reason for being in none: one sum.
struct Raw<'a> {
    used: &'a [u64],
    places: &'a [u32],
    reasons: &'a [Reason],
}

/// The same as it is shown.
struct Told {
    people: Shown,
    used: Vec<Shown>,
    reasons: Vec<Shown>,
}

impl Told {
    /// Many have a place and many have none, as everybody can see: with hardly anybody on one side a price would be the score of
    /// one of them.
    fn has_many_on_both_sides(&self) -> bool {
        let many = |cells: &[Shown]| cells.iter().any(|cell| cell.rounded().is_some());
        many(&self.used) && many(&self.reasons)
    }
}

impl Raw<'_> {
    /// With the exact numbers of sessions that are said to be full; nothing where something could be worked out by them.
    fn told(&self, release: &Release, full: &[bool]) -> Option<Told> {
        let open: Vec<usize> = (0..self.used.len()).filter(|at| !full[*at] && self.places[*at] > 0).collect();
        let cells =
            open.iter().map(|at| self.used[*at]).chain(self.reasons.iter().map(|(.., people)| *people));
        let cells: Vec<Working> = cells.map(Working::from).collect();
        let room = open.iter().map(|at| u64::from(self.places[*at]));
        let room: Vec<u64> = room.chain(self.reasons.iter().map(|_| u64::MAX)).collect();
        let known = (0..self.used.len()).filter(|at| full[*at]).map(|at| self.used[at]).sum();
        let table = release.breakdown_of_places(KIND, &cells, &room, known)?;
        // Where there are no places nobody is.
        let mut used: Vec<Shown> = self
            .used
            .iter()
            .zip(full)
            .map(|(used, full)| Shown::Count(if *full { *used } else { 0 }))
            .collect();
        open.iter().zip(&table.cells).for_each(|(at, cell)| used[*at] = *cell);
        Some(Told { people: table.total, used, reasons: table.cells[open.len()..].to_vec() })
    }

    /// Without them; and nothing of all this where the places alone would say something.
    fn untold(&self, release: &Release) -> Told {
        let all = self.used.iter().sum::<u64>() + self.reasons.iter().map(|(.., people)| people).sum::<u64>();
        self.told(release, &vec![false; self.used.len()]).unwrap_or_else(|| Told {
            people: release.count(KIND, Working::from(all)),
            used: vec![Shown::Hidden; self.used.len()],
            reasons: vec![Shown::Hidden; self.reasons.len()],
        })
    }
}

/// Why people have no place, coarser than in the file: a reason that hardly anybody has would hide the others.
fn reasons(wishes: &Wishes, allocated: &Allocated, of_matches: bool) -> Vec<Reason> {
    let mut counts = [0; 4];
    for (_, why) in &allocated.missed {
        counts[match why {
            Missed::OthersGainMore { .. } | Missed::GroupOthersGainMore { .. } => 0,
            Missed::NoPlaces | Missed::GroupNoPlaces => 1,
            Missed::NoOffer | Missed::GroupNoOffer => 2,
            Missed::GroupsHaveThePlaces { .. } | Missed::GroupDoesNotFit { .. } => 3,
        }] += 1;
    }
    // What cannot be, whoever the people are, is left out.
    let without_points = wishes.oddities.without_points > 0;
    let can_be = [
        true,
        allocated.demand.places().contains(&0),
        !of_matches || without_points,
        !allocated.demand.groups().is_empty(),
    ];
    let words = [
        ("others_gain_more", "What suits them is full of people who gain as much or more"),
        ("no_places", "What suits them has no places at all"),
        ("no_points", "The rules give no points for what suits them"),
        ("groups", "Those who go together did not fit, or have the places"),
    ];
    let all = words.into_iter().zip(counts).zip(can_be).filter(|((_, count), can_be)| *can_be || *count > 0);
    all.map(|(((key, words), count), _)| (key, words, count)).collect()
}

/// Shown figures together. With small ones among them it is a little more than is said.
fn together(shown: impl Iterator<Item = Shown>) -> Shown {
    let (mut counts, mut up_to) = (0, 0);
    for one in shown {
        match one {
            Shown::Count(n) => counts += n,
            Shown::UpTo(n) => up_to += n,
            Shown::Few | Shown::Hidden => return Shown::Hidden,
        }
    }
    if counts > 0 { Shown::Count(counts) } else { Shown::UpTo(up_to) }
}

/// One shown figure less another.
fn rest_of(whole: Shown, part: Shown, few: u64) -> Shown {
    let rest = whole.rounded().zip(part.rounded()).map(|(whole, part)| whole.saturating_sub(part));
    rest.filter(|rest| *rest > few).map_or(Shown::Hidden, Shown::Count)
}

/// Those of deciles 1 and 2: a part of everybody, of those with a place and of those without.
fn deprived(wishes: &Wishes, allocated: &Allocated, release: &Release) -> Option<Deprived> {
    let deprived = wishes.deprived.as_ref()?;
    let sessions = &allocated.allocation.session_of;
    let count = |with: bool| {
        let both = deprived.iter().zip(sessions);
        both.filter(|(deprived, session)| **deprived && session.is_some() == with).count() as u64
    };
    let (placed, without) = (count(true), count(false));
    let pair = release.part_of(KIND, Working::from(placed + without), Working::from(placed));
    let within = |shown: Shown, people: u64, whole: u64| {
        let mut cells = [shown];
        withhold_within(release, &mut cells, &[Working::from(people)], whole);
        cells[0]
    };
    let all = sessions.len() as u64;
    let missed = allocated.missed.len() as u64;
    let hidden = Deprived { people: Shown::Hidden, placed: Shown::Hidden, without: Shown::Hidden };
    let people = within(pair.whole, placed + without, all);
    let parts = (within(pair.part, placed, all - missed), within(pair.rest, without, missed));
    if people.rounded().is_none() {
        return Some(hidden);
    }
    // Hardly anybody else has a place, or has none: one of the two would say the other.
    if parts != (pair.part, pair.rest) {
        return Some(Deprived { people, ..hidden });
    }
    Some(Deprived { people, placed: pair.part, without: pair.rest })
}

/// `plan.json`, with a line end.
pub fn plan_json(plan: &Plan, weeks: Option<u32>, program: &str) -> String {
    let reasons: Vec<Value> = plan
        .reasons
        .iter()
        .map(|(key, words, people)| json!({"reason": key, "words": words, "people": people}))
        .collect();
    let mut figures = json!({
        "format": 1,
        "program": format!("Meres {program}"),
        "weeks": weeks,
        "people": plan.people,
        "placed": plan.placed,
        "without": plan.without,
        "reasons": reasons,
        "deprived": plan.deprived,
        "total": plan.total,
        "bound": plan.bound,
        "best": plan.is_best,
        "priced": plan.is_priced,
        "sessions": plan.lines,
    });
    keep_planned(&mut figures);
    let mut text = serde_json::to_string_pretty(&figures).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{rest_of, rough, together};
    use disclosure::Shown::{Count, Hidden, UpTo};

    #[test]
    fn scores_keep_their_first_figures() {
        for (score, two, three) in [
            (0, 0, 0),
            (7, 7, 7),
            (95, 95, 95),
            (1_849, 1_800, 1_850),
            (1_850, 1_900, 1_850),
            (39_378_633, 39_000_000, 39_400_000),
        ] {
            assert_eq!((rough(score, 2), rough(score, 3)), (two, three), "{score}");
        }
    }

    #[test]
    fn sums_are_of_what_is_shown() {
        assert_eq!(together([Count(40), UpTo(7)].into_iter()), Count(40));
        assert_eq!(together([UpTo(7), UpTo(7)].into_iter()), UpTo(14));
        assert_eq!(together([Count(40), Hidden].into_iter()), Hidden);
        assert_eq!(rest_of(Count(100), Count(40), 7), Count(60));
        assert_eq!(rest_of(Count(100), Count(100), 7), Hidden);
        assert_eq!(rest_of(Count(100), UpTo(7), 7), Hidden);
    }
}
