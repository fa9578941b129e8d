//! What the real world hands in by mistake or by malice: refused in one clear sentence, or kept and made harmless.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::data_folder::{acts, contents, meddle};
use crate::support::extract::people;
use crate::support::feed::{page, service, write};
use crate::support::meres::{Said, done, say};

/// A data folder "data" with one class in it, and the sentence-and-status check of everything that is refused there.
struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        let kept = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(kept.here().join("postcodes.csv"), "postcode,lat,long\nNG31 7AA,52.9,-0.64\n")
            .expect("written");
        done(kept.here(), "import place postcodes.csv --data data");
        write(&kept.here().join("kept.json"), &[service("1", "Chair yoga", "NG31 7AA")]);
        done(kept.here(), "import directory kept.json --data data");
        kept
    }

    fn here(&self) -> &Path {
        self.folder.path()
    }

    /// Refused with a sentence, and the data folder is as it was but for the list of problems.
    #[track_caller]
    fn refuses(&self, line: &str, why: &str) {
        let data = self.here().join("data");
        let seen = || {
            let mut files = contents(&data);
            files.retain(|file, _| !file.starts_with("problems"));
            files
        };
        let before = (seen(), acts(&data));
        let said = say(self.here(), line);
        one_sentence(&said, line, why);
        assert_eq!(acts(&data), before.1, "{line}");
        let (after, before) = (seen(), before.0);
        let changed: Vec<_> = after.iter().filter(|(file, bytes)| before.get(*file) != Some(bytes)).collect();
        let changed: Vec<_> = changed.into_iter().map(|(file, _)| file.display().to_string()).collect();
        // The lock of the population zone is no content.
        assert!(changed.iter().all(|file| file == "population/.lock"), "{line}: {changed:?}");
    }
}

#[track_caller]
fn one_sentence(said: &Said, line: &str, why: &str) {
    assert_eq!(said.status, 3, "{line}\n{}{}", said.out, said.err);
    let sentences: Vec<&str> = said.err.lines().filter(|line| line.starts_with("meres: ")).collect();
    assert_eq!(sentences.len(), 1, "{line}\n{}", said.err);
    assert!(sentences[0].contains(why), "{line}\n{}\nshould say: {why}", said.err);
    assert!(!said.err.contains("panicked") && !said.err.contains("SECRET"), "{line}\n{}", said.err);
}

const LIBRARY: &str = "key,title,format,version,language,owner\nL1,Moving well,print,2,en,Invented Trust\n";

#[test]
fn directories_that_cannot_be_read_are_refused() {
    let kept = Kept::new();
    let here = kept.here();
    let deep = format!("{{\"contents\": [{}{}]}}", "[".repeat(10_000), "]".repeat(10_000));
    let whole = page(&[service("2", "SECRET Bowls", "NG31 7AA")]);
    let latin: Vec<u8> = whole.replace("Bowls", "Caf\u{E9}").chars().map(|c| c as u8).collect();
    let nameless = json!({"contents": [{"id": "SECRET", "status": "active"}]}).to_string();
    fs::create_dir(here.join("empty")).expect("a folder");
    for (name, bytes, why) in [
        ("deep.json", deep.as_bytes(), "deep.json: line 1, column 140: values are nested more than 128 deep"),
        ("cut.json", &whole.as_bytes()[..whole.len() / 2], "cut.json: line 1, column"),
        ("latin.json", &latin, "latin.json: line 1 is not UTF-8 text"),
        ("nothing.json", b"", "nothing.json: the file is empty"),
        ("nameless.json", nameless.as_bytes(), "no service and no organisation that can be used (1 record"),
        ("old.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", "an old Excel workbook (.xls)"),
    ] {
        fs::write(here.join(name), bytes).expect("written");
        kept.refuses(&format!("import directory {name} --data data"), why);
        kept.refuses(&format!("import directory {name} --data data --dry-run"), why);
        // One broken file among good ones: nothing of them goes in.
        if name != "nameless.json" {
            kept.refuses(&format!("import directory kept.json {name} --source x --data data"), why);
        }
    }
    kept.refuses("import directory empty --data data", "no service and no organisation that can be used");
    kept.refuses("import directory nowhere --data data", "nowhere: there is no such file");
    kept.refuses("import place empty --data data", "there is no file about places here");
    kept.refuses("import place nowhere.csv --data data", "nowhere.csv: there is no such file");
    kept.refuses("import population empty --purpose x --data data", "the folder holds no files");
    kept.refuses("import population nowhere.csv --purpose x --data data", "there is no such file");
    kept.refuses("import resources nowhere.csv --data data", "there is no such file");
    // A good list beside a bad one: neither goes in.
    fs::write(here.join("library.csv"), LIBRARY).expect("written");
    kept.refuses("import resources library.csv cut.json --data data", "cut.json");
    assert!(done(here, "import resources library.csv --data data --dry-run").out.contains("1 new"));
    // Another list of the same name is not the first one's next.
    done(here, "import resources library.csv --data data");
    fs::create_dir_all(here.join("other")).expect("made");
    fs::write(here.join("other/library.csv"), LIBRARY.replace("L1", "Z9")).expect("written");
    let line = "import resources other/library.csv --data data";
    one_sentence(&say(here, line), line, "\"library.csv\" has 1 resource, and 1 of them");
    let said = done(here, "import resources other/library.csv --source other --data data");
    assert!(said.out.contains("other: 1 new"), "{}", said.out);
    // Nor is a data folder made for them.
    for line in [
        "directory cut.json",
        "place nowhere.csv",
        "population nowhere.csv --purpose x",
        "resources cut.json",
    ] {
        let line = format!("import {line} --data new");
        one_sentence(&say(here, &line), &line, "");
        assert!(!here.join("new").exists(), "{line}");
    }
}

#[test]
fn a_spreadsheet_that_grows_without_end_is_refused() {
    let kept = Kept::new();
    let mut out = ZipWriter::new(fs::File::create(kept.here().join("bomb.xlsx")).expect("a file"));
    let packed = SimpleFileOptions::default();
    out.start_file("xl/workbook.xml", packed).expect("started");
    out.write_all(b"<workbook/>").expect("written");
    out.start_file("xl/worksheets/sheet1.xml", packed).expect("started");
    let rows =
        b"<row><c t=\"inlineStr\"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>".repeat(10_000);
    for _ in 0..100 {
        out.write_all(&rows).expect("written");
    }
    out.finish().expect("finished");
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/directory/nhs-choices-2014.toml");
    let line = format!("import directory bomb.xlsx --mapping {} --data data", mapping.display());
    kept.refuses(&line, "grows to more than 64 MB");
}

#[test]
fn an_american_feed_is_kept_and_its_places_are_not_known() {
    let kept = Kept::new();
    let american = |id: &str, zip: &str| {
        let mut one = service(id, &format!("Class {id}"), zip);
        let address = &mut one["service_at_locations"][0]["location"]["addresses"][0];
        address["state_province"] = "IL".into();
        address["country"] = "US".into();
        one
    };
    write(&kept.here().join("us.json"), &[american("1", "62701"), american("2", "62704-1234")]);
    let said = done(kept.here(), "import directory us.json --data data");
    assert!(said.out.contains("Services: 2 new") && !said.out.contains("left out"), "{}", said.out);
    let said = done(kept.here(), "export services --data data --out services.csv");
    assert!(said.out.contains("1 row from 1 service."), "{}", said.out);
    assert!(said.out.contains("2 services left out: no place, no area and not online"), "{}", said.out);
}

/// Names that a browser, a terminal or a spreadsheet would obey.
fn names() -> [(&'static str, Value); 8] {
    [
        ("1", json!("<script>alert(1)</script> & sons")),
        ("2", json!("Bell\u{7}\u{0} and \u{1B}[31mred\r\nsecond line")),
        ("3", json!("=HYPERLINK(\"https://evil.example\",\"yoga\")")),
        ("4", json!("+44 yoga")),
        ("5", json!("-2+3")),
        ("6", json!("@SUM(A1)")),
        ("7", json!("\t=1+1")),
        ("8", json!("\"quoted\", with a comma")),
    ]
}

#[test]
fn names_stay_text_wherever_they_are_shown() {
    let kept = Kept::new();
    let here = kept.here();
    let services: Vec<Value> = names()
        .into_iter()
        .map(|(id, name)| {
            let mut one = service(id, "", "NG31 7AA");
            one["organization"] = json!({"id": format!("o{id}"), "name": name.clone()});
            one["name"] = name;
            one
        })
        .collect();
    write(&here.join("names.json"), &services);
    let said = done(here, "import directory names.json --data data --dry-run");
    assert!(!said.out.contains(['\u{7}', '\u{0}', '\u{1B}', '\r']), "{:?}", said.out);
    done(here, "import directory names.json --data data");
    let problems = fs::read_to_string(here.join("data/problems/directory.csv")).expect("problems");
    assert!(problems.contains("expected text without control characters"), "{problems}");
    assert!(!problems.contains("red"), "{problems}");

    done(here, "export services --data data --out services.csv");
    let text = fs::read_to_string(here.join("services.csv")).expect("read");
    let mut seen = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.expect("a row");
        for cell in &row {
            let live = cell.starts_with(['=', '+', '@', '\t', '\r']);
            let number = cell.parse::<f64>().is_ok();
            assert!(!live && (number || !cell.starts_with('-')), "{cell:?} would be obeyed");
            assert!(!cell.contains(char::is_control), "{cell:?}");
            seen += usize::from(cell.contains("<script>") || cell.contains("HYPERLINK"));
        }
    }
    // Kept as text: both as a service's name and as its provider's.
    assert_eq!(seen, 4, "{text}");

    people(here, &["E01026317".to_owned()], 3_000, 9);
    let table = "lsoa21cd,lsoa21nm,lad,imd2025_decile,postcode,lat,long\n\
        E01026317,<b>South</b> Kesteven 006A,E07000141,4,NG31 7AA,52.9,-0.64\n";
    fs::write(here.join("areas.csv"), table).expect("written");
    done(here, "import place areas.csv --data data");
    done(here, "import population people.csv --mapping mapping.toml --name all --purpose Test --data data");
    done(here, "invite --data data --population all --venue NG317AA --radius 10000 --stands 20 --out out");
    let report = fs::read_to_string(here.join("out/report.html")).expect("a report");
    assert!(report.contains("sons"), "the report names who is invited");
    for live in ["<script>alert", "<b>South", "\u{7}", "\u{1B}"] {
        assert!(!report.contains(live), "the report holds {live:?}");
    }
    let shortlist = fs::read_to_string(here.join("out/shortlist.csv")).expect("a shortlist");
    for row in csv::Reader::from_reader(shortlist.as_bytes()).records() {
        let row = row.expect("a row");
        assert!(!row.iter().any(|cell| cell.starts_with(['=', '+', '@', '\t'])), "{row:?}");
    }
}

#[test]
fn data_folders_that_are_none_of_ours_are_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    if testbed::url(here).is_some() {
        // It is about the files of the embedded database.
        return;
    }
    write(&here.join("one.json"), &[service("1", "Chair yoga", "NG31 7AA")]);
    fs::write(here.join("file"), "not a folder").expect("written");
    fs::create_dir(here.join("other")).expect("a folder");
    fs::write(here.join("other/meres.db"), "a diary\n".repeat(1_000)).expect("written");
    done(here, "import directory one.json --data newer");
    meddle(
        &here.join("newer"),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99991231, 'from the future', 1, x'00', 0)",
    );
    let before = contents(here);
    for (data, why) in [
        ("file", "a file stands where the data folder should be"),
        ("other", "this is no SQLite file"),
        ("newer", "a newer Meres made this database"),
    ] {
        for line in ["import directory one.json", "import place one.json", "export services --out x.csv"] {
            // What is no table of places is refused before the folder is looked at.
            let why = if line.starts_with("import place") { "" } else { why };
            let why = if data == "file" && line.starts_with("export") {
                "there is no such data folder"
            } else {
                why
            };
            one_sentence(&say(here, &format!("{line} --data {data}")), line, why);
        }
    }
    let after = contents(here);
    let changed: Vec<_> = after.iter().filter(|(file, bytes)| before.get(*file) != Some(bytes)).collect();
    let changed: Vec<_> = changed.into_iter().map(|(file, _)| file.display().to_string()).collect();
    assert!(changed.is_empty(), "{changed:?}");
}
