//! Opening a page changes nothing, whoever opens it: neither a row nor a file, but for the lines that say who looked at whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ground::audit::{Asked, lines};
use ground::database::DatabaseError;
use ground::database::dump::Snapshot;
use ground::files::digest_text;
use testbed::SUPERUSER;
use vocabulary::Role;

use super::walk::{NOTHING, filled};
use crate::journeys::wall::{Passed, passed};
use crate::support::crawl::crawl;
use crate::support::data_folder::contents;
use crate::support::site::Place;

/// What is kept of the looking itself: who looked at whom, and that somebody is still here.
const OF_LOOKING: [&str; 2] = ["audit", "session"];
/// What may be written down of it.
const LOOKED: [&str; 3] = ["account.list", "account.view", "session.seen"];
/// Pages of one visitor that are opened by their links.
const MOST_PAGES: usize = 80;

/// Of each table how many rows there are and a digest of them, and of each file beside the database the same.
async fn everything(place: &Place) -> BTreeMap<String, (usize, String)> {
    let folder = place.file("");
    let mut snapshot = match testbed::database(&folder) {
        Some(server) => Snapshot::of_server(&server.url(SUPERUSER)).await,
        None => Snapshot::of_folder(&folder).await,
    }
    .expect("a snapshot");
    let mut found = BTreeMap::new();
    for table in snapshot.tables.clone() {
        if OF_LOOKING.contains(&table.name.as_str()) {
            continue;
        }
        let mut rows = Vec::new();
        let each = snapshot.each_row(&table, |row| {
            rows.push(format!("{row:?}"));
            Ok::<_, DatabaseError>(())
        });
        each.await.expect("rows");
        rows.sort();
        found.insert(table.name.clone(), (rows.len(), digest_text(&rows.join("\n"))));
    }
    snapshot.close().await.expect("closed");
    let of_the_database = |path: &PathBuf| path.to_string_lossy().starts_with("meres.db");
    for (path, bytes) in contents(&folder).into_iter().filter(|(path, _)| !of_the_database(path)) {
        found.insert(path.display().to_string(), (bytes.len(), ground::files::digest_bytes(&bytes)));
    }
    found
}

/// The lines of the log by what they say was done.
async fn written(place: &Place) -> BTreeMap<String, usize> {
    let mut session = place.house.database.read().await.expect("read");
    let mut found = BTreeMap::new();
    for line in lines(&mut session, &Asked::default(), 0, 100_000).await.expect("lines") {
        *found.entry(line.action).or_default() += 1;
    }
    found
}

#[tokio::test]
async fn opening_a_page_changes_nothing() {
    let Passed { county, .. } = passed().await;
    let place = &county.place;
    let mut visitors = vec![(String::from("a stranger"), place.stranger())];
    for role in Role::ALL {
        visitors.push((role.name().to_owned(), place.somebody(role.name()).await));
    }
    let table = meres::app::route_table();
    let mut before = everything(place).await;
    assert!(before.len() > 30, "{}", before.len());
    let acts = written(place).await;
    let mut opened = BTreeSet::new();
    for (who, visitor) in &mut visitors {
        let ours =
            |link: &str| link.starts_with('/') && !link.contains("sort=") && !link.starts_with("/assets/");
        let pages = crawl(visitor, "/", MOST_PAGES, ours).await;
        opened.extend(pages.into_iter().map(|(path, _)| path));
        for route in table.iter().filter(|route| route.method == "GET") {
            let seen = visitor.get(&filled(route.path, NOTHING)).await;
            assert!(seen.status < 500, "{} for {who}", route.path);
        }
        let after = everything(place).await;
        let changed: Vec<_> = before.iter().filter(|(name, was)| after.get(*name) != Some(was)).collect();
        assert!(changed.is_empty(), "{who} changed by looking: {changed:?}");
        let new: Vec<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
        assert!(new.is_empty(), "{who} made by looking: {new:?}");
        before = after;
    }
    let deep = opened.iter().filter(|path| path.split('/').any(|step| step.len() == NOTHING.len())).count();
    assert!(deep > 30, "pages of things that are there: {deep} of {}", opened.len());
    let more = written(place).await.into_iter().filter(|(action, count)| acts.get(action) != Some(count));
    let more: Vec<String> = more.map(|(action, _)| action).collect();
    assert!(more.iter().all(|action| LOOKED.contains(&action.as_str())), "{more:?}");
    assert!(more.contains(&"account.view".to_owned()), "and who looked at whom is written down: {more:?}");
}
