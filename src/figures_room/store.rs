//! The table of releases.

use ground::database::{Change, DatabaseError, Param, Row, Session};
use planning::population::Entry;
use vocabulary::Id;

use super::{Figures, State};

macro_rules! releases {
    ($rest:literal) => {
        concat!(
            "SELECT id, run, population, title, purpose, digest, summary, state, why, asked_by, asked_at, decided_by, \
             decided_at FROM figure_release ",
            $rest
        )
    };
}

/// Has a change wait for others that ask for releases or decide on them.
pub(super) async fn alone(change: &mut Change) -> Result<(), DatabaseError> {
    change.alone("releases of figures").await
}

pub(super) async fn add(change: &mut Change, figures: &Figures) -> Result<(), DatabaseError> {
    let columns =
        ["id", "run", "population", "title", "purpose", "digest", "summary", "state", "asked_by", "asked_at"];
    let row: Vec<Param> = vec![
        figures.id.into(),
        figures.run.into(),
        figures.population.into(),
        figures.title.as_str().into(),
        figures.purpose.as_str().into(),
        figures.digest.as_str().into(),
        figures.summary.as_str().into(),
        figures.state.of().0.into(),
        figures.asked_by.as_str().into(),
        figures.asked_at.as_str().into(),
    ];
    change.insert("figure_release", &columns, "", [row]).await?;
    Ok(())
}

/// Decides on one that waits; whether it still did.
pub(super) async fn decide(
    change: &mut Change,
    figures: Id<Figures>,
    state: State,
    (checks, why, actor): (&str, Option<&str>, &str),
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE figure_release SET state = $1, checks = $2, why = $3, decided_by = $4, decided_at = $5 \
               WHERE id = $6 AND state = 'waiting'";
    let at = change.at();
    let params =
        vec![state.of().0.into(), checks.into(), why.into(), actor.into(), at.into(), figures.into()];
    Ok(change.run(sql, params).await? > 0)
}

pub(super) async fn find(session: &mut Session, id: Id<Figures>) -> Result<Option<Figures>, DatabaseError> {
    session.row(releases!("WHERE id = $1"), vec![id.into()]).await?.as_ref().map(figures).transpose()
}

/// The latest first.
pub(super) async fn newest(session: &mut Session, most: i64) -> Result<Vec<Figures>, DatabaseError> {
    let sql = releases!("ORDER BY asked_at DESC, id DESC LIMIT $1");
    session.rows(sql, vec![most.into()]).await?.iter().map(figures).collect()
}

/// What was released, the latest first.
pub(super) async fn released(session: &mut Session, most: i64) -> Result<Vec<Figures>, DatabaseError> {
    let sql = releases!("WHERE state = 'released' ORDER BY decided_at DESC, id DESC LIMIT $1");
    session.rows(sql, vec![most.into()]).await?.iter().map(figures).collect()
}

/// The last that was released before another, or before now.
pub(super) async fn released_before(
    session: &mut Session,
    other: Id<Figures>,
    moment: Option<&str>,
) -> Result<Option<Figures>, DatabaseError> {
    let sql = releases!(
        "WHERE state = 'released' AND id <> $1 AND ($2 = '' OR decided_at < $2) ORDER BY decided_at DESC, id DESC LIMIT 1"
    );
    let params = vec![other.into(), moment.unwrap_or("").into()];
    session.row(sql, params).await?.as_ref().map(figures).transpose()
}

/// Figures about these people that were released, or wait to be: also of the same extract that was deleted since, and
/// imported once more.
pub(super) async fn about(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Option<Figures>, DatabaseError> {
    let sql = releases!(
        "WHERE population IN (SELECT other.id FROM population AS one JOIN population AS other ON other.digest = one.digest \
         WHERE one.id = $1) AND state IN ('released', 'waiting') ORDER BY asked_at, id LIMIT 1"
    );
    session.row(sql, vec![population.into()]).await?.as_ref().map(figures).transpose()
}

/// How many wait for a decision by somebody else than this one.
pub(super) async fn waiting(session: &mut Session, actor: &str) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM figure_release WHERE state = 'waiting' AND asked_by <> $1";
    session.count(sql, vec![actor.into()]).await
}

fn figures(row: &Row) -> Result<Figures, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("figure_release.{column}"));
    Ok(Figures {
        id: row.id("id")?,
        run: row.id("run")?,
        population: row.id("population")?,
        title: row.text("title")?,
        purpose: row.text("purpose")?,
        digest: row.text("digest")?,
        summary: row.text("summary")?,
        state: State::from_word(&row.text("state")?).ok_or_else(|| wrong("state"))?,
        why: row.maybe_text("why")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.text("asked_at")?,
        decided_by: row.maybe_text("decided_by")?,
        decided_at: row.maybe_text("decided_at")?,
    })
}
