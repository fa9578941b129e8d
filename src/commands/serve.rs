//! `meres serve`: the site.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use ground::vault::Vault;
use meres::app::{self, Sign};
use time::OffsetDateTime;
use web::{House, Listening, Trusted};

use super::data_folder::{self, DataArgs, DataFolder};
use super::failure::Failure;

/// Serve the site
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres serve --data meres-data\n\n\
Without a certificate or a trusted proxy it listens on this machine only: http://localhost:8080. The first start prints a link by which the \
first account is made.")]
pub(super) struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    site: SiteArgs,
}

/// Where and under which name the site is served.
#[derive(Args, Clone, Debug)]
struct SiteArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", env = "MERES_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where people reach it, if that is elsewhere: <https://meres.example>
    #[arg(long, value_name = "URL", env = "MERES_ADDRESS")]
    address: Option<String>,
    /// Speak HTTPS with this certificate, PEM, its issuers behind it
    #[arg(long, value_name = "FILE", env = "MERES_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate, PEM
    #[arg(long, value_name = "FILE", env = "MERES_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A machine that speaks HTTPS to the world and passes requests on to us: 10.0.0.2 or 10.0.0.0/24
    #[arg(long, value_name = "CIDR", env = "MERES_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<String>,
    /// What this Meres is called, in the head of every page
    #[arg(long, value_name = "NAME", env = "MERES_NAME", default_value = "Meres")]
    name: String,
    /// The file with the key of this Meres [default: key in the data folder]
    #[arg(long, value_name = "FILE", env = "MERES_KEY_FILE")]
    key_file: Option<PathBuf>,
}

/// A site that is ready to be served.
struct Site {
    house: House,
    listening: Listening,
}

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    on_all_cores(async {
        let folder = args.data.open_or_make().await?;
        let site = args.site.ready(&folder).await?;
        if site.house.site.demo {
            access::invent(&site.house).await.map_err(|_| begun_badly())?;
        }
        if let Some(link) = access::first_link(&site.house).await.map_err(|_| begun_badly())? {
            tell!("Nobody has an account yet. Open this link within a day to make the first:\n  {link}");
        }
        site.serve(folder).await
    })
}

/// Fills the data folder of a demonstration, and serves it.
pub(super) fn demonstration(data: &Path, listen: SocketAddr, only_fill: bool) -> Result<(), Failure> {
    let site = SiteArgs {
        listen: if only_fill { SocketAddr::from(([127, 0, 0, 1], 0)) } else { listen },
        address: None,
        tls_cert: None,
        tls_key: None,
        trusted_proxy: Vec::new(),
        name: "Meres".to_owned(),
        key_file: None,
    };
    on_all_cores(async {
        let folder = DataArgs::of(data).open_or_make().await?;
        let site = site.ready(&folder).await?;
        access::invent(&site.house).await.map_err(|_| begun_badly())?;
        if only_fill {
            drop(site);
            return Ok(folder.database.close().await?);
        }
        tell!("Choose whom to be at {}/demo", site.house.site.address);
        site.serve(folder).await
    })
}

fn begun_badly() -> Failure {
    Failure::Other("the site could not be made ready; what the database said stands above".to_owned())
}

/// Runs a server: on all cores, with its events on the standard error output.
fn on_all_cores(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).with_ansi(false).init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("could not start: {error}")))?;
    runtime.block_on(work)
}

impl SiteArgs {
    /// Takes the address, and makes the house ready.
    async fn ready(&self, folder: &DataFolder) -> Result<Site, Failure> {
        let trusted = Trusted::parse(&self.trusted_proxy).ok_or_else(|| {
            Failure::Usage("--trusted-proxy: expected an address or a range like 10.0.0.0/24".to_owned())
        })?;
        let home = self.listen.ip().is_loopback();
        if !home && self.trusted_proxy.is_empty() && self.tls_cert.is_none() {
            return Err(Failure::Usage(
                "--listen: without --tls-cert or --trusted-proxy Meres listens on this machine only (127.0.0.1), since \
                 passwords must not travel without HTTPS"
                    .to_owned(),
            ));
        }
        let key = self.key_file.clone().unwrap_or_else(|| folder.path.join("key"));
        let vault =
            Vault::of(&folder.database, &key).await.map_err(|error| Failure::Refused(error.to_string()))?;
        let listening = Listening::at(self.listen, trusted)
            .await
            .map_err(|error| Failure::Other(format!("{}: {error}", self.listen)))?;
        let listening = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                listening.with_tls(certificate, key).map_err(|error| Failure::Refused(error.to_string()))?
            }
            _ => listening,
        };
        let at = listening.address().map_err(|error| Failure::Other(error.to_string()))?;
        let address = self.reached_at(at)?;
        let demo = data_folder::is_demonstration(&folder.path);
        let sign = Sign { name: self.name.clone(), address, demo, identity_providers: Vec::new() };
        let house = app::house(folder.database.clone(), vault, sign, OffsetDateTime::now_utc);
        Ok(Site { house, listening })
    }

    /// Passkeys and cookies go with a name, so at home it is `localhost`.
    fn reached_at(&self, at: SocketAddr) -> Result<String, Failure> {
        let Some(address) = &self.address else {
            let scheme = if self.tls_cert.is_some() { "https" } else { "http" };
            return if at.ip().is_loopback() {
                Ok(format!("{scheme}://localhost:{}", at.port()))
            } else {
                let why = "--address: say where people reach Meres, like https://meres.example";
                Err(Failure::Usage(why.to_owned()))
            };
        };
        let address = address.trim_end_matches('/');
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://localhost"));
        match host {
            Some(rest) if !rest.contains(['/', '?', '#', '@', ' ']) => Ok(address.to_owned()),
            _ => Err(Failure::Usage(
                "--address: expected https:// and a name, like https://meres.example".to_owned(),
            )),
        }
    }
}

impl Site {
    /// Serves until the program is told to end; then lets what was begun be finished.
    async fn serve(self, folder: DataFolder) -> Result<(), Failure> {
        tell!("{} is at {} (stop with Ctrl+C)", self.house.site.name, self.house.site.address);
        let router = app::service(&self.house);
        web::serve(self.listening, router, told_to_stop()).await;
        drop(self.house);
        Ok(folder.database.close().await?)
    }
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
