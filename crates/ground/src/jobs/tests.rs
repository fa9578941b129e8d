use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use time::{Duration, OffsetDateTime};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use vocabulary::{Actor, Id};

use super::{
    Cancelled, Job, JobError, NewJob, Registry, Run, Settings, State, cancel, find, newest, queue, store,
    work,
};
use crate::database::{Act, Clock, Database};

/// A clock that moves by a millisecond (or not at all) whenever somebody looks, and further when a test says so: each
/// test has its own.
macro_rules! clock {
    ($name:ident) => {
        clock!($name, 1);
    };
    ($name:ident, $step:literal) => {
        static NOW: AtomicI64 = AtomicI64::new(1_795_348_800_000);
        fn $name() -> OffsetDateTime {
            let now = NOW.fetch_add($step, Ordering::Relaxed);
            OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(now)
        }
    };
}

async fn open(folder: &Path, clock: Clock) -> Database {
    let opened = match testbed::url(folder) {
        Some(url) => Database::connect(&url, clock).await,
        None => Database::open(folder, clock).await,
    };
    opened.expect("opened")
}

fn actor() -> Actor {
    Actor::CommandLine("tester".to_owned())
}

fn act() -> Act {
    Act { action: "test.act", object: String::new(), purpose: None, detail: String::new() }
}

async fn queued(database: &Database, jobs: &[NewJob]) -> Vec<Id<Job>> {
    let mut change = database.change(&actor()).await.expect("begun");
    let mut ids = Vec::new();
    for job in jobs {
        ids.push(queue(&mut change, job).await.expect("queued"));
    }
    change.commit(act()).await.expect("committed");
    ids
}

async fn job(database: &Database, id: Id<Job>) -> Job {
    find(&mut database.read().await.expect("read"), id).await.expect("read").expect("there")
}

/// Waits until every job has ended.
async fn all_ended(database: &Database) -> Vec<Job> {
    loop {
        let jobs = newest(&mut database.read().await.expect("read"), 10_000).await.expect("read");
        if jobs.iter().all(|job| !matches!(job.state, State::Queued | State::Running)) {
            return jobs;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn quick() -> Settings {
    Settings {
        poll: Duration::milliseconds(5),
        grace: Duration::ZERO,
        trouble: |error| panic!("{error}"),
        ..Settings::default()
    }
}

/// A worker that a test stops.
struct Worker(watch::Sender<bool>, JoinHandle<()>);

impl Worker {
    fn start(database: &Database, registry: &Registry, settings: Settings) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (database, registry) = (database.clone(), registry.clone());
        Self(stop, tokio::spawn(async move { work(&database, &registry, &settings, stopped).await }))
    }

    async fn stop(self) {
        self.0.send(true).expect("it listens");
        self.1.await.expect("it left cleanly");
    }
}

/// A registry that does one kind of job.
fn doing<F: Future<Output = Result<(), JobError>> + Send + 'static>(
    work: impl Fn(Run) -> F + Send + Sync + 'static,
) -> Registry {
    let mut registry = Registry::default();
    registry.add("test.job", work);
    registry
}

fn new(number: i64) -> NewJob {
    NewJob::new("test.job", "lane", json!({"number": number}))
}

#[tokio::test]
async fn a_job_is_there_with_the_change_that_it_follows_from_or_not_at_all() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let mut change = database.change(&actor()).await.expect("begun");
    let dropped = queue(&mut change, &new(1)).await.expect("queued");
    drop(change);
    let kept = queued(&database, &[new(2)]).await[0];
    assert!(find(&mut database.read().await.expect("read"), dropped).await.expect("read").is_none());
    assert_eq!(job(&database, kept).await.state, State::Queued);
}

#[tokio::test]
async fn what_waits_already_is_not_queued_again() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let once = |number| NewJob { dedupe_key: Some("report".to_owned()), ..new(number) };
    let ids = queued(&database, &[once(1), once(2), new(3)]).await;
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    let worker = Worker::start(&database, &doing(|_| async { Ok(()) }), quick());
    assert_eq!(all_ended(&database).await.len(), 2);
    // It has ended: the next one is another.
    let next = queued(&database, &[once(4)]).await;
    assert_ne!(ids[0], next[0]);
    all_ended(&database).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_do_two_hundred_jobs_each_of_them_once() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    // Two handles: two processes, as far as the database can tell.
    let workers = [open(folder.path(), now).await, open(folder.path(), now).await];
    let begun: Arc<Mutex<BTreeMap<i64, usize>>> = Arc::default();
    let (seen, running, most) = (begun.clone(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let most_seen = most.clone();
    let registry = doing(move |run| {
        let (seen, running, most) = (seen.clone(), running.clone(), most.clone());
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            *seen
                .lock()
                .expect("sound")
                .entry(run.payload["number"].as_i64().expect("a number"))
                .or_default() += 1;
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            run.progress(1, Some(1), "Done.");
            Ok(())
        }
    });
    queued(&workers[0], &(0..200).map(new).collect::<Vec<_>>()).await;
    let started: Vec<_> =
        workers.iter().map(|database| Worker::start(database, &registry, quick())).collect();
    let jobs = all_ended(&workers[0]).await;
    for worker in started {
        worker.stop().await;
    }
    assert_eq!(jobs.len(), 200);
    assert!(jobs.iter().all(|job| job.state == State::Done && job.attempts == 1 && job.progress.done == 1));
    let begun = begun.lock().expect("sound");
    assert!(begun.len() == 200 && begun.values().all(|times| *times == 1), "{begun:?}");
    let most = most_seen.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most), "{most} at a time");
}

#[tokio::test]
async fn a_job_whose_worker_died_is_run_again_and_the_dead_can_end_nothing() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[new(1)]).await[0];
    // A worker takes it, and is not heard of again.
    let mut change = database.change(&actor()).await.expect("begun");
    let dead = store::take(&mut change, &database, ",test.job,", Duration::seconds(30)).await.expect("asked");
    let dead = dead.expect("taken");
    change.commit(act()).await.expect("committed");
    let mut change = database.change(&actor()).await.expect("begun");
    let none = store::take(&mut change, &database, ",test.job,", Duration::seconds(30)).await.expect("asked");
    assert!(none.is_none(), "it is leased");
    drop(change);
    NOW.fetch_add(31_000, Ordering::Relaxed);
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (entered.clone(), go.clone());
    let registry = doing(move |run| {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            assert_eq!(run.attempt, 2);
            tell.notify_one();
            wait.notified().await;
            Ok(())
        }
    });
    let worker = Worker::start(&database, &registry, quick());
    entered.notified().await;
    // It was not dead after all: what it says now changes nothing.
    let mut change = database.change(&actor()).await.expect("begun");
    dead.finish_within(&mut change).await.expect_err("taken over");
    let lease = store::renew(&mut change, &dead, &dead.so_far(), Duration::HOUR).await.expect("asked");
    assert_eq!(lease, store::Lease::Lost);
    drop(change);
    assert_eq!(job(&database, id).await.state, State::Running);
    go.notify_one();
    all_ended(&database).await;
    worker.stop().await;
    let ended = job(&database, id).await;
    assert_eq!((ended.state, ended.attempts), (State::Done, 2));
}

#[tokio::test]
async fn a_job_that_kills_each_of_its_workers_is_given_up() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[NewJob { most_attempts: 2, ..new(1) }]).await[0];
    for _ in 0..2 {
        let mut change = database.change(&actor()).await.expect("begun");
        let taken = store::take(&mut change, &database, ",test.job,", Duration::seconds(30)).await;
        assert!(taken.expect("asked").is_some());
        change.commit(act()).await.expect("committed");
        NOW.fetch_add(31_000, Ordering::Relaxed);
    }
    let worker = Worker::start(&database, &doing(|_| async { panic!("begun a third time") }), quick());
    all_ended(&database).await;
    worker.stop().await;
    let ended = job(&database, id).await;
    assert_eq!((ended.state, ended.attempts), (State::Failed, 2));
    assert!(ended.last_error.expect("a sentence").contains("the worker stopped in the middle of it"));
}

#[tokio::test]
async fn a_step_that_begins_is_seen_long_before_the_lease_is_renewed() {
    clock!(now, 0);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[new(1)]).await[0];
    let go = Arc::new(Notify::new());
    let wait = go.clone();
    let registry = doing(move |run| {
        let wait = wait.clone();
        async move {
            for name in ["Reading people", "Matching"] {
                run.step(name);
                wait.notified().await;
            }
            Ok(())
        }
    });
    let worker = Worker::start(&database, &registry, Settings { lease: Duration::HOUR, ..quick() });
    for name in ["Reading people", "Matching"] {
        while job(&database, id).await.progress.sentence.as_deref() != Some(name) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        go.notify_one();
    }
    all_ended(&database).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_lease_is_renewed_while_the_job_runs_and_progress_is_seen() {
    clock!(now, 0);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[new(1)]).await[0];
    let go = Arc::new(Notify::new());
    let wait = go.clone();
    let registry = doing(move |run| {
        let wait = wait.clone();
        async move {
            run.progress(3, Some(7), "Three of seven sent.");
            wait.notified().await;
            Ok(())
        }
    });
    let worker =
        Worker::start(&database, &registry, Settings { lease: Duration::milliseconds(60), ..quick() });
    let shown = loop {
        let shown = job(&database, id).await;
        if shown.progress.done > 0 {
            break shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!(shown.state, State::Running);
    assert_eq!((shown.progress.done, shown.progress.total), (3, Some(7)));
    assert_eq!(shown.progress.sentence.as_deref(), Some("Three of seven sent."));
    go.notify_one();
    all_ended(&database).await;
    worker.stop().await;
    assert_eq!(job(&database, id).await.attempts, 1);
}

#[tokio::test]
async fn a_job_is_cancelled_while_it_waits_and_while_it_runs_and_not_after() {
    clock!(now, 0);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let ids = queued(&database, &[new(1), new(2)]).await;
    let stop = async |id| {
        let mut change = database.change(&actor()).await.expect("begun");
        let outcome = cancel(&mut change, id).await.expect("cancelled");
        change.commit(act()).await.expect("committed");
        outcome
    };
    assert_eq!(stop(ids[1]).await, Cancelled::AtOnce);
    let entered = Arc::new(Notify::new());
    let tell = entered.clone();
    let registry = doing(move |run| {
        let tell = tell.clone();
        async move {
            assert_eq!(run.payload["number"], 1, "the other was cancelled");
            tell.notify_one();
            std::future::pending::<Result<(), JobError>>().await
        }
    });
    let worker =
        Worker::start(&database, &registry, Settings { lease: Duration::milliseconds(60), ..quick() });
    entered.notified().await;
    assert_eq!(stop(ids[0]).await, Cancelled::Asked);
    all_ended(&database).await;
    worker.stop().await;
    for id in ids {
        assert_eq!(job(&database, id).await.state, State::Cancelled);
        assert_eq!(stop(id).await, Cancelled::TooLate);
    }
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_each_time_and_then_given_up() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let ids = queued(&database, &[NewJob { most_attempts: 3, ..new(1) }, new(2), new(3)]).await;
    let registry = doing(|run| async move {
        match run.payload["number"].as_i64() {
            Some(1) => Err(JobError::Later(format!("no answer, attempt {}", run.attempt))),
            Some(2) => Err(JobError::Never("there is no such report".to_owned())),
            _ => panic!("a fault"),
        }
    });
    let worker = Worker::start(&database, &registry, quick());
    let began = async |id, attempts| loop {
        let shown = job(&database, id).await;
        if shown.attempts == attempts && shown.state != State::Running {
            break shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let once = began(ids[0], 1).await;
    assert_eq!((once.state, once.last_error.as_deref()), (State::Queued, Some("no answer, attempt 1")));
    assert_eq!(began(ids[1], 1).await.state, State::Failed, "it cannot succeed");
    assert_eq!(began(ids[2], 1).await.last_error.as_deref(), Some("it broke off: a fault in Meres"));
    // Ten seconds and up to a quarter more, then twice that.
    NOW.fetch_add(13_000, Ordering::Relaxed);
    assert_eq!(began(ids[0], 2).await.state, State::Queued);
    NOW.fetch_add(13_000, Ordering::Relaxed);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(job(&database, ids[0]).await.attempts, 2, "too early");
    NOW.fetch_add(13_000, Ordering::Relaxed);
    let last = began(ids[0], 3).await;
    assert_eq!((last.state, last.last_error.as_deref()), (State::Failed, Some("no answer, attempt 3")));
    worker.stop().await;
}

#[tokio::test]
async fn a_thousand_jobs_of_one_lane_do_not_keep_another_waiting() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let lane = |lane: &str, number| NewJob::new("test.job", lane, json!({"number": number}));
    queued(&database, &(0..1_000).map(|number| lane("busy", number)).collect::<Vec<_>>()).await;
    queued(&database, &[lane("small", 5_000), lane("other", 6_000), lane("other", 6_001)]).await;
    let mut order = Vec::new();
    for _ in 0..6 {
        let mut change = database.change(&actor()).await.expect("begun");
        let taken = store::take(&mut change, &database, ",test.job,", Duration::HOUR).await.expect("asked");
        order.push(taken.expect("taken").payload["number"].as_i64().expect("a number"));
        change.commit(act()).await.expect("committed");
    }
    assert_eq!(order, [0, 5_000, 6_000, 1, 6_001, 2]);
}

#[tokio::test]
async fn a_worker_that_is_stopped_puts_back_what_it_had_begun() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[new(1)]).await[0];
    let entered = Arc::new(Notify::new());
    let tell = entered.clone();
    let endless = doing(move |_| {
        let tell = tell.clone();
        async move {
            tell.notify_one();
            std::future::pending::<Result<(), JobError>>().await
        }
    });
    let worker = Worker::start(&database, &endless, quick());
    entered.notified().await;
    worker.stop().await;
    let back = job(&database, id).await;
    assert_eq!((back.state, back.attempts), (State::Queued, 0));
    // And the program ends, and starts again.
    database.close().await.expect("closed");
    let database = open(folder.path(), now).await;
    let worker = Worker::start(&database, &doing(|_| async { Ok(()) }), quick());
    all_ended(&database).await;
    worker.stop().await;
    assert_eq!(job(&database, id).await.state, State::Done);
}

#[tokio::test]
async fn what_a_job_did_and_that_it_is_done_are_one_change() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let id = queued(&database, &[new(1)]).await[0];
    let registry = doing(|run| async move {
        let mut change = run.database.change(&actor()).await?;
        let row = vec!["P1".into(), "A practice".into(), "[]".into()];
        change.insert("practice", &["ods", "name", "address"], "", [row]).await?;
        run.finish_within(&mut change).await?;
        change.commit(act()).await?;
        // Whatever happens behind it.
        Err(JobError::Later("too late to fail".to_owned()))
    });
    let worker = Worker::start(&database, &registry, quick());
    all_ended(&database).await;
    worker.stop().await;
    assert_eq!(job(&database, id).await.state, State::Done);
    assert_eq!(job(&database, id).await.last_error, None);
}

#[tokio::test]
async fn a_kind_that_a_worker_does_not_know_is_left_to_one_that_does() {
    clock!(now);
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path(), now).await;
    let other = NewJob::new("test.jobs", "lane", json!({}));
    let ids = queued(&database, &[other, new(1)]).await;
    let worker = Worker::start(&database, &doing(|_| async { Ok(()) }), quick());
    while job(&database, ids[1]).await.state != State::Done {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    worker.stop().await;
    assert_eq!(job(&database, ids[0]).await.state, State::Queued);
    // Every step stands in the audit log.
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE action IN ('test.act', 'job.begin', 'job.done')";
    assert_eq!(database.read().await.expect("read").count(sql, vec![]).await.expect("counted"), 3);
}
