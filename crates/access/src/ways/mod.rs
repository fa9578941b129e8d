//! The ways in which somebody can sign in, taken together.

use ground::database::Session;
use vocabulary::{Account, Id};
use web::{House, Problem};

use crate::{factor, identity, passkey, people};

/// Whether they can still sign in with all that is asked of them: by a passkey, by password and app, or by an account
/// elsewhere that brings a second factor or has the app beside it. Codes on paper do not count: they are used up.
pub(crate) async fn is_left(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
) -> Result<bool, Problem> {
    is_left_without(session, house, account, None).await
}

/// The same if this identity, by its line, were gone.
pub(crate) async fn is_left_without(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
    without: Option<&str>,
) -> Result<bool, Problem> {
    if passkey::is_there(session, account).await? {
        return Ok(true);
    }
    let app = factor::has_app(session, account).await?;
    if app && people::credentials_of(session, account).await?.password.is_some() {
        return Ok(true);
    }
    // Only where a provider is still set up here does it let anybody in.
    let own = identity::of_account(session, house, account).await?;
    let elsewhere = own.iter().any(|(line, _)| Some(line.id.as_str()) != without);
    Ok(elsewhere && (app || identity::brings_factor(session, account).await?))
}
