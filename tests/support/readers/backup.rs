//! Backups that a key has opened: whoever knows the recipient can have written them.

use std::fs;
use std::path::Path;

use ground::backup::{Part, Restoring, Source, Target, Tree, digest_of};
use ground::database::dump::Place;
use ground::files::digest_bytes;

use super::sentence;

/// What stands in a data folder's zones.
const HOLDS: [&str; 3] = ["population", "crosstab", "directory.toml"];

/// Whatever a backup says, its files come to stand where they are expected and nowhere else; what was restored is as much as
/// the backup says.
pub(super) fn backup(folder: &Path, bytes: &[u8]) {
    let outside = folder.join("outside");
    let place = outside.join("restored");
    let _ = fs::remove_dir_all(&outside);
    fs::create_dir_all(&place).expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match runtime.block_on(restored(&place, ended(bytes))) {
        Ok(()) => {}
        // A file that cannot be made is said by its name, which the backup gave it.
        Err(error) => sentence(true, &error),
    }
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(&outside), ["restored"], "something stands beside the folder");
    for name in names(&place) {
        assert!(HOLDS.contains(&name.as_str()) || name.starts_with("meres.db"), "{name}");
    }
}

async fn restored(place: &Path, bytes: Vec<u8>) -> Result<(), ground::backup::BackupError> {
    let restoring = Restoring::decrypted(Box::new(std::io::Cursor::new(bytes)))?;
    let part = restoring.header().part;
    let tree = Tree { root: place, holds: &HOLDS };
    let (held, filling) = restoring.into(Target { place: Some(Place::Folder(place)), tree }, |_| ()).await?;
    if let Some(filling) = filling {
        drop(filling);
    } else {
        let found = digest_of(&mut Source { part: Part::Population, snapshot: None, tree }).await?;
        // Not by digest: whoever is not Meres may have written the files in another order, or in other pieces.
        assert!(part == Part::Population && (found.files, found.bytes) == (held.files, held.bytes));
    }
    Ok(())
}

/// The same with the last frame that belongs to it, where it has none: no fuzzer finds a digest.
fn ended(bytes: &[u8]) -> Vec<u8> {
    let (mut at, mut first, mut inside) = (0, None, b' ');
    let (mut tables, mut rows, mut files, mut held) = (0_u64, 0_u64, 0_u64, 0_u64);
    while let Some(start) = bytes.get(at..at + 5) {
        let length = u32::from_be_bytes([start[1], start[2], start[3], start[4]]) as usize;
        if bytes.len() < at + 5 + length || start[0] == b'Z' {
            break;
        }
        match start[0] {
            b'T' | b'F' => inside = start[0],
            b'R' => rows += 1,
            b'D' => held += length as u64,
            b'E' if inside == b'T' => tables += 1,
            b'E' => files += 1,
            _ => {}
        }
        at += 5 + length;
        first = first.or(Some(at));
    }
    let Some(first) = first.filter(|_| at == bytes.len()) else { return bytes.to_vec() };
    let digest = digest_bytes(&bytes[first..]);
    let last = format!(
        "{{\"tables\":{tables},\"rows\":{rows},\"files\":{files},\"bytes\":{held},\"digest\":\"{digest}\"}}"
    );
    let length = u32::try_from(last.len()).expect("short").to_be_bytes();
    [bytes, b"Z", &length, last.as_bytes()].concat()
}
