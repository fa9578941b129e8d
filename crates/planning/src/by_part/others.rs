//! Parts that others do: other machines, which see the same files under the same names.
//!
//! What passes between the run and whoever does its parts is a folder of the unfinished run: the commission, which says how to
//! come to the same question, and then each part's rows and record, which the run takes over. Whoever does a part first
//! makes sure that it asks what the run asks, and that the part is the same file there. The folder is named after what is
//! asked and the bytes of all parts, so that a straggler of an earlier run can leave nothing in the results of this one.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use ground::files::{FileError, digest, digest_text, write_private};
use serde::{Deserialize, Serialize};

use super::record::{Done, digest_of};
use super::unfinished::Unfinished;
use super::{ByPart, Files, Part, Stage};
use crate::extract::{ImportError, Mapping};
use crate::population::Stamp;
use crate::population::across::Settled;

const COMMISSION: &str = "commission.json";

/// Whoever does parts.
pub trait Others {
    /// How they come to the same question: a [`Commission`] hands it on.
    fn words(&self) -> Vec<String>;

    /// Has these parts done, each with the digest of its bytes, and tells of each as soon as it is finished.
    fn do_parts(
        &self,
        commission: &Path,
        parts: &[(usize, &str)],
        finished: &mut dyn FnMut(usize) -> Result<(), ImportError>,
    ) -> Result<(), ImportError>;
}

/// What whoever does a part is told.
#[derive(Deserialize, Serialize)]
pub struct Commission {
    #[serde(skip)]
    folder: PathBuf,
    /// Digest of all that decides the answer.
    question: String,
    /// See [`Others::words`].
    words: Vec<String>,
    /// The names of all parts, in order.
    parts: Vec<String>,
    settled: Settled,
}

impl Commission {
    /// Reads what a run has left in this folder.
    pub fn read(folder: &Path) -> Result<Self, FileError> {
        let place = folder.join(COMMISSION);
        let text = fs::read(&place).map_err(FileError::system(&place))?;
        let commission: Self = serde_json::from_slice(&text)
            .map_err(|_| FileError::refused(&place, "this is no commission of this version of Meres"))?;
        Ok(Self { folder: folder.to_owned(), ..commission })
    }

    /// What is the same for all commissions that want the same preparation.
    pub fn preparation(&self) -> (&str, &[String]) {
        (&self.question, &self.words)
    }
}

impl ByPart<'_> {
    /// Has others do these parts.
    pub(super) fn ask(
        &self,
        others: &dyn Others,
        unfinished: &Unfinished,
        files: &Files,
        parts: &[usize],
        settled: &Settled,
        each: &mut dyn FnMut(usize, Done) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let question = digest_text(&self.whole_question());
        let dropped: Vec<&[u32]> = (0..self.parts.len()).map(|part| settled.dropped(part)).collect();
        let name = digest_text(&format!("{question} {} {dropped:?}", files.all));
        let folder = unfinished.place().join(format!("asked-{}", &name[..16]));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(FileError::system(&folder))?;
        let place = folder.join(COMMISSION);
        let commission = Commission {
            folder: folder.clone(),
            question,
            words: others.words(),
            parts: self.names(),
            settled: settled.clone(),
        };
        let text = serde_json::to_vec(&commission).map_err(|e| FileError::system(&place)(e.into()))?;
        write_private(&place, &text)?;

        let theirs = Unfinished::of_others(&folder);
        let asked: Vec<(usize, &str)> =
            parts.iter().map(|part| (*part, files.digests[*part].as_str())).collect();
        others.do_parts(&folder, &asked, &mut |number| {
            unfinished.take_over(&theirs, number, self.rows, !self.one_row_each)?;
            let part = &self.parts[number];
            files.stamps[number].check(part)?;
            let done = self.finished(unfinished, number, &files.digests[number])?;
            let Some(done) = done.filter(|done| done.dropped == digest_of(settled, number)) else {
                let why = "whoever did this part left something else of it; start again";
                return Err(FileError::refused(part, why).into());
            };
            let (name, rows) = (Mapping::name_of(part), done.rows);
            (self.said)(Stage::ByOthers { number, of: self.parts.len(), name: &name, rows });
            each(number, done)
        })
    }

    /// Refuses a commission that is of something else than what would be asked here.
    pub fn agrees_with(&self, commission: &Commission) -> Result<(), FileError> {
        if digest_text(&self.whole_question()) != commission.question {
            let why = "here something else would be asked than where the run was begun: its version of Meres, rules, \
                       cohort, mapping and services must be the same, and be found under the same names";
            return Err(FileError::refused(self.extract, why));
        }
        if self.names() != commission.parts {
            let why = "here other parts are seen than where the run was begun";
            return Err(FileError::refused(self.extract, why));
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.parts.iter().map(|part| Mapping::name_of(part)).collect()
    }

    /// Does a part for the run that left this commission, unless it is done; its bytes must have this digest.
    pub fn run_commissioned(
        &self,
        commission: &Commission,
        number: usize,
        bytes: &str,
    ) -> Result<(), ImportError> {
        let Some(path) = self.parts.get(number) else {
            let why = format!("there is no part {} here", number + 1);
            return Err(FileError::refused(self.extract, why).into());
        };
        self.agrees_with(commission)?;
        let theirs = Unfinished::of_others(&commission.folder);
        if self.finished(&theirs, number, bytes)?.is_some() {
            return Ok(());
        }
        let stamp = Stamp::of(path)?;
        if digest(&[path])? != bytes {
            let why = "the part is another file here than where the run was begun";
            return Err(FileError::refused(path, why).into());
        }
        self.do_part(&theirs, &Part { number, digest: bytes, stamp }, &commission.settled)?;
        Ok(())
    }
}
