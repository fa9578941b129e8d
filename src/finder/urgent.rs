//! When to get help now: what everybody should be one step away from. The words are those that the NHS gives the public; a
//! programme's clinical safety officer reads them before the site opens (docs/guide/finder.md).

use askama::Template;
use axum::response::IntoResponse as _;
use web::{Answer, Page, Visit};

use super::asked::Asked;

#[derive(Template)]
#[template(path = "finder/urgent.html")]
struct Urgent;

pub(super) async fn page(visit: Visit) -> Answer {
    let back = Asked::read(&visit.path)?.at("/find");
    Ok(Page::new(&visit, "When to get help now").under(back, "Find support").with(&Urgent)?.into_response())
}
