//! What is done later: letters, checkpoints, and the room in which one sees them.

use ground::audit::{SigningKey, read_checkpoints};
use ground::database::Act;
use ground::jobs::{self, NewJob};
use meres::audit_room::{Vouching, begin_to_vouch};
use serde_json::json;
use vocabulary::Actor;

use crate::support::caller::{Caller, between};
use crate::support::meres::done;
use crate::support::site::{Place, host, started};

/// Invites somebody as this visitor; the page that comes.
async fn invited(place: &Place, email: &str) -> (testbed::Visitor, testbed::Seen) {
    let mut sam = place.somebody("System administrator").await;
    let page = sam.get("/accounts/invite").await;
    assert!(page.body.contains("How do they get the link?"), "{}", page.body);
    let organisation = page.between("<option value=\"\"></option>", "</select>").expect("organisations");
    let organisation = organisation.split('"').nth(1).expect("one").to_owned();
    let fields = [
        ("name", "Nora Nowak"),
        ("email", email),
        ("organisation", &organisation),
        ("role", "volunteer"),
        ("way", "letter"),
    ];
    let seen = sam.post("/accounts/invite", &fields).await;
    let seen = sam.follow(seen).await;
    (sam, seen)
}

#[tokio::test]
async fn an_invitation_comes_by_e_mail_and_nobody_else_sees_it() {
    let place = Place::demonstration().await;
    let (mut sam, seen) = invited(&place, "nora@example.org").await;
    assert!(seen.body.contains("on its way to them by e-mail"), "{}", seen.body);
    assert!(!seen.body.contains("/link/"));
    place.works(None).await;
    let letters = std::fs::read_to_string(place.file("letters.txt")).expect("letters");
    assert!(letters.contains("nora@example.org") && letters.contains("Dear Nora Nowak"), "{letters}");
    let link = letters.split("http://localhost:8080").nth(1).expect("a link");
    // A line of the file is JSON: a line's end in the letter is `\n` there.
    let link = link.split('\\').next().expect("its path").to_owned();
    let mut nora = place.stranger();
    assert_eq!(nora.get(&link).await.heading(), "Join Meres");
    // The room of later work tells of it without a word about her.
    let list = sam.get("/admin/jobs").await;
    assert!(
        list.body.contains("Send an invitation by e-mail") && list.body.contains("Done"),
        "{}",
        list.body
    );
    assert!(!list.body.contains("nora@") && !list.body.contains("Nora"));
    let letters = sam.get("/audit?action=account.link").await;
    assert!(letters.body.contains("Meres itself") && letters.body.contains("by e-mail"));
}

#[tokio::test]
async fn what_failed_waits_for_somebody_and_can_be_done_again() {
    let place = Place::demonstration().await;
    // An account that nobody has.
    let mut change = place.house.database.change(&Actor::Meres).await.expect("a change");
    let payload = json!({"account": "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f"});
    let job = NewJob { most_attempts: 1, ..NewJob::new("mail.invitation", "letters", payload) };
    let job = jobs::queue(&mut change, &job).await.expect("queued");
    let act = Act { action: "test.queue", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
    let path = format!("/admin/jobs/{job}");

    let mut sam = place.somebody("System administrator").await;
    let page = sam.get(&path).await;
    assert!(page.body.contains("Waiting for its turn") && page.body.contains("Stop it"), "{}", page.body);
    let event = sam.get(&format!("{path}/progress")).await;
    assert_eq!(event.headers["content-type"], "text/event-stream");
    assert_eq!(event.body, "retry: 1000\nevent: progress\ndata: 0 /Waiting for its turn\n\n");
    place.works(None).await;
    let home = sam.get("/").await;
    assert!(home.body.contains("1 job failed"), "{}", home.body);
    let page = sam.get(&path).await;
    assert!(page.body.contains("the link could not be made") && page.body.contains("Do it again"));
    assert!(sam.get(&format!("{path}/progress")).await.body.contains("event: end"));
    assert_eq!(sam.post(&format!("{path}/cancel"), &[]).await.status, 409, "it has ended");
    sam.get(&path).await;
    let seen = sam.post(&format!("{path}/again"), &[]).await;
    assert!(sam.follow(seen).await.body.contains("as soon as its turn comes"));
    let seen = sam.post(&format!("{path}/cancel"), &[]).await;
    assert!(sam.follow(seen).await.body.contains("It was stopped"));
    assert!(!sam.get("/").await.body.contains("job failed"));
    let mut violet = place.somebody("Volunteer").await;
    assert_eq!(violet.get(&path).await.status, 403);
    // The search box finds it by what it is, for those who may see it.
    let found = sam.post("/search", &[("words", "INVITATION by e-mail")]).await;
    assert!(found.body.contains(&format!("href=\"{path}\"")), "{}", found.body);
    violet.get("/").await;
    let found = violet.post("/search", &[("words", "invitation by e-mail")]).await;
    assert_eq!(found.heading(), "Nothing found for “invitation by e-mail”");
}

#[tokio::test]
async fn the_log_is_vouched_for_while_the_site_runs() {
    let place = Place::demonstration().await;
    let (key, file) = (SigningKey::from_random([3; 32]), place.file("checkpoints.txt"));
    let public = key.public();
    let vouching = Vouching {
        key,
        file: Some(file.clone()),
        mail: Some("ig@example.org".to_owned()),
        every: time::Duration::DAY,
    };
    begin_to_vouch(&place.house).await.expect("queued");
    begin_to_vouch(&place.house).await.expect("a second server queues no second one");
    place.works(Some(vouching)).await;
    let text = std::fs::read_to_string(&file).expect("checkpoints");
    let signed = read_checkpoints(&text, &public).expect("signed");
    assert_eq!(signed.len(), 1);
    let letters = std::fs::read_to_string(place.file("letters.txt")).expect("letters");
    assert!(letters.contains("ig@example.org") && letters.contains("meres audit checkpoint 1"), "{letters}");
    let mut session = place.house.database.read().await.expect("read");
    let all = jobs::newest(&mut session, 10).await.expect("jobs");
    let states: Vec<_> = all.iter().map(|job| job.state.word()).collect();
    assert_eq!(states, ["queued", "done"], "the next waits for its day");
    let followed = ground::audit::follow(&mut session, &signed).await.expect("followed");
    assert_eq!(followed.faults, []);
}

#[tokio::test]
async fn a_link_that_was_handed_over_is_not_ended_by_a_letter_that_waited() {
    let place = Place::demonstration().await;
    let (mut sam, seen) = invited(&place, "nora@example.org").await;
    let nora = seen.body.split("/renew\"").next().and_then(|before| before.rsplit('"').next());
    let renew = format!("{}/renew", nora.expect("the page of Nora"));
    sam.get(&renew).await;
    let page = sam.post(&renew, &[("way", "hand")]).await;
    let link = page.between("http://localhost:8080", "<").expect("a link").to_owned();
    place.works(None).await;
    assert!(!place.file("letters.txt").exists(), "the letter was withdrawn");
    assert_eq!(place.stranger().get(&link).await.heading(), "Join Meres");
}

#[test]
fn a_worker_does_what_a_server_leaves_to_it_and_both_can_be_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, "demo --people 2000 --services 200 --out out --no-serve");
    let serve =
        ["serve", "--data", "out/data", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--no-jobs"];
    let (mut server, said) = started(here, &serve, None);
    let (host, watched) = (host(&said).to_owned(), between(&said, "Metrics are at http://", "/metrics"));
    let sam = Caller::somebody(&host, "System administrator");
    let page = sam.ask("GET", "/accounts/invite", "").expect("a page").body;
    let organisation =
        between(&between(&page, "<option value=\"\"></option>", "</select>"), "value=\"", "\"");
    let form =
        format!("name=Nora&email=nora%40example.org&organisation={organisation}&role=volunteer&way=letter");
    assert_eq!(sam.ask("POST", "/accounts/invite", &form).expect("an answer").status, 303);
    let account = sam.ask("GET", "/accounts/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f", "").expect("an answer");
    assert_eq!(account.status, 404);
    let read = || Caller::stranger(&watched).ask("GET", "/metrics", "").expect("metrics").body;
    let metrics = read();
    assert!(metrics.contains("route=\"/accounts/{id}\",status=\"404\"} 1"), "{metrics}");
    assert!(
        // The invitation, word of what the demonstration changed in the directory, its match run, and what is asked for
        // after that.
        metrics.contains("meres_jobs{state=\"queued\"} 5") && metrics.contains("meres_database_up 1"),
        "{metrics}"
    );
    assert!(!metrics.contains("018f3c1e") && !metrics.contains("nora"), "{metrics}");
    assert!(!here.join("out/data/letters.txt").exists(), "the server leaves it alone");
    let address = format!("http://{}", host.replace("127.0.0.1", "localhost"));
    let (mut worker, _) = started(here, &["worker", "--data", "out/data", "--address", &address], None);
    for _ in 0..600 {
        let letters = std::fs::read_to_string(here.join("out/data/letters.txt")).unwrap_or_default();
        if letters.contains("/link/") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let letters = std::fs::read_to_string(here.join("out/data/letters.txt")).expect("a letter");
    assert!(letters.contains(&format!("{address}/link/")), "{letters}");
    for program in [&mut worker, &mut server] {
        program.kill().expect("ended");
        program.wait().expect("ended");
    }
}
