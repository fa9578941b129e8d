//! One run of a job, from its beginning to whatever end it comes to.

use std::sync::atomic::Ordering;

use time::Duration;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::registry::Registry;
use super::run::{JobError, Run};
use super::settings::Settings;
use super::store::{self, Lease};
use crate::database::{Act, Change, DatabaseError};

impl Run {
    /// Ends the job in a change of its own making: what it did and that it is done are kept together or not at all.
    /// Refused where the lease has passed to another run.
    pub async fn finish_within(&self, change: &mut Change) -> Result<(), JobError> {
        if store::finish(change, self, &self.so_far()).await? {
            return Ok(());
        }
        Err(JobError::Never("another worker has taken this job over".to_owned()))
    }
}

/// How it ended.
enum End {
    Came(Result<Result<(), JobError>, JoinError>),
    /// Somebody asked for it.
    Cancelled,
    /// The worker is being stopped.
    Interrupted,
    /// Another worker may have begun it: nothing may be done or written any more.
    Lost,
}

/// Does a job whose lease began at this moment.
pub(super) async fn run(
    registry: &Registry,
    settings: &Settings,
    run: Run,
    (leased, stop): (Instant, watch::Receiver<bool>),
) -> Result<(), DatabaseError> {
    let Some(work) = registry.of(&run.kind) else { return Ok(()) };
    // A task of its own: what panics there is a job that failed, and not a worker.
    let mut task = tokio::spawn(work(run.clone()));
    let end = tokio::select! {
        came = &mut task => End::Came(came),
        end = watched(&run, settings, leased) => end,
        () = interrupted(stop, settings) => End::Interrupted,
    };
    run.stopping.store(true, Ordering::Relaxed);
    if !matches!(end, End::Came(_)) {
        task.abort();
        // Nothing of it may go on behind the line that says that it ended.
        let _ = task.await;
    }
    match end {
        End::Came(Ok(Ok(()))) => done(settings, &run).await,
        End::Came(Ok(Err(JobError::Never(why)))) => failed(settings, &run, &why).await,
        End::Came(Ok(Err(JobError::Later(why)))) => again(settings, &run, &why).await,
        End::Came(Err(_)) => again(settings, &run, "it broke off: a fault in Meres").await,
        End::Cancelled => {
            let mut change = run.database.change(&settings.actor).await?;
            let held = store::give_up(&mut change, &run, ("cancelled", None)).await?;
            kept(change, held, act("job.cancel", &run)).await
        }
        End::Interrupted => {
            let mut change = run.database.change(&settings.actor).await?;
            let held = store::put_back(&mut change, &run, (Duration::ZERO, false, None)).await?;
            kept(change, held, act("job.release", &run)).await
        }
        End::Lost => Ok(()),
    }
}

/// Renews the lease as long as it can be renewed.
async fn watched(run: &Run, settings: &Settings, leased: Instant) -> End {
    let third = settings.lease.unsigned_abs() / 3;
    let mut renewed = leased;
    let mut beat = interval_at(Instant::now() + third, third);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = run.stepped.notified() => beat.reset(),
        }
        let began = Instant::now();
        match timeout(third, renew(run, settings)).await {
            Ok(Ok(Lease::Held)) => renewed = began,
            Ok(Ok(Lease::CancelAsked)) => return End::Cancelled,
            Ok(Ok(Lease::Lost)) => return End::Lost,
            // The database does not answer. Before the lease has passed for others, it has passed for us.
            Ok(Err(_)) | Err(_) if renewed.elapsed() >= third * 2 => return End::Lost,
            Ok(Err(_)) | Err(_) => {}
        }
    }
}

async fn renew(run: &Run, settings: &Settings) -> Result<Lease, DatabaseError> {
    let mut change = run.database.change(&settings.actor).await?;
    let lease = store::renew(&mut change, run, &run.so_far(), settings.lease).await?;
    kept(change, lease != Lease::Lost, act("job.renew", run)).await?;
    Ok(lease)
}

async fn interrupted(mut stop: watch::Receiver<bool>, settings: &Settings) {
    // Whoever could have said so has gone: that is a stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
    sleep(settings.grace.unsigned_abs()).await;
}

async fn done(settings: &Settings, run: &Run) -> Result<(), DatabaseError> {
    let mut change = run.database.change(&settings.actor).await?;
    let held = store::finish(&mut change, run, &run.so_far()).await?;
    kept(change, held, act("job.done", run)).await
}

async fn failed(settings: &Settings, run: &Run, why: &str) -> Result<(), DatabaseError> {
    let mut change = run.database.change(&settings.actor).await?;
    let held = store::give_up(&mut change, run, ("failed", Some(why))).await?;
    kept(change, held, act("job.fail", run)).await
}

async fn again(settings: &Settings, run: &Run, why: &str) -> Result<(), DatabaseError> {
    if run.attempt >= run.most_attempts {
        return failed(settings, run, why).await;
    }
    let mut change = run.database.change(&settings.actor).await?;
    let after = pause(settings, run.attempt, run.job.bits());
    let held = store::put_back(&mut change, run, (after, true, Some(why))).await?;
    kept(change, held, act("job.retry", run)).await
}

/// Twice as long each time, up to an hour; and up to a quarter more, so that what failed together is not tried together.
fn pause(settings: &Settings, attempt: i64, job: u128) -> Duration {
    let doubled = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    let pause = settings.pause.saturating_mul(1 << doubled).min(Duration::HOUR);
    pause + pause * f64::from(u32::try_from(job % 256).unwrap_or(0)) / 1024.0
}

/// Keeps a change of a job whose lease was held; any other has not happened.
async fn kept(change: Change, held: bool, act: Act) -> Result<(), DatabaseError> {
    if held { change.commit(act).await } else { Ok(()) }
}

pub(super) fn act(action: &'static str, run: &Run) -> Act {
    let detail = format!("{}, attempt {}", run.kind, run.attempt);
    Act { action, object: run.job.to_string(), purpose: None, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour_and_do_not_fall_together() {
        let settings = Settings::default();
        let seconds = |attempt, job| pause(&settings, attempt, job).whole_seconds();
        assert_eq!([1, 2, 3, 4].map(|attempt| seconds(attempt, 0)), [10, 20, 40, 80]);
        assert_eq!((seconds(20, 0), seconds(i64::MAX, 0)), (3600, 3600));
        assert_eq!((seconds(20, 128), seconds(20, 255)), (4050, 4496));
    }
}
