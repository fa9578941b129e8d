//! What is done with a source: imported now, by a schedule, or no more.

use axum::extract::Path;
use ground::database::Act;
use ground::fetch;
use offers::directory::{Difference, Feed, HERE, Kind, Source, store as directory};
use time::Duration;
use web::{Access, Answer, Choice, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Visit, id_of};

use super::{Schedule, later, path, source_path, store};
use crate::import_room::words::{ALONE, name_of_address};

pub(super) fn routes(may: Access) -> Routes {
    Routes::new()
        .get("/directory/sources/{id}/schedule", may, schedule_page)
        .post("/directory/sources/{id}/schedule", may, schedule_act)
        .post("/directory/sources/{id}/now", may, now)
        .confirmed("/directory/sources/{id}/retire", may, retire_page, retire_act)
}

const BACK: (&str, &str) = ("/directory/imports", "Imports");

/// A source, and from where it is read.
async fn one(visit: &Visit, id: &str) -> Result<(Source, Option<Schedule>), Problem> {
    let id = id_of(id)?;
    let mut session = visit.read().await?;
    let source = directory::sources(&mut session).await?.into_iter().find(|source| source.id == id);
    // What was made here came from nowhere: it is neither read again nor retired.
    let source = source.filter(|source| source.name != HERE);
    let source = source.ok_or(Problem::NotFound)?;
    let schedule = store::schedule_for(&mut session, &source.name).await?;
    Ok((source, schedule))
}

const OFTEN: [(i64, &str, &str); 4] = [
    (0, "off", "Only when somebody asks"),
    (1, "daily", "Every day"),
    (7, "weekly", "Every week"),
    (30, "monthly", "Every month (30 days)"),
];

fn schedule_form(source: &Source, schedule: Option<&Schedule>) -> FormView {
    let every = schedule.map_or(0, |schedule| schedule.every_days);
    let chosen = OFTEN.iter().find(|(days, ..)| *days == every).map_or("off", |(_, word, _)| word);
    FormView {
        title: format!("Schedule of {}", source.name),
        lead: vec![
            "An import by schedule is taken over by itself where it looks like the same list as before. If more \
             than a tenth of it would be gone, or not every page came, it waits for a person."
                .to_owned(),
        ],
        action: format!("{}/schedule", source_path(source.id)),
        fields: vec![
            address_field(schedule),
            Field::new(
                FieldKind::Radios(OFTEN.iter().map(|(_, word, name)| Choice::new(*word, *name)).collect()),
                "every",
                "When it is imported",
            )
            .valued(chosen),
        ],
        button: "Keep",
        back: Some((BACK.0.to_owned(), BACK.1)),
        ..FormView::default()
    }
}

/// What stands behind a question mark in an address may be a key: it is used, and not shown again.
fn address_field(schedule: Option<&Schedule>) -> Field {
    let field = Field::new(FieldKind::Text, "address", "Address of the feed");
    match schedule.map(|schedule| schedule.address.as_str()) {
        None => field,
        Some(known) if known.contains('?') => {
            let name = name_of_address(known);
            field.hinted(format!("Leave it empty to keep {name} with the key that was entered with it"))
        }
        Some(known) => field.valued(known),
    }
}

async fn schedule_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let (source, schedule) = one(&visit, &id).await?;
    visit.form_page(&schedule_form(&source, schedule.as_ref()))
}

async fn schedule_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let (source, schedule) = one(&visit, &id).await?;
    let mut errors = Errors::default();
    let known = schedule.as_ref().map(|schedule| schedule.address.as_str());
    let keyed = known.filter(|known| typed.text("address").is_empty() && known.contains('?'));
    let address = keyed.unwrap_or(typed.text("address"));
    let every = OFTEN.iter().find(|(_, word, _)| *word == typed.text("every"));
    if every.is_none() {
        errors.add("every", "Choose when it is imported");
    }
    if address.is_empty() {
        errors.add("address", "Enter the address of the feed");
    } else if fetch::address(address).is_err() {
        errors.add("address", "Enter an address like https://directory.example.org/services");
    }
    let Some((days, word, _)) = every.filter(|_| errors.is_empty()) else {
        return visit.form_page(&schedule_form(&source, schedule.as_ref()).again(&typed, errors));
    };
    let mut change = access::acting(&visit).await?;
    store::comes_from(&mut change, &source.name, address).await?;
    let kept = store::schedule_for(&mut change, &source.name).await?;
    let kept = kept.ok_or_else(|| Problem::broken("a schedule that was just kept"))?;
    later::plan(&visit.house, &mut change, &kept, (*days, Duration::days(*days))).await?;
    let detail = format!("{word}; {}", name_of_address(address));
    change.commit(Act { action: "directory.schedule", object: source.name, purpose: None, detail }).await?;
    Visit::to("/directory/imports?done=scheduled")
}

async fn now(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let (source, schedule) = one(&visit, &id).await?;
    let schedule = schedule.ok_or(Problem::Conflict(
        "Nobody has said from which address this source comes. Say so under its schedule.",
    ))?;
    let mut change = access::acting(&visit).await?;
    let actor = visit.viewer()?.actor().to_string();
    let import = later::ask(&mut change, &source.name, &schedule.address, &actor).await?;
    let detail = name_of_address(&schedule.address);
    change.commit(Act { action: "directory.ask", object: source.name, purpose: None, detail }).await?;
    Visit::to(&path(import))
}

async fn retire_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let (source, _) = one(&visit, &id).await?;
    let known = directory::known(&mut visit.read().await?, Some(&source)).await?;
    let standing = |kind: Kind| known.of(kind).values().filter(|record| !record.gone).count();
    let counts = Kind::ALL.map(|kind| format!("{} {}s", standing(kind), kind.word()));
    visit.form_page(&FormView {
        title: format!("Retire {}", source.name),
        lead: vec![
            format!(
                "It has {}. All of them are marked as gone, and nobody finds them any more.",
                counts.join(", ")
            ),
            "Nothing is deleted: another import under the same name brings them back. Its schedule ends."
                .to_owned(),
        ],
        action: format!("{}/retire", source_path(source.id)),
        button: "Retire this source",
        dangerous: true,
        back: Some((BACK.0.to_owned(), BACK.1)),
        ..FormView::default()
    })
}

async fn retire_act(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let (source, schedule) = one(&visit, &id).await?;
    let mut change = access::acting(&visit).await?;
    change.alone(ALONE).await?;
    let known = directory::known(&mut change, Some(&source)).await?;
    let difference = Difference::between(&known, &Feed::default());
    let gone: usize = Kind::ALL.iter().map(|kind| difference.of(*kind).gone.len()).sum();
    directory::apply(&mut change, &source.name, source.about.as_deref(), &source.digest, &difference).await?;
    store::overtaken(&mut change, &source.name).await?;
    if let Some(schedule) = schedule {
        later::plan(&visit.house, &mut change, &schedule, (0, Duration::ZERO)).await?;
        store::ended(&mut change, &source.name).await?;
    }
    let detail = format!("{gone} records marked as gone");
    change.commit(Act { action: "directory.retire", object: source.name, purpose: None, detail }).await?;
    Visit::to("/directory/imports?done=retired")
}
