//! When to get help now: what everybody should be one step away from. The words are those that the NHS gives the public; a
//! programme's clinical safety officer reads them before the site opens (docs/guide/finder.md).

use askama::Template;
use axum::response::IntoResponse as _;
use web::{Answer, Page, Visit};

use super::asked::Asked;

#[derive(Template)]
#[template(path = "finder/urgent.html")]
struct Urgent {
    large: bool,
    other_print: String,
}

pub(super) async fn page(visit: Visit) -> Answer {
    let asked = Asked::read(&visit.path)?;
    let (large, back) = (asked.large, Asked { large: false, ..asked.clone() }.at("/find"));
    let content = Urgent { large, other_print: Asked { large: !large, ..asked }.at("/find/urgent") };
    Ok(Page::new(&visit, "When to get help now").under(back, "Find support").with(&content)?.into_response())
}
