//! The parameters of the lists, as the documents tell of them.

/// What may stand behind the `?`.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub name: &'static str,
    /// As JSON Schema calls it.
    pub kind: &'static str,
    pub about: &'static str,
}

const fn parameter(name: &'static str, kind: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind, about }
}

const PAGES: [Parameter; 2] = [
    parameter("page", "integer", "Which page, from 1. A page behind the last is empty."),
    parameter("per_page", "integer", "Items of a page: 50 where it is not said, and never more than 500."),
];

const SERVICES: [Parameter; 10] = [
    parameter(
        "search",
        "string",
        "Words, all of which occur in the name, the description, the organisation or a term; capital letters are no matter. \
         At most 200 characters.",
    ),
    parameter("taxonomy_term_id", "string", "The identifier of a term that the service is under."),
    parameter(
        "taxonomy_id",
        "string",
        "The identifier of a taxonomy of which the service is under some term.",
    ),
    parameter("minimum_age", "number", "Years: services that state a minimum age of so much or more."),
    parameter("maximum_age", "number", "Years: services that state a maximum age of so much or less."),
    parameter(
        "day",
        "string",
        "A day of the week, or several with commas: MO, Mon or Monday. On one of them the service is given.",
    ),
    parameter("start_time", "string", "A time such as 09:30: services that open then or later."),
    parameter("end_time", "string", "A time such as 17:00: services that close then or earlier."),
    parameter(
        "modified_after",
        "string",
        "A moment such as 2026-09-01T12:00:00Z, or a day: what came to this directory, or was changed here, at or after it; \
         the service, its organisation or one of its places.",
    ),
    parameter("full", "boolean", "true: every item whole, as under its own address."),
];

const NEAR: [Parameter; 2] = [
    parameter(
        "postcode",
        "string",
        "A whole postcode. Alone: services whose area, as far as they state one, it lies in. With proximity: the point from \
         which is measured.",
    ),
    parameter(
        "proximity",
        "number",
        "Metres in a straight line from the postcode, at most 1,000,000: the nearest places first.",
    ),
];

/// Those that a path takes.
pub fn parameters(path: &str) -> Vec<Parameter> {
    let list = path.strip_prefix("/oruk/v3/").unwrap_or_default();
    match list {
        "taxonomies" | "taxonomy_terms" => PAGES.to_vec(),
        "services" => [PAGES.as_slice(), &SERVICES].concat(),
        "service_at_locations" => [PAGES.as_slice(), &SERVICES, &NEAR].concat(),
        _ => Vec::new(),
    }
}
