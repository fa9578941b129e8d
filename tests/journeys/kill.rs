//! The server is killed again and again while people send forms: what was answered is there afterwards, nothing is there
//! by halves, and the audit log is sound. The same recipe is shown to see a server that answers before it has committed.
//!
//! It cannot see a disk that was told to hurry: what a killed program has written, the system still has. That each commit
//! waits for the disk is tested where the database is opened (`a_commit_waits_for_the_disk`).

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::caller::Caller;
use crate::support::chance::Chance;
use crate::support::meres::done;
use crate::support::site::{host, served};

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

/// Kills the server so often in this folder, while forms are sent to it; through a go-between, if there is one.
fn killed(here: &Path, kills: u64, between: Option<&Hasty>) -> Outcome {
    let (mut chance, answered) = (Chance(4), Mutex::new(Vec::new()));
    let (mut program, said) = served(here, "out/data", None);
    // The session lasts over all restarts, as it would for whoever works through them.
    let mut sender = Caller::somebody(host(&said), "System administrator");
    let place = |sender: &mut Caller, said: &str| {
        let host = host(said).to_owned();
        sender.host = between.map_or_else(|| host.clone(), |between| between.leads_to(&host));
    };
    place(&mut sender, &said);
    for round in 0..kills {
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (sender, answered) = (&sender, &answered);
                scope.spawn(move || {
                    for number in 0.. {
                        let name = format!("R{round}W{writer}N{number}");
                        let Some(heard) = sender.ask("POST", "/organisations/new", &format!("name={name}"))
                        else {
                            return;
                        };
                        assert_eq!(heard.status, 303, "{}", heard.body);
                        answered.lock().expect("the list").push(name);
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(10 + chance.below(120)));
            program.kill().expect("killed");
            program.wait().expect("ended");
        });
        let (again, said) = served(here, "out/data", None);
        program = again;
        place(&mut sender, &said);
    }
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
    program.kill().expect("killed");
    program.wait().expect("ended");
    Outcome { answered: answered.into_inner().expect("the list"), kept }
}

#[test]
fn what_was_answered_is_kept_whenever_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let kills = kills();
    let outcome = killed(here, kills, None);
    let Outcome { answered, kept } = &outcome;
    assert!(answered.len() > 50, "{}", answered.len());
    let lost = outcome.lost();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), answered.len());
    // At most what each writer had under way at a kill was done without being answered.
    let unanswered = kept.len() - answered.len();
    assert!(unanswered <= WRITERS * usize::try_from(kills).expect("a few"), "{unanswered}");
    let said = done(here, "verify-audit --data out/data").out;
    assert!(said.contains("Every row is what was written."), "{said}");
}

#[test]
fn the_recipe_sees_a_server_that_answers_before_it_has_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
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
