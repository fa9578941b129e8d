//! What every handler is given.

mod brand;
mod card;
mod identity_provider;
mod shelf;

use std::sync::Arc;

use ground::database::{Clock, Database};
use ground::mail::Mail;
use ground::vault::Vault;

pub use brand::{Brand, BrandError};
pub(crate) use card::Urgent;
pub use card::{Asker, Card, Changed, Changes, Door, Hit, Later, Search, Waiting, Waits};
pub use identity_provider::{
    IdentityProvider, IdentityProviderError, IdentityProviderSettings, Published, SecondFactor,
};
pub use shelf::Shelf;

/// The database, the key, the clock, and what this Meres is called. Cheap to clone.
#[derive(Clone, Debug)]
pub struct House {
    pub database: Database,
    pub vault: Arc<Vault>,
    pub site: Arc<Site>,
    /// Who carries letters; nobody where nobody was named.
    pub mail: Option<Mail>,
    pub clock: Clock,
    /// What rooms keep in memory.
    pub shelf: Arc<Shelf>,
}

/// How this Meres presents itself; from its configuration.
#[derive(Clone, Debug)]
pub struct Site {
    /// In the head of every page.
    pub name: String,
    /// Where people reach it: `https://meres.example`, without a path.
    pub address: String,
    /// Everything in it is invented; every page says so.
    pub demo: bool,
    pub brand: Brand,
    /// The rooms that there are.
    pub cards: Vec<Card>,
    /// How it is set up, for those who may see that: name and value, no secret among them.
    pub settings: Vec<(&'static str, String)>,
    /// What is done later, by kind, in words.
    pub errands: Vec<(&'static str, &'static str)>,
    /// Where people may sign in instead of with a password of ours.
    pub identity_providers: Vec<Arc<IdentityProvider>>,
}

impl Site {
    /// Whether people come by HTTPS.
    pub fn is_secure(&self) -> bool {
        self.address.starts_with("https://")
    }

    /// `meres.example:8443`: what a browser sends as `Host`.
    pub fn host(&self) -> &str {
        self.address.split_once("://").map_or(self.address.as_str(), |(_, host)| host)
    }

    /// Whether a request for this host is for us. At home (`localhost`, 127.0.0.1) every such name is; elsewhere a page of
    /// somebody else's that gave our address its own name is turned away.
    pub fn answers_at(&self, host: &str) -> bool {
        let name = |host: &str| host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        let home = |host: &str| matches!(name(host).as_str(), "localhost" | "127.0.0.1" | "[::1]");
        let port = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
        // A browser leaves out the port that goes without saying.
        let plain = if self.is_secure() { ":443" } else { ":80" };
        let said = |host: &str| host.strip_suffix(plain).unwrap_or(host).to_ascii_lowercase();
        said(host) == said(self.host())
            || (home(host) && home(self.host()) && port(host) == port(self.host()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Brand, Site};

    #[test]
    fn answers_at_its_own_names_only() {
        let site = |address: &str| Site {
            name: "Meres".to_owned(),
            address: address.to_owned(),
            demo: false,
            brand: Brand::default(),
            cards: Vec::new(),
            settings: Vec::new(),
            errands: Vec::new(),
            identity_providers: Vec::new(),
        };
        let cases = [
            ("http://localhost:8080", "localhost:8080", true),
            ("http://localhost:8080", "127.0.0.1:8080", true),
            ("http://localhost:8080", "[::1]:8080", true),
            ("http://localhost:8080", "localhost:8081", false),
            ("http://localhost:8080", "evil.example:8080", false),
            ("http://localhost:8080", "localhost.evil.example:8080", false),
            ("http://localhost:8080", "", false),
            ("https://meres.example", "meres.example", true),
            ("https://meres.example", "MERES.example", true),
            ("https://meres.example:443", "meres.example", true),
            ("https://meres.example:8443", "meres.example", false),
            ("https://meres.example", "localhost", false),
        ];
        for (address, host, expected) in cases {
            assert_eq!(site(address).answers_at(host), expected, "{address} {host}");
        }
        assert!(site("https://meres.example").is_secure());
        assert!(!site("http://localhost:1").is_secure());
    }
}
