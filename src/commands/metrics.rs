//! What programs that watch this one read (Prometheus), on a listener of its own.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use ground::jobs;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use web::{House, Listening, Trusted};

use super::failure::Failure;
use super::settings::Settings;

/// Up to so many seconds: what a page takes, what a person notices, what has gone wrong.
const SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

/// Serves them until it is told to stop, where the settings say at which address.
pub(super) async fn watched(
    settings: &Settings,
    house: &House,
    stopped: watch::Receiver<bool>,
) -> Result<Option<JoinHandle<()>>, Failure> {
    let Some(at) = settings.metrics else { return Ok(None) };
    Ok(Some(tokio::spawn(listen(at, house, stopped).await?)))
}

/// Takes the address; serves when it is awaited.
async fn listen(
    at: SocketAddr,
    house: &House,
    mut stopped: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + use<>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Other(format!("--metrics {at}: {error}"));
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("meres_request_seconds".to_owned()), &SECONDS)
        .map_err(|error| failed(&error))?;
    let read = builder.install_recorder().map_err(|error| failed(&error))?;
    metrics::gauge!("meres_info", "version" => env!("CARGO_PKG_VERSION"), "database" => house.database.kind())
        .set(1);
    let listening = Listening::at(at, Trusted::default()).await.map_err(|error| failed(&error))?;
    let at = listening.address().map_err(|error| failed(&error))?;
    tell!("Metrics are at http://{at}/metrics");
    let (house, kept) = (house.clone(), read.clone());
    let router = Router::new().route("/metrics", get(move || answer(house.clone(), read.clone())));
    Ok(async move {
        let stop = async move {
            // Whoever could have said so has gone: that is a stop as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        // What was measured is summed up whether anybody reads it or not, so that it does not grow.
        let sum_up = async {
            loop {
                tokio::time::sleep(UPKEEP).await;
                kept.run_upkeep();
            }
        };
        tokio::select! {
            () = web::serve(listening, router, stop) => {}
            () = sum_up => {}
        }
    })
}

const UPKEEP: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(3);

async fn answer(house: House, read: PrometheusHandle) -> axum::response::Response {
    let counts = async { jobs::counts(&mut house.database.read().await?).await };
    // A database that is gone is waited for: whoever watches is told of it before.
    let counts = tokio::time::timeout(PATIENCE, counts).await.ok().and_then(Result::ok);
    metrics::gauge!("meres_database_up").set(u8::from(counts.is_some()));
    // A state in which nothing is any more must not keep the number that it had.
    for state in jobs::State::every() {
        let found = counts.iter().flatten().find(|(known, _)| *known == state);
        let count = found.map_or(0, |(_, count)| u32::try_from(*count).unwrap_or(u32::MAX));
        metrics::gauge!("meres_jobs", "state" => state.word()).set(count);
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (StatusCode::OK, kind, read.render()).into_response()
}
