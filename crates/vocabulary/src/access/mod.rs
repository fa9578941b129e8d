//! Who may do what. A role is held in an organisation; what it permits there, or everywhere, stands in one table.

mod role;
mod sight;
mod viewer;

pub use role::{Permission, Reach, Role};
pub use sight::Sight;
pub use viewer::{Held, Scope, Viewer};

#[cfg(test)]
mod tests;
