//! The words that every part of Meres shares: what a person may live with, what an offer may help with,
//! where a place is, and how an offer is reached.
//!
//! Pure: no files, no clock, no randomness. A value of a type here cannot be wrong; what can be wrong is
//! turned away by the function that makes it.

mod access;
mod actor;
mod bits;
mod code_system;
mod condition;
mod date;
mod id;
mod lsoa;
mod mark;
mod money;
mod place;
mod postcode;
mod snomed;
mod topic;

pub use access::{Held, Permission, Reach, Role, Scope, Sight, Viewer};
pub use actor::Actor;
pub use bits::ones;
pub use code_system::{CodeSystem, one_form};
pub use condition::{Condition, ConditionSet};
pub use date::{Day, DayError, WEEK};
pub use id::{Id, IdError};
pub use lsoa::{Lsoa, LsoaError};
pub use mark::{Account, Partner};
pub use money::pence_in_words;
pub use place::{GREAT_BRITAIN, GridPoint, METRES_PER_MILE, miles_in_words};
pub use postcode::{Outcode, OutcodeError, Postcode, PostcodeError};
pub use snomed::{SnomedCode, SnomedError};
pub use topic::{Topic, TopicSet, Weighting};

/// Joins words as one says them: "strength, pain and mood".
pub fn and_list<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [start @ .., last] => {
            let start: Vec<&str> = start.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", start.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::and_list;

    #[test]
    fn lists_read_as_they_are_said() {
        assert_eq!(and_list::<&str>(&[]), "");
        assert_eq!(and_list(&["pain"]), "pain");
        assert_eq!(and_list(&["strength", "pain", "mood"]), "strength, pain and mood");
    }
}
