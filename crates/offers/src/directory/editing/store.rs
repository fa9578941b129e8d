//! Records as they are changed here.

use ground::database::{Change, DatabaseError, Param, Session};
use vocabulary::Id;

use super::super::past::store as past;
use super::super::past::{Ended, How};
use super::super::revision;
use super::super::store::turned;
use super::super::{Entry, HERE, Kind, Organisation, Site, Source};
use super::Standing;

/// How a record stands now.
pub async fn standing(
    session: &mut Session,
    kind: Kind,
    id: Id<Entry>,
) -> Result<Option<Standing>, DatabaseError> {
    let sql = match kind {
        Kind::Organisation => {
            "SELECT source, directory_source.name AS source_name, key, record, own, gone_at, changed_at \
             FROM organisation JOIN directory_source ON directory_source.id = source WHERE organisation.id = $1"
        }
        Kind::Service => {
            "SELECT source, directory_source.name AS source_name, key, record, own, gone_at, changed_at \
             FROM service JOIN directory_source ON directory_source.id = source WHERE service.id = $1"
        }
        Kind::Site => {
            "SELECT source, directory_source.name AS source_name, key, record, own, gone_at, changed_at \
             FROM site JOIN directory_source ON directory_source.id = source WHERE site.id = $1"
        }
    };
    let Some(row) = session.row(sql, vec![id.into()]).await? else { return Ok(None) };
    Ok(Some(Standing {
        kind,
        id,
        source: row.id("source")?,
        source_name: row.text("source_name")?,
        key: row.text("key")?,
        record: row.text("record")?,
        own: row.maybe_text("own")?,
        gone: row.maybe_text("gone_at")?.is_some(),
        changed_at: row.text("changed_at")?,
    }))
}

/// Makes this the record that is public; whether it is another than before. How it stood is kept, and those who watch it
/// are told.
pub async fn publish(
    change: &mut Change,
    standing: &Standing,
    record: &str,
    how: How,
    actor: &str,
) -> Result<bool, DatabaseError> {
    let fields = revision::fields(record);
    if fields == revision::fields(standing.shown()) {
        return Ok(false);
    }
    let ended = Ended { kind: standing.kind, entry: standing.id, record: standing.shown().to_owned() };
    past::note(change, vec![ended], how, actor).await?;
    // What is again as its source has it follows its source again.
    let own = (fields != revision::fields(&standing.record)).then_some(record);
    let base = own.map(|_| standing.record.as_str());
    let name = fields.get("name").and_then(|name| name.as_str()).unwrap_or_default();
    let sql = match standing.kind {
        Kind::Organisation => {
            "UPDATE organisation SET own = $1, own_base = $2, name = $3, changed_at = $4 WHERE id = $5"
        }
        Kind::Service => {
            "UPDATE service SET own = $1, own_base = $2, name = $3, changed_at = $4 WHERE id = $5"
        }
        Kind::Site => "UPDATE site SET own = $1, own_base = $2, name = $3, changed_at = $4 WHERE id = $5",
    };
    let at = change.at();
    change.run(sql, vec![own.into(), base.into(), name.into(), at.into(), standing.id.into()]).await?;
    turned(change).await?;
    Ok(true)
}

/// A service that was made here, for an organisation that the directory has.
pub async fn add_service(
    change: &mut Change,
    id: Id<Entry>,
    organisation: Id<Organisation>,
    record: &str,
) -> Result<(), DatabaseError> {
    let mut fields = revision::fields(record);
    fields.insert("organisation".to_owned(), organisation.to_string().into());
    let record = revision::written(Kind::Service, &fields)
        .ok_or_else(|| DatabaseError::Column("service.record".to_owned()))?;
    let row = new_row(change, id, &record).await?;
    change.insert("service", &COLUMNS, "", [row]).await?;
    turned(change).await
}

/// A place that was made here.
pub async fn add_site(change: &mut Change, record: &str) -> Result<Id<Site>, DatabaseError> {
    let id: Id<Site> = change.new_id();
    let row = new_row(change, Id::from_bits(id.bits()), record).await?;
    change.insert("site", &COLUMNS, "", [row]).await?;
    turned(change).await?;
    Ok(id)
}

const COLUMNS: [&str; 6] = ["id", "source", "key", "name", "record", "changed_at"];

/// What was made here is its own source's, and its key there is its identifier.
async fn new_row(change: &mut Change, id: Id<Entry>, record: &str) -> Result<Vec<Param>, DatabaseError> {
    let at = change.at();
    let new: Id<Source> = change.new_id();
    let columns = ["id", "name", "imported_at", "digest"];
    let row = vec![new.into(), HERE.into(), at.clone().into(), "".into()];
    change.insert("directory_source", &columns, "ON CONFLICT (name) DO NOTHING", [row]).await?;
    let sql = "SELECT id FROM directory_source WHERE name = $1";
    let source = change.row(sql, vec![HERE.into()]).await?;
    let source: Id<Source> =
        source.ok_or_else(|| DatabaseError::Column("directory_source.name".into()))?.id("id")?;
    let fields = revision::fields(record);
    let name = fields.get("name").and_then(|name| name.as_str()).unwrap_or_default();
    Ok(vec![id.into(), source.into(), id.to_string().into(), name.into(), record.into(), at.into()])
}
