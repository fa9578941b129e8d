//! What files and addresses hold: read by the readers of the directory, whatever they hold.

use std::path::Path;

use ground::fetch::{FetchLimits, Reach};
use offers::directory::import::{DirectoryMapping, FeedError, PageLimits, read_feed, read_feed_watched};
use offers::directory::{Feed, FeedProblem};
use web::{Problem, Upload};

/// Problems that are kept of one import; a feed with more has one fault many times over.
const MOST_PROBLEMS: usize = 20_000;

/// What was read, or why it could not be.
pub(super) struct Read {
    pub(super) feed: Result<Feed, String>,
    pub(super) problems: Vec<FeedProblem>,
    /// How many there were, kept or not.
    pub(super) all_problems: usize,
}

impl Read {
    fn of(read: Result<Feed, FeedError>, hidden: Option<&Path>) -> Self {
        let (feed, mut problems) = match read {
            Ok(mut feed) => {
                let problems = std::mem::take(&mut feed.problems);
                (Ok(feed), problems)
            }
            Err(error) => (Err(plain(&error.to_string(), hidden)), error.problems().to_vec()),
        };
        let all_problems = problems.len();
        problems.truncate(MOST_PROBLEMS);
        Self { feed, problems, all_problems }
    }
}

/// An error without the folder in which the files lay while they were read.
fn plain(error: &str, hidden: Option<&Path>) -> String {
    let Some(folder) = hidden else { return error.to_owned() };
    let mut words = error.to_owned();
    while let Some(at) = words.find(&folder.display().to_string()) {
        let rest = &words[at..];
        // The folder itself, the number of the file, and then its name.
        let end = rest
            .char_indices()
            .filter(|(_, c)| *c == '/')
            .nth(folder.components().count())
            .map(|(i, _)| i + 1);
        words.replace_range(at..at + end.unwrap_or_else(|| folder.display().to_string().len()), "");
    }
    words
}

/// Reads files that were sent, on a thread that may take its time.
pub(super) async fn files(files: Vec<Upload>, mapping: Option<DirectoryMapping>) -> Result<Read, Problem> {
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<Read> {
        let folder = tempfile::tempdir()?;
        let mut paths = Vec::new();
        for (at, file) in files.into_iter().enumerate() {
            // Two files may have one name.
            let own = folder.path().join(at.to_string());
            std::fs::create_dir(&own)?;
            let path = own.join(&file.name);
            std::fs::write(&path, &file.bytes)?;
            paths.push(path);
        }
        Ok(Read::of(read_feed(&paths, mapping.as_ref()), Some(folder.path())))
    });
    read.await.map_err(Problem::broken)?.map_err(Problem::broken)
}

/// Reads a feed, telling how many records came so far.
pub(super) async fn address(address: &str, reach: Reach, said: &(dyn Fn(u64) + Sync)) -> Read {
    let limits =
        PageLimits { fetch: FetchLimits { reach, ..FetchLimits::default() }, ..PageLimits::default() };
    Read::of(read_feed_watched(address, limits, said).await, None)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::plain;

    #[test]
    fn where_a_file_lay_is_not_told() {
        let folder = Path::new("/own/x1");
        assert_eq!(plain("/own/x1/0/a.csv: no heading", Some(folder)), "a.csv: no heading");
        assert_eq!(plain("a.csv: no heading", Some(folder)), "a.csv: no heading");
        assert_eq!(plain("/own/x1", Some(folder)), "");
    }
}
