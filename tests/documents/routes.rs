//! The table of routes.

use std::fmt::Write as _;

use web::Access;

#[test]
fn generated_document_routes() {
    let mut text = String::from(
        "# Routes\n\nEvery route of the site and who may come. Made from the code by a test; a route that is not here does not \
         exist.\n\nA *door* is open to everybody and shows a form; *confirmed* asks for the second factor again, unless \
         one was given in the last 15 minutes.\n\n| method | path | who | |\n|---|---|---|---|\n",
    );
    let mut table = meres::app::route_table();
    table.sort_by_key(|route| (route.path, route.method));
    for route in table {
        let who = match route.access {
            Access::Public => "everybody",
            Access::Door => "everybody (door)",
            Access::SignedIn => "whoever signed in",
            Access::May(permission) => permission.name(),
        };
        let confirmed = if route.confirmed { "confirmed" } else { "" };
        let _ = writeln!(text, "| {} | `{}` | {who} | {confirmed} |", route.method, route.path);
    }
    super::check("docs/reference/routes.md", &text);
}
