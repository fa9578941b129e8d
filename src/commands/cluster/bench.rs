//! What an executor does with a part: it reads the commission, comes to the same question, and does the part.

use std::collections::VecDeque;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cluster::{NotDone, Piece};
use planning::by_part::Commission;

use crate::commands::by_part::Prepared;
use crate::commands::failure::Failure;
use crate::commands::prepared;

/// So many preparations are kept: those of the runs that are under way.
const READY: usize = 4;

pub(super) struct Bench {
    shared: PathBuf,
    /// What was read for runs, with what they asked; the latest first.
    ready: Mutex<VecDeque<(Preparation, Arc<Prepared>)>>,
}

/// The question of a run, and the words that lead to it.
type Preparation = (String, Vec<String>);

impl Bench {
    /// One that reads and writes in this folder.
    pub(super) fn in_folder(shared: PathBuf) -> Self {
        Self { shared, ready: Mutex::default() }
    }

    /// Does a part, or says where and why not.
    pub(super) fn work(&self, piece: &Piece) -> Result<(), NotDone> {
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        self.try_to(piece).map_err(|failure| {
            let why = format!("on {}: {failure}", machine.trim());
            match failure {
                Failure::Other(_) => NotDone::Failed(why),
                Failure::Usage(_) | Failure::Refused(_) => NotDone::Refused(why),
            }
        })
    }

    fn try_to(&self, piece: &Piece) -> Result<(), Failure> {
        let folder = self.folder(&piece.commission)?;
        let commission = Commission::read(&folder).map_err(Failure::reading)?;
        let run = self.prepared(&commission)?;
        let number =
            usize::try_from(piece.number).map_err(|_| Failure::Refused("no such part".to_owned()))?;
        let done = run.by_part(None, |by_part| by_part.run_commissioned(&commission, number, &piece.digest));
        Ok(done?)
    }

    /// The commission's folder: where all machines see it, and nobody else's.
    fn folder(&self, named: &str) -> Result<PathBuf, Failure> {
        let refused = |why: &str| Failure::Refused(format!("the folder of the results {why}"));
        let folder = Path::new(named).canonicalize().ok();
        let folder = folder.filter(|folder| folder.starts_with(&self.shared)).ok_or_else(|| {
            refused("(--out) is not in the folder that the executor shares (--shared), or not seen there")
        })?;
        let owners = (std::fs::metadata(&folder), std::fs::metadata("/proc/self"));
        let (Ok(about), Ok(own)) = owners else { return Err(refused("cannot be looked at")) };
        if about.uid() != own.uid() || about.mode() & 0o077 != 0 {
            return Err(refused("is somebody else's, or open to others: all processes must run as one user"));
        }
        Ok(folder)
    }

    /// What is read for this run, once while it is asked.
    fn prepared(&self, commission: &Commission) -> Result<Arc<Prepared>, Failure> {
        let agrees = |run: &Prepared| run.by_part(None, |by_part| by_part.agrees_with(commission));
        // Whoever panicked while reading left the list as it was.
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let (question, words) = commission.preparation();
        let same = |(asked, _): &(Preparation, Arc<Prepared>)| asked.0 == question && asked.1 == words;
        if let Some((_, known)) = ready.iter().find(|entry| same(entry))
            && agrees(known).is_ok()
        {
            return Ok(known.clone());
        }
        // A part may have come since.
        ready.retain(|entry| !same(entry));
        let run = Arc::new(prepared(words, &self.shared)?);
        agrees(&run).map_err(Failure::reading)?;
        ready.push_front(((question.to_owned(), words.to_vec()), run.clone()));
        ready.truncate(READY);
        Ok(run)
    }
}
