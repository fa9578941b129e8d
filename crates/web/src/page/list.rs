//! A list as it is asked for in an address: which words, sorted by what, which page. Works without a script.

use vocabulary::Id;

use crate::form::Form;
use crate::problem::Problem;

/// Rows of one page.
const PAGE: usize = 25;

/// What of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    path: String,
    /// What else is asked for, as it stands in the address behind `&`.
    also: String,
    /// Of the columns that can be sorted by, this one; the first where nothing else is said.
    pub sort: usize,
    pub descending: bool,
    /// From 1.
    pub page: usize,
    /// What was done before this page was shown: a word that the page knows a sentence for.
    pub done: String,
}

/// Where in a list a page stands.
#[derive(Clone, Debug)]
pub struct Paging {
    pub before: Option<String>,
    pub after: Option<String>,
    /// "26 to 50 of 91".
    pub words: String,
}

impl Listing {
    /// Reads `sort=2&down=1&page=3` behind the `?` of a path; what cannot be read counts as not said.
    pub fn read(path: &str) -> Result<Self, Problem> {
        let (path, question) = path.split_once('?').unwrap_or((path, ""));
        let form = Form::parse(question.as_bytes())?;
        Ok(Self {
            path: path.to_owned(),
            also: String::new(),
            sort: form.text("sort").parse().unwrap_or(0),
            descending: form.text("down") == "1",
            page: form.text("page").parse().unwrap_or(1).clamp(1, 1_000_000),
            done: form.text("done").to_owned(),
        })
    }

    /// The same, with a further question that its links keep.
    #[must_use]
    pub fn keeping(mut self, name: &str, value: &str) -> Self {
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        self.also = format!("{}&{pair}", self.also);
        self
    }

    /// The address of the list sorted by this column; once more: the other way round.
    pub(crate) fn sorted_by(&self, column: usize) -> String {
        let down = u8::from(column == self.sort && !self.descending);
        format!("{}?sort={column}&down={down}{}", self.path, self.also)
    }

    fn at_page(&self, page: usize) -> String {
        let down = u8::from(self.descending);
        format!("{}?sort={}&down={down}&page={page}{}", self.path, self.sort, self.also)
    }

    /// The rows of the page that is asked for, and where it stands. A page behind the last is the last.
    pub fn page_of<T>(&self, mut rows: Vec<T>) -> (Vec<T>, Option<Paging>) {
        let all = rows.len();
        if all <= PAGE {
            return (rows, None);
        }
        let pages = all.div_ceil(PAGE);
        let page = self.page.min(pages);
        let first = (page - 1) * PAGE;
        let shown: Vec<T> = rows.drain(first..all.min(first + PAGE)).collect();
        let paging = Paging {
            before: (page > 1).then(|| self.at_page(page - 1)),
            after: (page < pages).then(|| self.at_page(page + 1)),
            words: format!("{} to {} of {all}", first + 1, first + shown.len()),
        };
        (shown, Some(paging))
    }
}

/// Identifiers in paths: one that cannot be read leads nowhere, as one that is not there.
pub fn id_of<T>(text: &str) -> Result<Id<T>, Problem> {
    Id::parse(text).map_err(|_| Problem::NotFound)
}
