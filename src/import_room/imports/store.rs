//! Tables of what was read and of what is read again and again.

use ground::database::{Change, DatabaseError, Row, Session};
use ground::jobs::Job;
use offers::directory::{Feed, FeedProblem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::Id;

use super::{Import, Schedule, Shown, State};

impl Import {
    /// One of which nothing is known yet but where it came from.
    pub(super) fn begun(change: &Change, source: String, came: String) -> Self {
        Self {
            id: change.new_id(),
            source,
            came,
            address: None,
            by_itself: false,
            job: None,
            shown: Shown::default(),
            state: State::Reading,
            why: None,
            made_at: change.at(),
            ended_at: None,
        }
    }
}

/// Without what was read and what is wrong with it: both may be large.
const COLUMNS: [&str; 13] = [
    "id",
    "source",
    "came",
    "address",
    "by_itself",
    "job",
    "summary",
    "changes",
    "problems",
    "state",
    "why",
    "actor",
    "made_at",
];

fn json(value: &impl Serialize) -> String {
    // Texts, numbers and lists of these can always be written.
    serde_json::to_string(value).unwrap_or_default()
}

fn read<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, DatabaseError> {
    serde_json::from_str(&row.text(column)?).map_err(|_| DatabaseError::Column(column.to_owned()))
}

/// Without what would change record by record, which stands apart: a list of imports does not need it.
fn counts(shown: &Shown) -> String {
    json(&Shown { parts: Vec::new(), ..shown.clone() })
}

/// What was found in something: nothing where it is still to be read.
pub(super) struct Found<'a> {
    pub(super) feed: Option<&'a Feed>,
    pub(super) problems: &'a [FeedProblem],
}

/// Keeps a new one.
pub(super) async fn add(change: &mut Change, import: &Import, actor: &str) -> Result<(), DatabaseError> {
    let row = vec![
        import.id.into(),
        import.source.clone().into(),
        import.came.clone().into(),
        import.address.clone().into(),
        i64::from(import.by_itself).into(),
        import.job.into(),
        counts(&import.shown).into(),
        json(&import.shown.parts).into(),
        "[]".into(),
        import.state.word().into(),
        import.why.clone().into(),
        actor.into(),
        import.made_at.clone().into(),
    ];
    change.insert("directory_import", &COLUMNS, "", [row]).await?;
    Ok(())
}

/// Keeps what was found. Whether it was still waited for.
pub(super) async fn found(
    change: &mut Change,
    import: &Import,
    found: Found<'_>,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE directory_import SET feed = $1, problems = $2, summary = $3, state = $4, why = $5, ended_at = $6, \
               changes = $7, address = CASE WHEN $4 = 'failed' THEN NULL ELSE address END \
               WHERE id = $8 AND state = 'reading'";
    let params = vec![
        found.feed.map(json).into(),
        json(&found.problems).into(),
        counts(&import.shown).into(),
        import.state.word().into(),
        import.why.clone().into(),
        import.ended_at.clone().into(),
        json(&import.shown.parts).into(),
        import.id.into(),
    ];
    Ok(change.run(sql, params).await? > 0)
}

/// Ends one that waited; whether it did. What it held is forgotten.
pub(super) async fn decide(
    change: &mut Change,
    import: &Import,
    state: State,
    shown: &Shown,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE directory_import SET state = $1, summary = $2, ended_at = $3, changes = $4, feed = NULL, \
               address = NULL WHERE id = $5 AND state = $6";
    let at = change.at();
    let params = vec![
        state.word().into(),
        counts(shown).into(),
        at.into(),
        json(&shown.parts).into(),
        import.id.into(),
        import.state.word().into(),
    ];
    Ok(change.run(sql, params).await? > 0)
}

/// What came of a schedule before and was never decided is not decided any more: a later one is here.
pub(super) async fn overtaken(change: &mut Change, source: &str) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_import SET state = 'dropped', why = 'a later one came before anybody decided', \
               ended_at = $1, feed = NULL, address = NULL WHERE source = $2 AND state = 'ready' AND by_itself = 1";
    let at = change.at();
    change.run(sql, vec![at.into(), source.into()]).await?;
    Ok(())
}

/// Says which job reads it.
pub(super) async fn read_by(
    change: &mut Change,
    import: Id<Import>,
    job: Id<Job>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_import SET job = $1 WHERE id = $2";
    change.run(sql, vec![job.into(), import.into()]).await?;
    Ok(())
}

pub(super) async fn find(session: &mut Session, id: Id<Import>) -> Result<Option<Import>, DatabaseError> {
    let sql = "SELECT id, source, came, address, by_itself, job, summary, changes, state, why, made_at, ended_at \
               FROM directory_import WHERE id = $1";
    let Some(row) = session.row(sql, vec![id.into()]).await? else { return Ok(None) };
    let mut import = import_of(&row)?;
    import.shown.parts = read(&row, "changes")?;
    Ok(Some(import))
}

/// The latest, the newest first.
pub(super) async fn newest(session: &mut Session, most: i64) -> Result<Vec<Import>, DatabaseError> {
    let sql = "SELECT id, source, came, address, by_itself, job, summary, state, why, made_at, ended_at \
               FROM directory_import ORDER BY made_at DESC, id DESC LIMIT $1";
    session.rows(sql, vec![most.into()]).await?.iter().map(import_of).collect()
}

/// Those that wait for somebody, the oldest first.
pub(super) async fn ready(session: &mut Session) -> Result<Vec<Import>, DatabaseError> {
    let sql = "SELECT id, source, came, address, by_itself, job, summary, state, why, made_at, ended_at \
               FROM directory_import WHERE state = 'ready' ORDER BY made_at, id";
    session.rows(sql, vec![]).await?.iter().map(import_of).collect()
}

fn import_of(row: &Row) -> Result<Import, DatabaseError> {
    let state = State::from_word(&row.text("state")?);
    Ok(Import {
        id: row.id("id")?,
        source: row.text("source")?,
        came: row.text("came")?,
        address: row.maybe_text("address")?,
        by_itself: row.whole("by_itself")? == 1,
        job: row.maybe_id("job")?,
        shown: read(row, "summary")?,
        state: state.ok_or_else(|| DatabaseError::Column("directory_import.state".into()))?,
        why: row.maybe_text("why")?,
        made_at: row.text("made_at")?,
        ended_at: row.maybe_text("ended_at")?,
    })
}

/// What one held, as long as it waits.
pub(super) async fn feed(session: &mut Session, id: Id<Import>) -> Result<Option<String>, DatabaseError> {
    let sql = "SELECT feed FROM directory_import WHERE id = $1";
    session.row(sql, vec![id.into()]).await?.map_or(Ok(None), |row| row.maybe_text("feed"))
}

/// What is wrong with it.
pub(super) async fn problems(
    session: &mut Session,
    id: Id<Import>,
) -> Result<Vec<FeedProblem>, DatabaseError> {
    let sql = "SELECT problems FROM directory_import WHERE id = $1";
    session.row(sql, vec![id.into()]).await?.map_or(Ok(Vec::new()), |row| read(&row, "problems"))
}

/// Every address that is read again and again.
pub(super) async fn schedules(session: &mut Session) -> Result<Vec<Schedule>, DatabaseError> {
    let sql = "SELECT id, source, address, every_days, next_on FROM directory_feed WHERE ended_at IS NULL \
               ORDER BY source";
    session.rows(sql, vec![]).await?.iter().map(schedule_of).collect()
}

pub(super) async fn schedule(
    session: &mut Session,
    id: Id<Schedule>,
) -> Result<Option<Schedule>, DatabaseError> {
    let sql = "SELECT id, source, address, every_days, next_on FROM directory_feed WHERE id = $1 AND ended_at IS NULL";
    session.row(sql, vec![id.into()]).await?.map(|row| schedule_of(&row)).transpose()
}

pub(super) async fn schedule_for(
    session: &mut Session,
    source: &str,
) -> Result<Option<Schedule>, DatabaseError> {
    let sql = "SELECT id, source, address, every_days, next_on FROM directory_feed \
               WHERE source = $1 AND ended_at IS NULL";
    session.row(sql, vec![source.into()]).await?.map(|row| schedule_of(&row)).transpose()
}

fn schedule_of(row: &Row) -> Result<Schedule, DatabaseError> {
    Ok(Schedule {
        id: row.id("id")?,
        source: row.text("source")?,
        address: row.text("address")?,
        every_days: row.whole("every_days")?,
        next_on: row.maybe_text("next_on")?,
    })
}

/// Keeps from where a source came, unless somebody said already from where it comes.
pub(super) async fn came_first_from(
    change: &mut Change,
    source: &str,
    address: &str,
) -> Result<(), DatabaseError> {
    match schedule_for(change, source).await? {
        Some(_) => Ok(()),
        None => comes_from(change, source, address).await,
    }
}

/// Keeps from where a source comes; how often it is read stays as it was.
pub(super) async fn comes_from(
    change: &mut Change,
    source: &str,
    address: &str,
) -> Result<(), DatabaseError> {
    let id: Id<Schedule> = change.new_id();
    let row = vec![id.into(), source.into(), address.into(), 0_i64.into(), change.at().into()];
    let columns = ["id", "source", "address", "every_days", "made_at"];
    let ending = "ON CONFLICT (source) DO UPDATE SET address = excluded.address, ended_at = NULL";
    change.insert("directory_feed", &columns, ending, [row]).await?;
    Ok(())
}

/// Keeps how often a source is read, and when next.
pub(super) async fn every(
    change: &mut Change,
    schedule: Id<Schedule>,
    every_days: i64,
    next_on: Option<&str>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_feed SET every_days = $1, next_on = $2 WHERE id = $3";
    change.run(sql, vec![every_days.into(), next_on.into(), schedule.into()]).await?;
    Ok(())
}

/// A source is read no more.
pub(super) async fn ended(change: &mut Change, source: &str) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_feed SET every_days = 0, next_on = NULL, ended_at = $1 WHERE source = $2";
    let at = change.at();
    change.run(sql, vec![at.into(), source.into()]).await?;
    Ok(())
}

/// How many records of each source stand: organisations and services.
pub(super) async fn standing(session: &mut Session) -> Result<Vec<(String, i64, i64)>, DatabaseError> {
    let sql = "SELECT s.name AS name, \
               (SELECT COUNT(*) FROM organisation o WHERE o.source = s.id AND o.gone_at IS NULL) AS organisations, \
               (SELECT COUNT(*) FROM service v WHERE v.source = s.id AND v.gone_at IS NULL) AS services \
               FROM directory_source s ORDER BY s.name";
    let rows = session.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| Ok((row.text("name")?, row.whole("organisations")?, row.whole("services")?)))
        .collect()
}

/// Reads what was kept as JSON.
pub(super) fn feed_of(text: &str) -> Result<Feed, DatabaseError> {
    serde_json::from_str(text).map_err(|_| DatabaseError::Column("directory_import.feed".to_owned()))
}
