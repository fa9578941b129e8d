//! `meres import place` and `meres import practices`.

use disclosure::with_commas;
use ground::database::Act;
use offers::place::{Changes, PlaceDifference, PlaceError, PlaceFeed, read_places, store};

use super::super::data_folder::{self, actor};
use super::super::failure::Failure;
use super::super::outputs;
use super::super::progress::{Step, counted};
use super::{SourceArgs, ended, only_files, problems_apart, problems_file};

pub(super) const EXAMPLE: &str = "Example:\n  meres import place geography --data data\n\n\
    Postcodes: NSPL, ONSPD, Code-Point Open, or any table with postcode and position. Small areas: the index of \
    deprivation, rural-urban, outlines as GeoJSON. Practices: epraccur, and the partners of networks (epcncorepartnerdetails, saved as CSV).";

pub(super) fn run(args: &SourceArgs) -> Result<(), Failure> {
    only_files(&args.sources)?;
    problems_apart(args.problems.as_ref(), &args.sources)?;
    let step = Step::begin("Reading places", 0);
    let feed = read_places(&args.sources).map_err(|error| match error {
        PlaceError::File(error) => Failure::reading(error),
        other @ PlaceError::NothingUsable { .. } => Failure::Refused(other.to_string()),
    })?;
    let rows = feed.sources.iter().map(|source| source.rows).sum();
    step.done(&format!("{} of {}", counted(rows, "row"), counted(feed.sources.len() as u64, "file")));
    data_folder::run(keep(args, feed))
}

async fn keep(args: &SourceArgs, mut feed: PlaceFeed) -> Result<(), Failure> {
    let data = args.data.to_import(args.dry_run).await?;
    let (problems, sources) = (std::mem::take(&mut feed.problems), std::mem::take(&mut feed.sources));
    let difference = if args.dry_run {
        PlaceDifference::between(&store::known(&mut data.database.read().await?).await?, feed)
    } else {
        let step = Step::begin("Keeping places", 0);
        let mut change = data.database.change(&actor()).await?;
        let difference = PlaceDifference::between(&store::known(&mut change).await?, feed);
        if !difference.is_empty() {
            store::write(&mut change, &difference).await?;
            let files: Vec<String> = sources.iter().map(|s| format!("{} ({})", s.file, s.digest)).collect();
            let object = "places".to_owned();
            change
                .commit(Act { action: "place.import", object, purpose: None, detail: files.join(", ") })
                .await?;
        }
        step.done("on the disk");
        difference
    };
    data.database.close().await?;
    for source in &sources {
        let left_out =
            if source.left_out > 0 { format!(", {} left out", source.left_out) } else { String::new() };
        tell!("{}: {}, {}{left_out}", source.file, source.kind.words(), counted(source.rows, "row"));
    }
    tell!("Postcodes: {}", said(&difference.postcodes));
    tell!("Small areas: {}", said(&difference.areas));
    tell!("Practices: {}", said(&difference.practices));
    tell!("Partners of networks: {}", said(&difference.memberships));
    let file = problems_file(args.problems.as_ref(), args.dry_run, &data.path, "place")?;
    ended(file.as_deref(), problems.len(), args.dry_run, |file| outputs::problem_list(file, &problems))
}

fn said<T>(kind: &Changes<T>) -> String {
    let [added, changed, same] = [kind.added, kind.changed, kind.unchanged].map(|n| with_commas(n as u64));
    format!("{added} new, {changed} changed, {same} as before")
}
