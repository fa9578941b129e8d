//! `meres serve`: the site.

use std::net::SocketAddr;
use std::path::Path;

use clap::Args;
use ground::vault::Vault;
use meres::app::{self, Sign};
use time::OffsetDateTime;
use tokio::sync::watch;
use web::{House, Listening, Trusted};

use super::data_folder::{self, DataFolder};
use super::failure::Failure;
use super::settings::{Settings, SettingsArgs};
use super::{metrics, worker};

/// Serve the site
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres serve --data meres-data\n\n\
Without a certificate or a trusted proxy it listens on this machine only: http://localhost:8080. The first start prints a link by which the \
first account is made. Each setting can stand in a file as well (--config): options count before variables, variables before the file.")]
pub(super) struct ServeArgs {
    #[command(flatten)]
    settings: SettingsArgs,
}

/// A site that is ready to be served.
struct Site {
    house: House,
    listening: Listening,
    settings: Settings,
}

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = args.settings.resolved()?;
    on_all_cores(async {
        let folder = settings.data().open_or_make().await?;
        let site = Site::ready(settings, &folder).await?;
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
    let listen = if only_fill { SocketAddr::from(([127, 0, 0, 1], 0)) } else { listen };
    let settings = Settings::of_demonstration(data, listen);
    on_all_cores(async {
        let folder = settings.data().open_or_make().await?;
        let site = Site::ready(settings, &folder).await?;
        access::invent(&site.house).await.map_err(|_| begun_badly())?;
        if only_fill {
            drop(site);
            return Ok(folder.database.close().await?);
        }
        tell!("Choose whom to be at {}/demo", site.house.site.address);
        site.serve(folder).await
    })
}

pub(super) fn begun_badly() -> Failure {
    Failure::Other("the site could not be made ready; what the database said stands above".to_owned())
}

/// Runs a server: on all cores, with its events on the standard error output.
pub(super) fn on_all_cores(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).with_ansi(false).init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("could not start: {error}")))?;
    runtime.block_on(work)
}

/// What every handler and every job is given.
pub(super) async fn house(
    settings: &Settings,
    folder: &DataFolder,
    address: String,
) -> Result<House, Failure> {
    let vault = Vault::of(&folder.database, &settings.key_file()).await;
    let vault = vault.map_err(|error| Failure::Refused(error.to_string()))?;
    let clock = OffsetDateTime::now_utc;
    let sign = Sign {
        name: settings.name().to_owned(),
        address,
        demo: data_folder::is_demonstration(&folder.path),
        brand: settings.brand()?,
        identity_providers: settings.identity_providers()?,
        settings: settings.shown(),
    };
    let mail = settings.mail.carrier(clock)?;
    Ok(app::house((folder.database.clone(), vault), mail, sign, clock))
}

/// Where people reach a site that listens there. Passkeys and cookies go with a name, so at home it is `localhost`.
pub(super) fn reached_at(settings: &Settings, at: SocketAddr) -> Result<String, Failure> {
    let Some(address) = &settings.address else {
        let scheme = if settings.tls_cert.is_some() { "https" } else { "http" };
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

/// The listener that the settings ask for.
pub(super) async fn listening(settings: &Settings) -> Result<Listening, Failure> {
    let trusted = Trusted::parse(&settings.trusted_proxy).ok_or_else(|| {
        Failure::Usage("--trusted-proxy: expected an address or a range like 10.0.0.0/24".to_owned())
    })?;
    let at = settings.listen();
    if !at.ip().is_loopback() && settings.trusted_proxy.is_empty() && settings.tls_cert.is_none() {
        return Err(Failure::Usage(
            "--listen: without --tls-cert or --trusted-proxy Meres listens on this machine only (127.0.0.1), since \
             passwords must not travel without HTTPS"
                .to_owned(),
        ));
    }
    let listening = Listening::at(at, trusted).await;
    let listening = listening.map_err(|error| Failure::Other(format!("{at}: {error}")))?;
    match (&settings.tls_cert, &settings.tls_key) {
        (Some(certificate), Some(key)) => {
            listening.with_tls(certificate, key).map_err(|error| Failure::Refused(error.to_string()))
        }
        (None, None) => Ok(listening),
        _ => Err(Failure::Usage("--tls-cert and --tls-key: the one needs the other".to_owned())),
    }
}

impl Site {
    /// Takes the address, and makes the house ready.
    async fn ready(settings: Settings, folder: &DataFolder) -> Result<Self, Failure> {
        let listening = listening(&settings).await?;
        let at = listening.address().map_err(|error| Failure::Other(error.to_string()))?;
        let house = house(&settings, folder, reached_at(&settings, at)?).await?;
        Ok(Self { house, listening, settings })
    }

    /// Serves until the program is told to end; then lets what was begun be finished.
    async fn serve(self, folder: DataFolder) -> Result<(), Failure> {
        let Self { house, listening, settings } = self;
        let (stop, stopped) = watch::channel(false);
        let working = if settings.leaves_jobs() {
            None
        } else {
            Some(tokio::spawn(worker::worker(&house, &settings, stopped).await?))
        };
        let watched = match settings.metrics {
            Some(at) => Some(tokio::spawn(metrics::listen(at, &house, stop.subscribe()).await?)),
            None => None,
        };
        tell!("{} is at {} (stop with Ctrl+C)", house.site.name, house.site.address);
        let router = app::service(&house);
        drop(house);
        web::serve(listening, router, told_to_stop()).await;
        // Whoever listens may have gone already.
        let _ = stop.send(true);
        for ending in working.into_iter().chain(watched) {
            let _ = ending.await;
        }
        Ok(folder.database.close().await?)
    }
}

pub(super) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
