//! Feeds behind an address, from a server that misbehaves in every way that servers do.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ground::fetch::{FetchLimits, Reach};

use super::super::{FeedError, PageLimits, read_feed_from_url};
use super::{listed, says};
use crate::directory::{Feed, Kind};

/// What a server answers to a path with its query, and how often it was asked.
type Answer = dyn Fn(&str, usize, &mut TcpStream) + Send + Sync;

/// Starts a server that lives as long as the test program; gives its address.
fn serve(answer: impl Fn(&str, usize, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer: Arc<Answer> = Arc::new(answer);
    let asked = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, asked) = (answer.clone(), asked.clone());
            std::thread::spawn(move || one(stream, answer.as_ref(), &asked));
        }
    });
    format!("http://{address}")
}

fn one(mut stream: TcpStream, answer: &Answer, asked: &AtomicUsize) {
    let mut first = String::new();
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let _ = reader.read_line(&mut first);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    answer(&path, asked.fetch_add(1, Ordering::SeqCst), &mut stream);
}

fn send(stream: &mut TcpStream, status: u16, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    );
}

fn ok(stream: &mut TcpStream, body: &str) {
    send(stream, 200, "", body);
}

fn limits() -> PageLimits {
    PageLimits {
        fetch: FetchLimits {
            connect: Duration::from_secs(2),
            page: Duration::from_secs(2),
            most_bytes: 1 << 20,
            redirects: 5,
            pause: Duration::from_millis(5),
            reach: Reach::Anywhere,
        },
        pages: 40,
        records: 1_000,
        bytes: 8 << 20,
        whole: Duration::from_secs(20),
        at_a_time: 4,
        page_size: 2,
    }
}

fn get(url: &str) -> Result<Feed, FeedError> {
    get_within(url, limits())
}

fn get_within(url: &str, limits: PageLimits) -> Result<Feed, FeedError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(read_feed_from_url(url, limits))
}

#[track_caller]
fn refused(url: &str, limits: PageLimits, expected: &str) {
    let error = get_within(url, limits).expect_err(expected).to_string();
    assert!(error.contains(expected), "{error}\nshould say: {expected}");
    assert!(!error.contains("secret") && !error.contains('?'), "{error}");
}

/// A whole service.
fn service(id: &str) -> String {
    format!(
        r#"{{"id": "{id}", "name": "N{id}", "status": "active", "organization": {{"id": "o", "name": "O"}}, "languages": [{{"code": "en"}}]}}"#
    )
}

fn summary(id: &str) -> String {
    service(id).replace(r#", "languages": [{"code": "en"}]"#, "")
}

fn page(items: &[String], rest: &str) -> String {
    format!(r#"{{{rest}"contents": [{}]}}"#, items.join(","))
}

/// The number of the page that is asked for.
fn number(path: &str) -> usize {
    let (_, query) = path.split_once('?').unwrap_or_default();
    let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    page.and_then(|page| page.parse().ok()).unwrap_or(0)
}

#[test]
fn a_feed_is_read_page_by_page_and_service_by_service() {
    let home = serve(|path, _, stream| match path.split('?').next().unwrap_or("") {
        "/api" | "/api/" => ok(stream, r#"{"version": "HSDS-UK-3.0"}"#),
        "/api/services" => {
            assert!(path.contains("per_page=2") && path.contains("page_number="), "{path}");
            let n = number(path);
            let items: Vec<String> = match n {
                1 => vec![summary("1"), summary("2")],
                2 => vec![service("3"), summary("4")],
                _ => vec![],
            };
            ok(
                stream,
                &page(&items, &format!(r#""total_items": 99, "total_pages": 2, "page_number": {n}, "#)),
            );
        }
        "/api/services/4" => send(stream, 404, "", "no"),
        other => ok(stream, &service(other.trim_start_matches("/api/services/"))),
    });
    for address in [format!("{home}/api"), format!("{home}/api/"), format!("{home}/api/services")] {
        let feed = get(&address).expect("a feed");
        assert_eq!((feed.services.len(), feed.records_read), (4, 4));
        let whole: Vec<bool> = feed.services.values().map(|s| !s.languages.is_empty()).collect();
        assert_eq!(whole, [true, true, true, false]);
        says(
            &feed,
            "/api/services, page 2 $.contents[1] : expected the whole service under its own address; what is known of it \
             stays, and one that is new has only what the list says (not whole)",
        );
        assert_eq!(feed.problems.len(), 1, "{:#?}", listed(&feed));
        let summaries = ["1", "2", "3", "4"].map(|key| feed.unread.is_summary(Kind::Service, key));
        assert_eq!(summaries, [false, false, false, true]);
        assert!(!feed.unread.is_summary(Kind::Organisation, "o"), "others have it whole");
    }
}

#[test]
fn a_feed_of_which_no_service_can_be_read_whole_is_refused() {
    let failing = |items: fn() -> Vec<String>| {
        serve(move |path, _, stream| match path.split('?').next().unwrap_or("") {
            "/services" if number(path) == 1 => ok(stream, &page(&items(), "")),
            "/services" => ok(stream, &page(&[], "")),
            _ => send(stream, 404, "", ""),
        })
    };
    let only_summaries = failing(|| (0..30).map(|n| summary(&n.to_string())).collect());
    refused(
        &format!("{only_summaries}/services"),
        limits(),
        "none of the services could be read under its own address, and the list has only summaries",
    );
    // A list that has some whole is one that says what it knows.
    let some_whole = failing(|| vec![service("1"), summary("2")]);
    let feed = get(&format!("{some_whole}/services")).expect("a feed");
    assert_eq!(feed.services.len(), 2);
    assert!(feed.unread.is_summary(Kind::Service, "2") && !feed.unread.is_summary(Kind::Service, "1"));
}

#[test]
fn a_bare_list_that_knows_no_pages_is_read_once() {
    let home = serve(|_, _, stream| ok(stream, &format!("[{}, {}]", service("1"), service("2"))));
    let feed = get(&home).expect("a feed");
    assert_eq!((feed.services.len(), feed.records_read), (2, 2));
    says(&feed, "expected a page with further services; this one repeats what came before (warning)");
}

#[test]
fn what_pages_say_of_themselves_is_not_believed() {
    // The first page says that it is the last and is not; the third promises more and is.
    let home = serve(|path, _, stream| {
        let n = number(path);
        let last = n == 1;
        let items = if n <= 3 { vec![service(&n.to_string())] } else { vec![] };
        ok(stream, &page(&items, &format!(r#""last_page": {last}, "#)));
    });
    let feed = get(&format!("{home}/services")).expect("a feed");
    assert_eq!(feed.services.len(), 3);
    says(&feed, "page 2 $ : expected no page behind the one that said it was the last; it was read");
    says(&feed, "page 4 $ : expected a page with further services; this one is empty");
    // Pages go round in a circle.
    let home = serve(|path, _, stream| {
        ok(stream, &page(&[service(&(number(path) % 3).to_string())], r#""last_page": false, "#));
    });
    let feed = get(&format!("{home}/services?secret=1")).expect("a feed");
    assert_eq!(feed.services.len(), 3);
    says(&feed, "page 4 $ : expected a page with further services; this one repeats what came before");
    assert!(!listed(&feed).join("").contains("secret"));
    assert!(feed.unread.may_be_any(Kind::Service), "more was promised: what did not come is not gone");
}

#[test]
fn a_feed_without_end_is_refused() {
    let endless = |path: &str, _, stream: &mut TcpStream| {
        let n = number(path);
        let items: Vec<String> = (0..30).map(|i| service(&format!("{n}-{i}"))).collect();
        ok(stream, &page(&items, ""));
    };
    let home = serve(endless);
    let url = format!("{home}/services?key=secret");
    refused(
        &url,
        PageLimits { pages: 5, ..limits() },
        "the feed has more than 5 pages; nothing of it was used",
    );
    refused(&url, limits(), "the feed holds more than 1000 records; nothing of it was used");
    refused(&url, PageLimits { bytes: 20_000, ..limits() }, "the feed is larger than 0 MB");
    let slow = serve(move |path, at, stream| {
        std::thread::sleep(Duration::from_millis(200));
        endless(path, at, stream);
    });
    let url = format!("{slow}/services?key=secret");
    refused(
        &url,
        PageLimits { whole: Duration::from_millis(700), ..limits() },
        "the feed did not end within",
    );
}

#[test]
fn redirects_stay_at_home() {
    let home = serve(|path, _, stream| {
        if path.starts_with("/services") {
            let to = path.replace("/services", "/v2/services");
            send(stream, 302, &format!("Location: {to}\r\n"), "");
        } else {
            let items = if number(path) == 1 { vec![service("1")] } else { vec![] };
            ok(stream, &page(&items, ""));
        }
    });
    assert_eq!(get(&format!("{home}/services")).expect("a feed").services.len(), 1);
    let elsewhere = serve(|_, _, stream| ok(stream, &page(&[service("1")], "")));
    for to in
        [format!("{elsewhere}/services"), "http://169.254.169.254/latest".into(), "file:///etc/passwd".into()]
    {
        let home = serve(move |_, _, stream| send(stream, 301, &format!("Location: {to}\r\n"), ""));
        refused(
            &format!("{home}/services?a=secret"),
            limits(),
            "this leads to another host, and is not followed",
        );
    }
    let circle = serve(|_, _, stream| send(stream, 302, "Location: /services\r\n", ""));
    refused(&format!("{circle}/services"), limits(), "more than 5 redirects");
    let nowhere = serve(|_, _, stream| send(stream, 302, "", ""));
    refused(&format!("{nowhere}/services"), limits(), "the page has moved, but not where");
}

#[test]
fn a_server_that_fails_gets_one_more_chance() {
    let home = serve(|path, at, stream| {
        if at == 0 {
            send(stream, 503, "", "secret");
        } else {
            let items = if number(path) == 1 { vec![service("1")] } else { vec![] };
            ok(stream, &page(&items, ""));
        }
    });
    assert_eq!(get(&format!("{home}/services")).expect("a feed").services.len(), 1);
    let broken = serve(|path, _, stream| match number(path) {
        1 => ok(stream, &page(&[service("1")], "")),
        _ => send(stream, 500, "", "secret"),
    });
    refused(
        &format!("{broken}/services?a=secret"),
        limits(),
        "/services: the server answers with status 500",
    );
    // A page that was promised and is not there: half a feed is no feed.
    let half = serve(|path, _, stream| match number(path) {
        1 => ok(stream, &page(&[service("1")], r#""total_pages": 3, "page_number": 1, "#)),
        _ => send(stream, 404, "", ""),
    });
    refused(&format!("{half}/services"), limits(), "status 404");
    // Too many requests says nothing of how many pages there are: what came before is not the whole.
    for status in [401, 403, 429] {
        let unwilling = serve(move |path, _, stream| match number(path) {
            1 => ok(stream, &page(&[service("1")], "")),
            _ => send(stream, status, "", "secret"),
        });
        refused(&format!("{unwilling}/services"), limits(), &format!("status {status}"));
    }
    // A feed that says nothing of its pages ends where there is no further one.
    let ends = serve(|path, _, stream| match number(path) {
        1 => ok(stream, &page(&[service("1")], "")),
        _ => send(stream, 404, "", ""),
    });
    assert_eq!(get(&format!("{ends}/services")).expect("a feed").services.len(), 1);
    refused("http://127.0.0.1:1/services?a=secret", limits(), "the server cannot be reached");
    refused("ftp://example.org/secret", limits(), "expected an address that begins with https:// or http://");
    refused("not an address, secret", limits(), "expected an address such as");
}

#[test]
fn a_page_without_end_is_refused_in_little_memory() {
    let home = serve(|_, _, stream| {
        let _ = write!(stream, "HTTP/1.1 200 X\r\nContent-Length: 1000000000\r\n\r\n[");
        let block = vec![b' '; 1 << 16];
        while stream.write_all(&block).is_ok() {}
    });
    refused(&format!("{home}/services"), limits(), "the page is larger than 1 MB");
    let drip = serve(|_, _, stream| {
        let _ = write!(stream, "HTTP/1.1 200 X\r\nContent-Length: 1000000000\r\n\r\n[");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let quick = FetchLimits { page: Duration::from_millis(300), ..limits().fetch };
    refused(
        &format!("{drip}/services"),
        PageLimits { fetch: quick, ..limits() },
        "no whole answer within 0.3 seconds",
    );
}

#[test]
fn what_is_no_feed_is_refused() {
    for (body, expected) in [
        ("<html>secret</html>", "page 1: line 1, column 1"),
        ("{\"secret\": 1}", "page 1 is no list of services"),
        ("[1, 2", "page 1: line 1, column"),
        ("[]", "holds no service"),
    ] {
        let home = serve(move |_, _, stream| ok(stream, body));
        refused(&format!("{home}/services"), limits(), expected);
    }
}
