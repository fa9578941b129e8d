//! Questions about a population whose answer is kept nowhere: what if, and whom would this be about? Each is a program of its
//! own, is counted, and stands in the audit log.

pub(crate) mod program;
mod store;

use ground::database::Act;
use ground::files::digest_text;
use planning::population::Entry;
use tokio::sync::{Semaphore, SemaphorePermit};
use vocabulary::Id;
use web::{Problem, Visit};

/// A question that was asked.
pub(crate) enum Trial {}

/// Each uses every processor.
static TRYING: Semaphore = Semaphore::const_new(2);

/// Different questions about one population that one analyst asks in thirty days: whoever asks more often asks to subtract.
const ALLOWANCE: i64 = 2_000;
const SINCE_DAYS: i64 = 30;

/// What is asked, as the audit log says it.
pub(crate) struct Question<'a> {
    pub(crate) action: &'static str,
    /// The run or the definition that it is asked of.
    pub(crate) object: String,
    pub(crate) population: Id<Entry>,
    /// What was typed: its digest stands in the log.
    pub(crate) texts: &'a [&'a str],
}

/// Writes down that it is asked; whoever has asked too often is told so, and so is whoever would be the third at once. The
/// place is held until the program has ended.
pub(crate) async fn ask(visit: &Visit, question: Question<'_>) -> Result<SemaphorePermit<'static>, Problem> {
    let place = TRYING.try_acquire().map_err(|_| {
        Problem::Conflict("Others are trying something just now. Try again in a few seconds.")
    })?;
    let mut change = access::acting(visit).await?;
    let actor = visit.viewer()?.actor().to_string();
    let since = ground::database::utc(visit.house.database.now() - time::Duration::days(SINCE_DAYS));
    if store::count(&mut change, (question.population, &actor), &since).await? >= ALLOWANCE {
        return Err(Problem::Conflict(
            "You have asked about these people two thousand times in thirty days. Ask for a release, or start a match run.",
        ));
    }
    let digest = digest_text(&question.texts.join("\n"));
    let id = change.new_id();
    store::add(&mut change, id, (question.population, &actor), &digest).await?;
    let detail = format!("digest {digest}");
    change.commit(Act { action: question.action, object: question.object, purpose: None, detail }).await?;
    Ok(place)
}
