//! The queue: what waits, one release with what it would show, and the decision of a second person.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::Act;
use vocabulary::Permission;
use web::{
    Answer, Asker, Cell, Choice, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem,
    Summary as Lines, Table, Visit, Waiting, id_of, moment_in_words,
};

use super::table::{Line, lines};
use super::{Figures, State, files, near, store};
use crate::actors;
use crate::data_path::DataPath;

/// Releases that the list goes back to.
const NEWEST: i64 = 500;
const MOST_WHY: usize = 500;
/// What must have been looked at before figures leave.
const CHECKS: [(&str, &str); 4] = [
    ("purpose", "The agreement of the population covers this purpose"),
    ("small", "No figure tells about a handful of people, alone or with another"),
    ("before", "With what was released before, nothing small can be worked out"),
    ("words", "No title, no name of an area and no remark says anything about somebody"),
];

const OWN: Problem =
    Problem::Conflict("You asked for this release yourself, so somebody else must decide on it.");
const DECIDED: Problem =
    Problem::Conflict("It was decided on meanwhile, or taken back. Load its page again.");

pub(super) async fn one(visit: &Visit, id: &str) -> Result<Figures, Problem> {
    store::find(&mut visit.read().await?, id_of(id)?).await?.ok_or(Problem::NotFound)
}

#[derive(Template)]
#[template(path = "figures_room/queue.html")]
struct Queue {
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let all = store::newest(&mut visit.read().await?, NEWEST).await?;
    let names =
        actors::names(&visit, Permission::SeeReleases, all.iter().map(|one| one.asked_by.as_str())).await?;
    let (shown, paging) = listing.page_of(all);
    let row = |one: &Figures| {
        let (_, text, colour) = one.state.of();
        vec![
            Cell::link(one.path(), one.title.clone()),
            Cell::Tag { text, colour },
            Cell::text(one.purpose.clone()),
            Cell::text(actors::named(&names, &one.asked_by)),
            Cell::text(moment_in_words(&one.asked_at)),
        ]
    };
    let table = Table {
        caption: "Releases".to_owned(),
        columns: Table::plain_columns(&["Title", "State", "What for", "Asked by", "Since"]),
        rows: shown.iter().map(row).collect(),
        listing,
        paging,
        empty: "Nobody has asked for a release yet.",
    };
    Ok(Page::new(&visit, "Releases").with(&Queue { table: table.html()? })?.into_response())
}

#[derive(Template)]
#[template(path = "figures_room/asked.html")]
struct Asked<'a> {
    title: &'a str,
    state: (&'static str, &'static str),
    why: Option<String>,
    decide: Option<String>,
    own_waits: bool,
    released: Option<String>,
    about: Html,
    path: String,
    before: Option<String>,
    /// Releases that these are nearly the figures of.
    near: Vec<String>,
    /// The figures part by part, in the order in which they stand.
    parts: Vec<Part>,
    withdraw: Option<String>,
    token: &'a str,
}

/// The figures of one kind, each with that of the same name of an earlier release.
struct Part {
    name: String,
    lines: Vec<(Line, String)>,
}

impl Part {
    /// Whether it is read at one glance; a county has hundreds of small areas.
    fn is_short(&self) -> bool {
        self.lines.len() <= 40
    }
}

/// Each line with the figure of the same name of an earlier release, part by part.
fn beside(lines_now: Vec<Line>, earlier: &[Line]) -> Vec<Part> {
    let known: HashMap<(&str, &str), &str> =
        earlier.iter().map(|one| ((one.part.as_str(), one.name.as_str()), one.figure.as_str())).collect();
    let mut parts: Vec<Part> = Vec::new();
    for line in lines_now {
        let before = known.get(&(line.part.as_str(), line.name.as_str())).copied().unwrap_or("not there");
        let before = before.to_owned();
        match parts.iter_mut().find(|part| part.name == line.part) {
            Some(part) => part.lines.push((line, before)),
            None => parts.push(Part { name: line.part.clone(), lines: vec![(line, before)] }),
        }
    }
    parts
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = one(&visit, &id).await?;
    let mut session = visit.read().await?;
    let before = store::released_before(&mut session, figures.id, figures.decided_at.as_deref()).await?;
    let near = near::to(&mut session, &figures).await?;
    drop(session);
    let found = figures.found().ok_or_else(|| Problem::broken("figures that cannot be read"))?;
    let earlier = before.as_ref().and_then(Figures::found).map(|found| lines(&found)).unwrap_or_default();
    let viewer = visit.viewer()?;
    let own = figures.asked_by == viewer.actor().to_string();
    let waits = figures.state == State::Waiting;
    let actors = [Some(figures.asked_by.as_str()), figures.decided_by.as_deref()];
    let names = actors::names(&visit, Permission::SeeReleases, actors.into_iter().flatten()).await?;
    let mut about = Lines::default()
        .line("What for", figures.purpose.clone())
        .line("About", found.people())
        .line("Asked for by", actors::named(&names, &figures.asked_by))
        .line("Asked for", moment_in_words(&figures.asked_at))
        .line("Digest of the figures", figures.digest.clone());
    if let (Some(by), Some(at)) = (&figures.decided_by, &figures.decided_at) {
        about = about.line("Decided by", actors::named(&names, by)).line("Decided", moment_in_words(at));
    }
    let (_, state, colour) = figures.state.of();
    let decides = viewer.may(Permission::ApproveReleases) && waits && !own;
    let content = Asked {
        title: &figures.title,
        state: (state, colour),
        why: figures.why.clone(),
        decide: decides.then(|| format!("{}/decide", figures.path())),
        own_waits: own && waits,
        released: (figures.state == State::Released).then(|| format!("/figures/{}", figures.id)),
        about: about.html()?,
        path: figures.path(),
        before: before.map(|one| one.title),
        near,
        parts: beside(lines(&found), &earlier),
        withdraw: (own && waits).then(|| format!("{}/withdraw", figures.path())),
        token: &visit.form_token,
    };
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "released" => Some("They are released"),
        "refused" => Some("Refused: nothing leaves"),
        "withdrawn" => Some("It is taken back"),
        _ => None,
    };
    let page = Page::new(&visit, &figures.title).under("/releases", "Releases").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// What must have been looked at; one thing more where these are nearly the figures of an earlier release.
fn checks(near: &[String]) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> =
        CHECKS.iter().map(|(word, words)| (*word, (*words).to_owned())).collect();
    if let Some(title) = near.first() {
        let words = format!(
            "Nearly all of them read as in “{title}”: somebody who has both learns nothing about few people"
        );
        all.push(("near", words));
    }
    all
}

fn form(figures: &Figures, near: &[String]) -> FormView {
    let checks = checks(near).into_iter().map(|(word, words)| Choice::new(word, words)).collect();
    let decisions = vec![
        Choice::new("release", "Release them").hinted("Managers can read them then. They never change."),
        Choice::new("refuse", "Refuse it").hinted("Nothing leaves. Say why below."),
    ];
    FormView {
        title: format!("Decide: {}", figures.title),
        lead: vec![
            format!("What for: {}.", figures.purpose),
            "What you decide, and when, stands in the audit log.".to_owned(),
        ],
        action: format!("{}/decide", figures.path()),
        fields: vec![
            Field::new(FieldKind::Checkboxes(checks), "checks", "What you have looked at"),
            Field::new(FieldKind::Radios(decisions), "decision", "Your decision"),
            Field::new(FieldKind::Words, "why", "Why, or what to mind (needed where you refuse)"),
        ],
        button: "Decide",
        back: Some((figures.path(), "Back to the figures")),
        ..FormView::default()
    }
}

/// One that they may decide on.
async fn to_decide(visit: &Visit, id: &str) -> Result<Figures, Problem> {
    let figures = one(visit, id).await?;
    if figures.asked_by == visit.viewer()?.actor().to_string() {
        return Err(OWN);
    }
    if figures.state == State::Waiting { Ok(figures) } else { Err(DECIDED) }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = to_decide(&visit, &id).await?;
    let near = near::to(&mut visit.read().await?, &figures).await?;
    visit.form_page(&form(&figures, &near))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let figures = to_decide(&visit, &id).await?;
    let near = near::to(&mut visit.read().await?, &figures).await?;
    let wanted = self::checks(&near);
    let mut errors = Errors::default();
    let why = Some(typed.text("why").to_owned()).filter(|why| !why.is_empty());
    if why.as_ref().is_some_and(|why| why.chars().count() > MOST_WHY) {
        errors.add("why", format!("Use {MOST_WHY} letters or fewer"));
    }
    let checks = typed.all("checks");
    let known: Vec<&str> =
        wanted.iter().map(|(word, _)| *word).filter(|word| checks.contains(word)).collect();
    let state = match typed.text("decision") {
        "release" => {
            if known.len() < wanted.len() {
                errors.add("checks", "Look at every point before you release, and tick it");
            }
            State::Released
        }
        "refuse" => {
            if why.is_none() {
                errors.add("why", "Say why you refuse, so that it can be mended");
            }
            State::Refused
        }
        _ => {
            errors.add("decision", "Choose whether you release them");
            State::Refused
        }
    };
    if !errors.is_empty() {
        return visit.form_page(&form(&figures, &near).again(&typed, errors));
    }
    let mut change = access::acting(&visit).await?;
    store::alone(&mut change).await?;
    let (actor, checked) = (visit.viewer()?.actor().to_string(), known.join(", "));
    if !store::decide(&mut change, figures.id, state, (&checked, why.as_deref(), &actor)).await? {
        return Err(DECIDED);
    }
    let (action, done) =
        if state == State::Released { ("release.give", "released") } else { ("release.refuse", "refused") };
    let detail = format!("digest {}; checked: {checked}; {}", figures.digest, why.unwrap_or_default());
    let object = figures.id.to_string();
    change.commit(Act { action, object, purpose: Some(figures.purpose.clone()), detail }).await?;
    if state == State::Refused {
        forget(&visit, &figures)?;
    }
    Visit::to(&format!("{}?done={done}", figures.path()))
}

pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let figures = one(&visit, &id).await?;
    let actor = visit.viewer()?.actor().to_string();
    if figures.asked_by != actor {
        return Err(Problem::Conflict("Only whoever asked for it takes it back."));
    }
    let mut change = access::acting(&visit).await?;
    if !store::decide(&mut change, figures.id, State::Withdrawn, ("", None, &actor)).await? {
        return Err(DECIDED);
    }
    let (object, purpose) = (figures.id.to_string(), Some(figures.purpose.clone()));
    change.commit(Act { action: "release.withdraw", object, purpose, detail: String::new() }).await?;
    forget(&visit, &figures)?;
    Visit::to(&format!("{}?done=withdrawn", figures.path()))
}

fn forget(visit: &Visit, figures: &Figures) -> Result<(), Problem> {
    files::remove(&visit.house.shelf.of::<DataPath>().folder, figures.id).map_err(Problem::broken)
}

/// What waits for a decision of theirs.
pub(super) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    if !asker.viewer.may(Permission::ApproveReleases) {
        return Ok(Vec::new());
    }
    let count = store::waiting(asker.session, &asker.viewer.actor().to_string()).await?;
    let title = match count {
        0 => return Ok(Vec::new()),
        1 => "Figures wait to be released".to_owned(),
        many => format!("{many} sets of figures wait to be released"),
    };
    let about = "Managers see nothing of them until somebody decides.".to_owned();
    Ok(vec![Waiting { title, about, action: "See what waits", path: "/releases".to_owned() }])
}
