//! A worker: takes what is ready, does so many at a time, and leaves cleanly.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::one::act;
use super::registry::Registry;
use super::run::Run;
use super::settings::Settings;
use super::{one, store};
use crate::database::{Act, Database, DatabaseError};

/// Does jobs until `stop` says so, or until nobody is left who could. What runs then may go on for the grace, and is put
/// back after it; when this returns, nothing runs any more.
pub async fn work(
    database: &Database,
    registry: &Registry,
    settings: &Settings,
    mut stop: watch::Receiver<bool>,
) {
    let shared = Arc::new((registry.clone(), settings.clone()));
    let mut running = JoinSet::new();
    loop {
        if running.len() < settings.at_once {
            let leased = Instant::now();
            match begin(database, registry, settings).await {
                Ok(Some(run)) => {
                    let (shared, told) = (shared.clone(), stop.clone());
                    running.spawn(async move {
                        let (registry, settings) = &*shared;
                        if let Err(error) = one::run(registry, settings, run, (leased, told)).await {
                            (settings.trouble)(&error);
                        }
                    });
                    if !*stop.borrow() {
                        continue;
                    }
                }
                Ok(None) => {}
                Err(error) => (settings.trouble)(&error),
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            Some(_) = running.join_next() => {}
            () = sleep(settings.poll.unsigned_abs()) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Begins the job whose turn it is, if there is one.
async fn begin(
    database: &Database,
    registry: &Registry,
    settings: &Settings,
) -> Result<Option<Run>, DatabaseError> {
    let kinds = registry.kinds();
    // Reading waits for nobody; only who finds something becomes the writer.
    if !store::is_waiting(&mut database.read().await?, &kinds, database.now()).await? {
        return Ok(None);
    }
    let mut change = database.change(&settings.actor).await?;
    let settled = store::settle(&mut change, &kinds).await?;
    let taken = store::take(&mut change, database, &kinds, settings.lease).await?;
    let act = match (&taken, settled) {
        (None, 0) => return Ok(None),
        (None, _) => Act {
            action: "job.settle",
            object: String::new(),
            purpose: None,
            detail: format!("{settled} that a worker left"),
        },
        (Some(run), _) => act("job.begin", run),
    };
    change.commit(act).await?;
    Ok(taken)
}
