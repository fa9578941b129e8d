//! The directory goes out as a feed, and comes back in as it was.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::data_folder::contents;
use crate::support::feed::{service, write};
use crate::support::meres::{done, say};

fn exported(here: &Path, data: &str, file: &str) -> Value {
    done(here, &format!("export directory --data {data} --out {file}"));
    serde_json::from_str(&fs::read_to_string(here.join(file)).expect("a feed")).expect("JSON")
}

/// The services of a feed without the identifiers that a data folder gives.
fn nameless(feed: &Value) -> Vec<String> {
    let services = feed["contents"].as_array().expect("services").iter();
    let mut names: Vec<String> = services
        .map(|service| {
            let site = &service["service_at_locations"][0]["location"];
            // Each data folder gives identifiers of its own, to addresses and schedules too.
            format!(
                "{} {} {} {} {}",
                service["name"],
                service["organization"]["name"],
                site["addresses"][0]["address_1"],
                site["addresses"][0]["postal_code"],
                service["schedules"][0]["opens_at"]
            )
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_directory_goes_out_as_a_feed_and_comes_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let mut closed = service("3", "<b>Bowls</b> \u{202e}\u{5d0}", "ng317aa");
    closed["status"] = json!("temporarily closed");
    closed["schedules"] = json!([{"freq": "DAILY", "opens_at": "9:30"}]);
    let all = [service("1", "Chair yoga", "NG31 7AA"), service("2", "Darts", "62704"), closed];
    write(&here.join("county.json"), &all);
    done(here, "import directory county.json --data data");
    write(&here.join("county.json"), &[all[0].clone(), all[2].clone()]);
    done(here, "import directory county.json --data data");

    let said = done(here, "export directory --data data --out feed.json");
    assert!(said.out.contains("2 services as Open Referral UK 3.0."), "{}", said.out);
    assert!(said.out.contains("  1 service left out: merged into another, or gone"), "{}", said.out);
    let feed = exported(here, "data", "feed.json");
    assert_eq!(
        (&feed["total_items"], &feed["size"], &feed["last_page"]),
        (&json!(2), &json!(2), &json!(true))
    );
    assert_eq!(feed["contents"][0]["meres"]["source"], json!({"name": "county.json", "id": "1"}));

    let again = "import directory feed.json --source Copy --data other";
    let said = done(here, again);
    for counts in ["Organisations: 1 new", "Services: 2 new", "Sites: 2 new"] {
        assert!(said.out.contains(counts), "{}", said.out);
    }
    let before = contents(&here.join("other"));
    let said = done(here, &format!("{again} --dry-run"));
    assert!(said.out.contains("Services: 0 new, 0 changed, 2 as before"), "{}", said.out);
    done(here, again);
    let back = exported(here, "other", "back.json");
    assert_eq!(nameless(&back), nameless(&feed));
    assert!(back["contents"][0]["id"] != feed["contents"][0]["id"], "each data folder gives its own");
    // Identifiers stay, and the same directory is the same file.
    let bytes = fs::read(here.join("back.json")).expect("read");
    exported(here, "other", "again.json");
    assert!(bytes == fs::read(here.join("again.json")).expect("read"));
    assert!(before.keys().eq(contents(&here.join("other")).keys()));
}

#[test]
fn a_feed_needs_a_name_and_services() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    write(&here.join("county.json"), &[service("1", "Chair yoga", "NG31 7AA")]);
    done(here, "import directory county.json --data data");
    let said = say(here, "export directory --data data --out feed.csv");
    assert_eq!((said.status, here.join("feed.csv").exists()), (2, false), "{}", said.err);
    assert!(said.err.contains("a name that ends in .json"), "{}", said.err);
    let said = say(here, "export directory --data data --out nowhere/feed.json");
    assert_eq!((said.status, said.err.contains("nowhere/feed.json")), (1, true), "{}", said.err);
    fs::write(here.join("postcodes.csv"), "postcode,lat,long\nNG31 7AA,52.9,-0.64\n").expect("written");
    done(here, "import place postcodes.csv --data empty");
    let said = say(here, "export directory --data empty --out feed.json");
    assert_eq!((said.status, here.join("feed.json").exists()), (3, false), "{}", said.err);
}
