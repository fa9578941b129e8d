//! The numbered lists of steps that make the tables, one list a database, the same tables in both. A step that was
//! released is never edited: a new one follows.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};

use super::DatabaseError;

macro_rules! steps {
    ($folder:literal) => {
        steps!(
            $folder,
            "0001_ground",
            "0002_place",
            "0003_directory",
            "0004_population",
            "0005_resource",
            "0006_access",
            "0007_job",
            "0008_identity",
            "0009_passkey",
            "0010_walls",
            "0011_directory_room",
            "0012_planning_rooms",
            "0013_doors",
            "0014_evidence"
        )
    };
    ($folder:literal, $($name:literal),*) => {
        &[$((
            $name,
            include_str!(concat!("../../../../migrations/", $folder, "/", $name, ".sql")),
        )),*]
    };
}

/// SQLite's.
pub(super) fn embedded() -> Migrator {
    migrator(steps!("sqlite"))
}

/// PostgreSQL's.
pub(super) fn server() -> Migrator {
    migrator(steps!("postgres"))
}

fn migrator(steps: &'static [(&str, &str)]) -> Migrator {
    let steps = steps.iter().filter_map(|(name, sql)| {
        let (number, name) = name.split_once('_')?;
        let number = number.parse().ok()?;
        Some(Migration::new(number, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false))
    });
    Migrator::with_migrations(steps.collect())
}

/// The numbers of all steps.
pub(super) fn all() -> Vec<i64> {
    embedded().iter().map(|step| step.version).collect()
}

/// The numbers of the steps that were taken, which must be the first of ours.
pub(super) async fn taken(connection: &mut impl Migrate, ours: &Migrator) -> Result<Vec<i64>, DatabaseError> {
    let taken = connection.list_applied_migrations(&ours.table_name).await.unwrap_or_default();
    if taken.is_empty() {
        return Err(DatabaseError::Refused("there are no tables of Meres in this database".to_owned()));
    }
    let known = ours.iter().map(|step| (step.version, &step.checksum));
    if taken.iter().map(|step| (step.version, &step.checksum)).eq(known.take(taken.len())) {
        return Ok(taken.iter().map(|step| step.version).collect());
    }
    Err(DatabaseError::Refused("a newer Meres made this database; use that one".to_owned()))
}

/// Whether exactly our steps were taken. A table of steps that cannot be read is one more thing to be made.
pub(super) async fn is_up_to_date(connection: &mut impl Migrate, ours: &Migrator) -> bool {
    let Ok(taken) = connection.list_applied_migrations(&ours.table_name).await else {
        return false;
    };
    let steps = ours.iter().map(|step| (step.version, &step.checksum));
    taken.iter().map(|step| (step.version, &step.checksum)).eq(steps)
}
