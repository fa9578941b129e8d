//! Whom to invite to a hub: at most so many providers, covering as much need as can be.
//!
//! An *element* is one (person, need) with the need's weight. A provider covers it if one of its services offers the
//! topic and the person may use it, leaving out catchment, mobility and route: they will be in the room.
//! The choice is greedy, each time the provider that adds most (the lower provider first among equals), which is
//! never below 63 % of the best and comes with an upper bound, so that the reader sees how far off it can be.

use std::collections::BTreeMap;

use rayon::prelude::*;
use vocabulary::{GridPoint, Topic, TopicSet, ones};

use crate::{People, Person, Plan};

/// What a planner asks.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub venue: GridPoint,
    /// Metres.
    pub radius: i32,
    /// The most providers.
    pub stands: usize,
    /// Providers that come in any case, by their identifier in the services file or by their name.
    pub force_in: Vec<String>,
    /// Providers that do not come.
    pub force_out: Vec<String>,
}

/// Why an invitation cannot be worked out as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitationProblem {
    /// No service of the file is of this provider.
    UnknownProvider(String),
    /// More than one provider is called so.
    SharedName(String),
    /// Forced in and out at once.
    BothInAndOut(String),
    /// More forced in than there are stands.
    TooManyForcedIn { forced: usize, stands: usize },
}

impl std::fmt::Display for InvitationProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownProvider(p) => {
                write!(f, "no service is of a provider with the name or identifier {p}")
            }
            Self::SharedName(p) => {
                write!(f, "more than one provider is called {p}; use the identifier in the services file")
            }
            Self::BothInAndOut(p) => write!(f, "provider {p} is forced in and forced out"),
            Self::TooManyForcedIn { forced, stands } => {
                write!(f, "{forced} providers are forced in, but there are {stands} stands")
            }
        }
    }
}

/// The topics of a hub: the first twelve; the rest (waiting, language, transport, money) are not met at a stand.
pub(crate) const HUB_TOPICS: usize = 12;

/// The answer. Raw numbers: they go through the gate before anyone sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// People of the cohort within the radius.
    pub people: u64,
    /// People with each need.
    pub needing: [u64; HUB_TOPICS],
    /// Of those, people whom nobody chosen covers.
    pub uncovered: [u64; HUB_TOPICS],
    /// In the order chosen; those forced in first.
    pub chosen: Vec<Chosen>,
    /// Weight of all elements, of those covered, and the most that any choice could cover.
    pub all_weight: u64,
    pub covered_weight: u64,
    pub bound_weight: u64,
}

/// One provider that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub provider: String,
    pub forced: bool,
    /// Weight that it adds to what those before it cover.
    pub gain: u64,
    /// People with each need whom nobody before it covers.
    pub adds: [u64; HUB_TOPICS],
}

/// People whose elements are covered by the same providers, merged.
struct Element {
    topic: usize,
    people: u64,
    weight: u64,
    /// One bit a provider.
    covered_by: Box<[u64]>,
}

/// Chooses. The same input gives the same answer.
pub fn invite(
    plan: &Plan,
    people: &People,
    cohort: &[u32],
    asked: &Invitation,
) -> Result<Outcome, InvitationProblem> {
    let providers = Providers::of(plan);
    let (forced_in, forced_out) = providers.forced(asked)?;
    let profiles = profiles_within(plan, people, cohort, asked);
    let elements = elements(plan, &providers, &profiles);

    let mut choice = Choice::new(&elements, providers.names.len());
    let mut outcome = Outcome {
        people: profiles.iter().map(|(_, n)| n).sum(),
        all_weight: elements.iter().map(|e| e.weight).sum(),
        bound_weight: coverable(&elements, &forced_out),
        ..Outcome::default()
    };
    for element in &elements {
        outcome.needing[element.topic] += element.people;
    }
    for (provider, out) in forced_out.iter().enumerate() {
        if *out {
            choice.open[provider] = false;
        }
    }
    for provider in forced_in {
        outcome.chosen.push(choice.take(provider, true, &providers));
    }
    let free = asked.stands - outcome.chosen.len();
    loop {
        outcome.bound_weight = outcome.bound_weight.min(choice.bound(free));
        match choice.best() {
            Some(provider) if outcome.chosen.len() < asked.stands => {
                outcome.chosen.push(choice.take(provider, false, &providers));
            }
            _ => break,
        }
    }
    outcome.covered_weight = choice.covered_weight;
    for (element, covered) in elements.iter().zip(&choice.covered) {
        if !covered {
            outcome.uncovered[element.topic] += element.people;
        }
    }
    Ok(outcome)
}

/// The providers of a plan, in the order of their numbers, or of their names where those are no numbers.
struct Providers {
    names: Vec<String>,
    /// What people call each, in small letters.
    called: Vec<String>,
    /// By index of the service.
    of_service: Vec<usize>,
}

impl Providers {
    fn of(plan: &Plan) -> Self {
        let order = |name: &str| (name.parse::<u64>().unwrap_or(u64::MAX), name.to_owned());
        let mut names: Vec<String> = plan.services().iter().map(|s| s.provider.clone()).collect();
        names.sort_by_cached_key(|n| order(n));
        names.dedup();
        let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
        let of_service: Vec<usize> = plan.services().iter().map(|s| index[s.provider.as_str()]).collect();
        let mut called = vec![String::new(); names.len()];
        for (service, at) in plan.services().iter().zip(&of_service) {
            if called[*at].is_empty() {
                called[*at] = service.provider_called().to_lowercase();
            }
        }
        Self { names, called, of_service }
    }

    /// By identifier, else by a name that is one provider's alone.
    fn find(&self, name: &str) -> Result<usize, InvitationProblem> {
        if let Some(at) = self.names.iter().position(|known| known == name) {
            return Ok(at);
        }
        let small = name.to_lowercase();
        let mut found = self.called.iter().enumerate().filter(|(_, called)| **called == small);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (None, _) => Err(InvitationProblem::UnknownProvider(name.to_owned())),
            _ => Err(InvitationProblem::SharedName(name.to_owned())),
        }
    }

    /// Indexes forced in, in the order asked, and whether each is forced out.
    fn forced(&self, asked: &Invitation) -> Result<(Vec<usize>, Vec<bool>), InvitationProblem> {
        let find = |name: &String| self.find(name);
        let mut out = vec![false; self.names.len()];
        for name in &asked.force_out {
            out[find(name)?] = true;
        }
        let mut forced_in = Vec::new();
        for name in &asked.force_in {
            let at = find(name)?;
            if out[at] {
                return Err(InvitationProblem::BothInAndOut(name.clone()));
            }
            if !forced_in.contains(&at) {
                forced_in.push(at);
            }
        }
        if forced_in.len() > asked.stands {
            let problem =
                InvitationProblem::TooManyForcedIn { forced: forced_in.len(), stands: asked.stands };
            return Err(problem);
        }
        Ok((forced_in, out))
    }
}

/// People within the radius, those who differ in nothing that counts here taken together.
fn profiles_within(plan: &Plan, people: &People, cohort: &[u32], asked: &Invitation) -> Vec<(Person, u64)> {
    let radius = u64::from(asked.radius.unsigned_abs());
    let clauses = !plan.rules().clauses.is_empty();
    let mut counts = BTreeMap::new();
    for row in cohort {
        let row = *row as usize;
        let near = people.place(row).is_some_and(|p| p.squared_distance(asked.venue) <= radius * radius);
        if !near {
            continue;
        }
        let mut person = people.get(row);
        person.place = None;
        let key = (
            person.birth_year,
            person.sex.map(|s| s as u8),
            person.conditions,
            plan.rules().needs_of(&person),
            // Clauses may ask for these as well.
            clauses.then_some((person.imd, person.waiting, person.waiting_weeks)),
        );
        counts.entry(key).or_insert((person, 0)).1 += 1;
    }
    counts.into_values().collect()
}

fn elements(plan: &Plan, providers: &Providers, profiles: &[(Person, u64)]) -> Vec<Element> {
    let words = providers.names.len().div_ceil(64);
    let hub: TopicSet = Topic::ALL.into_iter().take(HUB_TOPICS).collect();
    let merged = profiles
        .par_iter()
        .fold(BTreeMap::new, |mut merged: BTreeMap<(usize, Box<[u64]>), u64>, (person, count)| {
            let needs = plan.rules().needs_of(person).and(hub);
            let asked = plan.in_one_room(person);
            let mut covered_by = vec![vec![0_u64; words]; HUB_TOPICS];
            for (service, provider) in plan.compiled.iter().zip(&providers.of_service) {
                let topics = needs.0 & service.offers;
                if topics == 0 || !asked.may_use(service) {
                    continue;
                }
                for topic in ones(topics.into()) {
                    covered_by[topic][provider / 64] |= 1 << (provider % 64);
                }
            }
            for topic in needs.iter() {
                let covered_by = std::mem::take(&mut covered_by[topic as usize]).into_boxed_slice();
                *merged.entry((topic as usize, covered_by)).or_default() += count;
            }
            merged
        })
        .reduce(BTreeMap::new, |mut all, part| {
            for (element, count) in part {
                *all.entry(element).or_default() += count;
            }
            all
        });
    merged
        .into_iter()
        .map(|((topic, covered_by), people)| {
            let weight = people * u64::from(plan.rules().weights.0[topic].unsigned_abs());
            Element { topic, people, weight, covered_by }
        })
        .collect()
}

/// Weight of what anybody who may come covers: no choice can cover more.
fn coverable(elements: &[Element], forced_out: &[bool]) -> u64 {
    let may_come = |element: &&Element| bits(&element.covered_by).any(|p| !forced_out[p]);
    elements.iter().filter(may_come).map(|e| e.weight).sum()
}

/// What has been chosen so far, and what each provider would still add.
struct Choice<'e> {
    elements: &'e [Element],
    covered: Vec<bool>,
    covered_weight: u64,
    /// Providers that may still be chosen.
    open: Vec<bool>,
    gain: Vec<u64>,
}

fn bits(set: &[u64]) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
    })
}

impl<'e> Choice<'e> {
    fn new(elements: &'e [Element], providers: usize) -> Self {
        let mut gain = vec![0; providers];
        for element in elements {
            for provider in bits(&element.covered_by) {
                gain[provider] += element.weight;
            }
        }
        let covered = vec![false; elements.len()];
        Self { elements, covered, covered_weight: 0, open: vec![true; providers], gain }
    }

    /// The open provider that adds most, the first among equals; none if nobody adds anything.
    fn best(&self) -> Option<usize> {
        let open = (0..self.gain.len()).filter(|p| self.open[*p] && self.gain[*p] > 0);
        open.min_by_key(|p| (std::cmp::Reverse(self.gain[*p]), *p))
    }

    /// The most that any choice with `free` providers beside those forced in could cover: at best what is covered now
    /// and the largest gains of now, since the gain of a provider only falls as others are chosen.
    fn bound(&self, free: usize) -> u64 {
        let mut gains: Vec<u64> =
            (0..self.gain.len()).filter(|p| self.open[*p]).map(|p| self.gain[p]).collect();
        gains.sort_unstable_by(|a, b| b.cmp(a));
        self.covered_weight + gains.iter().take(free).sum::<u64>()
    }

    fn take(&mut self, provider: usize, forced: bool, providers: &Providers) -> Chosen {
        self.open[provider] = false;
        let gain = self.gain[provider];
        let mut adds = [0; HUB_TOPICS];
        for (element, covered) in self.elements.iter().zip(&mut self.covered) {
            if *covered || element.covered_by[provider / 64] >> (provider % 64) & 1 == 0 {
                continue;
            }
            *covered = true;
            adds[element.topic] += element.people;
            for other in bits(&element.covered_by) {
                self.gain[other] -= element.weight;
            }
        }
        self.covered_weight += gain;
        Chosen { provider: providers.names[provider].clone(), forced, gain, adds }
    }
}
