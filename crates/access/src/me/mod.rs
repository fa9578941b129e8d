//! One's own page: what one is called, how one signs in, and where one is signed in.

mod passkeys;

use askama::Template;
use axum::extract::Path;
use ground::database::Act;
use web::{
    Access, Answer, Asker, Cell, Errors, Field, FieldKind, Form, FormView, Html, Page, Problem, Room, Routes,
    Summary, Table, Visit, Waiting, moment_in_words,
};

use crate::people::{self, MOST_NAME};
use crate::session::{self, Line};
use crate::sign_in::{Codes, about};
use crate::{factor, identity, link, passkey, password};

/// The room of whoever looks.
pub(crate) fn room() -> Room {
    let routes = Routes::new()
        .get("/me", Access::SignedIn, page)
        .get("/me/name", Access::SignedIn, name_page)
        .post("/me/name", Access::SignedIn, name_act)
        .confirmed("/me/password", Access::SignedIn, password_page, password_act)
        .confirmed("/me/codes", Access::SignedIn, codes_page, codes_act)
        .post("/me/sessions/{id}/end", Access::SignedIn, end_session)
        .post("/me/sessions/end", Access::SignedIn, end_sessions)
        .and(passkeys::routes());
    Room::new(routes).with_waiting(|asker| Box::pin(waiting(asker)))
}

/// Codes on paper that are soon used up.
async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    let Asker { house, viewer, session } = asker;
    let left = factor::paper_left(session, viewer.account).await?;
    if left > 2 {
        return Ok(Vec::new());
    }
    // Whose second factor is their provider's needs no codes of ours.
    let elsewhere = !identity::of_account(session, house, viewer.account).await?.is_empty();
    if elsewhere && !factor::is_set_up(session, viewer.account).await? {
        return Ok(Vec::new());
    }
    let title = match left {
        0 => "You have no recovery codes left",
        1 => "You have 1 recovery code left",
        _ => "You have 2 recovery codes left",
    };
    Ok(vec![Waiting {
        title: title.to_owned(),
        about: "With them you can sign in on a day without your phone.".to_owned(),
        action: "Get new codes",
        path: "/me/codes".to_owned(),
    }])
}

#[derive(Template)]
#[template(path = "me/page.html")]
struct MePage {
    about: Html,
    roles: Html,
    token: String,
    here: Option<Line>,
    elsewhere: Vec<Line>,
    codes_left: i64,
    has_password: bool,
    app: bool,
    passkeys: Vec<passkey::Line>,
    /// This site can have passkeys.
    passkeys_possible: bool,
    identities: Html,
}

/// What was done before the page is shown, by a word in its address.
fn done(visit: &Visit) -> Option<&'static str> {
    match visit.path.split_once('?')?.1 {
        "done=name" => Some("Your name was changed"),
        "done=password" => Some("Your password was changed, and you were signed out everywhere else"),
        "done=passkey" => Some("Your passkey was set up: you can sign in with it from now on"),
        "done=passkey-name" => Some("Your passkey was renamed"),
        "done=passkey-removed" => Some("Your passkey was removed, and you were signed out everywhere else"),
        "done=session" => Some("That session was ended"),
        "done=identity" => Some("You can sign in with that account from now on"),
        "done=removed" => {
            Some("That account no longer signs you in, and you were signed out everywhere else")
        }
        "done=sessions" => Some("You were signed out everywhere else"),
        _ => None,
    }
}

async fn page(visit: Visit) -> Answer {
    let viewer = visit.viewer()?;
    let mut session = visit.read().await?;
    let known = people::credentials_of(&mut session, viewer.account).await?;
    let running = session::running(&mut session, &visit.house, viewer.account).await?;
    let codes_left = factor::paper_left(&mut session, viewer.account).await?;
    let app = factor::has_app(&mut session, viewer.account).await?;
    let passkeys = passkey::lines(&mut session, viewer.account).await?;
    let identities = identity::own(&mut session, &visit.house, viewer.account).await?;
    drop(session);
    let mine = visit.session.map(|id| id.to_string()).unwrap_or_default();
    let (here, elsewhere): (Vec<Line>, Vec<Line>) = running.into_iter().partition(|line| line.id == mine);
    let roles = viewer.held.iter().map(|held| {
        vec![
            Cell::text(held.role.name()),
            Cell::text(held.partner_name.clone()),
            Cell::text(held.role.about()),
        ]
    });
    let roles = Table {
        caption: "Your roles".to_owned(),
        columns: Table::plain_columns(&["Role", "Organisation", "What it is for"]),
        rows: roles.collect(),
        listing: web::Listing::default(),
        paging: None,
        empty: "You have no role today. Ask whoever manages people in your organisation.",
    };
    let content = MePage {
        has_password: known.password.is_some(),
        identities,
        about: Summary::default().line("Name", known.name).line("E-mail address", known.email).html()?,
        roles: roles.html()?,
        token: visit.form_token.clone(),
        here: here.into_iter().next(),
        elsewhere,
        codes_left,
        app,
        passkeys,
        passkeys_possible: passkey::possible(&visit.house.site),
    };
    let page = Page::new(&visit, "Your account").saying(done(&visit)).with(&content)?;
    Ok(axum::response::IntoResponse::into_response(page))
}

fn back() -> (String, &'static str) {
    ("/me".to_owned(), "Your account")
}

fn name_form(name: &str) -> FormView {
    FormView {
        title: "Change your name".to_owned(),
        action: "/me/name".to_owned(),
        fields: vec![Field::new(FieldKind::Text, "name", "Your name").valued(name).completed("name")],
        button: "Change your name",
        back: Some(back()),
        ..FormView::default()
    }
}

async fn name_page(visit: Visit) -> Answer {
    visit.form_page(&name_form(&visit.viewer()?.name))
}

async fn name_act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter your name");
    if !errors.is_empty() {
        return visit.form_page(&name_form("").again(&typed, errors));
    }
    let account = visit.viewer()?.account;
    let mut change = people::acting(&visit).await?;
    people::rename(&mut change, account, name).await?;
    change.commit(about("account.rename", account)).await?;
    Visit::to("/me?done=name")
}

/// Whoever has a password shows it before they change it; whoever came without one chooses one.
fn password_form(known: &people::Credentials) -> FormView {
    let (title, button) = match known.password {
        Some(_) => ("Change your password", "Change your password"),
        None => ("Choose a password", "Choose this password"),
    };
    let present = Field::new(FieldKind::Password, "present", "Your present password");
    FormView {
        title: title.to_owned(),
        lead: vec!["Everywhere else you will be signed out.".to_owned()],
        action: "/me/password".to_owned(),
        fields: known
            .password
            .as_ref()
            .map(|_| present)
            .into_iter()
            .chain([Field::new(FieldKind::Password, "password", "Your new password")
                .hinted("At least 12 characters. Three or four words that do not belong together are good.")
                .completed("new-password")])
            .collect(),
        button,
        back: Some(back()),
        ..FormView::default()
    }
}

/// With a first password there must be an app of ours, or whoever found it out could set up theirs.
async fn password_owner(visit: &Visit) -> Result<people::Credentials, Problem> {
    let mut session = visit.read().await?;
    let known = people::credentials_of(&mut session, visit.viewer()?.account).await?;
    if known.password.is_none() && !factor::is_set_up(&mut session, known.account).await? {
        return Err(Problem::Conflict(
            "Set up an authenticator app first: it is on the page of your account. A password alone signs nobody in.",
        ));
    }
    Ok(known)
}

async fn password_page(visit: Visit) -> Answer {
    visit.form_page(&password_form(&password_owner(&visit).await?))
}

async fn password_act(visit: Visit, typed: Form) -> Answer {
    let viewer = visit.viewer()?;
    let known = password_owner(&visit).await?;
    let (email, new) = (known.email.clone(), typed.exact("password").to_owned());
    crate::guess::count(&visit, crate::guess::Target::Password(&people::folded(&email)), Some("own page"))
        .await?;
    let mut errors = Errors::default();
    let has_one = known.password.is_some();
    if has_one && !password::is_right(known.password.clone(), typed.exact("present").to_owned()).await? {
        errors.add("present", "That is not your present password");
    }
    if let Some(refusal) =
        password::refusal(&new, &[&email, email.split('@').next().unwrap_or(""), &known.name])
    {
        errors.add("password", refusal);
    }
    if !errors.is_empty() {
        return visit.form_page(&password_form(&known).again(&typed, errors));
    }
    let hash = password::hashed(new).await?;
    let mut change = people::acting(&visit).await?;
    people::set_password(&mut change, viewer.account, &hash).await?;
    session::end_all(&mut change, viewer.account, visit.session).await?;
    link::void(&mut change, viewer.account).await?;
    change.commit(about("account.password", viewer.account)).await?;
    Visit::to("/me?done=password")
}

async fn codes_page(visit: Visit) -> Answer {
    visit.form_page(&FormView {
        title: "Get new recovery codes".to_owned(),
        lead: vec!["The codes that you have now will no longer work.".to_owned()],
        action: "/me/codes".to_owned(),
        button: "Get new codes",
        back: Some(back()),
        ..FormView::default()
    })
}

async fn codes_act(visit: Visit, _: Form) -> Answer {
    let account = visit.viewer()?.account;
    let mut change = people::acting(&visit).await?;
    let codes = factor::new_paper(&mut change, &visit.house, account).await?;
    change.commit(about("recovery-codes.new", account)).await?;
    visit.page("Keep your recovery codes", &Codes { codes, next: "/me".to_owned() })
}

async fn end_session(visit: Visit, Path(id): Path<String>) -> Answer {
    let account = visit.viewer()?.account;
    let mut change = people::acting(&visit).await?;
    if !session::end_of(&mut change, account, &id).await? {
        return Err(Problem::NotFound);
    }
    let act = Act { object: format!("session:{id}"), ..about("session.end", account) };
    change.commit(act).await?;
    Visit::to("/me?done=session")
}

async fn end_sessions(visit: Visit) -> Answer {
    let account = visit.viewer()?.account;
    let mut change = people::acting(&visit).await?;
    let ended = session::end_all(&mut change, account, visit.session).await?;
    let act = Act { detail: format!("{ended} sessions"), ..about("session.end-others", account) };
    change.commit(act).await?;
    Visit::to("/me?done=sessions")
}
