//! What programs that watch a server hear when its database goes away, and when it is back.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use testbed::{APPLICATION, OWNER};

use crate::support::caller::Caller;
use crate::support::meres::done;
use crate::support::site::{Ended, host, started};

/// The line to the database, which can be cut.
struct Wire {
    at: SocketAddr,
    /// Both ends of every connection, while it is whole.
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Wire {
    fn to(database: &str, at: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind(at.unwrap_or(([127, 0, 0, 1], 0).into())).expect("an address");
        listener.set_nonblocking(true).expect("set");
        let wire =
            Self { at: listener.local_addr().expect("one"), open: Arc::new(Mutex::new(Some(Vec::new()))) };
        let (open, database) = (wire.open.clone(), database.to_owned());
        std::thread::spawn(move || {
            while open.lock().expect("it").is_some() {
                let Ok((near, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                near.set_nonblocking(false).expect("set");
                let far = TcpStream::connect(&database).expect("the database");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().expect("one"), to.try_clone().expect("one"));
                    std::thread::spawn(move || carry(from, to));
                }
                if let Some(open) = open.lock().expect("it").as_mut() {
                    open.extend([near, far]);
                }
            }
        });
        wire
    }

    fn cut(self) -> SocketAddr {
        let open = self.open.lock().expect("it").take().unwrap_or_default();
        for end in open {
            let _ = end.shutdown(Shutdown::Both);
        }
        // Until nobody listens there any more.
        while TcpStream::connect(self.at).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.at
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut piece = [0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn whoever_watches_hears_that_the_database_is_gone_and_that_it_is_back() {
    let Some(postgres) = testbed::empty("watched") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    done(folder.path(), &format!("migrate --database-url {}", postgres.url(OWNER)));
    let url = postgres.url(APPLICATION);
    let (before, name) = url.rsplit_once('/').expect("a name");
    let (role, database) = before.rsplit_once('@').expect("a server");
    let wire = Wire::to(database, None);
    let words = "serve --data data --listen 127.0.0.1:0 --metrics 127.0.0.1:0";
    let words: Vec<&str> = words.split(' ').collect();
    let (program, said) = started(folder.path(), &words, Some(format!("{role}@{}/{name}", wire.at)));
    let _program = Ended(program);
    let metrics = said.split_once("Metrics are at http://").and_then(|(_, rest)| rest.split_once("/metrics"));
    let (site, metrics) = (Caller::stranger(host(&said)), Caller::stranger(metrics.expect("metrics").0));
    let ready = || {
        let heard = site.ask("GET", "/readyz", "").expect("an answer");
        (heard.status, heard.body.contains("Meres cannot reach its database"))
    };
    let up = || {
        let heard = metrics.ask("GET", "/metrics", "").expect("an answer").body;
        let line = heard.lines().find_map(|line| line.strip_prefix("meres_database_up "));
        line.expect("a line of its own").to_owned()
    };
    assert_eq!((ready(), up().as_str()), ((200, false), "1"));

    let at = wire.cut();
    // Twice: the connections that were there, and those that cannot be made.
    for _ in 0..2 {
        assert_eq!((ready(), up().as_str()), ((503, true), "0"));
    }
    assert_eq!(site.ask("GET", "/healthz", "").expect("an answer").status, 200, "the program itself is well");

    let _wire = Wire::to(database, Some(at));
    let begun = Instant::now();
    while ready().0 != 200 {
        assert!(begun.elapsed() < Duration::from_mins(1), "it does not come back");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(up(), "1");
}
