//! `cargo xtask load`: how many durable, audited writes a second `Database::change` carries, and how long each waits.
//!
//! Many writers at once, each of which writes one row, waits until it is on the disk, and begins again. Arguments:
//! seconds, writers, and optionally the address of a PostgreSQL; without one, the embedded database in a new folder.

use std::time::{Duration, Instant};

use ground::database::{Act, Database, DatabaseError};
use time::OffsetDateTime;
use vocabulary::{Actor, Id};

struct Note;

async fn write(database: &Database, actor: &Actor) -> Result<(), DatabaseError> {
    let mut change = database.change(actor).await?;
    let id: Id<Note> = change.new_id();
    let row = vec![id.into(), "A practice of the load".into(), "[]".into()];
    change.insert("practice", &["ods", "name", "address"], "", [row]).await?;
    let act = Act { action: "load.write", object: id.to_string(), purpose: None, detail: String::new() };
    change.commit(act).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().ok_or("seconds?")?.parse()?;
    let writers: usize = arguments.next().ok_or("writers?")?.parse()?;
    let folder = tempfile::tempdir()?;
    let database = match arguments.next() {
        Some(url) => Database::connect(&url, OffsetDateTime::now_utc).await?,
        None => Database::open(folder.path(), OffsetDateTime::now_utc).await?,
    };
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..writers)
        .map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                let actor = Actor::CommandLine(format!("load {number}"));
                let mut waited = Vec::new();
                while Instant::now() < end {
                    let asked = Instant::now();
                    write(&database, &actor).await?;
                    waited.push(asked.elapsed());
                }
                Ok::<_, DatabaseError>(waited)
            })
        })
        .collect();
    let mut waited = Vec::new();
    for task in tasks {
        waited.append(&mut task.await??);
    }
    let took = began.elapsed().as_secs_f64();
    waited.sort_unstable();
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank"
        )]
        let rank = ((waited.len() as f64 * share) as usize).min(waited.len().saturating_sub(1));
        waited.get(rank).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let a_second = waited.len() as f64 / took;
    #[expect(clippy::print_stdout, reason = "this is its answer")]
    {
        println!(
            "{writers} writers, {took:.0} s: {} writes, {a_second:.0} a second; waited 50 % {:.1} ms, 99 % {:.1} ms, longest {:.1} ms",
            waited.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
    let rows = database.read().await?.count("SELECT COUNT(*) AS n FROM practice", Vec::new()).await?;
    if i64::try_from(waited.len())? > rows {
        return Err(format!("{} were acknowledged, {rows} are there", waited.len()).into());
    }
    database.close().await?;
    Ok(())
}
