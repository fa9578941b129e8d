//! Pages from one place on the web, with bounds on everything: time, size, redirects and where they may lead.
//!
//! An address is given by whoever runs the program; what comes back from it is not trusted. No answer can send the
//! program to another host, keep it waiting for ever or fill its memory. Errors name the address without its query and
//! never what was sent.

mod reach;

use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode};
use tokio::task::JoinSet;

use reach::Private;
pub use reach::Reach;

pub use reqwest::Url;

/// How long, how much, how often.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    pub connect: Duration,
    /// For one page with all its redirects.
    pub page: Duration,
    /// Bytes of one page, unpacked.
    pub most_bytes: usize,
    pub redirects: usize,
    /// Before the one further try when the server fails.
    pub pause: Duration,
    pub reach: Reach,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            page: Duration::from_secs(30),
            most_bytes: 64 << 20,
            redirects: 5,
            pause: Duration::from_millis(500),
            // Whoever gives an address on the command line could ask there without us.
            reach: Reach::Anywhere,
        }
    }
}

/// A page that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{address}: {why}")]
pub struct FetchError {
    /// Without its query.
    pub address: String,
    /// What happened, and what to do.
    pub why: String,
    /// The status that the server gave, where it gave one.
    pub status: Option<u16>,
    /// Whether another try may do better.
    again: bool,
}

/// Gets pages from the host of one address.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    home: Url,
    limits: FetchLimits,
}

/// An address as it may be shown: without query, user and password.
pub fn shown(address: &Url) -> String {
    let mut address = address.clone();
    address.set_query(None);
    address.set_fragment(None);
    // Both can only fail for addresses that have no host, and those hold neither.
    let _ = address.set_username("");
    let _ = address.set_password(None);
    address.into()
}

fn refused(address: &Url, why: impl Into<String>) -> FetchError {
    FetchError { address: shown(address), why: why.into(), status: None, again: false }
}

/// Does something within a time; nothing where that runs out.
pub async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, work).await.ok()
}

/// Reads a web address; the text is not repeated in the error, since it may hold a password.
pub fn address(text: &str) -> Result<Url, FetchError> {
    let bad = |why: &str| FetchError {
        address: "the web address".into(),
        why: why.into(),
        status: None,
        again: false,
    };
    let url = Url::parse(text.trim())
        .map_err(|_| bad("expected an address such as https://example.org/services"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("expected an address that begins with https:// or http://"));
    }
    Ok(url)
}

impl Fetcher {
    /// For pages of this address's host.
    pub fn new(home: &Url, limits: FetchLimits) -> Result<Self, FetchError> {
        // Redirects are followed below, where it is known where they may lead.
        let client = limits
            .reach
            .client()
            .user_agent(concat!("meres/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .build()
            .map_err(|_| refused(home, "the program could not prepare for secure connections"))?;
        Ok(Self { client, home: home.clone(), limits })
    }

    /// Gets a page; tries once more when the server fails or cannot be reached.
    pub async fn get(&self, address: &Url) -> Result<Vec<u8>, FetchError> {
        match self.once(address).await {
            Err(error) if error.again => {
                tokio::time::sleep(self.limits.pause).await;
                self.once(address).await
            }
            done => done,
        }
    }

    /// Gets several pages, so many at a time, and hands each on as it comes with its place in the list.
    pub async fn get_each(
        &self,
        addresses: Vec<Url>,
        at_a_time: usize,
        mut each: impl FnMut(usize, Result<Vec<u8>, FetchError>),
    ) {
        let mut waiting = addresses.into_iter().enumerate();
        let mut under_way = JoinSet::new();
        loop {
            while under_way.len() < at_a_time.max(1) {
                let Some((at, address)) = waiting.next() else { break };
                let fetcher = self.clone();
                under_way.spawn(async move { (at, fetcher.get(&address).await) });
            }
            match under_way.join_next().await {
                Some(Ok((at, page))) => each(at, page),
                Some(Err(_)) => {}
                None => return,
            }
        }
    }

    async fn once(&self, address: &Url) -> Result<Vec<u8>, FetchError> {
        let late = || FetchError {
            again: true,
            ..refused(address, format!("no whole answer within {} seconds", self.limits.page.as_secs_f32()))
        };
        tokio::time::timeout(self.limits.page, self.follow(address)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn follow(&self, address: &Url) -> Result<Vec<u8>, FetchError> {
        let mut at = address.clone();
        for _ in 0..=self.limits.redirects {
            if !self.is_home(&at) {
                let why = "this leads to another host, and is not followed; give that address itself if it is the right one";
                return Err(refused(address, why));
            }
            if !self.limits.reach.lets_number(&at) {
                return Err(refused(address, Private::WHY));
            }
            let answer = self.client.get(at.clone()).send().await.map_err(|e| failed(&at, &e))?;
            let status = answer.status();
            if !status.is_redirection() {
                return self.body(&at, answer).await;
            }
            let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let Some(to) = to.and_then(|to| at.join(to).ok()) else {
                return Err(refused(address, "the server says that the page has moved, but not where"));
            };
            at = to;
        }
        Err(refused(address, format!("more than {} redirects", self.limits.redirects)))
    }

    /// The same host and port; from http also to https of the host, and never back.
    fn is_home(&self, to: &Url) -> bool {
        let same = to.host_str() == self.home.host_str();
        let secured = self.home.scheme() == "http" && to.scheme() == "https" && to.port().is_none();
        let port = to.port_or_known_default() == self.home.port_or_known_default();
        same && (secured || (to.scheme() == self.home.scheme() && port))
    }

    async fn body(&self, address: &Url, mut answer: Response) -> Result<Vec<u8>, FetchError> {
        let status = answer.status();
        if !status.is_success() {
            let again = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            let why = format!("the server answers with status {}", status.as_u16());
            return Err(FetchError { status: Some(status.as_u16()), again, ..refused(address, why) });
        }
        let mut body = Vec::new();
        while let Some(bytes) = answer.chunk().await.map_err(|e| failed(address, &e))? {
            if body.len() + bytes.len() > self.limits.most_bytes {
                let why = format!("the page is larger than {} MB", self.limits.most_bytes >> 20);
                return Err(refused(address, why));
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }
}

/// What went wrong, in words that hold nothing of the address's query or the answer.
fn failed(address: &Url, error: &reqwest::Error) -> FetchError {
    if Private::is_cause_of(error) {
        return refused(address, Private::WHY);
    }
    let why = if error.is_timeout() {
        "the server does not answer in time"
    } else if error.is_connect() {
        "the server cannot be reached; check the address and the connection"
    } else if error.is_decode() {
        "the answer is packed in a way that cannot be unpacked"
    } else {
        "the connection broke off"
    };
    FetchError { again: true, ..refused(address, why) }
}
