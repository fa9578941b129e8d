//! The rule for one person and one service, written to be read. The fast path in [`crate::match_cohort`] is held
//! against this, row by row.

use vocabulary::{Condition, GridPoint, TopicSet};

use crate::{Catchment, Measure, Mobility, Person, Route, RuleSet, Service};

/// A match and how its score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Topics that need and offer share.
    pub topics: TopicSet,
    /// In the rule set's [`Measure`]; `None` online, or where the service's place is not known.
    pub distance: Option<i32>,
    /// Points for the topics.
    pub overlap: i32,
    pub decay: i32,
    pub free_bonus: i32,
    pub language_bonus: i32,
    pub travel_penalty: i32,
    pub cost_penalty: i32,
    /// `overlap + decay + free_bonus + language_bonus − travel_penalty − cost_penalty`.
    pub score: i32,
    pub reasons: Reasons,
}

/// Why an offer was matched: bits 0 to 15 the topics, then what makes it easy, then what to ask first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(pub i32);

impl Reasons {
    /// Nearer than the rule set's "near".
    pub const NEAR: i32 = 1 << 16;
    pub const FREE: i32 = 1 << 17;
    /// In the person's own language.
    pub const LANGUAGE: i32 = 1 << 18;
    /// The person has no car and the journey costs no points.
    pub const WITHOUT_CAR: i32 = 1 << 19;
    pub const ONLINE: i32 = 1 << 20;
    /// Online, and it is not known whether the person has the internet.
    pub const CHECK_INTERNET: i32 = 1 << 21;
    /// One must go there, and it is not known how the person gets about.
    pub const CHECK_ACCESS: i32 = 1 << 22;
    /// Not for people with a condition of which it is not known whether the person has it.
    pub const ASK_FIRST: i32 = 1 << 23;

    /// Whether a reason is among them.
    pub const fn has(self, reason: i32) -> bool {
        self.0 & reason != 0
    }
}

/// Why an offer was not matched, in the order in which it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NothingNeeded,
    AgeNotKnown,
    TooYoung {
        from: i32,
    },
    TooOld {
        to: i32,
    },
    OtherSex,
    WithoutRequiredCondition,
    HasExcluded(Condition),
    NoRecentContact,
    NotOnWaitingList,
    NotStepFree,
    OnlyByGoingThere,
    PlaceNotKnown,
    TooFar {
        metres: i32,
        radius: i32,
    },
    TooManyMinutes {
        minutes: i32,
        at_most: i32,
    },
    /// The rule set's table of minutes does not have the person's place and the service together.
    NotInTable,
    OtherArea,
    OtherCounty,
    NoInternet,
    /// The clause of this index in [`RuleSet::clauses`].
    Clause(usize),
}

/// Judges one pair by a rule set.
pub fn judge(rules: &RuleSet, person: &Person, service: &Service) -> Result<Found, Refusal> {
    let topics = rules.needs_of(person).and(service.offers);
    if topics.is_empty() {
        return Err(Refusal::NothingNeeded);
    }
    about_the_person(rules, person, service)?;
    about_getting_in(rules, person, service)?;
    about_getting_there(rules, person, service)?;
    let distance = about_the_catchment(rules, person, service)?;
    Ok(score(rules, person, service, topics, distance))
}

/// The topics that a service could help a person with if both were in one room: catchment, mobility and route do not
/// count. For invitations to a hub.
pub fn may_be_helped_by(rules: &RuleSet, person: &Person, service: &Service) -> TopicSet {
    match about_the_person(rules, person, service) {
        Ok(()) => rules.needs_of(person).and(service.offers),
        Err(_) => TopicSet::EMPTY,
    }
}

fn about_the_person(rules: &RuleSet, person: &Person, service: &Service) -> Result<(), Refusal> {
    let asks = &rules.eligibility;
    if asks.age {
        let age = rules.age(person).ok_or(Refusal::AgeNotKnown)?;
        if age < service.min_age {
            return Err(Refusal::TooYoung { from: service.min_age });
        }
        if age > service.max_age {
            return Err(Refusal::TooOld { to: service.max_age });
        }
    }
    if asks.sex && service.sex.is_some() && service.sex != person.sex {
        return Err(Refusal::OtherSex);
    }
    if asks.required_conditions
        && !service.required.is_empty()
        && !service.required.shares_with(person.conditions)
    {
        return Err(Refusal::WithoutRequiredCondition);
    }
    if asks.excluded_conditions
        && let Some(condition) = service.excluded.and(person.conditions).iter().next()
    {
        return Err(Refusal::HasExcluded(condition));
    }
    for (index, clause) in rules.clauses.iter().enumerate() {
        if clause.services.passes(service) && !clause.people.passes(rules, person) {
            return Err(Refusal::Clause(index));
        }
    }
    Ok(())
}

fn about_getting_in(rules: &RuleSet, person: &Person, service: &Service) -> Result<(), Refusal> {
    let recent = person.last_activity.is_some_and(|day| day >= rules.eligibility.recent_from);
    match service.route {
        _ if !rules.eligibility.route => Ok(()),
        Route::Open => Ok(()),
        Route::RecentContact if recent => Ok(()),
        Route::RecentContact => Err(Refusal::NoRecentContact),
        Route::WaitingList if person.waiting == Some(true) => Ok(()),
        Route::WaitingList => Err(Refusal::NotOnWaitingList),
    }
}

fn about_getting_there(rules: &RuleSet, person: &Person, service: &Service) -> Result<(), Refusal> {
    let comes_to_them = service.catchment == Catchment::Online || service.home_visit;
    match person.mobility {
        _ if !rules.eligibility.mobility || comes_to_them => Ok(()),
        Some(Mobility::Housebound) => Err(Refusal::OnlyByGoingThere),
        Some(Mobility::Wheelchair) if service.step_free != Some(true) => Err(Refusal::NotStepFree),
        _ => Ok(()),
    }
}

/// The distance in the rule set's measure, if the person is in the catchment.
fn about_the_catchment(rules: &RuleSet, person: &Person, service: &Service) -> Result<Option<i32>, Refusal> {
    if service.catchment == Catchment::Online {
        return if person.internet == Some(false) { Err(Refusal::NoInternet) } else { Ok(None) };
    }
    let home = person.place.ok_or(Refusal::PlaceNotKnown)?;
    let same_county = person.county.is_some() && person.county == service.county;
    match service.catchment {
        Catchment::Radius => {
            service.place.ok_or(Refusal::PlaceNotKnown)?;
        }
        Catchment::Areas => {
            let covered = person.area.is_some_and(|area| service.area_mask >> area & 1 == 1);
            if !same_county || !covered {
                return Err(Refusal::OtherArea);
            }
        }
        Catchment::County | Catchment::Online => {
            if !same_county {
                return Err(Refusal::OtherCounty);
            }
        }
    }
    let Some(there) = service.place else { return Ok(None) };
    let has_circle = service.catchment == Catchment::Radius;
    match &rules.measure {
        Measure::Metres => {
            let metres = metres_between(home, there);
            let radius = u64::from(service.radius.unsigned_abs());
            if has_circle && home.squared_distance(there) > radius * radius {
                return Err(Refusal::TooFar { metres, radius: service.radius });
            }
            Ok(Some(metres))
        }
        Measure::Minutes(rule) => {
            let minutes = rule.table.between(home, service.sid).ok_or(Refusal::NotInTable)?;
            if has_circle && minutes > rule.at_most {
                return Err(Refusal::TooManyMinutes { minutes, at_most: rule.at_most });
            }
            Ok(Some(minutes))
        }
    }
}

/// `floor(sqrt(dx² + dy²))`, exact: below 2⁵² a correctly rounded root of a whole number never reaches the next one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "coordinates are within ten thousand kilometres, so the square is below 2^52 and the root fits"
)]
pub(crate) fn metres_between(a: GridPoint, b: GridPoint) -> i32 {
    (a.squared_distance(b) as f64).sqrt() as i32
}

fn score(
    rules: &RuleSet,
    person: &Person,
    service: &Service,
    topics: TopicSet,
    distance: Option<i32>,
) -> Found {
    let online = service.catchment == Catchment::Online;
    let imd = person.imd.unwrap_or(rules.imd_if_not_known);
    let overlap = rules.points_per_weight * rules.weights.sum(topics);

    let decay = match (service.catchment, distance) {
        (Catchment::Online, _) => rules.decay.online,
        (_, None) => 0,
        (Catchment::Radius, Some(d)) => {
            let edge = rules.measure.minutes().map_or(service.radius, |minutes| minutes.at_most);
            let lost = i64::from(rules.decay.radius.lost_at_edge) * i64::from(d) / i64::from(edge);
            rules.decay.radius.start - i32::try_from(lost).unwrap_or(i32::MAX)
        }
        (Catchment::Areas, Some(d)) => (rules.decay.areas.start - rules.decay.areas.loss.of(d)).max(0),
        (Catchment::County, Some(d)) => (rules.decay.county.start - rules.decay.county.loss.of(d)).max(0),
    };

    let without_car = person.has_car == Some(false);
    let has_to_travel = !online && !service.transport && !service.home_visit;
    let travel_penalty = match distance {
        Some(d) if without_car && has_to_travel => rules.travel.loss.of(d).min(rules.travel.at_most),
        _ => 0,
    };
    let cost_penalty = service.cost.map_or(0, |pence| {
        (pence * (rules.cost.imd_from - imd) / rules.cost.pence_per_point).min(rules.cost.at_most)
    });
    let free = service.cost == Some(0);
    let deprived = person.imd.is_some_and(|imd| imd <= rules.free.imd_at_most);
    let free_bonus = if free && deprived { rules.free.points } else { 0 };
    let own_language = person.language != 0 && service.languages >> person.language & 1 == 1;
    let language_bonus = if own_language { rules.language_bonus } else { 0 };

    let mut reasons = i32::from(topics.0);
    for (holds, reason) in [
        (distance.is_some_and(|d| d < rules.near), Reasons::NEAR),
        (free, Reasons::FREE),
        (own_language && rules.language_bonus > 0, Reasons::LANGUAGE),
        (without_car && distance.is_some() && travel_penalty == 0, Reasons::WITHOUT_CAR),
        (online, Reasons::ONLINE),
        (online && person.internet.is_none(), Reasons::CHECK_INTERNET),
        (
            rules.eligibility.mobility && !online && !service.home_visit && person.mobility.is_none(),
            Reasons::CHECK_ACCESS,
        ),
        (
            rules.eligibility.excluded_conditions
                && service.excluded.shares_with(person.conditions_not_known),
            Reasons::ASK_FIRST,
        ),
    ] {
        if holds {
            reasons |= reason;
        }
    }

    Found {
        topics,
        distance,
        overlap,
        decay,
        free_bonus,
        language_bonus,
        travel_penalty,
        cost_penalty,
        score: overlap + decay + free_bonus + language_bonus - travel_penalty - cost_penalty,
        reasons: Reasons(reasons),
    }
}
