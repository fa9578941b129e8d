//! What is wrong with somebody's feed, in plain words: looked at page by page as it is published, and read once more by the
//! reader of imports to say what could be used.

mod advice;
mod faults;
mod pages;

use serde::{Deserialize, Serialize};

pub use pages::look_at;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookedAt {
    /// The list of services could be read.
    pub read: bool,
    pub sentence: String,
    pub answers: Vec<Answered>,
    /// What the pages say of themselves and is not so.
    pub counts: Vec<String>,
    /// Services of the list that were looked at, and how many are as Open Referral UK asks.
    pub services: usize,
    pub valid: usize,
    /// Not all were: there are too many.
    pub only_the_first: bool,
    pub faults: Vec<Fault>,
    /// What may be left out, and would be of use.
    pub advice: Vec<Fault>,
    /// Services that an import could use, and records that it would leave out.
    pub usable: usize,
    pub left_out: u64,
    /// Why nothing could be imported.
    pub refused: Option<String>,
}

/// Whether one of the addresses of the API answers as it should.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub path: String,
    pub well: bool,
    /// What it answers, or what is wrong.
    pub words: String,
}

/// The same thing wrong in one or many services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// "name", "organization.email".
    pub field: String,
    /// "is missing", "is no web address".
    pub what: String,
    pub count: usize,
    /// Where it is the first time.
    pub example: String,
    /// Why that matters.
    pub why: String,
}

impl LookedAt {
    /// One sentence for whoever has a minute.
    fn conclude(&mut self) {
        let list = |count: usize| if count == 1 { "service".to_owned() } else { format!("{count} services") };
        self.sentence = if !self.read {
            "The list of services could not be read.".to_owned()
        } else if self.services == 0 {
            "The feed answers, and has no service.".to_owned()
        } else if self.valid < self.services {
            let worst = self.faults.iter().max_by_key(|fault| fault.count);
            let worst = worst
                .map_or_else(String::new, |fault| format!(" Most often: {} {}.", fault.field, fault.what));
            let bad = self.services - self.valid;
            format!("{bad} of {} services are not as Open Referral UK asks.{worst}", self.services)
        } else if !self.counts.is_empty() || self.answers.iter().any(|answered| !answered.well) {
            format!(
                "{} of {} services are as Open Referral UK asks, but something around them is not.",
                self.valid, self.services
            )
        } else {
            format!("The feed is sound: its {} can be taken by other directories.", list(self.services))
        };
    }
}
