//! The two kinds of process of a cluster: one scheduler, and executors.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry as _, SessionState};
use datafusion::prelude::SessionConfig;

use super::function::{self, NAME};
use super::only_ours::OnlyOurs;
use super::{ClusterError, Work, nobody};

/// An executor says this often that it is there, in seconds.
const HEARTBEAT: u64 = 2;
/// One that was not heard for so long is gone.
const GONE_AFTER: u64 = 10;
/// So often it is looked who is gone.
const LOOKED_AT: u64 = 2;
/// With nobody left, what is under way waits so long for an executor to come. Whoever asked gives up sooner, or asks again.
const NOBODY_AFTER: u64 = 600;

/// The session of whoever plans: it knows our function, and cannot do it.
pub(super) fn planning(config: SessionConfig) -> Result<SessionState> {
    let mut state = default_session_builder(config)?;
    state.register_udf(Arc::new(function::with(nobody())))?;
    Ok(state)
}

/// Who hands out pieces. What it knows is in memory: when it ends, what is under way is lost, and what is finished is not.
#[derive(Clone, Debug)]
pub struct Scheduler {
    pub listen: SocketAddrV4,
    /// The name under which executors reach it.
    pub name: String,
}

impl Scheduler {
    /// Hands out pieces until the process is ended.
    pub async fn run(self) -> Result<(), ClusterError> {
        let config = SchedulerConfig {
            bind_host: self.listen.ip().to_string(),
            external_host: self.name,
            bind_port: self.listen.port(),
            executor_timeout_seconds: GONE_AFTER,
            expire_dead_executor_interval_seconds: LOOKED_AT,
            no_executors_grace_period_seconds: NOBODY_AFTER,
            override_session_builder: Some(Arc::new(planning)),
            ..SchedulerConfig::default()
        };
        let cluster = BallistaCluster::new_from_config(&config).await?;
        Ok(start_server(cluster, self.listen.into(), Arc::new(config)).await?)
    }
}

/// Who does pieces.
#[derive(Clone, Debug)]
pub struct Executor {
    /// The scheduler's host and port.
    pub scheduler: (String, u16),
    /// Where it listens: on this port and the next.
    pub listen: Ipv4Addr,
    pub port: u16,
    /// The name under which the others reach it; the address they hear it from where none is given.
    pub name: Option<String>,
    /// Pieces at a time.
    pub pieces: u16,
    /// A folder of its own, for the engine's answers.
    pub folder: PathBuf,
}

impl Executor {
    /// Does pieces until the process is told to end, or the scheduler is not heard any more.
    pub async fn run(self, work: Arc<Work>) -> Result<(), ClusterError> {
        let mut functions = BallistaFunctionRegistry::default();
        functions.scalar_functions.insert(NAME.to_owned(), Arc::new(function::with(work)));
        let config = ExecutorProcessConfig {
            bind_host: self.listen.to_string(),
            external_host: self.name,
            port: self.port,
            grpc_port: self.port.saturating_add(1),
            scheduler_host: self.scheduler.0,
            scheduler_port: self.scheduler.1,
            scheduler_connect_timeout_seconds: 30,
            vcores: self.pieces.into(),
            work_dir: Some(self.folder.to_string_lossy().into_owned()),
            executor_heartbeat_interval_seconds: HEARTBEAT,
            override_execution_engine: Some(Arc::new(OnlyOurs::default())),
            override_function_registry: Some(Arc::new(functions)),
            ..ExecutorProcessConfig::default()
        };
        Ok(start_executor_process(Arc::new(config)).await?)
    }
}
