//! Whoever did something, as tables call them and as a page does.

use std::collections::BTreeSet;

use vocabulary::{Account, Id, Permission};
use web::{Problem, Visit};

/// The names of those who acted, as far as this permission shows them.
pub(crate) async fn names<'a>(
    visit: &Visit,
    permission: Permission,
    actors: impl Iterator<Item = &'a str>,
) -> Result<Vec<(Id<Account>, String)>, Problem> {
    let accounts: BTreeSet<Id<Account>> = actors.filter_map(account).collect();
    let accounts: Vec<Id<Account>> = accounts.into_iter().collect();
    access::names_of(visit, permission, &accounts).await
}

fn account(actor: &str) -> Option<Id<Account>> {
    Id::parse(actor.strip_prefix("account:")?).ok()
}

/// Who acted, in words.
pub(crate) fn named(names: &[(Id<Account>, String)], actor: &str) -> String {
    match (account(actor), actor) {
        (Some(id), _) => {
            let known = names.iter().find(|(known, _)| *known == id);
            known.map_or_else(|| "Somebody with an account".to_owned(), |(_, name)| name.clone())
        }
        (None, "meres") => "Meres itself".to_owned(),
        (None, _) => "At the command line".to_owned(),
    }
}
