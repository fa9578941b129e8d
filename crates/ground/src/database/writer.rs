//! The one connection that writes, and the transaction that several changes share on it.
//!
//! A change that is done queues for the writer again, behind all that were waiting. Whoever comes first to find the
//! group still open commits it; the others find it committed. So a lone change commits at once, and a crowd pays once.

use std::sync::{Arc, OnceLock};

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Mutex;

use super::DatabaseError;
use super::value::Sql;

/// The connection that writes, and the transaction that is open on it.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    group: Option<Arc<Group>>,
    /// A savepoint whose change was neither committed nor refused yet; found so by the next, it was dropped.
    pub(super) savepoint: bool,
}

/// Changes that are committed together. Empty while nobody has tried.
#[derive(Debug, Default)]
pub(super) struct Group(OnceLock<Result<(), String>>);

impl Group {
    /// What became of it, once somebody has tried.
    pub(super) fn outcome(&self) -> Result<(), String> {
        self.0.get().cloned().unwrap_or_else(|| Err("the commit was interrupted".to_owned()))
    }
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { connection, group: None, savepoint: false }))
    }

    /// The open group, or a new one.
    pub(super) async fn join(&mut self) -> Result<Arc<Group>, DatabaseError> {
        self.clear_savepoint().await?;
        if let Some(group) = &self.group {
            return Ok(group.clone());
        }
        self.execute("BEGIN IMMEDIATE").await?;
        let group = Arc::new(Group::default());
        self.group = Some(group.clone());
        Ok(group)
    }

    pub(super) async fn execute(&mut self, sql: Sql) -> Result<(), DatabaseError> {
        sqlx::query(sql).execute(&mut self.connection).await?;
        Ok(())
    }

    /// Takes back what a change did that was dropped.
    async fn clear_savepoint(&mut self) -> Result<(), DatabaseError> {
        if !self.savepoint {
            return Ok(());
        }
        self.savepoint = false;
        let cleared = match self.execute("ROLLBACK TO one_change").await {
            Ok(()) => self.execute("RELEASE one_change").await,
            error => error,
        };
        if let Err(error) = &cleared {
            // The database gave the whole transaction up (the disk is full, say): nobody in it may believe otherwise.
            self.settle(Err(error.to_string()));
            // Where no transaction is left, there is nothing to take back.
            let _ = self.execute("ROLLBACK").await;
        }
        cleared
    }

    /// Tells everybody in the group what became of it.
    fn settle(&mut self, outcome: Result<(), String>) {
        if let Some(group) = self.group.take() {
            // It is told once: a second outcome would be of another group.
            let _ = group.0.set(outcome);
        }
    }

    /// Commits the group, unless that was done already.
    pub(super) async fn commit(&mut self, group: &Arc<Group>) {
        // A dropped change must not stay in; if it cannot be taken back, the group was told so.
        let _ = self.clear_savepoint().await;
        if !self.group.as_ref().is_some_and(|open| Arc::ptr_eq(open, group)) {
            return;
        }
        let outcome = self.execute("COMMIT").await.map_err(|error| error.to_string());
        if outcome.is_err() {
            // After a failed commit the transaction may still be open; a second failure changes nothing.
            let _ = self.execute("ROLLBACK").await;
        }
        self.settle(outcome);
    }

    pub(super) async fn close(self) -> Result<(), DatabaseError> {
        self.connection.close().await?;
        Ok(())
    }
}
