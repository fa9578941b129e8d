//! PostgreSQL: connecting as a role that can neither change the tables nor pass by their rules, and making the tables as
//! their owner.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};

use super::connection::Engine;
use super::migrations::{self, is_up_to_date};
use super::{DatabaseError, wall};

const READERS: u32 = 8;
const WAIT: Duration = Duration::from_secs(30);

/// Connects as the application's role.
pub(super) async fn connect(url: &str) -> Result<Engine, DatabaseError> {
    let options = options(url)?;
    let mut connection = options.connect().await.map_err(unreachable)?;
    gate(&mut connection).await?;
    connection.close().await?;
    let reading = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(WAIT)
        .after_release(|connection, _| {
            Box::pin(async move { connection.execute("ROLLBACK").await.map(|_| true) })
        })
        .connect_lazy_with(options.clone());
    let writing = PgPoolOptions::new().max_connections(1).acquire_timeout(WAIT).connect_lazy_with(options);
    Ok(Engine::Server { writing, reading })
}

/// Makes the tables as their owner, or brings them up to date, and lets `role` use them.
pub(super) async fn migrate(owner_url: &str, role: &str) -> Result<(), DatabaseError> {
    let mut connection = options(owner_url)?.connect().await.map_err(unreachable)?;
    gate_role(&mut connection, role).await?;
    gate_encoding(&mut connection).await?;
    // A step that changes rows changes all of them.
    sqlx::query(wall::FOR_MERES).execute(&mut connection).await?;
    migrations::server().run_direct(None, &mut connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => {
            refused("a newer Meres made this database; use that one, or restore a backup from before")
        }
        error => error.into(),
    })?;
    sqlx::raw_sql(AssertSqlSafe(rights(role))).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// A database for one that only reads.
pub(super) async fn as_it_stands(url: &str) -> Result<PoolConnection<Postgres>, DatabaseError> {
    let mut connection = one(options(url)?).await?;
    gate_encoding(&mut connection).await?;
    Ok(connection)
}

/// A database without tables, as the owner of those to come; `role` is the one that will use them.
pub(super) async fn to_be_filled(
    owner_url: &str,
    role: &str,
) -> Result<PoolConnection<Postgres>, DatabaseError> {
    let mut connection = one(options(owner_url)?).await?;
    gate_role(&mut connection, role).await?;
    gate_encoding(&mut connection).await?;
    let tables = "SELECT COUNT(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
                  WHERE nspname = 'public' AND relkind IN ('r', 'p')";
    if sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut *connection).await? > 0 {
        return Err(refused(
            "this PostgreSQL holds tables already; make an empty one: \
             CREATE DATABASE … OWNER meres_owner ENCODING 'UTF8' TEMPLATE template0",
        ));
    }
    Ok(connection)
}

/// A connection that is all there is of its pool.
async fn one(options: PgConnectOptions) -> Result<PoolConnection<Postgres>, DatabaseError> {
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(WAIT).connect_lazy_with(options);
    pool.acquire().await.map_err(unreachable)
}

async fn gate_role(connection: &mut PgConnection, role: &str) -> Result<(), DatabaseError> {
    if role.is_empty() || !role.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return Err(refused("the role's name may hold small letters, digits and _"));
    }
    let known = "SELECT COUNT(*) FROM pg_roles WHERE rolname = $1";
    if sqlx::query_scalar::<_, i64>(known).bind(role).fetch_one(connection).await? == 0 {
        return Err(refused(&format!(
            "there is no role {role}, as which Meres will connect; make it first: CREATE ROLE {role} LOGIN PASSWORD '…'"
        )));
    }
    Ok(())
}

/// The statements that let a role use the tables. Its name was checked by [`gate_role`]; nothing else is put into the text.
pub(super) fn rights(role: &str) -> String {
    format!(
        "GRANT USAGE ON SCHEMA public TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
         REVOKE UPDATE, DELETE ON audit FROM {role};
         REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM {role};"
    )
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(refused("the address of a database begins with postgres://"));
    }
    // The address may hold a password: what is wrong with it is said without it.
    let options = PgConnectOptions::from_str(url).map_err(|_| {
        refused("the address of the database cannot be read; expected postgres://USER@HOST:PORT/DATABASE")
    })?;
    Ok(options.application_name("meres").disable_statement_logging())
}

fn refused(why: &str) -> DatabaseError {
    DatabaseError::Refused(why.to_owned())
}

fn unreachable(error: sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::Database(error) => refused(&format!("PostgreSQL refused: {}", error.message())),
        sqlx::Error::Io(error) => refused(&format!("PostgreSQL does not answer at that address: {error}")),
        other => other.into(),
    }
}

/// What must be true of the role and of the tables before anything is read or written.
async fn gate(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    gate_encoding(connection).await?;
    let role = "SELECT CAST(current_user AS TEXT) AS name, rolsuper, rolbypassrls, EXISTS (
                    SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
                    WHERE nspname = 'public' AND relkind IN ('r', 'p')
                      AND pg_has_role(current_user, relowner, 'MEMBER')) AS owner
                FROM pg_roles WHERE rolname = current_user";
    let role = sqlx::query(role).fetch_one(&mut *connection).await?;
    let name: String = role.try_get("name")?;
    let can = [
        ("rolsuper", "is a superuser"),
        ("rolbypassrls", "may pass by row-level security (BYPASSRLS)"),
        ("owner", "owns the tables"),
    ];
    for (column, what) in can {
        if role.try_get::<bool, _>(column)? {
            return Err(refused(&format!(
                "the role {name} {what}, so PostgreSQL would not check what Meres does; connect as another: \
                 CREATE ROLE meres_app LOGIN PASSWORD '…', then meres migrate --database-url OWNER_URL"
            )));
        }
    }
    if is_up_to_date(connection, &migrations::server()).await {
        return Ok(());
    }
    Err(refused(
        "the tables of this database are not those of this Meres; make them as their owner: \
         meres migrate --database-url OWNER_URL",
    ))
}

async fn gate_encoding(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    let encoding: String =
        sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(connection).await?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(refused(&format!(
        "this database keeps its texts as {encoding}; make it with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )))
}
