//! The one safe writer: a file is there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::FileError;

/// A file being written under another name beside its place; [`SafeFile::keep`] flushes it to the disk and
/// puts it there in one step. Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct SafeFile {
    place: PathBuf,
    draft: BufWriter<NamedTempFile>,
}

impl SafeFile {
    /// Begins a file at `place`; its folder must be there.
    pub fn create(place: &Path) -> Result<Self, FileError> {
        Self::create_with(place, ordinary_permissions())
    }

    /// The same for a file that its owner alone may read.
    pub fn create_private(place: &Path) -> Result<Self, FileError> {
        Self::create_with(place, std::fs::Permissions::from_mode(0o600))
    }

    fn create_with(place: &Path, permissions: std::fs::Permissions) -> Result<Self, FileError> {
        let folder = folder_of(place);
        let draft = tempfile::Builder::new()
            .prefix(".meres-")
            .permissions(permissions)
            .tempfile_in(folder)
            .map_err(FileError::system(place))?;
        Ok(Self { place: place.to_owned(), draft: BufWriter::with_capacity(1 << 18, draft) })
    }

    /// Where the file will stand.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// What was written so far, to be read again before it is put in its place.
    pub fn draft(&mut self) -> Result<&Path, FileError> {
        self.draft.flush().map_err(FileError::system(&self.place))?;
        Ok(self.draft.get_ref().path())
    }

    /// Puts the file in its place, durably: content first, then the name.
    pub fn keep(self) -> Result<(), FileError> {
        let place = self.place;
        let written: io::Result<()> = (|| {
            let draft = self.draft.into_inner().map_err(io::IntoInnerError::into_error)?;
            draft.as_file().sync_all()?;
            draft.persist(&place).map_err(|e| e.error)?;
            Ok(())
        })();
        written.map_err(FileError::system(&place))?;
        sync_folder(folder_of(&place))
    }
}

/// Waits until the names in a folder are on the disk.
pub fn sync_folder(folder: &Path) -> Result<(), FileError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FileError::system(folder))
}

fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file is the owner's alone; what a person asked for has the permissions of any new file,
/// less what the process's mask takes away.
fn ordinary_permissions() -> std::fs::Permissions {
    std::fs::Permissions::from_mode(0o666)
}

impl Write for SafeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

/// Writes a text in one go.
pub fn write_whole(place: &Path, text: &[u8]) -> Result<(), FileError> {
    written(SafeFile::create(place)?, text)
}

/// The same for a file that its owner alone may read.
pub fn write_private(place: &Path, text: &[u8]) -> Result<(), FileError> {
    written(SafeFile::create_private(place)?, text)
}

fn written(mut file: SafeFile, text: &[u8]) -> Result<(), FileError> {
    file.write_all(text).map_err(FileError::system(&file.place))?;
    file.keep()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("out.csv");
        let mut draft = SafeFile::create(&place).expect("begun");
        draft.write_all(b"half").expect("written");
        drop(draft);
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
        write_whole(&place, b"whole").expect("written");
        assert_eq!(std::fs::read(&place).expect("read"), b"whole");
    }
}
