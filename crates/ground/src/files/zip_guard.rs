//! What a ZIP archive really holds, found out before a reader of spreadsheets trusts what it declares.
//!
//! A small archive can grow to gigabytes, so every entry is inflated once and the bytes that come out are counted; what
//! the archive says about its own sizes is not asked. Nothing of an entry is kept.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::FileError;

/// What an archive may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    /// Bytes of the file itself.
    pub(super) file: u64,
    pub(super) entries: usize,
    pub(super) name: usize,
    /// Bytes of one entry, and of all together, as they come out.
    pub(super) entry: u64,
    pub(super) all: u64,
    /// Bytes of the table of texts, which the reader keeps whole.
    pub(super) strings: u64,
}

/// Caps for a spreadsheet of a directory: the largest that we know grows to a tenth of this.
pub(super) const WORKBOOK: Caps =
    Caps { file: 32 << 20, entries: 1_000, name: 200, entry: 64 << 20, all: 64 << 20, strings: 16 << 20 };

/// The begin of a record of the archive's directory.
const DIRECTORY_RECORD: &[u8] = b"PK\x01\x02";

/// Refuses an archive that could harm its reader; gives back the names of its entries.
pub(super) fn check(path: &Path, caps: Caps) -> Result<Vec<String>, FileError> {
    let refuse = |why: String| Err(FileError::refused(path, why));
    let mut file = File::open(path).map_err(FileError::system(path))?;
    let bytes = file.metadata().map_err(FileError::system(path))?.len();
    if bytes > caps.file {
        return refuse(format!(
            "the spreadsheet has {} MB; expected at most {} MB",
            bytes >> 20,
            caps.file >> 20
        ));
    }
    // Whatever reads the directory needs one of these marks an entry, wherever it looks for the directory.
    let entries = count(&mut file, DIRECTORY_RECORD).map_err(FileError::system(path))?;
    if entries > caps.entries {
        return refuse(format!("the archive has more than {} entries; expected a spreadsheet", caps.entries));
    }
    file.seek(SeekFrom::Start(0)).map_err(FileError::system(path))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| broken(path, &e))?;
    let mut names = Vec::new();
    let mut all = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|e| broken(path, &e))?;
        let name = entry.name().map_err(|e| broken(path, &e))?.into_owned();
        if absurd(&name, caps.name) {
            return refuse(format!("entry {} of the archive has a name that no spreadsheet has", at + 1));
        }
        all = inflate(path, at, &name, entry, all, caps)?;
        names.push(name);
    }
    Ok(names)
}

fn broken(path: &Path, error: &ZipError) -> FileError {
    let why = match error {
        ZipError::UnsupportedArchive(_) => "the spreadsheet is locked or packed in an unusual way",
        _ => "the spreadsheet is damaged",
    };
    FileError::refused(path, format!("{why}; open it, save it as a new .xlsx file and try again"))
}

fn absurd(name: &str, longest: usize) -> bool {
    let steps_out = name.split(['/', '\\']).any(|step| step == "..");
    name.is_empty()
        || name.len() > longest
        || name.starts_with(['/', '\\'])
        || steps_out
        || name.contains(char::is_control)
}

/// Inflates an entry to nowhere and gives what all entries so far came to.
fn inflate(
    path: &Path,
    at: usize,
    name: &str,
    mut entry: impl Read,
    mut all: u64,
    caps: Caps,
) -> Result<u64, FileError> {
    let strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
    let cap = if strings { caps.strings } else { caps.entry };
    let mut block = vec![0; 1 << 16];
    let mut text = Vec::new();
    let mut size: u64 = 0;
    loop {
        // Neither a sum of its bytes that does not agree nor an end that is missing is worth another word.
        let read = entry.read(&mut block).map_err(|_| {
            let why = format!("entry {} of the spreadsheet is damaged; save it anew and try again", at + 1);
            FileError::refused(path, why)
        })?;
        if read == 0 {
            break;
        }
        if size == 0 {
            starts_well(path, at, &block[..read])?;
        }
        size += read as u64;
        all += read as u64;
        if size > cap || all > caps.all {
            let why = format!(
                "the spreadsheet grows to more than {} MB when it is unpacked; expected at most {} MB in all",
                cap.min(caps.all) >> 20,
                caps.all >> 20
            );
            return Err(FileError::refused(path, why));
        }
        if strings {
            text.extend_from_slice(&block[..read]);
        }
    }
    if strings && declares_too_much(&text) {
        return Err(FileError::refused(path, "the spreadsheet declares more texts than it can hold"));
    }
    Ok(all)
}

/// Refuses an archive inside the archive, and text in an encoding in which we would not see what it declares.
fn starts_well(path: &Path, at: usize, start: &[u8]) -> Result<(), FileError> {
    let inside = [&b"PK\x03\x04"[..], &[0x1F, 0x8B], b"7z\xBC\xAF", b"Rar!"];
    if inside.iter().any(|magic| start.starts_with(magic)) {
        let why =
            format!("entry {} of the spreadsheet is an archive itself; remove what is embedded", at + 1);
        return Err(FileError::refused(path, why));
    }
    let wide = [&[0xFF, 0xFE][..], &[0xFE, 0xFF], &[b'<', 0], &[0, b'<']];
    if wide.iter().any(|mark| start.starts_with(mark)) {
        let why = format!("entry {} of the spreadsheet is UTF-16 text; expected UTF-8", at + 1);
        return Err(FileError::refused(path, why));
    }
    Ok(())
}

/// Whether a table of texts declares more of them than its bytes can hold. The reader makes room for as many as are
/// declared before it has seen one.
fn declares_too_much(text: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let most = text.len() as u64 / 4;
    positions(text, NAME).any(|at| {
        let rest = text[at + NAME.len()..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { return false };
        let Some([b'"' | b'\'', digits @ ..]) = Some(rest.trim_ascii_start()) else { return false };
        let digits: String =
            digits.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
        !digits.is_empty() && digits.parse::<u64>().is_ok_and(|n| n > most)
    })
}

fn positions<'t>(text: &'t [u8], word: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let first = word.first().copied();
    text.iter()
        .enumerate()
        .filter(move |(at, b)| Some(**b) == first && text[*at..].starts_with(word))
        .map(|(at, _)| at)
}

/// How often a mark stands in a file.
fn count(file: &mut File, mark: &[u8]) -> std::io::Result<usize> {
    let mut block = vec![0; 1 << 16];
    let (mut found, mut kept) = (0, 0);
    loop {
        let read = file.read(&mut block[kept..])?;
        let filled = kept + read;
        if read == 0 {
            return Ok(found);
        }
        found += positions(&block[..filled], mark).count();
        // A mark that the end of the block cuts is counted with the next block.
        kept = filled.min(mark.len() - 1);
        block.copy_within(filled - kept..filled, 0);
    }
}
