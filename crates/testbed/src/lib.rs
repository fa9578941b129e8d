//! A database, a visitor and an attacker for a test. Every test that keeps something runs on the embedded SQLite; when `cargo xtask test` has
//! started a private PostgreSQL, the same tests run a second time, and each gets a database of its own there.
//!
//! For tests only. It names no other crate of ours, so that every one of them can use it.

pub mod attack;
mod visitor;

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::Command;

pub use visitor::{Seen, Visitor};

/// Where the server is, up to its last `/`-less part: `postgres://HOST:PORT`.
const SERVER: &str = "MERES_TEST_POSTGRES";
/// Says that this run is the one on PostgreSQL.
const DATABASE: &str = "MERES_TEST_DATABASE";

/// A database on the private server, and the roles that it knows.
#[derive(Clone, Debug)]
pub struct Postgres {
    server: String,
    name: String,
}

/// The role that makes the tables.
pub const OWNER: &str = "meres_owner";
/// The role that Meres connects as.
pub const APPLICATION: &str = "meres_app";
/// The role that may do anything.
pub const SUPERUSER: &str = "postgres";
/// The database with all tables made, from which every test's own is copied.
pub const TEMPLATE: &str = "meres_template";

impl Postgres {
    /// Its address for a role.
    pub fn url(&self, role: &str) -> String {
        let host = self.server.trim_start_matches("postgres://");
        format!("postgres://{role}@{host}/{}", self.name)
    }

    /// Runs statements as the superuser, behind the program's back.
    pub fn run(&self, sql: &str) {
        psql(&self.url(SUPERUSER), sql);
    }

    /// Every row of every table as text, for a search.
    pub fn everything(&self) -> String {
        let sql = "SELECT query_to_xml(format('SELECT * FROM %I.%I', schemaname, tablename), true, false, '') \
                   FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
        psql(&self.url(SUPERUSER), sql)
    }
}

/// On the run that is for PostgreSQL: the address at which Meres finds the database of this folder, with its tables
/// made and nothing in them when it is first asked for. Otherwise none, and the folder holds its own.
pub fn url(folder: &Path) -> Option<String> {
    Some(database(folder)?.url(APPLICATION))
}

/// The same, for a test that goes behind the program's back.
pub fn database(folder: &Path) -> Option<Postgres> {
    if std::env::var_os(DATABASE).as_deref() != Some(OsStr::new("postgres")) {
        return None;
    }
    let mut hash = DefaultHasher::new();
    folder.hash(&mut hash);
    made(&format!("test_{:016x}", hash.finish()), TEMPLATE)
}

/// An empty database that the owner owns, wherever the tests have a server at hand; a test without one says so and ends.
pub fn empty(name: &str) -> Option<Postgres> {
    let database = made(&format!("empty_{name}_{}", std::process::id()), "template0");
    if database.is_none() {
        eprintln!("left out: no PostgreSQL at hand ({SERVER} is not set; cargo xtask test sets it)");
    }
    database
}

/// A database of its own with every table, on this server: for a test that started it.
pub fn on(server: &str, name: &str) -> Postgres {
    on_server(server.to_owned(), name, TEMPLATE)
}

fn made(name: &str, template: &str) -> Option<Postgres> {
    Some(on_server(std::env::var(SERVER).ok()?, name, template))
}

fn on_server(server: String, name: &str, template: &str) -> Postgres {
    let any = Postgres { server: server.clone(), name: "postgres".to_owned() };
    let known = psql(&any.url(SUPERUSER), &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"));
    if known.trim() != "1" {
        any.run(&format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} ENCODING 'UTF8'"));
    }
    Postgres { server, name: name.to_owned() }
}

fn psql(url: &str, sql: &str) -> String {
    let said = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1", "--command", sql, url])
        .output()
        .expect("psql runs");
    assert!(said.status.success(), "psql: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).into_owned()
}
