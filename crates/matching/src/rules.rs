//! The rule as data. Every number that decides a match stands here; a rule set is read from TOML, kept with the run
//! and compiled by [`crate::Plan`].

use vocabulary::{Condition, ConditionSet, Day, Topic, TopicSet, Weighting};

use crate::{Catchment, Measure, Person, Route, Service};

/// A rule set. All arithmetic is on whole numbers; `div` is division rounded down of numbers that are not negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    pub version: String,
    pub name: String,
    /// Age is this day's year less the year of birth.
    pub index_date: Day,
    /// Offers kept for each person.
    pub keep: usize,
    /// Topics that a condition asks for, by bit.
    pub needs: [TopicSet; 20],
    pub needs_when: NeedsWhen,
    pub weights: Weighting,
    /// What journeys are measured by; the numbers about them below are in it.
    pub measure: Measure,
    /// Points for each unit of weight that need and offer share.
    pub points_per_weight: i32,
    pub decay: Decay,
    pub travel: TravelPenalty,
    pub cost: CostPenalty,
    pub free: FreeBonus,
    /// Points for an offer in the person's own language.
    pub language_bonus: i32,
    /// "Near" for the reasons: nearer than this.
    pub near: i32,
    /// The decile that stands in where it is not known.
    pub imd_if_not_known: i32,
    pub eligibility: Eligibility,
    /// Further conditions of the analyst's own.
    pub clauses: Vec<Clause>,
}

/// Topics that a circumstance asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedsWhen {
    pub waiting: TopicSet,
    pub other_language: TopicSet,
    pub no_car: TopicSet,
    pub deprived: TopicSet,
    /// The least deprived decile that still counts as deprived.
    pub deprived_imd_at_most: i32,
}

/// How points fall with distance, by catchment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decay {
    pub radius: EdgeDecay,
    pub areas: LinearDecay,
    pub county: LinearDecay,
    pub online: i32,
}

/// `start − (lost_at_edge · d div edge)`; the edge is the service's radius in metres, or [`crate::Minutes::at_most`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeDecay {
    pub start: i32,
    pub lost_at_edge: i32,
}

/// `max(0, start − loss)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearDecay {
    pub start: i32,
    pub loss: Loss,
}

/// What a journey of `d` loses: `points · d div every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// From 0.
    pub points: i32,
    /// From 1.
    pub every: i32,
}

impl Loss {
    /// One point for every so many.
    pub const fn a_point_every(every: i32) -> Self {
        Self { points: 1, every }
    }

    /// What a journey loses; as much as there is where that is more than a number holds.
    pub fn of(self, distance: i32) -> i32 {
        let lost = i64::from(self.points) * i64::from(distance) / i64::from(self.every);
        i32::try_from(lost).unwrap_or(i32::MAX)
    }
}

/// `min(at_most, loss)` for people without a car, unless the service brings them or comes to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TravelPenalty {
    pub loss: Loss,
    pub at_most: i32,
}

/// `min(at_most, cost · (imd_from − imd) div pence_per_point)`: the same price weighs more where people have less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostPenalty {
    pub pence_per_point: i32,
    pub imd_from: i32,
    pub at_most: i32,
}

/// Points for a free offer where people have less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeBonus {
    pub points: i32,
    pub imd_at_most: i32,
}

/// Which conditions of a service are kept, and what "recent" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "six independent switches of a rule set, each a line of its file"
)]
pub struct Eligibility {
    pub recent_from: Day,
    pub age: bool,
    pub sex: bool,
    pub required_conditions: bool,
    pub excluded_conditions: bool,
    pub route: bool,
    pub mobility: bool,
}

/// A clause of the analyst's own: a service that passes `services` is only for people who pass `people`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// In words that finish "Only for …".
    pub name: String,
    pub services: ServiceTest,
    pub people: PersonTest,
}

/// Which services a clause speaks of; what is not said passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceTest {
    pub catchments: Vec<Catchment>,
    pub routes: Vec<Route>,
    /// Offers any of these.
    pub offers: TopicSet,
    /// Costs at least so many pence.
    pub cost_from: Option<i32>,
}

/// Whom a clause lets through; what is not said passes, what is not known does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonTest {
    pub age_from: Option<i32>,
    pub age_to: Option<i32>,
    pub imd_from: Option<i32>,
    pub imd_at_most: Option<i32>,
    pub has_car: Option<bool>,
    pub waiting_weeks_from: Option<i32>,
    /// Has any of these.
    pub conditions: ConditionSet,
}

/// The most clauses that a rule set may have: each is a bit beside the built-in ones.
pub const MOST_CLAUSES: usize = 24;

impl ServiceTest {
    /// Whether the clause speaks of this service.
    pub fn passes(&self, service: &Service) -> bool {
        (self.catchments.is_empty() || self.catchments.contains(&service.catchment))
            && (self.routes.is_empty() || self.routes.contains(&service.route))
            && (self.offers.is_empty() || !self.offers.and(service.offers).is_empty())
            && self.cost_from.is_none_or(|from| service.cost.is_some_and(|cost| cost >= from))
    }
}

impl PersonTest {
    /// Whether the clause lets this person through.
    pub fn passes(&self, rules: &RuleSet, person: &Person) -> bool {
        let age = rules.age(person);
        self.age_from.is_none_or(|from| age.is_some_and(|a| a >= from))
            && self.age_to.is_none_or(|to| age.is_some_and(|a| a <= to))
            && self.imd_from.is_none_or(|from| person.imd.is_some_and(|i| i >= from))
            && self.imd_at_most.is_none_or(|most| person.imd.is_some_and(|i| i <= most))
            && (self.has_car.is_none() || person.has_car == self.has_car)
            && self.waiting_weeks_from.is_none_or(|from| {
                person.waiting == Some(true) && person.waiting_weeks.is_some_and(|w| w >= from)
            })
            && (self.conditions.is_empty() || person.conditions.shares_with(self.conditions))
    }
}

impl RuleSet {
    /// Age in years on the index date, by the year of birth.
    pub fn age(&self, person: &Person) -> Option<i32> {
        person.birth_year.map(|year| self.index_date.year() - year)
    }

    /// What a person needs. Nothing that is not known adds a need.
    pub fn needs_of(&self, person: &Person) -> TopicSet {
        let mut needs = person.conditions.iter().fold(TopicSet::EMPTY, |n, c| n.or(self.needs[c as usize]));
        let when = &self.needs_when;
        for (holds, adds) in [
            (person.waiting == Some(true), when.waiting),
            (person.language != 0, when.other_language),
            (person.has_car == Some(false), when.no_car),
            (person.imd.is_some_and(|imd| imd <= when.deprived_imd_at_most), when.deprived),
        ] {
            if holds {
                needs = needs.or(adds);
            }
        }
        needs
    }

    /// Rules version 1, the default.
    pub fn version_1() -> Self {
        use Condition as C;
        use Topic as T;
        let day = |y, m, d| Day::of(y, m, d).unwrap_or(Day::from_days(0));
        let topics = |list: &[Topic]| -> TopicSet { list.iter().copied().collect() };
        let mut needs = [TopicSet::EMPTY; 20];
        for (condition, list) in [
            (C::Osteoarthritis, &[T::Strength, T::Pain, T::SelfManagement][..]),
            (C::BackPain, &[T::Pain, T::Strength]),
            (C::RheumatoidArthritis, &[T::Pain, T::Fatigue]),
            (C::Osteoporosis, &[T::BoneHealth, T::FallsPrevention]),
            (C::Gout, &[T::SelfManagement]),
            (C::Fibromyalgia, &[T::Pain, T::Mood, T::Fatigue]),
            (C::Diabetes, &[T::DiabetesEducation, T::Weight]),
            (C::Copd, &[T::SmokingAndBreath]),
            (C::Asthma, &[T::SmokingAndBreath]),
            (C::HeartDisease, &[T::Heart]),
            (C::HighBloodPressure, &[T::Heart]),
            (C::Stroke, &[T::Heart, T::FallsPrevention, T::CarersAndCompany]),
            (C::Depression, &[T::Mood, T::CarersAndCompany]),
            (C::Obesity, &[T::Weight]),
            (C::Frailty, &[T::FallsPrevention, T::CarersAndCompany, T::Strength]),
            (C::Falls, &[T::FallsPrevention, T::Strength]),
            (C::Cancer, &[T::Fatigue, T::CarersAndCompany]),
            (C::KidneyDisease, &[T::SelfManagement]),
        ] {
            needs[condition as usize] = topics(list);
        }
        let mut weights = [1; 16];
        for topic in [T::Strength, T::Pain, T::FallsPrevention, T::WaitingWell] {
            weights[topic as usize] = 4;
        }
        for topic in [T::Weight, T::Mood, T::SmokingAndBreath, T::Heart, T::BoneHealth, T::Transport] {
            weights[topic as usize] = 2;
        }
        Self {
            version: "1".to_owned(),
            name: "Meres rules version 1".to_owned(),
            index_date: day(2026, 9, 1),
            keep: 5,
            needs,
            needs_when: NeedsWhen {
                waiting: topics(&[T::WaitingWell]),
                other_language: topics(&[T::LanguageSupport]),
                no_car: topics(&[T::Transport]),
                deprived: topics(&[T::Money]),
                deprived_imd_at_most: 2,
            },
            weights: Weighting(weights),
            measure: Measure::Metres,
            points_per_weight: 250,
            decay: Decay {
                radius: EdgeDecay { start: 1000, lost_at_edge: 1000 },
                areas: LinearDecay { start: 1000, loss: Loss::a_point_every(25) },
                county: LinearDecay { start: 1000, loss: Loss::a_point_every(50) },
                online: 350,
            },
            travel: TravelPenalty { loss: Loss::a_point_every(25), at_most: 400 },
            cost: CostPenalty { pence_per_point: 50, imd_from: 11, at_most: 300 },
            free: FreeBonus { points: 120, imd_at_most: 3 },
            language_bonus: 200,
            near: 5000,
            imd_if_not_known: 5,
            eligibility: Eligibility {
                recent_from: day(2025, 9, 1),
                age: true,
                sex: true,
                required_conditions: true,
                excluded_conditions: true,
                route: true,
                mobility: true,
            },
            clauses: Vec::new(),
        }
    }
}
