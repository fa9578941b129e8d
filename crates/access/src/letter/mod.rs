//! Invitations by e-mail: the link is made when the letter is, so that it is kept nowhere and seen by nobody else.

use ground::database::Act;
use ground::jobs::{JobError, Run};
use ground::mail::{Letter, MailError};
use vocabulary::Actor;
use web::{Errand, House, Problem};

use crate::link::{self, LETTER, Purpose};
use crate::people;

/// Makes a link to join and sends it.
pub(crate) const ERRAND: Errand = Errand {
    kind: LETTER,
    name: "Send an invitation by e-mail",
    work: |house, run| Box::pin(async move { invited(&house, &run).await }),
};

async fn invited(house: &House, run: &Run) -> Result<(), JobError> {
    let never = |why: &str| JobError::Never(why.to_owned());
    let mail = house.mail.as_ref().ok_or_else(|| never("nobody is set up to carry letters"))?;
    let account = link::invited(&run.payload).ok_or_else(|| never("who is invited is not clear"))?;
    let mut change = house.database.change(&Actor::Meres).await?;
    let known = people::credentials_of(&mut change, account).await.map_err(|problem| later(&problem))?;
    if known.disabled || people::has_joined(&mut change, account).await.map_err(|problem| later(&problem))? {
        return Err(never("the account was disabled, or its owner has joined meanwhile: no letter was sent"));
    }
    let address = link::make(&mut change, house, Purpose::Join, Some(account))
        .await
        .map_err(|problem| later(&problem))?;
    let object = format!("account:{account}");
    change
        .commit(Act { action: "account.link", object, purpose: None, detail: "by e-mail".to_owned() })
        .await?;
    let subject = format!("Join {}", house.site.name);
    let text = worded(&house.site.name, &known.name, &address);
    let letter = Letter::new(&run.job.to_string(), &known.email, &subject, &text);
    let letter = letter.map_err(|error| never(&error.to_string()))?;
    mail.send(&letter).await.map(|_| ()).map_err(|error| match error {
        MailError::Later(why) => JobError::Later(why),
        MailError::Never(why) => JobError::Never(why),
    })
}

fn later(problem: &Problem) -> JobError {
    tracing::warn!(?problem, "an invitation was not made");
    JobError::Later("the link could not be made".to_owned())
}

fn worded(site: &str, name: &str, address: &str) -> String {
    format!(
        "Dear {name},\n\nYou are invited to {site}, where health, care and community teams work together for people with \
         joint pain. Open this link to join:\n\n{address}\n\nIt works once, for seven days. It is for you alone: do not \
         pass it on. If you have an account there already, sign in with it first: it gets the new role.\n\nIf you did not expect this letter, you need do nothing.\n"
    )
}
