//! The catalogue of populations in the database.

use std::path::Path;

use ground::database::{Change, DatabaseError, Param, Row, Session};
use vocabulary::{Day, Id};

use super::catalogue::{
    Added, CatalogueError, Catalogued, Entry, Located, NewEntry, PeopleList, could_be_digest, not_found,
};
use super::kept::Kind;

/// Enters a population that was kept. One that is in the catalogue already stays as it is there.
pub async fn add(change: &mut Change, new: &NewEntry<'_>) -> Result<Added, CatalogueError> {
    new.check()?;
    let same = "SELECT * FROM population WHERE digest = $1 AND deleted_at IS NULL";
    if let Some(row) = change.row(same, vec![new.kept.digest.as_str().into()]).await? {
        return Ok(Added::Already(entry(&row)?));
    }
    if by_name(change, &new.name).await?.is_some() {
        return Err(CatalogueError::NameTaken(new.name.clone()));
    }
    let kept = new.kept;
    let entry = Entry {
        id: change.new_id(),
        kind: kept.kind,
        name: new.name.clone(),
        digest: kept.digest.clone(),
        mapping_digest: kept.mapping_digest.clone(),
        sources: kept.sources.clone(),
        made_up: kept.made_up.clone(),
        rows_read: kept.rows_read,
        people: kept.people,
        problems: kept.problems_listed,
        bytes: kept.bytes,
        purpose: new.purpose.clone(),
        agreement: new.agreement.clone(),
        keep_until: new.keep_until,
        imported_at: change.at(),
    };
    change.insert("population", &COLUMNS, "", [params(&entry)]).await?;
    Ok(Added::New(entry))
}

/// The population whose digest begins so (eight digits at least), or else that has this name.
pub async fn find(session: &mut Session, named: &str) -> Result<Option<Entry>, CatalogueError> {
    if could_be_digest(named) {
        let begin = named.to_ascii_lowercase();
        let sql = "SELECT * FROM population WHERE digest LIKE $1 AND deleted_at IS NULL ORDER BY digest";
        let found = entries(&session.rows(sql, vec![format!("{begin}%").into()]).await?)?;
        match found.as_slice() {
            [] => {}
            [one] => return Ok(Some(one.clone())),
            several => {
                let those: Vec<&str> = several.iter().map(|e| e.digest.as_str()).collect();
                return Err(CatalogueError::Ambiguous { begin, those: those.join(", ") });
            }
        }
    }
    Ok(by_name(session, named).await?)
}

/// Where the population is that somebody named: first a path, then a digest, then a name.
pub async fn locate(session: &mut Session, named: &str) -> Result<Located, CatalogueError> {
    if Path::new(named).exists() {
        return Ok(Located::Path(named.into()));
    }
    match find(session, named).await? {
        Some(entry) => Ok(Located::Kept(Box::new(entry))),
        None => Err(not_found(named, &list(session).await?)),
    }
}

/// Everything that is kept, the oldest first.
pub async fn list(session: &mut Session) -> Result<Vec<Entry>, DatabaseError> {
    let sql = "SELECT * FROM population WHERE deleted_at IS NULL ORDER BY imported_at, id";
    entries(&session.rows(sql, Vec::new()).await?)
}

/// What was to be kept until a day before this one.
pub async fn due(session: &mut Session, before: Day) -> Result<Vec<Entry>, DatabaseError> {
    let sql = "SELECT * FROM population WHERE deleted_at IS NULL AND keep_until < $1 ORDER BY keep_until, id";
    entries(&session.rows(sql, vec![before.to_string().into()]).await?)
}

/// Kinds and digests of everything that is kept, for a sweep; read it after the zone was entered.
pub async fn catalogued(session: &mut Session) -> Result<Catalogued, DatabaseError> {
    Ok(list(session).await?.into_iter().map(|entry| (entry.kind, entry.digest)).collect())
}

/// Marks a population as deleted and takes its names away; says whether there was one. Its files are removed after the
/// commit, by [`super::kept::Zone::remove_files`].
pub async fn delete(change: &mut Change, id: Id<Entry>) -> Result<bool, DatabaseError> {
    let sql = "UPDATE population SET deleted_at = $1, name = NULL, sources = '[]' WHERE id = $2 AND deleted_at IS NULL";
    let at = change.at();
    Ok(change.run(sql, vec![at.into(), id.into()]).await? > 0)
}

async fn by_name(session: &mut Session, name: &str) -> Result<Option<Entry>, DatabaseError> {
    let sql = "SELECT * FROM population WHERE name = $1 AND deleted_at IS NULL";
    session.row(sql, vec![name.into()]).await?.as_ref().map(entry).transpose()
}

const COLUMNS: [&str; 15] = [
    "id",
    "kind",
    "name",
    "digest",
    "mapping_digest",
    "sources",
    "made_up",
    "rows_read",
    "people",
    "problems",
    "bytes",
    "purpose",
    "agreement",
    "keep_until",
    "imported_at",
];

fn params(entry: &Entry) -> Vec<Param> {
    let count = |number: u64| Param::Whole(i64::try_from(number).unwrap_or(i64::MAX));
    vec![
        entry.id.into(),
        entry.kind.key().into(),
        entry.name.as_str().into(),
        entry.digest.as_str().into(),
        entry.mapping_digest.as_str().into(),
        serde_json::Value::from(entry.sources.clone()).to_string().into(),
        entry.made_up.clone().into(),
        count(entry.rows_read),
        count(entry.people),
        count(entry.problems),
        count(entry.bytes),
        entry.purpose.as_str().into(),
        entry.agreement.clone().into(),
        entry.keep_until.map(|day| day.to_string()).into(),
        entry.imported_at.as_str().into(),
    ]
}

fn entries(rows: &[Row]) -> Result<Vec<Entry>, DatabaseError> {
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<Entry, DatabaseError> {
    let other = |column: &str| DatabaseError::Column(column.to_owned());
    let count = |column: &str| u64::try_from(row.whole(column)?).map_err(|_| other(column));
    let day = |text: String| Day::parse(&text).map_err(|_| other("keep_until"));
    Ok(Entry {
        id: row.id("id")?,
        kind: Kind::from_key(&row.text("kind")?).ok_or_else(|| other("kind"))?,
        name: row.text("name")?,
        digest: row.text("digest")?,
        mapping_digest: row.text("mapping_digest")?,
        sources: serde_json::from_str(&row.text("sources")?).map_err(|_| other("sources"))?,
        made_up: row.maybe_text("made_up")?,
        rows_read: count("rows_read")?,
        people: count("people")?,
        problems: count("problems")?,
        bytes: count("bytes")?,
        purpose: row.text("purpose")?,
        agreement: row.maybe_text("agreement")?,
        keep_until: row.maybe_text("keep_until")?.map(day).transpose()?,
        imported_at: row.text("imported_at")?,
    })
}

/// Enters a list of people that was kept.
pub async fn add_list(change: &mut Change, list: &PeopleList) -> Result<(), DatabaseError> {
    let columns = ["id", "population", "name", "digest", "made_at", "actor"];
    let row = vec![
        list.id.into(),
        list.population.into(),
        list.name.as_str().into(),
        list.digest.as_str().into(),
        list.made_at.as_str().into(),
        list.actor.as_str().into(),
    ];
    change.insert("population_list", &columns, "", [row]).await?;
    Ok(())
}

/// The lists that a population ever had, by name.
pub async fn lists(session: &mut Session, population: Id<Entry>) -> Result<Vec<PeopleList>, DatabaseError> {
    let sql = "SELECT id, population, name, digest, made_at, actor, removed_at FROM population_list \
               WHERE population = $1 ORDER BY name";
    session.rows(sql, vec![population.into()]).await?.iter().map(people_list).collect()
}

/// What the lists of all populations are called, each name once.
pub async fn names_of_lists(session: &mut Session) -> Result<Vec<String>, DatabaseError> {
    let rows = session
        .rows("SELECT DISTINCT name FROM population_list WHERE removed_at IS NULL ORDER BY name", vec![])
        .await?;
    rows.iter().map(|row| row.text("name")).collect()
}

/// Notes that a list is gone; says whether it was there. Its file is removed by [`super::kept::remove_list`].
pub async fn remove_list(change: &mut Change, id: Id<PeopleList>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE population_list SET removed_at = $1 WHERE id = $2 AND removed_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}

/// Forgets what the lists of a population were called.
pub async fn remove_lists(change: &mut Change, population: Id<Entry>) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM population_list WHERE population = $1";
    change.run(sql, vec![population.into()]).await.map(drop)
}

fn people_list(row: &Row) -> Result<PeopleList, DatabaseError> {
    Ok(PeopleList {
        id: row.id("id")?,
        population: row.id("population")?,
        name: row.text("name")?,
        digest: row.text("digest")?,
        made_at: row.text("made_at")?,
        actor: row.text("actor")?,
        removed: row.maybe_text("removed_at")?.is_some(),
    })
}
