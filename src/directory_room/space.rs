//! Whether there is room: said by one press, with a number beside it for those who have one.

use axum::extract::Path;
use offers::directory::availability::{self, Room};
use offers::directory::{Kind, Service};
use vocabulary::Id;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Page, Problem, Visit};

use super::publishing::{act, actor, path};
use super::seen::{Seen, entry};

/// The most that anybody means.
const MOST: u32 = 10_000;

/// The page behind the press: it is said already, and a number can be added.
pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.service(&id)?;
    let said = availability::store::of(&mut visit.read().await?, id).await?;
    let form = form(id, &kept.record.name, said.map(|said| said.room));
    let done = visit.path.contains("done=room").then_some("What you said is shown now");
    Ok(axum::response::IntoResponse::into_response(Page::of_form(&visit, &form)?.saying(done)))
}

fn form(id: Id<Service>, name: &str, said: Option<Room>) -> FormView {
    let (word, hidden) = said.map_or(("Nobody has said whether there is room.".to_owned(), ""), |room| {
        (format!("It says: {}.", room.in_words()), room.word())
    });
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let places = || Field::new(FieldKind::Text, "number", "How many places are free? (optional)");
    let mut fields = vec![Field::hidden("room", hidden)];
    match said {
        Some(Room::Open { places: free }) => fields.push(places().valued(number(free))),
        Some(Room::Waiting { weeks }) => {
            let question = "About how many weeks do people wait? (optional)";
            fields.push(Field::new(FieldKind::Text, "number", question).valued(number(weeks)));
        }
        Some(Room::Full) | None => {}
    }
    let path = path(Kind::Service, entry(id));
    let back = Some((path.clone(), "Back"));
    let others = vec![("/directory".to_owned(), "All entries")];
    let title = format!("Is there room at {name}?");
    let (action, lead) = (format!("{path}/room"), vec![word]);
    let button = if fields.len() > 1 { "Save the number" } else { "Say it again" };
    let also = ["open", "waiting", "full"].map(|value| web::Also {
        action: action.clone(),
        name: "instead",
        value: value.to_owned(),
        words: match value {
            "open" => "Has places",
            "waiting" => "Waiting list",
            _ => "Full",
        }
        .to_owned(),
    });
    let also = also.into_iter().filter(|one| one.value != hidden).collect();
    FormView { title, lead, action, fields, button, also, back, others, ..FormView::default() }
}

pub(super) async fn say(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.service(&id)?;
    // Another button than the one for what was said before.
    let instead = typed.text("instead");
    let (word, number) =
        if instead.is_empty() { (typed.text("room"), typed.text("number")) } else { (instead, "") };
    let counted = number.parse().ok().filter(|number| *number <= MOST);
    let room = match word {
        "open" => Room::Open { places: counted },
        "waiting" => Room::Waiting { weeks: counted },
        "full" => Room::Full,
        _ => return Err(Problem::Bad("Choose whether there are places, a waiting list, or none.")),
    };
    if !number.is_empty() && counted.is_none() {
        let mut errors = Errors::default();
        errors.add("number", "Enter a whole number, like 4");
        return visit.form_page(&form(id, &kept.record.name, Some(room)).again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    if seen.for_whom(&mut change, (Kind::Service, entry(id))).await?.is_none() && !seen.approves {
        return Err(Problem::NotFound);
    }
    availability::store::say(&mut change, id, room, &actor(&visit)?).await?;
    change.commit(act("directory.room", Kind::Service, entry(id), room.in_words())).await?;
    Visit::to(&format!("{}/room?done=room", path(Kind::Service, entry(id))))
}
