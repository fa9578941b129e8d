//! Organisations that take part, accounts, and who is what where, over time.

mod account_acts;
mod account_pages;
mod account_room;
mod known;
mod names;
mod organisation_pages;
mod store;
mod written_to;

use ground::database::{Change, Session};
use unicode_normalization::UnicodeNormalization as _;
use vocabulary::{Account, Held, Id, Partner, Permission, Role, Scope, Viewer};
use web::{House, Problem, Visit};

pub(crate) use account_room::room as accounts;
pub use names::{Practice, names, names_of, practices};
pub(crate) use organisation_pages::room as organisations;
pub(crate) use store::Credentials;
pub use written_to::{Addressee, addressee, who_may, who_may_anywhere};

use crate::{link, moment, session};

/// An organisation that takes part.
#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    pub(crate) id: Id<Partner>,
    pub(crate) name: String,
    pub(crate) ods: Option<String>,
    pub(crate) made_at: String,
    pub(crate) closed_at: Option<String>,
}

/// What somebody signs in with.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: Id<Account>,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) made_at: String,
    pub(crate) disabled_at: Option<String>,
    /// They have set a password, or linked an identity.
    pub(crate) joined: bool,
}

/// A line of who was what.
#[derive(Clone, Debug)]
pub(crate) struct Membership {
    pub(crate) id: String,
    pub(crate) account: Id<Account>,
    pub(crate) held: Held,
    pub(crate) since: String,
    pub(crate) until: Option<String>,
    /// It holds today.
    pub(crate) current: bool,
}

/// Longest name and address that are taken, in characters.
pub(crate) const MOST_NAME: usize = 120;
pub(crate) const MOST_EMAIL: usize = 254;

/// Names and addresses are compared in small letters, and without the blanks that nobody sees.
pub(crate) fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a letter could be sent there: something, an @, and a domain with a dot.
pub(crate) fn is_email(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c));
    let parts = text.rsplit_once('@');
    let domain = |domain: &str| domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && !name.contains('@') && domain(host))
}

/// What this account holds today.
pub(crate) async fn held(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
) -> Result<Vec<Held>, Problem> {
    let today = moment::today(house);
    let lines = store::memberships_of(session, account, &Scope::Everywhere, &today).await?;
    Ok(lines.into_iter().filter(|line| line.current).map(|line| line.held).collect())
}

/// What is needed to check a sign-in: by the folded address.
pub(crate) async fn credentials(session: &mut Session, email: &str) -> Result<Option<Credentials>, Problem> {
    Ok(store::credentials(session, &folded(email)).await?)
}

/// The same of an account that is known.
pub(crate) async fn credentials_of(
    session: &mut Session,
    account: Id<Account>,
) -> Result<Credentials, Problem> {
    store::credentials_of(session, account).await?.ok_or(Problem::NotFound)
}

/// Begins a change by whoever looks, if they still are and may what they were and might when their request came: somebody
/// else may have disabled them, or ended a role, since. Nobody can while the change runs.
pub async fn acting(visit: &Visit) -> Result<Change, Problem> {
    still(visit, visit.change().await?).await
}

/// The same for an act upon people and their roles. Such acts happen one after another, in whatever process: each sees
/// what became of the one before, so that two cannot both take away what only one of them may.
async fn acting_alone(visit: &Visit) -> Result<Change, Problem> {
    let mut change = visit.change().await?;
    alone(&mut change).await?;
    still(visit, change).await
}

/// Has a change wait for others upon people and their roles: before it does anything, so that no two wait for each other.
pub(crate) async fn alone(change: &mut Change) -> Result<(), Problem> {
    Ok(change.alone("people and their roles").await?)
}

/// The same change, if whoever looks still is and may what they were and might.
pub(crate) async fn still(visit: &Visit, mut change: Change) -> Result<Change, Problem> {
    let viewer = visit.viewer()?;
    let runs = match visit.session {
        Some(session) => session::runs(&mut change, session).await?,
        None => false,
    };
    if !runs || held(&mut change, &visit.house, viewer.account).await? != viewer.held {
        return Err(Problem::Conflict(
            "Your roles were changed, or you were signed out, while you did this. Nothing was done.",
        ));
    }
    Ok(change)
}

/// Whether anybody has an account.
pub(crate) async fn is_empty(session: &mut Session) -> Result<bool, Problem> {
    Ok(store::accounts(session).await? == 0)
}

/// Everybody's name, as Meres itself knows them.
pub(crate) async fn all_names(session: &mut Session) -> Result<Vec<(Id<Account>, String)>, Problem> {
    Ok(store::names(session).await?)
}

/// A new organisation; none where one of that name is there.
pub(crate) async fn add_organisation(
    change: &mut Change,
    name: &str,
    ods: Option<&str>,
) -> Result<Option<Id<Partner>>, Problem> {
    let id = change.new_id();
    let added = store::add_partner(change, id, name, &folded(name), ods).await?;
    Ok(added.then_some(id))
}

/// A new account without a password. Its address becomes its own when whoever was invited comes: until then others may
/// be invited by the same one, and nobody who invites learns who has an account.
pub(crate) async fn add_account(
    change: &mut Change,
    name: &str,
    email: &str,
) -> Result<Id<Account>, Problem> {
    let id = change.new_id();
    store::add_account(change, id, name, email, &folded(email)).await?;
    Ok(id)
}

/// Makes an address that of this account; whether it was nobody else's. In a change that is [`alone`].
pub(crate) async fn claim_address(
    change: &mut Change,
    account: Id<Account>,
    email: &str,
) -> Result<bool, Problem> {
    Ok(store::claim_address(change, account, &folded(email)).await?)
}

/// An account takes on the roles of one as which nobody came: it was invited, and has an account by that address.
pub(crate) async fn take_over(
    change: &mut Change,
    account: Id<Account>,
    invited: Id<Account>,
) -> Result<(), Problem> {
    store::move_memberships(change, invited, account).await?;
    link::forget(change, invited).await?;
    Ok(store::remove_account(change, invited).await?)
}

pub(crate) async fn rename(change: &mut Change, account: Id<Account>, name: &str) -> Result<(), Problem> {
    Ok(store::rename(change, account, name).await?)
}

/// Gives a role from today on.
pub(crate) async fn give(
    change: &mut Change,
    account: Id<Account>,
    partner: Id<Partner>,
    role: Role,
) -> Result<(), Problem> {
    let today = change.at()[..10].to_owned();
    if store::add_membership(change, account, partner, role, &today).await? {
        return Ok(());
    }
    Err(Problem::Conflict("They have that role there already. Load the page again."))
}

pub(crate) async fn set_password(
    change: &mut Change,
    account: Id<Account>,
    hash: &str,
) -> Result<(), Problem> {
    Ok(store::set_password(change, account, hash).await?)
}

/// Whoever comes back by a link without choosing a password has none.
pub(crate) async fn remove_password(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    Ok(store::remove_password(change, account).await?)
}

/// Whether the owner of this account has come: by a password or by an account elsewhere.
pub(crate) async fn has_joined(session: &mut Session, account: Id<Account>) -> Result<bool, Problem> {
    Ok(store::has_joined(session, account).await?)
}

/// Holds an account, so that of two acts upon its ways of signing in the later sees what became of the earlier.
pub(crate) async fn hold(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    Ok(store::hold(change, account).await?)
}

/// Refuses what would leave this Meres without anybody to look after it.
async fn somebody_is_left(change: &mut Change) -> Result<(), Problem> {
    if store::holders(change, Role::SystemAdministrator).await? > 0 {
        return Ok(());
    }
    Err(Problem::Conflict(
        "Then nobody would be system administrator, and nobody could put that right. Give somebody else that role first.",
    ))
}

/// Whether this viewer may end, disable or renew what that person has: only whoever could have given them all of it.
fn may_command(viewer: &Viewer, lines: &[Membership]) -> bool {
    // Not only what holds today: an organisation that is closed can be opened again, and its roles hold then.
    let mut kept = lines.iter().filter(|line| line.until.is_none()).peekable();
    if kept.peek().is_none() {
        return viewer.scope(Permission::ManagePeople) == Scope::Everywhere;
    }
    kept.all(|line| viewer.may_give(line.held.partner).contains(&line.held.role))
}

#[cfg(test)]
mod tests;
