//! What one person of a run was offered, and why: for whoever holds the key to the pseudonyms and is asked. Each look stands in
//! the audit log, with what for; the pseudonym is in no address.

use std::time::Duration;

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use planning::population::store as catalogue;
use serde_json::Value;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Page, Problem, Visit};

use super::run_pages::done;
use super::said_of_room::SaidOfRoom;
use super::{Run, files};
use crate::data_path::DataPath;
use crate::trying::{self, Question, program};

const LONGEST: Duration = Duration::from_mins(2);
const MOST_PSEUDONYM: usize = 128;

#[derive(Template)]
#[template(path = "match_room/person.html")]
struct Content<'a> {
    run: String,
    path: String,
    purpose: &'a str,
    left_out_by: Option<String>,
    needs: Vec<String>,
    without: Vec<String>,
    offers: Vec<Offer>,
}

struct Offer {
    service: String,
    provider: String,
    venue: String,
    /// Whether there is a place for them, as the provider last said.
    room: Option<String>,
    reasons: String,
    would_change: Vec<String>,
}

fn form(run: &Run) -> FormView {
    FormView {
        title: "What one person was offered".to_owned(),
        lead: vec![
            "For somebody who is asked why, and holds the key to the pseudonyms. You see what they need and what was found for \
             them, or which criterion left them out, which can say something about their health. That you looked, and what for, \
             stands in the audit log."
                .to_owned(),
        ],
        action: format!("{}/person", run.path()),
        fields: vec![
            Field::new(FieldKind::Text, "pid", "Their pseudonym in this population"),
            Field::new(FieldKind::Text, "purpose", "What for?"),
        ],
        button: "Look",
        back: Some((run.path(), "Back")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    visit.form_page(&form(&done(&visit, &id).await?))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let run = done(&visit, &id).await?;
    let mut errors = Errors::default();
    let pid = errors.needed(&typed, "pid", MOST_PSEUDONYM, "Enter their pseudonym").to_owned();
    let purpose = errors.needed(&typed, "purpose", 500, "Enter what you look for").to_owned();
    if !errors.is_empty() {
        return visit.form_page(&form(&run).again(&typed, errors));
    }
    let entries = catalogue::list(&mut visit.read().await?).await?;
    let entry = entries.into_iter().find(|entry| entry.id == run.population);
    let entry = entry.ok_or(Problem::Conflict("The population of this run was deleted."))?;
    // Before anybody sees anything.
    let object = run.id.to_string();
    let kind = trying::Kind::Person;
    let question =
        Question { kind, object, population: &entry, purpose: Some(purpose.clone()), texts: &[&pid] };
    let place = match trying::ask(&visit, question).await? {
        Ok(place) => place,
        Err(why) => {
            errors.add("pid", why);
            return visit.form_page(&form(&run).again(&typed, errors));
        }
    };
    let (data, digest, of) = (visit.house.shelf.of::<DataPath>(), entry.digest, run.clone());
    let looking = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        looked(&data, &digest, &of, &pid)
    });
    let found = match looking.await.map_err(Problem::broken)? {
        Ok(found) => found,
        Err(why) => {
            errors.add("pid", format!("It could not be shown: {why}"));
            return visit.form_page(&form(&run).again(&typed, errors));
        }
    };
    let words = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = SaidOfRoom::of(&visit).await?;
    let offer = |one: &Value| Offer {
        room: one["service_id"].as_str().and_then(|id| said.service(id)),
        service: text(&one["service"]),
        provider: text(&one["provider"]),
        venue: text(&one["venue"]),
        reasons: text(&one["reasons"]),
        would_change: words(&one["would_change"]),
    };
    let content = Content {
        run: run.name(),
        path: run.path(),
        purpose: &purpose,
        left_out_by: found["left_out_by"].as_str().map(str::to_owned),
        needs: words(&found["needs"]),
        without: words(&found["without"]),
        offers: found["matches"].as_array().into_iter().flatten().map(offer).collect(),
    };
    let page = Page::new(&visit, "What one person was offered").under(run.path(), "The match run");
    Ok(page.with(&content)?.into_response())
}

/// By what the run was made with: its own services, cohort and rules.
fn looked(data: &DataPath, digest: &str, run: &Run, pid: &str) -> Result<Value, String> {
    // It holds one person's matches for as long as this takes.
    let out = program::folder(data)?;
    let asked = out.path().join("who");
    std::fs::write(&asked, pid).map_err(program::broken)?;
    let mut command = program::command(data, "person", digest);
    files::as_made(&mut command, &files::folder(&data.folder, run.id));
    command.arg("--pid-file").arg(&asked).arg("--out").arg(out.path().join("answer"));
    let answer = program::finished(&mut command, (&out.path().join("answer"), "person.json"), LONGEST)?;
    serde_json::from_str(&answer).map_err(|_| "the answer could not be read".to_owned())
}
