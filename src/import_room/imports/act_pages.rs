//! What a person decides about an import: taken over, or dropped.

use axum::extract::Path;
use web::{Access, Answer, Form, Problem, Routes, Visit};

use super::dry_run_pages::one;
use super::later::act;
use super::store::{self, feed_of};
use super::taking::{Taken, take};
use super::{Import, State};

pub(super) fn routes(may: Access) -> Routes {
    Routes::new().post("/directory/imports/{id}/take", may, taken).post(
        "/directory/imports/{id}/drop",
        may,
        dropped,
    )
}

const TOO_LATE: Problem =
    Problem::Conflict("Somebody has decided on this import already. Load its page again.");

async fn taken(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let import = one(&visit, &id).await?;
    let text = store::feed(&mut visit.read().await?, import.id).await?;
    let Some(text) = text.filter(|_| import.state == State::Ready) else { return Err(TOO_LATE) };
    let feed = feed_of(&text)?;
    let mut change = access::acting(&visit).await?;
    let how = (Some(typed.text("seen")), typed.text("accept") == "1");
    let page = |done: &str| Visit::to(&format!("{}?done={done}", import.path()));
    match take(&mut change, &import, &feed, how).await? {
        Taken::Done(detail) => {
            change.commit(act(&import, "directory.import", detail)).await?;
            page("taken")
        }
        Taken::Changed => page("changed"),
        Taken::Asks => page("asks"),
        Taken::TooLate => Err(TOO_LATE),
    }
}

async fn dropped(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let import: Import = one(&visit, &id).await?;
    if !matches!(import.state, State::Ready | State::Reading) {
        return Err(TOO_LATE);
    }
    let mut change = access::acting(&visit).await?;
    if !store::decide(&mut change, &import, State::Dropped, &import.shown).await? {
        return Err(TOO_LATE);
    }
    change.commit(act(&import, "directory.drop", import.came.clone())).await?;
    Visit::to(&format!("{}?done=dropped", import.path()))
}
