//! The providers of a plan, and who is meant by a name.

use std::collections::BTreeMap;

use vocabulary::TopicSet;

use super::InvitationProblem;
use crate::Plan;

/// The providers of a plan, in the order of their numbers, or of their names where those are no numbers.
pub(super) struct Providers {
    pub(super) names: Vec<String>,
    /// What people call each, in small letters.
    called: Vec<String>,
    /// What each offers, to whomever.
    pub(super) offers: Vec<TopicSet>,
    /// By index of the service.
    pub(super) of_service: Vec<usize>,
}

impl Providers {
    pub(super) fn of(plan: &Plan) -> Self {
        let order = |name: &str| (name.parse::<u64>().unwrap_or(u64::MAX), name.to_owned());
        let mut names: Vec<String> = plan.services().iter().map(|s| s.provider.clone()).collect();
        names.sort_by_cached_key(|n| order(n));
        names.dedup();
        let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
        let of_service: Vec<usize> = plan.services().iter().map(|s| index[s.provider.as_str()]).collect();
        let mut offers = vec![TopicSet::EMPTY; names.len()];
        let mut called = vec![String::new(); names.len()];
        for (service, at) in plan.services().iter().zip(&of_service) {
            offers[*at] = offers[*at].or(service.offers);
            if called[*at].is_empty() {
                called[*at] = service.provider_called().to_lowercase();
            }
        }
        Self { names, called, offers, of_service }
    }

    /// By identifier, else by a name that is one provider's alone.
    pub(super) fn find(&self, name: &str) -> Result<usize, InvitationProblem> {
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

    /// The same for each of a list.
    pub(super) fn find_all(&self, names: &[String]) -> Result<Vec<usize>, InvitationProblem> {
        names.iter().map(|name| self.find(name)).collect()
    }
}
