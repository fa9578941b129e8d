//! Home: what waits for me, what changed, what next.

use askama::Template;
use ground::audit::{Asked, lines};
use ground::database::Session;
use vocabulary::Viewer;
use web::{Access, Answer, Changed, Door, Problem, Room, Routes, Visit, Waiting, moment_in_words};

/// The start page.
pub fn room() -> Room {
    Room::new(Routes::new().get("/", Access::Public, page))
}

#[derive(Template)]
#[template(path = "home/stranger.html")]
struct Stranger<'a> {
    site: &'a str,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home<'a> {
    name: &'a str,
    waiting: Vec<Waiting>,
    changes: Vec<Changed>,
    /// What was done to one's account.
    own: Vec<Own>,
    doors: Vec<&'a Door>,
    has_role: bool,
}

/// Something that happened to one's account.
struct Own {
    at: String,
    what: &'static str,
}

/// Changes of all rooms together that are shown.
const LATEST: usize = 6;

async fn page(visit: Visit) -> Answer {
    let site = &visit.house.site;
    let Some(viewer) = visit.viewer.as_deref() else {
        return visit.page("Start", &Stranger { site: &site.name });
    };
    let mut session = visit.read().await?;
    let mut waiting = Vec::new();
    for ask in site.cards.iter().filter_map(|card| card.waiting) {
        waiting.extend(ask(visit.asker(&mut session)?).await?);
    }
    let mut changes = Vec::new();
    for ask in site.cards.iter().filter_map(|card| card.changes) {
        changes.extend(ask(visit.asker(&mut session)?).await?);
    }
    let own = own(&mut session, viewer).await?;
    drop(session);
    changes.sort_by(|a, b| b.at.cmp(&a.at));
    changes.truncate(LATEST);
    let doors = site.cards.iter().filter_map(|card| card.door.as_ref());
    let content = Home {
        name: &viewer.name,
        waiting,
        changes,
        own,
        doors: doors.filter(|door| door.opens_for(Some(viewer))).collect(),
        has_role: !viewer.held.is_empty(),
    };
    visit.page("Start", &content)
}

/// The latest of what was done to this account and its owner would want to know of.
async fn own(session: &mut Session, viewer: &Viewer) -> Result<Vec<Own>, Problem> {
    let object = format!("account:{}", viewer.account);
    let asked = Asked { object, ..Asked::default() };
    let lines = lines(session, &asked, 0, 100).await?;
    let said = lines
        .iter()
        .filter_map(|line| Some(Own { at: moment_in_words(&line.at), what: said(&line.action)? }));
    Ok(said.take(5).collect())
}

fn said(action: &str) -> Option<&'static str> {
    Some(match action {
        "sign-in" => "You signed in with a code from your app",
        "sign-in.passkey" => "You signed in with a passkey",
        "sign-in.recovery" => "You signed in with a recovery code",
        "sign-in.stop" => "Too many wrong codes were entered for your account, after the right password",
        "account.password" => "Your password was changed",
        "account.renew" => "You chose a new password by a link",
        "account.link" => "A link for a new password was made for you",
        "account.enable" => "Your account was enabled again",
        "account.sign-out" => "You were signed out everywhere",
        "account.end-session" => "You were signed out on one device",
        "role.give" => "You were given a role",
        "role.accept" => "You took on a role",
        "role.end" => "A role of yours was ended",
        "authenticator.confirm" => "An authenticator app was set up",
        "passkey.add" => "A passkey was set up",
        "passkey.remove" => "A passkey was removed",
        "passkey.refuse" => {
            "A passkey of yours was refused; if it was not you who tried, look at your passkeys"
        }
        "recovery-codes.new" => "New recovery codes were made",
        _ => return None,
    })
}
