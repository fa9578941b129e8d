//! Choosing whom to be.

use askama::Template;
use ground::database::Act;
use vocabulary::{Actor, Id};
use web::{Access, Answer, Form, Problem, Room, Routes, Visit};

use crate::session::{self, Begun, COOKIE_NAME, Shown, set_cookie};
use crate::{people, sign_in};

/// The page of the demonstration.
pub(crate) fn room() -> Room {
    Room::new(Routes::new().get("/demo", Access::Door, page).post("/demo", Access::Door, act))
}

#[derive(Template)]
#[template(path = "demo/page.html")]
struct Choose<'a> {
    token: &'a str,
    people: Vec<Invented>,
}

struct Invented {
    id: String,
    name: String,
    role: &'static str,
    about: &'static str,
    partner: String,
}

fn in_a_demonstration(visit: &Visit) -> Result<(), Problem> {
    if visit.house.site.demo { Ok(()) } else { Err(Problem::NotFound) }
}

async fn page(visit: Visit) -> Answer {
    in_a_demonstration(&visit)?;
    let mut session = visit.house.database.read().await?;
    let mut invented = Vec::new();
    for (account, name) in people::all_names(&mut session).await? {
        let held = people::held(&mut session, &visit.house, account).await?;
        if let Some(held) = held.into_iter().next() {
            let (role, about) = (held.role.name(), held.role.about());
            invented.push((
                held.role,
                Invented { id: account.to_string(), name, role, about, partner: held.partner_name },
            ));
        }
    }
    invented.sort_by_key(|(role, _)| *role);
    let people = invented.into_iter().map(|(_, one)| one).collect();
    visit.page("Choose whom to be", &Choose { token: &visit.form_token, people })
}

async fn act(visit: Visit, typed: Form) -> Answer {
    in_a_demonstration(&visit)?;
    let account = Id::parse(typed.text("account")).map_err(|_| Problem::NotFound)?;
    let mut change = visit.house.database.change(&Actor::Account(account)).await?;
    people::credentials_of(&mut change, account).await?;
    if let Some(before) = visit.session {
        session::end(&mut change, before).await?;
    }
    let token = session::begin(&mut change, &visit, account, Begun::Whole(Shown::Now)).await?;
    let object = format!("account:{account}");
    change.commit(Act { action: "demo.sign-in", object, purpose: None, detail: String::new() }).await?;
    sign_in::with_cookies(Visit::to("/"), &[set_cookie(COOKIE_NAME, &token, None)])
}
