//! The seeded county against which engines are compared (`bench/gen.py` beside the test data) and the digest of rows that
//! all of them must give.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Where test data are, or why a test is skipped. Where the data must be there (`MERES_REQUIRE_TEST_DATA=1`), their
/// absence is a failure.
pub(crate) fn test_data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MERES_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        |set| Path::new(env!("CARGO_MANIFEST_DIR")).join(set),
    );
    let path = root.join(folder);
    if path.exists() {
        return Some(path.canonicalize().expect("a path"));
    }
    let required = std::env::var_os("MERES_REQUIRE_TEST_DATA").is_some_and(|v| v == "1");
    assert!(!required, "{} is not there, and MERES_REQUIRE_TEST_DATA=1", path.display());
    eprintln!("skipped: {} is not there (MERES_TEST_DATA names the folder of test data)", path.display());
    None
}

/// A Python with numpy and pyarrow: `MERES_PYTHON`, or `python3` if it has them.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MERES_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let has = Command::new(&python).args(["-c", "import numpy, pyarrow"]).output();
    has.is_ok_and(|run| run.status.success()).then_some(python)
}

/// Makes the county of this name in a folder and gives where its files are; nothing where that cannot be done.
pub(crate) fn generated(name: &str, folder: &Path) -> Option<PathBuf> {
    let generator = test_data("../bench/gen.py")?;
    let Some(python) = python() else {
        eprintln!("skipped: no Python with numpy and pyarrow (MERES_PYTHON names one)");
        return None;
    };
    let run =
        Command::new(python).arg(generator).arg(name).current_dir(folder).output().expect("python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(folder.join("data").join(name))
}

/// The digest of a `matches.csv` as the peers' `compare.py` prints it: rows by pid and rank, the pids as text, then
/// column by column as little-endian numbers.
pub(crate) fn digest_of_rows(matches_csv: &Path) -> (usize, String) {
    let text = std::fs::read_to_string(matches_csv).expect("matches");
    let mut rows: BTreeMap<(&str, i8), [i32; 4]> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut fields = line.split(',');
        let pid = fields.next().expect("a pid");
        let mut number = || fields.next().expect("a field").parse::<i32>().expect("a number");
        let rank = i8::try_from(number()).expect("a rank");
        rows.insert((pid, rank), [number(), number(), number(), number()]);
    }
    let mut hash = Sha256::new();
    rows.keys().for_each(|(pid, _)| hash.update(pid));
    rows.keys().for_each(|(_, rank)| hash.update(rank.to_le_bytes()));
    for column in 0..4 {
        rows.values().for_each(|row| hash.update(row[column].to_le_bytes()));
    }
    let digest = hash.finalize();
    (rows.len(), digest[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}
