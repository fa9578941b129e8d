//! What every page stands on: routes that state who may come, the page shell and its components in the NHS design
//! system, forms that keep what was typed, errors that say what to do, and the server itself. Knows no account: who
//! looks is a [`Visit`], which `access` makes.

mod access;
mod assets;
mod errand;
mod form;
mod headers;
mod house;
mod measured;
mod multipart;
mod open_data;
mod page;
mod problem;
mod room;
mod routes;
mod serve;
mod visit;

pub use access::Access;
pub use errand::{Doing, Errand};
pub use form::{Errors, Form, Upload, capital};
pub use house::{
    Asker, Brand, BrandError, Card, Changed, Changes, Door, Hit, House, IdentityProvider,
    IdentityProviderError, IdentityProviderSettings, Later, Published, Search, SecondFactor, Shelf, Site,
    Waiting, Waits,
};
pub use multipart::taken_apart;
pub use open_data::Json;
pub use page::{
    Also, Cell, Choice, Column, Dialog, Field, FieldKind, Figure, FormView, Html, Listing, Page, Paging,
    Progress, Row, Summary, Table, day_begins, day_in_words, day_of, id_of, moment_in_words,
};
pub use problem::Problem;
pub use room::Room;
pub use routes::{AtTheDoor, Route, Routes, assemble};
pub use serve::{Listening, TlsError, Trusted, serve};
pub use visit::{Client, Confirmed, Visit};

/// What a handler answers.
pub type Answer = Result<axum::response::Response, Problem>;
