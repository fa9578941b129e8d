//! The rows are those of every other engine, to the last byte, whatever the format and the thread count.

use crate::support::bench::{digest_of_rows, generated};
use crate::support::meres::done;

fn check(name: &str, rows: usize, digest: &str, runs: &[(&str, u32)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(data) = generated(name, folder.path()) else { return };
    for (format, threads) in runs {
        let data = data.display();
        done(
            folder.path(),
            &format!(
                "match --population {data}/persons.{format} --services {data}/services.{format} --out out \
                 --rows-only --format csv --threads {threads}"
            ),
        );
        let found = digest_of_rows(&folder.path().join("out/matches.csv"));
        assert_eq!(found, (rows, digest.to_owned()), "{name} from {format} on {threads} threads");
    }
}

#[test]
fn the_small_county_gives_the_rows_of_every_engine() {
    let runs = [("parquet", 1), ("parquet", 2), ("parquet", 7), ("csv", 1), ("csv", 3)];
    check("small", 25_741, "cf6cdc5b9e9ff4a6", &runs);
}

#[test]
fn the_whole_county_gives_the_rows_of_every_engine() {
    check("base", 1_075_560, "4832737df2b0ac7a", &[("parquet", 2), ("csv", 1)]);
}
