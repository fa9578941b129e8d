//! The page for what went wrong.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::Page;
use crate::problem::Problem;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/problem.html")]
struct ProblemPage<'a> {
    title: &'a str,
    text: &'a str,
}

/// The page for a problem, around which the shell of this visit stands.
pub(crate) fn of_problem(problem: &Problem, visit: &Visit) -> Response {
    let (title, text) = problem.words();
    let content = ProblemPage { title, text: &text };
    let page = Page::new(visit, title).with(&content).map(axum::response::IntoResponse::into_response);
    let mut response = page.unwrap_or_else(|_| text.clone().into_response());
    *response.status_mut() = problem.status();
    if let Problem::TooMany { seconds } = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}
