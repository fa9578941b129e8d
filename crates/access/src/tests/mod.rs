//! Signing in, and who may do what with whom, through the routes.

mod device;
mod door;
mod ending;
mod faults;
mod identity;
mod inviting;
mod passkeys;
mod people;
mod sign_in;

use std::cell::Cell;
use std::sync::Arc;

use ground::database::Database;
use ground::vault::Vault;
use tempfile::TempDir;
use testbed::{Seen, Visitor};
use time::{Duration, OffsetDateTime};
use totp_rs::{Builder, Secret};
use web::{Access, Answer, House, IdentityProvider, Room, Routes, Site, Visit};

thread_local! {
    /// What time it is for this test.
    static NOW: Cell<i64> = const { Cell::new(1_795_000_000) };
}

fn clock() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW.get()).expect("a time")
}

fn wait(span: Duration) {
    NOW.set(NOW.get() + span.whole_seconds());
}

pub(super) const PASSWORD: &str = "three plain words";

/// A site with the rooms of this crate and a start page.
pub(super) struct Place {
    pub(super) house: House,
    router: axum::Router,
    folder: Arc<TempDir>,
}

async fn start(visit: Visit) -> Answer {
    use axum::response::IntoResponse as _;
    let name = visit.viewer.as_ref().map_or("nobody", |viewer| viewer.name.as_str()).to_owned();
    Ok(name.into_response())
}

impl Place {
    pub(super) async fn new() -> Self {
        Self::with(Vec::new()).await
    }

    /// One where people may sign in by these too.
    pub(super) async fn with(providers: Vec<IdentityProvider>) -> Self {
        Self::over(Arc::new(tempfile::tempdir().expect("a folder")), providers).await
    }

    /// A second server on the same database.
    pub(super) async fn another(&self) -> Self {
        Self::over(self.folder.clone(), Vec::new()).await
    }

    async fn over(folder: Arc<TempDir>, providers: Vec<IdentityProvider>) -> Self {
        let database = match testbed::url(folder.path()) {
            Some(url) => Database::connect(&url, clock).await,
            None => Database::open(folder.path(), clock).await,
        };
        let site = Site {
            name: "Meres".to_owned(),
            address: "http://localhost:8080".to_owned(),
            demo: false,
            brand: web::Brand::default(),
            cards: Vec::new(),
            settings: Vec::new(),
            errands: Vec::new(),
            identity_providers: providers.into_iter().map(Arc::new).collect(),
        };
        let house = House {
            database: database.expect("opened"),
            vault: Arc::new(Vault::from_key([7; 32])),
            site: Arc::new(site),
            mail: None,
            clock,
            shelf: Arc::default(),
        };
        let rooms =
            super::rooms().into_iter().chain([Room::new(Routes::new().get("/", Access::Public, start))]);
        let table = rooms.fold(Routes::new(), |all, room| all.and(room.routes));
        let router = web::assemble(house.clone(), table, super::admit);
        Self { house, router, folder }
    }

    pub(super) fn visitor(&self) -> Visitor {
        Visitor::new(self.router.clone(), "localhost:8080")
    }

    /// The path of the first link.
    pub(super) async fn first_link(&self) -> String {
        let link = super::first_link(&self.house).await.expect("asked").expect("a link");
        link.strip_prefix("http://localhost:8080").expect("ours").to_owned()
    }

    /// Sets the site up; gives its first administrator, who has a password and no second factor yet.
    async fn begun(&self) -> (Visitor, Seen) {
        let mut visitor = self.visitor();
        let link = self.first_link().await;
        visitor.get(&link).await;
        let fields = [
            ("organisation", "Lincolnshire Programme"),
            ("name", "Ann Admin"),
            ("email", "ann@example.org"),
            ("password", PASSWORD),
        ];
        let seen = visitor.post(&link, &fields).await;
        (visitor, seen)
    }

    /// Sets the site up; gives the administrator, signed in.
    pub(super) async fn administrator(&self) -> Person {
        let (visitor, seen) = self.begun().await;
        Person::with_app(visitor, seen, "ann@example.org").await
    }

    /// How many lines of the log have this action.
    pub(super) async fn acts(&self, action: &str) -> usize {
        let asked = ground::audit::Asked { action: action.to_owned(), ..ground::audit::Asked::default() };
        let mut session = self.house.database.read().await.expect("read");
        ground::audit::lines(&mut session, &asked, 0, 10_000).await.expect("lines").len()
    }
}

/// Somebody with a browser, a password and a phone.
pub(super) struct Person {
    pub(super) visitor: Visitor,
    pub(super) email: String,
    secret: String,
    pub(super) paper: Vec<String>,
}

impl Person {
    /// Somebody without an app and codes, before their browser.
    pub(super) fn at(visitor: Visitor, email: &str) -> Self {
        Self { visitor, email: email.to_owned(), secret: String::new(), paper: Vec::new() }
    }

    /// From the answer that leads to setting up the app, on.
    pub(super) async fn with_app(mut visitor: Visitor, seen: Seen, email: &str) -> Self {
        assert_eq!(seen.status, 303, "{}", seen.body);
        let seen = visitor.follow(seen).await;
        assert_eq!(seen.heading(), "Set up a passkey");
        let seen = visitor.get("/sign-in/set-up").await;
        assert_eq!(seen.heading(), "Set up your authenticator app");
        let secret = seen.between("class=\"meres-secret\">", "<").expect("a secret").replace(' ', "");
        let mut person = Self { secret, ..Self::at(visitor, email) };
        let seen = person.visitor.post("/sign-in/set-up", &[("code", &person.code())]).await;
        assert_eq!(seen.heading(), "Keep your recovery codes", "{}", seen.body);
        person.paper = seen
            .body
            .split("<li class=\"meres-secret\">")
            .skip(1)
            .filter_map(|rest| rest.split_once('<').map(|(code, _)| code.to_owned()))
            .collect();
        assert_eq!(person.paper.len(), 10);
        person
    }

    /// What the app shows, in the half minute after this one: no code is taken twice.
    pub(super) fn code(&self) -> String {
        wait(Duration::seconds(30));
        self.code_now()
    }

    pub(super) fn code_now(&self) -> String {
        let secret = Secret::try_from_base32(&self.secret).expect("a secret");
        let totp = Builder::new().with_secret(secret).with_account_name("x").build().expect("an app");
        totp.generate(u64::try_from(NOW.get()).expect("after 1970")).to_string()
    }

    /// Signs in with this browser; gives where that led.
    pub(super) async fn sign_in(&mut self) -> Seen {
        if self.visitor.get("/sign-in").await.status == 303 {
            // Signed in: any page of theirs has the token.
            self.visitor.get("/me").await;
        }
        let seen = self.visitor.post("/sign-in", &[("email", &self.email), ("password", PASSWORD)]).await;
        assert_eq!(seen.leads_to(), Some("/sign-in/code"), "{}", seen.body);
        self.visitor.follow(seen).await;
        let code = self.code();
        self.visitor.post("/sign-in/code", &[("code", &code)]).await
    }

    /// Shows once more that it is them.
    pub(super) async fn confirm(&mut self) {
        self.visitor.get("/confirm").await;
        let code = self.code();
        let seen = self.visitor.post("/confirm", &[("code", &code)]).await;
        assert_eq!(seen.status, 303, "{}", seen.body);
    }

    /// Whom the site takes them for.
    pub(super) async fn name(&mut self) -> String {
        self.visitor.get("/").await.body
    }

    /// Invites somebody to an organisation; gives them, signed in.
    pub(super) async fn invites(&mut self, place: &Place, name: &str, partner: &str, role: &str) -> Person {
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let link = self.link_for(name, &email, partner, role).await;
        let mut visitor = place.visitor();
        let seen = visitor.get(&link).await;
        assert!(seen.body.contains(name), "{}", seen.body);
        let seen = visitor.post(&link, &[("name", name), ("password", PASSWORD)]).await;
        Person::with_app(visitor, seen, &email).await
    }

    pub(super) async fn link_for(&mut self, name: &str, email: &str, partner: &str, role: &str) -> String {
        let seen = self.visitor.get("/accounts/invite").await;
        if seen.status == 303 {
            self.confirm().await;
            self.visitor.get("/accounts/invite").await;
        }
        let fields = [("name", name), ("email", email), ("organisation", partner), ("role", role)];
        let seen = self.visitor.post("/accounts/invite", &fields).await;
        assert_eq!(seen.heading(), "Send them this link", "{}", seen.body);
        let link = seen.between("http://localhost:8080", "<").expect("a link");
        link.to_owned()
    }

    /// Adds an organisation; gives its identifier.
    pub(super) async fn adds_organisation(&mut self, name: &str) -> String {
        self.visitor.get("/organisations/new").await;
        let seen = self.visitor.post("/organisations/new", &[("name", name)]).await;
        let path = seen.leads_to().expect("its page");
        path.trim_start_matches("/organisations/").split('?').next().expect("an identifier").to_owned()
    }

    /// The identifier of the account of this name, from the list.
    pub(super) async fn finds(&mut self, name: &str) -> Option<String> {
        let seen = self.visitor.get("/accounts").await;
        let list = seen.body.split_once("<tbody")?.1;
        let (before, _) = list.split_once(&format!("\">{name}</a>"))?;
        before.rsplit("/accounts/").next().map(str::to_owned)
    }
}
