//! The one connection that writes, and the transaction that several changes share on it.
//!
//! A change that is done queues for the writer again, behind all that were waiting. Whoever comes first to find the
//! group still open commits it; the others find it committed. So a lone change commits at once, and a crowd pays once.

use std::sync::{Arc, OnceLock};

use tokio::sync::Mutex;
use vocabulary::Sight;

use super::chain::{Entry, Head};
use super::connection::{Connection, Engine};
use super::value::Sql;
use super::{DatabaseError, wall};

/// Who writes, and the transaction that is open.
#[derive(Debug)]
pub(super) struct Writer {
    engine: Engine,
    /// While a group is open: its connection, and where the audit log stands.
    open: Option<(Connection, Head)>,
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
    pub(super) fn new(engine: Engine) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { engine, open: None, group: None, savepoint: false }))
    }

    /// The open group, or a new one.
    pub(super) async fn join(&mut self) -> Result<Arc<Group>, DatabaseError> {
        self.clear_savepoint().await?;
        if let Some(group) = &self.group {
            return Ok(group.clone());
        }
        let mut connection = self.engine.writer().await?;
        match head(&mut connection).await {
            Ok(head) => self.open = Some((connection, head)),
            Err(error) => {
                connection.discard();
                return Err(error);
            }
        }
        let group = Arc::new(Group::default());
        self.group = Some(group.clone());
        Ok(group)
    }

    pub(super) fn connection(&mut self) -> Result<&mut Connection, DatabaseError> {
        self.open.as_mut().map(|(connection, _)| connection).ok_or_else(lost)
    }

    async fn tell(&mut self, sql: Sql) -> Result<(), DatabaseError> {
        self.connection()?.tell(sql).await
    }

    /// Marks where one change of the group begins.
    pub(super) async fn begin_one(&mut self, sight: &Sight) -> Result<(), DatabaseError> {
        if let Err(error) = self.tell("SAVEPOINT one_change").await {
            // The connection broke. There may be nobody in the group who would find that out by committing it, and
            // whoever came next would join it for ever.
            self.settle(Err(error.to_string())).await;
            return Err(error);
        }
        self.savepoint = true;
        // Always: whatever the change before it said or did, this one is on behalf of whom it says.
        wall::show(self.connection()?, sight).await
    }

    /// Writes down what one change of the group did: it stays in, if the group does.
    pub(super) async fn end_one(&mut self, entry: Entry) -> Result<(), DatabaseError> {
        let Some((connection, head)) = &mut self.open else { return Err(lost()) };
        let next = head.add(connection, entry).await?;
        connection.tell("RELEASE SAVEPOINT one_change").await?;
        *head = next;
        self.savepoint = false;
        Ok(())
    }

    /// Takes back what a change did that was dropped.
    async fn clear_savepoint(&mut self) -> Result<(), DatabaseError> {
        if !self.savepoint {
            return Ok(());
        }
        self.savepoint = false;
        let cleared = match self.tell("ROLLBACK TO SAVEPOINT one_change").await {
            Ok(()) => self.tell("RELEASE SAVEPOINT one_change").await,
            error => error,
        };
        if let Err(error) = &cleared {
            // The database gave the whole transaction up (the disk is full, say): nobody in it may believe otherwise.
            self.settle(Err(error.to_string())).await;
        }
        cleared
    }

    /// Tells everybody in the group what became of it, and lets the connection go.
    async fn settle(&mut self, outcome: Result<(), String>) {
        if let Some((mut connection, _)) = self.open.take()
            && outcome.is_err()
            // The transaction may still be open. Where it is not, SQLite calls that an error, and a new connection does.
            && connection.tell("ROLLBACK").await.is_err()
        {
            connection.discard();
        }
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
        let outcome = self.tell("COMMIT").await.map_err(|error| error.to_string());
        self.settle(outcome).await;
    }

    /// Lets the connection go, at the end of everything.
    pub(super) fn close(&mut self) {
        self.open = None;
    }
}

/// Where the audit log stands. That is Meres's to know, whoever may read the log.
async fn head(connection: &mut Connection) -> Result<Head, DatabaseError> {
    wall::show(connection, &Sight::Meres).await?;
    Head::take(connection).await
}

fn lost() -> DatabaseError {
    DatabaseError::NotWritten("the connection was lost".to_owned())
}
