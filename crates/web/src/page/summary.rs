//! What is known of one thing, line by line.

use askama::Template;

use super::Html;

/// Names and what they are; what is not known says so.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "page/summary.html")]
pub struct Summary {
    lines: Vec<(&'static str, String)>,
}

impl Summary {
    #[must_use]
    pub fn line(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.lines.push((name, value.into()));
        self
    }

    pub fn html(&self) -> Result<Html, askama::Error> {
        Html::of(self)
    }
}
