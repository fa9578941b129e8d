//! The server is killed again and again while people send forms: what was answered is there afterwards, nothing is there
//! by halves, and the audit log is sound.

use std::sync::Mutex;
use std::time::Duration;

use crate::support::caller::Caller;
use crate::support::chance::Chance;
use crate::support::meres::done;
use crate::support::site::{host, served};

const KILLS: u64 = 50;
const WRITERS: usize = 4;

#[test]
fn what_was_answered_is_kept_whenever_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let (mut chance, answered) = (Chance(4), Mutex::new(Vec::new()));
    let (mut program, said) = served(here, "out/data", None);
    // The session lasts over all restarts, as it would for whoever works through them.
    let mut sender = Caller::somebody(host(&said), "System administrator");
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
