//! The whole page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html as HtmlResponse, IntoResponse, Response};

use super::{FormView, Html};
use crate::assets;
use crate::house::{Door, Urgent};
use crate::problem::Problem;
use crate::visit::Visit;

/// A page in the making.
#[derive(Debug)]
pub struct Page<'a> {
    visit: &'a Visit,
    title: &'a str,
    back: Option<(String, &'a str)>,
    /// What was just done.
    done: Option<&'a str>,
    content: Html,
    status: StatusCode,
}

#[derive(Template)]
#[template(path = "page/shell.html")]
struct Shell<'a> {
    page: &'a Page<'a>,
    site: &'a str,
    demo: bool,
    /// The name of whoever looks.
    name: Option<&'a str>,
    doors: Vec<(&'a Door, bool)>,
    urgent: Option<(Urgent, bool)>,
    styles: String,
    brand: Option<String>,
    logo: Option<String>,
    script: String,
    mark: String,
}

impl<'a> Page<'a> {
    pub fn new(visit: &'a Visit, title: &'a str) -> Self {
        Self { visit, title, back: None, done: None, content: Html::default(), status: StatusCode::OK }
    }

    /// With a link to the page above.
    #[must_use]
    pub fn under(self, path: impl Into<String>, name: &'a str) -> Self {
        Self { back: Some((path.into(), name)), ..self }
    }

    /// Saying what was just done.
    #[must_use]
    pub fn saying(self, done: Option<&'a str>) -> Self {
        Self { done, ..self }
    }

    /// Saying that what was asked for is not done.
    #[must_use]
    pub const fn refusing(mut self) -> Self {
        self.status = StatusCode::FORBIDDEN;
        self
    }

    /// Saying that something in its form is to be mended.
    #[must_use]
    pub const fn mistaken(mut self) -> Self {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self
    }

    pub fn with(self, content: &impl Template) -> Result<Self, Problem> {
        Ok(Self { content: Html::of(content)?, ..self })
    }

    /// A page that is one form.
    pub fn of_form(visit: &'a Visit, form: &'a FormView) -> Result<Self, Problem> {
        let mut page = Self::new(visit, &form.title);
        if let Some((path, name)) = &form.back {
            page = page.under(path, name);
        }
        let page = if form.errors.is_empty() { page } else { page.mistaken() };
        page.with(&form.filled(visit))
    }

    fn shell(&self) -> Result<String, askama::Error> {
        let viewer = self.visit.viewer.as_deref();
        let site = &self.visit.house.site;
        let doors =
            site.cards.iter().filter_map(|card| card.door.as_ref()).filter(|door| door.opens_for(viewer));
        // One room may lie within another: the nearest is where we are.
        let around = doors.clone().map(|door| door.path).filter(|path| self.visit.path.starts_with(path));
        let nearest = around.max_by_key(|path| path.len());
        let here = |door: &Door| nearest == Some(door.path);
        // Whoever works here has the menu; whoever looks for help, alone or beside somebody who works here, has this too.
        let mut public =
            site.cards.iter().filter(|card| viewer.is_none() || card.door.as_ref().is_some_and(&here));
        let urgent = public.find_map(|card| card.urgent);
        let shell = Shell {
            page: self,
            site: &site.name,
            demo: site.demo,
            name: viewer.map(|viewer| viewer.name.as_str()),
            doors: doors.map(|door| (door, here(door))).collect(),
            urgent: urgent.map(|urgent| (urgent, self.visit.path.split('?').next() == Some(urgent.path))),
            styles: assets::path("meres.css"),
            brand: site.brand.styles(),
            logo: site.brand.logo(),
            script: assets::path("meres.js"),
            mark: assets::path("meres.svg"),
        };
        shell.render()
    }
}

impl Visit {
    /// A whole page around this content.
    pub fn page(&self, title: &str, content: &impl Template) -> Result<Response, Problem> {
        Ok(Page::new(self, title).with(content)?.into_response())
    }

    /// A whole page that is one form; one that was sent with mistakes comes back with 422.
    pub fn form_page(&self, form: &FormView) -> Result<Response, Problem> {
        Ok(Page::of_form(self, form)?.into_response())
    }
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        match self.shell() {
            Ok(html) => (self.status, HtmlResponse(html)).into_response(),
            Err(error) => Problem::from(error).into_response(),
        }
    }
}
