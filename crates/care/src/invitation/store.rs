//! Waves, blocks and the hashes of codes.

use ground::database::{Change, DatabaseError, Param, Row, Session};
use vocabulary::{Day, Id, Partner, Scope};

use super::{Block, Wave};

/// Keeps a new wave.
pub async fn add_wave(change: &mut Change, wave: &Wave) -> Result<(), DatabaseError> {
    let columns = ["id", "name", "hub", "until", "made_at", "actor"];
    let row: Vec<Param> = vec![
        wave.id.into(),
        wave.name.as_str().into(),
        wave.hub.as_str().into(),
        wave.until.to_string().into(),
        wave.made_at.as_str().into(),
        wave.actor.as_str().into(),
    ];
    change.insert("invitation_wave", &columns, "", [row]).await?;
    Ok(())
}

/// Ends a wave that has not ended; whether there was one.
pub async fn end_wave(change: &mut Change, wave: Id<Wave>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE invitation_wave SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    Ok(change.run(sql, vec![at.into(), wave.into()]).await? > 0)
}

/// Every wave, the latest first.
pub async fn waves(session: &mut Session) -> Result<Vec<Wave>, DatabaseError> {
    let sql = "SELECT id, name, hub, until, made_at, ended_at, actor FROM invitation_wave ORDER BY made_at DESC, id DESC";
    session.rows(sql, Vec::new()).await?.iter().map(wave).collect()
}

fn wave(row: &Row) -> Result<Wave, DatabaseError> {
    let wrong = |_| DatabaseError::Column("invitation_wave.until".to_owned());
    Ok(Wave {
        id: row.id("id")?,
        name: row.text("name")?,
        hub: row.text("hub")?,
        until: Day::parse(&row.text("until")?).map_err(wrong)?,
        made_at: row.text("made_at")?,
        ended_at: row.maybe_text("ended_at")?,
        actor: row.text("actor")?,
    })
}

/// Keeps a new block by what its codes are known by.
pub async fn add_block(change: &mut Change, block: &Block, codes: &[String]) -> Result<(), DatabaseError> {
    let columns = ["id", "wave", "partner", "size", "made_at", "actor"];
    let row: Vec<Param> = vec![
        block.id.into(),
        block.wave.into(),
        block.partner.into(),
        block.size.into(),
        block.made_at.as_str().into(),
        block.actor.as_str().into(),
    ];
    change.insert("code_block", &columns, "", [row]).await?;
    let rows: Vec<Vec<Param>> =
        codes.iter().map(|code| vec![code.as_str().into(), block.id.into()]).collect();
    change.insert("invitation_code", &["code", "block"], "", rows).await?;
    Ok(())
}

/// Ends a block of one of these organisations: its unused codes count no more. Whether there was one.
pub async fn end_block(change: &mut Change, block: Id<Block>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE code_block SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    Ok(change.run(sql, vec![at.into(), block.into()]).await? > 0)
}

/// The blocks of these organisations, the latest first.
pub async fn blocks(session: &mut Session, scope: &Scope) -> Result<Vec<Block>, DatabaseError> {
    let sql = "SELECT id, wave, partner, size, made_at, ended_at, actor \
               FROM code_block WHERE {within partner} ORDER BY made_at DESC, id DESC";
    session.rows_within(sql, Vec::new(), scope).await?.iter().map(block).collect()
}

fn block(row: &Row) -> Result<Block, DatabaseError> {
    Ok(Block {
        id: row.id("id")?,
        wave: row.id("wave")?,
        partner: row.id::<Partner>("partner")?,
        size: row.whole("size")?,
        made_at: row.text("made_at")?,
        ended_at: row.maybe_text("ended_at")?,
        actor: row.text("actor")?,
    })
}
