//! How often each route is asked for, how it ends and how long it takes, for programs that watch this one. A route is named
//! by its pattern, never by the path that was asked for, in which there may be an identifier.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

/// Measures what comes behind it.
pub(crate) async fn measured(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    // Of a stranger's own words there is no end.
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    };
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("meres_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("meres_request_seconds", "route" => route).record(begun.elapsed());
    response
}
