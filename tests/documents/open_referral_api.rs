//! The parameters of the API for other programs.

use std::fmt::Write as _;

use meres::open_referral_api::{Parameter, parameters};

#[test]
fn generated_document_open_referral_api() {
    const PAGE: &str = "docs/reference/open-referral-api.md";
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/open-referral-api.md"));
    let page = page.expect("the page");
    let (before, rest) = page.split_once("<!-- from the code -->").expect("where it begins");
    let (_, after) = rest.split_once("<!-- until here -->").expect("where it ends");
    let lists = ["services", "service_at_locations", "taxonomies", "taxonomy_terms"];
    let taken = |list: &str| parameters(&format!("/oruk/v3/{list}"));
    let mut table = String::from("| parameter | kind | what is asked | of |\n|---|---|---|---|\n");
    // The places take every parameter that there is.
    for Parameter { name, kind, about } in taken("service_at_locations") {
        let of: Vec<&str> =
            lists.into_iter().filter(|list| taken(list).iter().any(|taken| taken.name == name)).collect();
        let of = if of.len() == lists.len() { "every list".to_owned() } else { of.join(", ") };
        let _ = writeln!(table, "| `{name}` | {kind} | {about} | {of} |");
    }
    super::check(PAGE, &format!("{before}<!-- from the code -->\n{table}<!-- until here -->{after}"));
}
