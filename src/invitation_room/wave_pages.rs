//! Waves: all of them, a new one, the end of one.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use care::invitation::{Wave, store};
use disclosure::{Cells, Release, Shown, Working, with_commas};
use ground::database::Act;
use vocabulary::Scope;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Listing, Page, Problem, Visit, day_of, id_of};

use crate::data_path::DataPath;

const MOST_NAME: usize = 120;
const MOST_HUB: usize = 300;

struct One {
    id: String,
    name: String,
    hub: String,
    until: String,
    codes: String,
    state: (&'static str, &'static str),
    open: bool,
}

#[derive(Template)]
#[template(path = "invitation_room/waves.html")]
struct Waves<'a> {
    token: &'a str,
    waves: Vec<One>,
}

/// How many codes the practices made. A practice makes about as many as it invites people: so it reads as a count of people would.
fn made(gate: Release, codes: i64) -> String {
    match gate.count(Cells::Other, Working::from(codes.unsigned_abs())) {
        Shown::Count(0) => "no practice has made codes yet".to_owned(),
        Shown::Count(some) => format!("about {} codes made by practices", with_commas(some)),
        Shown::Few | Shown::UpTo(_) | Shown::Hidden => "a few codes made by practices".to_owned(),
    }
}

pub(super) async fn list(visit: Visit) -> Answer {
    let mut session = visit.read().await?;
    let waves = store::waves(&mut session).await?;
    let blocks = store::blocks(&mut session, &Scope::Everywhere).await?;
    drop(session);
    let today = day_of((visit.house.clock)());
    let gate = visit.house.shelf.of::<DataPath>().gate;
    let one = |wave: Wave| {
        let of_it = blocks.iter().filter(|block| block.wave == wave.id);
        let codes: i64 = of_it.map(|block| block.size).sum();
        let open = wave.is_open(today);
        One {
            id: wave.id.to_string(),
            state: match (open, &wave.ended_at) {
                (true, _) => ("Open", "green"),
                (false, Some(_)) => ("Ended", "grey"),
                (false, None) => ("Over", "grey"),
            },
            open,
            codes: made(gate, codes),
            name: wave.name,
            hub: wave.hub,
            until: wave.until.in_words(),
        }
    };
    let content = Waves { token: &visit.form_token, waves: waves.into_iter().map(one).collect() };
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "added" => Some("The wave is added: practices can make codes for it"),
        "ended" => Some("The wave is ended: its codes count no more"),
        _ => None,
    };
    Ok(Page::new(&visit, "Invitations").saying(done).with(&content)?.into_response())
}

fn form() -> FormView {
    FormView {
        title: "Add a wave".to_owned(),
        lead: vec!["Practices that were given worklists then make codes for it.".to_owned()],
        action: "/invitations/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Text, "name", "What it is called").hinted("For example: First wave, May"),
            Field::new(FieldKind::Text, "hub", "Which hub: where and when")
                .hinted("For example: Meres Leisure Centre, Grantham, Thursday 14 May, 10am to 4pm"),
            Field::new(FieldKind::Date, "until", "The last day on which its codes count")
                .hinted("For example, 14 5 2027"),
        ],
        button: "Add it",
        back: Some(("/invitations".to_owned(), "Invitations")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    visit.form_page(&form())
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter what it is called").to_owned();
    let hub = errors.needed(&typed, "hub", MOST_HUB, "Enter where and when the hub is").to_owned();
    let until = errors.day(&typed, "until", "the last day");
    if until.is_none() && errors.of("until").is_none() {
        errors.add("until", "Enter the last day");
    }
    if until.is_some_and(|until| until < day_of((visit.house.clock)())) {
        errors.add("until", "The last day must be today or later");
    }
    let (Some(until), true) = (until, errors.is_empty()) else {
        return visit.form_page(&form().again(&typed, errors));
    };
    let mut change = access::acting(&visit).await?;
    let actor = visit.viewer()?.actor().to_string();
    let made_at = change.at();
    let wave = Wave { id: change.new_id(), name, hub, until, made_at, ended_at: None, actor };
    store::add_wave(&mut change, &wave).await?;
    let (object, detail) = (wave.id.to_string(), wave.name);
    change.commit(Act { action: "invitation.wave", object, purpose: None, detail }).await?;
    Visit::to("/invitations?done=added")
}

pub(super) async fn end(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let id = id_of(&id)?;
    let mut change = access::acting(&visit).await?;
    if !store::end_wave(&mut change, id).await? {
        return Err(Problem::NotFound);
    }
    let (object, detail) = (id.to_string(), String::new());
    change.commit(Act { action: "invitation.end-wave", object, purpose: None, detail }).await?;
    Visit::to("/invitations?done=ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_codes_reads_as_people_would() {
        let reads = |codes| made(Release::default(), codes);
        assert_eq!(reads(0), "no practice has made codes yet");
        assert_eq!(reads(1), "a few codes made by practices");
        assert_eq!(reads(7), "a few codes made by practices");
        assert_eq!(reads(1_207), "about 1,205 codes made by practices");
    }
}
