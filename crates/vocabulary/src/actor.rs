//! Who did something.

use std::fmt;

use crate::{Account, Id};

/// Who acts, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at a command line of the machine itself, by the name of their account there.
    CommandLine(String),
    /// Somebody who signed in.
    Account(Id<Account>),
    /// Somebody of whom nothing is known: at the door, before signing in; later also who answers without a name.
    Anonymous,
    /// Meres itself, at work for nobody in particular.
    Meres,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine(user) => write!(f, "cli:{user}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Anonymous => f.write_str("anonymous"),
            Self::Meres => f.write_str("meres"),
        }
    }
}
