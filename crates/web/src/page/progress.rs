//! How far something is that takes a while. The script of the page hears it as server-sent events: each answer is one event,
//! and the browser asks again a second later, so that whoever is signed out hears nothing more. Without a script the page
//! has a link to itself.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::Html;

/// How far something is.
#[derive(Clone, Debug, Template)]
#[template(path = "page/progress.html")]
pub struct Progress {
    /// Where the events come from.
    pub address: String,
    pub done: i64,
    /// Nothing where nobody knows.
    pub total: Option<i64>,
    pub sentence: String,
    pub ended: bool,
}

impl Progress {
    pub fn html(&self) -> Result<Html, askama::Error> {
        Html::of(self)
    }

    /// The same as one event.
    pub fn event(&self) -> Response {
        let name = if self.ended { "end" } else { "progress" };
        let total = self.total.map_or(String::new(), |total| total.to_string());
        // A line's end would end the event: a sentence has none.
        let sentence: String = self.sentence.chars().filter(|c| !c.is_control()).collect();
        let text = format!("retry: 1000\nevent: {name}\ndata: {} {total}/{sentence}\n\n", self.done);
        ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response()
    }
}
