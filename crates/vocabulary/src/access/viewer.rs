//! Whoever looks at a page.

use std::fmt;

use super::{Permission, Reach, Role};
use crate::{Account, Actor, Id, Partner};

/// A role in an organisation, held today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub partner: Id<Partner>,
    pub partner_name: String,
}

/// Somebody who has signed in with all that is asked of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Viewer {
    pub account: Id<Account>,
    pub name: String,
    pub held: Vec<Held>,
}

/// Where somebody is permitted something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// In these organisations; in none: nowhere.
    In(Vec<Id<Partner>>),
}

impl Viewer {
    /// Where this permission reaches for them. Nothing held, nothing permitted.
    pub fn scope(&self, permission: Permission) -> Scope {
        let mut own = Vec::new();
        for held in &self.held {
            match held.role.reach(permission) {
                Reach::Everywhere => return Scope::Everywhere,
                Reach::Own if !own.contains(&held.partner) => own.push(held.partner),
                Reach::Own | Reach::Nowhere => {}
            }
        }
        Scope::In(own)
    }

    /// Whether it is permitted anywhere.
    pub fn may(&self, permission: Permission) -> bool {
        self.scope(permission) != Scope::In(Vec::new())
    }

    /// Whether it is permitted in this organisation.
    pub fn may_in(&self, permission: Permission, partner: Id<Partner>) -> bool {
        self.scope(permission).holds(partner)
    }

    /// The roles that they may give in this organisation.
    pub fn may_give(&self, partner: Id<Partner>) -> Vec<Role> {
        let gives = |role: &Role| {
            self.held.iter().any(|held| {
                held.role.may_give(*role)
                    && match held.role.reach(Permission::ManagePeople) {
                        Reach::Everywhere => true,
                        Reach::Own => held.partner == partner,
                        Reach::Nowhere => false,
                    }
            })
        };
        Role::ALL.into_iter().filter(gives).collect()
    }

    /// As the audit log names them.
    pub const fn actor(&self) -> Actor {
        Actor::Account(self.account)
    }
}

impl Scope {
    pub fn holds(&self, partner: Id<Partner>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(own) => own.contains(&partner),
        }
    }
}

/// Without the name, which is for pages and not for logs.
impl fmt::Debug for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Viewer").field("account", &self.account).finish_non_exhaustive()
    }
}
