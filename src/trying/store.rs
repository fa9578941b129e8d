//! What was tried: of which population, by whom, and the digest of the question.

use ground::database::{Change, DatabaseError, Session};
use planning::population::Entry;
use vocabulary::Id;

use super::Trial;

/// Keeps that somebody tried something.
pub(super) async fn add(
    change: &mut Change,
    id: Id<Trial>,
    (population, actor): (Id<Entry>, &str),
    digest: &str,
) -> Result<(), DatabaseError> {
    let at = change.at();
    let row = vec![id.into(), population.into(), actor.into(), digest.into(), at.into()];
    change.insert("match_trial", &["id", "population", "actor", "digest", "made_at"], "", [row]).await?;
    Ok(())
}

/// How many questions of a kind, all different and none of them this one, somebody asked about a population since a moment.
pub(super) async fn others(
    session: &mut Session,
    (population, actor): (Id<Entry>, &str),
    (kind, digest): (&str, &str),
    since: &str,
) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(DISTINCT digest) AS n FROM match_trial \
               WHERE population = $1 AND actor = $2 AND made_at >= $3 AND digest LIKE $4 AND digest <> $5";
    let params =
        vec![population.into(), actor.into(), since.into(), format!("{kind} %").into(), digest.into()];
    session.count(sql, params).await
}
