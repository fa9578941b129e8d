//! Where the larger test data are (see CONTRIBUTING.md), and a database for a test.

use std::path::{Path, PathBuf};

use ground::database::{Clock, Database};

/// The database of a folder: its own, or one on PostgreSQL on the run that is for it.
pub(crate) async fn database(folder: &Path, clock: Clock) -> Database {
    let opened = match testbed::url(folder) {
        Some(url) => Database::connect(&url, clock).await,
        None => Database::open(folder, clock).await,
    };
    opened.expect("opened")
}

/// A folder of the test data, or nothing, which skips a test. Where they must be there, their absence is a failure.
pub(crate) fn test_data(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data =
        std::env::var_os("MERES_TEST_DATA").map_or_else(|| root.join("../shared/data"), |set| root.join(set));
    let path = data.join(folder);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var_os("MERES_REQUIRE_TEST_DATA").is_some_and(|v| v == "1");
    assert!(!required, "{} is not there, and MERES_REQUIRE_TEST_DATA=1", path.display());
    eprintln!("skipped: {} is not there (MERES_TEST_DATA names the folder of test data)", path.display());
    None
}
