//! The files that belong to a backup: those at certain paths of a folder, and below them.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::BackupError;
use super::frames::{BLOCK, DATA, END, FILE, FrameReader, FrameWriter, damaged};
use crate::files::{FileError, sync_folder};

/// In a folder: who may be at work in it. It is no content.
pub const LOCK: &str = ".lock";

/// Whether a file stands there, or a folder with anything in it but its lock.
fn holds_something(place: &Path) -> bool {
    match fs::read_dir(place) {
        Ok(mut entries) => entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != LOCK)),
        Err(_) => place.symlink_metadata().is_ok(),
    }
}

/// Files in a folder. Whoever knows what they are says which.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    pub root: &'a Path,
    /// Paths of files, and of folders with all that is below them. What is hidden there is half made, and left out.
    pub holds: &'a [&'a str],
}

impl Tree<'_> {
    /// The first of its paths at which something stands.
    pub fn taken(&self) -> Option<PathBuf> {
        self.holds.iter().map(|path| self.root.join(path)).find(|place| holds_something(place))
    }

    /// The first of its paths at which something stands that another folder has there too.
    pub fn in_the_way_of(&self, other: &Path) -> Option<PathBuf> {
        let asked = self.holds.iter().filter(|path| other.join(path).symlink_metadata().is_ok());
        asked.map(|path| self.root.join(path)).find(|place| holds_something(place))
    }

    /// Puts what stands in another folder of the same disk in its place here, path by path.
    pub fn fill_from(&self, other: &Path) -> Result<(), FileError> {
        for path in self.holds {
            let (from, to) = (other.join(path), self.root.join(path));
            if from.symlink_metadata().is_ok() {
                let folder = to.parent().unwrap_or(self.root);
                make(folder)?;
                // A lock that nobody holds is nothing.
                let _ = fs::remove_file(to.join(LOCK));
                fs::rename(&from, &to).map_err(FileError::system(&to))?;
                sync_folder(folder)?;
            }
        }
        sync_folder(self.root)
    }

    /// The paths of all files, in order.
    fn files(&self) -> Result<Vec<String>, BackupError> {
        let mut found = Vec::new();
        let mut open: Vec<String> = self.holds.iter().map(|&path| path.to_owned()).collect();
        while let Some(path) = open.pop() {
            let place = self.root.join(&path);
            let about = match place.symlink_metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                about => about.map_err(FileError::system(&place))?,
            };
            if about.is_file() {
                found.push(path);
            } else if about.is_dir() {
                for entry in fs::read_dir(&place).map_err(FileError::system(&place))? {
                    let name = entry.map_err(FileError::system(&place))?.file_name();
                    match name.to_str() {
                        Some(name) if name.starts_with('.') => {}
                        Some(name) => open.push(format!("{path}/{name}")),
                        None => return Err(strange(&place)),
                    }
                }
            } else {
                return Err(strange(&place));
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Whether a path is one of a file here: nothing that a backup says may lead anywhere else.
    fn has(&self, path: &str) -> bool {
        let plain = path.split('/').all(|step| !matches!(step, "" | "." | ".."));
        let inside = |held: &&&str| {
            path.strip_prefix(**held).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        plain && self.holds.iter().any(|held| inside(&held))
    }

    pub(super) fn write(
        &self,
        to: &mut FrameWriter<impl std::io::Write>,
        mut at: impl FnMut(&super::Holding),
    ) -> Result<(), BackupError> {
        let mut block = Vec::with_capacity(BLOCK);
        for path in self.files()? {
            let place = self.root.join(&path);
            let mut file = File::open(&place).map_err(FileError::system(&place))?;
            to.frame(FILE, path.as_bytes())?;
            loop {
                block.clear();
                let read = (&mut file).take(BLOCK as u64).read_to_end(&mut block);
                if read.map_err(FileError::system(&place))? == 0 {
                    break;
                }
                to.frame(DATA, &block)?;
                to.holding.bytes += block.len() as u64;
                at(&to.holding);
            }
            to.frame(END, &[])?;
            to.holding.files += 1;
        }
        Ok(())
    }

    /// Reads the file whose path the frame at hand holds.
    pub(super) fn read(&self, from: &mut FrameReader<impl Read>) -> Result<(), BackupError> {
        let path = String::from_utf8(from.bytes.clone()).map_err(|_| damaged())?;
        if !self.has(&path) {
            return Err(BackupError::refused(
                "this backup holds a file that does not belong into it; whoever made it was not Meres",
            ));
        }
        let place = self.root.join(&path);
        make(place.parent().unwrap_or(self.root))?;
        let new = File::options().write(true).create_new(true).mode(0o600).open(&place);
        let mut file = new.map_err(FileError::system(&place))?;
        loop {
            match from.next()? {
                Some(DATA) => file.write_all(&from.bytes).map_err(FileError::system(&place))?,
                Some(END) => break,
                _ => return Err(damaged()),
            }
            from.found.bytes += from.bytes.len() as u64;
        }
        from.found.files += 1;
        Ok(file.sync_all().map_err(FileError::system(&place))?)
    }
}

/// Makes a folder for its owner alone, and those above it.
fn make(folder: &Path) -> Result<(), FileError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(FileError::system(folder))
}

fn strange(place: &Path) -> BackupError {
    FileError::refused(place, "neither a file nor a folder with a plain name; move it away").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_nowhere_but_where_it_belongs() {
        let tree = Tree { root: Path::new("/nowhere"), holds: &["population", "problems/population.csv"] };
        for good in ["population/a/part-0", "problems/population.csv"] {
            assert!(tree.has(good), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "population/../../x",
            "population/./x",
            "population//x",
            "population/x/",
            "populations/x",
            "problems/place.csv",
            "../population/x",
            "meres.db",
        ] {
            assert!(!tree.has(bad), "{bad}");
        }
    }
}
