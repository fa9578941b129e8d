//! The server is killed again and again while people send forms: what was answered is there afterwards, nothing is there
//! by halves, and the audit log is sound.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use crate::support::chance::Chance;
use crate::support::meres::done;
use crate::support::site::{host, served};

const KILLS: u64 = 50;
const WRITERS: usize = 4;

/// Somebody who sends what a browser would, and notices when nobody answers any more.
#[derive(Clone)]
struct Sender {
    host: String,
    cookie: String,
    token: String,
}

struct Heard {
    status: u16,
    head: String,
    body: String,
}

impl Sender {
    fn ask(&self, method: &str, path: &str, form: &str) -> Option<Heard> {
        let port: u16 = self.host.rsplit_once(':')?.1.parse().ok()?;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        let form = if form.is_empty() { String::new() } else { format!("form_token={}&{form}", self.token) };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{form}",
            host = self.host,
            cookie = self.cookie,
            length = form.len(),
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut said = String::new();
        stream.read_to_string(&mut said).ok()?;
        let (head, body) = said.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Heard { status, head: head.to_owned(), body: body.to_owned() })
    }

    /// Signs in as the system administrator of the demonstration.
    fn administrator(host: &str) -> Self {
        let nobody = Self { host: host.to_owned(), cookie: String::new(), token: String::new() };
        let page = nobody.ask("GET", "/demo", "").expect("a page");
        let door = cookie(&page.head, "__Host-meres-door");
        let token = between(&page.body, "name=\"form_token\" value=\"", "\"");
        let account = between(&page.body, "name=\"account\" value=\"", "\"");
        let at_the_door = Self { cookie: door, token, ..nobody };
        let heard = at_the_door.ask("POST", "/demo", &format!("account={account}")).expect("an answer");
        let inside = Self { cookie: cookie(&heard.head, "__Host-meres"), ..at_the_door };
        let page = inside.ask("GET", "/organisations/new", "").expect("a page");
        Self { token: between(&page.body, "name=\"form_token\" value=\"", "\""), ..inside }
    }
}

fn cookie(head: &str, name: &str) -> String {
    format!("{name}={}", between(head, &format!("{name}="), ";"))
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).expect("its end").0.to_owned()
}

#[test]
fn what_was_answered_is_kept_whenever_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let (mut chance, answered) = (Chance(4), Mutex::new(Vec::new()));
    let (mut program, said) = served(here, "out/data", None);
    // The session lasts over all restarts, as it would for whoever works through them.
    let mut sender = Sender::administrator(host(&said));
    for round in 0..KILLS {
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
        host(&said).clone_into(&mut sender.host);
    }
    let mut kept = Vec::new();
    for page in 1.. {
        let seen = sender.ask("GET", &format!("/organisations?page={page}"), "").expect("a page").body;
        let names = seen.split("\">R").skip(1).filter_map(|rest| rest.split_once("</a>"));
        kept.extend(names.map(|(name, _)| format!("R{name}")));
        if !seen.contains("rel=\"next\"") {
            break;
        }
    }
    program.kill().expect("killed");
    program.wait().expect("ended");
    let answered = answered.into_inner().expect("the list");
    assert!(answered.len() > 50, "{}", answered.len());
    let lost: Vec<&String> = answered.iter().filter(|name| !kept.contains(name)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), answered.len());
    // At most what each writer had under way at a kill was done without being answered.
    let unanswered = kept.len() - answered.len();
    assert!(unanswered <= WRITERS * usize::try_from(KILLS).expect("a few"), "{unanswered}");
    let said = done(here, "verify-audit --data out/data").out;
    assert!(said.contains("Every row is what was written."), "{said}");
}
