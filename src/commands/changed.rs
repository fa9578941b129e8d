//! `--change-service`: one service as it is not: what if it reached further, cost less, had no steps or more places?

use clap::Args;
use matching::{Catchment, Service};
use planning::rules::RulesDocument;
use planning::supply::Services;

use super::failure::Failure;

/// One service changed.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ChangedArgs {
    /// Change a service, by its identifier, at every place where it is held
    #[arg(long = "change-service", value_name = "ID")]
    changed: Option<String>,
    /// Metres that it would reach
    #[arg(long = "change-radius", value_name = "METRES", value_parser = clap::value_parser!(i32).range(1..=1_000_000), requires = "changed")]
    new_reach: Option<i32>,
    /// Pence a session that it would cost
    #[arg(long = "change-cost", value_name = "PENCE", value_parser = clap::value_parser!(i32).range(0..=1_000_000), requires = "changed")]
    new_cost: Option<i32>,
    /// Whether one would get in without steps: true or false
    #[arg(long = "change-step-free", value_name = "TRUE", requires = "changed")]
    new_step_free: Option<bool>,
    /// Places a session that it would have
    #[arg(long = "change-capacity", value_name = "N", value_parser = clap::value_parser!(i32).range(0..=1_000_000), requires = "changed")]
    new_capacity: Option<i32>,
}

impl ChangedArgs {
    /// The same in words of the command line.
    #[cfg(feature = "cluster")]
    pub(super) fn words(&self) -> Vec<String> {
        let word =
            |option: &str, value: Option<String>| value.map(|value| format!("--change-{option}={value}"));
        [
            word("service", self.changed.clone()),
            word("radius", self.new_reach.map(|reach| reach.to_string())),
            word("cost", self.new_cost.map(|cost| cost.to_string())),
            word("step-free", self.new_step_free.map(|step_free| step_free.to_string())),
            word("capacity", self.new_capacity.map(|capacity| capacity.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Refuses another reach where the rules go by minutes: there no metres count.
    pub(super) fn fits(&self, rules: &RulesDocument) -> Result<(), Failure> {
        if self.new_reach.is_none() || rules.table().is_none() {
            return Ok(());
        }
        let why =
            "--change-radius: the rules go by minutes, and no metres count; use rules that go by metres";
        Err(Failure::Usage(why.to_owned()))
    }

    /// Changes it; a service that nobody has is refused: it would change nothing in silence.
    pub(super) fn to(&self, services: &mut Services) -> Result<(), Failure> {
        let Some(id) = &self.changed else { return Ok(()) };
        let mut found = false;
        for service in services.services.iter_mut().filter(|one| one.service_id.as_ref() == Some(id)) {
            found = true;
            self.change(service)?;
        }
        if found {
            return Ok(());
        }
        Err(Failure::Usage(format!("--change-service: no service has the identifier \"{id}\"")))
    }

    fn change(&self, service: &mut Service) -> Result<(), Failure> {
        if let Some(reach) = self.new_reach {
            if service.catchment != Catchment::Radius {
                let why = "--change-radius: this service is for areas, for the county or online, and has no reach in metres";
                return Err(Failure::Usage(why.to_owned()));
            }
            service.radius = reach;
        }
        service.cost = self.new_cost.or(service.cost);
        service.step_free = self.new_step_free.or(service.step_free);
        if self.new_capacity.is_some() {
            service.capacity = self.new_capacity;
            // Places of which nobody knows how often they are offered are once a week.
            service.weekly_sessions = service.weekly_sessions.or(Some(1));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(catchment: Catchment) -> Services {
        let one = |sid, id: &str| Service {
            sid,
            catchment,
            radius: 5_000,
            service_id: Some(id.to_owned()),
            ..Service::default()
        };
        Services { services: vec![one(1, "walks"), one(2, "choir"), one(3, "walks")], ..Services::default() }
    }

    #[test]
    fn a_service_is_changed_at_all_its_places_and_no_other() {
        let mut all = services(Catchment::Radius);
        let args = ChangedArgs {
            changed: Some("walks".to_owned()),
            new_reach: Some(9_000),
            new_cost: Some(250),
            new_step_free: Some(false),
            new_capacity: Some(12),
        };
        assert!(args.to(&mut all).is_ok());
        let seen: Vec<_> = all
            .services
            .iter()
            .map(|one| (one.radius, one.cost, one.step_free, one.weekly_sessions.zip(one.capacity)))
            .collect();
        let (as_before, changed) =
            ((5_000, None, None, None), (9_000, Some(250), Some(false), Some((1, 12))));
        assert_eq!(seen, [changed, as_before, changed]);
    }

    #[test]
    fn what_cannot_be_changed_is_refused() {
        let named = |id: &str| ChangedArgs {
            changed: Some(id.to_owned()),
            new_reach: Some(1),
            ..ChangedArgs::default()
        };
        assert!(named("swim").to(&mut services(Catchment::Radius)).is_err(), "nobody has it");
        assert!(named("walks").to(&mut services(Catchment::County)).is_err(), "it has no reach");
    }
}
