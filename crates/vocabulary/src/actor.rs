//! Who did something.

use std::fmt;

/// Who acts, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at a command line of the machine itself, by the name of their account there.
    CommandLine(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine(user) => write!(f, "cli:{user}"),
        }
    }
}
