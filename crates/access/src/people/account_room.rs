//! The room of people.

use vocabulary::Permission;
use web::{Access, Room, Routes};

use super::{account_acts as acts, account_pages};

const SEE: Access = Access::May(Permission::ManagePeople);

/// The room of people.
pub(crate) fn room() -> Room {
    let routes = Routes::new()
        .get("/accounts", SEE, account_pages::list)
        .get("/accounts/{id}", SEE, account_pages::record)
        .confirmed("/accounts/invite", SEE, acts::invite_page, acts::invite_act)
        .confirmed("/accounts/{id}/roles/new", SEE, acts::role_page, acts::role_act)
        .confirmed("/accounts/{id}/roles/{line}/end", SEE, acts::end_page, acts::end_act)
        .confirmed("/accounts/{id}/renew", SEE, acts::renew_page, acts::renew_act)
        .confirmed("/accounts/{id}/disable", SEE, acts::disable_page, acts::disable_act)
        .confirmed("/accounts/{id}/enable", SEE, acts::enable_page, acts::enable_act)
        .confirmed("/accounts/{id}/sign-out", SEE, acts::sign_out_page, acts::sign_out_act)
        .confirmed("/accounts/{id}/sessions/{line}/end", SEE, acts::end_session_page, acts::end_session_act);
    Room::new(routes)
        .with_door("People", "/accounts", "Who has an account, and what their roles are", SEE)
        .with_search(|asker, words| Box::pin(account_pages::search(asker, words)))
        .with_waiting(|asker| Box::pin(account_pages::waiting(asker)))
}
