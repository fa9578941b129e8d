//! The planning rooms with a whole county in them: how soon each of their pages answers.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::pages::{ALONE, Serving, ask, at, read_for, signed_in};
use crate::Outcome;
use crate::system::say;

/// Where the reading begins; what these pages lead to within the same rooms is read too.
const ROOMS: [&str; 6] = ["/population", "/cohorts", "/match-runs", "/worklists", "/releases", "/figures"];
/// The demonstration matches its county as soon as it is served.
const PATIENCE: Duration = Duration::from_mins(5);

/// Serves a demonstration that is there and reads its planning pages for so many seconds each, one after the other.
pub(super) fn run(meres: &Path, data: &Path, seconds: u64) -> Outcome {
    let mut serving = Serving::start(meres, data, None)?;
    let host = serving.host()?;
    ask(&host, "GET /readyz HTTP/1.1", "", "")?;
    let cookie = signed_in(&host)?;
    let get = |path: &str| ask(&host, &format!("GET {path} HTTP/1.1"), &format!("Cookie: {cookie}\r\n"), "");
    let began = Instant::now();
    while !links(&get("/match-runs")?).iter().any(|path| {
        path.starts_with("/match-runs/") && get(path).is_ok_and(|page| page.contains("Read the report"))
    }) {
        if began.elapsed() > PATIENCE {
            return Err("the county was not matched in five minutes".to_owned());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    let mut pages: BTreeSet<String> = ROOMS.map(str::to_owned).into();
    for _ in 0..2 {
        for page in pages.clone() {
            pages.extend(links(&get(&page)?));
        }
    }
    let mut worst = Duration::ZERO;
    for page in pages {
        let answer = get(&page)?;
        // Some ask first who one is, and some are files.
        if !answer.starts_with("HTTP/1.1 200") || !answer.contains("\r\ncontent-type: text/html") {
            continue;
        }
        let waited = read_for(&host, &page, &cookie, (ALONE, Duration::from_secs(seconds)))?;
        worst = worst.max(waited[(waited.len() - 1) * 99 / 100]);
        say(&format!(
            "{page} ({} kB): half within {:.1} ms, 99 % within {:.1} ms of {}",
            answer.len() / 1_000,
            at(&waited, 50),
            at(&waited, 99),
            waited.len()
        ));
    }
    say(&format!(
        "The slowest: 99 % within {:.0} ms. {} MB",
        worst.as_secs_f64() * 1_000.0,
        serving.megabytes()
    ));
    Ok(())
}

/// Where a page leads to within the planning rooms.
fn links(page: &str) -> BTreeSet<String> {
    let own = |path: &&str| ROOMS.iter().any(|room| path.starts_with(room)) && !path.contains('?');
    let paths = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    paths.filter(own).map(str::to_owned).collect()
}
