//! The area view of a crosstab: demand and gaps by segment, without people.

use std::path::Path;

use planning::extract::CrosstabMapping;

use super::failure::Failure;
use super::inputs::{Definitions, InputArgs};

pub(super) fn run(_: &InputArgs, _: &Definitions, _: &CrosstabMapping, _: &Path) -> Result<(), Failure> {
    Err(Failure::Usage("crosstab".into()))
}

pub(super) fn explain(_: &Path, _: &CrosstabMapping) -> Result<(), Failure> {
    Ok(())
}
