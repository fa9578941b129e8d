//! What a server and a worker stand on: the settings made into a house, and a program that ends in order.

use std::net::SocketAddr;

use ground::vault::Vault;
use meres::app::{self, Sign};
use meres::data_path::DataPath;
use time::OffsetDateTime;
use web::{House, Listening, Trusted};

use super::data_folder::{self, DataFolder};
use super::failure::Failure;
use super::settings::Settings;

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
        directory: data_folder::settings(&folder.path)?,
        words: data_folder::words(&folder.path)?,
        feeds: settings.feeds(),
        data: DataPath {
            folder: folder.path.clone(),
            database_url: settings.data().database.database_url,
            program: std::env::current_exe()
                .map_err(|error| Failure::Other(format!("the program does not find itself: {error}")))?,
            gate: settings.gate(),
            questions: settings.questions(),
        },
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

pub(super) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
