//! The table of proposals. What pages show is asked for within a scope.

use ground::database::{Change, DatabaseError, Row, Session};
use vocabulary::{Id, Scope};

use super::super::{Entry, Kind};
use super::{Proposal, State, Wanted};

/// The columns of a proposal.
macro_rules! proposals {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, entry, is_new, partner, actor, base, proposed, place, note, made_at, state, decided_at, \
             decided_by, reason FROM directory_edit ",
            $rest
        )
    };
}

/// One that waits from now on.
pub async fn add(change: &mut Change, wanted: &Wanted) -> Result<Id<Proposal>, DatabaseError> {
    let (id, at): (Id<Proposal>, _) = (change.new_id(), change.at());
    let columns = [
        "id", "kind", "entry", "is_new", "partner", "actor", "base", "proposed", "place", "note", "made_at",
        "state",
    ];
    let row = vec![
        id.into(),
        wanted.kind.word().into(),
        wanted.entry.into(),
        wanted.is_new.into(),
        wanted.partner.into(),
        wanted.actor.clone().into(),
        wanted.base.clone().into(),
        wanted.proposed.clone().into(),
        wanted.place.clone().into(),
        wanted.note.clone().into(),
        at.into(),
        State::Waiting.word().into(),
    ];
    change.insert("directory_edit", &columns, "", [row]).await?;
    Ok(id)
}

/// One, where the scope holds whose it is.
pub async fn find(
    session: &mut Session,
    id: Id<Proposal>,
    scope: &Scope,
) -> Result<Option<Proposal>, DatabaseError> {
    let sql = proposals!("WHERE id = $1 AND {within partner}");
    session.rows_within(sql, vec![id.into()], scope).await?.first().map(proposal).transpose()
}

/// Those that wait, the oldest first.
pub async fn waiting(session: &mut Session, scope: &Scope) -> Result<Vec<Proposal>, DatabaseError> {
    let sql = proposals!("WHERE state = 'waiting' AND {within partner} ORDER BY made_at, id");
    session.rows_within(sql, vec![], scope).await?.iter().map(proposal).collect()
}

/// Those on which somebody decided since a moment, the latest first.
pub async fn decided(
    session: &mut Session,
    scope: &Scope,
    since: &str,
) -> Result<Vec<Proposal>, DatabaseError> {
    let sql = proposals!(
        "WHERE state IN ('approved', 'refused') AND decided_at >= $1 AND {within partner} \
         ORDER BY decided_at DESC, id DESC"
    );
    session.rows_within(sql, vec![since.into()], scope).await?.iter().map(proposal).collect()
}

/// Those about one record, the oldest first.
pub async fn of_entry(session: &mut Session, entry: Id<Entry>) -> Result<Vec<Proposal>, DatabaseError> {
    let sql = proposals!("WHERE entry = $1 ORDER BY made_at, id");
    session.rows(sql, vec![entry.into()]).await?.iter().map(proposal).collect()
}

/// The records about which proposals of somebody wait: each as often as it has one.
pub async fn waiting_of(session: &mut Session, actor: &str) -> Result<Vec<Id<Entry>>, DatabaseError> {
    let sql = "SELECT entry FROM directory_edit WHERE state = 'waiting' AND actor = $1";
    session.rows(sql, vec![actor.into()]).await?.iter().map(|row| row.id("entry")).collect()
}

/// How many wait.
pub async fn count_waiting(session: &mut Session) -> Result<i64, DatabaseError> {
    session.count("SELECT COUNT(*) AS n FROM directory_edit WHERE state = 'waiting'", vec![]).await
}

/// Decides, if nobody has yet: of many at once, one alone.
pub async fn decide(
    change: &mut Change,
    id: Id<Proposal>,
    state: State,
    by: &str,
    reason: Option<&str>,
) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE directory_edit SET state = $1, decided_at = $2, decided_by = $3, reason = $4 \
               WHERE id = $5 AND state = 'waiting'";
    let params = vec![state.word().into(), at.into(), by.into(), reason.into(), id.into()];
    Ok(change.run(sql, params).await? == 1)
}

/// What a source proposed of a record before: it proposes something else now.
pub async fn replace_of_source(
    change: &mut Change,
    entry: Id<Entry>,
    source: &str,
) -> Result<(), DatabaseError> {
    let at = change.at();
    let sql = "UPDATE directory_edit SET state = 'withdrawn', decided_at = $1, decided_by = $2, \
               reason = 'The source sent another version' \
               WHERE entry = $3 AND actor = $2 AND state = 'waiting'";
    change.run(sql, vec![at.into(), source.into(), entry.into()]).await.map(drop)
}

fn proposal(row: &Row) -> Result<Proposal, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("directory_edit.{column}"));
    Ok(Proposal {
        id: row.id("id")?,
        wanted: Wanted {
            kind: Kind::parse(&row.text("kind")?).ok_or_else(|| wrong("kind"))?,
            entry: row.id("entry")?,
            is_new: row.yes("is_new")?,
            partner: row.maybe_id("partner")?,
            actor: row.text("actor")?,
            base: row.text("base")?,
            proposed: row.text("proposed")?,
            place: row.maybe_text("place")?,
            note: row.maybe_text("note")?,
        },
        made_at: row.text("made_at")?,
        state: State::parse(&row.text("state")?).ok_or_else(|| wrong("state"))?,
        decided_at: row.maybe_text("decided_at")?,
        decided_by: row.maybe_text("decided_by")?,
        reason: row.maybe_text("reason")?,
    })
}
