//! What an import would change now, and the change itself.

use ground::database::{Change, DatabaseError, Session};
use offers::directory::{Difference, Feed, Known, Source, store as directory};

use super::{Import, Shown, State, store};
use crate::import_room::words::{ALONE, digest_of};

/// What taking an import over came to.
pub(super) enum Taken {
    /// It is taken over; what is to be said of it in the audit log.
    Done(String),
    /// The directory is another since it was shown.
    Changed,
    /// Somebody has to say that what is missing is gone.
    Asks,
    /// It was decided before.
    TooLate,
}

/// The same source, the same feed, and the directory as it is now.
pub(super) struct Present {
    source: Option<Source>,
    known: Known,
    difference: Difference,
    pub(super) shown: Shown,
}

/// What a feed would change now; `problems`: how many were found in it.
pub(super) async fn present(
    session: &mut Session,
    name: &str,
    feed: &Feed,
    problems: usize,
) -> Result<Present, DatabaseError> {
    let version = directory::version(session).await?;
    let source = directory::source(session, name).await?;
    let known = directory::known(session, source.as_ref()).await?;
    let difference = Difference::between(&known, feed);
    let shown = Shown { problems, ..Shown::of(&known, feed, &difference, version) };
    Ok(Present { source, known, difference, shown })
}

/// Takes an import over. `seen` is what was shown to whoever does it; nothing: nobody looks, and it is taken only where
/// nobody need.
pub(super) async fn take(
    change: &mut Change,
    import: &Import,
    feed: &Feed,
    (seen, accepted): (Option<&str>, bool),
) -> Result<Taken, DatabaseError> {
    change.alone(ALONE).await?;
    let present = present(change, &import.source, feed, import.shown.problems).await?;
    if seen.is_some_and(|seen| seen != present.shown.digest) {
        return Ok(Taken::Changed);
    }
    let unseen = seen.is_none() && present.difference.turnover(&present.known).asks_for_a_look();
    if (present.shown.asks() && !accepted) || unseen {
        return Ok(Taken::Asks);
    }
    let Present { source, known, mut difference, mut shown } = present;
    if accepted {
        let version = shown.version;
        difference = difference.without_doubt();
        shown = Shown { problems: shown.problems, ..Shown::of(&known, feed, &difference, version) };
    }
    if !store::decide(change, import, State::Taken, &shown).await? {
        return Ok(Taken::TooLate);
    }
    store::overtaken(change, &import.source).await?;
    let digest = digest_of(feed);
    if source.is_none() || !difference.is_empty() {
        directory::apply(change, &import.source, feed.about.as_deref(), &digest, &difference).await?;
    }
    if let Some(address) = import.address.as_deref().filter(|_| !import.by_itself) {
        store::came_first_from(change, &import.source, address).await?;
    }
    Ok(Taken::Done(format!("{}; digest {digest}", shown.words)))
}
