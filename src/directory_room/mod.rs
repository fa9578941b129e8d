//! The directory as those see it who keep it: its entries, changes that wait for a decision, what somebody has to look at
//! again, how much room there is, and who is told of what.
//!
//! ```text
//! form ─► three-way with what stands ─┬─ approver: public at once
//!                                     └─ keeper: waits in the queue ─► side by side ─► public, or refused with a reason
//! ```

mod change;
mod deciding;
mod demonstration;
mod due;
mod entry;
mod forms;
mod history;
mod home;
mod keeping;
mod letters;
mod new_service;
mod organisation;
mod publishing;
mod queue;
mod rooms;
mod seen;
mod short;
mod space;
mod still_correct;
mod watching;
mod wrong;

pub use demonstration::invent_directory_work;
pub use letters::begin_to_remind;
pub use rooms::room;
