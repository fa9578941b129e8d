//! The edge of the server, over a socket, as no browser would: requests that are two, bodies without an end, callers who never
//! finish. Each is refused or let go within bounded time and memory, and whoever asks honestly meanwhile is answered.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::caller::Caller;
use crate::support::site::{Ended, host, served};

/// Whatever is asked is over by then. The server's own patience is 15 seconds for a head and 30 for a form.
const PATIENCE: Duration = Duration::from_secs(90);
/// What all of this may take of the server's memory on top of what it has, in kB.
const MEMORY: u64 = 64 << 10;
/// Callers of one machine that never finish: fewer than it is given places.
const SLOW: usize = 200;

/// A server with nothing in it.
struct Server {
    program: Ended,
    host: String,
    _folder: TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (program, said) = served(folder.path(), "data", testbed::url(&folder.path().join("data")));
        Self { program: Ended(program), host: host(&said).to_owned(), _folder: folder }
    }

    fn connect(&self) -> TcpStream {
        let port: u16 = self.host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream.set_write_timeout(Some(PATIENCE)).expect("set");
        stream
    }

    /// Sends this, `HOST` standing for the server's name; everything that comes back until the server closes.
    fn says(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // Whoever is refused early does not read the rest.
        let _ = stream.write_all(&with_host(request, &self.host));
        heard(&mut stream)
    }

    /// Most memory that it ever had, in kB.
    fn memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.program.0.id())).expect("running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    #[track_caller]
    fn is_well(&self) {
        let heard = Caller::stranger(&self.host).ask("GET", "/readyz", "").expect("an answer");
        assert_eq!((heard.status, heard.body.as_str()), (200, "ready\n"));
    }
}

fn with_host(request: &[u8], host: &str) -> Vec<u8> {
    let parts: Vec<&[u8]> = split(request, b"HOST");
    parts.join(host.as_bytes())
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Vec<&'a [u8]> {
    match bytes.windows(at.len()).position(|window| window == at) {
        Some(found) => [&[&bytes[..found]], &split(&bytes[found + at.len()..], at)[..]].concat(),
        None => vec![bytes],
    }
}

/// Everything until the other side closes, or nothing more in all this time, which is a failure.
#[track_caller]
fn heard(stream: &mut TcpStream) -> String {
    let (mut all, mut piece) = (Vec::new(), [0; 16 << 10]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&piece[..read]),
            Err(error) if [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error.kind()) => {
                break;
            }
            Err(error) => panic!("it was not let go: {error}; so far {}", String::from_utf8_lossy(&all)),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

/// How many answers came.
fn answers(answer: &str) -> usize {
    answer.matches("HTTP/1.1 ").count()
}

/// As a page of ours would send it.
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://HOST\r\n";

#[test]
fn a_body_without_an_end_is_cut_off() {
    let server = Server::start();
    let before = server.memory();
    let piece = vec![b'a'; 64 << 10];
    for how in ["Content-Length: 1073741824\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut stream = server.connect();
        let head = format!("POST /sign-in HTTP/1.1\r\nHost: HOST\r\n{FORM}{how}\r\n");
        stream.write_all(&with_host(head.as_bytes(), &server.host)).expect("sent");
        let mut sent = 0_usize;
        // What the two sockets hold is sent without anybody reading it.
        while sent < 1 << 30 {
            let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
            let next: &[u8] = if how.starts_with('T') { &chunk } else { &piece };
            if stream.write_all(next).is_err() {
                break;
            }
            sent += piece.len();
        }
        assert!(sent < 64 << 20, "{how}: {} MB were taken", sent >> 20);
        let answer = heard(&mut stream);
        assert!(answer.is_empty() || status(&answer) == Some(413), "{how}: {answer}");
    }
    // One that is sent slowly enough to hear the answer hears what is wrong.
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: HOST\r\n{FORM}Content-Length: 1073741824\r\n\r\n");
    let answer = server.says(&[head.as_bytes(), &piece, b"ab"].concat());
    assert_eq!(status(&answer), Some(413), "{answer}");
    // A file on a route that takes none, before it is known who sends it.
    let kind = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1073741824\r\n";
    let answer =
        server.says(format!("POST /accounts/invite HTTP/1.1\r\nHost: HOST\r\n{kind}\r\n").as_bytes());
    assert_eq!(status(&answer), Some(303), "to the door: {answer}");
    let grown = server.memory() - before;
    assert!(grown < MEMORY, "{grown} kB more");
    server.is_well();
}

#[test]
fn one_request_is_never_two() {
    let server = Server::start();
    let within = "GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n";
    let short = format!("POST /sign-in HTTP/1.1\r\nHost: HOST\r\n{FORM}");
    for (lengths, body) in [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "a=b&"),
        ("Content-Length: 4, 5\r\n", "a=b&"),
        ("Content-Length: +4\r\n", "a=b&"),
        ("Content-Length: -4\r\n", "a=b&"),
        ("Content-Length: 0x4\r\n", "a=b&"),
        ("Content-Length: 99999999999999999999999\r\n", "a=b&"),
        ("Content-Length : 4\r\n", "a=b&"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "zz\r\na=b&\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\na=b&\r\n0\r\n\r\n"),
    ] {
        let answer = server.says(format!("{short}{lengths}\r\n{body}{within}").as_bytes());
        assert!(!answer.contains("well\n"), "{lengths:?} {body:?}: what was within was answered: {answer}");
        assert!(answers(&answer) <= 1, "{lengths:?} {body:?}: {answer}");
        assert!(status(&answer).is_none_or(|status| (400..500).contains(&status)), "{lengths:?}: {answer}");
    }
    // The same by rights: one after the other, on one connection.
    let twice = server.says(
        "GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\nGET /healthz HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
            .as_bytes(),
    );
    assert_eq!((answers(&twice), twice.matches("well\n").count()), (2, 2), "{twice}");
    server.is_well();
}

#[test]
fn heads_that_no_browser_sends_are_refused() {
    let server = Server::start();
    let before = server.memory();
    let long = "x".repeat(200_000);
    let many = (0..10_000).fold(String::new(), |all, at| all + &format!("x-{at}: y\r\n"));
    for (what, request, expected) in [
        ("two hosts", "GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n".to_owned(), Some(400)),
        ("two hosts", "GET / HTTP/1.1\r\nHost: evil.example\r\nHost: HOST\r\n".to_owned(), Some(400)),
        ("no host", "GET / HTTP/1.1\r\n".to_owned(), Some(421)),
        ("another host", "GET / HTTP/1.1\r\nHost: evil.example\r\n".to_owned(), Some(421)),
        ("a host with more", "GET / HTTP/1.1\r\nHost: HOST@evil.example\r\n".to_owned(), Some(421)),
        ("a lone CR", "GET / HTTP/1.1\r\nHost: HOST\r\nX: a\rSet-Cookie: b=c\r\n".to_owned(), Some(400)),
        ("a NUL", "GET / HTTP/1.1\r\nHost: HOST\r\nX: a\0b\r\n".to_owned(), Some(400)),
        ("a folded line", "GET / HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n".to_owned(), Some(400)),
        ("a blank before the colon", "GET / HTTP/1.1\r\nHost : HOST\r\n".to_owned(), Some(400)),
        ("no colon", "GET / HTTP/1.1\r\nHost: HOST\r\nX\r\n".to_owned(), Some(400)),
        ("a long line", format!("GET / HTTP/1.1\r\nHost: HOST\r\nX: {long}\r\n"), Some(431)),
        ("many lines", format!("GET / HTTP/1.1\r\nHost: HOST\r\n{many}"), Some(431)),
        ("a long address", format!("GET /{long} HTTP/1.1\r\nHost: HOST\r\n"), None),
        ("another version", "GET / HTTP/3.0\r\nHost: HOST\r\n".to_owned(), Some(400)),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n".to_owned(), None),
        ("no words", "\u{0}\u{1}\u{2}\u{16}\u{3}\u{1}".to_owned(), Some(400)),
        (
            "a method of theirs",
            "BREW / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n".to_owned(),
            Some(404),
        ),
        (
            "a tunnel",
            "CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n".to_owned(),
            None,
        ),
    ] {
        // Whoever is answered and not let go asks for that.
        let mut stream = server.connect();
        let _ = stream
            .write_all(&with_host(format!("{request}Connection: close\r\n\r\n").as_bytes(), &server.host));
        let answer = heard(&mut stream);
        match expected {
            Some(expected) => assert_eq!(status(&answer), Some(expected), "{what}: {answer}"),
            None => assert!(status(&answer).is_none_or(|status| status >= 400), "{what}: {answer}"),
        }
        assert!(!answer.to_lowercase().contains("set-cookie: b="), "{what}: {answer}");
        assert!(!answer.contains("evil.example"), "{what} is not said back: {answer}");
    }
    // What stands in an address comes back in no header of its own.
    for path in [
        "/me?next=%0d%0aSet-Cookie:%20b=c",
        "/accounts/%0d%0aSet-Cookie:%20b=c",
        "/sign-in?next=//evil.example",
    ] {
        let heard = Caller::stranger(&server.host).ask("GET", path, "").expect("an answer");
        assert!(!heard.head.to_lowercase().contains("set-cookie: b="), "{path}: {}", heard.head);
        assert!(!heard.head.contains("location: //"), "{path}: {}", heard.head);
    }
    let grown = server.memory() - before;
    assert!(grown < MEMORY, "{grown} kB more");
    server.is_well();
}

#[test]
fn whoever_never_finishes_keeps_nobody_waiting_and_is_let_go() {
    let server = Server::start();
    let before = server.memory();
    let heads: Vec<_> = (0..SLOW).map(|_| (server.connect(), 0)).collect();
    let form = format!("POST /sign-in HTTP/1.1\r\nHost: HOST\r\n{FORM}Content-Length: 60000\r\n\r\n");
    let bodies: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(&with_host(form.as_bytes(), &server.host)).expect("sent");
            (stream, 0)
        })
        .collect();
    let mut open: Vec<(TcpStream, usize)> = heads.into_iter().chain(bodies).collect();
    for (stream, _) in &open {
        stream.set_nonblocking(true).expect("set");
    }
    let head = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let (begun, mut answered, mut piece) = (Instant::now(), 0, [0; 4_096]);
    while !open.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "{} are still held after {PATIENCE:?}", open.len());
        // One letter more of each, of a head or of a form; until the server lets them go.
        open.retain_mut(|(stream, sent)| {
            let next = head.get(*sent).copied().unwrap_or(b'x');
            *sent += 1;
            let written =
                !matches!(stream.write(&[next]), Err(error) if error.kind() != ErrorKind::WouldBlock);
            match stream.read(&mut piece) {
                Ok(0) => false,
                Ok(_) => true,
                Err(error) => written && error.kind() == ErrorKind::WouldBlock,
            }
        });
        let answer =
            Caller::stranger(&server.host).ask("GET", "/sign-in", "").expect("an honest one is answered");
        assert_eq!(answer.status, 200);
        answered += 1;
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(answered > 3, "they were held for a while, and the honest one was answered {answered} times");
    let grown = server.memory() - before;
    assert!(grown < MEMORY, "{grown} kB more");
    server.is_well();
}

#[test]
fn forms_of_nonsense_are_answered_as_such() {
    let server = Server::start();
    let mut caller = Caller::stranger(&server.host);
    let page = caller.ask("GET", "/sign-in", "").expect("a page");
    caller.comes(&page);
    let many = "a=1&".repeat(10_000);
    assert_eq!(caller.ask("POST", "/sign-in", &many).expect("an answer").status, 413);
    for nonsense in [
        "%ED%A0%80",                         // half of a pair
        "%C0%AF%C0%AE",                      // longer than it need be
        "%FF%FE%00",                         // no text, and a NUL
        "%E2%80%AEgpj.exe",                  // read from the right
        "%F0%9F%92%A9%F0%9F%8F%B3%EF%B8%8F", // beyond the first plane
        "Z%CC%B6%CD%81%CC%88a%CC%B4%CD%9Dl%CC%B7%CD%86go",
        "%EF%BB%BFx%E2%80%8By",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%25s%25n${7*7}{{7*7}}",
    ] {
        let form = format!("email={nonsense}%40example.org&password={nonsense}");
        let heard = caller.ask("POST", "/sign-in", &form).expect("an answer");
        assert!([400, 422].contains(&heard.status), "{nonsense}: {}", heard.status);
        assert!(!heard.body.contains("<script>alert"), "{nonsense}");
        for path in [format!("/find?words={nonsense}"), format!("/link/{nonsense}"), format!("/{nonsense}")] {
            let heard = caller.ask("GET", &path, "").expect("an answer");
            assert!(heard.status < 500 && !heard.body.contains("<script>alert"), "{path}: {}", heard.status);
        }
    }
    server.is_well();
}
