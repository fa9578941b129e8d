//! A practice's codes: its blocks, new ones, the end of some.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use care::invitation::{Block, Code, MOST_CODES, Wave, store};
use ground::database::Act;
use ground::files::{CsvOut, Field as Cellule};
use vocabulary::{Held, Permission, Reach};
use web::{
    Answer, Choice, Errors, Field, FieldKind, Form, FormView, Listing, Page, Problem, Visit, day_of, id_of,
    moment_in_words,
};

struct One {
    id: String,
    wave: String,
    hub: String,
    until: String,
    made: String,
    size: i64,
    state: (&'static str, &'static str),
    open: bool,
}

#[derive(Template)]
#[template(path = "invitation_room/codes.html")]
struct Codes<'a> {
    token: &'a str,
    practices: Vec<&'a Held>,
    any_wave: bool,
    blocks: Vec<One>,
}

/// The practices that they act for.
fn practices(visit: &Visit) -> Result<Vec<&Held>, Problem> {
    let held = visit.viewer()?.held.iter();
    Ok(held.filter(|held| held.role.reach(Permission::ActForPractice) == Reach::Own).collect())
}

pub(super) async fn list(visit: Visit) -> Answer {
    let scope = visit.viewer()?.scope(Permission::ActForPractice);
    let mut session = visit.read().await?;
    let waves = store::waves(&mut session).await?;
    let blocks = store::blocks(&mut session, &scope).await?;
    drop(session);
    let today = day_of((visit.house.clock)());
    let one = |block: Block| {
        let wave = waves.iter().find(|wave| wave.id == block.wave)?;
        let open = block.ended_at.is_none() && wave.is_open(today);
        Some(One {
            id: block.id.to_string(),
            wave: wave.name.clone(),
            hub: wave.hub.clone(),
            until: wave.until.in_words(),
            made: moment_in_words(&block.made_at),
            size: block.size,
            state: if open { ("They count", "green") } else { ("Ended", "grey") },
            open,
        })
    };
    let content = Codes {
        token: &visit.form_token,
        practices: practices(&visit)?,
        any_wave: waves.iter().any(|wave| wave.is_open(today)),
        blocks: blocks.into_iter().filter_map(one).collect(),
    };
    let done = (Listing::read(&visit.path)?.done == "ended").then_some("These codes count no more");
    let page = Page::new(&visit, "Invitation codes").under("/practice", "Our worklists").saying(done);
    Ok(page.with(&content)?.into_response())
}

fn form(practices: &[&Held], waves: &[Wave]) -> FormView {
    let choice = |wave: &Wave| Choice::new(wave.id.to_string(), format!("{}: {}", wave.name, wave.hub));
    let whose =
        practices.iter().map(|held| Choice::new(held.partner.to_string(), &held.partner_name)).collect();
    let first = practices.first().map(|held| held.partner.to_string()).unwrap_or_default();
    let of_practice = if practices.len() == 1 {
        Field::hidden("practice", first)
    } else {
        Field::new(FieldKind::Select(whose), "practice", "For which practice?").valued(first)
    };
    FormView {
        title: "Make codes".to_owned(),
        lead: vec![
            "You get a file with one code a line, once. Each says which hub, which wave and which practice, and nothing about \
             anybody."
                .to_owned(),
        ],
        action: "/practice/codes/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Select(waves.iter().map(choice).collect()), "wave", "For which wave?")
                .valued(waves.first().map(|wave| wave.id.to_string()).unwrap_or_default()),
            of_practice,
            Field::new(FieldKind::Text, "size", "How many?"),
        ],
        button: "Download the codes (CSV)",
        back: Some(("/practice/codes".to_owned(), "Invitation codes")),
        ..FormView::default()
    }
}

async fn open_waves(visit: &Visit) -> Result<Vec<Wave>, Problem> {
    let today = day_of((visit.house.clock)());
    let waves = store::waves(&mut visit.read().await?).await?;
    Ok(waves.into_iter().filter(|wave| wave.is_open(today)).collect())
}

pub(super) async fn page(visit: Visit) -> Answer {
    visit.form_page(&form(&practices(&visit)?, &open_waves(&visit).await?))
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let (practices, waves) = (practices(&visit)?, open_waves(&visit).await?);
    let mut errors = Errors::default();
    let wave = waves.iter().find(|wave| wave.id.to_string() == typed.text("wave"));
    if wave.is_none() {
        errors.add("wave", "Choose a wave");
    }
    let practice = practices.iter().find(|held| held.partner.to_string() == typed.text("practice"));
    if practice.is_none() {
        errors.add("practice", "Choose a practice that you act for");
    }
    let size = typed.text("size").parse::<i64>().ok().filter(|size| (1..=MOST_CODES).contains(size));
    if size.is_none() {
        errors.add("size", format!("Enter how many, from 1 to {MOST_CODES}"));
    }
    let (Some(wave), Some(practice), Some(size)) = (wave, practice, size) else {
        return visit.form_page(&form(&practices, &waves).again(&typed, errors));
    };
    let codes: Result<Vec<Code>, _> = (0..size).map(|_| Code::random()).collect();
    let codes = codes?;
    let csv = as_csv(&codes, wave).map_err(Problem::broken)?;
    let mut change = access::acting(&visit).await?;
    let block = Block {
        id: change.new_id(),
        wave: wave.id,
        partner: practice.partner,
        size,
        made_at: change.at(),
        ended_at: None,
        actor: visit.viewer()?.actor().to_string(),
    };
    let known: Vec<String> = codes.iter().map(|code| code.known_by(&visit.house.vault)).collect();
    store::add_block(&mut change, &block, &known).await?;
    let (object, detail) = (block.id.to_string(), format!("{size} codes; wave {}", wave.id));
    change.commit(Act { action: "invitation.codes", object, purpose: None, detail }).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"invitation-codes.csv\""),
    ];
    Ok((headers, csv).into_response())
}

fn as_csv(codes: &[Code], wave: &Wave) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    out.row(&["code", "wave", "hub", "counts_until"].map(Cellule::Text))?;
    let until = wave.until.to_string();
    for code in codes {
        let code = code.to_string();
        out.row(&[&*code, &*wave.name, &*wave.hub, &*until].map(Cellule::Text))?;
    }
    out.finish()
}

pub(super) async fn end(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let scope = visit.viewer()?.scope(Permission::ActForPractice);
    let id = id_of(&id)?;
    let mut change = access::acting(&visit).await?;
    let own = store::blocks(&mut change, &scope).await?;
    if !own.iter().any(|block| block.id == id) || !store::end_block(&mut change, id).await? {
        return Err(Problem::NotFound);
    }
    let (object, detail) = (id.to_string(), String::new());
    change.commit(Act { action: "invitation.end-codes", object, purpose: None, detail }).await?;
    Visit::to("/practice/codes?done=ended")
}
