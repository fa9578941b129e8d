//! Whom to invite to a hub: at most so many providers, covering as much need as can be.
//!
//! An *element* is one (person, need) with the need's weight. A provider covers it if one of its services offers the
//! topic and the person may use it, leaving out catchment, mobility and route: they will be in the room.
//! Which choice is the best, within the stands, the money and the minimums, is a question of its own, [`coverage`]; here
//! stands what it is asked about whom, and what the answer means.

pub mod coverage;
mod elements;
mod providers;

use coverage::{Best, Coverage, CoverageProblem, Limits, Minimum, Unmeetable, choose};
use vocabulary::{GridPoint, Topic};

use crate::{People, Plan};
pub use elements::{Around, around};
use elements::{Element, elements, profiles_within};
use providers::Providers;

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
    /// What it costs to have a provider there, in pence.
    pub costs: Vec<(String, u32)>,
    /// The most that all of them may cost. Whose cost is not known does not come then, unless forced in: that is refused.
    pub budget: Option<u64>,
    /// At least so many providers that offer the topic.
    pub at_least: Vec<(Topic, usize)>,
    /// The work that may go into the proof; see [`Limits::effort`].
    pub effort: u64,
}

impl Invitation {
    /// Nothing asked but where, how far around it, and for how many.
    pub const fn to(venue: GridPoint, radius: i32, stands: usize) -> Self {
        Self {
            venue,
            radius,
            stands,
            force_in: Vec::new(),
            force_out: Vec::new(),
            costs: Vec::new(),
            budget: None,
            at_least: Vec::new(),
            effort: coverage::EFFORT,
        }
    }
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
    /// Two costs for one provider.
    TwoCosts(String),
    /// Forced in although there is a budget and nobody says what it costs.
    CostNotKnown(String),
    /// Two minimums for one topic.
    TwoMinimums(Topic),
    /// More forced in than there are stands.
    TooManyForcedIn { forced: usize, stands: usize },
    /// Those forced in cost more than there is. Pence.
    ForcedInOverBudget { cost: u64, budget: u64 },
    /// Too few of those who may come offer the topic.
    TooFewOffer { topic: Topic, least: usize, there: usize },
    /// The minimums, with those forced in, need more stands.
    MinimumsNeedStands { needed: usize, stands: usize },
    /// No choice that meets the minimums costs so little.
    MinimumsOverBudget { budget: u64 },
    /// Whether the minimums can be met could not be found out.
    NotSettled,
    /// More people, or heavier needs, than can be counted with.
    TooHeavy,
}

/// "£1,250" or "£12.50".
pub fn pounds(pence: u64) -> String {
    let digits = (pence / 100).to_string();
    let mut whole = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            whole.push(',');
        }
        whole.push(digit);
    }
    match pence % 100 {
        0 => format!("£{whole}"),
        rest => format!("£{whole}.{rest:02}"),
    }
}

impl std::fmt::Display for InvitationProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let providers = |n: usize| if n == 1 { "provider".to_owned() } else { "providers".to_owned() };
        match self {
            Self::UnknownProvider(p) => {
                write!(f, "no service is of a provider with the name or identifier {p}")
            }
            Self::SharedName(p) => {
                write!(f, "more than one provider is called {p}; use the identifier in the services file")
            }
            Self::BothInAndOut(p) => write!(f, "provider {p} is forced in and forced out"),
            Self::TwoCosts(p) => write!(f, "provider {p} has two costs"),
            Self::CostNotKnown(p) => {
                write!(f, "provider {p} is forced in, but what it costs is not known, and there is a budget")
            }
            Self::TwoMinimums(topic) => write!(f, "{} has two minimums", topic.key()),
            Self::TooManyForcedIn { forced, stands } => {
                write!(f, "{forced} providers are forced in, but there are {stands} stands")
            }
            Self::ForcedInOverBudget { cost, budget } => {
                write!(f, "those forced in cost {}, but the budget is {}", pounds(*cost), pounds(*budget))
            }
            Self::TooFewOffer { topic, least, there } => write!(
                f,
                "at least {least} {} for {} cannot be: {} of those who may come {} it",
                providers(*least),
                topic.key(),
                if *there == 0 { "none".to_owned() } else { there.to_string() },
                if *there == 1 { "offers" } else { "offer" },
            ),
            Self::MinimumsNeedStands { needed, stands } => write!(
                f,
                "to have the least that is asked for of every topic, {needed} stands are needed; there are {stands}"
            ),
            Self::MinimumsOverBudget { budget } => write!(
                f,
                "to have the least that is asked for of every topic costs more than the budget of {}",
                pounds(*budget)
            ),
            Self::NotSettled => f.write_str(
                "it could not be found out whether the least that is asked for of every topic can be had",
            ),
            Self::TooHeavy => {
                f.write_str("there are more people, or heavier needs, than can be counted with")
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
    /// Those forced in first; then each time whoever adds most to those before it.
    pub chosen: Vec<Chosen>,
    /// Weight of all elements, of those covered, and the most that any choice within the limits could cover.
    pub all_weight: u64,
    pub covered_weight: u64,
    pub bound_weight: u64,
    /// What greedy alone would cover, and greedy with swaps.
    pub greedy_weight: u64,
    pub swapped_weight: u64,
    /// What those chosen cost whose cost is known, in pence.
    pub cost: u64,
    /// Providers that were left out because there is a budget and nobody says what they cost.
    pub cost_not_known: usize,
    /// Parts into which the proof split all choices, and the work that it took.
    pub nodes: u64,
    pub effort: u64,
}

impl Outcome {
    /// No choice within the limits covers more.
    pub const fn is_best(&self) -> bool {
        self.bound_weight == self.covered_weight
    }
}

/// One provider that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub provider: String,
    pub forced: bool,
    /// What it costs to have it there, in pence.
    pub cost: Option<u32>,
    /// Weight that it adds to what those before it cover.
    pub gain: u64,
    /// People with each need whom nobody before it covers.
    pub adds: [u64; HUB_TOPICS],
}

/// Chooses. The same input gives the same answer.
pub fn invite(
    plan: &Plan,
    people: &People,
    cohort: &[u32],
    asked: &Invitation,
) -> Result<Outcome, InvitationProblem> {
    let providers = Providers::of(plan);
    let wanted = Wanted::of(&providers, asked)?;
    let profiles = profiles_within(plan, people, cohort, asked);
    let elements = elements(plan, &providers, &profiles);
    let best = wanted.choose(&providers, &elements)?;
    let mut outcome = Outcome {
        people: profiles.iter().map(|(_, n)| n).sum(),
        all_weight: elements.iter().map(|e| e.weight).sum(),
        covered_weight: best.covered,
        bound_weight: best.bound,
        greedy_weight: best.greedy,
        swapped_weight: best.swapped,
        cost_not_known: wanted.cost_not_known,
        nodes: best.nodes,
        effort: best.effort,
        ..Outcome::default()
    };
    for element in &elements {
        outcome.needing[element.topic] += element.people;
        // In the order chosen, the first who covers it adds it.
        let first = best.chosen.iter().position(|provider| element.is_covered_by(*provider as usize));
        match first {
            None => outcome.uncovered[element.topic] += element.people,
            Some(at) => {
                while outcome.chosen.len() <= at {
                    outcome.chosen.push(wanted.chosen(&providers, best.chosen[outcome.chosen.len()]));
                }
                outcome.chosen[at].adds[element.topic] += element.people;
                outcome.chosen[at].gain += element.weight;
            }
        }
    }
    // Who was forced in, or is there for a minimum, may add nothing.
    for provider in best.chosen.iter().skip(outcome.chosen.len()) {
        outcome.chosen.push(wanted.chosen(&providers, *provider));
    }
    outcome.cost = outcome.chosen.iter().filter_map(|one| one.cost).map(u64::from).sum();
    Ok(outcome)
}

/// What was asked, in numbers of providers.
struct Wanted {
    limits: Limits,
    costs: Vec<Option<u32>>,
    topics: Vec<Topic>,
    cost_not_known: usize,
}

impl Wanted {
    fn of(providers: &Providers, asked: &Invitation) -> Result<Self, InvitationProblem> {
        let number = |at: usize| u32::try_from(at).map_err(|_| InvitationProblem::TooHeavy);
        let mut forced_out = providers.find_all(&asked.force_out)?;
        let forced_in = providers.find_all(&asked.force_in)?;
        if let Some((_, name)) = forced_in.iter().zip(&asked.force_in).find(|(at, _)| forced_out.contains(at))
        {
            return Err(InvitationProblem::BothInAndOut(name.clone()));
        }
        let mut costs = vec![None; providers.names.len()];
        for (name, cost) in &asked.costs {
            if costs[providers.find(name)?].replace(*cost).is_some() {
                return Err(InvitationProblem::TwoCosts(name.clone()));
            }
        }
        let mut cost_not_known = 0;
        if asked.budget.is_some() {
            let unknown = |at: &usize| costs[*at].is_none();
            if let Some((_, name)) = forced_in.iter().zip(&asked.force_in).find(|(at, _)| unknown(at)) {
                return Err(InvitationProblem::CostNotKnown(name.clone()));
            }
            let left_out: Vec<usize> =
                (0..costs.len()).filter(|at| unknown(at) && !forced_out.contains(at)).collect();
            cost_not_known = left_out.len();
            forced_out.extend(left_out);
        }
        let mut topics: Vec<Topic> = Vec::new();
        let mut minimums = Vec::new();
        for (topic, least) in &asked.at_least {
            if topics.contains(topic) {
                return Err(InvitationProblem::TwoMinimums(*topic));
            }
            let of = (0..providers.offers.len()).filter(|at| providers.offers[*at].holds(*topic));
            minimums.push(Minimum { of: of.map(number).collect::<Result<_, _>>()?, least: *least });
            topics.push(*topic);
        }
        let limits = Limits {
            stands: asked.stands,
            costs: costs.iter().map(|cost| cost.unwrap_or(0)).collect(),
            budget: asked.budget,
            minimums,
            forced_in: forced_in.into_iter().map(number).collect::<Result<_, _>>()?,
            forced_out: forced_out.into_iter().map(number).collect::<Result<_, _>>()?,
            effort: asked.effort,
        };
        Ok(Self { limits, costs, topics, cost_not_known })
    }

    fn choose(&self, providers: &Providers, elements: &[Element]) -> Result<Best, InvitationProblem> {
        let mut covers = vec![Vec::new(); providers.names.len()];
        for (at, element) in (0..).zip(elements) {
            for provider in element.covered_by() {
                covers[provider].push(at);
            }
        }
        let weights = elements.iter().map(|element| element.weight).collect();
        let coverage = Coverage::new(weights, covers).map_err(|problem| match problem {
            CoverageProblem::Stranger | CoverageProblem::TooHeavy => InvitationProblem::TooHeavy,
        })?;
        choose(&coverage, &self.limits).map_err(|why| self.in_words(providers, why))
    }

    fn in_words(&self, providers: &Providers, why: Unmeetable) -> InvitationProblem {
        match why {
            Unmeetable::Provider(p) => InvitationProblem::UnknownProvider(
                providers.names.get(p as usize).cloned().unwrap_or_default(),
            ),
            Unmeetable::TooManyForcedIn { forced, stands } => {
                InvitationProblem::TooManyForcedIn { forced, stands }
            }
            Unmeetable::ForcedInOverBudget { cost, budget } => {
                InvitationProblem::ForcedInOverBudget { cost, budget }
            }
            Unmeetable::TooFew { minimum, least, there } => {
                InvitationProblem::TooFewOffer { topic: self.topics[minimum], least, there }
            }
            Unmeetable::Stands { needed, stands } => InvitationProblem::MinimumsNeedStands { needed, stands },
            Unmeetable::Budget => {
                InvitationProblem::MinimumsOverBudget { budget: self.limits.budget.unwrap_or(0) }
            }
            // One minimum a topic is fewer than there may be.
            Unmeetable::NotSettled | Unmeetable::TooManyMinimums => InvitationProblem::NotSettled,
        }
    }

    fn chosen(&self, providers: &Providers, provider: u32) -> Chosen {
        Chosen {
            provider: providers.names[provider as usize].clone(),
            forced: self.limits.forced_in.contains(&provider),
            cost: self.costs[provider as usize],
            gain: 0,
            adds: [0; HUB_TOPICS],
        }
    }
}
