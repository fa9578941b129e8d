//! The server is killed again and again while people send forms: what was answered is there afterwards, nothing is there
//! by halves, and the audit log is sound. On PostgreSQL too, where the database is killed as well. The same recipe is shown to
//! see a server that answers before it has committed.
//!
//! It cannot see a disk that was told to hurry: what a killed program has written, the system still has. That each commit
//! waits for the disk is tested where the database is opened (`a_commit_waits_for_the_disk`).

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use own_postgres::Postgres;

use crate::support::caller::Caller;
use crate::support::chance::Chance;
use crate::support::meres::{binary, done};
use crate::support::site::{Ended, host, served};

const WRITERS: usize = 4;

/// Fifty, or as many as somebody likes: `MERES_KILLS=1000`.
fn kills() -> u64 {
    std::env::var("MERES_KILLS").ok().and_then(|many| many.parse().ok()).unwrap_or(50)
}

/// What came of it: the names that were answered for, and those that are there.
struct Outcome {
    answered: Vec<String>,
    kept: Vec<String>,
}

impl Outcome {
    fn lost(&self) -> Vec<&String> {
        self.answered.iter().filter(|name| !self.kept.contains(name)).collect()
    }
}

/// Where the server keeps everything, and how often it is killed.
struct Killing<'a> {
    here: &'a Path,
    data: &'static str,
    url: Option<String>,
    kills: u64,
}

impl Killing<'_> {
    /// Kills the server while forms are sent to it, through a go-between if there is one. `enters` is somebody who may add
    /// organisations, from what the server says when it starts; their session lasts over all restarts, as it would for
    /// whoever works through them.
    fn done(&self, enters: impl FnOnce(&str) -> Caller, between: Option<&Hasty>) -> Outcome {
        let (mut chance, answered) = (Chance(4), Mutex::new(Vec::new()));
        let start = || served(self.here, self.data, self.url.clone());
        let (mut program, said) = start();
        let mut sender = enters(&said);
        let place = |sender: &mut Caller, said: &str| {
            let host = host(said).to_owned();
            sender.host = between.map_or_else(|| host.clone(), |between| between.leads_to(&host));
        };
        place(&mut sender, &said);
        for round in 0..self.kills {
            std::thread::scope(|scope| {
                for writer in 0..WRITERS {
                    let (sender, answered) = (&sender, &answered);
                    scope.spawn(move || {
                        for number in 0.. {
                            let name = format!("R{round}W{writer}N{number}");
                            let Some(status) = adds(sender, &name) else { return };
                            assert_eq!(status, 303, "{name}");
                            answered.lock().expect("the list").push(name);
                        }
                    });
                }
                // On a machine that is busy, what is to be killed has first to begin.
                let (many, began) = (|| answered.lock().expect("the list").len(), Instant::now());
                let before = many();
                while many() == before && began.elapsed() < Duration::from_mins(1) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                std::thread::sleep(Duration::from_millis(chance.below(120)));
                program.kill().expect("killed");
                program.wait().expect("ended");
            });
            let (again, said) = start();
            program = again;
            place(&mut sender, &said);
        }
        let kept = kept(&sender);
        program.kill().expect("killed");
        program.wait().expect("ended");
        Outcome { answered: answered.into_inner().expect("the list"), kept }
    }
}

/// The status with which the server answers for an organisation of this name; nothing where it does not answer.
fn adds(sender: &Caller, name: &str) -> Option<u16> {
    Some(sender.ask("POST", "/organisations/new", &format!("name={name}"))?.status)
}

/// The names that are there.
fn kept(sender: &Caller) -> Vec<String> {
    let mut kept = Vec::new();
    for page in 1.. {
        let seen = sender.ask("GET", &format!("/organisations?page={page}"), "").expect("a page").body;
        // The rows' own links: what else stands on a page may begin with the same letter.
        let links = seen.split("href=\"/organisations/").skip(1).filter_map(|rest| rest.split_once("</a>"));
        let names = links.filter_map(|(link, _)| link.split_once("\">"));
        kept.extend(names.map(|(_, name)| name.to_owned()).filter(|name| name.starts_with('R')));
        if !seen.contains("rel=\"next\"") {
            break;
        }
    }
    kept
}

/// In a demonstration in this folder.
fn killed(here: &Path, kills: u64, between: Option<&Hasty>) -> Outcome {
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let enters = |said: &str| Caller::somebody(host(said), "System administrator");
    Killing { here, data: "out/data", url: None, kills }.done(enters, between)
}

#[test]
fn what_was_answered_is_kept_whenever_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let kills = kills();
    let outcome = killed(here, kills, None);
    let Outcome { answered, kept } = &outcome;
    assert!(answered.len() >= usize::try_from(kills).expect("a few"), "{}", answered.len());
    let lost = outcome.lost();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), answered.len());
    // At most what each writer had under way at a kill was done without being answered.
    let unanswered = kept.len() - answered.len();
    assert!(unanswered <= WRITERS * usize::try_from(kills).expect("a few"), "{unanswered}");
    let said = done(here, "verify-audit --data out/data").out;
    assert!(said.contains("Every row is what was written."), "{said}");
}

/// A PostgreSQL that waits for the disk, with the tables made; none where its programs are missing and may be.
fn postgres() -> Option<(Postgres, String)> {
    if own_postgres::programs().is_none() {
        assert!(std::env::var_os("MERES_REQUIRE_POSTGRES").is_none(), "PostgreSQL is not installed");
        eprintln!("left out: nothing was killed on PostgreSQL, since its programs are not installed");
        return None;
    }
    let server = Postgres::start_durable().expect("a PostgreSQL");
    server.make_template(&binary()).expect("tables");
    // Nobody makes another from it here: it is as good as any.
    let url = server.url(testbed::APPLICATION, testbed::TEMPLATE);
    Some((server, url))
}

/// Whoever opens the first link, by what the server says when it starts.
fn first(said: &str) -> Caller {
    let link = said.lines().find(|line| line.contains("/link/")).expect("a link to begin with");
    Caller::administrator(host(said), link.trim())
}

/// The log of the database at this address is what was written.
fn log_is_sound(here: &Path, url: &str) {
    let said = done(here, &format!("verify-audit --data data --database-url {url}")).out;
    assert!(said.contains("Every row is what was written."), "{said}");
}

#[test]
fn what_was_answered_is_kept_on_postgresql_whenever_the_server_is_killed() {
    let Some((_server, url)) = postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let kills = kills().min(10);
    let killing = Killing { here: folder.path(), data: "data", url: Some(url.clone()), kills };
    let outcome = killing.done(first, None);
    let (answered, lost) = (outcome.answered.len(), outcome.lost());
    assert!(answered >= usize::try_from(kills).expect("a few"), "{answered}");
    assert!(lost.is_empty(), "{} of {answered} lost: {lost:?}", lost.len());
    let unanswered = outcome.kept.len() - answered;
    assert!(unanswered <= WRITERS * usize::try_from(kills).expect("a few"), "{unanswered}");
    log_is_sound(folder.path(), &url);
}

#[test]
fn what_was_answered_is_kept_whenever_postgresql_is_killed_and_the_server_goes_on() {
    const CRASHES: usize = 5;
    let Some((server, url)) = postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (program, said) = served(folder.path(), "data", Some(url.clone()));
    let program = Ended(program);
    let sender = first(&said);
    let (answered, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut crashed = 0;
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (sender, answered, over) = (&sender, &answered, &over);
            scope.spawn(move || {
                for number in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let name = format!("R0W{writer}N{number}");
                    match adds(sender, &name) {
                        Some(303) => answered.lock().expect("the list").push(name),
                        // It says that it cannot, and goes on being asked.
                        Some(500 | 503) => std::thread::sleep(Duration::from_millis(20)),
                        other => panic!("{name}: {other:?}"),
                    }
                }
            });
        }
        let many = || answered.lock().expect("the list").len();
        for _ in 0..CRASHES {
            let (before, began) = (many(), Instant::now());
            while many() < before + 10 && began.elapsed() < Duration::from_mins(1) {
                std::thread::sleep(Duration::from_millis(20));
            }
            if many() < before + 10 {
                break;
            }
            server.crash().expect("it comes back");
            crashed += 1;
        }
        let (before, began) = (many(), Instant::now());
        while many() == before && began.elapsed() < Duration::from_mins(1) {
            std::thread::sleep(Duration::from_millis(20));
        }
        crashed -= usize::from(many() == before);
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(crashed, CRASHES, "after each of them the server answered again");
    let outcome = Outcome { answered: answered.into_inner().expect("the list"), kept: kept(&sender) };
    let (answered, lost) = (outcome.answered.len(), outcome.lost());
    assert!(lost.is_empty(), "{} of {answered} lost: {lost:?}", lost.len());
    drop(program);
    log_is_sound(folder.path(), &url);
}

#[test]
fn the_recipe_sees_a_server_that_answers_before_it_has_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let hasty = Hasty::start();
    let outcome = killed(here, 10, Some(&hasty));
    let (lost, answered) = (outcome.lost().len(), outcome.answered.len());
    eprintln!("{lost} of {answered} that were answered for are lost");
    assert!(
        lost > 0,
        "the recipe does not see lost writes: {answered} answered, {} kept",
        outcome.kept.len()
    );
}

/// Stands before a server and says of every form that it is done, and only then hands it on: to whoever asks, a server
/// that answers before it has committed.
struct Hasty {
    at: SocketAddr,
    server: Arc<Mutex<String>>,
}

impl Hasty {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let hasty = Self { at: listener.local_addr().expect("one"), server: Arc::default() };
        let server = hasty.server.clone();
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.lock().expect("the server").clone();
                std::thread::spawn(move || pass_on(stream, &server));
            }
        });
        hasty
    }

    /// Where it is to be asked, now that the server is there.
    fn leads_to(&self, server: &str) -> String {
        server.clone_into(&mut self.server.lock().expect("the server"));
        // The name that the server answers to, at our port.
        format!("{}:{}", server.rsplit_once(':').expect("a port").0, self.at.port())
    }
}

fn pass_on(mut asker: TcpStream, server: &str) -> Option<()> {
    let request = read_request(&mut asker)?;
    let port: u16 = server.rsplit_once(':')?.1.parse().ok()?;
    let own = format!("localhost:{}", asker.local_addr().ok()?.port());
    let request = request.replace(&own, server);
    let mut behind = TcpStream::connect(("127.0.0.1", port)).ok()?;
    if request.starts_with("POST") {
        let done = "HTTP/1.1 303 See Other\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        asker.write_all(done.as_bytes()).ok()?;
        asker.shutdown(Shutdown::Both).ok()?;
        behind.write_all(request.as_bytes()).ok()?;
        let _ = behind.read_to_string(&mut String::new());
        return Some(());
    }
    behind.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    behind.read_to_end(&mut answer).ok()?;
    asker.write_all(&answer).ok()
}

/// A whole request of a [`Caller`].
fn read_request(asker: &mut TcpStream) -> Option<String> {
    let (mut request, mut piece) = (String::new(), [0; 4_096]);
    loop {
        let read = asker.read(&mut piece).ok().filter(|read| *read > 0)?;
        request.push_str(std::str::from_utf8(&piece[..read]).ok()?);
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "))?;
        if body.len() >= length.parse().ok()? {
            return Some(request);
        }
    }
}
