//! The parts of a run, handed out to a cluster.

use std::path::{Path, absolute};

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
}

impl Parts {
    /// The cluster of this scheduler, for a run whose executors ask the same by these words.
    pub(in crate::commands) fn of(scheduler: &str, words: Vec<String>) -> Result<Self, Failure> {
        let host_and_port = scheduler.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        if host_and_port.is_none_or(|rest| super::host_and_port(rest).is_err()) {
            return Err(Failure::Usage("--cluster: expected http://HOST:PORT".to_owned()));
        }
        Ok(Self { scheduler: scheduler.to_owned(), words })
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
        let asked = HandOut { scheduler: &self.scheduler, at_a_time: AT_A_TIME };
        let done = runtime.block_on(hand_out(asked, pieces.collect(), &mut |number| {
            finished(usize::try_from(number).unwrap_or(usize::MAX)).map_err(Ended::Here)
        }));
        done.map_err(|ended| match ended {
            Ended::Here(error) => error,
            Ended::There(ClusterError::Refused(why)) => {
                FileError::refused(Path::new(&self.scheduler), why).into()
            }
            Ended::There(error) => {
                FileError::system(Path::new(&self.scheduler))(std::io::Error::other(error.to_string())).into()
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
