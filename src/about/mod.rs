//! What this Meres is: its version and what it is built of, how accessible it is, how it is set up, and whether it is well.

use askama::Template;
use vocabulary::Permission;
use web::{Access, Answer, Html, Problem, Room, Routes, Summary, Visit};

/// Pages about this Meres.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/about", Access::Public, about)
        .get("/accessibility", Access::Public, accessibility)
        .get("/admin", Access::May(Permission::SeeConfiguration), set_up)
        .get("/healthz", Access::Public, async || "well\n")
        .get("/readyz", Access::Public, ready);
    Room::new(routes).with_door(
        "Set-up",
        "/admin",
        "How this Meres is set up, and its version",
        Access::May(Permission::SeeConfiguration),
    )
}

#[derive(Template)]
#[template(path = "about/about.html")]
struct About {
    version: &'static str,
    libraries: Vec<(&'static str, &'static str)>,
}

/// Every library that this program was built with, and its version: what its lock file says.
fn libraries() -> Vec<(&'static str, &'static str)> {
    let value = |line: &'static str, key| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
    let packages = include_str!("../../Cargo.lock").split("[[package]]").skip(1);
    packages
        .filter(|package| package.contains("\nsource = "))
        .filter_map(|package| {
            let find = |key| package.lines().find_map(|line| value(line, key));
            Some((find("name")?, find("version")?))
        })
        .collect()
}

async fn about(visit: Visit) -> Answer {
    visit.page("About Meres", &About { version: env!("CARGO_PKG_VERSION"), libraries: libraries() })
}

#[derive(Template)]
#[template(path = "about/accessibility.html")]
struct Accessibility<'a> {
    site: &'a str,
}

async fn accessibility(visit: Visit) -> Answer {
    visit.page("Accessibility", &Accessibility { site: &visit.house.site.name })
}

#[derive(Template)]
#[template(path = "about/set_up.html")]
struct SetUp {
    about: Html,
    /// They may see what is done later.
    jobs: bool,
}

async fn set_up(visit: Visit) -> Answer {
    let site = &visit.house.site;
    let about = Summary::default()
        .line("Name", site.name.clone())
        .line("Address", site.address.clone())
        .line("Connection", if site.is_secure() { "HTTPS" } else { "HTTP, on this machine only" })
        .line("Database", visit.house.database.kind())
        .line("Demonstration", if site.demo { "Yes: everything is invented" } else { "No" });
    let set = site.settings.iter().fold(about, |about, (name, value)| about.line(name, value.clone()));
    let about = set.line("Version", env!("CARGO_PKG_VERSION"));
    visit.page("Set-up", &SetUp { about: about.html()?, jobs: visit.viewer()?.may(Permission::ManageJobs) })
}

/// Whether a page that needs the database could be made.
async fn ready(visit: Visit) -> Result<&'static str, Problem> {
    visit.read().await?;
    Ok("ready\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_libraries_are_those_of_the_lock_file() {
        let libraries = super::libraries();
        assert!(libraries.iter().any(|(name, _)| *name == "axum"));
        assert!(!libraries.iter().any(|(name, _)| *name == "meres"), "our own crates are no libraries");
    }
}
