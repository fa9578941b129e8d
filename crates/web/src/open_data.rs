//! Paths that programs ask and not people: open data, which pages of any site may fetch. What goes wrong there is told as
//! JSON, and whoever has the answer already is told so.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::problem::Problem;

/// How long others may show an answer without asking again.
const FRESH: &str = "public, max-age=60";
const METHODS: &str = "GET, HEAD, OPTIONS";

/// What every answer there says of who may fetch it: no cookie is read for it, and no page is told more than anybody.
const ANYBODY: [(HeaderName, &str); 2] =
    [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag")];

/// Marks a request for a path of this kind: no page is made of what goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenData;

/// An answer in JSON, known by its digest.
#[derive(Debug)]
pub struct Json(pub String);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        let tag = format!("\"{}\"", &ground::files::digest_bytes(self.0.as_bytes())[..32]);
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, FRESH),
            (header::ETAG, tag.as_str()),
        ];
        (headers, self.0).into_response()
    }
}

/// Whether a path is one of these or below one.
pub(crate) fn is_below(path: &str, open: &[&str]) -> bool {
    open.iter()
        .any(|open| path.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Answers what is asked below these paths.
pub(crate) async fn answer(open: Arc<[&'static str]>, mut request: Request, next: Next) -> Response {
    if !is_below(request.uri().path(), &open) {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => {
            request.extensions_mut().insert(OpenData);
            let response = next.run(request).await;
            match response.extensions().get::<Problem>() {
                Some(problem) => in_json(problem),
                None => response,
            }
        }
        // A browser asks so before a page of another site may send a header such as `If-None-Match`.
        Method::OPTIONS => {
            let asked = [
                (header::ALLOW, METHODS),
                (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Content-Type, If-None-Match"),
                (header::ACCESS_CONTROL_MAX_AGE, "86400"),
            ];
            (StatusCode::NO_CONTENT, asked).into_response()
        }
        _ => {
            let detail = "Data can only be read here: ask with GET.";
            let said = told(StatusCode::METHOD_NOT_ALLOWED, "Not possible here", detail);
            ([(header::ALLOW, METHODS)], said).into_response()
        }
    };
    if response.status() == StatusCode::OK && is_known(known.as_ref(), response.headers()) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    for (name, value) in ANYBODY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether whoever asks has this answer: `If-None-Match` names its tag, one of several, or any.
fn is_known(asked: Option<&HeaderValue>, answer: &HeaderMap) -> bool {
    let asked = asked.and_then(|asked| asked.to_str().ok());
    let tag = answer.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let (Some(asked), Some(tag)) = (asked, tag) else { return false };
    asked.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn in_json(problem: &Problem) -> Response {
    let (title, detail) = match problem {
        Problem::NotFound => {
            let detail =
                "There is nothing here, or it is public no more. Check the address and the identifier.";
            ("Not found", detail.to_owned())
        }
        Problem::Bad(why) => ("That cannot be answered", (*why).to_owned()),
        Problem::TooLarge => ("Too much at once", "That is more than can be asked at once.".to_owned()),
        other => other.words(),
    };
    told(problem.status(), title, &detail)
}

fn told(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({"status": status.as_u16(), "title": title, "detail": detail});
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{is_below, is_known};

    #[test]
    fn a_path_is_below_another_by_whole_steps() {
        for (path, expected) in
            [("/oruk", true), ("/oruk/", true), ("/oruk/v3/services", true), ("/orukx", false), ("/", false)]
        {
            assert_eq!(is_below(path, &["/oruk"]), expected, "{path}");
        }
    }

    #[test]
    fn an_answer_is_known_by_its_tag() {
        let answer: HeaderMap = [(header::ETAG, HeaderValue::from_static("\"ab\""))].into_iter().collect();
        for (asked, expected) in [
            ("\"ab\"", true),
            ("W/\"ab\"", true),
            ("\"x\", \"ab\"", true),
            ("*", true),
            ("ab", false),
            ("", false),
        ] {
            let asked = HeaderValue::from_str(asked).expect("a value");
            assert_eq!(is_known(Some(&asked), &answer), expected, "{asked:?}");
        }
        assert!(!is_known(None, &answer));
        assert!(!is_known(Some(&HeaderValue::from_static("*")), &HeaderMap::new()));
    }
}
