//! `meres cluster`: the processes that do parts of a run on several machines.

mod bench;
mod parts;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::inputs::start_threads;
use super::site::{on_all_cores, told_to_stop};
use bench::Bench;

pub(super) use parts::Parts;

/// Match the parts of an extract on several machines: a scheduler, and executors that see the same files
#[derive(Args, Debug)]
#[command(after_help = "Example, each in a terminal of its own:\n  meres cluster scheduler\n  \
    meres cluster executor --shared /srv/nation\n  \
    meres match --cluster http://localhost:50050 --population /srv/nation/people --services /srv/nation/services.parquet --out /srv/nation/out\n\n\
Nobody is asked who they are: keep scheduler and executors on a network of their own.")]
pub(super) struct ClusterArgs {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    Scheduler(SchedulerArgs),
    Executor(ExecutorArgs),
}

/// Hand out parts, and have those done again whose executor is gone
#[derive(Args, Debug)]
struct SchedulerArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
}

/// Do parts
#[derive(Args, Debug)]
struct ExecutorArgs {
    /// The scheduler
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:50050", value_parser = host_and_port)]
    scheduler: (String, u16),
    /// The folder that all machines see under this name: nothing outside it is written
    #[arg(long, value_name = "DIR")]
    shared: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// The port to listen on; the next one is used too
    #[arg(long, value_name = "PORT", default_value = "50051", value_parser = clap::value_parser!(u16).range(1..65535))]
    port: u16,
    /// The name under which the other machines reach this one; the address from which it is heard unless given
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
    /// Parts at a time; each wants the memory of a part
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=256))]
    parts: u16,
    /// Threads for all parts together; all processors unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let expected = || "expected a host and a port: localhost:50050".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or_else(expected)?;
    if host.is_empty() || host.contains('/') {
        return Err(expected());
    }
    Ok((host.to_owned(), port.parse().map_err(|_| expected())?))
}

impl From<cluster::ClusterError> for Failure {
    fn from(error: cluster::ClusterError) -> Self {
        Self::Other(error.to_string())
    }
}

pub(super) fn run(args: &ClusterArgs) -> Result<(), Failure> {
    match &args.role {
        Role::Scheduler(args) => {
            let scheduler = cluster::Scheduler { listen: args.listen };
            on_all_cores(async move {
                tell!("Handing out parts on {} (stop with Ctrl+C)", scheduler.listen);
                tokio::select! {
                    ended = scheduler.run() => Ok(ended?),
                    () = told_to_stop() => Ok(()),
                }
            })
        }
        Role::Executor(args) => execute(args),
    }
}

fn execute(args: &ExecutorArgs) -> Result<(), Failure> {
    start_threads(args.threads)?;
    let shared = args.shared.canonicalize();
    let shared = shared.map_err(|error| Failure::Refused(format!("{}: {error}", args.shared.display())))?;
    let folder =
        tempfile::tempdir().map_err(|error| Failure::Other(format!("no folder to work in: {error}")))?;
    let executor = cluster::Executor {
        scheduler: args.scheduler.clone(),
        listen: args.listen,
        port: args.port,
        name: args.name.clone(),
        pieces: args.parts,
        folder: folder.path().to_owned(),
    };
    let bench = Bench::in_folder(shared);
    on_all_cores(async move {
        tell!("Doing parts for {}:{} (stop with Ctrl+C)", executor.scheduler.0, executor.scheduler.1);
        Ok(executor.run(Arc::new(move |piece| bench.work(piece))).await?)
    })
}
