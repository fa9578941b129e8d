//! Proposals, decisions, two at once, and what is put back.

use super::{County, approves, changes, feed, fields, first_waiting, sends};

#[tokio::test]
async fn a_keeper_proposes_and_what_is_public_stays_until_somebody_decides() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    let home = sergei.get("/directory").await;
    assert_eq!(home.heading(), "Our entries");
    assert!(home.body.contains("Chair yoga") && !home.body.contains("Health walk"), "{}", home.body);
    let mut stan = county.place.somebody("Stand holder").await;
    let entry = county.page("Chair yoga").await;
    stan.get("/directory/watching?q=chair").await;
    let seen = stan.post(&format!("{entry}/watch"), &[("from", "list")]).await;
    assert!(stan.follow(seen).await.body.contains("Chair yoga"));

    let answers = [("description", "Very gentle exercise for stiff joints."), ("note", "New teacher")];
    let seen = changes(&mut sergei, &entry, &answers).await;
    assert!(seen.body.contains("Your change waits for approval"), "{}", seen.body);
    let public = county.public("Chair yoga").await.expect("public");
    assert_eq!(public.description.as_deref(), Some("Gentle exercise for stiff joints."));

    assert!(priya.get("/").await.body.contains("1 change of the directory"));
    let proposal = first_waiting(&mut priya).await;
    let page = priya.get(&proposal).await;
    assert!(page.body.contains("<mark>Very gentle</mark>"), "{}", page.body);
    assert!(page.body.contains("New teacher") && page.body.contains("Sergei Moss"));
    let seen = approves(&mut priya, &proposal).await;
    assert!(seen.body.contains("The change is public now"), "{}", seen.body);
    let public = county.public("Chair yoga").await.expect("public");
    assert_eq!(public.description.as_deref(), Some("Very gentle exercise for stiff joints."));
    // What no question asks stays.
    assert_eq!(public.more.len(), 1);
    assert_eq!(public.schedules.len(), 1);
    assert_eq!(priya.post(&format!("{proposal}/approve"), &[]).await.status, 409, "once");

    county.place.works(None).await;
    let letters = county.letters();
    assert!(letters.contains("stan.kowalczyk@example.org") && letters.contains("Very gentle"), "{letters}");

    let page = sergei.get(&entry).await;
    assert!(page.body.contains("Changed · Sergei Moss"), "{}", page.body);
    let page = priya.get(&entry).await;
    let line = page.between(&format!("action=\"{entry}/back/"), "\"").expect("a version").to_owned();
    let seen = priya.post(&format!("{entry}/back/{line}"), &[]).await;
    assert!(priya.follow(seen).await.body.contains("It was put back"));
    let public = county.public("Chair yoga").await.expect("public");
    assert_eq!(public.description.as_deref(), Some("Gentle exercise for stiff joints."));
}

#[tokio::test]
async fn a_refusal_says_why_and_a_change_can_be_corrected_or_taken_back() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    let entry = county.page("Tai chi").await;
    let seen = changes(&mut sergei, &entry, &[("email", "nowhere"), ("name", "")]).await;
    assert_eq!(seen.status, 422);
    assert!(seen.body.contains("Enter an e-mail address") && seen.body.contains("value=\"nowhere\""));
    changes(&mut sergei, &entry, &[("name", "Thai boxing")]).await;
    let proposal = first_waiting(&mut priya).await;
    priya.get(&proposal).await;
    assert_eq!(priya.post(&format!("{proposal}/refuse"), &[]).await.status, 422);
    priya.post(&format!("{proposal}/refuse"), &[("reason", "That is another sport.")]).await;
    let page = sergei.get(&proposal).await;
    assert!(page.body.contains("That is another sport.") && page.body.contains("Refused"), "{}", page.body);
    assert_eq!(county.public("Thai boxing").await, None);

    changes(&mut sergei, &entry, &[("name", "Tai chi for balanse")]).await;
    let proposal = first_waiting(&mut priya).await;
    let page = priya.get(&proposal).await;
    let correct =
        page.between(&format!("<a href=\"{entry}/change?proposal="), "\"").expect("a way").to_owned();
    let form = priya.get(&format!("{entry}/change?proposal={correct}")).await;
    let action = format!("{entry}/change");
    let seen = sends(&mut priya, &form, &action, &[("name", "Tai chi for balance")]).await;
    assert!(priya.follow(seen).await.body.contains("It is public now"));
    assert!(county.public("Tai chi for balance").await.is_some());
    assert!(sergei.get(&proposal).await.body.contains("Approved with corrections"));

    changes(&mut sergei, &entry, &[("name", "Tai chi")]).await;
    let proposal = first_waiting(&mut sergei).await;
    sergei.get(&proposal).await;
    let seen = sergei.post(&format!("{proposal}/withdraw"), &[]).await;
    assert!(sergei.follow(seen).await.body.contains("Taken back"));
    assert!(priya.get("/directory/queue").await.body.contains("No change waits"));
}

#[tokio::test]
async fn of_two_who_change_one_entry_neither_loses_work() {
    let county = County::new().await;
    let (mut priya, mut sam) = (
        county.place.somebody("Programme manager").await,
        county.place.somebody("System administrator").await,
    );
    let entry = county.page("Chair yoga").await;
    let action = format!("{entry}/change");
    let form = priya.get(&action).await;
    assert!(form.body.contains("Publish now"));
    changes(&mut sam, &entry, &[("name", "Chair yoga for all"), ("eligibility", "Adults")]).await;
    let answers = [("name", "Seated yoga"), ("description", "Yoga on a chair.")];
    let seen = sends(&mut priya, &form, &action, &answers).await;
    assert_eq!(seen.status, 409);
    assert!(seen.body.contains("Sam Adeyemi") && seen.body.contains("Seated"), "{}", seen.body);
    assert!(!seen.body.contains("choose-description"), "one alone changed that");
    // Nothing is decided by sending it as it is.
    let again = sends(&mut priya, &seen, &action, &[]).await;
    assert_eq!(again.status, 409);
    let seen = sends(&mut priya, &again, &action, &[("choose-name", "coming")]).await;
    assert!(priya.follow(seen).await.body.contains("It is public now"));
    let public = county.public("Seated yoga").await.expect("public");
    assert_eq!(public.description.as_deref(), Some("Yoga on a chair."));
    assert_eq!(public.eligibility.as_deref(), Some("Adults"));
}

#[tokio::test]
async fn what_became_public_meanwhile_is_asked_of_whoever_goes_on_from_a_proposal() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    let entry = county.page("Tai chi").await;
    let action = format!("{entry}/change");
    changes(&mut sergei, &entry, &[("name", "Tai chi for balance")]).await;
    let published = [("name", "Tai chi for all"), ("eligibility", "Adults")];
    changes(&mut priya, &entry, &published).await;
    // The form goes on from the proposal, and what it never touched stays as it is public now.
    let form = sergei.get(&action).await;
    assert!(form.body.contains("value=\"Tai chi for balance\""), "{}", form.body);
    let seen = sends(&mut sergei, &form, &action, &[("description", "Slow.")]).await;
    assert_eq!(seen.status, 409, "both changed the name");
    assert!(seen.body.contains("Somebody of ") && !seen.body.contains("Priya"), "{}", seen.body);
    let seen = sends(&mut sergei, &seen, &action, &[("choose-name", "coming")]).await;
    assert!(sergei.follow(seen).await.body.contains("Your change waits for approval"));
    let proposal = first_waiting(&mut priya).await;
    approves(&mut priya, &proposal).await;
    let public = county.public("Tai chi for balance").await.expect("public");
    let said = (public.description.as_deref(), public.eligibility.as_deref());
    assert_eq!(said, (Some("Slow."), Some("Adults")));
}

#[tokio::test]
async fn the_entry_of_another_organisation_is_not_there() {
    let county = County::new().await;
    let mut sergei = county.place.somebody("Service manager").await;
    let mut stan = county.place.somebody("Stand holder").await;
    let (theirs, other) = (county.page("Chair yoga").await, county.page("Health walk").await);
    let nothing = "/directory/edit/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";
    changes(&mut sergei, &theirs, &[("name", "Yoga")]).await;
    let proposal = first_waiting(&mut sergei).await;
    let missing = stan.get(nothing).await;
    for path in [&theirs, &other, &proposal] {
        let seen = stan.get(path).await;
        assert_eq!((seen.status, seen.heading()), (404, missing.heading()), "{path}");
    }
    for part in ["change", "room", "check", "still-correct"] {
        let answers = [("name", "Mine"), ("room", "full"), ("against", "visit"), ("base", "x")];
        assert_eq!(stan.post(&format!("{theirs}/{part}"), &answers).await.status, 404, "{part}");
        assert_eq!(sergei.post(&format!("{other}/{part}"), &answers).await.status, 404, "{part}");
    }
    assert_eq!(stan.post(&format!("{proposal}/withdraw"), &[]).await.status, 404);
    // A search finds no more than that.
    stan.get("/").await;
    assert_eq!(stan.post("/search", &[("words", "yoga")]).await.heading(), "Nothing found for “yoga”");
    sergei.get("/").await;
    assert!(sergei.post("/search", &[("words", "yoga")]).await.body.contains("Chair yoga"));

    let mut priya = county.place.somebody("Programme manager").await;
    let leisure = format!("/directory/organisations/{}", county.organisation("Saltby Leisure").await);
    let page = priya.get(&leisure).await;
    let line = page.between(&format!("action=\"{leisure}/keepers/"), "/end\"").expect("a keeper").to_owned();
    priya.post(&format!("{leisure}/keepers/{line}/end"), &[]).await;
    assert_eq!(sergei.get(&theirs).await.status, 404);
    assert!(sergei.get("/directory").await.body.contains("looks after no entry"));
}

#[tokio::test]
async fn a_provider_who_ends_everything_is_put_back_with_one_act() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    for name in ["Chair yoga", "Tai chi", "Aqua aerobics"] {
        let entry = county.page(name).await;
        let seen = changes(&mut sergei, &entry, &[("status", "defunct")]).await;
        assert!(seen.body.contains("waits for approval"), "{}", seen.body);
    }
    assert_eq!(county.catalogue().await.services.len(), 4, "nothing has ended yet");
    for _ in 0..3 {
        let proposal = first_waiting(&mut priya).await;
        approves(&mut priya, &proposal).await;
    }
    assert_eq!(county.catalogue().await.services.len(), 1);
    let leisure = format!("/directory/organisations/{}", county.organisation("Saltby Leisure").await);
    let page = priya.get(&format!("{leisure}/back")).await;
    assert_eq!(priya.post(&format!("{leisure}/back"), &[]).await.status, 422);
    let first = page.body.rsplit("name=\"at\" type=\"radio\" value=\"").next().expect("a moment");
    let first = first.split('"').next().expect("its value").to_owned();
    let seen = priya.post(&format!("{leisure}/back"), &[("at", &first)]).await;
    assert!(priya.follow(seen).await.body.contains("It was put back"));
    assert_eq!(county.catalogue().await.services.len(), 4);
    let mut sam = county.place.somebody("System administrator").await;
    let log = sam.get("/audit?action=directory.put-back").await;
    assert_eq!(log.body.matches("3 entries as they stood").count(), 1, "{}", log.body);
}

#[tokio::test]
async fn what_was_changed_here_outlives_what_its_source_sends() {
    let county = County::new().await;
    let mut priya = county.place.somebody("Programme manager").await;
    let entry = county.page("Chair yoga").await;
    changes(&mut priya, &entry, &[("name", "Seated yoga")]).await;
    let mut sent = feed();
    let yoga = sent.services.get_mut("1").expect("a service");
    (yoga.name, yoga.eligibility) = ("Armchair yoga".into(), Some("Adults".into()));
    county.sends(&sent).await;
    let public = county.public("Seated yoga").await.expect("ours stays");
    assert_eq!(public.eligibility.as_deref(), Some("Adults"), "what the source alone changed is taken");
    let proposal = first_waiting(&mut priya).await;
    let page = priya.get(&proposal).await;
    assert!(page.body.contains("The source “County feed”"), "{}", page.body);
    assert!(page.body.contains("<mark>Armchair</mark>"));
    approves(&mut priya, &proposal).await;
    assert!(county.public("Armchair yoga").await.is_some());
}

#[tokio::test]
async fn a_new_service_with_a_place_of_its_own_waits_and_then_is_there() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    let leisure = format!("/directory/organisations/{}", county.organisation("Saltby Leisure").await);
    let action = format!("{leisure}/new");
    let form = sergei.get(&action).await;
    assert!(fields(&form, &action).iter().any(|(name, _)| name == "times-day-1"));
    let answers = [
        ("name", "Knee school"),
        ("description", "Learn about knees."),
        ("topics", "pain"),
        ("times-day-1", "WE"),
        ("times-from-1", "2pm"),
        ("cost", "amount"),
        ("amount", "3.50"),
        ("place", "Methodist church"),
        ("place-postcode", "ng31 7ab"),
    ];
    let seen = sends(&mut sergei, &form, &action, &answers[..8]).await;
    assert_eq!(seen.status, 422, "without a postcode");
    let seen = sends(&mut sergei, &form, &action, &answers).await;
    assert!(sergei.follow(seen).await.body.contains("waits for approval"));
    assert_eq!(county.public("Knee school").await, None);
    let proposal = first_waiting(&mut priya).await;
    assert!(priya.get(&proposal).await.body.contains("Methodist church"));
    approves(&mut priya, &proposal).await;
    let catalogue = county.catalogue().await;
    let listed = catalogue.services.iter().find(|one| one.name == "Knee school").expect("public");
    assert_eq!((listed.pence, listed.sites[0].postcode.as_deref()), (Some(350), Some("NG31 7AB")));
    assert_eq!(listed.organisation.as_ref().map(|(_, name)| name.as_str()), Some("Saltby Leisure"));
    assert!(listed.topics.holds(vocabulary::Topic::Pain));
    let entry = county.page("Knee school").await;
    assert!(sergei.get(&entry).await.body.contains("Wednesdays, from 2pm"));
}

#[tokio::test]
async fn an_organisation_and_a_place_are_changed_as_a_service_is() {
    let county = County::new().await;
    let (mut sergei, mut priya) =
        (county.place.somebody("Service manager").await, county.place.somebody("Programme manager").await);
    let leisure = format!("/directory/organisations/{}", county.organisation("Saltby Leisure").await);
    let wrong = changes(&mut sergei, &leisure, &[("email", "not an address")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("not an address"), "{}", wrong.body);
    let answers = [("email", "desk@saltby.example"), ("website", "saltby.example"), ("note", "We moved")];
    let seen = changes(&mut sergei, &leisure, &answers).await;
    assert!(seen.body.contains("waits for approval"), "{}", seen.body);
    let organisation = || async {
        let catalogue = county.catalogue().await;
        let mut all = catalogue.directory.organisations.values();
        all.find(|kept| kept.record.name == "Saltby Leisure").expect("it").record.clone()
    };
    assert_eq!(organisation().await.email, None, "nothing is public before somebody decides");
    let proposal = first_waiting(&mut priya).await;
    assert!(priya.get(&proposal).await.body.contains("desk@saltby.example"));
    approves(&mut priya, &proposal).await;
    let now = organisation().await;
    assert_eq!(now.email.as_deref(), Some("desk@saltby.example"));
    assert_eq!(now.website.as_deref(), Some("https://saltby.example"));

    let site = || async {
        let catalogue = county.catalogue().await;
        let (id, kept) = catalogue.directory.sites.iter().next().expect("a place");
        (format!("/directory/sites/{id}"), kept.record.clone())
    };
    let (hall, before) = site().await;
    let answers = [("getting-there", "Bus 7 stops outside."), ("step-free", "yes"), ("note", "A ramp")];
    let seen = changes(&mut sergei, &hall, &answers).await;
    assert!(seen.status < 400, "{}", seen.body);
    assert_eq!(site().await.1, before);
    let proposal = first_waiting(&mut priya).await;
    assert!(priya.get(&proposal).await.body.contains("Bus 7 stops outside."));
    approves(&mut priya, &proposal).await;
    let (_, now) = site().await;
    assert_eq!((now.getting_there.as_deref(), now.step_free), (Some("Bus 7 stops outside."), Some(true)));
    assert_eq!(now.addresses, before.addresses, "what was not touched stays");
}
