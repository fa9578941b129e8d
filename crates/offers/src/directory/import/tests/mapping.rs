//! Tables with a mapping.

use rust_xlsxwriter::{Formula, Workbook};

use super::super::{DirectoryMapping, read_feed};
use super::{listed, read_mapped, says};
use crate::directory::{Kind, Referral, Status};

const MAPPING: &str = r#"
format = 1
kind = "directory"
about = "From the sports team"

[[table]]
has = ["Ref", "Class"]

[table.service]
key = "Ref"
name = "Class"
description = "About"
status = { column = "State", recode = { on = "active", off = "inactive" } }
phone = ["Phone", "Mobile"]
email = "Mail"
cost = { column = "Price", unit = "pence" }
minimum_age = "From age"
languages = { column = "Languages", separator = "/" }
terms = [{ value = "Sport", taxonomy = "Ours" }, { column = "Tags", separator = ";", recode = { x = "" } }]
referral = { column = "How", recode = { "just come" = "open", "via GP" = "professional" } }

[table.organisation]
key = "Club"
name = "Club"

[table.site]
key = "Ref"
address = ["Street"]
postcode = "Postcode"
latitude = "Lat"
longitude = "Lon"
step_free = "Ramp"

[[table]]
has = ["Class ref", "Day", "When"]

[table.opening_times]
service = "Class ref"
day = "Day"
times = "When"
"#;

const HEADING: &str = "Ref,Class,About,State,Phone,Mobile,Mail,Price,From age,Languages,Tags,How,Club,Street,Postcode,Lat,Lon,Ramp,Room\n";

fn read(rows: &str, times: &str) -> crate::directory::Feed {
    let classes = format!("{HEADING}{rows}");
    let times = format!("Class ref,Day,When\n{times}");
    read_mapped(&[("a.csv", &times), ("b.csv", &classes)], MAPPING).expect("a feed")
}

#[test]
fn a_mapping_says_which_column_is_what() {
    let feed = read(
        "1,Tai Chi,Slow,on,01522 1,07700 2,a@b.example,350,50,English/Polish,Balance; x;Falls,via GP,Club A,1 High St,NG31 7AA,53.1,-3.41E-2,yes,Blue\n",
        "1,Monday,09:30-13:00\n1,Mon,13:30 – 17:30\n1,TU,\"9:00-10:00, 11:00-12:00\"\n",
    );
    let service = &feed.services["1"];
    assert_eq!(
        (service.name.as_str(), service.status, service.minimum_age),
        ("Tai Chi", Status::Active, Some(50))
    );
    assert_eq!(
        (service.cost_options[0].pence, service.referral),
        (Some(350), Some(Referral::ThroughAProfessional))
    );
    let phones: Vec<_> = service.phones.iter().map(|p| p.number.as_str()).collect();
    let terms: Vec<_> = service.terms.iter().map(|t| (t.taxonomy.as_deref(), t.name.as_str())).collect();
    let languages: Vec<_> = service.languages.iter().filter_map(|l| l.name.as_deref()).collect();
    assert_eq!((phones, languages), (vec!["01522 1", "07700 2"], vec!["English", "Polish"]));
    assert_eq!(terms, [(Some("Ours"), "Sport"), (None, "Balance"), (None, "Falls")]);
    let times: Vec<_> = service
        .schedules
        .iter()
        .map(|s| format!("{} {}-{}", s.byday[0], s.opens_at.expect("a time"), s.closes_at.expect("a time")))
        .collect();
    assert_eq!(times, ["MO 09:30-13:00", "MO 13:30-17:30", "TU 09:00-10:00", "TU 11:00-12:00"]);
    assert_eq!((service.organisation.as_deref(), service.sites[0].site.as_str()), (Some("Club A"), "1"));
    assert_eq!(service.more["Room"], "Blue");
    let site = &feed.sites["1"];
    assert_eq!((site.latitude, site.longitude, site.step_free), (Some(53.1), Some(-0.0341), Some(true)));
    assert_eq!((feed.about.as_deref(), feed.records_read), (Some("From the sports team"), 1));
    assert_eq!(listed(&feed), [""; 0]);
}

#[test]
fn what_is_not_understood_is_listed_by_line_and_column_and_kept() {
    let feed = read(
        "1,Tai Chi,,maybe,,,,donation,old,,,perhaps,Club A,,,north,1,ish,\n,Nobody,,on,,,,,,,,,Club B,,,,,,\n2,Yoga,,,,,,,,,,,Club A,,,,,,\n",
        "1,Someday,09:30-13:00\n1,Monday,all day\n9,Monday,09:30-13:00\n",
    );
    let service = &feed.services["1"];
    assert_eq!((service.status, service.minimum_age, service.referral), (Status::Inactive, None, None));
    for (column, text) in [
        ("State", "maybe"),
        ("From age", "old"),
        ("How", "perhaps"),
        ("Lat", "north"),
        ("Lon", "1"),
        ("Ramp", "ish"),
    ] {
        assert_eq!(service.more[column], text);
    }
    for expected in [
        "b.csv line 2 Price: expected one price for each time, such as 3.50 or free; the words are kept, and people are \
         told to ask (warning)",
        "b.csv line 2 From age: expected a whole number of years from 0 to 150 (field not used)",
        "b.csv line 2 Lat: expected degrees from -90 to 90 (field not used)",
        "b.csv line 2 State: expected active, inactive, defunct or temporarily closed",
        "b.csv line 3 Ref: 'key' is required; the row was left out (left out)",
        "b.csv line 4 State: expected a status; the service counts as active (warning)",
        "a.csv line 2 Day: expected a day of the week (field not used)",
        "a.csv line 3 When: expected times such as 09:30-13:00 (field not used)",
        "a.csv line 4 Class ref: expected the key of a service that the source holds; the row was left out (left out)",
    ] {
        says(&feed, expected);
    }
    assert_eq!((feed.records_read, feed.left_out, feed.organisations.len()), (3, 1, 1));
}

#[test]
fn prices_and_recodes_are_understood_as_people_write_them() {
    let row =
        |key: &str, state: &str, price: &str| format!("{key},Tai Chi,,{state},,,,{price},,,,,Club A,,,,,,\n");
    let feed = read(
        &[row("1", "ON", "Free of charge"), row("2", "Off", "£4 per class"), row("3", "on", "from £4")]
            .concat(),
        "",
    );
    let cost = |key: &str| &feed.services[key].cost_options[0];
    assert_eq!(["1", "2", "3"].map(|key| cost(key).pence), [Some(0), Some(400), None]);
    assert_eq!(cost("3").description.as_deref(), Some("from £4"));
    let states = ["1", "2", "3"].map(|key| feed.services[key].status);
    assert_eq!(states, [Status::Active, Status::Inactive, Status::Active]);
    assert_eq!(feed.problems.len(), 1, "{:#?}", listed(&feed));
}

#[test]
fn rows_of_one_key_are_one_record() {
    let row = |rest: &str| format!("1,Tai Chi,{rest},Club A,,,,,,\n");
    let feed = read(
        &[
            row(",on,01522 1,,a@b.example,,,,,"),
            row(",on,01522 2,,c@d.example,,,,,"),
            row(",on,01522 1,,,,,,,"),
        ]
        .concat(),
        "",
    );
    let service = &feed.services["1"];
    let phones: Vec<_> = service.phones.iter().map(|p| p.number.as_str()).collect();
    assert_eq!((phones, service.email.as_deref()), (vec!["01522 1", "01522 2"], Some("a@b.example")));
    assert_eq!(service.contacts[0].email.as_deref(), Some("c@d.example"));
    assert_eq!(feed.problems, []);
    let feed = read(&[row("Slow,on,,,,,,,,"), row("Quick,on,,,,,,,,")].concat(), "");
    assert_eq!(feed.services["1"].description.as_deref(), Some("Quick"));
    says(
        &feed,
        "b.csv line 3 : expected rows of one key to differ in phone and e-mail only; see b.csv, line 2: the last is used",
    );
}

#[test]
fn a_workbook_is_read_like_any_table() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(HEADING.trim().split(',')) {
        sheet.write(0, column, name).expect("written");
    }
    sheet.write(1, 0, 18_222).expect("written");
    sheet.write(1, 1, Formula::new("=1+1").set_result("Tai Chi")).expect("written");
    sheet.write(1, 12, "Club A").expect("written");
    sheet.write(1, 15, 53.1).expect("written");
    sheet.write(1, 16, -0.5).expect("written");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("classes");
    book.save(&path).expect("saved");
    let mapping = DirectoryMapping::parse("mapping.toml", MAPPING).expect("a mapping");
    let feed = read_feed(&[path.clone(), path, folder.path().to_owned()], Some(&mapping)).expect("a feed");
    assert_eq!(feed.records_read, 1, "a file that is named twice is read once");
    assert_eq!((feed.services["18222"].name.as_str(), feed.sites["18222"].latitude), ("Tai Chi", Some(53.1)));
    says(&feed, "expected a file with the columns of this table (warning)");
}

#[test]
fn a_column_that_no_file_has_is_a_mistake_in_the_mapping() {
    let mapping = |column: &str| {
        format!(
            "format = 1\nkind = \"directory\"\n[[table]]\nhas = [\"Ref\"]\n[table.service]\nkey = \"Ref\"\nname = \"Class\"\nfees = \
             {column}\n"
        )
    };
    let rows = [("a.csv", "Ref,Class,Club,Prices\n1,Tai Chi,A,Free\n")];
    let error = read_mapped(&rows, &mapping("\"Price\"")).expect_err("refused").to_string();
    assert_eq!(
        error,
        "mapping.toml, line 8: no file of this table has a column \"Price\"; there are, the nearest first: \"Prices\", \"Ref\", \
         \"Class\", \"Club\". Where it may be missing, write { column = \"Price\", optional = true }"
    );
    let feed = read_mapped(&rows, &mapping("{ column = \"Price\", optional = true }")).expect("a feed");
    assert_eq!(feed.services["1"].fees, None);
    // One of several files has it: so it is no slip.
    let more = [rows[0], ("b.csv", "Ref,Class,Price\n2,Bowls,£3\n")];
    let feed = read_mapped(&more, &mapping("\"Price\"")).expect("a feed");
    assert_eq!(feed.services["2"].fees.as_deref(), Some("£3"));
    // A table that is not known by its columns: the one that comes nearest, and what it lacks.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "Reff,Class\n1,Tai Chi\n").expect("written");
    let mapping = DirectoryMapping::parse("mapping.toml", &mapping("\"Price\"")).expect("a mapping");
    let error = read_feed(&[path], Some(&mapping)).expect_err("refused").to_string();
    let said = "mapping.toml, line 3: the table also has \"Ref\" (the file has, the nearest first: \"Reff\", \"Class\")";
    assert!(error.contains(said), "{error}");
}

#[test]
fn a_mistake_in_a_mapping_points_at_its_line() {
    let start = "format = 1\nkind = \"directory\"\n";
    for (text, expected) in [
        ("format = 2\nkind = \"directory\"\n".to_owned(), "m.toml, line 1: expected format = 1"),
        ("format = 1\nkind = \"people\"\n".to_owned(), "m.toml, line 2: expected kind = \"directory\""),
        (start.to_owned(), "expected one [[table]] at least"),
        (format!("{start}[[table]]\nhas = []\n"), "line 4: expected the columns by which the table is known"),
        (format!("{start}[[table]]\nhas = [\"a\"]\n"), "line 3: expected [table.service]"),
        (
            format!("{start}[[table]]\nhas = [\"a\"]\n[table.service]\nkey = \"a\"\n"),
            "does not say which column is the name",
        ),
        (
            format!(
                "{start}[[table]]\nhas = [\"a\"]\n[table.service]\nkey = \"a\"\nname = \"b\"\nnmae = \"c\"\n"
            ),
            "line 8: [table.service] knows no \"nmae\"; it knows key",
        ),
        (
            format!(
                "{start}[[table]]\nhas = [\"a\"]\n[table.service]\nkey = \"a\"\nname = {{ colunm = \"b\" }}\n"
            ),
            "line 7: expected a column's name",
        ),
        (
            format!(
                "{start}[[table]]\nhas = [\"a\"]\n[table.site]\nkey = {{ column = \"b\", unit = \"pence\" }}\n"
            ),
            "line 6: \"unit\" is only for cost",
        ),
        (
            format!(
                "{start}[[table]]\nhas = [\"a\"]\n[table.site]\nkey = {{ column = \"b\", recode = {{ X = \"1\", x = \"2\" }} }}\n"
            ),
            "line 6: recode: \"x\" has two meanings; capital letters make no difference",
        ),
        (format!("{start}what = 1\n"), "line 3: unknown field"),
    ] {
        let error = DirectoryMapping::parse("m.toml", &text).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}\nshould say: {expected}");
    }
}

#[test]
fn a_row_that_is_left_out_is_known_to_be_there() {
    let feed = read("1,Tai Chi,,on,,,,,,,,,Club A,,,,,,\n2,,,on,,,,,,,,,Club B,,,,,,\n", "");
    let unread = [(Kind::Service, "2"), (Kind::Organisation, "Club B"), (Kind::Site, "2")];
    assert!(unread.iter().all(|(kind, key)| feed.unread.has(*kind, key)), "{:?}", feed.unread);
    assert!(!feed.unread.may_be_any(Kind::Service));
    // Cells that may stand in the wrong columns: not even the key is believed.
    let feed = read("1,Tai Chi,,on,,,,,,,,,Club A,,,,,,\n2,Bowls\n", "");
    assert!(feed.unread.may_be_any(Kind::Service) && !feed.unread.has(Kind::Service, "2"));
}

#[test]
fn a_list_kept_by_hand_has_its_times_on_the_rows_of_its_groups() {
    let mapping = include_str!("../../../../../../examples/directory/plain-list.toml");
    let mapping = DirectoryMapping::parse("plain-list.toml", mapping).expect("a mapping");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.csv");
    let rows = "No,Name,Organisation,Postcode,Day,Times,Cost,Topics,Room\n\
                1,Knee club,Leisure,NG31 7AA,Tuesday,10:30-11:30,£3.50,Exercise;Pain,Blue\n\
                2,Choir,Leisure,,,,free,,\n\
                3,Walk,Leisure,,Friday,2 o'clock,free,,\n";
    std::fs::write(&path, rows).expect("written");
    let feed = read_feed(&[path], Some(&mapping)).expect("a feed");
    let club = &feed.services["1"];
    assert_eq!((club.schedules.len(), &club.schedules[0].byday), (1, &vec!["TU".to_owned()]));
    assert!(club.schedules[0].more.is_empty() && club.more.contains_key("Room"), "{club:?}");
    assert_eq!(club.terms.len(), 2);
    assert!(feed.services["2"].schedules.is_empty() && feed.services["3"].schedules.is_empty());
    says(&feed, "team.csv line 4 Times: expected times such as 09:30-13:00 (field not used)");
    assert_eq!(feed.problems.len(), 1, "{:?}", feed.problems);
}
