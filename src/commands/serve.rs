//! `meres serve`: the site.

use clap::Args;
use meres::{app, directory_room};
use tokio::sync::watch;
use web::{House, Listening};

use super::data_folder::DataFolder;
use super::failure::Failure;
use super::invented::Invented;
use super::settings::{Settings, SettingsArgs};
use super::site::{begun_badly, house, listening, on_all_cores, reached_at, told_to_stop};
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
pub(super) fn demonstration(settings: Settings, only_fill: bool, invented: Invented) -> Result<(), Failure> {
    on_all_cores(async {
        let folder = settings.data().open_or_make().await?;
        let site = Site::ready(settings, &folder).await?;
        access::invent(&site.house).await.map_err(|_| begun_badly())?;
        invented.keep(&folder).await?;
        directory_room::invent_directory_work(&site.house).await.map_err(|_| begun_badly())?;
        if only_fill {
            drop(site);
            return Ok(folder.database.close().await?);
        }
        tell!("Choose whom to be at {}/demo", site.house.site.address);
        site.serve(folder).await
    })
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
        let watched = metrics::watched(&settings, &house, stop.subscribe()).await?;
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
