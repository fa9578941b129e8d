//! What somebody said that terms mean.

use ground::database::{Change, DatabaseError};
use vocabulary::{Topic, TopicSet};

/// Says what a term means; it is in small letters.
pub(super) async fn set(
    change: &mut Change,
    term: &str,
    topics: TopicSet,
    actor: &str,
) -> Result<(), DatabaseError> {
    let keys: Vec<&str> = topics.iter().map(Topic::key).collect();
    let row = vec![term.into(), keys.join(" ").into(), change.at().into(), actor.into()];
    let ending = "ON CONFLICT (term) DO UPDATE SET topics = excluded.topics, changed_at = excluded.changed_at, \
                  actor = excluded.actor";
    change.insert("directory_term", &["term", "topics", "changed_at", "actor"], ending, [row]).await?;
    Ok(())
}

/// Takes that back; whether there was something.
pub(super) async fn remove(change: &mut Change, term: &str) -> Result<bool, DatabaseError> {
    Ok(change.run("DELETE FROM directory_term WHERE term = $1", vec![term.into()]).await? > 0)
}
