//! Whether anybody is there to do pieces. The engine lets what waits for its first executor wait for ever; whoever asks for
//! something is told after a while.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::ClusterError;

/// So often it is asked.
pub(super) const EVERY: Duration = Duration::from_secs(2);
/// An answer takes no longer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// A scheduler, by its host and port.
#[derive(Clone, Debug)]
pub(super) struct Presence(String);

impl Presence {
    pub(super) fn of(host_and_port: &str) -> Self {
        Self(host_and_port.to_owned())
    }

    /// Returns when for so long no executor was there, or no scheduler.
    pub(super) async fn ends(&self, patience: Duration) -> ClusterError {
        let mut last_seen = Instant::now();
        let mut heard = true;
        while last_seen.elapsed() < patience {
            match self.has_executor().await {
                Some(true) => last_seen = Instant::now(),
                Some(false) => heard = true,
                None => heard = false,
            }
            sleep(EVERY).await;
        }
        let (place, seconds) = (&self.0, patience.as_secs());
        ClusterError::Engine(if heard {
            format!(
                "no executor has been there for {seconds} seconds; start some, and give the same command again to go on"
            )
        } else {
            format!(
                "no scheduler was heard at {place} for {seconds} seconds; start it and its executors, and give the same command \
                 again to go on"
            )
        })
    }

    /// Whether the scheduler has an executor; nothing where no scheduler is heard.
    pub(super) async fn has_executor(&self) -> Option<bool> {
        timeout(ANSWERED_WITHIN, self.ask()).await.ok()?
    }

    async fn ask(&self) -> Option<bool> {
        let mut stream = TcpStream::connect(&self.0).await.ok()?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.0);
        stream.write_all(request.as_bytes()).await.ok()?;
        // "HTTP/1.1 200", or 503 without any.
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.ok()?;
        match &status[8..] {
            b" 200" => Some(true),
            b" 503" => Some(false),
            _ => None,
        }
    }
}
