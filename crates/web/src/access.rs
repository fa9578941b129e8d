//! Who may come.

use vocabulary::Permission;

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without a cookie.
    Public,
    /// Everybody, at the door: these pages have forms, so a stranger gets a cookie to bring them back with.
    Door,
    SignedIn,
    May(Permission),
}
