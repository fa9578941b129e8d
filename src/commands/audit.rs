//! `meres audit` and `meres verify-audit`: the log of what was done, vouched for and followed.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use ground::audit::{Checkpoint, PublicKey, SigningKey, ends, follow, read_checkpoints};
use ground::files::FileError;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::data_folder::{self, DataArgs};
use super::failure::Failure;
use super::progress::counted;

/// Vouch for the audit log: make a key, and sign how the log stands
#[derive(Args, Debug)]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make the key that signs checkpoints, and print its public half
    #[command(after_help = "Example:\n  meres audit key audit-key")]
    Key(KeyArgs),
    /// Sign how the log stands now, and add that to a file
    #[command(
        after_help = "Example:\n  meres audit checkpoint --data data --key audit-key --to checkpoints.txt"
    )]
    Checkpoint(CheckpointArgs),
}

#[derive(Args, Debug)]
struct KeyArgs {
    /// A new file, to be kept apart from the database
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args, Debug)]
struct CheckpointArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The key to sign with
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where the checkpoint is added: best a place that whoever runs the database cannot write over
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Follow the audit log from its first row to its last: is it what was written?
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  meres verify-audit --data data --checkpoints checkpoints.txt --public-key 5f1c…"
)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// What was signed earlier; without it, a log whose end was cut off looks sound
    #[arg(long, value_name = "FILE", requires = "public_key")]
    checkpoints: Option<PathBuf>,
    /// The public half of the key that signed them, as "meres audit key" printed it, or a file that holds it
    #[arg(long, value_name = "KEY|FILE")]
    public_key: Option<String>,
}

pub(super) fn run(args: &AuditArgs) -> Result<(), Failure> {
    match &args.what {
        What::Key(args) => {
            let mut random = [0; 32];
            getrandom::fill(&mut random).map_err(|error| Failure::Other(error.to_string()))?;
            let key = SigningKey::from_random(random);
            key.write_new(&args.file).map_err(|error| Failure::Refused(error.to_string()))?;
            tell!(
                "The key is in {}. Keep it apart from the database, and a copy of it elsewhere.",
                args.file.display()
            );
            tell!("Its public half: {}", key.public());
            Ok(())
        }
        What::Checkpoint(args) => checkpoint(args),
    }
}

fn checkpoint(args: &CheckpointArgs) -> Result<(), Failure> {
    let key = SigningKey::read(&args.key).map_err(|error| Failure::Refused(error.to_string()))?;
    let ends = data_folder::run(async {
        let data = args.data.open().await?;
        let ends = ends(&mut data.database.read().await?).await?;
        data.database.close().await?;
        Ok(ends)
    })?;
    let at = OffsetDateTime::now_utc().format(&Rfc3339).map_err(|error| Failure::Other(error.to_string()))?;
    let rows = ends.iter().map(|end| end.seq).sum::<i64>();
    let text = Checkpoint { at, ends }.signed(&key);
    let file = OpenOptions::new().append(true).create(true).open(&args.to);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(FileError::system(&args.to))?;
    tell!("{} signed, added to {}.", counted(rows.unsigned_abs(), "row"), args.to.display());
    Ok(())
}

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let seen = match (&args.checkpoints, &args.public_key) {
        (Some(file), Some(key)) => {
            let key = PublicKey::read(key).map_err(|error| Failure::Refused(error.to_string()))?;
            let text =
                std::fs::read_to_string(file).map_err(FileError::system(file)).map_err(Failure::reading)?;
            read_checkpoints(&text, &key)
                .map_err(|error| Failure::Refused(format!("{}, {error}", file.display())))?
        }
        _ => Vec::new(),
    };
    let followed = data_folder::run(async {
        let data = args.data.open().await?;
        let followed = follow(&mut data.database.read().await?, &seen).await?;
        data.database.close().await?;
        Ok(followed)
    })?;
    let chains = counted(followed.ends.len() as u64, "chain");
    tell!(
        "{} in {chains} followed, {} compared.",
        counted(followed.rows, "row"),
        counted(seen.len() as u64, "checkpoint")
    );
    if followed.faults.is_empty() {
        tell!("Every row is what was written.");
        return Ok(());
    }
    for fault in &followed.faults {
        tell!("{fault}");
    }
    Err(Failure::Refused("the audit log is not what was written".to_owned()))
}
