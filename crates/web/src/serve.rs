//! The server: one listener, bounded in connections and patience, that ends what it began before it stops.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1::Connection;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// Whoever takes longer to say what they want is not waited for.
const HEADER_PATIENCE: Duration = Duration::from_secs(15);
/// How long pages that are being made may still take when the program is told to stop.
const LAST_PAGES: Duration = Duration::from_secs(10);
const MOST_CONNECTIONS: usize = 8_192;
/// Of one machine, unless it is a proxy that we trust.
const MOST_OF_ONE: usize = 256;
/// Whoever keeps a connection longer than this makes a new one; nobody holds one for ever without reading what is sent.
const LONGEST: Duration = Duration::from_mins(5);
/// File handles that are not for connections: the database, the log, what is being read.
const OTHER_HANDLES: usize = 128;

/// The machines whose word on where a request comes from is taken: `10.0.0.0/8`, `::1`. None: nobody's.
#[derive(Clone, Debug, Default)]
pub struct Trusted(Vec<(IpAddr, u8)>);

/// A listener that is ready.
pub struct Listening {
    listener: TcpListener,
    trusted: Arc<Trusted>,
    tls: Option<TlsAcceptor>,
}

/// Why HTTPS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: expected PEM ({error})")]
    File { path: String, error: pem::Error },
    #[error("the certificate and its key cannot be used together: {0}")]
    Pair(String),
}

impl Trusted {
    /// Reads `ADDRESS` or `ADDRESS/BITS`; none where it is neither.
    pub fn parse(ranges: &[String]) -> Option<Self> {
        let range = |text: &String| {
            let (address, bits) = text.split_once('/').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
            let address: IpAddr = address.trim().parse().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits: u8 = bits.map_or(Ok(most), |bits| bits.trim().parse()).ok()?;
            (bits <= most).then_some((address, bits))
        };
        ranges.iter().map(range).collect::<Option<_>>().map(Self)
    }

    fn holds(&self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let (theirs, width) = bits(address.to_canonical());
        self.0.iter().any(|&(range, length)| {
            let (range, range_width) = bits(range);
            let shift = 128 - u32::from(length);
            range_width == width && (length == 0 || theirs >> shift == range >> shift)
        })
    }

    /// Where a request really comes from. A forwarding machine adds its own caller at the end of the list; whatever stands
    /// before the first that we do not trust, seen from the end, anybody can have written.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.holds(peer) {
            return peer;
        }
        let hops: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        let mut last = peer;
        for hop in hops.iter().rev() {
            let hop = hop.trim();
            // Some proxies add the port.
            let parsed = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|at| at.ip()));
            let Ok(address) = parsed else { break };
            last = address;
            if !self.holds(address) {
                break;
            }
        }
        last
    }
}

impl Listening {
    pub async fn at(address: SocketAddr, trusted: Trusted) -> std::io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, trusted: Arc::new(trusted), tls: None })
    }

    /// Speaks HTTPS with this certificate, which its issuers follow in the same file, and this key; both PEM.
    pub fn with_tls(self, certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let file = |path: &Path| {
            let path = path.display().to_string();
            move |error: pem::Error| TlsError::File { path, error }
        };
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(certificate).map_err(file(certificate))?.collect();
        let key_read = PrivateKeyDer::from_pem_file(key).map_err(file(key))?;
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(chain.map_err(|_| rustls::Error::NoCertificatesPresented)?, key_read)
            })
            .map_err(|error| TlsError::Pair(error.to_string()))?;
        Ok(Self { tls: Some(TlsAcceptor::from(Arc::new(config))), ..self })
    }

    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Serves until `stop` comes; then lets the pages that are being made be finished.
pub async fn serve(listening: Listening, router: Router, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(most_connections()));
    let guests = Guests::default();
    let ending = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let room = connections.clone().acquire_owned();
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = async { (room.await, listening.listener.accept().await) } => accepted,
        };
        let (Ok(room), Ok((stream, peer))) = accepted else {
            // No file handles left, say: those who are here are served on, and the door opens again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(guest) = guests.welcome(peer.ip(), &listening.trusted) else { continue };
        // Small answers should not wait for more to come.
        let _ = stream.set_nodelay(true);
        let service = Service { router: router.clone(), trusted: listening.trusted.clone(), peer: peer.ip() };
        let (tls, watcher) = (listening.tls.clone(), ending.watcher());
        tokio::spawn(async move {
            // A connection that breaks off is its own affair.
            match tls {
                None => drop(timeout(LONGEST, watcher.watch(connection(stream, service))).await),
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(HEADER_PATIENCE, tls.accept(stream)).await {
                        drop(timeout(LONGEST, watcher.watch(connection(stream, service))).await);
                    }
                }
            }
            drop((room, guest));
        });
    }
    let _ = timeout(LAST_PAGES, ending.shutdown()).await;
}

/// As many as there are file handles for.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    files.map_or(MOST_CONNECTIONS, |files| files.saturating_sub(OTHER_HANDLES).clamp(16, MOST_CONNECTIONS))
}

/// How many connections each machine has.
#[derive(Clone, Default)]
struct Guests(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of a machine; counted until it is dropped.
struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    fn welcome(&self, address: IpAddr, trusted: &Trusted) -> Option<Guest> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= MOST_OF_ONE && !trusted.holds(address) {
            return None;
        }
        *count += 1;
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn connection<S>(stream: S, service: Service) -> Connection<TokioIo<S>, Service>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service)
}

/// The router, and what is known of a connection.
struct Service {
    router: Router,
    trusted: Arc<Trusted>,
    peer: IpAddr,
}

impl hyper::service::Service<Request<Incoming>> for Service {
    type Response = axum::response::Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let origin = self.trusted.origin(self.peer, request.headers());
        request.extensions_mut().insert(origin);
        // Where such a body ends, a proxy and we might see differently: nothing that follows it is taken for a request.
        let last = request.headers().contains_key(header::TRANSFER_ENCODING);
        let answer = self.router.clone().oneshot(request.map(Body::new));
        Box::pin(async move {
            let mut answer = answer.await?;
            if last {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{Listening, TlsError, Trusted, serve};

    /// A certificate for `localhost` and its key, in a folder.
    fn certificate(folder: &std::path::Path) -> (std::path::PathBuf, std::path::PathBuf, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        (cert, key, made.cert.pem())
    }

    async fn listening() -> Listening {
        Listening::at(([127, 0, 0, 1], 0).into(), Trusted::default()).await.expect("listening")
    }

    #[tokio::test]
    async fn https_is_spoken_with_a_certificate_and_plain_http_is_not_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let (cert, key, pem) = certificate(folder.path());
        let listening = listening().await.with_tls(&cert, &key).expect("a pair");
        let port = listening.address().expect("an address").port();
        let router = axum::Router::new().route("/", axum::routing::get(async || "well"));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listening, router, async { drop(stopped.await) }));
        let trusting = reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        let client = reqwest::Client::builder().add_root_certificate(trusting).build().expect("a client");
        let answer = client.get(format!("https://localhost:{port}/")).send().await.expect("an answer");
        assert_eq!(answer.text().await.expect("text"), "well");
        assert!(client.get(format!("http://localhost:{port}/")).send().await.is_err());
        drop(stop);
        serving.await.expect("ended");
    }

    #[tokio::test]
    async fn a_certificate_that_is_none_is_refused_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let (cert, key, _) = certificate(folder.path());
        let other = tempfile::tempdir().expect("a folder");
        let (_, other_key, _) = certificate(other.path());
        let missing = folder.path().join("missing.pem");
        for (cert, key) in [(&missing, &key), (&cert, &missing), (&key, &key)] {
            let refused = listening().await.with_tls(cert, key).err().expect("refused");
            assert!(
                refused.to_string().contains("certificate") || refused.to_string().contains("PEM"),
                "{refused}"
            );
        }
        let mixed = listening().await.with_tls(&cert, &other_key).err().expect("refused");
        assert!(matches!(mixed, TlsError::Pair(_)), "{mixed}");
    }

    #[test]
    fn a_forwarded_address_is_believed_of_those_alone_who_are_trusted() {
        let trusted = Trusted::parse(&["10.0.0.0/8".to_owned(), "::1".to_owned()]).expect("ranges");
        let origin = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_str(line).expect("a header"));
            }
            trusted.origin(peer.parse().expect("an address"), &headers).to_string()
        };
        // Forged by a stranger.
        assert_eq!(origin("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(origin("10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        // What the client wrote itself stands before what the proxies added.
        assert_eq!(origin("10.0.0.2", &["1.2.3.4, 198.51.100.1, 10.0.0.3"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.2", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.2", &["1.2.3.4, nonsense"]), "10.0.0.2");
        assert_eq!(origin("10.0.0.2", &["198.51.100.1:5678"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.2", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(origin("10.0.0.2", &[]), "10.0.0.2");
        assert_eq!(origin("::1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn one_machine_does_not_take_every_place() {
        let (guests, nobody) = (super::Guests::default(), Trusted::default());
        let one = "203.0.113.9".parse().expect("an address");
        let here: Vec<_> =
            (0..super::MOST_OF_ONE).map(|_| guests.welcome(one, &nobody).expect("room")).collect();
        assert!(guests.welcome(one, &nobody).is_none());
        assert!(guests.welcome("203.0.113.8".parse().expect("an address"), &nobody).is_some());
        let proxy = Trusted::parse(&["203.0.113.9".to_owned()]).expect("a range");
        assert!(guests.welcome(one, &proxy).is_some());
        drop(here);
        assert!(guests.welcome(one, &nobody).is_some());
        assert!(guests.0.lock().expect("counts").is_empty());
    }

    #[test]
    fn ranges_that_are_none_are_refused() {
        for text in ["10.0.0.0/33", "10.0.0/8", "host", "::/129", ""] {
            assert!(Trusted::parse(&[text.to_owned()]).is_none(), "{text}");
        }
        let everybody = Trusted::parse(&["0.0.0.0/0".to_owned()]).expect("a range");
        assert!(everybody.holds("203.0.113.9".parse().expect("an address")));
        assert!(!everybody.holds("2001:db8::7".parse().expect("an address")));
    }
}
