//! Somebody who visits the site with a browser: keeps cookies, sends forms from the pages on which they stand.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A browser and whoever sits before it.
#[derive(Clone, Debug)]
pub struct Visitor {
    router: Router,
    host: String,
    pub cookies: BTreeMap<String, String>,
    /// Where the browser is.
    pub address: IpAddr,
    /// What the forms of the page that is shown bring back.
    pub form_token: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Seen {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// The answer as it came, for what is no text.
    pub bytes: Vec<u8>,
}

impl Visitor {
    /// Somebody new, who comes by `http://HOST`.
    pub fn new(router: Router, host: &str) -> Self {
        let address = IpAddr::from([203, 0, 113, 9]);
        Self { router, host: host.to_owned(), cookies: BTreeMap::new(), address, form_token: String::new() }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Seen {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// Sends a form of the page that is shown.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &self.form_token).extend_pairs(fields);
        let origin = format!("http://{}", self.host);
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, origin)
            .body(Body::from(form.finish()))
            .expect("a request");
        self.send(request).await
    }

    /// Sends a form with files of the page that is shown: field, name and content of each.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Seen {
        const BOUNDARY: &str = "----a-boundary-that-stands-in-no-file";
        let token = self.form_token.clone();
        let fields = [("form_token", token.as_str())].into_iter().chain(fields.iter().copied());
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(path)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(ORIGIN, format!("http://{}", self.host))
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends any request, with the cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Seen {
        request.extensions_mut().insert(self.address);
        let headers = request.headers_mut();
        headers.entry(HOST).or_insert_with(|| self.host.parse().expect("a host"));
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert(COOKIE, cookies.join("; ").parse().expect("cookies"));
        }
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole answer").to_bytes();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a text");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or("");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let seen = Seen {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        };
        if let Some(token) = seen.between("name=\"form_token\" value=\"", "\"") {
            token.clone_into(&mut self.form_token);
        }
        seen
    }

    /// Opens the page that an answer leads to, and so on.
    pub async fn follow(&mut self, mut seen: Seen) -> Seen {
        for _ in 0..5 {
            let Some(path) = seen.leads_to().map(str::to_owned) else { break };
            seen = self.get(&path).await;
        }
        seen
    }
}

impl Seen {
    /// Where the answer leads.
    pub fn leads_to(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }

    /// What stands on the page between these two texts, the first time.
    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        self.body.split_once(before)?.1.split_once(after).map(|(text, _)| text)
    }

    /// The heading of the page.
    pub fn heading(&self) -> &str {
        self.between("<h1>", "</h1>").unwrap_or("")
    }
}
