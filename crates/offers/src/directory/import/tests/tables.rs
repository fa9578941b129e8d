//! Tables of HSDS, 1.x and 3.x.

use super::{listed, read_files, says};
use crate::directory::import::FeedError;

#[test]
fn tables_of_today_join_whatever_their_names() {
    let feed = read_files(&[
        ("1.csv", "id,name,website\no,Age Well,https://a.example\n"),
        ("2.csv", "id,organization_id,name,status,minimum_age,url\ns,o,Tai Chi,active,50,https://b.example\n"),
        ("3.csv", "id,location_type,name,latitude,longitude\nl,physical,Hall,53.1,-3.41E-2\n"),
        ("4.csv", "id,service_id,location_id\nsl,s,l\n"),
        ("5.csv", "id,location_id,address_1,city,postal_code\na,l,1 High St,Lincoln,LN1 1AA\n"),
        ("6.csv", "id,service_id,contact_id,number\np,,c,01522 1\nq,s,,01522 2\nr,nobody,,01522 3\n"),
        ("7.csv", "id,service_id,name,title\nc,s,Ann,Clerk\n"),
        ("8.csv", "id,service_id,service_at_location_id,freq,byday,opens_at,closes_at\nx,s,sl,WEEKLY,MO,10:00,11:00\n"),
        ("9.csv", "id,service_id,amount,option\nk,s,2.5,All\n"),
        ("10.csv", "id,link_id,taxonomy_term_id\nat,s,t\n"),
        ("11.csv", "id,name,taxonomy\nt,Falls,T\n"),
        ("12.csv", "id,service_id,name,code,note\nla,s,Polish,pl,Tuesdays\n"),
        ("13.csv", "id,service_id,document\nd,s,A letter\n"),
    ])
    .expect("a feed");
    let service = &feed.services["s"];
    assert_eq!((service.organisation.as_deref(), service.minimum_age), (Some("o"), Some(50)));
    assert_eq!(
        (service.sites[0].site.as_str(), service.sites[0].schedules[0].byday.join(",")),
        ("l", "MO".into())
    );
    assert_eq!(
        (service.contacts[0].phones[0].number.as_str(), service.phones[0].number.as_str()),
        ("01522 1", "01522 2")
    );
    assert_eq!((service.cost_options[0].pence, service.terms[0].name.as_str()), (Some(250), "Falls"));
    assert_eq!(service.languages[0].code.as_deref(), Some("pl"));
    assert_eq!(service.more["required_documents"], serde_json::json!([{"id": "d", "document": "A letter"}]));
    let site = &feed.sites["l"];
    assert_eq!((site.longitude, site.addresses[0].postcode.as_deref()), (Some(-0.0341), Some("LN1 1AA")));
    says(
        &feed,
        "6.csv line 4 service_id: expected a record that the tables hold; the row was left out (left out)",
    );
    assert_eq!((feed.problems.len(), feed.records_read, feed.left_out), (1, 3, 0), "{:#?}", listed(&feed));
}

#[test]
fn tables_of_1_x_are_read_as_todays() {
    let feed = read_files(&[
        ("organizations.csv", "id,name,alternate_name,description,email,url,tax_status\no,Age Well,,A charity,,https://a.example,\n"),
        ("services.csv", "id,organization_id,program_id,name,url,email,status,application_process,fees\ns,o,,Tai Chi,,,active,Ring us,Free\n"),
        ("locations.csv", "id,organization_id,name,transportation,latitude,longitude\nl,o,Hall,Bus 9,53.1,-0.5\n"),
        ("services_at_location.csv", "id,service_id,location_id,description\nsl,s,l,Upstairs\n"),
        ("physical_addresses.csv", "id,location_id,address_1,city,postal_code\np,l,1 High St,Lincoln,LN1 1AA\n"),
        ("postal_addresses.csv", "id,location_id,address_1,city,postal_code\nq,l,PO Box 1,Lincoln,LN1 1AB\n"),
        ("regular_schedules.csv", "id,service_id,location_id,weekday,opens_at,closes_at\na,s,,Monday,09:00,12:00\nb,s,,2,13:00,17:00\nc,s,,Someday,1:00,2:00\n"),
        ("holiday_schedules.csv", "id,service_id,closed,opens_at,closes_at,start_date,end_date\nh,s,true,,,2026-12-25,2026-12-26\n"),
        ("phones.csv", "id,location_id,service_id,organization_id,number,extension,department\nf,,,o,01522 9,12,Desk\n"),
        ("taxonomy.csv", "id,name,parent_id,vocabulary\nt,Falls,,Ours\n"),
        ("service_taxonomy.csv", "id,service_id,taxonomy_id,taxonomy_detail\nst,s,t,\n"),
        ("eligibility.csv", "id,service_id,eligibility\ne,s,Over 50\ng,s,Lives here\n"),
        ("accessibility_for_disabilities.csv", "id,location_id,accessibility,details\nac,l,Ramp,At the side\n"),
        ("languages.csv", "id,service_id,location_id,language\nla,s,,Welsh\n"),
        ("payments_accepted.csv", "id,service_id,payment\npa,s,Cash\n"),
    ])
    .expect("a feed");
    let service = &feed.services["s"];
    assert_eq!(service.eligibility.as_deref(), Some("Over 50; Lives here"));
    assert_eq!((service.referral_words.as_deref(), service.fees.as_deref()), (Some("Ring us"), Some("Free")));
    let days: Vec<_> = service.schedules.iter().map(|s| s.byday.join(",")).collect();
    assert_eq!(days, ["MO", "TU", ""]);
    assert_eq!(service.schedules[2].more["weekday"], "Someday");
    assert_eq!(service.more["holiday_schedules"][0]["start_date"], "2026-12-25");
    assert_eq!(
        (service.terms[0].name.as_str(), service.terms[0].taxonomy.as_deref()),
        ("Falls", Some("Ours"))
    );
    assert_eq!(service.languages[0].name.as_deref(), Some("Welsh"));
    assert_eq!(service.more["payments_accepted"][0]["payment"], "Cash");
    assert_eq!(service.sites[0].more["description"], "Upstairs");
    let site = &feed.sites["l"];
    let kinds: Vec<_> = site.addresses.iter().map(|a| a.kind.as_deref().unwrap_or("")).collect();
    assert_eq!((kinds, site.getting_there.as_deref()), (vec!["physical", "postal"], Some("Bus 9")));
    assert_eq!(site.accessibility[0].description.as_deref(), Some("Ramp"));
    let organisation = &feed.organisations["o"];
    assert_eq!(organisation.website.as_deref(), Some("https://a.example"));
    assert_eq!(
        (organisation.phones[0].number.as_str(), &organisation.phones[0].more["department"]),
        ("01522 9", &"Desk".into())
    );
    assert_eq!(listed(&feed), [""; 0]);
}

#[test]
fn rows_that_cannot_be_used_are_listed_by_line() {
    let feed = read_files(&[
        ("organizations.csv", "id,name,description\no,Age Well,x\n,Nameless,x\n"),
        (
            "services.csv",
            "id,organization_id,name,status\ns,o,Tai Chi,active\ns,o,Tai Chi,shut,more\nt,o,,active\n",
        ),
    ])
    .expect("a feed");
    says(&feed, "services.csv line 3 : expected 4 columns, found 5; the row was left out (left out)");
    says(&feed, "services.csv line 4 name: 'name' is required; the record was left out (left out)");
    says(&feed, "organizations.csv line 3 id: 'id' is required; the record was left out (left out)");
    assert_eq!((feed.records_read, feed.left_out), (5, 3));
}

#[test]
fn a_table_of_nobody_knows_what_is_refused_or_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stuff.csv");
    std::fs::write(&path, "Key,Title\n1,Tai Chi\n").expect("written");
    let error = super::super::read_feed(&[path], None).expect_err("no table");
    assert!(error.to_string().contains("give a mapping"), "{error}");
    let error = read_files(&[("stuff.csv", "Key,Title\n1,Tai Chi\n")]).expect_err("nothing");
    assert!(matches!(error, FeedError::NothingUsable { .. }));
    assert_eq!(
        error.problems()[0].expected,
        "expected the columns of a table that is known; this was not read"
    );
}
