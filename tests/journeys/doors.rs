//! The two doors of the population zone: a worklist goes to the practice that holds the key, and figures to those who manage;
//! each asked for by one and decided by another.

use testbed::Seen;

use crate::support::county::{County, LOOKED_AT, UNTIL, approves};

/// The addresses of lists on the page of a practice.
fn lists(page: &Seen) -> Vec<String> {
    let links = page.body.split("href=\"/practice/lists/").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(|id| format!("/practice/lists/{id}")).collect()
}

#[tokio::test]
async fn a_worklist_goes_to_the_practice_that_holds_the_key_and_counts_come_back() {
    let county = County::of(12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;

    // What was typed is kept where something is wrong.
    let id = run.rsplit('/').next().expect("an identifier").to_owned();
    ana.get(&format!("/worklists/new?run={id}")).await;
    let wrong = [("run", id.as_str()), ("purpose", ""), ("practices", "C83-001"), ("most", "many")];
    let wrong = ana.post("/worklists/new", &wrong).await;
    for words in [
        "Enter what they are for",
        "Enter codes of practices",
        "Enter how many people",
        "Enter the last day",
        "C83-001",
    ] {
        assert!(wrong.status == 422 && wrong.body.contains(words), "{words}: {}", wrong.body);
    }

    let request = county.lists(&mut ana, &run, &[]).await;
    let page = ana.get(&request).await;
    assert!(page.body.contains("Waits for a decision") && page.body.contains("Z99005"), "{}", page.body);
    assert!(page.body.contains("somebody else decides on them"), "{}", page.body);
    assert_eq!(ana.get(&format!("{request}/decide")).await.status, 403, "who asks does not decide");
    let mut robin = county.place.somebody("Practice lead").await;
    assert!(lists(&robin.get("/practice").await).is_empty(), "nothing is there before somebody decided");

    // Somebody else decides, and looks at every point before.
    let mut priya = county.place.somebody("Programme manager").await;
    assert!(priya.get("/").await.body.contains("Worklists wait for a decision"));
    priya.get(&format!("{request}/decide")).await;
    let hasty =
        priya.post(&format!("{request}/decide"), &[("checks", "purpose"), ("decision", "approve")]).await;
    assert!(hasty.status == 422 && hasty.body.contains("Look at every point"), "{}", hasty.body);
    let elsewhere =
        [("checks", "purpose"), ("checks", "practices"), ("checks", "again"), ("checks", "people")];
    let elsewhere = [&elsewhere[..], &[("decision", "approve"), ("destinations", "Z99005=another")]].concat();
    let elsewhere = priya.post(&format!("{request}/decide"), &elsewhere).await;
    assert!(elsewhere.status == 422 && elsewhere.body.contains("has changed since"), "{}", elsewhere.body);
    let seen = approves(&mut priya, &request, &LOOKED_AT).await;
    let page = priya.follow(seen).await;
    assert!(page.body.contains("the practices can fetch their lists"), "{}", page.body);
    assert!(page.body.contains("Market Place Surgery"), "it says to whom a list goes: {}", page.body);
    let late = priya.post(&format!("{request}/decide"), &[("decision", "refuse"), ("why", "x")]).await;
    assert_eq!(late.status, 409, "what is decided stays so");

    // The practice fetches its own list, and nobody else does.
    let own = lists(&robin.get("/practice").await);
    assert_eq!(own.len(), 1, "one list is theirs");
    let list = own[0].as_str();
    for role in
        ["Analyst", "Programme manager", "Information governance lead", "Service manager", "Clinician"]
    {
        let mut other = county.place.somebody(role).await;
        assert_eq!(other.get(list).await.status, 403, "{role}");
        assert_eq!(other.get(&format!("{list}/file")).await.status, 403, "{role}");
    }
    let before = robin.get(list).await;
    assert!(
        before.body.contains("Fetch the list") && !before.body.contains("How it went"),
        "{}",
        before.body
    );
    robin.get(&format!("{list}/file")).await;
    let csv = robin.post(&format!("{list}/file"), &[]).await;
    let rows: Vec<&str> = csv.body.lines().collect();
    assert!(rows.len() > 2 && rows[0].contains("pseudonym"), "{}", csv.body);
    assert!(
        rows[1].starts_with("1,") && rows[1].contains("elps with"),
        "in call order, with reasons: {}",
        rows[1]
    );
    let on_it: Vec<String> =
        rows[1..].iter().filter_map(|row| Some(row.split(',').nth(1)?.to_owned())).collect();

    // Counts come back; what cannot be is said.
    robin.get(list).await;
    let report = format!("{list}/report");
    let odd = [("invited", "20"), ("reached", "30"), ("declined", "1"), ("unsuitable", "0")];
    let odd = robin.post(&report, &odd).await;
    assert!(odd.status == 422 && odd.body.contains("cannot have reached more"), "{}", odd.body);
    let reported = [("invited", "33"), ("reached", "22"), ("declined", "3"), ("unsuitable", "1")];
    let seen = robin.post(&report, &reported).await;
    assert!(robin.follow(seen).await.body.contains("It is reported"));
    let page = priya.get(&request).await;
    assert!(page.body.contains("at least three of them have"), "{}", page.body);
    for raw in [">33<", ">22<", ">35<", ">20<"] {
        assert!(!page.body.contains(raw), "what one practice reported is nobody else's: {}", page.body);
    }
    robin.get(list).await;
    assert_eq!(
        robin.post(&report, &reported).await.status,
        409,
        "every practice that takes part has reported"
    );

    // For the same purpose, nobody is asked twice without saying so.
    let next = county.lists(&mut ana, &run, &[("practices", "Z99005"), ("most", "2000")]).await;
    let beside = county.lists(&mut ana, &run, &[("practices", "Z99005"), ("most", "1")]).await;
    assert_eq!(approves(&mut priya, &next, &LOOKED_AT).await.status, 303);
    let both = approves(&mut priya, &beside, &LOOKED_AT).await;
    assert!(both.status == 409 && both.body.contains("may be on both"), "{}", both.body);
    ana.get(&beside).await;
    ana.post(&format!("{beside}/withdraw"), &[]).await;
    let mut fetched = Vec::new();
    for list in lists(&robin.get("/practice").await) {
        robin.get(&format!("{list}/file")).await;
        fetched.push(robin.post(&format!("{list}/file"), &[]).await.body);
    }
    let second = fetched.iter().find(|body| **body != csv.body).expect("the second list");
    assert!(on_it.iter().all(|pid| !second.contains(pid)), "nobody is on both");
    let again = [("practices", "Z99005"), ("most", "2000"), ("again", "The first letters were lost")];
    let third = county.lists(&mut ana, &run, &again).await;
    assert!(priya.get(&third).await.body.contains("The first letters were lost"));

    // Taken back, and refused: nothing is left of either.
    ana.get(&third).await;
    let seen = ana.post(&format!("{third}/withdraw"), &[]).await;
    assert!(ana.follow(seen).await.body.contains("It is taken back"));
    let fourth = county.lists(&mut ana, &run, &[("purpose", "Another hub")]).await;
    priya.get(&format!("{fourth}/decide")).await;
    let silent = priya.post(&format!("{fourth}/decide"), &[("decision", "refuse")]).await;
    assert!(silent.status == 422 && silent.body.contains("Say why you refuse"), "{}", silent.body);
    let refusing = [("decision", "refuse"), ("why", "The practices do not know of it")];
    let seen = priya.post(&format!("{fourth}/decide"), &refusing).await;
    assert!(priya.follow(seen).await.body.contains("The practices do not know of it"));
    let kept = std::fs::read_dir(county.place.file("worklists")).expect("the folder").count();
    assert_eq!(kept, 2, "of two lists that were approved");
    // Stopped: nobody fetches it any more.
    priya.get(&next).await;
    let seen = priya.post(&format!("{next}/stop"), &[("why", "The hub is put off")]).await;
    assert!(priya.follow(seen).await.body.contains("The hub is put off"));
    let list = lists(&robin.get("/practice").await)[0].clone();
    assert_eq!(robin.get(&format!("{list}/file")).await.status, 409);

    // Every passage stands in the log, with its purpose.
    let mut ian = county.place.somebody("Information governance lead").await;
    for action in ["worklist.ask", "worklist.approve", "worklist.fetch", "worklist.report", "worklist.refuse"]
    {
        let log = ian.get(&format!("/audit?q={action}")).await;
        assert!(log.body.contains(action), "{action}: {}", log.body);
    }
}

/// With a population its lists are deleted: of the same people nobody knows any more who was asked.
#[tokio::test]
async fn where_earlier_lists_were_deleted_the_page_says_so_and_whoever_approves_looks_at_it() {
    let words = "Lists for this purpose were deleted";
    let county = County::of(12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let mut priya = county.place.somebody("Programme manager").await;
    let mut robin = county.place.somebody("Practice lead").await;
    let run = county.matched(&mut ana).await;
    let before = county.lists(&mut ana, &run, &[]).await;
    let seen = approves(&mut priya, &before, &LOOKED_AT).await;
    let page = priya.follow(seen).await;
    assert!(page.body.contains("can fetch their lists") && !page.body.contains(words), "{}", page.body);
    county.deletes(&mut ana).await;

    let run = county.matched(&mut ana).await;
    let request = county.lists(&mut ana, &run, &[]).await;
    let page = ana.get(&request).await;
    assert!(page.body.contains(words) && page.body.contains("may be asked again"), "{}", page.body);
    let form = priya.get(&format!("{request}/decide")).await;
    assert!(form.body.contains(words) && form.body.contains("value=\"deleted\""), "{}", form.body);
    let hasty = approves(&mut priya, &request, &LOOKED_AT).await;
    assert!(hasty.status == 422 && hasty.body.contains("Look at every point"), "{}", hasty.body);
    let seen = approves(&mut priya, &request, &[&LOOKED_AT[..], &["deleted"]].concat()).await;
    assert!(priya.follow(seen).await.body.contains("can fetch their lists"));
    assert_eq!(lists(&robin.get("/practice").await).len(), 2, "of the first, that there was one");
    // Another purpose is none of it.
    let other = county.lists(&mut ana, &run, &[("purpose", "Another hub")]).await;
    assert!(!priya.get(&format!("{other}/decide")).await.body.contains(words));
}

#[tokio::test]
async fn a_practice_makes_codes_that_nobody_here_can_read() {
    let county = County::new().await;
    let mut priya = county.place.somebody("Programme manager").await;
    let mut robin = county.place.somebody("Practice lead").await;
    assert!(robin.get("/practice/codes").await.body.contains("No hub invites people by code now"));
    priya.get("/invitations/new").await;
    assert_eq!(priya.post("/invitations/new", &[("name", "")]).await.status, 422);
    let mut typed = vec![("name", "First wave"), ("hub", "Saltby Leisure Centre, 14 May")];
    typed.extend(UNTIL);
    let seen = priya.post("/invitations/new", &typed).await;
    assert!(priya.follow(seen).await.body.contains("The wave is added"));

    let form = robin.get("/practice/codes/new").await;
    let wave = form.between("name=\"wave\"", "</select>").expect("waves");
    let wave = wave
        .split("value=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|id| id.len() == 36)
        .expect("one");
    let practice = form.between("name=\"practice\" value=\"", "\"").expect("their practice").to_owned();
    let wrong = robin.post("/practice/codes/new", &[("wave", wave), ("practice", "x"), ("size", "0")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("from 1 to 2000"), "{}", wrong.body);
    let typed = [("wave", wave), ("practice", practice.as_str()), ("size", "25")];
    let csv = robin.post("/practice/codes/new", &typed).await.body;
    let codes: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(codes.len(), 25, "{csv}");
    assert!(codes.iter().all(|code| care::invitation::Code::parse(code).is_ok()), "{csv}");
    let page = robin.get("/practice/codes").await;
    assert!(
        page.body.contains("25 codes") && codes.iter().all(|code| !page.body.contains(code)),
        "{}",
        page.body
    );
    assert!(priya.get("/invitations").await.body.contains("25 codes made by practices"));

    let block = page.between("action=\"/practice/codes/", "/end").expect("a block").to_owned();
    let seen = robin.post(&format!("/practice/codes/{block}/end"), &[]).await;
    assert!(robin.follow(seen).await.body.contains("These codes count no more"));
    assert_eq!(robin.post(&format!("/practice/codes/{block}/end"), &[]).await.status, 404);
}

#[tokio::test]
async fn figures_reach_managers_once_two_have_released_them_and_never_twice_about_the_same_people() {
    let county = County::new().await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let id = run.rsplit('/').next().expect("an identifier").to_owned();
    let mut priya = county.place.somebody("Programme manager").await;
    let mut ian = county.place.somebody("Information governance lead").await;
    assert!(priya.get("/figures").await.body.contains("Nothing was released yet"));

    ana.get(&format!("/releases/new?run={id}")).await;
    assert_eq!(ana.post("/releases/new", &[("run", &id)]).await.status, 422);
    let typed = [("run", id.as_str()), ("title", "Joint pain, spring"), ("purpose", "To plan the hubs")];
    let seen = ana.post("/releases/new", &typed).await;
    let asked = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    let figures = asked.replace("/releases/", "/figures/");
    assert_eq!(priya.get(&figures).await.status, 404, "what waits is not there for those who read");
    assert_eq!(ana.get(&format!("{asked}/decide")).await.status, 403);

    // A manager, who reads what is released, sees nothing of what is not; whoever decides sees all of it.
    for path in
        [asked.clone(), format!("{asked}/report"), format!("{asked}/summary"), format!("{asked}/decide")]
    {
        assert_eq!(priya.get(&path).await.status, 403, "{path}");
    }
    let page = ian.get(&asked).await;
    assert!(page.body.contains("Decide on it") && page.body.contains("Topics: need it"), "{}", page.body);
    assert!(ian.get(&format!("{asked}/report")).await.body.contains("report.css"));
    assert!(ian.get(&format!("{asked}/summary")).await.body.contains("small_areas"));
    ian.get(&format!("{asked}/decide")).await;
    let hasty = ian.post(&format!("{asked}/decide"), &[("decision", "release")]).await;
    assert!(hasty.status == 422 && hasty.body.contains("Look at every point"), "{}", hasty.body);
    let ticks = ["purpose", "small", "before", "words"].map(|tick| ("checks", tick));
    let typed = [&ticks[..], &[("decision", "release")]].concat();
    let seen = ian.post(&format!("{asked}/decide"), &typed).await;
    assert!(ian.follow(seen).await.body.contains("They are released"));

    // Read by those who manage and evaluate; by nobody else.
    for role in ["Programme manager", "Hub organiser", "Evaluator"] {
        let mut reader = county.place.somebody(role).await;
        let page = reader.get(&figures).await;
        assert!(page.status == 200 && page.body.contains("Joint pain, spring"), "{role}: {}", page.body);
        let report = reader.get(&format!("{figures}/report")).await;
        assert!(report.body.contains("report.css") && !report.body.contains("<style"), "{role}");
        assert!(reader.get(&format!("{figures}/report.css")).await.body.contains('{'));
    }
    for role in ["Volunteer", "Clinician", "Practice lead"] {
        assert_eq!(county.place.somebody(role).await.get(&figures).await.status, 403, "{role}");
    }
    priya.get(&format!("{figures}/take")).await;
    assert_eq!(
        priya.post(&format!("{figures}/take"), &[("format", "csv")]).await.status,
        422,
        "for a purpose"
    );
    let csv = priya.post(&format!("{figures}/take"), &[("format", "csv"), ("purpose", "The board")]).await;
    assert!(
        csv.body.contains("Digest of the figures") && csv.body.contains("Topics: go without"),
        "{}",
        csv.body
    );

    // A second set about the same people could be subtracted from the first.
    ana.get(&format!("/releases/new?run={id}")).await;
    let typed = [("run", id.as_str()), ("title", "Once more"), ("purpose", "To plan the hubs")];
    let twice = ana.post("/releases/new", &typed).await;
    assert!(twice.status == 422 && twice.body.contains("could be subtracted"), "{}", twice.body);

    // What was released stays, also when the population is gone.
    let page = ana.get("/population").await;
    let links = page.body.split("href=\"/population/").skip(1).filter_map(|rest| rest.split('"').next());
    let population =
        links.filter(|id| *id != "new").map(|id| format!("/population/{id}")).next().expect("one");
    ana.get(&format!("{population}/delete")).await;
    ana.post(&format!("{population}/delete"), &[]).await;
    assert_eq!(priya.get(&format!("{figures}/report")).await.status, 200);
    // Nor when the same extract comes once more.
    let run = county.matched(&mut ana).await;
    let id = run.rsplit('/').next().expect("an identifier").to_owned();
    ana.get(&format!("/releases/new?run={id}")).await;
    let typed = [("run", id.as_str()), ("title", "Once more"), ("purpose", "To plan the hubs")];
    let again = ana.post("/releases/new", &typed).await;
    assert!(again.status == 422 && again.body.contains("could be subtracted"), "{}", again.body);
    // The same people under another mapping are another population: whoever decides is told what it is.
    ana.get("/population/new").await;
    let typed = [
        ("name", "County, another mapping"),
        ("purpose", "To plan the hubs"),
        ("until-day", "31"),
        ("until-month", "3"),
        ("until-year", "2030"),
    ];
    let mapping = b"# Another text.\nformat = 1\nkind = \"people\"\n";
    let extract = county.extract();
    let files = [("files", "county.parquet", &*extract), ("mapping_file", "mapping.toml", &mapping[..])];
    let seen = ana.upload("/population/new", &typed, &files).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    county.place.works(None).await;
    let run = county.matches(&mut ana).await;
    let id = run.rsplit('/').next().expect("an identifier").to_owned();
    ana.get(&format!("/releases/new?run={id}")).await;
    let typed = [("run", id.as_str()), ("title", "Summer"), ("purpose", "To plan the hubs")];
    let asked = ana.post("/releases/new", &typed).await.leads_to().expect("asked").to_owned();
    let page = ian.get(&asked).await;
    assert!(
        page.body.contains("Nearly all of these figures read as in “Joint pain, spring”"),
        "{}",
        page.body
    );
    ian.get(&format!("{asked}/decide")).await;
    let typed = [&ticks[..], &[("decision", "release")]].concat();
    let hasty = ian.post(&format!("{asked}/decide"), &typed).await;
    assert!(hasty.status == 422 && hasty.body.contains("Look at every point"), "{}", hasty.body);
    let why = county.place.stranger().get("/figures/why-hidden").await;
    assert!(why.status == 200 && why.body.contains("Why numbers are hidden"), "{}", why.body);
}

#[tokio::test]
async fn nobody_decides_on_what_they_asked_for_whatever_roles_they_hold() {
    let county = County::of(12_000).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let id = run.rsplit('/').next().expect("an identifier").to_owned();

    // One account that may ask and may decide.
    let mut sam = county.place.somebody("System administrator").await;
    let people = sam.get("/accounts?q=Anneka").await;
    let account = people.between("href=\"/accounts/0", "\"").expect("her account").to_owned();
    let form = sam.get(&format!("/accounts/0{account}/roles/new")).await;
    let choices = form.between("name=\"organisation\"", "</select>").expect("organisations").to_owned();
    let organisation =
        choices.split("value=\"").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
    let typed = [("organisation", organisation.expect("one")), ("role", "information-governance-lead")];
    let seen = sam.post(&format!("/accounts/0{account}/roles/new"), &typed).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    // Whoever was given a role is signed out everywhere.
    let mut ana = county.place.stranger();
    ana.get("/demo").await;
    assert_eq!(ana.post("/demo", &[("account", &format!("0{account}"))]).await.status, 303);

    let lists = county.lists(&mut ana, &run, &[]).await;
    ana.get(&format!("/releases/new?run={id}")).await;
    let typed = [("run", id.as_str()), ("title", "Joint pain, spring"), ("purpose", "To plan the hubs")];
    let figures = ana.post("/releases/new", &typed).await.leads_to().expect("asked").to_owned();
    for (request, words) in
        [(&lists, "somebody else decides on them"), (&figures, "somebody else decides on it")]
    {
        let page = ana.get(request).await;
        assert!(page.body.contains(words) && !page.body.contains("Decide on it</a>"), "{}", page.body);
        let decide = format!("{request}/decide");
        let refused = ana.get(&decide).await;
        assert!(refused.status == 409 && refused.body.contains("yourself"), "{request}: {}", refused.body);
        let typed = [("decision", "refuse"), ("why", "x")];
        assert_eq!(ana.post(&decide, &typed).await.status, 409, "{request}");
    }
    // Nor does anybody take back what another asked for: the administrator may ask, and did not.
    for request in [&lists, &figures] {
        sam.get(request).await;
        assert_eq!(sam.post(&format!("{request}/withdraw"), &[]).await.status, 409, "{request}");
    }
}
