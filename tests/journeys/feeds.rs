//! Directories as their publishers hand them over: the official examples, a server that lies about its own counts, and
//! two sources that both know of one class.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::bench::test_data;
use crate::support::data_folder::{acts, contents, count};
use crate::support::feed::{service, write};
use crate::support::meres::{Said, county, done, say};

#[test]
fn the_official_examples_have_the_verdict_that_their_names_promise() {
    let Some(mocks) = test_data("oruk/mocks") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let said = done(here, &format!("import directory {}/V3.0-UK-Default --data data", mocks.display()));
    assert!(said.out.contains("Services: 1 new, 0 changed"), "{}", said.out);

    let before = (contents(&data), acts(&data));
    let fail = format!("import directory {}/V3.0-UK-Fail/service_list.json --data data", mocks.display());
    let said = say(here, &format!("{fail} --problems problems.csv"));
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("(4 records read, 4 left out)"), "{}", said.err);
    let problems = fs::read_to_string(here.join("problems.csv")).expect("problems");
    for at in 0..4 {
        let line = format!("service_list.json,$.contents[{at}].name,name,'name' is required");
        assert!(problems.contains(&line), "{problems}");
    }
    assert!(before == (contents(&data), acts(&data)), "the data folder was written");

    // Into a folder that is not there: none is made.
    let said = say(here, &fail.replace("--data data", "--data other"));
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(!here.join("other").exists());
}

/// How a server numbers its pages.
#[derive(Clone, Copy)]
enum Pages {
    InOrder,
    AlwaysTheFirst,
}

/// A server that answers a path with its query by a body, or with "no such page"; lives as long as the test program.
fn listen(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let (mut first, mut line) = (String::new(), String::new());
                let _ = reader.read_line(&mut first);
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let answered = answer(first.split(' ').nth(1).unwrap_or("/"));
                let (status, body) = answered.map_or((404, String::new()), |body| (200, body));
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
            });
        }
    });
    format!("http://{address}/services")
}

/// The number of the page that is asked for.
fn page_of(path: &str) -> usize {
    let number = path.split_once("?page=").and_then(|(_, behind)| behind.split('&').next()?.parse().ok());
    number.unwrap_or(1).max(1)
}

/// A feed of so many services (the number can be changed) whose pages lie about themselves. Gives its address.
fn serve(services: &Arc<AtomicUsize>, pages: Pages) -> String {
    let services = services.clone();
    listen(move |path| {
        let page = match pages {
            Pages::InOrder => page_of(path),
            Pages::AlwaysTheFirst => 1,
        };
        let held: Vec<_> = (0..services.load(Ordering::SeqCst))
            .skip((page - 1) * 50)
            .take(50)
            .map(|n| service(&n.to_string(), &format!("Class {n}"), "NG31 7AA"))
            .collect();
        let body = json!({
            "total_items": 7, "total_pages": 1, "page_number": 9, "size": 3, "first_page": false, "last_page": true,
            "empty": true, "contents": held,
        });
        Some(body.to_string())
    })
}

#[track_caller]
fn services(said: &Said, counts: &str) {
    assert!(said.out.contains(&format!("Services: {counts}")), "{}\nshould say: {counts}", said.out);
}

const STANDING: &str = "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL";
const EVER: &str = "SELECT COUNT(*) AS n FROM service";

#[test]
fn a_feed_that_lies_about_its_counts_is_read_by_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let held = Arc::new(AtomicUsize::new(120));
    let line = format!("import directory {} --data data", serve(&held, Pages::InOrder));

    let said = done(here, &line);
    services(&said, "120 new, 0 changed, 0 as before, 0 gone from the source");
    let problems = fs::read_to_string(data.join("problems/directory.csv")).expect("problems");
    assert!(problems.contains("no page behind the one that said it was the last; it was read"), "{problems}");
    assert!(!problems.contains("left out"), "{problems}");

    services(&done(here, &line), "0 new, 0 changed, 120 as before, 0 gone from the source");
    assert_eq!(acts(&data), 1);

    held.store(119, Ordering::SeqCst);
    let gone = "0 new, 0 changed, 119 as before, 1 gone from the source";
    services(&done(here, &format!("{line} --dry-run")), gone);
    assert_eq!((count(&data, STANDING), acts(&data)), (120, 1));
    services(&done(here, &line), gone);
    assert_eq!((count(&data, STANDING), count(&data, EVER), acts(&data)), (119, 120, 2));

    held.store(120, Ordering::SeqCst);
    services(&done(here, &line), "0 new, 0 changed, 119 as before, 0 gone from the source, 1 back again");

    // A server that has nothing any more: refused, and nothing is marked as gone.
    held.store(0, Ordering::SeqCst);
    let said = say(here, &line);
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert_eq!(count(&data, STANDING), 120);
}

/// A feed whose list has summaries, and whose single services can be had up to this one.
fn serve_summaries(can_be_had: &Arc<AtomicUsize>) -> String {
    let can_be_had = can_be_had.clone();
    listen(move |path| {
        let whole = |n: usize| service(&n.to_string(), &format!("Class {n}"), "NG31 7AA");
        if let Some(id) = path.strip_prefix("/services/") {
            return id
                .parse()
                .ok()
                .filter(|n| *n < can_be_had.load(Ordering::SeqCst))
                .map(|n| whole(n).to_string());
        }
        let held = if page_of(path) == 1 { 0..4 } else { 0..0 };
        let summary =
            |n: usize| json!({"id": n.to_string(), "name": format!("Class {n}"), "status": "active"});
        Some(json!({"contents": held.map(summary).collect::<Vec<_>>()}).to_string())
    })
}

#[test]
fn no_summary_takes_the_place_of_a_whole_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let can_be_had = Arc::new(AtomicUsize::new(4));
    let line = format!("import directory {} --data data", serve_summaries(&can_be_had));
    services(&done(here, &line), "4 new, 0 changed, 0 as before, 0 gone from the source");
    let whole = "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL AND record LIKE '%Exercise%'";
    assert_eq!(count(&data, whole), 4);

    can_be_had.store(1, Ordering::SeqCst);
    let said = done(here, &line);
    services(&said, "0 new, 0 changed, 1 as before, 0 gone from the source, 3 not read and kept");
    assert!(
        said.out.contains("Sites: 0 new, 0 changed, 1 as before, 0 gone from the source, 3 not read"),
        "{}",
        said.out
    );
    assert_eq!(count(&data, whole), 4);
    let problems = fs::read_to_string(data.join("problems/directory.csv")).expect("problems");
    assert_eq!(problems.matches(",not read whole").count(), 3, "{problems}");

    can_be_had.store(0, Ordering::SeqCst);
    let before = (contents(&data), acts(&data));
    let said = say(here, &format!("{line} --problems problems.csv"));
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("none of the services could be read under its own address"), "{}", said.err);
    assert!(before == (contents(&data), acts(&data)), "the data folder was written");
}

#[test]
fn a_feed_whose_page_repeats_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = Arc::new(AtomicUsize::new(120));
    let line = format!("import directory {} --data data", serve(&held, Pages::AlwaysTheFirst));
    services(&done(folder.path(), &line), "50 new, 0 changed, 0 as before, 0 gone from the source");
}

#[test]
fn a_feed_that_cannot_be_had_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    // A port that nobody listens on any more.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
    for (sources, status, why) in [
        (format!("http://{address}/services"), 3, "127.0.0.1"),
        (format!("http://{address}/services more.json"), 2, "one address at a time"),
        ("nowhere.json".to_owned(), 3, "there is no such file"),
    ] {
        let said = say(here, &format!("import directory {sources} --data data"));
        assert_eq!(said.status, status, "{sources}: {}", said.err);
        assert!(said.err.contains(why), "{sources}: {}", said.err);
        assert!(!here.join("data").exists(), "{sources}");
    }
}

/// Two sources that both know of one class, at the same postcode.
fn two_sources(here: &Path) {
    let county = [service("1", "Chair yoga", "NG31 7AA"), service("2", "Bowls", "NG31 8AA")];
    let mut town = service("77", "Chair Yoga", "NG31 7AA");
    town["organization"] = json!({"id": "trust", "name": "Another Trust"});
    write(&here.join("county.json"), &county);
    write(&here.join("town.json"), &[town]);
    done(here, "import directory county.json --data data");
    done(here, "import directory town.json --data data");
}

#[test]
fn what_is_left_out_of_an_export_is_listed_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    fs::write(here.join("postcodes.csv"), "postcode,lat,long\nNG31 7AA,52.9,-0.64\n").expect("written");
    done(here, "import place postcodes.csv --data data");
    let mut closed = service("3", "Bowls, indoors", "NG31 7AA");
    closed["status"] = json!("inactive");
    let nowhere = service("2", "Tai chi", "ZZ1 1ZZ");
    write(&here.join("county.json"), &[service("1", "Chair yoga", "NG31 7AA"), nowhere, closed]);
    done(here, "import directory county.json --data data");
    let said = done(here, "export services --data data --out services.csv");
    assert!(said.out.contains("What was left out is listed in services-problems.csv."), "{}", said.out);
    assert!(said.out.contains("1 row of which nobody says whether there are steps"), "{}", said.out);
    let list = fs::read_to_string(here.join("services-problems.csv")).expect("a list");
    let mut lines: Vec<&str> = list.lines().map(str::trim_end).collect();
    assert_eq!(lines.remove(0), "source,id,name,reason,expected");
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "county.json,2,Tai chi,\"no place, no area and not online\",\"expected a site with a postcode that is known or with \
             coordinates, or areas that are known\"",
            "county.json,3,\"Bowls, indoors\",not active,expected the status active",
        ]
    );
    // A match that exports for itself leaves the same list beside its results.
    county(here, 500);
    let said = done(here, "match --data data --population county/population.parquet --out out");
    assert!(said.err.contains("What was left out is listed in out/services-problems.csv."), "{}", said.err);
    assert_eq!(fs::read_to_string(here.join("out/services-problems.csv")).expect("a list"), list);
    // Blank is "not known": neither yes nor no.
    let services = fs::read_to_string(here.join("services.csv")).expect("read");
    let rows: Vec<Vec<&str>> = services.lines().map(|line| line.split(',').collect()).collect();
    let column = rows[0].iter().position(|name| *name == "step_free").expect("a column");
    assert_eq!(rows[1][column], "");
}

/// The two identifiers of the only pair.
fn pair(here: &Path) -> Option<(String, String)> {
    let said = done(here, "directory duplicates --kind service --data data").out;
    let ids: Vec<&str> =
        said.lines().filter_map(|line| line.strip_prefix("     ")?.split("  ").next()).collect();
    match ids.as_slice() {
        [] => {
            assert!(said.contains("No two records look the same."), "{said}");
            None
        }
        [kept, merged] => Some(((*kept).to_owned(), (*merged).to_owned())),
        _ => panic!("{said}"),
    }
}

fn exported(here: &Path) -> usize {
    done(here, "export services --data data --out services.csv");
    fs::read_to_string(here.join("services.csv")).expect("read").lines().count() - 1
}

#[test]
fn one_class_in_two_sources_is_merged_and_the_merge_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    // Without places nothing is exported: two postcodes of an invented table.
    fs::write(here.join("postcodes.csv"), "postcode,lat,long\nNG31 7AA,52.9,-0.64\nNG31 8AA,52.91,-0.65\n")
        .expect("written");
    done(here, "import place postcodes.csv --data data");
    two_sources(here);
    assert_eq!(exported(here), 3);
    let (kept, merged) = pair(here).expect("a pair");
    let before = acts(&data);

    done(here, &format!("directory merge {kept} {merged} --data data --reason same"));
    assert_eq!((exported(here), pair(here), acts(&data)), (2, None, before + 1));
    let nobody = "01a20151-01d2-710a-adc3-fd4b4814b947";
    for (line, status, why) in [
        (format!("merge {kept} {merged}"), 3, "merged already"),
        (format!("merge {merged} {kept}"), 3, "was merged into another itself"),
        (format!("merge {kept} {kept}"), 3, "into itself"),
        (format!("merge {kept} {nobody}"), 3, "no organisation or service has this identifier"),
        (format!("unmerge {kept}"), 3, "is not merged into another"),
        ("merge one two".to_owned(), 2, "one"),
    ] {
        let said = say(here, &format!("directory {line} --data data"));
        assert_eq!(said.status, status, "{line}: {}", said.err);
        assert!(said.err.contains(why), "{line}: {}", said.err);
    }
    // What was merged stays so when its source comes again.
    done(here, "import directory town.json --data data");
    assert_eq!((exported(here), acts(&data)), (2, before + 1));

    done(here, &format!("directory unmerge {merged} --data data"));
    assert_eq!((exported(here), acts(&data)), (3, before + 2));
    // Somebody has looked at the pair and said no: it is not suggested again.
    let again = pair(here);
    assert!(again.is_none() || again == Some((kept, merged)), "{again:?}");
}

#[test]
fn a_record_that_is_left_out_is_not_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let class = |id: &str| service(id, &format!("Class {id}"), "NG31 7AA");
    let line = "import directory county.json --data data";
    write(&here.join("county.json"), &["1", "2", "3", "4"].map(class));
    done(here, line);

    let mut faulty = ["1", "2", "3"].map(class);
    faulty[1]["name"] = json!(null);
    write(&here.join("county.json"), &faulty);
    services(&done(here, line), "0 new, 0 changed, 2 as before, 1 gone from the source, 1 not read and kept");
    assert_eq!(count(&data, STANDING), 3);
    let problems = fs::read_to_string(data.join("problems/directory.csv")).expect("problems");
    assert!(
        problems.contains("$.contents[1].name,name,'name' is required; the record was left out"),
        "{problems}"
    );

    // Nobody can say which record it is that has no id: nothing is gone before somebody says so.
    let mut nameless = ["1", "3"].map(class);
    nameless[1]["id"] = json!(null);
    write(&here.join("county.json"), &nameless);
    let said = done(here, line);
    services(&said, "0 new, 0 changed, 1 as before, 0 gone from the source, 2 not found and kept");
    assert!(said.out.contains("--accept-gone marks them as gone"), "{}", said.out);
    assert_eq!(count(&data, STANDING), 3);
    services(
        &done(here, &format!("{line} --accept-gone")),
        "0 new, 0 changed, 1 as before, 2 gone from the source",
    );
    assert_eq!(count(&data, STANDING), 1);
}

#[test]
fn another_council_s_file_of_the_same_name_does_not_put_an_end_to_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let list = |council: &str, keys: [&str; 3]| {
        fs::create_dir_all(here.join(council)).expect("made");
        let classes = keys.map(|key| service(key, &format!("{council} {key}"), "NG31 7AA"));
        write(&here.join(council).join("services.json"), &classes);
    };
    list("North", ["1", "2", "3"]);
    done(here, "import directory North/services.json --data data");
    let north = "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL AND name LIKE 'North%'";
    let before = (count(&data, north), count(&data, EVER), acts(&data));
    assert_eq!(before, (3, 3, 1));
    // With keys of their own they would all be gone; with the same keys they would all be overwritten.
    for keys in [["x", "y", "z"], ["1", "2", "3"]] {
        list("South", keys);
        for more in ["", " --dry-run"] {
            let said = say(here, &format!("import directory South/services.json --data data{more}"));
            assert_eq!(said.status, 3, "{}{}", said.out, said.err);
            assert!(
                said.err.contains("\"services.json\" has 3 services, and 3 of them would be gone"),
                "{}",
                said.err
            );
            assert!(said.err.contains("--source NAME") && said.err.contains("--accept-gone"), "{}", said.err);
        }
        assert_eq!((count(&data, north), count(&data, EVER), acts(&data)), before);
    }
    done(here, "import directory South/services.json --source South --data data");
    assert_eq!(count(&data, STANDING), 6);
    // The file of the same council, a little changed, needs no more than its name.
    list("North", ["1", "2", "4"]);
    services(
        &done(here, "import directory North/services.json --data data"),
        "1 new, 0 changed, 2 as before, 1 gone from the source",
    );
    services(
        &done(here, "import directory South/services.json --accept-gone --data data"),
        "0 new, 2 changed, 0 as before, 1 gone from the source, 1 back again",
    );
}
