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
    let mut block = vec![0; BLOCK_BYTES];
    for path in paths {
        let path = path.as_ref();
        let mut file = File::open(path).map_err(FileError::system(path))?;
        loop {
            let read = file.read(&mut block).map_err(FileError::system(path))?;
            if read == 0 {
                break;
            }
            hash.update(&block[..read]);
        }
    }
    Ok(hexadecimal(&hash.finalize()))
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
