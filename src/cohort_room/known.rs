//! What the rest of the site knows of cohorts: what was described lately, and those of a name.

use vocabulary::Permission;
use web::{Asker, Changed, Hit, Problem};

use super::{Version, store};

async fn seen(asker: Asker<'_>) -> Result<Vec<Version>, Problem> {
    if !asker.viewer.may(Permission::PlanMatches) {
        return Ok(Vec::new());
    }
    Ok(store::newest(asker.session).await?)
}

pub(super) async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
    let mut all = seen(asker).await?;
    all.sort_by(|a, b| b.made_at.cmp(&a.made_at));
    let changed = |one: Version| Changed {
        path: one.path(),
        what: format!("{}: the cohort was described", one.name()),
        at: one.made_at,
    };
    Ok(all.into_iter().take(Changed::TOLD).map(changed).collect())
}

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |one: Version| Hit { path: one.path(), title: one.name(), kind: "Cohort" };
    Ok(Hit::titled(seen(asker).await?.into_iter().map(hit), words))
}
