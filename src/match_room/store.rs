//! The table of runs.

use ground::database::{Change, DatabaseError, Row, Session};
use ground::jobs::Job;
use planning::population::Entry;
use vocabulary::Id;

use super::{Run, State};

macro_rules! runs {
    ($rest:literal) => {
        concat!(
            "SELECT id, population, population_name, cohort, cohort_name, rules, venue, radius, stands, job, state, why, \
             summary, made_at, ended_at FROM match_run ",
            $rest
        )
    };
}

pub(super) async fn add(change: &mut Change, run: &Run, actor: &str) -> Result<(), DatabaseError> {
    let columns = [
        "id",
        "population",
        "population_name",
        "cohort",
        "cohort_name",
        "rules",
        "venue",
        "radius",
        "stands",
        "state",
        "actor",
        "made_at",
    ];
    let hub = run.hub.clone();
    let row = vec![
        run.id.into(),
        run.population.into(),
        run.population_name.as_str().into(),
        run.cohort.into(),
        run.cohort_name.as_str().into(),
        run.rules.clone().into(),
        hub.as_ref().map(|(venue, ..)| venue.clone()).into(),
        hub.as_ref().map(|(_, radius, _)| *radius).into(),
        hub.as_ref().map(|(.., stands)| *stands).into(),
        run.state.of().0.into(),
        actor.into(),
        run.made_at.as_str().into(),
    ];
    change.insert("match_run", &columns, "", [row]).await?;
    Ok(())
}

/// Says which job does it.
pub(super) async fn done_by(change: &mut Change, run: Id<Run>, job: Id<Job>) -> Result<(), DatabaseError> {
    let sql = "UPDATE match_run SET job = $1 WHERE id = $2";
    change.run(sql, vec![job.into(), run.into()]).await.map(drop)
}

/// What came of it.
pub(super) async fn ended(
    change: &mut Change,
    run: Id<Run>,
    ended: Result<&str, &str>,
) -> Result<(), DatabaseError> {
    let (state, summary, why) = match ended {
        Ok(summary) => (State::Done, Some(summary), None),
        Err(why) => (State::Failed, None, Some(why)),
    };
    let sql = "UPDATE match_run SET state = $1, summary = $2, why = $3, ended_at = $4 WHERE id = $5";
    let at = change.at();
    let params = vec![state.of().0.into(), summary.into(), why.into(), at.into(), run.into()];
    change.run(sql, params).await.map(drop)
}

pub(super) async fn find(session: &mut Session, id: Id<Run>) -> Result<Option<Run>, DatabaseError> {
    session.row(runs!("WHERE id = $1"), vec![id.into()]).await?.as_ref().map(run).transpose()
}

/// The latest first.
pub(super) async fn newest(session: &mut Session, most: i64) -> Result<Vec<Run>, DatabaseError> {
    let sql = runs!("ORDER BY made_at DESC, id DESC LIMIT $1");
    session.rows(sql, vec![most.into()]).await?.iter().map(run).collect()
}

pub(super) async fn of_population(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Vec<Id<Run>>, DatabaseError> {
    let sql = "SELECT id FROM match_run WHERE population = $1";
    session.rows(sql, vec![population.into()]).await?.iter().map(|row| row.id("id")).collect()
}

fn run(row: &Row) -> Result<Run, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("match_run.{column}"));
    let hub = row.maybe_text("venue")?.zip(row.maybe_whole("radius")?).zip(row.maybe_whole("stands")?);
    Ok(Run {
        id: row.id("id")?,
        population: row.id("population")?,
        population_name: row.text("population_name")?,
        cohort: row.maybe_id("cohort")?,
        cohort_name: row.text("cohort_name")?,
        rules: row.maybe_text("rules")?,
        hub: hub.map(|((venue, radius), stands)| (venue, radius, stands)),
        job: row.maybe_id("job")?,
        state: State::from_word(&row.text("state")?).ok_or_else(|| wrong("state"))?,
        why: row.maybe_text("why")?,
        summary: row.maybe_text("summary")?,
        made_at: row.text("made_at")?,
        ended_at: row.maybe_text("ended_at")?,
    })
}
