//! More to read without leaving the page: opened by a button, closed by Escape. The browser does it, without a script; one
//! that does not know how shows the words where they stand.

use askama::Template;

use super::Html;

/// A button, and what it opens.
#[derive(Clone, Debug, Template)]
#[template(path = "page/dialog.html")]
pub struct Dialog {
    /// Unique on its page; letters, digits and hyphens.
    pub id: &'static str,
    /// What the button says.
    pub button: &'static str,
    pub title: &'static str,
    pub content: Html,
}

impl Dialog {
    pub fn html(&self) -> Result<Html, askama::Error> {
        Html::of(self)
    }
}
