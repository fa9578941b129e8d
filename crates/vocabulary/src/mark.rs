//! What identifiers identify, where the thing itself is not a word that every part shares.

/// Marks the identifier of an account: what somebody signs in with.
#[derive(Debug)]
pub enum Account {}

/// Marks the identifier of an organisation that takes part, whose people have accounts.
#[derive(Debug)]
pub enum Partner {}
