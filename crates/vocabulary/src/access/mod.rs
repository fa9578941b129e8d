//! Who may do what. A role is held in an organisation; what it permits there, or everywhere, stands in one table.

mod role;
mod viewer;

pub use role::{Permission, Reach, Role};
pub use viewer::{Held, Scope, Viewer};

/// Marks the identifier of an account: what somebody signs in with.
#[derive(Debug)]
pub enum Account {}

/// Marks the identifier of an organisation that takes part, whose people have accounts.
#[derive(Debug)]
pub enum Partner {}

#[cfg(test)]
mod tests;
