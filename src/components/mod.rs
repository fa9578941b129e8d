//! Every part that pages are made of, on one page, for those who make pages: in a demonstration alone. The pictures in
//! docs/guide/components.md are of this page.

mod pages;

pub use pages::room;
