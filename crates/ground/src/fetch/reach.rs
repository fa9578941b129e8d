//! How far an address may lead. One that somebody typed into a page must not make this machine knock at its own doors, or at
//! those of the network that it stands in.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Url, redirect};

/// How far an address may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To machines that all the world can reach. No proxy of the environment is used: where that leads, nobody sees here.
    #[default]
    Public,
    /// Also to this machine and to the network that it stands in.
    Anywhere,
}

/// The address of a machine that not all the world can reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Private;

impl Private {
    pub(super) const WHY: &str =
        "this leads to this machine or into a private network; whoever runs Meres can allow that";

    /// Whether this is why something failed.
    pub(super) fn is_cause_of(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<Self>() {
                return true;
            }
            next = error.source();
        }
        false
    }
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::WHY)
    }
}

impl Error for Private {}

impl Reach {
    /// Whether an address whose host is a number may be asked: those are looked up nowhere. The address was read as browsers
    /// read it, so that `http://2130706433/` is 127.0.0.1 here too.
    pub(super) fn lets_number(self, address: &Url) -> bool {
        let host = address.host_str().unwrap_or("");
        let number = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        self == Self::Anywhere || number.is_none_or(is_public)
    }

    pub(super) fn client(self) -> reqwest::ClientBuilder {
        let client = reqwest::Client::builder().redirect(redirect::Policy::none());
        match self {
            Self::Anywhere => client,
            Self::Public => client.no_proxy().dns_resolver(std::sync::Arc::new(PublicNames)),
        }
    }
}

/// Looks names up, and gives what is public. The connection goes to what was looked at here and to nothing else, so that
/// a name which means something else a moment later is of no use.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One name with public and private addresses is a trick; nothing of it is taken.
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(Box::new(Private) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether all the world can reach a machine there.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = match a {
        0 | 10 | 127 | 224.. => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => false,
    };
    !reserved
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let [a, b, _, _, _, _, g, h] = address.segments();
    let inside = |high: u16, low: u16| is_public_4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match (a, b) {
        // IPv4 through a translator, and through a relay: what counts is whom they lead to.
        (0x64, 0xff9b) => address.segments()[2..6] == [0; 4] && inside(g, h),
        (0x2002, _) => inside(b, address.segments()[2]),
        // Teredo, documentation, and other uses of their own.
        (0x2001, 0..0x200 | 0xdb8) | (0x3fff, 0..0x1000) => false,
        // The one part of all addresses that is given out.
        _ => (0x2000..0x4000).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, is_public};
    use crate::fetch::{FetchLimits, Fetcher, address};

    #[test]
    fn numbers_in_every_form_are_seen_through() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "[fe80::1]",
            "[fc00::1]",
            "[fd12::1]",
            "[ff02::1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:c0a8:1::1]",
            "[2001:db8::1]",
            "[2001::1]",
        ] {
            let url = address(&format!("http://{host}/services")).expect(host);
            assert!(!Reach::Public.lets_number(&url), "{host}");
            assert!(Reach::Anywhere.lets_number(&url), "{host}");
        }
        for host in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700::1]", "[64:ff9b::1.1.1.1]"] {
            assert!(Reach::Public.lets_number(&address(&format!("http://{host}/")).expect(host)), "{host}");
        }
        assert!(is_public("8.8.8.8".parse().expect("a number")));
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_asked() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("set");
        for host in ["localhost", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"] {
            let url = address(&format!("http://{host}:{port}/")).expect("an address");
            let limits = FetchLimits { reach: Reach::Public, ..FetchLimits::default() };
            let fetcher = Fetcher::new(&url, limits).expect("a fetcher");
            let error = fetcher.get(&url).await.expect_err("refused");
            assert!(error.why.contains("private network"), "{host}: {error}");
        }
        assert!(listener.accept().is_err(), "nobody came");
    }
}
