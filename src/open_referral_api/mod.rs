//! The directory for other programs: Open Referral UK 3.0, read only, for everybody. What the catalogue lists is here, and
//! nothing else.
//!
//! ```text
//! question (parameters, understood) ─► catalogue (chosen, in memory) ─► answers (a page, one object)
//! ```

mod answers;
mod parameters;
mod question;

use web::{Access, Room, Routes};

pub use parameters::{Parameter, parameters};

/// Where it is; a later version of the profile will lie beside it.
const ROOT: &str = "/oruk";

/// The room of the feed. It has no door: programs come.
pub fn room() -> Room {
    let routes = Routes::new()
        .open_below(ROOT)
        .get("/oruk/v3", Access::Public, answers::about)
        .get("/oruk/v3/", Access::Public, answers::about)
        .get("/oruk/v3/services", Access::Public, answers::services)
        .get("/oruk/v3/services/{id}", Access::Public, answers::service)
        .get("/oruk/v3/taxonomies", Access::Public, answers::taxonomies)
        .get("/oruk/v3/taxonomies/{id}", Access::Public, answers::taxonomy)
        .get("/oruk/v3/taxonomy_terms", Access::Public, answers::terms)
        .get("/oruk/v3/taxonomy_terms/{id}", Access::Public, answers::term)
        .get("/oruk/v3/service_at_locations", Access::Public, answers::sites)
        .get("/oruk/v3/service_at_locations/{id}", Access::Public, answers::site);
    Room::new(routes)
}
