//! The rule by a table of minutes: place by place, person by person. A table has few services for each place, so each of
//! them is looked at: the work is that of the pairs that the table has, and not of people times services.

use vocabulary::TopicSet;

use crate::best::Best;
use crate::measure::{Minutes, MinutesRow};
use crate::place::Place;
use crate::plan::CompiledService;
use crate::rows::{Match, PersonOutcome, Rows};
use crate::scored::Scored;
use crate::{Catchment, Person, Plan};

pub(crate) struct ByMinutes<'p> {
    plan: &'p Plan,
    minutes: &'p Minutes,
    /// Services to which no journey leads: online, or without a place.
    without_journey: Vec<u32>,
}

/// A service that people of a place may use, as far as where they live goes.
struct Candidate<'p> {
    /// Index in the plan.
    index: u32,
    service: &'p CompiledService,
    minutes: Option<i32>,
    /// What the journey leaves.
    decay: i32,
    /// What it takes from those without a car.
    travel: i32,
}

impl<'p> ByMinutes<'p> {
    /// Nothing where the rule set goes by metres.
    pub(crate) fn of(plan: &'p Plan) -> Option<Self> {
        let minutes = plan.rules().measure.minutes()?;
        let numbered = (0..).zip(&plan.compiled);
        let without_journey = numbered.filter(|(_, service)| !has_journey(service)).map(|(index, _)| index);
        Some(Self { plan, minutes, without_journey: without_journey.collect() })
    }

    /// Matches people who come place by place.
    pub(crate) fn match_part<'a>(&self, places: impl Iterator<Item = &'a [(u32, Person)]>) -> Rows {
        let mut rows = Rows::default();
        let mut best = Best::new(self.plan.rules().keep);
        for people in places {
            let Some((_, first)) = people.first() else { continue };
            let candidates = self.candidates(&Place::of(first));
            for (row, person) in people {
                self.match_person(&candidates, *row, person, &mut best, &mut rows);
            }
        }
        rows
    }

    /// In the order of the services' numbers, so that the earlier wins a tie.
    fn candidates(&self, place: &Place) -> Vec<Candidate<'p>> {
        let in_table = place.point.map_or(&[][..], |point| self.minutes.table.from(point));
        let mut candidates: Vec<Candidate<'p>> = in_table
            .iter()
            .flat_map(|row| self.numbered(row.sid).map(move |index| (index, row)))
            .filter(|(index, row)| self.is_within(*index, row, place))
            .map(|(index, row)| self.candidate(index, Some(row.minutes)))
            .collect();
        let reaching = self.without_journey.iter().filter(|index| self.service(**index).holds(place));
        candidates.extend(reaching.map(|index| self.candidate(*index, None)));
        candidates.sort_unstable_by_key(|candidate| candidate.index);
        candidates
    }

    /// The services of a number: one, unless somebody gave it twice.
    fn numbered(&self, sid: i32) -> impl Iterator<Item = u32> {
        let services = self.plan.services();
        let first = services.partition_point(|service| service.sid < sid);
        let numbered = (u32::try_from(first).unwrap_or(u32::MAX)..).zip(&services[first..]);
        numbered.take_while(move |(_, service)| service.sid == sid).map(|(index, _)| index)
    }

    fn service(&self, index: u32) -> &'p CompiledService {
        &self.plan.compiled[index as usize]
    }

    fn is_within(&self, index: u32, row: &MinutesRow, place: &Place) -> bool {
        let service = self.service(index);
        has_journey(service)
            && match service.catchment {
                Catchment::Radius => row.minutes <= self.minutes.at_most,
                _ => service.holds(place),
            }
    }

    fn candidate(&self, index: u32, minutes: Option<i32>) -> Candidate<'p> {
        let service = self.service(index);
        let rules = self.plan.rules();
        let (decay, d) = (&rules.decay, minutes.unwrap_or(0));
        let left = match service.catchment {
            Catchment::Online => decay.online,
            _ if minutes.is_none() => 0,
            Catchment::Radius => {
                let lost = i64::from(decay.radius.lost_at_edge) * i64::from(d);
                let lost = lost / i64::from(self.minutes.at_most);
                decay.radius.start - i32::try_from(lost).unwrap_or(i32::MAX)
            }
            Catchment::Areas => (decay.areas.start - decay.areas.loss.of(d)).max(0),
            Catchment::County => (decay.county.start - decay.county.loss.of(d)).max(0),
        };
        let travel =
            if service.has_to_travel { rules.travel.loss.of(d).min(rules.travel.at_most) } else { 0 };
        Candidate { index, service, minutes, decay: left, travel }
    }

    fn match_person(
        &self,
        candidates: &[Candidate<'p>],
        row: u32,
        person: &Person,
        best: &mut Best,
        rows: &mut Rows,
    ) {
        let plan = self.plan;
        let (scored, standing) = (Scored::of(plan, person), plan.standing(person));
        let mut covered = TopicSet::EMPTY;
        best.clear();
        for (at, candidate) in (0..).zip(candidates) {
            let service = candidate.service;
            let topics = scored.needs.0 & service.offers;
            if topics == 0 || !standing.may_use(service) {
                continue;
            }
            covered = covered.or(TopicSet(topics));
            let travel = if scored.without_car { candidate.travel } else { 0 };
            let score = plan.points_of(topics)
                + candidate.decay
                + service.price_points[scored.imd_slot]
                + scored.by_language(plan, service.languages)
                - travel;
            best.offer(i64::from(score) << 32, at);
        }
        rows.people.push(PersonOutcome { person: row, needs: scored.needs, covered });
        for (rank, (score, at)) in (1..).zip(best.kept()) {
            let Candidate { index, service, minutes, .. } = &candidates[at];
            let reasons = scored.reasons(plan, person, service, *minutes);
            let distance = minutes.unwrap_or(0);
            rows.matches.push(Match { person: row, rank, service: *index, score, distance, reasons });
        }
    }
}

const fn has_journey(service: &CompiledService) -> bool {
    service.placed && !matches!(service.catchment, Catchment::Online)
}
