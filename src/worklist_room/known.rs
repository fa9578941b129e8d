//! What the rest of the site knows of worklists: what was decided lately, and those for a purpose.

use vocabulary::{Permission, Viewer};
use web::{Changed, Hit, House, Problem};

use super::{Request, State, store};

async fn seen(house: &House, viewer: &Viewer, most: i64) -> Result<Vec<Request>, Problem> {
    if !viewer.may(Permission::SeePassages) {
        return Ok(Vec::new());
    }
    Ok(store::newest(&mut house.read_for(viewer).await?, most).await?)
}

pub(super) async fn changes(house: &House, viewer: &Viewer) -> Result<Vec<Changed>, Problem> {
    let changed = |one: Request| {
        let what = match one.state {
            State::Approved => "approved",
            State::Refused => "refused",
            State::Making | State::Waiting | State::Withdrawn | State::Stopped | State::Failed => {
                return None;
            }
        };
        let what = format!("The worklists for “{}” were {what}", one.purpose);
        Some(Changed { path: one.path(), what, at: one.decided_at? })
    };
    Ok(seen(house, viewer, Changed::LOOKED_AT)
        .await?
        .into_iter()
        .filter_map(changed)
        .take(Changed::TOLD)
        .collect())
}

pub(super) async fn search(house: &House, viewer: &Viewer, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |one: Request| Hit { path: one.path(), title: one.purpose, kind: "Worklists" };
    Ok(Hit::titled(seen(house, viewer, Hit::LOOKED_AT).await?.into_iter().map(hit), words))
}
