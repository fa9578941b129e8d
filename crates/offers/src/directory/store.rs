//! The directory's tables.

use std::collections::{BTreeMap, BTreeSet};

use ground::database::{Change, DatabaseError, Param, Row, Session};
use serde::de::DeserializeOwned;
use vocabulary::{Id, Topic, TopicSet};

use crate::edition::made_aside;
pub use crate::edition::store::{turned, version};

use super::difference::{Difference, Known, KnownRecord, Part, Written};
use super::past::{Ended, How};
use super::proposal::{Wanted, source_actor};
use super::{Directory, Entry, HERE, Kept, Kind, Organisation, Records, Service, Site, Source};
use super::{past, proposal, revision};

/// The source of this name, if it was imported before.
pub async fn source(session: &mut Session, name: &str) -> Result<Option<Source>, DatabaseError> {
    let sql = "SELECT id, name, about, imported_at, digest FROM directory_source WHERE name = $1";
    session.row(sql, vec![name.into()]).await?.map(|row| source_of(&row)).transpose()
}

/// Every source, by name.
pub async fn sources(session: &mut Session) -> Result<Vec<Source>, DatabaseError> {
    let sql = "SELECT id, name, about, imported_at, digest FROM directory_source ORDER BY name";
    session.rows(sql, vec![]).await?.iter().map(source_of).collect()
}

fn source_of(row: &Row) -> Result<Source, DatabaseError> {
    Ok(Source {
        id: row.id("id")?,
        name: row.text("name")?,
        about: row.maybe_text("about")?,
        imported_at: row.text("imported_at")?,
        digest: row.text("digest")?,
    })
}

/// What is known of a source, to compare with what it sends now.
pub async fn known(session: &mut Session, source: Option<&Source>) -> Result<Known, DatabaseError> {
    let mut known = Known::default();
    let Some(source) = source else { return Ok(known) };
    for kind in Kind::ALL {
        let sql = match kind {
            Kind::Organisation => "SELECT key, name, record, gone_at FROM organisation WHERE source = $1",
            Kind::Service => "SELECT key, name, record, gone_at FROM service WHERE source = $1",
            Kind::Site => "SELECT key, name, record, gone_at FROM site WHERE source = $1",
        };
        for row in session.rows(sql, vec![source.id.into()]).await? {
            let record = KnownRecord {
                name: row.text("name")?,
                record: row.text("record")?,
                gone: row.maybe_text("gone_at")?.is_some(),
            };
            known.of_mut(kind).insert(row.text("key")?, record);
        }
    }
    Ok(known)
}

/// Writes what a source sends now; identifiers stay, what it no longer has is marked.
pub async fn apply(
    change: &mut Change,
    name: &str,
    about: Option<&str>,
    digest: &str,
    difference: &Difference,
) -> Result<Source, DatabaseError> {
    if name == HERE {
        return Err(DatabaseError::Refused(format!(
            "\"{HERE}\" is what was made here: no source has that name"
        )));
    }
    let at = change.at();
    let new: Id<Source> = change.new_id();
    let columns = ["id", "name", "about", "imported_at", "digest"];
    let row = vec![new.into(), name.into(), about.into(), at.clone().into(), digest.into()];
    let ending = "ON CONFLICT (name) DO UPDATE SET about = excluded.about, imported_at = excluded.imported_at, \
                  digest = excluded.digest";
    change.insert("directory_source", &columns, ending, [row]).await?;
    let found = source(change, name).await?;
    let source = found.ok_or_else(|| DatabaseError::Column("directory_source.name".into()))?;
    let actor = source_actor(name);
    let waiting: BTreeSet<Id<Entry>> =
        proposal::store::waiting_of(change, &actor).await?.into_iter().collect();
    let mut ended = Vec::new();
    for kind in Kind::ALL {
        let part = difference.of(kind);
        let before = changed_here(change, &source, kind, part).await?;
        let (table, gone) = match kind {
            Kind::Organisation => {
                ("organisation", "UPDATE organisation SET gone_at = $1 WHERE source = $2 AND key = $3")
            }
            Kind::Service => ("service", "UPDATE service SET gone_at = $1 WHERE source = $2 AND key = $3"),
            Kind::Site => ("site", "UPDATE site SET gone_at = $1 WHERE source = $2 AND key = $3"),
        };
        let rows: Vec<Vec<Param>> =
            part.written().map(|record| record_row(change, &source, record, &at)).collect();
        let columns = ["id", "source", "key", "name", "record", "changed_at"];
        let ending = "ON CONFLICT (source, key) DO UPDATE SET name = excluded.name, record = excluded.record, \
                      changed_at = excluded.changed_at, gone_at = NULL";
        change.insert(table, &columns, ending, rows).await?;
        for key in &part.gone {
            change.run(gone, vec![at.clone().into(), source.id.into(), key.key.clone().into()]).await?;
        }
        for (known, sent) in &before {
            // What it proposed before is answered by what it sends now, whether that is in anybody's way or not.
            if waiting.contains(&known.id) {
                proposal::store::replace_of_source(change, known.id, &actor).await?;
            }
            ended.extend(brought_together(change, kind, &actor, known, sent).await?);
        }
    }
    past::store::note(change, ended, How::Import, &actor).await?;
    turned(change).await?;
    Ok(source)
}

/// A record as it stood before its source sent another.
struct Before {
    id: Id<Entry>,
    record: String,
    own: Option<(String, String)>,
}

/// The records that a source replaces, each with what it sends now.
async fn changed_here<'a>(
    session: &mut Session,
    source: &Source,
    kind: Kind,
    part: &'a Part,
) -> Result<Vec<(Before, &'a Written)>, DatabaseError> {
    let sent: BTreeMap<&str, &Written> =
        part.changed.iter().chain(&part.returned).map(|one| (one.key.as_str(), one)).collect();
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match kind {
        Kind::Organisation => "SELECT id, key, record, own, own_base FROM organisation WHERE source = $1",
        Kind::Service => "SELECT id, key, record, own, own_base FROM service WHERE source = $1",
        Kind::Site => "SELECT id, key, record, own, own_base FROM site WHERE source = $1",
    };
    let mut before = Vec::new();
    for row in session.rows(sql, vec![source.id.into()]).await? {
        if let Some(written) = sent.get(row.text("key")?.as_str()) {
            let own = row.maybe_text("own")?.zip(row.maybe_text("own_base")?);
            before.push((Before { id: row.id("id")?, record: row.text("record")?, own }, *written));
        }
    }
    Ok(before)
}

/// Brings what was changed here together with what a source sends now: what the source alone changed is taken; what both
/// changed stays as it is here, and what the source would have waits for somebody to decide.
async fn brought_together(
    change: &mut Change,
    kind: Kind,
    actor: &str,
    known: &Before,
    sent: &Written,
) -> Result<Option<Ended>, DatabaseError> {
    let Some((own, base)) = &known.own else {
        let ended = Ended { kind, entry: known.id, record: known.record.clone() };
        return Ok((known.record != sent.record).then_some(ended));
    };
    let coming = revision::fields(&sent.record);
    let was = revision::fields(base);
    let together = revision::bring_together(&was, &revision::fields(own), &coming, |_| None);
    let record =
        revision::written(kind, &together.record).ok_or_else(|| DatabaseError::Column("own".into()))?;
    let kept = (together.record != coming).then_some(record.as_str());
    let name = together.record.get("name").and_then(|name| name.as_str()).unwrap_or_default();
    let sql = match kind {
        Kind::Organisation => "UPDATE organisation SET own = $1, own_base = $2, name = $3 WHERE id = $4",
        Kind::Service => "UPDATE service SET own = $1, own_base = $2, name = $3 WHERE id = $4",
        Kind::Site => "UPDATE site SET own = $1, own_base = $2, name = $3 WHERE id = $4",
    };
    let base = kept.map(|_| sent.record.as_str());
    change.run(sql, vec![kept.into(), base.into(), name.into(), known.id.into()]).await?;
    if !together.conflicts.is_empty() {
        let actor = actor.to_owned();
        let proposed = revision::written(kind, &revision::as_they_have_it(&together)).unwrap_or_default();
        let (entry, note) = (known.id, Some("The source changed what was also changed here.".to_owned()));
        let (base, partner, place) = (record.clone(), None, None);
        let wanted = Wanted { kind, entry, is_new: false, partner, actor, base, proposed, place, note };
        proposal::store::add(change, &wanted).await?;
    }
    let ended = Ended { kind, entry: known.id, record: own.clone() };
    Ok((revision::fields(own) != together.record).then_some(ended))
}

fn record_row(change: &Change, source: &Source, record: &Written, at: &str) -> Vec<Param> {
    let id: Id<Entry> = change.new_id();
    vec![
        id.into(),
        source.id.into(),
        record.key.clone().into(),
        record.name.clone().into(),
        record.record.clone().into(),
        at.into(),
    ]
}

/// The whole directory, what is gone or merged too.
pub async fn directory(session: &mut Session) -> Result<Directory, DatabaseError> {
    let mut sources = BTreeMap::new();
    for row in session.rows("SELECT id, name, about FROM directory_source", vec![]).await? {
        sources.insert(row.id("id")?, (row.text("name")?, row.maybe_text("about")?));
    }
    let sql = "SELECT id, source, key, merged_into, gone_at, changed_at, COALESCE(own, record) AS record FROM organisation";
    let organisations = records::<Organisation>(session, sql).await?;
    let sql = "SELECT id, source, key, merged_into, gone_at, changed_at, COALESCE(own, record) AS record FROM service";
    let services = records::<Service>(session, sql).await?;
    let sql = "SELECT id, source, key, NULL AS merged_into, gone_at, changed_at, COALESCE(own, record) AS record FROM site";
    let sites = records::<Site>(session, sql).await?;
    Ok(Directory::new(sources, organisations, services, sites))
}

async fn records<T: DeserializeOwned + Send + 'static>(
    session: &mut Session,
    sql: &'static str,
) -> Result<Records<T>, DatabaseError> {
    let rows = session.rows(sql, vec![]).await?;
    made_aside(move || read(&rows)).await?
}

fn read<T: DeserializeOwned>(rows: &[Row]) -> Result<Records<T>, DatabaseError> {
    rows.iter()
        .map(|row| {
            let record = serde_json::from_str(&row.text("record")?);
            let kept = Kept {
                source: row.id("source")?,
                key: row.text("key")?,
                merged_into: row.maybe_id("merged_into")?,
                gone: row.maybe_text("gone_at")?.is_some(),
                changed_at: row.text("changed_at")?,
                record: record.map_err(|_| DatabaseError::Column("record".into()))?,
            };
            Ok((row.id("id")?, kept))
        })
        .collect()
}

/// Says that two records are one: what is merged points at what is kept, and is shown no more.
pub async fn merge(
    change: &mut Change,
    kind: Kind,
    kept: Id<Entry>,
    merged: Id<Entry>,
    reason: Option<&str>,
    actor: &str,
) -> Result<(), DatabaseError> {
    point(change, kind, merged, Some(kept)).await?;
    log(change, kind, "merge", kept, merged, reason, actor).await
}

/// Takes a merge back: the record stands for itself again, as its source has it now.
pub async fn unmerge(
    change: &mut Change,
    kind: Kind,
    kept: Id<Entry>,
    merged: Id<Entry>,
    reason: Option<&str>,
    actor: &str,
) -> Result<(), DatabaseError> {
    point(change, kind, merged, None).await?;
    log(change, kind, "unmerge", kept, merged, reason, actor).await
}

/// Lets a record point at the one that it is, or at none.
async fn point(
    change: &mut Change,
    kind: Kind,
    merged: Id<Entry>,
    into: Option<Id<Entry>>,
) -> Result<(), DatabaseError> {
    let sql = match kind {
        Kind::Service => "UPDATE service SET merged_into = $1 WHERE id = $2",
        // A site is never merged; whoever asks for one finds no row.
        Kind::Organisation | Kind::Site => "UPDATE organisation SET merged_into = $1 WHERE id = $2",
    };
    change.run(sql, vec![into.into(), merged.into()]).await?;
    turned(change).await
}

async fn log(
    change: &mut Change,
    kind: Kind,
    act: &'static str,
    kept: Id<Entry>,
    merged: Id<Entry>,
    reason: Option<&str>,
    actor: &str,
) -> Result<(), DatabaseError> {
    let id: Id<Entry> = change.new_id();
    let at = change.at();
    let columns = ["id", "kind", "kept", "merged", "act", "reason", "actor", "at"];
    let row = vec![
        id.into(),
        kind.word().into(),
        kept.into(),
        merged.into(),
        act.into(),
        reason.into(),
        actor.into(),
        at.into(),
    ];
    change.insert("directory_merge", &columns, "", [row]).await?;
    Ok(())
}

/// What terms mean, where somebody said so on a page.
pub async fn terms(session: &mut Session) -> Result<Vec<(String, TopicSet)>, DatabaseError> {
    let rows = session.rows("SELECT term, topics FROM directory_term ORDER BY term", vec![]).await?;
    let topics = |keys: String| keys.split(' ').filter_map(Topic::from_key).collect();
    rows.iter().map(|row| Ok((row.text("term")?, topics(row.text("topics")?)))).collect()
}
