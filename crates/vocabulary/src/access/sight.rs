//! On whose behalf the database is asked.

use super::{Permission, Scope, Viewer};
use crate::{Account, Id};

/// On whose behalf the database is read and changed, and so what it may show of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Of nobody known: no people at all.
    Nobody,
    /// Of somebody: themselves, the people where they manage people, and the audit log if they may read it.
    Of { account: Id<Account>, people: Scope, log: bool },
    /// Of Meres itself, at a command line, in a job or at the door: everything.
    Meres,
}

impl Viewer {
    /// What the database may show to them.
    pub fn sight(&self) -> Sight {
        Sight::Of {
            account: self.account,
            people: self.scope(Permission::ManagePeople),
            log: self.scope(Permission::ReadAudit) == Scope::Everywhere,
        }
    }
}
