//! Coming in by a one-time link: the first of all, somebody who was invited, somebody who comes back.

mod pages;
mod taking_on;

use ground::database::Act;
use vocabulary::Actor;
use web::{House, Problem};

pub(crate) use pages::{SIGN_IN_FIRST, again, room};

use crate::link::{Purpose, make};
use crate::people;

/// Where nobody has an account: the link by which whoever installs this Meres makes the first.
pub async fn first_link(house: &House) -> Result<Option<String>, Problem> {
    if !people::is_empty(&mut house.database.read().await?).await? {
        return Ok(None);
    }
    let mut change = house.database.change(&Actor::Meres).await?;
    let link = make(&mut change, house, Purpose::First, None).await?;
    let act = Act { action: "link.first", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await?;
    Ok(Some(link))
}
