//! `meres allocate`: who gets which place, with a proof that nobody could do better.

use std::path::{Path, PathBuf};

use clap::Args;
use ground::files::{digest, write_whole};
use planning::allocation::{
    Allocated, AllocationError, Asked, InputFile, Oddities, allocate, certificate_json, read_wishes, words,
    write_rows,
};

use super::failure::Failure;
use super::inputs::file_name;
use super::outputs;
use super::progress::{Step, counted};

/// Give people places in sessions, so that the total score is the most that it can be
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  meres allocate --scores scores.csv --sessions sessions.csv --out plan\n  \
                        meres allocate --scores scores.csv --sessions sessions.csv --people people.csv \
                        --hold-back 12=3,15=1 --floor 40 --out plan"
)]
pub(super) struct AllocateArgs {
    /// Who suits which session: pid, sid, score (CSV or Parquet)
    #[arg(long, value_name = "FILE")]
    scores: PathBuf,
    /// How many places each session has: sid, capacity
    #[arg(long, value_name = "FILE")]
    sessions: PathBuf,
    /// Who lives in which deprivation decile, and who goes together: pid, imd, group
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Places to keep free, with commas between
    #[arg(long, value_name = "SID=N", value_delimiter = ',', value_parser = held_back)]
    hold_back: Vec<(i32, u32)>,
    /// At least so many people of deciles 1 and 2 must have a place
    #[arg(long, value_name = "N", requires = "people", value_parser = clap::value_parser!(u32).range(1..))]
    floor: Option<u32>,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// "12=3": three places of session 12.
fn held_back(text: &str) -> Result<(i32, u32), String> {
    let (sid, places) = text.split_once('=').ok_or("expected SID=N, as in 12=3")?;
    let sid = sid.trim().parse().ok().filter(|sid| *sid >= 0);
    let places = places.trim().parse().ok();
    sid.zip(places).ok_or_else(|| "expected SID=N with two whole numbers, as in 12=3".to_owned())
}

pub(super) fn run(args: &AllocateArgs) -> Result<(), Failure> {
    let files: Vec<(&'static str, &Path)> = [("scores", &args.scores), ("sessions", &args.sessions)]
        .into_iter()
        .chain(args.people.iter().map(|people| ("people", people)))
        .map(|(what, path)| (what, path.as_path()))
        .collect();
    outputs::folder_apart(&args.out, files.iter().map(|(_, path)| *path))?;
    let asked = asked(args)?;

    let step = Step::begin("Reading", 0);
    let wishes = match read_wishes(&args.scores, &args.sessions, args.people.as_deref()) {
        Ok(wishes) => wishes,
        Err(error) => {
            if let AllocationError::Problems { problems, .. } = &error {
                outputs::folder(&args.out)?;
                outputs::problems(&args.out, problems)?;
            }
            return Err(error.into());
        }
    };
    step.done(&format!(
        "{} of scores, {}",
        counted(wishes.demand.wishes() as u64, "row"),
        counted(wishes.sids.len() as u64, "session")
    ));
    for said in odd(&wishes.oddities) {
        eprintln!("{said}");
    }

    let step = Step::begin("Allocating", 0);
    let allocated = allocate(&wishes, &asked)?;
    step.done(proved(&allocated));

    let read = files.iter().map(|(what, path)| {
        let digest = digest(&[path]).map_err(Failure::reading)?;
        Ok((*what, InputFile { name: file_name(path), digest }))
    });
    let read = read.collect::<Result<Vec<_>, Failure>>()?;
    outputs::folder(&args.out)?;
    outputs::problems(&args.out, &[])?;
    write_rows(&wishes, &allocated, &args.out)?;
    let certificate = certificate_json(&wishes, &asked, &allocated, &read, env!("CARGO_PKG_VERSION"));
    write_whole(&args.out.join("certificate.json"), certificate.as_bytes())?;
    for line in words(&wishes, &asked, &allocated) {
        tell!("{line}");
    }
    tell!("Results are in {}.", args.out.display());
    Ok(())
}

fn asked(args: &AllocateArgs) -> Result<Asked, Failure> {
    let mut held_back = args.hold_back.clone();
    held_back.sort_unstable();
    if let Some(twice) = held_back.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Failure::Usage(format!("--hold-back: session {} is named twice", twice[0].0)));
    }
    held_back.retain(|(_, places)| *places > 0);
    Ok(Asked { held_back, floor: args.floor.unwrap_or(0) })
}

fn proved(allocated: &Allocated) -> &'static str {
    match allocated.allocation.certificate.gap() {
        0 => "the best there is; verified",
        _ => "the best that was found, with a bound; verified",
    }
}

/// What was odd and did not stop the run. Counts of rows are exact.
fn odd(oddities: &Oddities) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |n: u64, one: &str, what: &str| {
        if n > 0 {
            said.push(format!("{} {what}", counted(n, one)));
        }
    };
    say(oddities.capacity_zero, "session", "with no places (capacity zero)");
    let strangers = "of scores that the file of people does not have: taken as without decile and group";
    say(oddities.strangers, "pseudonym", strangers);
    say(oddities.imd_not_known, "row", "of people without a decile, who do not count for a floor");
    said
}
