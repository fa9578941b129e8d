//! An invitation that reaches somebody who has an account: signed in by the address that was invited, they take the role on.

use ground::database::{Act, Session};
use web::{Answer, FormView, Problem, Visit};

use crate::link::{GONE, Link, Purpose, take};
use crate::people;
use crate::session::{self, Shown};
use crate::sign_in::{become_whole_as, with_cookies};

/// Whether whoever looks is signed in by the address that this link invites.
pub(super) async fn is_theirs(
    visit: &Visit,
    session: &mut Session,
    link: &Link,
    known: Option<&people::Credentials>,
) -> Result<bool, Problem> {
    let (Some(viewer), Some(known), Purpose::Join) = (&visit.viewer, known, link.purpose) else {
        return Ok(false);
    };
    if viewer.account == known.account {
        return Ok(false);
    }
    let own = people::credentials_of(session, viewer.account).await?;
    Ok(people::folded(&own.email) == people::folded(&known.email))
}

/// What they are asked.
pub(super) async fn page(visit: &Visit, session: &mut Session, link: &Link, token: &str) -> Answer {
    let invited = link.account.ok_or(GONE)?;
    let roles = people::held(session, &visit.house, invited).await?;
    let roles = roles.iter().map(|held| format!("{} at {}", held.role.name(), held.partner_name));
    let lead = format!("You were invited as: {}.", roles.collect::<Vec<_>>().join("; "));
    let stays = "You keep the account that you are signed in with, and all that you have there. Everywhere else you are signed in \
                 you will be signed out.";
    visit.form_page(&FormView {
        title: "Take on a new role".to_owned(),
        lead: vec![lead, stays.to_owned()],
        action: format!("/link/{token}"),
        button: "Take it on",
        back: Some(("/".to_owned(), "Not now")),
        ..FormView::default()
    })
}

pub(super) async fn act(visit: &Visit, link: &Link) -> Answer {
    let (viewer, invited) = (visit.viewer()?, link.account.ok_or(GONE)?);
    // As Meres itself, since what is theirs from now on is not yet.
    let mut change = visit.house.database.change(&viewer.actor()).await?;
    people::alone(&mut change).await?;
    let mut change = people::still(visit, change).await?;
    take(&mut change, link).await?;
    if people::has_joined(&mut change, invited).await? {
        return Err(GONE);
    }
    people::take_over(&mut change, viewer.account, invited).await?;
    session::end_all(&mut change, viewer.account, None).await?;
    let cookies = become_whole_as(&mut change, visit, viewer.account, Shown::LongAgo).await?;
    let object = format!("account:{}", viewer.account);
    let detail = format!("invited as account:{invited}");
    change.commit(Act { action: "role.accept", object, purpose: None, detail }).await?;
    with_cookies(Visit::to("/me"), &cookies)
}
