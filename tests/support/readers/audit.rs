//! What vouches for the log: checkpoints that were kept elsewhere, and keys.

use std::path::Path;

use ground::audit::{Checkpoint, End, PublicKey, SigningKey, read_checkpoints};

use super::{sentence, written};

/// The only checkpoints that the key of the corpus has signed.
fn signed(key: &SigningKey) -> [(Checkpoint, String); 2] {
    let end = |chain, seq| End { chain, seq, hash: "ab".repeat(32) };
    let first = Checkpoint { at: "2026-09-01T10:00:00.000000Z".to_owned(), ends: vec![end(1, 7)] };
    let second =
        Checkpoint { at: "2026-09-02T10:00:00.000000Z".to_owned(), ends: vec![end(1, 9), end(2, 4)] };
    [first, second].map(|checkpoint| {
        let text = checkpoint.signed(key);
        (checkpoint, text)
    })
}

/// Nothing is read as a checkpoint that was not signed. `@1` and `@2` stand for the signed ones, so that the fuzzer can
/// put them together without knowing the key.
pub(super) fn checkpoints(_: &Path, bytes: &[u8]) {
    let key = SigningKey::from_random([7; 32]);
    let [first, second] = signed(&key);
    let text = String::from_utf8_lossy(bytes).replace("@1", &first.1).replace("@2", &second.1);
    match read_checkpoints(&text, &key.public()) {
        Ok(found) => {
            assert!(found.iter().all(|one| *one == first.0 || *one == second.0), "forged: {found:?}");
        }
        Err(error) => sentence(false, &error),
    }
}

/// A key reads back as itself, from a file and from its digits.
pub(super) fn keys(folder: &Path, bytes: &[u8]) {
    let path = written(folder, "key", bytes);
    match PublicKey::read(&path.to_string_lossy()) {
        Ok(key) => assert_eq!(PublicKey::read(&key.to_string()).ok(), Some(key)),
        Err(error) => sentence(false, &error),
    }
    if let Err(error) = SigningKey::read(&path) {
        sentence(false, &error);
    }
}
