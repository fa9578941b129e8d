//! The finder: what help is near, for anybody, without an account, a script or a trace. What is asked stands in the address
//! and nowhere else, so that a page can be kept, printed or sent to somebody.

mod asked;
mod pages;
mod searched;
mod service_page;
mod shortlist;
mod shown;
mod urgent;

pub use pages::room;
