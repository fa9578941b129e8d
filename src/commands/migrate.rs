//! `meres migrate`: the tables of a PostgreSQL, made or brought up to date by their owner.

use clap::Args;
use ground::database::Database;

use super::data_folder;
use super::failure::Failure;

/// Make the tables of a PostgreSQL, or bring them up to date
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres migrate --database-url postgres://meres_owner@localhost/meres\n\n\
The database in a data folder needs none of this: it is brought up to date when it is opened.")]
pub(super) struct MigrateArgs {
    /// The database, as the role that owns its tables
    #[arg(
        long,
        value_name = "postgres://OWNER@HOST/DATABASE",
        env = "MERES_OWNER_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: String,
    /// The role that Meres connects as; it must be there, and may own nothing
    #[arg(long, value_name = "NAME", default_value = data_folder::APPLICATION_ROLE)]
    role: String,
}

pub(super) fn run(args: &MigrateArgs) -> Result<(), Failure> {
    data_folder::run(async { Ok(Database::migrate(&args.database_url, &args.role).await?) })?;
    tell!("The tables are up to date, and {} may use them.", args.role);
    Ok(())
}
