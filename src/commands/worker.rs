//! `meres worker`: does what is done later, beside one server or several.

use clap::Args;
use ground::audit::SigningKey;
use ground::jobs::{self, work};
use meres::app;
use meres::audit_room::{Vouching, begin_to_vouch};
use meres::directory_room;
use time::Duration;
use tokio::sync::watch;
use vocabulary::Actor;
use web::House;

use super::data_folder::is_elsewhere;
use super::failure::Failure;
use super::metrics;
use super::settings::{Settings, SettingsArgs};
use super::site::{begun_badly, house, on_all_cores, reached_at, told_to_stop};

/// Do what is done later (letters, checkpoints), beside servers on one PostgreSQL
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  meres worker --data meres-data --database-url postgres://meres_app@localhost/meres --address https://meres.example\n\n\
A server does this itself unless it was started with --no-jobs. The settings are those of the server."
)]
pub(super) struct WorkerArgs {
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn run(args: &WorkerArgs) -> Result<(), Failure> {
    let settings = args.settings.resolved()?;
    on_all_cores(async {
        let folder = settings.data().open().await?;
        // Links in letters lead to the server, whose address a worker cannot know by itself.
        let address = reached_at(&settings, settings.listen())?;
        let house = house(&settings, &folder, address).await?;
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(worker(&house, &settings, stopped).await?);
        let watched = metrics::watched(&settings, &house, stop.subscribe()).await?;
        drop(house);
        if !is_elsewhere(&folder.path) {
            // It is safe, and seldom of use: one machine, one file.
            tell!(
                "The database lies in the data folder: its server does this work itself, unless it was started with --no-jobs."
            );
        }
        tell!("At work (stop with Ctrl+C)");
        told_to_stop().await;
        let _ = stop.send(true);
        for ending in [working].into_iter().chain(watched) {
            let _ = ending.await;
        }
        Ok(folder.database.close().await?)
    })
}

/// A worker that is ready: it works until it is told to stop.
pub(super) async fn worker(
    house: &House,
    settings: &Settings,
    stopped: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + use<>, Failure> {
    let vouching = vouching(settings)?;
    if vouching.is_some() {
        begin_to_vouch(house).await.map_err(|_| begun_badly())?;
    }
    directory_room::begin_to_remind(house).await.map_err(|_| begun_badly())?;
    let registry = app::registry(house, vouching);
    let database = house.database.clone();
    let settings = jobs::Settings {
        actor: Actor::Meres,
        trouble: |error| tracing::warn!(%error, "the database did not answer a worker"),
        ..jobs::Settings::default()
    };
    Ok(async move { work(&database, &registry, &settings, stopped).await })
}

/// How the audit log is vouched for, if it is.
fn vouching(settings: &Settings) -> Result<Option<Vouching>, Failure> {
    let set = &settings.checkpoints;
    let Some(key) = &set.key else { return Ok(None) };
    if set.file.is_none() && set.mail.is_none() {
        return Err(Failure::Usage(
            "--checkpoint-key: say where checkpoints go, by --checkpoint-file or --checkpoint-mail"
                .to_owned(),
        ));
    }
    if set.mail.is_some() && !settings.mail.is_set() {
        return Err(Failure::Usage(
            "--checkpoint-mail: nobody carries letters; name --smtp-host, --notify-key-file or --mail-file"
                .to_owned(),
        ));
    }
    let key = SigningKey::read(key).map_err(|error| Failure::Refused(error.to_string()))?;
    let every = Duration::hours(i64::from(set.hours()));
    Ok(Some(Vouching { key, file: set.file.clone(), mail: set.mail.clone(), every }))
}
