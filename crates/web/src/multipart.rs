//! Forms with files (`multipart/form-data`, RFC 7578): read whole within bounds, then taken apart. What a browser does not
//! send is refused, never guessed at.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::form::{Form, Upload};
use crate::problem::Problem;

/// Bytes of a whole body.
const MOST_BYTES: usize = 64 << 20;
/// Parts of it.
const MOST_PARTS: usize = 200;
/// Bytes of what is typed beside the files, and of the lines before a part.
const MOST_TYPED: usize = 256 * 1024;
const MOST_HEAD: usize = 8 * 1024;
/// No piece of it may keep us waiting longer than this, and the whole no longer than the other.
const PIECE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_mins(4);
/// So many come at a time: each is held in memory.
static COMING: Semaphore = Semaphore::const_new(4);

const ODD: Problem = Problem::Bad("The form did not come as browsers send it. Load its page again.");

/// Whether a body says that it is such a form.
pub(crate) fn is_one(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    // The boundary keeps its capital letters; the name of the type need not have had small ones.
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (kind, rest) = text.split_once(';').unwrap_or((text, ""));
    Some(format!("{};{rest}", kind.trim().to_ascii_lowercase()))
}

/// Reads the body of such a form. One that says that it is too large is not begun.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Form, Problem> {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES as u64) {
        return Err(Problem::TooLarge);
    }
    let kind = content_type(headers).ok_or(ODD)?;
    // Before anything is waited for.
    boundary(&kind).ok_or(ODD)?;
    let place = COMING.try_acquire().map_err(|_| {
        Problem::Conflict("Several files are being sent to Meres just now. Try again in a minute.")
    })?;
    let bytes = timeout(WHOLE, pieces(body)).await.map_err(|_| Problem::TooSlow)??;
    Ok(taken_apart(&kind, &bytes)?.holding(place))
}

/// Takes a body apart that came whole, by what its content type says.
pub fn taken_apart(kind: &str, body: &Bytes) -> Result<Form, Problem> {
    parse(body, boundary(kind).ok_or(ODD)?)
}

async fn pieces(body: Body) -> Result<Bytes, Problem> {
    let mut body = Limited::new(body, MOST_BYTES);
    let mut whole = Vec::new();
    loop {
        let piece = timeout(PIECE, body.frame()).await.map_err(|_| Problem::TooSlow)?;
        let Some(frame) = piece else { return Ok(whole.into()) };
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Problem::TooLarge
            } else {
                Problem::Bad("The form did not come whole. Try again.")
            }
        })?;
        if let Ok(data) = frame.into_data() {
            whole.extend_from_slice(&data);
        }
    }
}

fn boundary(kind: &str) -> Option<&str> {
    let mut words = kind.split(';').skip(1).filter_map(|word| word.trim().split_once('='));
    let (_, value) = words.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let fits =
        (1..=70).contains(&value.len()) && value.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"');
    fits.then_some(value)
}

/// Takes a body apart: `--boundary`, lines about a part, an empty line, the part, and so on to `--boundary--`.
fn parse(body: &Bytes, boundary: &str) -> Result<Form, Problem> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut form = Form::default();
    let mut typed = 0;
    // What stands before the first boundary is nobody's.
    let mut at = if body.starts_with(opening.as_bytes()) {
        opening.len()
    } else {
        find(body, 0, between.as_bytes()).ok_or(ODD)? + between.len()
    };
    for parts in 0.. {
        match body.get(at..at + 2) {
            Some(b"--") => return Ok(form),
            Some(b"\r\n") if parts < MOST_PARTS => at += 2,
            Some(b"\r\n") => return Err(Problem::TooLarge),
            _ => return Err(ODD),
        }
        // A part without any line about it begins with the empty line.
        let head_ends = find(&body[..body.len().min(at + MOST_HEAD)], at, b"\r\n\r\n").ok_or(ODD)?;
        let head = std::str::from_utf8(&body[at..head_ends]).map_err(|_| ODD)?;
        let begins = head_ends + 4;
        let ends = find(body, begins, between.as_bytes()).ok_or(ODD)?;
        let (name, file) = disposition(head).ok_or(ODD)?;
        if let Some(file) = file {
            form.upload(Upload { field: name, name: plain_name(&file), bytes: body.slice(begins..ends) });
        } else {
            typed += ends - begins;
            if typed > MOST_TYPED {
                return Err(Problem::TooLarge);
            }
            let text = std::str::from_utf8(&body[begins..ends]).map_err(|_| ODD)?;
            form.push(name, text.to_owned())?;
        }
        at = ends + between.len();
    }
    Err(ODD)
}

/// Where this stands first, from a place on.
fn find(body: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut at = from;
    loop {
        at += body.get(at..)?.iter().position(|byte| *byte == first)?;
        if body[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

/// The name of the field, and that of the file where it is one.
fn disposition(head: &str) -> Option<(String, Option<String>)> {
    let line = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    })?;
    let rest = line.get(..9).filter(|kind| kind.eq_ignore_ascii_case("form-data")).and(line.get(9..))?;
    let name = quoted(rest, "name")?;
    Some((name, quoted(rest, "filename")))
}

/// `name="value"` among the words of a line; browsers write a quotation mark in it as `%22`.
fn quoted(line: &str, name: &str) -> Option<String> {
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once(';') {
        let behind = behind.trim_start();
        let (word, value) = behind.split_once('=')?;
        let value = value.strip_prefix('"')?;
        let (value, after) = value.split_once('"')?;
        if word.trim().eq_ignore_ascii_case(name) {
            return Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"));
        }
        rest = after;
    }
    None
}

/// The last part of a path, as it may be shown and be the name of a file of ours: nothing that leads elsewhere.
fn plain_name(name: &str) -> String {
    const MOST: usize = 60;
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let shown = |c: &char| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let letters: Vec<char> = last.chars().filter(shown).collect();
    // Its ending says what it is: of a long name the beginning goes.
    let last: String = letters[letters.len().saturating_sub(MOST)..].iter().collect();
    let last = last.trim_start_matches(|c: char| c == '.' || c.is_whitespace()).trim_end();
    if last.is_empty() { "file".to_owned() } else { last.to_owned() }
}

#[cfg(test)]
mod tests;
