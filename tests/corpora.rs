//! Every file that is kept in a corpus, read by the reader that it is kept for: files that once broke something, and
//! files that between them take the readers everywhere that fuzzing has been (`cargo xtask fuzz`).

use std::path::{Path, PathBuf};

use crate::support::readers::READERS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn the_corpora_are_answered() {
    let corpora = root().join("fuzz/corpus");
    let hostile = files(&root().join("crates/offers/corpus"));
    for (name, reader) in READERS {
        let mut kept = files(&corpora.join(name));
        assert!(!kept.is_empty(), "fuzz/corpus/{name} is empty");
        if name.starts_with("directory-") {
            kept.extend_from_slice(&hostile);
        }
        let folder = tempfile::tempdir().expect("a folder");
        for file in kept {
            // The test's output, which is shown where it fails, ends with the file that did it.
            eprintln!("{name}: {}", file.display());
            reader(folder.path(), &std::fs::read(&file).expect("a file"));
        }
    }
}

#[test]
fn corpora_stay_small_and_have_a_reader() {
    const MOST_FILES: usize = 60;
    const MOST_BYTES: u64 = 16 << 10;
    for corpus in files(&root().join("fuzz/corpus")) {
        let name = corpus.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(READERS.iter().any(|(known, _)| *known == name), "fuzz/corpus/{name} has no reader");
        let kept = files(&corpus);
        assert!(kept.len() <= MOST_FILES, "{name} keeps {} files; keep what is different", kept.len());
        for file in kept {
            let bytes = std::fs::metadata(&file).expect("a file").len();
            assert!(bytes <= MOST_BYTES, "{}: {bytes} bytes; cut it down to what it shows", file.display());
        }
    }
}
