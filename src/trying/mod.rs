//! Questions about a population whose answer is kept nowhere: what if, and whom would this be about? Each is a program of its
//! own, is counted, and stands in the audit log.

pub mod program;
mod store;

use std::time::Duration;

use ground::database::Act;
use planning::population::Entry;
use tokio::sync::{Semaphore, SemaphorePermit};
use web::{Problem, Visit, day_of};

use crate::data_path::DataPath;

/// A question that was asked.
pub(crate) enum Trial {}

/// Each uses every processor.
static TRYING: Semaphore = Semaphore::const_new(2);

/// How long a question waits for its turn: most answers take less than a second.
const PATIENCE: Duration = Duration::from_secs(10);

const SINCE_DAYS: i64 = 30;

/// What is asked. Each kind has an allowance of its own: different questions about one population that one analyst asks in
/// thirty days. Whoever asks more often asks to subtract. A house may answer fewer, never more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whom a definition would be about: asked while it is typed.
    Cohort,
    WhatIf,
    Hub,
    /// Who gets which place.
    Places,
    /// What one person was offered.
    Person,
    /// Whether enough people of a list are in a population: whoever tried many lists could ask for one person after another.
    List,
}

impl Kind {
    /// What the audit log calls it, and the allowance.
    const fn of(self) -> (&'static str, i64) {
        match self {
            Self::Cohort => ("cohort.try", 2_000),
            Self::WhatIf => ("match.try", 300),
            Self::Hub => ("match.hub", 300),
            Self::Places => ("match.places", 300),
            Self::Person => ("match.person", 1_000),
            Self::List => ("population.list.try", 50),
        }
    }
}

pub(crate) struct Question<'a> {
    pub(crate) kind: Kind,
    /// The run or the definition that it is asked of.
    pub(crate) object: String,
    pub(crate) population: &'a Entry,
    /// What for; otherwise what the population may be used for.
    pub(crate) purpose: Option<String>,
    /// Everything that the answer depends on. Its keyed hash stands in the log: who has the log alone cannot try what was typed.
    pub(crate) texts: &'a [&'a str],
}

/// A question that is not answered, and why: for whoever asked.
pub(crate) type Refused = &'static str;

/// Writes down that it is asked; whoever has asked too often is told so, and so is whoever has waited in vain while two
/// others are answered, and whoever asks of people who should be deleted by now. The place is held until the program has ended.
pub(crate) async fn ask(
    visit: &Visit,
    question: Question<'_>,
) -> Result<Result<SemaphorePermit<'static>, Refused>, Problem> {
    let entry = question.population;
    let today = day_of((visit.house.clock)());
    if entry.keep_until.is_some_and(|last| last < today) {
        return Ok(Err("The last day of this population has passed. It should be deleted by now."));
    }
    let Ok(Ok(place)) = tokio::time::timeout(PATIENCE, TRYING.acquire()).await else {
        return Ok(Err("Others are trying something just now. Try again in a few seconds."));
    };
    let (action, allowance) = question.kind.of();
    let allowance = visit.house.shelf.of::<DataPath>().questions.of(allowance);
    let mut change = access::acting(visit).await?;
    let actor = visit.viewer()?.actor().to_string();
    let since = ground::database::utc(visit.house.database.now() - time::Duration::days(SINCE_DAYS));
    let population = entry.id.to_string();
    let hash = visit.house.vault.hash(&[&["trial", &population], question.texts].concat());
    let digest = format!("{action} {hash}");
    // The same once more is no other question.
    if store::others(&mut change, (entry.id, &actor), (action, &digest), &since).await? >= allowance {
        return Ok(Err(
            "You have asked so many questions about these people in thirty days that no more are answered. Ask for a release, \
             or start a match run.",
        ));
    }
    let id = change.new_id();
    store::add(&mut change, id, (entry.id, &actor), &digest).await?;
    let (purpose, detail) =
        (question.purpose.or_else(|| Some(entry.purpose.clone())), format!("digest {hash}"));
    change.commit(Act { action, object: question.object, purpose, detail }).await?;
    Ok(Ok(place))
}
