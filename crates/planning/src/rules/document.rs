//! Reads a rule set and says, with the line, what is not right in it. Every number has a range, chosen so that no score
//! can overflow whatever the rule set says.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use matching::{
    Catchment, Clause, CostPenalty, Decay, EdgeDecay, Eligibility, FreeBonus, LinearDecay, Loss,
    MOST_CLAUSES, Measure, NeedsWhen, PersonTest, Route, RuleSet, ServiceTest, TravelPenalty,
};
use serde::Deserialize;
use vocabulary::{Condition, ConditionSet, Day, Topic, TopicSet, Weighting};

use ground::files::{DefinitionError, Located, parse_definition};

use super::minutes::MOST_MINUTES;
use crate::definition::Reader;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Located<u32>,
    name: String,
    version: String,
    index_date: Located<toml::value::Datetime>,
    keep: Located<i64>,
    needs: Located<BTreeMap<Located<String>, Vec<Located<String>>>>,
    needs_when: NeedsWhenDocument,
    overlap: Overlap,
    weights: Located<BTreeMap<Located<String>, Located<i64>>>,
    decay: DecayDocument,
    travel: Located<Travel>,
    cost: Cost,
    free: Free,
    language: Language,
    near: Located<Near>,
    minutes: Option<MinutesDocument>,
    not_known: NotKnown,
    eligibility: EligibilityDocument,
    #[serde(default)]
    clause: Vec<Located<ClauseDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedsWhenDocument {
    waiting: Vec<Located<String>>,
    other_language: Vec<Located<String>>,
    no_car: Vec<Located<String>>,
    deprived: Vec<Located<String>>,
    deprived_imd_at_most: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlap {
    points_per_weight: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecayDocument {
    radius: Edge,
    areas: Located<Linear>,
    county: Located<Linear>,
    online: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    start: Located<i64>,
    lost_at_edge: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linear {
    start: Located<i64>,
    metres_per_point: Option<Located<i64>>,
    points_per_minute: Option<Located<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Travel {
    metres_per_point: Option<Located<i64>>,
    points_per_minute: Option<Located<i64>>,
    at_most: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost {
    pence_per_point: Located<i64>,
    imd_from: Located<i64>,
    at_most: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Free {
    points: Located<i64>,
    imd_at_most: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    points: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Near {
    metres: Option<Located<i64>>,
    minutes: Option<Located<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MinutesDocument {
    table: Located<String>,
    by: Located<String>,
    at_most: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotKnown {
    imd: Located<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "six switches of the document, each a line of it")]
struct EligibilityDocument {
    recent_from: Located<toml::value::Datetime>,
    age: bool,
    sex: bool,
    required_conditions: bool,
    excluded_conditions: bool,
    route: bool,
    mobility: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseDocument {
    name: String,
    #[serde(default)]
    services: ServiceTestDocument,
    people: PersonTestDocument,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServiceTestDocument {
    kind: Vec<KindDocument>,
    route: Vec<RouteDocument>,
    offers: Vec<Located<String>>,
    cost_from: Option<Located<i64>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindDocument {
    Radius,
    Areas,
    County,
    Online,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RouteDocument {
    Open,
    RecentContact,
    WaitingList,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PersonTestDocument {
    age_from: Option<Located<i64>>,
    age_to: Option<Located<i64>>,
    imd_from: Option<Located<i64>>,
    imd_at_most: Option<Located<i64>>,
    has_car: Option<bool>,
    waiting_weeks_from: Option<Located<i64>>,
    conditions: Vec<Located<String>>,
}

/// The table of minutes that a rule set names.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// As the document has it, and where.
    pub(super) table: String,
    pub(super) at: Range<usize>,
    pub(super) by: String,
    pub(super) at_most: i32,
}

/// Reads a rule set. Where it goes by minutes, what it measures by has still to be put in.
pub(super) fn parse(file: &str, text: &str) -> Result<(RuleSet, Option<Asked>), DefinitionError> {
    let document: Document = parse_definition(file, text)?;
    let reader = Reader { file, text };
    if *document.format.get_ref() != 1 {
        return Err(reader.refuse(&document.format, "expected format = 1"));
    }
    let when = &document.needs_when;
    let (points, price) = (0..=100_000, 1..=1_000_000);
    let asked = document.minutes.as_ref().map(|minutes| reader.minutes(minutes)).transpose()?;
    let by_minutes = asked.is_some();
    let loss = |at, metres_per_point: &Option<Located<i64>>, points_per_minute: &Option<Located<i64>>| {
        let metres = ("metres_per_point", metres_per_point.as_ref(), 1..=1_000_000);
        let minutes = ("points_per_minute", points_per_minute.as_ref(), 0..=10_000);
        let number = reader.measured(at, by_minutes, metres, minutes)?;
        Ok(if by_minutes { Loss { points: number, every: 1 } } else { Loss::a_point_every(number) })
    };
    let linear = |rule: &Located<Linear>| -> Result<LinearDecay, DefinitionError> {
        let (at, rule) = (rule.span(), rule.get_ref());
        Ok(LinearDecay {
            start: reader.number(&rule.start, points.clone())?,
            loss: loss(at, &rule.metres_per_point, &rule.points_per_minute)?,
        })
    };
    let (travel, near) = (document.travel.get_ref(), document.near.get_ref());
    let near_metres = ("metres", near.metres.as_ref(), 0..=1_000_000);
    let near_minutes = ("minutes", near.minutes.as_ref(), 0..=MOST_MINUTES);
    let index_date = reader.day(&document.index_date)?;
    let recent_from = reader.day(&document.eligibility.recent_from)?;
    if document.eligibility.route && recent_from > index_date {
        let why = "recent_from is after index_date: nobody was in contact by then";
        return Err(reader.refuse(&document.eligibility.recent_from, why));
    }
    if document.clause.len() > MOST_CLAUSES {
        let why = format!("a rule set has at most {MOST_CLAUSES} clauses of your own");
        return Err(reader.refuse(&document.clause[MOST_CLAUSES], why));
    }
    let rules = RuleSet {
        index_date,
        measure: Measure::Metres,
        keep: usize::try_from(reader.number(&document.keep, 1..=20)?).unwrap_or(1),
        needs: reader.needs(&document.needs)?,
        needs_when: NeedsWhen {
            waiting: reader.topics(&when.waiting)?,
            other_language: reader.topics(&when.other_language)?,
            no_car: reader.topics(&when.no_car)?,
            deprived: reader.topics(&when.deprived)?,
            deprived_imd_at_most: reader.number(&when.deprived_imd_at_most, 0..=10)?,
        },
        weights: reader.weights(&document.weights)?,
        points_per_weight: reader.number(&document.overlap.points_per_weight, 0..=10_000)?,
        decay: Decay {
            radius: EdgeDecay {
                start: reader.number(&document.decay.radius.start, points.clone())?,
                lost_at_edge: reader.number(&document.decay.radius.lost_at_edge, points.clone())?,
            },
            areas: linear(&document.decay.areas)?,
            county: linear(&document.decay.county)?,
            online: reader.number(&document.decay.online, points.clone())?,
        },
        travel: TravelPenalty {
            loss: loss(document.travel.span(), &travel.metres_per_point, &travel.points_per_minute)?,
            at_most: reader.number(&travel.at_most, points.clone())?,
        },
        cost: CostPenalty {
            pence_per_point: reader.number(&document.cost.pence_per_point, price)?,
            imd_from: reader.number(&document.cost.imd_from, 10..=100)?,
            at_most: reader.number(&document.cost.at_most, points.clone())?,
        },
        free: FreeBonus {
            points: reader.number(&document.free.points, points.clone())?,
            imd_at_most: reader.number(&document.free.imd_at_most, 0..=10)?,
        },
        language_bonus: reader.number(&document.language.points, points)?,
        near: reader.measured(document.near.span(), by_minutes, near_metres, near_minutes)?,
        imd_if_not_known: reader.number(&document.not_known.imd, 1..=10)?,
        eligibility: Eligibility {
            recent_from,
            age: document.eligibility.age,
            sex: document.eligibility.sex,
            required_conditions: document.eligibility.required_conditions,
            excluded_conditions: document.eligibility.excluded_conditions,
            route: document.eligibility.route,
            mobility: document.eligibility.mobility,
        },
        clauses: document
            .clause
            .into_iter()
            .map(|c| reader.clause(c.into_inner()))
            .collect::<Result<_, _>>()?,
        name: document.name,
        version: document.version,
    };
    Ok((rules, asked))
}

/// A key of a measure, what it says, and what it may say.
type Key<'d> = (&'static str, Option<&'d Located<i64>>, RangeInclusive<i32>);

impl Reader<'_> {
    fn number(&self, value: &Located<i64>, range: RangeInclusive<i32>) -> Result<i32, DefinitionError> {
        let (from, to) = (*range.start(), *range.end());
        i32::try_from(*value.get_ref())
            .ok()
            .filter(|v| range.contains(v))
            .ok_or_else(|| self.refuse(value, format!("expected a whole number from {from} to {to}")))
    }

    fn optional(
        &self,
        value: Option<&Located<i64>>,
        range: RangeInclusive<i32>,
    ) -> Result<Option<i32>, DefinitionError> {
        value.map(|v| self.number(v, range)).transpose()
    }

    /// A number about journeys: the key of the other measure would decide nothing and is refused.
    fn measured(
        &self,
        table: Range<usize>,
        by_minutes: bool,
        metres: Key<'_>,
        minutes: Key<'_>,
    ) -> Result<i32, DefinitionError> {
        let ((name, value, range), (other_name, other, _), measure) = if by_minutes {
            (minutes, metres, "by minutes, as [minutes] says")
        } else {
            (metres, minutes, "by metres, since it has no [minutes]")
        };
        if let Some(other) = other {
            let why = format!("this rule set goes {measure}: expected {name} and no {other_name}");
            return Err(self.refuse(other, why));
        }
        match value {
            Some(value) => self.number(value, range),
            None => Err(self.refuse_at(table, format!("this rule set goes {measure}: {name} is missing"))),
        }
    }

    fn minutes(&self, document: &MinutesDocument) -> Result<Asked, DefinitionError> {
        let by = document.by.get_ref().trim();
        if by.is_empty() || by.chars().count() > 40 || by.chars().any(char::is_control) {
            let why = "expected how people travel in at most 40 letters, such as \"by bus\"";
            return Err(self.refuse(&document.by, why));
        }
        if document.table.get_ref().is_empty() {
            return Err(self.refuse(&document.table, "expected the name of a file"));
        }
        Ok(Asked {
            table: document.table.get_ref().clone(),
            at: document.table.span(),
            by: by.to_owned(),
            at_most: self.number(&document.at_most, 1..=MOST_MINUTES)?,
        })
    }

    fn day(&self, value: &Located<toml::value::Datetime>) -> Result<Day, DefinitionError> {
        Day::parse(&value.get_ref().to_string()).map_err(|e| self.refuse(value, e.to_string()))
    }

    fn topic(&self, key: &Located<String>) -> Result<Topic, DefinitionError> {
        Topic::from_key(key.get_ref()).ok_or_else(|| {
            let keys: Vec<&str> = Topic::ALL.into_iter().map(Topic::key).collect();
            self.refuse(
                key,
                format!("\"{}\" is no topic; expected one of {}", key.get_ref(), keys.join(", ")),
            )
        })
    }

    fn topics(&self, keys: &[Located<String>]) -> Result<TopicSet, DefinitionError> {
        keys.iter().map(|key| self.topic(key)).collect()
    }

    fn needs(
        &self,
        table: &Located<BTreeMap<Located<String>, Vec<Located<String>>>>,
    ) -> Result<[TopicSet; 20], DefinitionError> {
        let mut needs = [None; 20];
        for (key, topics) in table.get_ref() {
            needs[self.condition(key.get_ref(), key.span())? as usize] = Some(self.topics(topics)?);
        }
        if let Some(missing) = Condition::ALL.into_iter().find(|c| needs[*c as usize].is_none()) {
            return Err(self.refuse(table, format!("the needs of \"{}\" are missing", missing.key())));
        }
        Ok(needs.map(Option::unwrap_or_default))
    }

    fn weights(
        &self,
        table: &Located<BTreeMap<Located<String>, Located<i64>>>,
    ) -> Result<Weighting, DefinitionError> {
        let mut weights = [None; 16];
        for (key, weight) in table.get_ref() {
            weights[self.topic(key)? as usize] = Some(self.number(weight, 0..=1_000)?);
        }
        if let Some(missing) = Topic::ALL.into_iter().find(|t| weights[*t as usize].is_none()) {
            return Err(self.refuse(table, format!("the weight of \"{}\" is missing", missing.key())));
        }
        Ok(Weighting(weights.map(Option::unwrap_or_default)))
    }

    fn clause(&self, clause: ClauseDocument) -> Result<Clause, DefinitionError> {
        let people = &clause.people;
        let ages = 0..=200;
        let conditions: Result<ConditionSet, _> =
            people.conditions.iter().map(|c| self.condition(c.get_ref(), c.span())).collect();
        let test = PersonTest {
            age_from: self.optional(people.age_from.as_ref(), ages.clone())?,
            age_to: self.optional(people.age_to.as_ref(), ages)?,
            imd_from: self.optional(people.imd_from.as_ref(), 1..=10)?,
            imd_at_most: self.optional(people.imd_at_most.as_ref(), 1..=10)?,
            has_car: people.has_car,
            waiting_weeks_from: self.optional(people.waiting_weeks_from.as_ref(), 0..=5_000)?,
            conditions: conditions?,
        };
        if let (Some(from), Some(to), Some(at)) = (test.age_from, test.age_to, &people.age_from)
            && from > to
        {
            return Err(self.refuse(at, "nobody passes: age_from is above age_to"));
        }
        if let (Some(from), Some(to), Some(at)) = (test.imd_from, test.imd_at_most, &people.imd_from)
            && from > to
        {
            return Err(self.refuse(at, "nobody passes: imd_from is above imd_at_most"));
        }
        Ok(Clause {
            name: clause.name,
            services: ServiceTest {
                catchments: clause
                    .services
                    .kind
                    .iter()
                    .map(|kind| match kind {
                        KindDocument::Radius => Catchment::Radius,
                        KindDocument::Areas => Catchment::Areas,
                        KindDocument::County => Catchment::County,
                        KindDocument::Online => Catchment::Online,
                    })
                    .collect(),
                routes: clause
                    .services
                    .route
                    .iter()
                    .map(|route| match route {
                        RouteDocument::Open => Route::Open,
                        RouteDocument::RecentContact => Route::RecentContact,
                        RouteDocument::WaitingList => Route::WaitingList,
                    })
                    .collect(),
                offers: self.topics(&clause.services.offers)?,
                cost_from: self.optional(clause.services.cost_from.as_ref(), 0..=1_000_000)?,
            },
            people: test,
        })
    }
}
