//! What this Meres is: its version and what it is built of, how accessible it is, how it is set up, and whether it is well.

use std::time::Duration;

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
    libraries: Vec<Library>,
}

/// What somebody else wrote, and Meres is built with.
struct Library {
    name: &'static str,
    version: &'static str,
    licence: &'static str,
}

/// Every library in this program: a test makes the list from what cargo and npm say.
fn libraries() -> Vec<Library> {
    let lines = include_str!("libraries.txt").lines();
    lines
        .filter_map(|line| {
            let mut parts = line.splitn(3, ' ');
            Some(Library { name: parts.next()?, version: parts.next()?, licence: parts.next()? })
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

/// Whoever watches asks again soon: a database that takes longer is not there for people either.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether a page that needs the database could be made.
async fn ready(visit: Visit) -> Result<&'static str, Problem> {
    match tokio::time::timeout(PATIENCE, visit.read()).await {
        Ok(Ok(_)) => Ok("ready\n"),
        Ok(Err(_)) | Err(_) => Err(Problem::Unready),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_library_has_a_version_and_a_licence() {
        let libraries = super::libraries();
        assert_eq!(libraries.len(), include_str!("libraries.txt").lines().count());
        let licence = |name: &str| {
            libraries.iter().find(|one| one.name == name).map(|one| one.licence).unwrap_or_default()
        };
        assert_eq!((licence("axum"), licence("nhsuk-frontend")), ("MIT", "MIT"));
        for one in &libraries {
            assert!(one.version.starts_with(|first: char| first.is_ascii_digit()), "{}", one.name);
            assert!(
                one.licence.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '('),
                "{}",
                one.name
            );
        }
        assert!(!libraries.iter().any(|one| one.name == "meres"), "our own crates are no libraries");
    }
}
