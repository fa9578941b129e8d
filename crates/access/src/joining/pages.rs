//! The pages that one-time links lead to.

use axum::extract::Path;
use ground::database::{Act, Session};
use vocabulary::{Account, Actor, Id, Role};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Room, Routes, Visit};

use super::taking_on;
use crate::link::{GONE, Link, Purpose, find, take};
use crate::people::{self, MOST_EMAIL, MOST_NAME, is_email};
use crate::session::{self, Begun, COOKIE_NAME, set_cookie};
use crate::sign_in::{set_up_path, with_cookies};
use crate::{factor, identity, password};

/// The pages at the end of a link.
pub(crate) fn room() -> Room {
    Room::new(Routes::new().get("/link/{token}", Access::Door, page).post("/link/{token}", Access::Door, act))
}

async fn page(visit: Visit, Path(token): Path<String>) -> Answer {
    let mut session = visit.house.database.read().await?;
    let link = find(&mut session, &visit.house, &token).await?;
    let known = known(&mut session, &link).await?;
    if taking_on::is_theirs(&visit, &mut session, &link, known.as_ref()).await? {
        return taking_on::page(&visit, &mut session, &link, &token).await;
    }
    visit.form_page(&form(&visit, &link, known.as_ref(), &token))
}

/// Whose link it is; the first of all is nobody's.
async fn known(session: &mut Session, link: &Link) -> Result<Option<people::Credentials>, Problem> {
    match link.account {
        Some(account) => Ok(Some(people::credentials_of(session, account).await?)),
        None => Ok(None),
    }
}

fn form(visit: &Visit, link: &Link, known: Option<&people::Credentials>, token: &str) -> FormView {
    let site = &visit.house.site.name;
    let name = Field::new(FieldKind::Text, "name", "Your name")
        .hinted("As your colleagues know you.")
        .completed("name");
    let password = Field::new(FieldKind::Password, "password", "Choose a password")
        .hinted("At least 12 characters. Three or four words that do not belong together are good.")
        .completed("new-password");
    let (title, lead, fields) = match link.purpose {
        Purpose::First => (
            format!("Set up {site}"),
            "You are the first to come here. You will be the system administrator, and can invite others.".to_owned(),
            vec![
                Field::new(FieldKind::Text, "organisation", "Your organisation")
                    .hinted("The one that runs this Meres. Others are added later.")
                    .completed("organization"),
                name,
                Field::new(FieldKind::Email, "email", "Your work e-mail address").completed("username"),
                password,
            ],
        ),
        Purpose::Join => (
            format!("Join {site}"),
            "You were invited. Check your name and choose a password; then you set up a passkey, or an app on your phone \
             that shows codes, so that nobody else can sign in as you."
                .to_owned(),
            vec![name.valued(known.map_or("", |known| known.name.as_str())), password],
        ),
        Purpose::Renew => (
            "Choose a new password".to_owned(),
            "After that you set up a passkey or your authenticator app anew. The old password, passkeys, app and recovery \
             codes no longer work, nor does an account elsewhere with which you signed in, and everywhere you were signed in \
             you will be signed out."
                .to_owned(),
            vec![password],
        ),
    };
    let also = if link.purpose == Purpose::First {
        Vec::new()
    } else {
        identity::buttons(&visit.house, &format!("/link/{token}/with"), ("Use my", " account"), |_| true)
    };
    let mut lead = vec![lead];
    if !also.is_empty() {
        lead.push(
            "If your employer's account is named below, you can use that and need no password here."
                .to_owned(),
        );
    }
    lead.extend(known.map(|known| format!("You will sign in as {}.", known.email)));
    if link.purpose == Purpose::Join {
        // To everybody: whoever hands the link over sees this page, and is not told who has an account.
        lead.push(SIGN_IN_FIRST.to_owned());
    }
    FormView {
        title,
        lead,
        action: format!("/link/{token}"),
        fields,
        button: "Continue",
        also,
        ..FormView::default()
    }
}

/// To those who have an account by the address that was invited.
pub(crate) const SIGN_IN_FIRST: &str = "If you have an account here with this address already: sign in with it first, then \
                                        open this link again. You keep that account, and it gets the new role.";

/// The form of a link that can still be used once more, with what is wrong.
pub(crate) async fn again(visit: &Visit, link: &Link, token: &str, typed: &Form, errors: Errors) -> Answer {
    let known = known(&mut visit.house.database.read().await?, link).await?;
    visit.form_page(&form(visit, link, known.as_ref(), token).again(typed, errors))
}

/// What was typed, where it can be used.
struct Typed {
    organisation: String,
    name: String,
    email: String,
    password: String,
}

fn checked(link: &Link, known: Option<&people::Credentials>, form: &Form) -> Result<Typed, Errors> {
    let mut errors = Errors::default();
    let mut organisation = "";
    if link.purpose == Purpose::First {
        organisation = errors.needed(form, "organisation", MOST_NAME, "Enter the name of your organisation");
    }
    let name = match (link.purpose, known) {
        (Purpose::Renew, Some(known)) => known.name.as_str(),
        _ => errors.needed(form, "name", MOST_NAME, "Enter your name"),
    };
    let email = match known {
        Some(known) => known.email.as_str(),
        None => errors.needed(form, "email", MOST_EMAIL, "Enter your e-mail address"),
    };
    if !email.is_empty() && !is_email(email) {
        errors.add("email", "Enter an e-mail address like name@example.org");
    }
    let password = form.exact("password");
    let person = email.split('@').next().unwrap_or("");
    if let Some(refusal) = password::refusal(password, &[email, person, name, organisation]) {
        errors.add("password", refusal);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Typed {
        organisation: organisation.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        password: password.to_owned(),
    })
}

async fn act(visit: Visit, Path(token): Path<String>, typed: Form) -> Answer {
    let house = &visit.house;
    let mut reader = house.database.read().await?;
    let link = find(&mut reader, house, &token).await?;
    let known = known(&mut reader, &link).await?;
    if taking_on::is_theirs(&visit, &mut reader, &link, known.as_ref()).await? {
        drop(reader);
        return taking_on::act(&visit, &link).await;
    }
    drop(reader);
    let (id, known) = (link.account, known.as_ref());
    let wanted = match checked(&link, known, &typed) {
        Ok(wanted) => wanted,
        Err(errors) => return visit.form_page(&form(&visit, &link, known, &token).again(&typed, errors)),
    };
    // The slow part before the change: nobody waits for it who wants to write.
    let hash = password::hashed(wanted.password.clone()).await?;
    let actor = id.map_or(Actor::Anonymous, Actor::Account);
    let mut change = house.database.change(&actor).await?;
    people::alone(&mut change).await?;
    take(&mut change, &link).await?;
    let account = match (link.purpose, id) {
        (Purpose::First, _) => first(&mut change, &wanted).await?,
        // They came by another way meanwhile: whoever finds the letter later is not them.
        (Purpose::Join, Some(account)) if people::has_joined(&mut change, account).await? => {
            return Err(GONE);
        }
        (Purpose::Join, Some(account)) => {
            if !people::claim_address(&mut change, account, &wanted.email).await? {
                let mut errors = Errors::default();
                errors.add("password", SIGN_IN_FIRST);
                return visit.form_page(&form(&visit, &link, known, &token).again(&typed, errors));
            }
            people::rename(&mut change, account, &wanted.name).await?;
            account
        }
        (Purpose::Renew, Some(account)) => {
            factor::remove_all(&mut change, account).await?;
            identity::remove_all(&mut change, account).await?;
            session::end_all(&mut change, account, None).await?;
            account
        }
        (Purpose::Join | Purpose::Renew, None) => return Err(Problem::broken("a link to nobody")),
    };
    people::set_password(&mut change, account, &hash).await?;
    if let Some(before) = visit.session {
        session::end(&mut change, before).await?;
    }
    let cookie = session::begin(&mut change, &visit, account, Begun::Half).await?;
    let action = match link.purpose {
        Purpose::First => "account.first",
        Purpose::Join => "account.join",
        Purpose::Renew => "account.renew",
    };
    change
        .commit(Act { action, object: format!("account:{account}"), purpose: None, detail: String::new() })
        .await?;
    with_cookies(Visit::to(set_up_path(house)), &[set_cookie(COOKIE_NAME, &cookie, None)])
}

/// The first organisation and the first account, whose holder looks after everything.
async fn first(change: &mut ground::database::Change, wanted: &Typed) -> Result<Id<Account>, Problem> {
    if !people::is_empty(change).await? {
        return Err(GONE);
    }
    let there = Problem::Conflict("There is an organisation or an account of that name already.");
    let partner =
        people::add_organisation(change, &wanted.organisation, None).await?.ok_or_else(|| there.clone())?;
    let account = people::add_account(change, &wanted.name, &wanted.email).await?;
    if !people::claim_address(change, account, &wanted.email).await? {
        return Err(there);
    }
    people::give(change, account, partner, Role::SystemAdministrator).await?;
    Ok(account)
}
