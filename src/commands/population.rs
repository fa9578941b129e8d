//! `meres population`: what is kept, and removing it for good.

use clap::{Args, Subcommand};
use ground::database::Act;
use ground::files::FileError;
use meres::population_room;
use planning::population::kept::Kind;
use planning::population::{Entry, store};

use super::data_folder::{self, DataArgs, actor, today};
use super::failure::Failure;
use super::progress::counted;

/// Look after the populations of the data folder: list and delete
#[derive(Args, Debug)]
pub(super) struct PopulationArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What is kept, what for and until when
    #[command(after_help = "Example:\n  meres population list --data data")]
    List(ListArgs),
    /// Remove a population for good
    #[command(after_help = "Example:\n  meres population delete demo --data data")]
    Delete(DeleteArgs),
}

#[derive(Args, Debug)]
struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args, Debug)]
struct DeleteArgs {
    /// Its name, or the beginning of its digest
    #[arg(value_name = "NAME|DIGEST")]
    population: String,
    #[command(flatten)]
    data: DataArgs,
}

pub(super) fn run(args: &PopulationArgs) -> Result<(), Failure> {
    data_folder::run(async {
        match &args.what {
            What::List(args) => list(args).await,
            What::Delete(args) => delete(args).await,
        }
    })
}

async fn list(args: &ListArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let entries = store::list(&mut data.database.read().await?).await?;
    data.database.close().await?;
    if entries.is_empty() {
        tell!("No population is kept here.");
    }
    for entry in &entries {
        tell!("{}  {}", entry.short_digest(), entry.name);
        let what = match entry.kind {
            Kind::People => counted(entry.people, "person").replace("persons", "people"),
            Kind::Crosstab => "a crosstab of counts".to_owned(),
        };
        tell!("              {what}, imported {}", entry.imported_at.split('T').next().unwrap_or_default());
        tell!("              for: {}", entry.purpose);
        if let Some(agreement) = &entry.agreement {
            tell!("              under: {agreement}");
        }
        tell!("              {}", until(entry));
    }
    Ok(())
}

fn until(entry: &Entry) -> String {
    match entry.keep_until {
        None => "no last day was given".to_owned(),
        Some(day) if day < today() => {
            format!("was to be deleted after {}: \"meres population delete\" does that", day.in_words())
        }
        Some(day) => format!("to be deleted after {}", day.in_words()),
    }
}

async fn delete(args: &DeleteArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let zone = data.enter_zone()?;
    let mut change = data.database.change(&actor()).await?;
    let Some(entry) = store::find(&mut change, &args.population).await? else {
        let kept = store::list(&mut change).await?;
        let names: Vec<String> = kept.iter().map(|e| format!("{} ({})", e.name, e.short_digest())).collect();
        let there =
            if names.is_empty() { "none is".to_owned() } else { format!("kept are {}", names.join(", ")) };
        return Err(Failure::Refused(format!("no population is kept as \"{}\"; {there}", args.population)));
    };
    store::delete(&mut change, entry.id).await?;
    // What was made of it first: never rows of a population that is gone.
    let forgotten = population_room::forget_rows(&mut change, &data.path, entry.id).await;
    forgotten.map_err(FileError::system(&data.path))?;
    let detail = format!("digest {}", entry.digest);
    change
        .commit(Act { action: "population.delete", object: entry.id.to_string(), purpose: None, detail })
        .await?;
    // The catalogue first: were we stopped between the two, the next import sweeps the files away.
    zone.remove_files(entry.kind, &entry.digest)?;
    // And whatever an import that was stopped left behind.
    let catalogued = store::catalogued(&mut data.database.read().await?).await?;
    zone.sweep(&catalogued)?;
    data.database.close().await?;
    tell!("\"{}\" is deleted, and its files with it.", entry.name);
    Ok(())
}
