//! Making a backup.

use std::io::{Write, sink};

use serde::{Deserialize, Serialize};

use super::frames::{END, FrameWriter, ROW, TABLE};
use super::seal::seal;
use super::{BackupError, Header, Holding, Part, Recipient, Tree, values};
use crate::database::Kind;
use crate::database::dump::{Snapshot, Table};

/// What a backup is made of.
#[derive(Debug)]
pub struct Source<'a> {
    pub part: Part,
    pub snapshot: Option<Snapshot>,
    pub tree: Tree<'a>,
}

/// A table, as its frame says.
#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Described {
    name: String,
    columns: Vec<(String, String)>,
}

impl Described {
    pub(super) fn of(table: &Table) -> Self {
        let kind = |kind| match kind {
            Kind::Text => "text",
            Kind::Whole => "whole",
            Kind::Real => "real",
            Kind::Bytes => "bytes",
        };
        let columns = table.columns.iter().map(|column| (column.name.clone(), kind(column.kind).to_owned()));
        Self { name: table.name.clone(), columns: columns.collect() }
    }
}

impl Header {
    fn new(source: &Source<'_>, meres: &str, made_at: &str) -> Self {
        let steps = source.snapshot.as_ref().map(|snapshot| snapshot.steps.clone()).unwrap_or_default();
        Self { format: 1, part: source.part, meres: meres.to_owned(), made_at: made_at.to_owned(), steps }
    }
}

/// Writes a backup, encrypted to these recipients: by which version of Meres, and when. `at` is told how far it is.
pub async fn write(
    to: impl Write,
    recipients: &[Recipient],
    source: &mut Source<'_>,
    (meres, made_at): (&str, &str),
    at: impl FnMut(&Holding),
) -> Result<Holding, BackupError> {
    let header = Header::new(source, meres, made_at);
    let sealed = FrameWriter::new(seal(to, recipients)?, &header)?;
    let (sealed, holding) = frames(sealed, source, at).await?;
    sealed.finish()?.flush()?;
    Ok(holding)
}

/// What a backup of this would hold, and the digest that it would have.
pub async fn digest_of(source: &mut Source<'_>) -> Result<Holding, BackupError> {
    let header = Header::new(source, "", "");
    let (_, holding) = frames(FrameWriter::new(sink(), &header)?, source, |_| ()).await?;
    Ok(holding)
}

async fn frames<W: Write>(
    mut to: FrameWriter<W>,
    source: &mut Source<'_>,
    mut at: impl FnMut(&Holding),
) -> Result<(W, Holding), BackupError> {
    if let Some(snapshot) = &mut source.snapshot {
        let mut bytes = Vec::new();
        for table in snapshot.tables.clone() {
            to.json(TABLE, &Described::of(&table))?;
            snapshot
                .each_row(&table, |row| {
                    bytes.clear();
                    values::write(row, &mut bytes);
                    to.holding.rows += 1;
                    at(&to.holding);
                    to.frame(ROW, &bytes)
                })
                .await?;
            to.frame(END, &[])?;
            to.holding.tables += 1;
        }
    }
    source.tree.write(&mut to, at)?;
    to.finish()
}
