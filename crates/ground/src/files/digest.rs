//! A file's fingerprint, so that a run can say exactly what it read.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::FileError;
use super::limits::BLOCK_BYTES;

/// SHA-256 over the bytes of these files in this order, as 64 hexadecimal digits.
pub fn digest(paths: &[impl AsRef<Path>]) -> Result<String, FileError> {
    let mut hash = Sha256::new();
    paths.iter().try_for_each(|path| each_block(path.as_ref(), |block| hash.update(block)))?;
    Ok(hexadecimal(&hash.finalize()))
}

/// The digest of each of these files, and that of all in this order, each file read once.
pub fn digests(paths: &[impl AsRef<Path>]) -> Result<(Vec<String>, String), FileError> {
    let mut all = Sha256::new();
    let one = |path: &Path, all: &mut Sha256| {
        let mut own = Sha256::new();
        each_block(path, |block| {
            own.update(block);
            all.update(block);
        })?;
        Ok(hexadecimal(&own.finalize()))
    };
    let each = paths.iter().map(|path| one(path.as_ref(), &mut all)).collect::<Result<_, FileError>>()?;
    Ok((each, hexadecimal(&all.finalize())))
}

fn each_block(path: &Path, mut take: impl FnMut(&[u8])) -> Result<(), FileError> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut file = File::open(path).map_err(FileError::system(path))?;
    loop {
        let read = file.read(&mut block).map_err(FileError::system(path))?;
        if read == 0 {
            return Ok(());
        }
        take(&block[..read]);
    }
}

/// SHA-256 of a text.
pub fn digest_text(text: &str) -> String {
    digest_bytes(text.as_bytes())
}

/// SHA-256 of these bytes.
pub fn digest_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Two hexadecimal digits for each byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that these hexadecimal digits stand for; none where they are not pairs of such digits.
pub fn bytes_of_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_and_all_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [("a", "Knees"), ("b", ""), ("c", " and backs")].map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        });
        let (each, all) = digests(&files).expect("read");
        assert_eq!(each, [digest_text("Knees"), digest_text(""), digest_text(" and backs")]);
        assert_eq!(all, digest_text("Knees and backs"));
        assert_eq!(all, digest(&files).expect("read"));
    }
}
