//! `--add-topics`: an offer that is not there, added to those that are: what if there were one?

use clap::Args;
use matching::{Catchment, Service};
use planning::rules::RulesDocument;
use planning::supply::Services;
use vocabulary::{Topic, TopicSet};

use super::asked::{Venue, venue};
use super::failure::Failure;
use super::inputs::InputFiles;

/// One offer more.
#[derive(Args, Clone, Debug)]
pub(super) struct AddedArgs {
    /// Add an offer that helps with these topics, with commas between: pain,strength
    #[arg(long = "add-topics", value_name = "TOPICS", value_delimiter = ',', requires_all = ["at", "reach"])]
    topics: Vec<String>,
    /// Where it would be
    #[arg(long = "add-at", value_name = "POSTCODE|EASTING,NORTHING", value_parser = venue, requires = "topics")]
    at: Option<Venue>,
    /// Metres that it would reach
    #[arg(long = "add-radius", value_name = "METRES", value_parser = clap::value_parser!(i32).range(1..=1_000_000), requires = "topics")]
    reach: Option<i32>,
}

impl AddedArgs {
    /// The same in words of the command line. A place by its postcode has none: it needs a data folder.
    #[cfg(feature = "cluster")]
    pub(super) fn words(&self) -> Vec<String> {
        let (Some(Venue::Point(at)), Some(reach)) = (&self.at, self.reach) else { return Vec::new() };
        let place = format!("--add-at={},{}", at.easting, at.northing);
        vec![format!("--add-topics={}", self.topics.join(",")), place, format!("--add-radius={reach}")]
    }

    /// Refuses an offer more where the rules go by minutes: no table has minutes to a place that is not there.
    pub(super) fn fits(&self, rules: &RulesDocument) -> Result<(), Failure> {
        if self.topics.is_empty() || rules.table().is_none() {
            return Ok(());
        }
        let why = "--add-topics: the rules go by minutes, and their table has none to an offer that is not there; \
                   use rules that go by metres";
        Err(Failure::Usage(why.to_owned()))
    }

    /// Free, step-free and open to everybody within its reach; the last by number, so that it wins no tie.
    pub(super) fn to(&self, services: &mut Services, inputs: &InputFiles) -> Result<(), Failure> {
        let (Some(at), Some(radius)) = (&self.at, self.reach) else { return Ok(()) };
        let mut offers = TopicSet::EMPTY;
        for key in &self.topics {
            let topic = Topic::from_key(key.trim());
            let why = || {
                let known: Vec<&str> = Topic::ALL.into_iter().map(Topic::key).collect();
                Failure::Usage(format!("--add-topics: expected any of {}", known.join(", ")))
            };
            offers = offers.with(topic.ok_or_else(why)?);
        }
        let place = at.point(inputs)?;
        let last = services.services.iter().map(|service| service.sid).max().unwrap_or(0);
        services.services.push(Service {
            sid: last.saturating_add(1),
            provider: "what-if".to_owned(),
            provider_name: Some("What if".to_owned()),
            name: Some("An offer that is not there yet".to_owned()),
            catchment: Catchment::Radius,
            place: Some(place),
            radius,
            offers,
            cost: Some(0),
            step_free: Some(true),
            ..Service::default()
        });
        Ok(())
    }
}
