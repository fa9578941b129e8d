//! What the rest of the site knows of worklists: what was decided lately, and those for a purpose.

use vocabulary::Permission;
use web::{Asker, Changed, Hit, Problem};

use super::{Request, State, store};

async fn seen(asker: Asker<'_>, most: i64) -> Result<Vec<Request>, Problem> {
    if !asker.viewer.may(Permission::SeePassages) {
        return Ok(Vec::new());
    }
    Ok(store::newest(asker.session, most).await?)
}

pub(super) async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
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
    Ok(seen(asker, Changed::LOOKED_AT).await?.into_iter().filter_map(changed).take(Changed::TOLD).collect())
}

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |one: Request| Hit { path: one.path(), title: one.purpose, kind: "Worklists" };
    Ok(Hit::titled(seen(asker, Hit::LOOKED_AT).await?.into_iter().map(hit), words))
}
