//! The numbered lists of steps that make the tables, one list a database, the same tables in both. A step that was
//! released is never edited: a new one follows.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};

macro_rules! steps {
    ($folder:literal) => {
        steps!($folder, "0001_ground", "0002_place", "0003_directory", "0004_population", "0005_resource", "0006_access")
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

/// Whether exactly our steps were taken. A table of steps that cannot be read is one more thing to be made.
pub(super) async fn is_up_to_date(connection: &mut impl Migrate, ours: &Migrator) -> bool {
    let Ok(taken) = connection.list_applied_migrations(&ours.table_name).await else {
        return false;
    };
    let steps = ours.iter().map(|step| (step.version, &step.checksum));
    taken.iter().map(|step| (step.version, &step.checksum)).eq(steps)
}
