//! What one compiled service scores for one person, and why: [`crate::judge`]'s arithmetic on the columns of the fast
//! path.

use vocabulary::{GridPoint, TopicSet};

use crate::judge::metres_between;
use crate::plan::CompiledService;
use crate::{Catchment, Person, Plan, Reasons};

/// What of a person the scores of their offers depend on.
pub(crate) struct Scored {
    pub(crate) home: Option<GridPoint>,
    pub(crate) needs: TopicSet,
    pub(crate) imd_slot: usize,
    language: i32,
    pub(crate) without_car: bool,
}

impl Scored {
    pub(crate) fn of(plan: &Plan, person: &Person) -> Self {
        Self {
            home: person.place,
            needs: plan.rules().needs_of(person),
            imd_slot: CompiledService::imd_slot(person.imd),
            language: person.language,
            without_car: person.has_car == Some(false),
        }
    }

    /// The most that price and language add to any offer.
    pub(crate) fn most_besides(&self, plan: &Plan) -> i32 {
        let language = if self.language == 0 { 0 } else { plan.rules().language_bonus.max(0) };
        plan.most_price_points[self.imd_slot] + language
    }

    /// What the language adds to this offer.
    #[inline]
    pub(crate) fn by_language(&self, plan: &Plan, languages: u8) -> i32 {
        if self.speaks(languages) { plan.rules().language_bonus } else { 0 }
    }

    /// The reasons for an offer that is so far away.
    pub(crate) fn reasons(
        &self,
        plan: &Plan,
        person: &Person,
        service: &CompiledService,
        distance: Option<i32>,
    ) -> i32 {
        let rules = plan.rules();
        let online = service.catchment == Catchment::Online;
        let near = distance.is_some_and(|d| d < rules.near);
        let without_car =
            self.without_car && distance.is_some_and(|d| self.travel_penalty(plan, service, d) == 0);
        let mut reasons = i32::from(self.needs.0 & service.offers);
        for (holds, reason) in [
            (near, Reasons::NEAR),
            (service.cost == 0, Reasons::FREE),
            (self.speaks(service.languages) && rules.language_bonus > 0, Reasons::LANGUAGE),
            (without_car, Reasons::WITHOUT_CAR),
            (online, Reasons::ONLINE),
            (online && person.internet.is_none(), Reasons::CHECK_INTERNET),
            (service.must_go_there && person.mobility.is_none(), Reasons::CHECK_ACCESS),
            (service.excluded & person.conditions_not_known.bits() != 0, Reasons::ASK_FIRST),
        ] {
            reasons |= if holds { reason } else { 0 };
        }
        reasons
    }

    /// Whole metres; none where the service has no place that one goes to.
    #[inline]
    pub(crate) fn metres(&self, service: &CompiledService) -> Option<i32> {
        if service.catchment == Catchment::Online || !service.placed {
            return None;
        }
        let there = GridPoint { easting: service.easting, northing: service.northing };
        self.home.map(|home| metres_between(home, there))
    }

    /// What a journey takes from the score.
    #[inline]
    pub(crate) fn travel_penalty(&self, plan: &Plan, service: &CompiledService, d: i32) -> i32 {
        let rule = &plan.rules().travel;
        if self.without_car && service.has_to_travel { rule.loss.of(d).min(rule.at_most) } else { 0 }
    }

    #[inline]
    fn speaks(&self, languages: u8) -> bool {
        self.language != 0 && languages >> self.language & 1 == 1
    }
}
