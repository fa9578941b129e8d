//! What the rest of the site knows of match runs: what ended lately, and those of a name.

use vocabulary::{Permission, Viewer};
use web::{Changed, Hit, House, Problem};

use super::{Run, State, store};

async fn seen(house: &House, viewer: &Viewer, most: i64) -> Result<Vec<Run>, Problem> {
    if !viewer.may(Permission::PlanMatches) {
        return Ok(Vec::new());
    }
    Ok(store::newest(&mut house.read_for(viewer).await?, most).await?)
}

pub(super) async fn changes(house: &House, viewer: &Viewer) -> Result<Vec<Changed>, Problem> {
    let changed = |run: Run| {
        let what = match run.state {
            State::Running => return None,
            State::Done => format!("{}: the match run is done", run.name()),
            State::Failed => format!("{}: the match run failed", run.name()),
        };
        Some(Changed { path: run.path(), what, at: run.ended_at? })
    };
    Ok(seen(house, viewer, Changed::LOOKED_AT)
        .await?
        .into_iter()
        .filter_map(changed)
        .take(Changed::TOLD)
        .collect())
}

pub(super) async fn search(house: &House, viewer: &Viewer, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |run: Run| Hit { path: run.path(), title: run.name(), kind: "Match run" };
    Ok(Hit::titled(seen(house, viewer, Hit::LOOKED_AT).await?.into_iter().map(hit), words))
}
