//! The library in the database.

use std::collections::{BTreeMap, BTreeSet};

use ground::database::{Change, DatabaseError, Param, Row, Session};
use vocabulary::Id;

use super::{Difference, Known, Library, PracticeNote, Resource, difference};
use crate::edition;

/// A version of a resource, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: u32,
    /// Without stock and notes: they are not of a version.
    pub resource: Resource,
    /// UTC.
    pub since: String,
}

/// Everything that a source brought, withdrawn or not, by the owner's reference.
pub async fn known(session: &mut Session, source: &str) -> Result<BTreeMap<String, Known>, DatabaseError> {
    let mut notes = notes(session, source).await?;
    let sql = "SELECT resource.id, resource.key, resource.number, resource.stock, resource.withdrawn_at, \
               resource_version.record FROM resource JOIN resource_version ON resource_version.resource = resource.id \
               AND resource_version.number = resource.number WHERE resource.source = $1 ORDER BY resource.key";
    let mut known = BTreeMap::new();
    for row in session.rows(sql, vec![source.into()]).await? {
        let id: Id<Resource> = row.id("id")?;
        let stock = row.maybe_whole("stock")?.map(|stock| number(stock, "stock")).transpose()?;
        let practice_notes = notes.remove(&id).unwrap_or_default();
        let resource = Resource { stock, practice_notes, ..record(&row)? };
        let withdrawn = row.maybe_text("withdrawn_at")?.is_some();
        let number = number(row.whole("number")?, "number")?;
        known.insert(row.text("key")?, Known { id, number, resource, withdrawn });
    }
    Ok(known)
}

/// Everything that is given out, by title.
pub async fn given_out(session: &mut Session) -> Result<Vec<(Id<Resource>, Resource)>, DatabaseError> {
    let sql = "SELECT resource.id, resource_version.record FROM resource JOIN resource_version \
               ON resource_version.resource = resource.id AND resource_version.number = resource.number \
               WHERE resource.withdrawn_at IS NULL ORDER BY resource.title, resource.id";
    session.rows(sql, vec![]).await?.iter().map(|row| Ok((row.id("id")?, record(row)?))).collect()
}

/// Names of the sources, in order.
pub async fn sources(session: &mut Session) -> Result<Vec<String>, DatabaseError> {
    let rows = session.rows("SELECT DISTINCT source FROM resource ORDER BY source", Vec::new()).await?;
    rows.iter().map(|row| row.text("source")).collect()
}

/// Every version that a resource had, the first one first.
pub async fn versions(session: &mut Session, id: Id<Resource>) -> Result<Vec<Version>, DatabaseError> {
    let sql = "SELECT number, record, since FROM resource_version WHERE resource = $1 ORDER BY number";
    let rows = session.rows(sql, vec![id.into()]).await?;
    let version = |row: &Row| {
        let number = number(row.whole("number")?, "number")?;
        Ok(Version { number, resource: record(row)?, since: row.text("since")? })
    };
    rows.iter().map(version).collect()
}

/// Brings the library up to date with a list, and says what changed.
pub async fn apply(
    change: &mut Change,
    source: &str,
    library: &Library,
) -> Result<Difference, DatabaseError> {
    let known = known(change, source).await?;
    let (read, difference) = (&library.resources, difference(&known, library));
    let at = change.at();
    let (mut resources, mut versions, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for key in &difference.new {
        let (id, resource) = (change.new_id::<Resource>(), &read[key]);
        let row: Vec<Param> = vec![
            id.into(),
            source.into(),
            key.as_str().into(),
            resource.title.as_str().into(),
            1_i64.into(),
            resource.stock.into(),
            at.as_str().into(),
        ];
        resources.push(row);
        versions.push(version_row(change, id, 1, resource)?);
        notes.extend(resource.practice_notes.iter().map(|note| note_row(change, id, note)));
    }
    let anew: BTreeSet<&String> = difference.new_version.iter().collect();
    // A resource that returns with a new version stands in two lists, and is touched once.
    let touched = difference.updated.iter().chain(&difference.returned).chain(anew.iter().copied());
    for key in touched.collect::<BTreeSet<&String>>() {
        let (before, resource) = (&known[key], &read[key]);
        let number = before.number + u32::from(anew.contains(key));
        if number > before.number {
            versions.push(version_row(change, before.id, number, resource)?);
        }
        let sql = "UPDATE resource SET title = $1, number = $2, stock = $3, changed_at = $4, withdrawn_at = NULL \
                   WHERE id = $5";
        let params = vec![
            resource.title.as_str().into(),
            number.into(),
            resource.stock.into(),
            at.as_str().into(),
            before.id.into(),
        ];
        change.run(sql, params).await?;
        if before.resource.practice_notes != resource.practice_notes {
            let sql =
                "UPDATE practice_note SET withdrawn_at = $1 WHERE resource = $2 AND withdrawn_at IS NULL";
            change.run(sql, vec![at.as_str().into(), before.id.into()]).await?;
            notes.extend(resource.practice_notes.iter().map(|note| note_row(change, before.id, note)));
        }
    }
    let columns = ["id", "source", "key", "title", "number", "stock", "changed_at"];
    change.insert("resource", &columns, "", resources).await?;
    let columns = ["id", "resource", "number", "version", "record", "since"];
    change.insert("resource_version", &columns, "", versions).await?;
    let columns = ["id", "resource", "text", "source", "adopted_by"];
    // A note that is said again keeps its identifier.
    let again = "ON CONFLICT (resource, text) DO UPDATE SET source = excluded.source, \
                 adopted_by = excluded.adopted_by, withdrawn_at = NULL";
    change.insert("practice_note", &columns, again, notes).await?;
    for key in &difference.withdrawn {
        let sql = "UPDATE resource SET withdrawn_at = $1, changed_at = $1 WHERE id = $2";
        change.run(sql, vec![at.as_str().into(), known[key].id.into()]).await?;
    }
    // The finder shows them beside the services.
    edition::store::turned(change).await?;
    Ok(difference)
}

fn version_row(
    change: &Change,
    id: Id<Resource>,
    number: u32,
    resource: &Resource,
) -> Result<Vec<Param>, DatabaseError> {
    let record = serde_json::to_string(resource).map_err(|_| DatabaseError::Column("record".to_owned()))?;
    let version = resource.version.as_str();
    Ok(vec![
        change.new_id::<Version>().into(),
        id.into(),
        number.into(),
        version.into(),
        record.into(),
        change.at().into(),
    ])
}

fn note_row(change: &Change, id: Id<Resource>, note: &PracticeNote) -> Vec<Param> {
    let adopted_by = serde_json::Value::from(note.adopted_by.clone()).to_string();
    let text = note.text.as_str();
    vec![
        change.new_id::<PracticeNote>().into(),
        id.into(),
        text.into(),
        note.source.clone().into(),
        adopted_by.into(),
    ]
}

async fn notes(
    session: &mut Session,
    source: &str,
) -> Result<BTreeMap<Id<Resource>, Vec<PracticeNote>>, DatabaseError> {
    let sql = "SELECT practice_note.resource, practice_note.text, practice_note.source, practice_note.adopted_by \
               FROM practice_note JOIN resource ON resource.id = practice_note.resource \
               WHERE resource.source = $1 AND practice_note.withdrawn_at IS NULL";
    let mut notes: BTreeMap<Id<Resource>, Vec<PracticeNote>> = BTreeMap::new();
    for row in session.rows(sql, vec![source.into()]).await? {
        let adopted_by = serde_json::from_str(&row.text("adopted_by")?)
            .map_err(|_| DatabaseError::Column("adopted_by".to_owned()))?;
        let note = PracticeNote { text: row.text("text")?, source: row.maybe_text("source")?, adopted_by };
        notes.entry(row.id("resource")?).or_default().push(note);
    }
    notes.values_mut().for_each(|notes| notes.sort());
    Ok(notes)
}

fn number(number: i64, column: &str) -> Result<u32, DatabaseError> {
    u32::try_from(number).map_err(|_| DatabaseError::Column(column.to_owned()))
}

fn record(row: &Row) -> Result<Resource, DatabaseError> {
    serde_json::from_str(&row.text("record")?).map_err(|_| DatabaseError::Column("record".to_owned()))
}
