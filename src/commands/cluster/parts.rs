//! The parts of a run, handed out to a cluster.

use std::path::{Path, absolute};
use std::time::Duration;

use cluster::{ClusterError, HandOut, Piece, hand_out};
use ground::files::FileError;
use planning::by_part::Others;
use planning::extract::ImportError;

use crate::commands::failure::Failure;

/// Parts that are known to the scheduler at a time, in all executors.
const AT_A_TIME: usize = 64;

/// A cluster that does the parts of a run.
pub(in crate::commands) struct Parts {
    scheduler: String,
    words: Vec<String>,
    patience: Duration,
}

impl Parts {
    /// The cluster of this scheduler, for a run whose executors ask the same by these words.
    pub(in crate::commands) fn of(
        scheduler: &str,
        words: Vec<String>,
        patience: u16,
    ) -> Result<Self, Failure> {
        let (host, port) = super::host_and_port(scheduler)
            .map_err(|expected| Failure::Usage(format!("--cluster: {expected}")))?;
        Ok(Self {
            scheduler: format!("{host}:{port}"),
            words,
            patience: Duration::from_secs(patience.into()),
        })
    }
}

impl Others for Parts {
    fn words(&self) -> Vec<String> {
        self.words.clone()
    }

    fn do_parts(
        &self,
        commission: &Path,
        parts: &[(usize, &str)],
        finished: &mut dyn FnMut(usize) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let folder = absolute(commission).map_err(FileError::system(commission))?;
        let pieces = parts.iter().map(|(number, digest)| Piece {
            commission: folder.to_string_lossy().into_owned(),
            number: *number as u64,
            digest: (*digest).to_owned(),
        });
        let runtime = tokio::runtime::Runtime::new().map_err(FileError::system(commission))?;
        let asked = HandOut { scheduler: &self.scheduler, at_a_time: AT_A_TIME, patience: self.patience };
        let done = runtime.block_on(hand_out(asked, pieces.collect(), &mut |number| {
            finished(usize::try_from(number).unwrap_or(usize::MAX)).map_err(Ended::Here)
        }));
        let option = Path::new("--cluster");
        done.map_err(|ended| match ended {
            Ended::Here(error) => error,
            Ended::There(ClusterError::Refused(why)) => FileError::refused(option, why).into(),
            Ended::There(error) => {
                let why = format!("{}: {error}", self.scheduler);
                FileError::system(option)(std::io::Error::other(why)).into()
            }
        })
    }
}

/// Where a run with a cluster came to its end.
enum Ended {
    Here(ImportError),
    There(ClusterError),
}

impl From<ClusterError> for Ended {
    fn from(error: ClusterError) -> Self {
        Self::There(error)
    }
}
