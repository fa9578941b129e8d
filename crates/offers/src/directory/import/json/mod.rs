//! JSON of Open Referral UK 3.0 and HSDS 3: a page of a list, a bare list, or one record.

mod bounded;
mod document;

pub(super) use document::{Held, Page, element, element_behind, page, read};
