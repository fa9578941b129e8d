//! The search itself. What is known not to fit is left out; what is not known stays, further down, and says so: nobody
//! misses a group because somebody forgot to write down that it has a ramp.

use vocabulary::{GridPoint, TopicSet};

use super::Finder;
use super::nearby::{From, Nowhere};
use super::wanted::{AtHome, Wanted};
use crate::catalogue::{Listed, ListedSite, Timetable};
use crate::directory::availability::Room;

/// What was found.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The best first.
    pub matches: Vec<Match<'a>>,
    /// The words as they were understood, where letters were mended.
    pub corrected: Option<String>,
    /// What the words are about.
    pub topics: TopicSet,
    /// The words sound like something that cannot wait.
    pub urgent: bool,
}

/// A service that may help.
#[derive(Clone, Debug)]
pub struct Match<'a> {
    pub service: &'a Listed,
    /// The place that fits best, and how many metres it is in a straight line.
    pub site: Option<&'a ListedSite>,
    pub metres: Option<u32>,
    /// What was asked for and nobody knows of it.
    pub doubts: Vec<Doubt>,
    score: f32,
}

/// Something that nobody knows of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    Cost,
    Steps,
    Times,
    Place,
}

impl Doubt {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cost => "We do not know what it costs",
            Self::Steps => "We do not know if there are steps",
            Self::Times => "We do not know the days and times",
            Self::Place => "We do not know exactly where it is",
        }
    }
}

/// Metres at which a service counts half as much as one next door.
const HALF_WAY: f32 = 6_000.0;
/// What is done at home counts like something this far away: near enough, and yet no reason to stay at home.
const AT_HOME: f32 = 5_000.0;
/// Each thing that is not known.
const DOUBTFUL: f32 = 0.7;
const WAITING: f32 = 0.85;
const FULL: f32 = 0.5;

impl Finder {
    /// Where a text says that somebody is.
    pub fn whereabouts(&self, text: &str) -> Result<From, Nowhere> {
        self.towns.whereabouts(&self.catalogue.places, text)
    }

    /// The towns in which something is on offer, with the middle of it.
    pub fn towns(&self) -> impl Iterator<Item = (&str, GridPoint)> {
        self.towns.all()
    }

    pub fn search(&self, wanted: &Wanted) -> Answer<'_> {
        let found = self.services.search(&self.words, &wanted.words);
        let matches: Vec<Match<'_>> = if wanted.words.trim().is_empty() {
            self.catalogue.services.iter().filter_map(|service| fits(service, 1.0, wanted)).collect()
        } else {
            let words = wanted.words.trim().to_lowercase();
            let hits = found.hits.iter().filter_map(|hit| {
                let service = self.catalogue.services.get(hit.document as usize)?;
                fits(service, hit.score * by_name(&service.name, &words), wanted)
            });
            hits.collect()
        };
        let matches = in_order(matches);
        Answer { matches, corrected: found.corrected, topics: found.topics, urgent: found.urgent }
    }
}

/// The best first; alike, the nearer, then by name, so that the same question has the same answer. Of thousands the keys are
/// sorted and not the matches, which are larger.
fn in_order(matches: Vec<Match<'_>>) -> Vec<Match<'_>> {
    // No score is below nothing, so its bits are in the order of its value.
    let key = |m: &Match<'_>| (!m.score.to_bits(), m.metres.unwrap_or(u32::MAX));
    let mut order: Vec<((u32, u32), usize)> =
        matches.iter().enumerate().map(|(at, m)| (key(m), at)).collect();
    let name = |at: usize| &matches[at].service.name;
    order.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| name(a.1).cmp(name(b.1))).then_with(|| a.1.cmp(&b.1))
    });
    let mut matches: Vec<Option<Match<'_>>> = matches.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, at)| matches[at].take()).collect()
}

/// Whoever enters the name of a group, or its beginning, wants that one. The words are in small letters.
fn by_name(name: &str, words: &str) -> f32 {
    // Letter by letter: most names differ in the first, and there are thousands of them.
    let mut letters = name.chars().flat_map(char::to_lowercase);
    if !words.chars().all(|letter| letters.next() == Some(letter)) || words.chars().count() < 4 {
        return 1.0;
    }
    if letters.next().is_none() { 4.0 } else { 2.0 }
}

fn fits<'a>(service: &'a Listed, score: f32, wanted: &Wanted) -> Option<Match<'a>> {
    let mut doubts = Vec::new();
    if !wanted.topics.is_empty() && service.topics.and(wanted.topics).is_empty() {
        return None;
    }
    if wanted.age.is_some_and(|age| age < service.ages.0 || age > service.ages.1) {
        return None;
    }
    if let Some(language) = &wanted.language
        && !speaks(service, language)
    {
        return None;
    }
    if wanted.free {
        match service.pence {
            Some(0) => {}
            Some(_) => return None,
            // What each time would cost is not known; that it costs something may be.
            None if service.charges => return None,
            None => doubts.push(Doubt::Cost),
        }
    }
    if wanted.transport && !service.transport && !service.home_visit && !service.online {
        return None;
    }
    let home = service.online || service.home_visit;
    if wanted.at_home == AtHome::Only && !home {
        return None;
    }
    let go = wanted.at_home != AtHome::Only;
    let (site, metres) = place(service, wanted, go, &mut doubts)?;
    let full = matches!(service.room.as_ref().map(|said| said.room), Some(Room::Full));
    if wanted.with_room && full {
        return None;
    }
    let waiting = matches!(service.room.as_ref().map(|said| said.room), Some(Room::Waiting { .. }));
    let mut score = score;
    if wanted.from.is_some() {
        #[expect(clippy::cast_precision_loss, reason = "metres within Great Britain")]
        let away = metres.map_or(HALF_WAY * 3.0, |metres| metres as f32);
        let away = if home && wanted.at_home != AtHome::Not { away.min(AT_HOME) } else { away };
        score *= HALF_WAY / (HALF_WAY + away);
    }
    score *= doubts.iter().map(|_| DOUBTFUL).product::<f32>();
    score *= if full {
        FULL
    } else if waiting {
        WAITING
    } else {
        1.0
    };
    Some(Match { service, site, metres, doubts, score })
}

/// Languages are said where they are not English only.
fn speaks(service: &Listed, language: &str) -> bool {
    let is = |known: &String| known == language || known.split(['-', '_']).next() == Some(language);
    if service.languages.is_empty() { language == "en" } else { service.languages.iter().any(is) }
}

/// The place that fits best; none where one need not go anywhere, or where nobody knows where it is.
fn place<'a>(
    service: &'a Listed,
    wanted: &Wanted,
    go: bool,
    doubts: &mut Vec<Doubt>,
) -> Option<(Option<&'a ListedSite>, Option<u32>)> {
    let home = service.online || service.home_visit;
    let at_home = || (home && wanted.at_home != AtHome::Not).then_some((None, None));
    // A day without a time may be at any time of it, and the other way round.
    let any = |asked: u8, known: u8| asked == 0 || known == 0 || known & asked != 0;
    let times = |known: Timetable| any(wanted.days, known.days) && any(wanted.parts, known.parts);
    let asks_times = wanted.days != 0 || wanted.parts != 0;
    if !go || service.sites.is_empty() {
        let known = !service.timetable.is_empty();
        if asks_times && known && !times(service.timetable) {
            return None;
        }
        if asks_times && !known {
            doubts.push(Doubt::Times);
        }
        if let Some(found) = at_home() {
            return Some(found);
        }
        // Who comes, or is online, and names no place is nowhere to go to.
        if !go || home || (wanted.within.is_some() && wanted.from.is_some()) {
            return None;
        }
        doubts.push(Doubt::Place);
        return Some((None, None));
    }
    let away = |site: &ListedSite| {
        let squared = site.point?.squared_distance(wanted.from.as_ref()?.point);
        u32::try_from(squared.isqrt()).ok()
    };
    // Of the places that fit, the one with the fewest doubts; of those, the nearest.
    let mut best: Option<(Vec<Doubt>, Option<u32>, &ListedSite)> = None;
    for site in &service.sites {
        let mut here = Vec::new();
        if wanted.step_free {
            match site.step_free {
                Some(true) => {}
                Some(false) => continue,
                None => here.push(Doubt::Steps),
            }
        }
        if asks_times {
            let known = site.timetable;
            if known.is_empty() {
                here.push(Doubt::Times);
            } else if !times(known) {
                continue;
            }
        }
        let metres = away(site);
        if wanted.from.is_some() {
            match (metres, wanted.within) {
                (Some(metres), Some(within)) if metres > within => continue,
                (None, Some(_)) => continue,
                (None, None) => here.push(Doubt::Place),
                _ => {}
            }
        }
        let nearer = |known: &(Vec<Doubt>, Option<u32>, &ListedSite)| {
            (here.len(), metres.unwrap_or(u32::MAX)) < (known.0.len(), known.1.unwrap_or(u32::MAX))
        };
        if best.as_ref().is_none_or(nearer) {
            best = Some((here, metres, site));
        }
    }
    match best {
        Some((here, metres, site)) => {
            doubts.extend(here);
            Some((Some(site), metres))
        }
        None => at_home(),
    }
}
