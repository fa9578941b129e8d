//! The people who have accounts: the list, and the page of each.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::files::digest_text;
use vocabulary::Id;
use web::{
    Answer, Asker, Cell, Hit, Html, Listing, Page, Problem, Summary, Table, Visit, Waiting, day_in_words,
    moment_in_words,
};

use super::known::{Known, everybody, is_commanded, one, own_partners, path};
use super::{Membership, Person, folded};
use crate::{moment, session};

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let words = folded(words);
    let found = everybody(asker).await?.into_iter().filter(|known| {
        folded(&known.person.name).contains(&words) || folded(&known.person.email).contains(&words)
    });
    let hit = |known: Known| Hit { path: path(known.person.id), title: known.person.name, kind: "Person" };
    Ok(found.map(hit).collect())
}

/// People who were invited and have not come.
pub(super) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    let late = moment::ago(asker.house, time::Duration::days(7));
    let known = everybody(asker).await?;
    let forgotten = known.into_iter().map(|known| known.person);
    let forgotten = forgotten.filter(|one| !one.joined && one.disabled_at.is_none() && one.made_at < late);
    let waits = |one: Person| Waiting {
        title: format!("{} has not joined", one.name),
        about: format!("Invited on {}. The link works for seven days.", day_in_words(&one.made_at)),
        action: "Invite again",
        path: format!("{}/renew", path(one.id)),
    };
    Ok(forgotten.map(waits).collect())
}

fn state(person: &Person) -> (&'static str, &'static str) {
    match (&person.disabled_at, person.joined) {
        (Some(_), _) => ("Disabled", "grey"),
        (None, true) => ("Active", "green"),
        (None, false) => ("Invited", "blue"),
    }
}

/// What they are today, as far as the viewer manages people.
fn roles(known: &Known) -> String {
    let current = known.lines.iter().filter(|line| line.current);
    let words = current.map(|line| format!("{} at {}", line.held.role.name(), line.held.partner_name));
    words.collect::<Vec<_>>().join("; ")
}

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct List {
    count: usize,
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let done = listing.done.clone();
    let mut session = visit.read().await?;
    let mut all = everybody(visit.asker(&mut session)?).await?;
    drop(session);
    match listing.sort {
        1 => all.sort_by_cached_key(roles),
        2 => all.sort_by_key(|known| state(&known.person).0),
        _ => all.sort_by_cached_key(|known| folded(&known.person.name)),
    }
    if listing.descending {
        all.reverse();
    }
    let count = all.len();
    let (shown, paging) = listing.page_of(all);
    let ids: Vec<String> = shown.iter().map(|known| known.person.id.to_string()).collect();
    let detail = format!("{} people; digest {}", ids.len(), digest_text(&ids.join("\n")));
    visit.saw("account.list", String::new(), detail).await?;
    let row = |known: Known| {
        let (text, colour) = state(&known.person);
        let roles = Some(roles(&known)).filter(|roles| !roles.is_empty());
        vec![
            Cell::link(path(known.person.id), known.person.name),
            Cell::text(roles.unwrap_or_else(|| "No role today".to_owned())),
            Cell::Tag { text, colour },
        ]
    };
    let table = Table {
        caption: "People".to_owned(),
        columns: Table::sorted_columns(&["Name", "Roles", "State"]),
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "Nobody has an account here yet.",
    };
    let left = "The role was ended. They have no role among your people any more, so they are not in this list; \
                what they did stays in the record";
    let page = Page::new(&visit, "People").saying(Some(left).filter(|_| done == "left"));
    Ok(page.with(&List { count, table: table.html()? })?.into_response())
}

#[derive(Template)]
#[template(path = "people/account.html")]
struct Record {
    person: Person,
    about: Html,
    roles: Html,
    may_give: bool,
    may_command: bool,
    signed_in: bool,
    sessions: Html,
}

/// Where somebody is signed in, for whoever may end it.
fn devices(person: &Person, sessions: &[session::Line], mine: Option<Id<()>>) -> Table {
    let mine = mine.map(|id| id.to_string());
    let row = |line: &session::Line| {
        let here = mine.as_ref() == Some(&line.id);
        let end = format!("{}/sessions/{}/end", path(person.id), line.id);
        vec![
            Cell::text(if here { format!("{}, this one", line.device) } else { line.device.clone() }),
            Cell::text(moment_in_words(&line.began_at)),
            Cell::text(moment_in_words(&line.seen_at)),
            Cell::link(end, format!("Sign out on {}", line.device)),
        ]
    };
    Table {
        caption: format!("Where {} is signed in", person.name),
        columns: Table::plain_columns(&["Device", "Since", "Last seen", "Change"]),
        rows: sessions.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Not signed in now.",
    }
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let viewer = visit.viewer()?;
    let mut reader = visit.read().await?;
    let known = one(&visit, &mut reader, &id).await?;
    let sessions = session::running(&mut reader, &visit.house, known.person.id).await?;
    let partners = own_partners(&visit, &mut reader).await?;
    let may_command = is_commanded(&visit, &mut reader, &known).await?;
    drop(reader);
    if known.person.id != viewer.account {
        visit.saw("account.view", format!("account:{}", known.person.id), String::new()).await?;
    }
    let row = |line: &Membership| {
        let until = line.until.as_deref().map_or_else(|| "Now".to_owned(), day_in_words);
        let may_end = line.current && viewer.may_give(line.held.partner).contains(&line.held.role);
        let end = format!("{}/roles/{}/end", path(known.person.id), line.id);
        let end =
            if may_end { Cell::link(end, format!("End {}", line.held.role.name())) } else { Cell::text("") };
        let partner = line.held.partner_name.clone();
        let since = Cell::text(day_in_words(&line.since));
        vec![Cell::text(line.held.role.name()), Cell::text(partner), since, Cell::text(until), end]
    };
    let table = Table {
        caption: format!("Roles of {}", known.person.name),
        columns: Table::plain_columns(&["Role", "Organisation", "From", "Until", "Change"]),
        rows: known.lines.iter().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "They never had a role.",
    };
    let about = Summary::default()
        .line("E-mail address", known.person.email.clone())
        .line("State", state(&known.person).0)
        .line("Invited", day_in_words(&known.person.made_at));
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "letter" => Some("The invitation is on its way to them by e-mail"),
        "role" => Some("The role was given"),
        "end" => Some("The role was ended"),
        "disable" => Some("The account was disabled, and they were signed out everywhere"),
        "enable" => Some("The account can be used again"),
        "sign-out" => Some("They were signed out everywhere"),
        "session" => Some("They were signed out on that device"),
        _ => None,
    };
    let content = Record {
        about: about.html()?,
        roles: table.html()?,
        may_give: partners.iter().any(|(id, _)| !viewer.may_give(*id).is_empty()),
        may_command,
        signed_in: !sessions.is_empty(),
        sessions: devices(&known.person, &sessions, visit.session).html()?,
        person: known.person,
    };
    let page = Page::new(&visit, &content.person.name).under("/accounts", "People").saying(done);
    Ok(page.with(&content)?.into_response())
}
