//! What the rest of the site knows of match runs: what ended lately, and those of a name.

use vocabulary::Permission;
use web::{Asker, Changed, Hit, Problem};

use super::{Run, State, store};

async fn seen(asker: Asker<'_>, most: i64) -> Result<Vec<Run>, Problem> {
    if !asker.viewer.may(Permission::PlanMatches) {
        return Ok(Vec::new());
    }
    Ok(store::newest(asker.session, most).await?)
}

pub(super) async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
    let changed = |run: Run| {
        let what = match run.state {
            State::Running => return None,
            State::Done => format!("{}: the match run is done", run.name()),
            State::Failed => format!("{}: the match run failed", run.name()),
        };
        Some(Changed { path: run.path(), what, at: run.ended_at? })
    };
    Ok(seen(asker, Changed::LOOKED_AT).await?.into_iter().filter_map(changed).take(Changed::TOLD).collect())
}

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |run: Run| Hit { path: run.path(), title: run.name(), kind: "Match run" };
    Ok(Hit::titled(seen(asker, Hit::LOOKED_AT).await?.into_iter().map(hit), words))
}
