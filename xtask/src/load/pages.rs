//! Pages: how soon the site answers, how much memory it idles in, how many pages a second it serves. What the public sees is
//! read as the public does, the rest by somebody who is signed in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::system::say;

/// Connections that ask at the same time, each for one page after another.
const READERS: usize = 32;
/// So few that none waits for another: what is measured then is the server's own time.
pub(super) const ALONE: usize = 1;
const PUBLIC: [&str; 5] = [
    "/find?words=my+knee+hurts+on+the+stairs&place=Wrayford",
    "/find?words=lonley+sinse+I+stopped+driving&free=yes&day=TU",
    "/find?topic=strength",
    "/oruk/v3/services?per_page=50&page=100",
    "/oruk/v3/services?search=walking&per_page=20",
];
const SIGNED_IN: [&str; 4] = ["/", "/me", "/accounts", "/admin"];

/// Serves a demonstration that is there, with its PostgreSQL if it has one, and reads its pages for so many seconds each.
pub(super) fn run(meres: &Path, (data, database): (&Path, Option<&str>), seconds: u64) -> Outcome {
    let began = Instant::now();
    let mut serving = Serving::start(meres, data, database)?;
    let host = serving.host()?;
    ask(&host, "GET /readyz HTTP/1.1", "", "")?;
    let cold = began.elapsed();
    std::thread::sleep(Duration::from_secs(2));
    say(&format!(
        "Cold start to the first answer: {} ms; idle: {} MB",
        cold.as_millis(),
        serving.megabytes()
    ));
    let cookie = signed_in(&host)?;
    let pages =
        PUBLIC.map(|page| (page, "")).into_iter().chain(SIGNED_IN.map(|page| (page, cookie.as_str())));
    for (page, cookie) in pages {
        let span = Duration::from_secs(seconds);
        let (alone, together) =
            (read_for(&host, page, cookie, (ALONE, span))?, read_for(&host, page, cookie, (READERS, span))?);
        say(&format!(
            "{page}: alone half within {:.1} ms, 99 % within {:.1} ms; {READERS} at a time {} pages a second, 99 % within \
             {:.0} ms",
            at(&alone, 50),
            at(&alone, 99),
            together.len() as u64 / seconds.max(1),
            at(&together, 99),
        ));
    }
    say(&format!("After that: {} MB", serving.megabytes()));
    Ok(())
}

/// Milliseconds within which so many of a hundred answers came.
pub(super) fn at(waited: &[Duration], percent: usize) -> f64 {
    waited[(waited.len() - 1) * percent / 100].as_secs_f64() * 1_000.0
}

/// A server of ours, ended with this.
pub(super) struct Serving(Child);

impl Serving {
    pub(super) fn start(meres: &Path, data: &Path, database: Option<&str>) -> Result<Self, String> {
        let mut command = Command::new(meres);
        command.env_remove("MERES_DATABASE_URL").envs(database.map(|url| ("MERES_DATABASE_URL", url)));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).stdout(Stdio::piped());
        command.spawn().map(Self).map_err(|error| format!("the site did not start: {error}"))
    }

    pub(super) fn host(&mut self) -> Result<String, String> {
        let said = self.0.stdout.take().ok_or("the site says nothing")?;
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once("is at http://") {
                return Ok(rest.split(' ').next().unwrap_or(rest).to_owned());
            }
        }
        Err("the site ended without saying where it is".to_owned())
    }

    pub(super) fn megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("");
        line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The cookie of the demonstration's system administrator.
pub(super) fn signed_in(host: &str) -> Result<String, String> {
    let page = ask(host, "GET /demo HTTP/1.1", "", "")?;
    let door = cookie(&page).ok_or("the door gave no cookie")?;
    let between = |before: &str| Some(page.split_once(before)?.1.split_once('"')?.0.to_owned());
    let token = between("name=\"form_token\" value=\"").ok_or("the page has no form")?;
    let account =
        between("name=\"account\" value=\"").ok_or("nobody was invented: is it a demonstration?")?;
    let headers = format!(
        "Cookie: {door}\r\nOrigin: http://{host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let answer =
        ask(host, "POST /demo HTTP/1.1", &headers, &format!("form_token={token}&account={account}"))?;
    cookie(&answer).ok_or_else(|| "signing in gave no cookie".to_owned())
}

fn cookie(answer: &str) -> Option<String> {
    let lines = answer.lines().take_while(|line| !line.is_empty());
    let set = lines.filter_map(|line| line.strip_prefix("set-cookie: "));
    set.map(|cookie| cookie.split(';').next().unwrap_or("").to_owned()).last()
}

/// One request on a connection of its own.
pub(super) fn ask(host: &str, first: &str, headers: &str, body: &str) -> Result<String, String> {
    let words = |error: std::io::Error| format!("the site did not answer: {error}");
    let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).map_err(words)?;
    let length = body.len();
    write!(
        stream,
        "{first}\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .map_err(words)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(words)?;
    Ok(answer)
}

/// Reads one page over and over, by so many for so long; gives how long each answer took, the shortest first.
pub(super) fn read_for(
    host: &str,
    page: &str,
    cookie: &str,
    (readers, span): (usize, Duration),
) -> Result<Vec<Duration>, String> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    let request = format!("GET {page} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n");
    let end = Instant::now() + span;
    std::thread::scope(|threads| {
        let readers: Vec<_> =
            (0..readers).map(|_| threads.spawn(|| one_reader(host, &request, end))).collect();
        let mut all = Vec::new();
        for reader in readers {
            let waited = reader.join().map_err(|_| "a reader broke off".to_owned())?;
            all.append(&mut waited.map_err(|error| format!("{page}: {error}"))?);
        }
        all.sort_unstable();
        if all.is_empty() { Err(format!("{page}: no answer at all")) } else { Ok(all) }
    })
}

fn one_reader(host: &str, request: &str, end: Instant) -> std::io::Result<Vec<Duration>> {
    let stream = TcpStream::connect(host.replace("localhost", "127.0.0.1"))?;
    stream.set_nodelay(true)?;
    let (mut writing, mut reading) = (stream.try_clone()?, BufReader::with_capacity(1 << 16, stream));
    let (mut waited, mut line, mut body) = (Vec::new(), String::new(), Vec::new());
    while Instant::now() < end {
        let asked = Instant::now();
        writing.write_all(request.as_bytes())?;
        let (mut length, mut status) = (0, String::new());
        loop {
            line.clear();
            reading.read_line(&mut line)?;
            if status.is_empty() {
                line.clone_into(&mut status);
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        if !status.contains(" 200 ") {
            return Err(std::io::Error::other(format!("answered {}", status.trim())));
        }
        body.resize(length, 0);
        reading.read_exact(&mut body)?;
        waited.push(asked.elapsed());
    }
    Ok(waited)
}
