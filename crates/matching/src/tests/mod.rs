//! The fast path against the rule written out, and worked examples.

mod agreement;
mod hub;
mod made_up;
