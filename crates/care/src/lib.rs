//! The care zone: people who came by their own act, and what leads them there. It knows nothing of the population zone: no
//! pseudonym, no list; the compiler sees to that.

pub mod invitation;
