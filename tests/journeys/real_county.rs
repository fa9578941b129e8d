//! The main job on a real county: real postcodes, real small areas, real practices and the services that really were
//! there in 2014. The people are invented.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use planning::extract::{Allowance, Mapping};
use planning::supply::import_services;
use tempfile::TempDir;

use crate::support::bench::test_data;
use crate::support::data_folder::{acts, contents, rows};
use crate::support::extract::people;
use crate::support::meres::{Said, done, files, run, say, summary};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/directory").join(name)
}

/// A folder in which a data folder "data" is to come.
struct Given {
    folder: TempDir,
    geography: PathBuf,
    directory: PathBuf,
}

impl Given {
    /// Nothing where the test data are not there.
    fn real() -> Option<Self> {
        let (geography, directory) = (test_data("geography")?, test_data("directory")?);
        Some(Self { folder: tempfile::tempdir().expect("a folder"), geography, directory })
    }

    /// The same with places, the historic directory and what its terms may mean.
    fn with_directory() -> Option<Self> {
        let given = Self::real()?;
        given.import_place("");
        given.import_directory("");
        let topics = example("nhs-choices-2014-topics.toml");
        fs::copy(topics, given.data().join("directory.toml")).expect("copied");
        Some(given)
    }

    fn here(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> PathBuf {
        self.here().join("data")
    }

    fn import_place(&self, more: &str) -> Said {
        done(self.here(), &format!("import place {} --data data {more}", self.geography.display()))
    }

    fn import_directory(&self, more: &str) -> Said {
        let (directory, mapping) = (self.directory.display(), example("nhs-choices-2014.toml"));
        let line = format!("import directory {directory} --mapping {} --data data {more}", mapping.display());
        done(self.here(), &line)
    }

    /// Invented people, so many to a small area, kept as "invented".
    fn import_people(&self) -> Said {
        let sql = "SELECT lsoa FROM area ORDER BY lsoa";
        let areas: Vec<String> = rows(&self.data(), sql, |row| row.text("lsoa").expect("a code"));
        assert_eq!(areas.len(), 435);
        people(self.here(), &areas, 6_000, 2014);
        done(
            self.here(),
            "import population people.csv --mapping mapping.toml --name invented --purpose Rehearsal \
             --agreement DSA-1 --keep-until 2030-01-31 --data data",
        )
    }

    fn invite(&self, venue: &str) -> Said {
        let line = ["invite", "--data", "data", "--population", "invented", "--venue", venue];
        run(self.here(), &[&line[..], &["--radius", "10000", "--stands", "10", "--out", "hub"]].concat())
    }
}

/// The report of the real county, for the browser; none where its files are not there.
pub(crate) fn county_report() -> Option<String> {
    let given = Given::with_directory()?;
    given.import_people();
    done(given.here(), "match --data data --population invented --out out");
    Some(fs::read_to_string(given.here().join("out/report.html")).expect("a report"))
}

#[track_caller]
fn says(said: &Said, lines: &[&str]) {
    for line in lines {
        assert!(said.out.lines().any(|out| out == *line), "{}\nshould say: {line}", said.out);
    }
}

#[test]
fn the_real_county_comes_in_once_and_again_nothing_changes() {
    let Some(given) = Given::real() else { return };
    says(
        &given.import_place(""),
        &[
            "Postcodes: 29,654 new, 0 changed, 0 as before",
            "Small areas: 435 new, 0 changed, 0 as before",
            "Practices: 154 new, 0 changed, 0 as before",
        ],
    );
    // What the joined table of the same publishers says.
    let sql = "SELECT p.lsoa AS lsoa, a.name AS name, a.imd_decile AS decile FROM postcode p \
               JOIN area a ON a.lsoa = p.lsoa WHERE p.postcode = 'NG31 7AA'";
    let text = |row: &ground::database::Row, name: &str| row.text(name).expect("text");
    let found =
        rows(&given.data(), sql, |row| (text(row, "lsoa"), text(row, "name"), row.whole("decile").ok()));
    assert_eq!(found, [("E01026317".to_owned(), "South Kesteven 006A".to_owned(), Some(4))]);

    let as_before = [
        "Postcodes: 0 new, 0 changed, 29,654 as before",
        "Small areas: 0 new, 0 changed, 435 as before",
        "Practices: 0 new, 0 changed, 154 as before",
    ];
    let before = contents(&given.data());
    says(&given.import_place(""), &as_before);
    says(&given.import_place("--dry-run"), &as_before);
    assert!(before == contents(&given.data()), "the data folder was written");
}

#[test]
fn the_historic_directory_comes_in_once_and_again_nothing_changes() {
    let Some(given) = Given::real() else { return };
    given.import_place("");
    let (before, acts_before) = (contents(&given.data()), acts(&given.data()));
    let kinds = ["Organisations", "Services", "Sites"];
    let new = kinds.map(|kind| format!("{kind}: 404 new, 0 changed, 0 as before, 0 gone from the source"));
    let new = new.each_ref().map(String::as_str);

    let said = given.import_directory("--dry-run");
    says(&said, &new);
    says(&said, &["Source: directory", "Nothing was changed."]);
    assert_eq!(acts(&given.data()), acts_before);
    let after = contents(&given.data());
    // The settings that ship are put where an analyst finds them; nothing else is there that was not.
    assert!(before.iter().all(|(file, bytes)| after.get(file) == Some(bytes)), "the data folder was written");

    says(&given.import_directory(""), &new);
    assert_eq!(acts(&given.data()), acts_before + 1);
    let before = contents(&given.data());
    let same = kinds.map(|kind| format!("{kind}: 0 new, 0 changed, 404 as before, 0 gone from the source"));
    let same = same.each_ref().map(String::as_str);
    says(&given.import_directory(""), &same);
    says(&given.import_directory("--dry-run"), &same);
    assert!(before == contents(&given.data()), "the data folder was written");
}

/// The number before these words in what was said; 0 where they were not said.
fn counted(said: &Said, words: &str) -> u64 {
    let line = said.out.lines().find(|line| line.contains(words));
    line.and_then(|line| line.split_whitespace().next()?.replace(',', "").parse().ok()).unwrap_or(0)
}

#[test]
fn historic_services_are_exported_whole_and_each_near_its_postcode() {
    let Some(given) = Given::with_directory() else { return };
    let exported = ["services.csv", "services.parquet"].map(|file| {
        let said = done(given.here(), &format!("export services --data data --out {file}"));
        // Each has one site, so that rows are services.
        let reasons = ["left out: not active", "left out: none of its terms", "left out: no place"];
        let left_out: u64 = reasons.iter().map(|why| counted(&said, why)).sum();
        let rows = counted(&said, " from ");
        assert_eq!(rows + left_out, 404, "{}", said.out);
        assert!(rows > 300, "{}", said.out);
        let none = Allowance { percent: 0.0 };
        let read = import_services(&given.here().join(file), &Mapping::default(), none).expect("readable");
        assert_eq!((read.rows_read, read.rows_left_out), (rows, 0));
        read
    });
    let [csv, parquet] = exported;
    assert_eq!(format!("{:?}", csv.services), format!("{:?}", parquet.services));

    let point = |row: &ground::database::Row| {
        let metres = |name| row.whole(name).expect("metres");
        (row.text("postcode").expect("a postcode"), (metres("easting"), metres("northing")))
    };
    let sql = "SELECT postcode, easting, northing FROM postcode";
    let places: BTreeMap<String, (i64, i64)> = rows(&given.data(), sql, point).into_iter().collect();
    let text = fs::read_to_string(given.here().join("services.csv")).expect("read");
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let heading = lines.headers().expect("a heading").clone();
    let at = |name| heading.iter().position(|column| column == name).expect("a column");
    let (easting, northing, postcode) = (at("easting"), at("northing"), at("postcode"));
    for line in lines.records() {
        let line = line.expect("a row");
        let metres = |at: usize| line[at].parse::<i64>().expect("metres");
        let (east, north) = places[&line[postcode]];
        let squared = (metres(easting) - east).pow(2) + (metres(northing) - north).pow(2);
        assert!(squared <= 10_000_i64.pow(2), "{line:?} is not near {east},{north}");
    }
}

#[test]
fn without_topics_every_service_is_left_out_and_the_terms_are_counted() {
    let Some(given) = Given::real() else { return };
    given.import_place("");
    given.import_directory("");
    let said = done(given.here(), "export services --data data --out services.csv");
    says(
        &said,
        &[
            "0 rows from 0 services.",
            "  404 services left out: none of its terms has a topic",
            "     120  Pharmacy (NHS Choices)",
            "      37  GP practice (NHS Choices)",
        ],
    );
}

#[test]
fn the_main_job_runs_on_the_real_county() {
    let Some(given) = Given::with_directory() else { return };
    let (here, said) = (given.here(), given.import_people());
    assert!(said.out.contains("6,000 people."), "{}", said.out);
    let said = done(here, "population list --data data").out;
    for word in
        ["invented", "6,000 people", "for: Rehearsal", "under: DSA-1", "to be deleted after 31 January 2030"]
    {
        assert!(said.contains(word), "{said}\nshould say: {word}");
    }

    done(here, "match --data data --population invented --out named --format csv");
    let named = here.join("named");
    assert_eq!(
        files(&named),
        [
            "matches.csv",
            "problems.csv",
            "report.html",
            "services-problems.csv",
            "services.parquet",
            "summary.json"
        ]
    );
    let matches = fs::read_to_string(named.join("matches.csv")).expect("matches");
    assert!(matches.lines().count() > 1_000, "{}", matches.lines().count());
    let found = summary(&named);
    assert_eq!(found["place_known"], true);
    assert_eq!(found["small_areas"].as_array().map(Vec::len), Some(435));
    assert!(found["squares"].as_array().is_none_or(Vec::is_empty), "{}", found["squares"]);
    // Small areas lie within districts: beside them, how many people a district has is kept back.
    let areas = found["areas"].as_array().expect("areas");
    assert!(areas.len() == 7 && areas.iter().all(|area| area["people"] == "hidden"), "{areas:?}");
    let warnings = found["warnings"].to_string();
    for word in [
        "6,000 rows of people placed at the middle of their small area",
        "6,000 rows of people given the deprivation of their small area",
        "6,000 rows of people given the district of their small area",
    ] {
        assert!(warnings.contains(word), "{warnings}\nshould say: {word}");
    }
    let report = fs::read_to_string(named.join("report.html")).expect("a report");
    for word in ["South Kesteven", "East Lindsey", "c-map-people", "c-map-unmet"] {
        assert!(report.contains(word), "the report should hold {word}");
    }

    // By path, with the services that were exported: the same rows.
    done(here, "export services --data data --out services.parquet");
    done(
        here,
        "match --data data --population people.csv --mapping mapping.toml --services services.parquet --out path \
         --format csv",
    );
    let by_path = fs::read_to_string(here.join("path/matches.csv")).expect("matches");
    assert!(by_path == matches, "by path and by name the rows are the same");

    // Again: the same bytes, as far as nothing says when.
    done(here, "match --data data --population invented --out again --format csv");
    assert!(contents(&here.join("again")) == contents(&named), "the same question has the same answer");
}

#[test]
fn a_hub_is_invited_to_by_postcode() {
    let Some(given) = Given::with_directory() else { return };
    given.import_people();
    for (venue, status, why) in [
        ("33101", 2, "a postcode such as NG31 7AA"),
        ("NG31 7A", 2, "a postcode such as NG31 7AA"),
        ("SW1A 1AA", 3, "the data folder does not know the postcode SW1A 1AA"),
    ] {
        let said = given.invite(venue);
        assert_eq!(said.status, status, "{venue}: {}", said.err);
        assert!(said.err.contains(why), "{venue}: {}", said.err);
    }
    let said = given.invite("ng317aa");
    assert_eq!(said.status, 0, "{}", said.err);
    let said = given.invite("NG31 7AA");
    assert_eq!(said.status, 0, "{}", said.err);
    let shortlist = &summary(&given.here().join("hub"))["shortlist"];
    assert_eq!((&shortlist["easting"], &shortlist["northing"]), (&491_083.into(), &335_544.into()));
    assert!(shortlist["invited"].as_array().is_some_and(|invited| !invited.is_empty()), "{shortlist}");
}

#[test]
fn a_population_that_is_deleted_is_gone_from_the_disk() {
    let Some(given) = Given::with_directory() else { return };
    let before = contents(&given.data()).into_keys().collect::<Vec<_>>();
    given.import_people();
    assert!(contents(&given.data()).len() > before.len() + 1);
    // What an import that was stopped left behind goes too.
    let draft = given.data().join("population/.keeping-stopped");
    fs::create_dir(&draft).expect("a folder");
    fs::write(draft.join("part-00000.parquet"), "p000001").expect("written");
    let said = done(given.here(), "population delete invented --data data");
    assert!(said.out.contains("\"invented\" is deleted"), "{}", said.out);
    let left: Vec<PathBuf> =
        contents(&given.data()).into_keys().filter(|file| !before.contains(file)).collect();
    assert_eq!(left, [PathBuf::from("population/.lock")]);
    // Nobody's pseudonym is left anywhere, nor the name in the catalogue.
    for (file, bytes) in contents(&given.data()) {
        assert!(!bytes.windows(7).any(|part| part == b"p000001"), "{}", file.display());
    }
    let said = say(given.here(), "match --data data --population invented --out out");
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("\"invented\""), "{}", said.err);
    let said = say(given.here(), "population delete invented --data data");
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(!given.here().join("out").exists());
}
