//! The forms and links of a page, read as a browser reads them.

use web::Route;

/// A form as it stands on a page.
pub(crate) struct Found {
    pub(crate) method: &'static str,
    pub(crate) action: String,
    /// Whether files go with it.
    pub(crate) brings_files: bool,
    /// Each name once; not what shows that the form is ours.
    pub(crate) fields: Vec<Field>,
}

/// What a form asks for by one name.
pub(crate) struct Field {
    pub(crate) name: String,
    /// `text`, `hidden`, `radio`, `select`, `textarea` …
    pub(crate) kind: String,
    /// What stands in it; of several to choose from, the first.
    pub(crate) value: String,
    /// All that may be chosen.
    pub(crate) choices: Vec<String>,
    pub(crate) is_number: bool,
}

fn meant(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// What is behind `name="` in a piece of HTML, as it was meant.
fn attribute(tag: &str, name: &str) -> Option<String> {
    Some(meant(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0))
}

impl Field {
    fn read(tag: &str, name: &str) -> Self {
        let element = tag.split([' ', '>']).next().unwrap_or_default();
        let kind = if element == "input" { attribute(tag, "type") } else { None };
        let text = || tag.split_once('>').filter(|_| element == "textarea").map(|(_, text)| meant(text));
        Self {
            name: name.to_owned(),
            kind: kind.unwrap_or_else(|| if element == "input" { "text" } else { element }.to_owned()),
            value: attribute(tag, "value").or_else(text).unwrap_or_default(),
            choices: Vec::new(),
            is_number: tag.contains("inputmode=\"numeric\"") || tag.contains("type=\"number\""),
        }
    }
}

/// Every form of the page at this path.
pub(crate) fn forms(page: &str, path: &str) -> Vec<Found> {
    let form = |part: &str| {
        let (part, _) = part.split_once("</form>")?;
        let (tag, inside) = part.split_once('>')?;
        let tag = format!(" {tag}");
        let action = attribute(&tag, "action").unwrap_or_else(|| path.to_owned());
        let method = if tag.to_lowercase().contains("method=\"post\"") { "POST" } else { "GET" };
        let brings_files = tag.contains("multipart/form-data");
        Some(Found { method, action, brings_files, fields: fields(inside) })
    };
    page.split("<form").skip(1).filter_map(form).collect()
}

fn fields(inside: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    // Whose options come next.
    let mut choosing: Option<usize> = None;
    for tag in inside.split('<').skip(1) {
        let value = attribute(tag, "value").unwrap_or_default();
        if tag.starts_with("option") {
            if let Some(at) = choosing {
                fields[at].choices.push(value);
            }
            continue;
        }
        let Some(name) = attribute(tag, "name").filter(|name| name != "form_token") else { continue };
        let at = fields.iter().position(|known| known.name == name).unwrap_or_else(|| {
            fields.push(Field::read(tag, &name));
            fields.len() - 1
        });
        choosing = tag.starts_with("select").then_some(at);
        if ["radio", "checkbox", "button", "hidden"].contains(&fields[at].kind.as_str()) {
            fields[at].choices.push(value);
        }
    }
    fields
}

/// Where the page's links lead.
pub(crate) fn links(page: &str) -> impl Iterator<Item = String> {
    page.split('<').filter(|tag| tag.starts_with("a ")).filter_map(|tag| attribute(tag, "href"))
}

/// The route that a path is of.
pub(crate) fn route_of<'r>(table: &'r [Route], method: &str, path: &str) -> Option<&'r Route> {
    let path = path.split(['?', '#']).next()?;
    let fits = |route: &&Route| {
        let (mut asked, mut steps) = (path.split('/'), route.path.split('/'));
        route.method == method
            && steps
                .by_ref()
                .all(|step| asked.next().is_some_and(|part| part == step || step.starts_with('{')))
            && asked.next().is_none()
    };
    // A route without a place for anything comes first: `/accounts/invite`, not `/accounts/{id}`.
    table.iter().filter(fits).min_by_key(|route| route.path.matches('{').count())
}

#[test]
fn a_form_is_read_as_it_stands() {
    let page = "<form action=\"/a?b=1&#38;c=2\" method=\"post\"><input type=\"hidden\" name=\"form_token\" value=\"t\">\
                <input class=\"x\" name=\"n&#39;\" value=\"v\"><textarea name=\"t\">a &#60; b</textarea>\
                <input type=\"radio\" name=\"r\" value=\"1\"><input type=\"radio\" name=\"r\" value=\"2\">\
                <select name=\"s\"><option value=\"\"></option><option value=\"x\" selected>X</option></select></form>\
                <form><input name=\"q\"></form>";
    let found = forms(page, "/here");
    assert_eq!((found[0].method, found[0].action.as_str()), ("POST", "/a?b=1&c=2"));
    let read = |at: usize| {
        let field = &found[0].fields[at];
        (field.name.as_str(), field.kind.as_str(), field.value.as_str(), field.choices.join(","))
    };
    assert_eq!(read(0), ("n'", "text", "v", String::new()));
    assert_eq!(read(1), ("t", "textarea", "a < b", String::new()));
    assert_eq!(read(2), ("r", "radio", "1", "1,2".to_owned()));
    assert_eq!(read(3), ("s", "select", "", ",x".to_owned()));
    assert_eq!((found[1].method, found[1].action.as_str()), ("GET", "/here"));
}
