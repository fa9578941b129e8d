//! Allocation against slow and obvious answers, and against whoever would cheat.

mod exact;
mod groups;
mod made_up;
mod slow;
mod trust;
