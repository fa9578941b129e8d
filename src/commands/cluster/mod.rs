//! `meres cluster`: the processes that do parts of a run on several machines.

mod bench;
mod parts;

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::failure::Failure;
use super::inputs::start_threads;
use super::site::{on_all_cores, told_to_stop};
use bench::Bench;

pub(super) use parts::Parts;

/// Match the parts of an extract on several machines: a scheduler, and executors that see the same files
#[derive(Args, Debug)]
#[command(after_help = "Example, each in a terminal of its own:\n  meres cluster scheduler\n  \
    meres cluster executor --shared /srv/nation\n  \
    meres match --cluster localhost:50050 --population /srv/nation/people --services /srv/nation/services.parquet --out /srv/nation/out\n\n\
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
    listen: SocketAddrV4,
    /// The name under which executors reach it; the address on which it listens unless given
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
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
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST)]
    listen: Ipv4Addr,
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

/// "localhost:50050", or the same behind "http://".
fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let expected = || "expected a host and a port: localhost:50050".to_owned();
    let plain = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
    let (host, port) = plain.rsplit_once(':').ok_or_else(expected)?;
    if host.is_empty() || host.contains(['/', ':']) {
        return Err(expected());
    }
    Ok((host.to_owned(), port.parse().map_err(|_| expected())?))
}

/// Refuses an address that cannot be listened on: the engine would say so by the way, or not at all.
fn is_free(ip: Ipv4Addr, port: u16) -> Result<(), Failure> {
    let place = SocketAddrV4::new(ip, port);
    TcpListener::bind(place)
        .map(drop)
        .map_err(|error| Failure::Other(format!("{place} cannot be listened on: {error}; name another")))
}

impl From<cluster::ClusterError> for Failure {
    fn from(error: cluster::ClusterError) -> Self {
        Self::Other(error.to_string())
    }
}

pub(super) fn run(args: &ClusterArgs) -> Result<(), Failure> {
    match &args.role {
        Role::Scheduler(args) => schedule(args),
        Role::Executor(args) => execute(args),
    }
}

fn schedule(args: &SchedulerArgs) -> Result<(), Failure> {
    let listen = args.listen;
    let name = args.name.clone().or_else(|| (!listen.ip().is_unspecified()).then(|| listen.ip().to_string()));
    let why = "--listen on every address of the machine: executors are told where to report, so say --name HOST too";
    let name = name.ok_or_else(|| Failure::Usage(why.to_owned()))?;
    is_free(*listen.ip(), listen.port())?;
    on_all_cores(async move {
        tell!("Handing out parts on {listen} (stop with Ctrl+C)");
        tokio::select! {
            ended = cluster::Scheduler { listen, name }.run() => Ok(ended?),
            () = told_to_stop() => Ok(()),
        }
    })
}

fn execute(args: &ExecutorArgs) -> Result<(), Failure> {
    start_threads(args.threads)?;
    let shared = args.shared.canonicalize();
    let shared = shared.map_err(|error| Failure::Refused(format!("{}: {error}", args.shared.display())))?;
    if !shared.is_dir() {
        return Err(Failure::Refused(format!("{}: this is no folder", args.shared.display())));
    }
    is_free(args.listen, args.port)?;
    is_free(args.listen, args.port + 1)?;
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
    let (host, port) = args.scheduler.clone();
    on_all_cores(async move {
        let mut told = tokio::spawn(told_to_stop());
        let heard = || async { TcpStream::connect((host.as_str(), port)).await.is_ok() };
        if !heard().await {
            tell!("No scheduler is heard at {host}:{port} yet; waiting for it (stop with Ctrl+C)");
        }
        while !heard().await {
            if timeout(Duration::from_secs(1), &mut told).await.is_ok() {
                return Ok(());
            }
        }
        tell!("Doing parts for {host}:{port} (stop with Ctrl+C)");
        executor.run(Arc::new(move |piece| bench.work(piece))).await?;
        // It ends of itself only when nobody is there for whom it could do anything.
        match timeout(Duration::from_secs(1), told).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::Other(format!(
                "the scheduler {host}:{port} was not heard any more; start the executor again when it is there"
            ))),
        }
    })
}
