//! What is done with people who have accounts: invited, given roles, moved, and let go.

use askama::Template;
use axum::extract::Path;
use ground::database::{Act, Change, Session};
use vocabulary::{Account, Id, Partner, Role, Viewer};
use web::{Answer, Choice, Errors, Field, FieldKind, Form, FormView, Problem, Visit, moment_in_words};

use super::known::{Known, commanded, is_commanded, is_known, one, own_partners, path, sees};
use super::{MOST_EMAIL, MOST_NAME, Membership, Person, acting_alone, add_account, give, is_email, store};
use crate::link::{self, Purpose};
use crate::session;

/// The two questions of a role: where, and which.
fn role_fields(viewer: &Viewer, partners: &[(Id<Partner>, String)], chosen: &str) -> Vec<Field> {
    let organisations = partners.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone()));
    let chosen = if partners.len() == 1 { partners[0].0.to_string() } else { chosen.to_owned() };
    let given = |role: &Role| partners.iter().any(|(id, _)| viewer.may_give(*id).contains(role));
    let roles = Role::ALL
        .into_iter()
        .filter(given)
        .map(|role| Choice::new(role.word(), role.name()).hinted(role.about()));
    vec![
        Field::new(FieldKind::Select(organisations.collect()), "organisation", "Organisation").valued(chosen),
        Field::new(FieldKind::Radios(roles.collect()), "role", "Role"),
    ]
}

fn chosen_role(
    viewer: &Viewer,
    partners: &[(Id<Partner>, String)],
    typed: &Form,
    errors: &mut Errors,
) -> Option<(Id<Partner>, Role)> {
    let partner =
        partners.iter().find(|(id, _)| id.to_string() == typed.text("organisation")).map(|(id, _)| *id);
    if partner.is_none() {
        errors.add("organisation", "Choose an organisation");
    }
    let role = Role::parse(typed.text("role"));
    match (partner, role) {
        (_, None) => errors.add("role", "Choose a role"),
        (Some(partner), Some(role)) if !viewer.may_give(partner).contains(&role) => {
            errors.add("role", "Choose a role that you may give in that organisation");
        }
        (partner, Some(role)) => return partner.map(|partner| (partner, role)),
    }
    None
}

async fn invite_form(visit: &Visit) -> Result<(FormView, Vec<(Id<Partner>, String)>), Problem> {
    let partners = own_partners(visit, &mut visit.read().await?).await?;
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let asked = Form::parse(question.as_bytes())?;
    let mut fields = vec![
        Field::new(FieldKind::Text, "name", "Their name"),
        Field::new(FieldKind::Email, "email", "Their work e-mail address").hinted("They sign in with it."),
    ];
    fields.extend(role_fields(visit.viewer()?, &partners, asked.text("organisation")));
    fields.extend(by_letter(visit));
    let form = FormView {
        title: "Invite somebody".to_owned(),
        lead: vec!["They get a link. It works once, for seven days.".to_owned()],
        action: "/accounts/invite".to_owned(),
        fields,
        button: "Invite them",
        back: Some(("/accounts".to_owned(), "People")),
        ..FormView::default()
    };
    Ok((form, partners))
}

/// How the link comes to them, where somebody carries letters.
fn by_letter(visit: &Visit) -> Option<Field> {
    visit.house.mail.as_ref()?;
    let choices = vec![
        Choice::new("letter", "Send it by e-mail").hinted("Nobody else sees it."),
        Choice::new("hand", "Show it to me").hinted("You hand it over yourself."),
    ];
    let field = Field::new(FieldKind::Radios(choices), "way", "How do they get the link?");
    Some(field.valued("letter"))
}

/// Sends the invitation, if that was chosen; whether it was.
async fn sent(
    visit: &Visit,
    change: &mut Change,
    account: Id<Account>,
    typed: &Form,
) -> Result<bool, Problem> {
    let by_letter = visit.house.mail.is_some() && typed.text("way") == "letter";
    if by_letter {
        link::send_invitation(change, account).await?;
    }
    Ok(by_letter)
}

pub(super) async fn invite_page(visit: Visit) -> Answer {
    visit.form_page(&invite_form(&visit).await?.0)
}

#[derive(Template)]
#[template(path = "people/link.html")]
struct LinkPage<'a> {
    name: &'a str,
    email: &'a str,
    link: &'a str,
    days: &'a str,
    path: String,
}

pub(super) async fn invite_act(visit: Visit, typed: Form) -> Answer {
    let (form, partners) = invite_form(&visit).await?;
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter their name");
    let email = errors.needed(&typed, "email", MOST_EMAIL, "Enter their e-mail address");
    if !email.is_empty() && !is_email(email) {
        errors.add("email", "Enter an e-mail address like name@example.org");
    }
    let chosen = chosen_role(visit.viewer()?, &partners, &typed, &mut errors);
    let (Some((partner, role)), true) = (chosen, errors.is_empty()) else {
        return visit.form_page(&form.again(&typed, errors));
    };
    let mut change = acting_alone(&visit).await?;
    // Of those whom the viewer sees alone. Whether somebody else has an account by this address is their own matter: they
    // are invited like anybody, and take the role on with the account that they have.
    if is_known(&visit, &mut change, email).await? {
        errors.add("email", "Somebody with this address is among your people already. Find them under People, and give them the role there");
        return visit.form_page(&form.again(&typed, errors));
    }
    let account = add_account(&mut change, name, email).await?;
    give(&mut change, account, partner, role).await?;
    let act = about("account.invite", account, format!("{} in organisation:{partner}", role.word()));
    if sent(&visit, &mut change, account, &typed).await? {
        change.commit(act).await?;
        return Visit::to(&format!("{}?done=letter", path(account)));
    }
    let link = link::make(&mut change, &visit.house, Purpose::Join, Some(account)).await?;
    change.commit(act).await?;
    let page = LinkPage { name, email, link: &link, days: "seven days", path: path(account) };
    visit.page("Send them this link", &page)
}

fn about(action: &'static str, account: Id<Account>, detail: String) -> Act {
    Act { action, object: format!("account:{account}"), purpose: None, detail }
}

/// A page that asks before an act upon somebody.
fn asking(known: &Known, verb: &str, title: String, lead: &str, button: &'static str) -> FormView {
    let path = path(known.person.id);
    FormView {
        title,
        lead: vec![lead.to_owned()],
        action: format!("{path}/{verb}"),
        button,
        back: Some((path, "Back")),
        ..FormView::default()
    }
}

async fn role_form(
    visit: &Visit,
    session: &mut Session,
    known: &Known,
) -> Result<(FormView, Vec<(Id<Partner>, String)>), Problem> {
    let partners = own_partners(visit, session).await?;
    let form = asking(
        known,
        "roles/new",
        format!("Give {} a role", known.person.name),
        "It holds from today. They are signed out everywhere and sign in again with what they may then do. Whoever moves to \
         another employer gets a role there, and the old one is ended.",
        "Give the role",
    );
    Ok((FormView { fields: role_fields(visit.viewer()?, &partners, ""), ..form }, partners))
}

pub(super) async fn role_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut session = visit.read().await?;
    let known = one(&visit, &mut session, &id).await?;
    visit.form_page(&role_form(&visit, &mut session, &known).await?.0)
}

pub(super) async fn role_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let known = one(&visit, &mut change, &id).await?;
    let (form, partners) = role_form(&visit, &mut change, &known).await?;
    let mut errors = Errors::default();
    let chosen = chosen_role(visit.viewer()?, &partners, &typed, &mut errors);
    let has = |partner, role| {
        known.lines.iter().any(|line| line.current && line.held.partner == partner && line.held.role == role)
    };
    if chosen.is_some_and(|(partner, role)| has(partner, role)) {
        errors.add("role", "They have that role there already");
    }
    let (Some((partner, role)), true) = (chosen, errors.is_empty()) else {
        return visit.form_page(&form.again(&typed, errors));
    };
    let account = known.person.id;
    // Whoever may not sign them out otherwise does not do it this way. What they may is looked up at every request.
    let may_sign_out = is_commanded(&visit, &mut change, &known).await?;
    give(&mut change, account, partner, role).await?;
    link::void(&mut change, account).await?;
    if may_sign_out {
        session::end_all(&mut change, account, None).await?;
    }
    change.commit(about("role.give", account, format!("{} in organisation:{partner}", role.word()))).await?;
    Visit::to(&format!("{}?done=role", path(account)))
}

async fn line_of(
    visit: &Visit,
    session: &mut Session,
    id: &str,
    line: &str,
) -> Result<(Known, Membership), Problem> {
    let known = one(visit, session, id).await?;
    let found = known.lines.iter().find(|known| known.id == line).cloned().ok_or(Problem::NotFound)?;
    if visit.viewer()?.may_give(found.held.partner).contains(&found.held.role) {
        Ok((known, found))
    } else {
        Err(Problem::NotFound)
    }
}

pub(super) async fn end_page(visit: Visit, Path((id, line)): Path<(String, String)>) -> Answer {
    let (known, found) = line_of(&visit, &mut visit.read().await?, &id, &line).await?;
    let title = format!("End {} at {}", found.held.role.name(), found.held.partner_name);
    let lead = format!(
        "{} will not have this role from now on, and is signed out everywhere. What they did stays in the record.",
        known.person.name
    );
    let form = asking(&known, &format!("roles/{line}/end"), title, &lead, "End the role");
    visit.form_page(&FormView { dangerous: true, ..form })
}

pub(super) async fn end_act(visit: Visit, Path((id, line)): Path<(String, String)>) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let (known, found) = line_of(&visit, &mut change, &id, &line).await?;
    let account = known.person.id;
    // First what they have: once the last of their roles here is ended, it is no longer the viewer's to end.
    link::void(&mut change, account).await?;
    session::end_all(&mut change, account, None).await?;
    if !store::end_membership(&mut change, &line).await? {
        return Err(Problem::Conflict("That role was ended before. Load the page again."));
    }
    super::somebody_is_left(&mut change).await?;
    let detail = format!("{} in organisation:{}", found.held.role.word(), found.held.partner);
    // With the last role among the viewer's people they are no longer one of them: their page is there no more.
    let stays = sees(&visit, &mut change, account).await?;
    change.commit(about("role.end", account, detail)).await?;
    Visit::to(&if stays { format!("{}?done=end", path(account)) } else { "/accounts?done=left".to_owned() })
}

pub(super) async fn renew_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let known = commanded(&visit, &mut visit.read().await?, &id).await?;
    let (title, lead) = if known.person.joined {
        (
            format!("A new link for {}", known.person.name),
            "For somebody who forgot the password or lost the phone. You get a link to send to them; it works once, for a \
             day. Be sure that it is them who asks: speak to them, do not answer an e-mail. When they use it, their old \
             password, passkeys, app and recovery codes stop working.",
        )
    } else {
        (
            format!("Invite {} again", known.person.name),
            "They get a new link. It works once, for seven days; the one before no longer works.",
        )
    };
    let fields = by_letter(&visit).filter(|_| !known.person.joined).into_iter().collect();
    visit.form_page(&FormView { fields, ..asking(&known, "renew", title, lead, "Make the link") })
}

pub(super) async fn renew_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let known = commanded(&visit, &mut change, &id).await?;
    let account = known.person.id;
    if known.person.disabled_at.is_some() {
        return Err(Problem::Conflict("The account is disabled. Enable it first."));
    }
    let (purpose, days) =
        if known.person.joined { (Purpose::Renew, "a day") } else { (Purpose::Join, "seven days") };
    if purpose == Purpose::Join && sent(&visit, &mut change, account, &typed).await? {
        change.commit(about("account.invite-again", account, String::new())).await?;
        return Visit::to(&format!("{}?done=letter", path(account)));
    }
    let link = link::make(&mut change, &visit.house, purpose, Some(account)).await?;
    change.commit(about("account.link", account, String::new())).await?;
    let Person { name, email, .. } = &known.person;
    visit.page("Send them this link", &LinkPage { name, email, link: &link, days, path: path(account) })
}

pub(super) async fn disable_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let known = commanded(&visit, &mut visit.read().await?, &id).await?;
    let form = asking(
        &known,
        "disable",
        format!("Disable the account of {}", known.person.name),
        "They are signed out everywhere at once and cannot sign in. Their roles and all that they did stay. The account can be \
         enabled again.",
        "Disable the account",
    );
    visit.form_page(&FormView { dangerous: true, ..form })
}

pub(super) async fn disable_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let account = commanded(&visit, &mut change, &id).await?.person.id;
    disabled(&mut change, account, true).await?;
    super::somebody_is_left(&mut change).await?;
    link::void(&mut change, account).await?;
    session::end_all(&mut change, account, None).await?;
    change.commit(about("account.disable", account, String::new())).await?;
    Visit::to(&format!("{}?done=disable", path(account)))
}

async fn disabled(change: &mut Change, account: Id<Account>, disabled: bool) -> Result<(), Problem> {
    if store::disable(change, account, disabled).await? {
        return Ok(());
    }
    Err(Problem::Conflict("Somebody did that before you. Load the page again."))
}

pub(super) async fn enable_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let known = commanded(&visit, &mut visit.read().await?, &id).await?;
    let title = format!("Enable the account of {}", known.person.name);
    let lead = "They can sign in again with the passkeys, the password and the app that they had.";
    visit.form_page(&asking(&known, "enable", title, lead, "Enable the account"))
}

pub(super) async fn enable_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let account = commanded(&visit, &mut change, &id).await?.person.id;
    disabled(&mut change, account, false).await?;
    change.commit(about("account.enable", account, String::new())).await?;
    Visit::to(&format!("{}?done=enable", path(account)))
}

pub(super) async fn sign_out_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let known = commanded(&visit, &mut visit.read().await?, &id).await?;
    let title = format!("Sign {} out everywhere", known.person.name);
    let lead = "For a lost phone or laptop. They can sign in again.";
    visit.form_page(&asking(&known, "sign-out", title, lead, "Sign them out"))
}

pub(super) async fn sign_out_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let account = commanded(&visit, &mut change, &id).await?.person.id;
    let ended = session::end_all(&mut change, account, None).await?;
    change.commit(about("account.sign-out", account, format!("{ended} sessions"))).await?;
    Visit::to(&format!("{}?done=sign-out", path(account)))
}

/// One of the sessions that run of somebody upon whom the viewer may act.
async fn session_of(
    visit: &Visit,
    session: &mut Session,
    id: &str,
    line: &str,
) -> Result<(Known, session::Line), Problem> {
    let known = commanded(visit, session, id).await?;
    let running = session::running(session, &visit.house, known.person.id).await?;
    let found = running.into_iter().find(|running| running.id == line).ok_or(Problem::NotFound)?;
    Ok((known, found))
}

pub(super) async fn end_session_page(visit: Visit, Path((id, line)): Path<(String, String)>) -> Answer {
    let (known, found) = session_of(&visit, &mut visit.read().await?, &id, &line).await?;
    let title = format!("Sign {} out on one device", known.person.name);
    let lead = format!(
        "{}, since {}. They stay signed in elsewhere, and can sign in there again.",
        found.device,
        moment_in_words(&found.began_at)
    );
    visit.form_page(&asking(&known, &format!("sessions/{line}/end"), title, &lead, "Sign them out there"))
}

pub(super) async fn end_session_act(visit: Visit, Path((id, line)): Path<(String, String)>) -> Answer {
    let mut change = acting_alone(&visit).await?;
    let (known, found) = session_of(&visit, &mut change, &id, &line).await?;
    let account = known.person.id;
    if !session::end_of(&mut change, account, &found.id).await? {
        return Err(Problem::NotFound);
    }
    change.commit(about("account.end-session", account, format!("session:{}", found.id))).await?;
    Visit::to(&format!("{}?done=session", path(account)))
}
