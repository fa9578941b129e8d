//! The numbered list of steps that make the tables. A step that was released is never edited: a new one follows.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! steps {
    ($(($number:literal, $name:literal)),* $(,)?) => {
        &[$((
            $number,
            $name,
            include_str!(concat!("../../../../migrations/sqlite/", $number, "_", $name, ".sql")),
        )),*]
    };
}

const SQLITE: &[(&str, &str, &str)] = steps![
    ("0001", "ground"),
    ("0002", "place"),
    ("0003", "directory"),
    ("0004", "population"),
    ("0005", "resource"),
];

pub(super) fn migrator() -> Migrator {
    let steps = SQLITE.iter().map(|(number, name, sql)| {
        let number = number.parse().unwrap_or(0);
        Migration::new(number, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
}
