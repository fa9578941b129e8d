//! What the rest of the site knows of cohorts: what was described lately, and those of a name.

use vocabulary::{Permission, Viewer};
use web::{Changed, Hit, House, Problem};

use super::{Version, store};

async fn seen(house: &House, viewer: &Viewer) -> Result<Vec<Version>, Problem> {
    if !viewer.may(Permission::PlanMatches) {
        return Ok(Vec::new());
    }
    Ok(store::newest(&mut house.read_for(viewer).await?).await?)
}

pub(super) async fn changes(house: &House, viewer: &Viewer) -> Result<Vec<Changed>, Problem> {
    let mut all = seen(house, viewer).await?;
    all.sort_by(|a, b| b.made_at.cmp(&a.made_at));
    let changed = |one: Version| Changed {
        path: one.path(),
        what: format!("{}: the cohort was described", one.name()),
        at: one.made_at,
    };
    Ok(all.into_iter().take(Changed::TOLD).map(changed).collect())
}

pub(super) async fn search(house: &House, viewer: &Viewer, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |one: Version| Hit { path: one.path(), title: one.name(), kind: "Cohort" };
    Ok(Hit::titled(seen(house, viewer).await?.into_iter().map(hit), words))
}
