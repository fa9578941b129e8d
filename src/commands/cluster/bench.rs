//! What an executor does with a part: it reads the commission, comes to the same question, and does the part.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cluster::Piece;
use planning::by_part::Commission;

use crate::commands::by_part::Prepared;
use crate::commands::failure::Failure;
use crate::commands::prepared;

/// So many questions are kept ready: those of the runs that are under way.
const READY: usize = 4;

pub(super) struct Bench {
    shared: PathBuf,
    /// What was read for a question, by its digest; the latest first.
    ready: Mutex<VecDeque<(String, Arc<Prepared>)>>,
}

impl Bench {
    /// One that writes nothing outside this folder.
    pub(super) fn in_folder(shared: PathBuf) -> Self {
        Self { shared, ready: Mutex::default() }
    }

    /// Does a part, or says why not.
    pub(super) fn work(&self, piece: &Piece) -> Result<(), String> {
        self.try_to(piece).map_err(|failure| failure.to_string())
    }

    fn try_to(&self, piece: &Piece) -> Result<(), Failure> {
        let folder = self.folder(&piece.commission)?;
        let commission = Commission::read(&folder).map_err(Failure::reading)?;
        let prepared = self.prepared(&commission)?;
        let Prepared { inputs, definitions, asked, ready } = prepared.as_ref();
        let number =
            usize::try_from(piece.number).map_err(|_| Failure::Refused("no such part".to_owned()))?;
        let done = ready.asked((inputs, definitions, asked), None, |by_part| {
            by_part.run_commissioned(&commission, number, &piece.digest)
        });
        Ok(done?)
    }

    /// The commission's folder, which must be where all machines see it.
    fn folder(&self, named: &str) -> Result<PathBuf, Failure> {
        let folder = Path::new(named).canonicalize().ok();
        folder.filter(|folder| folder.starts_with(&self.shared)).ok_or_else(|| {
            let shared = self.shared.display();
            Failure::Refused(format!(
                "{named}: the executor sees no such folder in {shared}, which it shares"
            ))
        })
    }

    /// What is read for this question, once while it is asked.
    fn prepared(&self, commission: &Commission) -> Result<Arc<Prepared>, Failure> {
        // Whoever panicked while reading left the list as it was.
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = ready.iter().find(|(question, _)| question == commission.question()) {
            return Ok(known.clone());
        }
        let prepared = Arc::new(prepared(&commission.words)?);
        ready.push_front((commission.question().to_owned(), prepared.clone()));
        ready.truncate(READY);
        Ok(prepared)
    }
}
