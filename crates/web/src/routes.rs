//! Routes that state who may come. There is no other way to add one, so an unlisted route cannot exist.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};

use crate::access::Access;
use crate::form::Form;
use crate::house::House;
use crate::measured::measured;
use crate::open_data::{self, OpenData};
use crate::problem::Problem;
use crate::visit::{Confirmed, Visit};
use crate::{assets, headers, multipart, page};

/// A line of the route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
    /// Whether they must have shown lately that it is them.
    pub confirmed: bool,
    /// Whether its form may bring files.
    pub uploads: bool,
}

/// Some routes of the site.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<House>,
    table: Vec<Route>,
    /// Below these, programs ask.
    open: Vec<&'static str>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// A page. It changes nothing.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.add(Route { method: "GET", path, access, confirmed: false, uploads: false }, get(handler))
    }

    /// What a form does.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.add(Route { method: "POST", path, access, confirmed: false, uploads: false }, post(handler))
    }

    /// What a form with files does. Its body is read only after it is known who sends it.
    #[must_use]
    pub fn upload<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.add(Route { method: "POST", path, access, confirmed: false, uploads: true }, post(handler))
    }

    /// The page of a dangerous act, and the act: for those alone who showed lately that it is them.
    #[must_use]
    pub fn confirmed<G, P, S, T>(self, path: &'static str, access: Access, page: G, act: P) -> Self
    where
        G: Handler<S, House>,
        P: Handler<T, House>,
        S: 'static,
        T: 'static,
    {
        self.add(Route { method: "GET", path, access, confirmed: true, uploads: false }, get(page))
            .add(Route { method: "POST", path, access, confirmed: true, uploads: false }, post(act))
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let table = [self.table, other.table].concat();
        let open = [self.open, other.open].concat();
        Self { router: self.router.merge(other.router), table, open }
    }

    /// Open data lies below this path: pages of any site may fetch it, and what goes wrong is told as JSON.
    #[must_use]
    pub fn open_below(mut self, path: &'static str) -> Self {
        self.open.push(path);
        self
    }

    /// Every route there is.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    fn add(mut self, route: Route, handler: MethodRouter<House>) -> Self {
        let guarded = handler.layer(from_fn(move |request, next| guard(route, request, next)));
        self.table.push(route);
        Self { router: self.router.route(route.path, guarded), ..self }
    }
}

/// All routes as one service. `doorkeeper` comes before every one of them and adds a [`Visit`].
pub fn assemble<D, F>(house: House, routes: Routes, doorkeeper: D) -> Router
where
    D: Fn(State<House>, Request, Next) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let open: Arc<[&'static str]> = routes.open.into();
    routes
        .router
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::NotFound)
        .layer(from_fn(with_shell))
        .layer(from_fn_with_state(house.clone(), doorkeeper))
        .layer(from_fn(with_form))
        .layer(from_fn(move |request, next| open_data::answer(open.clone(), request, next)))
        .route("/assets/{digest}/{name}", get(assets::file))
        .layer(from_fn_with_state(house.clone(), headers::add))
        .layer(from_fn(measured))
        .with_state(house)
}

/// May they come, and does their form come from our page?
async fn guard(route: Route, mut request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return Problem::broken("a route without the doorkeeper").into_response();
    };
    if let Err(problem) = admit(route, &visit) {
        return problem.into_response();
    }
    if route.method == "POST"
        && let Err(problem) = check_form(route, &visit, &mut request).await
    {
        return problem.into_response();
    }
    let mut response = next.run(request).await;
    if route.access == Access::Door {
        response.extensions_mut().insert(AtTheDoor);
    }
    response
}

/// Marks the answer of a page at the door: whoever sees its form must be able to send it.
#[derive(Clone, Copy, Debug)]
pub struct AtTheDoor;

fn admit(route: Route, visit: &Visit) -> Result<(), Problem> {
    match route.access {
        Access::SignedIn | Access::May(_) if visit.viewer.is_none() => {
            // What they sent is not sent again; and not every act has a page of its own.
            let next = if route.method == "GET" { visit.path.as_str() } else { "/" };
            return Err(Problem::SignIn { next: next.to_owned() });
        }
        Access::Public | Access::Door | Access::SignedIn => {}
        Access::May(permission) if visit.viewer()?.may(permission) => {}
        Access::May(_) => return Err(Problem::Forbidden),
    }
    let needed = if route.method == "GET" { Confirmed::Lately } else { Confirmed::ForForms };
    if route.confirmed && visit.confirmed < needed {
        return Err(Problem::Confirm { next: visit.path.clone() });
    }
    Ok(())
}

/// Reads a form before anybody looks who sends it: whoever sends it slowly is who they are when it has come, not when it began.
async fn with_form(mut request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let read = if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            Some(Form::read(std::mem::take(request.body_mut())).await)
        } else if multipart::is_one(request.headers()) {
            // Far larger: nobody's files are taken in before it is known that they may send some.
            None
        } else {
            Some(Err(Problem::Bad(NOT_OURS)))
        };
        if let Some(read) = read {
            request.extensions_mut().insert(Sent(read));
        }
    }
    next.run(request).await
}

const NOT_OURS: &str = "Only a form of ours can be sent here.";

/// A form that came, or what was wrong with it: whose it is, and whether it is ours, is still to be seen.
#[derive(Clone)]
struct Sent(Result<Form, Problem>);

/// The form is ours, and may be given to the handler.
async fn check_form(route: Route, visit: &Visit, request: &mut Request) -> Result<(), Problem> {
    if !is_ours(visit, request) {
        return Err(Problem::Stale);
    }
    let form = match request.extensions_mut().remove::<Sent>() {
        Some(sent) => sent.0?,
        None if route.uploads => {
            let body = std::mem::take(request.body_mut());
            multipart::read(request.headers(), body).await?
        }
        None => return Err(Problem::Bad(NOT_OURS)),
    };
    // Compared in one sweep over both, so that the time it takes says nothing about where they differ.
    let (theirs, ours) = (form.exact("form_token").as_bytes(), visit.form_token.as_bytes());
    let differ = theirs.iter().zip(ours).fold(0, |differ, (a, b)| differ | (a ^ b));
    if theirs.len() != ours.len() || ours.is_empty() || differ != 0 {
        return Err(Problem::Stale);
    }
    request.extensions_mut().insert(form);
    Ok(())
}

/// Whether a browser says that this was sent by a page of ours. One that says nothing of it is not taken.
fn is_ours(visit: &Visit, request: &Request) -> bool {
    let said = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let (site, origin) = (said("sec-fetch-site"), said("origin"));
    let from_us =
        |origin: &str| origin.split_once("://").is_some_and(|(_, host)| visit.house.site.answers_at(host));
    site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(from_us)
        && (site.is_some() || origin.is_some())
}

/// A problem without its page gets one, with the shell of whoever came.
async fn with_shell(visit: Visit, request: Request, next: Next) -> Response {
    let for_people = request.extensions().get::<OpenData>().is_none();
    let response = next.run(request).await;
    match response.extensions().get::<Problem>().filter(|_| for_people) {
        Some(problem) => page::of_problem(problem, &visit),
        None => response,
    }
}
