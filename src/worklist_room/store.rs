//! The tables of requests and of their lists.

use ground::database::{Change, DatabaseError, Param, Row, Session};
use ground::jobs::Job;
use planning::population::Entry;
use vocabulary::{Day, Id, Partner, Scope};

use super::{List, Report, Request, State};

macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "SELECT id, run, population, about, purpose, practices, most, again, until, job, state, why, people, asked_by, \
             asked_at, decided_by, decided_at FROM worklist_request ",
            $rest
        )
    };
}

pub(super) async fn add(change: &mut Change, request: &Request) -> Result<(), DatabaseError> {
    let columns = [
        "id",
        "run",
        "population",
        "about",
        "purpose",
        "purpose_folded",
        "practices",
        "most",
        "again",
        "until",
        "state",
        "asked_by",
        "asked_at",
    ];
    let row: Vec<Param> = vec![
        request.id.into(),
        request.run.into(),
        request.population.into(),
        request.about.as_str().into(),
        request.purpose.as_str().into(),
        folded(&request.purpose).into(),
        serde_json::Value::from(request.practices.clone()).to_string().into(),
        request.most.into(),
        request.again.clone().into(),
        request.until.to_string().into(),
        request.state.of().0.into(),
        request.asked_by.as_str().into(),
        request.asked_at.as_str().into(),
    ];
    change.insert("worklist_request", &columns, "", [row]).await?;
    Ok(())
}

/// By which lists of one purpose are found: capital letters and blanks make no other.
fn folded(purpose: &str) -> String {
    purpose.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says which job makes it.
pub(super) async fn made_by(
    change: &mut Change,
    request: Id<Request>,
    job: Id<Job>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE worklist_request SET job = $1 WHERE id = $2";
    change.run(sql, vec![job.into(), request.into()]).await.map(drop)
}

/// The lists are made, and wait for a decision. Whether they were still waited for.
pub(super) async fn made(
    change: &mut Change,
    request: Id<Request>,
    people: &str,
    lists: &[List],
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE worklist_request SET state = 'waiting', people = $1 WHERE id = $2 AND state = 'making'";
    if change.run(sql, vec![people.into(), request.into()]).await? == 0 {
        return Ok(false);
    }
    let row = |list: &List| -> Vec<Param> {
        vec![
            list.id.into(),
            request.into(),
            list.practice.as_str().into(),
            list.people.as_str().into(),
            0_i64.into(),
        ]
    };
    let columns = ["id", "request", "practice", "people", "fetched"];
    change.insert("worklist", &columns, "", lists.iter().map(row)).await?;
    Ok(true)
}

pub(super) async fn failed(
    change: &mut Change,
    request: Id<Request>,
    why: &str,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE worklist_request SET state = 'failed', why = $1 WHERE id = $2 AND state = 'making'";
    change.run(sql, vec![why.into(), request.into()]).await.map(drop)
}

/// Decides on one that waits; whether it still did.
pub(super) async fn decide(
    change: &mut Change,
    request: Id<Request>,
    state: State,
    (why, actor): (Option<&str>, &str),
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE worklist_request SET state = $1, why = $2, decided_by = $3, decided_at = $4 \
               WHERE id = $5 AND state IN ('waiting', 'making')";
    let at = change.at();
    let params = vec![state.of().0.into(), why.into(), actor.into(), at.into(), request.into()];
    Ok(change.run(sql, params).await? > 0)
}

/// Stops one that was approved: nobody fetches its lists any more. Whether there was one.
pub(super) async fn stop(
    change: &mut Change,
    request: Id<Request>,
    why: &str,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE worklist_request SET state = 'stopped', why = $1 WHERE id = $2 AND state = 'approved'";
    Ok(change.run(sql, vec![why.into(), request.into()]).await? > 0)
}

/// Has a change wait for others that decide on worklists.
pub(super) async fn alone(change: &mut Change) -> Result<(), DatabaseError> {
    change.alone("decisions on worklists").await
}

/// Whether another request for the same purpose was approved since a moment: whoever is on its lists was not known to be when
/// later ones were made.
pub(super) async fn approved_since(session: &mut Session, request: &Request) -> Result<bool, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM worklist_request WHERE purpose_folded = $1 AND id <> $2 \
               AND state IN ('approved', 'stopped') AND decided_at >= $3";
    let params = vec![folded(&request.purpose).into(), request.id.into(), request.asked_at.as_str().into()];
    Ok(session.count(sql, params).await? > 0)
}

/// Says which organisation may fetch the list of a practice.
pub(super) async fn goes_to(
    change: &mut Change,
    request: Id<Request>,
    practice: &str,
    partner: Id<Partner>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE worklist SET partner = $1 WHERE request = $2 AND practice = $3 AND partner IS NULL";
    change.run(sql, vec![partner.into(), request.into(), practice.into()]).await.map(drop)
}

pub(super) async fn find(session: &mut Session, id: Id<Request>) -> Result<Option<Request>, DatabaseError> {
    session.row(requests!("WHERE id = $1"), vec![id.into()]).await?.as_ref().map(request).transpose()
}

/// The latest first.
pub(super) async fn newest(session: &mut Session, most: i64) -> Result<Vec<Request>, DatabaseError> {
    let sql = requests!("ORDER BY asked_at DESC, id DESC LIMIT $1");
    session.rows(sql, vec![most.into()]).await?.iter().map(request).collect()
}

/// How many wait for a decision by somebody else than this one.
pub(super) async fn waiting(session: &mut Session, actor: &str) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM worklist_request WHERE state = 'waiting' AND asked_by <> $1";
    session.count(sql, vec![actor.into()]).await
}

/// Requests for the same purpose that were approved: whoever is on their lists was asked before.
pub(super) async fn approved_for(
    session: &mut Session,
    purpose: &str,
) -> Result<Vec<Request>, DatabaseError> {
    let sql = requests!("WHERE purpose_folded = $1 AND state IN ('approved', 'stopped') ORDER BY id");
    session.rows(sql, vec![folded(purpose).into()]).await?.iter().map(request).collect()
}

/// Which practices those requests asked about the same people of which it was told how many are on their lists: also where
/// they were refused since, and where the extract was deleted and imported once more.
pub(super) async fn told_of(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Vec<Vec<String>>, DatabaseError> {
    let sql = requests!(
        "WHERE people IS NOT NULL AND people <> 'hidden' AND population IN (SELECT other.id FROM population AS one \
         JOIN population AS other ON other.digest = one.digest WHERE one.id = $1)"
    );
    let rows = session.rows(sql, vec![population.into()]).await?;
    rows.iter().map(|row| Ok(request(row)?.practices)).collect()
}

pub(super) async fn of_population(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Vec<Id<Request>>, DatabaseError> {
    let sql = "SELECT id FROM worklist_request WHERE population = $1";
    session.rows(sql, vec![population.into()]).await?.iter().map(|row| row.id("id")).collect()
}

fn request(row: &Row) -> Result<Request, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("worklist_request.{column}"));
    Ok(Request {
        id: row.id("id")?,
        run: row.id("run")?,
        population: row.id("population")?,
        about: row.text("about")?,
        purpose: row.text("purpose")?,
        practices: serde_json::from_str(&row.text("practices")?).map_err(|_| wrong("practices"))?,
        most: row.whole("most")?,
        again: row.maybe_text("again")?,
        until: Day::parse(&row.text("until")?).map_err(|_| wrong("until"))?,
        job: row.maybe_id("job")?,
        state: State::from_word(&row.text("state")?).ok_or_else(|| wrong("state"))?,
        why: row.maybe_text("why")?,
        people: row.maybe_text("people")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.text("asked_at")?,
        decided_by: row.maybe_text("decided_by")?,
        decided_at: row.maybe_text("decided_at")?,
    })
}

macro_rules! lists {
    ($rest:literal) => {
        concat!(
            "SELECT id, request, practice, partner, people, fetched_at, invited, reached, declined, unsuitable, \
             reported_at FROM worklist ",
            $rest
        )
    };
}

/// The lists of a request, by practice.
pub(super) async fn lists(session: &mut Session, request: Id<Request>) -> Result<Vec<List>, DatabaseError> {
    let sql = lists!("WHERE request = $1 ORDER BY practice");
    session.rows(sql, vec![request.into()]).await?.iter().map(list).collect()
}

/// The lists that these organisations may fetch, or might have, with what they belong to: the latest first.
pub(super) async fn own(session: &mut Session, scope: &Scope) -> Result<Vec<(List, Request)>, DatabaseError> {
    let sql = lists!("WHERE partner IS NOT NULL AND {within partner} ORDER BY id DESC");
    let lists = session.rows_within(sql, Vec::new(), scope).await?;
    let lists: Vec<List> = lists.iter().map(list).collect::<Result<_, _>>()?;
    let sql = requests!(
        "WHERE id IN (SELECT request FROM worklist WHERE partner IS NOT NULL AND {within partner})"
    );
    let rows = session.rows_within(sql, Vec::new(), scope).await?;
    let requests: Vec<Request> = rows.iter().map(request).collect::<Result<_, _>>()?;
    let with = |list: List| {
        let of_it = requests.iter().find(|request| request.id == list.request)?.clone();
        Some((list, of_it))
    };
    Ok(lists.into_iter().filter_map(with).collect())
}

/// It was fetched.
pub(super) async fn fetched(change: &mut Change, list: Id<List>) -> Result<(), DatabaseError> {
    let sql = "UPDATE worklist SET fetched = fetched + 1, fetched_at = $1 WHERE id = $2";
    let at = change.at();
    change.run(sql, vec![at.into(), list.into()]).await.map(drop)
}

/// What the practice says became of it.
pub(super) async fn report(change: &mut Change, list: Id<List>, report: Report) -> Result<(), DatabaseError> {
    let sql = "UPDATE worklist SET invited = $1, reached = $2, declined = $3, unsuitable = $4, reported_at = $5 WHERE id = $6";
    let at = change.at();
    let whole = |n: u64| -> Param { i64::try_from(n).unwrap_or(i64::MAX).into() };
    let counts = [report.invited, report.reached, report.declined, report.unsuitable].map(whole);
    let params = counts.into_iter().chain([at.into(), list.into()]).collect();
    change.run(sql, params).await.map(drop)
}

fn list(row: &Row) -> Result<List, DatabaseError> {
    let count = |column: &str| -> Result<u64, DatabaseError> {
        Ok(row.maybe_whole(column)?.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
    };
    let reported_at = row.maybe_text("reported_at")?;
    let report = match &reported_at {
        None => None,
        Some(_) => Some(Report {
            invited: count("invited")?,
            reached: count("reached")?,
            declined: count("declined")?,
            unsuitable: count("unsuitable")?,
        }),
    };
    Ok(List {
        id: row.id("id")?,
        request: row.id("request")?,
        practice: row.text("practice")?,
        partner: row.maybe_id("partner")?,
        people: row.text("people")?,
        fetched_at: row.maybe_text("fetched_at")?,
        report,
        reported_at,
    })
}
