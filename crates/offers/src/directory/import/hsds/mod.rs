//! The objects of HSDS 3 and its UK profile as records. Tables of HSDS are put together into the same objects first, so
//! that there is one understanding of them.

mod kinds;
mod parts;
mod records;
mod unread;

pub(super) use kinds::{Kind, kind_of};
pub(super) use records::{OLDEST, read, status_of};
pub(super) use unread::{id, record};
