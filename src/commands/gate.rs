//! How small a count of people is that nobody may see, and how many questions about people are answered: the house's rule, or
//! a stricter one.

use std::str::FromStr;

use clap::Args;
use disclosure::{Policy, Release};
use meres::data_path::Questions;
use serde::Deserialize;

/// More would hide everything.
const MOST: u64 = 1_000;

fn whole<T: TryFrom<u64, Error = String>>(text: &str) -> Result<T, String> {
    text.parse::<u64>().map_err(|_| "expected a whole number".to_owned())?.try_into()
}

/// Counts up to this one are hidden; never fewer than by the house's rule.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct SmallCounts(u64);

impl TryFrom<u64> for SmallCounts {
    type Error = String;

    fn try_from(up_to: u64) -> Result<Self, String> {
        let least = Policy::default().threshold();
        if (least..=MOST).contains(&up_to) {
            Ok(Self(up_to))
        } else {
            Err(format!(
                "counts of people are hidden up to {least} or more, at most {MOST}: the rule can only be made stricter"
            ))
        }
    }
}

impl FromStr for SmallCounts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        whole(text)
    }
}

impl SmallCounts {
    pub(super) fn release(self) -> Release {
        Release::new(Policy::default().with_threshold(self.0))
    }

    pub(super) const fn up_to(self) -> u64 {
        self.0
    }
}

/// So many of a hundred questions that the house's rule allows.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct QuestionsPercent(Questions);

impl TryFrom<u64> for QuestionsPercent {
    type Error = String;

    fn try_from(percent: u64) -> Result<Self, String> {
        u8::try_from(percent).ok().and_then(Questions::percent).map(Self).ok_or_else(|| {
            "questions are answered from 1 to 100 per cent of what the rule allows: it can only be made stricter".to_owned()
        })
    }
}

impl FromStr for QuestionsPercent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        whole(text)
    }
}

impl QuestionsPercent {
    pub(super) const fn questions(self) -> Questions {
        self.0
    }
}

/// For commands that count people.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct GateArgs {
    /// Hide counts of people up to this one; 7 or more [default: 7]
    #[arg(long, value_name = "N", env = "MERES_SMALL_COUNTS_UP_TO")]
    small_counts_up_to: Option<SmallCounts>,
}

impl GateArgs {
    pub(super) fn release(self) -> Release {
        self.small_counts_up_to.map(SmallCounts::release).unwrap_or_default()
    }

    /// As it is passed on.
    #[cfg(feature = "cluster")]
    pub(super) fn word(self) -> Option<String> {
        self.small_counts_up_to.map(|small| format!("--small-counts-up-to={}", small.up_to()))
    }
}
