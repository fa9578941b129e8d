//! Passkeys: set up, signed in with, refused.

use testbed::{Seen, Visitor};
use time::Duration;

use super::device::{Asked, Device};
use super::sign_in::join_all;
use super::{PASSWORD, Person, Place, wait};

/// The form of a page that asks for a passkey, with what the device answers.
async fn answer(visitor: &mut Visitor, path: &str, asked: &Asked, passkey: &str) -> Seen {
    let fields = [("ceremony", asked.ceremony.as_str()), ("passkey", passkey), ("name", "My phone")];
    visitor.post(path, &fields).await
}

/// Asks for a passkey, at the door.
async fn asked(visitor: &mut Visitor) -> Asked {
    if visitor.form_token.is_empty() {
        visitor.get("/sign-in").await;
    }
    let seen = visitor.post("/sign-in/passkey", &[("next", "/me")]).await;
    assert_eq!(seen.heading(), "Sign in with a passkey", "{}", seen.body);
    Asked::of(&seen)
}

/// Signs in with it; gives the answer.
async fn comes(visitor: &mut Visitor, device: &mut Device) -> Seen {
    let asked = asked(visitor).await;
    let signed = device.signs(&asked);
    answer(visitor, "/sign-in/passkey", &asked, &signed).await
}

/// Somebody who signed in adds a passkey.
async fn adds(person: &mut Person) -> Device {
    let mut device = Device::new();
    let seen = add(person, &mut device).await;
    assert_eq!(seen.leads_to(), Some("/me?done=passkey"), "{}", seen.body);
    device
}

async fn add(person: &mut Person, device: &mut Device) -> Seen {
    person.visitor.get("/me/passkeys/new").await;
    let seen = person.visitor.post("/me/passkeys/new", &[("name", "My phone")]).await;
    let asked = Asked::of(&seen);
    let made = device.makes(&asked);
    answer(&mut person.visitor, "/me/passkeys/new", &asked, &made).await
}

/// Somebody whose only factor is a passkey; the first of a site.
async fn administrator(place: &Place) -> (Visitor, Device, Vec<String>) {
    let (mut visitor, seen) = place.begun().await;
    let seen = visitor.follow(seen).await;
    assert_eq!(seen.heading(), "Set up a passkey");
    let path = "/sign-in/set-up/passkey";
    let asked = Asked::of(&visitor.post(path, &[("name", "My phone")]).await);
    assert_eq!(asked.options["user"]["name"], "ann@example.org");
    let mut device = Device::new();
    let made = device.makes(&asked);
    let seen = answer(&mut visitor, path, &asked, &made).await;
    assert_eq!(seen.heading(), "Keep your recovery codes", "{}", seen.body);
    let codes = seen.body.split("<li class=\"meres-secret\">").skip(1);
    let codes: Vec<String> =
        codes.filter_map(|rest| rest.split_once('<').map(|(code, _)| code.to_owned())).collect();
    assert_eq!(codes.len(), 10);
    (visitor, device, codes)
}

#[tokio::test]
async fn a_passkey_alone_signs_in() {
    let place = Place::new().await;
    let (mut visitor, mut device, _) = administrator(&place).await;
    assert_eq!(visitor.get("/").await.body, "Ann Admin");
    let before = visitor.cookies["__Host-meres"].clone();
    let mut elsewhere = place.visitor();
    let seen = comes(&mut elsewhere, &mut device).await;
    assert_eq!(seen.leads_to(), Some("/"), "where to is for the form to say");
    assert_eq!(elsewhere.get("/").await.body, "Ann Admin");
    assert_ne!(elsewhere.cookies["__Host-meres"], before);
    assert!(elsewhere.cookies.contains_key("__Host-meres-device"));
    assert_eq!(place.acts("sign-in.passkey").await, 1);
    let seen = elsewhere.get("/me").await;
    assert!(seen.body.contains("My phone") && !seen.body.contains("not used yet"), "{}", seen.body);
}

#[tokio::test]
async fn after_the_password_a_passkey_or_a_recovery_code_is_asked_for() {
    let place = Place::new().await;
    let (_, mut device, codes) = administrator(&place).await;
    let password = [("email", "ann@example.org"), ("password", PASSWORD), ("next", "/me?x=1")];
    let mut visitor = place.visitor();
    visitor.get("/sign-in").await;
    let seen = visitor.post("/sign-in", &password).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/passkey?next=%2Fme%3Fx%3D1"));
    assert_eq!(visitor.get("/").await.body, "nobody", "a password alone opens nothing");
    assert_eq!(visitor.get("/sign-in/set-up/passkey").await.status, 303, "nor lets another passkey in");
    assert_eq!(visitor.get("/sign-in/set-up").await.status, 303);
    let seen = visitor.follow(seen).await;
    assert_eq!(seen.heading(), "Use your passkey");
    assert_eq!(comes(&mut visitor, &mut device).await.leads_to(), Some("/"));
    assert_eq!(visitor.get("/").await.body, "Ann Admin");
    let mut visitor = place.visitor();
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &password).await;
    visitor.get("/sign-in/recovery").await;
    let seen = visitor.post("/sign-in/recovery", &[("code", &codes[0])]).await;
    assert_eq!(seen.leads_to(), Some("/"));
}

#[tokio::test]
async fn with_an_app_beside_it_either_will_do() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut device = adds(&mut ann).await;
    assert_eq!(ann.sign_in().await.leads_to(), Some("/"));
    assert!(ann.visitor.get("/me").await.body.contains("With a passkey, or with your password"));
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 303);
    ann.visitor.get("/confirm/code").await;
    let code = ann.code();
    assert_eq!(ann.visitor.post("/confirm", &[("code", &code)]).await.status, 303);
}

#[tokio::test]
async fn an_answer_is_good_once_and_soon_and_where_it_was_asked_for() {
    let place = Place::new().await;
    let (_, mut device, _) = administrator(&place).await;
    let mut visitor = place.visitor();
    let first = asked(&mut visitor).await;
    let signed = device.signs(&first);
    // Somebody else's browser, who overheard it all.
    let mut thief = place.visitor();
    thief.get("/sign-in").await;
    assert_eq!(answer(&mut thief, "/sign-in/passkey", &first, &signed).await.status, 422);
    assert_eq!(place.acts("passkey.refuse").await, 0, "what nobody was asked leaves no line");
    assert_eq!(answer(&mut visitor, "/sign-in/passkey", &first, &signed).await.status, 303);
    let mut again = place.visitor();
    again.cookies.insert("__Host-meres-door".to_owned(), visitor.cookies["__Host-meres-door"].clone());
    again.get("/sign-in").await;
    assert_eq!(answer(&mut again, "/sign-in/passkey", &first, &signed).await.status, 422, "a replay");
    let late = asked(&mut again).await;
    let signed = device.signs(&late);
    wait(Duration::minutes(5));
    assert_eq!(answer(&mut again, "/sign-in/passkey", &late, &signed).await.status, 422, "too late");
    assert_eq!(again.get("/").await.body, "nobody");
    let asked = asked(&mut again).await;
    let signed = device.signs(&asked);
    wait(Duration::minutes(4));
    assert_eq!(answer(&mut again, "/sign-in/passkey", &asked, &signed).await.status, 303);
}

#[tokio::test]
async fn an_answer_that_comes_many_times_at_once_signs_in_once() {
    let place = Place::new().await;
    let (_, mut device, _) = administrator(&place).await;
    device.counts = false;
    let mut visitor = place.visitor();
    let asked = asked(&mut visitor).await;
    let signed = device.signs(&asked);
    let mut many = vec![visitor; 50];
    let (asked, signed) = (&asked, &signed);
    let tries = many
        .iter_mut()
        .map(|visitor| async move { answer(visitor, "/sign-in/passkey", asked, signed).await.status });
    let statuses = join_all(tries.map(Box::pin).collect::<Vec<_>>()).await;
    assert_eq!(statuses.iter().filter(|&&status| status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [303, 422].contains(status)), "{statuses:?}");
    assert_eq!(place.acts("sign-in.passkey").await, 1);
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 303, "one that does not count");
}

#[tokio::test]
async fn a_wrong_answer_is_refused_written_down_and_ends_what_was_asked() {
    type Lie = fn(&mut Device, &mut Asked);
    let lies: [(&str, Lie); 8] = [
        ("another site's page", |device, _| device.origin = "https://meres.evil.example".to_owned()),
        ("another site's key", |device, _| device.site = "evil.example".to_owned()),
        ("nobody looked who it is", |device, _| device.verifies = false),
        ("another challenge", |_, asked| asked.options["challenge"] = "AAAA".into()),
        ("a copy", |device, _| device.counter -= 1),
        ("nobody's", |device, _| device.owner.clear()),
        ("somebody else's", |device, _| device.owner = vec![7; 16]),
        ("not known", |device, _| device.id = vec![7; 32]),
    ];
    let place = Place::new().await;
    let (_, mut device, _) = administrator(&place).await;
    comes(&mut place.visitor(), &mut device).await;
    let mut words = Vec::new();
    for (number, (what, lie)) in lies.into_iter().enumerate() {
        let mut visitor = place.visitor();
        let (mut lying, mut asked) = (device.clone(), asked(&mut visitor).await);
        let honest = device.clone().signs(&asked);
        lie(&mut lying, &mut asked);
        let signed = lying.signs(&asked);
        let seen = answer(&mut visitor, "/sign-in/passkey", &asked, &signed).await;
        assert_eq!((seen.status, visitor.get("/").await.body.as_str()), (422, "nobody"), "{what}");
        words.push(seen.between("id=\"passkey-error\">", "</span>\n").unwrap_or_default().to_owned());
        assert_eq!(place.acts("passkey.refuse").await, number + 1, "{what}");
        let seen = answer(&mut visitor, "/sign-in/passkey", &asked, &honest).await;
        assert_eq!(seen.status, 422, "{what}: what was asked is over");
    }
    assert!(words.iter().all(|said| said.contains("not taken") && *said == words[0]), "{words:?}");
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 303, "it is still good itself");
    let mut visitor = place.visitor();
    for passkey in ["", "{}", "[1", "null"] {
        let asked = asked(&mut visitor).await;
        assert_eq!(answer(&mut visitor, "/sign-in/passkey", &asked, passkey).await.status, 422, "{passkey}");
    }
}

#[tokio::test]
async fn a_passkey_confirms_for_its_owner_in_the_session_that_asked() {
    let place = Place::new().await;
    let (mut visitor, mut device, _) = administrator(&place).await;
    let mut ann = Person::at(visitor.clone(), "ann@example.org");
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &partner, "service-manager").await;
    let mut theirs = adds(&mut bo).await;
    visitor.cookies = ann.visitor.cookies.clone();
    wait(Duration::minutes(16));
    assert!(visitor.get("/accounts/invite").await.leads_to().expect("a step").starts_with("/confirm"));
    assert!(visitor.get("/confirm").await.body.contains("Use my passkey"));
    let before = visitor.cookies["__Host-meres"].clone();
    let ask = async |visitor: &mut Visitor| {
        visitor.get("/confirm").await;
        Asked::of(&visitor.post("/confirm/passkey", &[("next", "/accounts/invite")]).await)
    };
    let asked = ask(&mut visitor).await;
    assert_eq!(asked.options["allowCredentials"].as_array().map(Vec::len), Some(1));
    let signed = theirs.signs(&asked);
    let seen = answer(&mut visitor, "/confirm/passkey", &asked, &signed).await;
    assert_eq!(seen.status, 422, "a colleague's");
    // What the door asked, and what another session of theirs asked, is not what this one asked.
    let mut elsewhere = place.visitor();
    let at_the_door = super::passkeys::asked(&mut elsewhere).await;
    let signed = device.signs(&at_the_door);
    assert_eq!(answer(&mut visitor, "/confirm/passkey", &at_the_door, &signed).await.status, 422);
    comes(&mut elsewhere, &mut device).await;
    elsewhere.get("/me").await;
    let asked = ask(&mut elsewhere).await;
    let signed = device.signs(&asked);
    assert_eq!(answer(&mut visitor, "/confirm/passkey", &asked, &signed).await.status, 422);
    assert_eq!(visitor.get("/accounts/invite").await.status, 303, "still asked for");
    let asked = ask(&mut visitor).await;
    let signed = device.signs(&asked);
    assert_eq!(answer(&mut visitor, "/confirm/passkey", &asked, &signed).await.status, 303);
    assert_ne!(visitor.cookies["__Host-meres"], before, "under a new token");
    assert_eq!(visitor.get("/accounts/invite").await.status, 200);
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed_but_never_the_last_factor() {
    let place = Place::new().await;
    let (visitor, mut first, _) = administrator(&place).await;
    let mut ann = Person::at(visitor, "ann@example.org");
    let ids = async |person: &mut Person| -> Vec<String> {
        let page = person.visitor.get("/me").await.body;
        let links = page.split("/me/passkeys/").skip(1).filter_map(|rest| rest.split_once("/remove\""));
        links.map(|(id, _)| id.to_owned()).filter(|id| id.len() == 36).collect()
    };
    let id = ids(&mut ann).await.remove(0);
    let remove = async |person: &mut Person, id: &str| {
        let path = format!("/me/passkeys/{id}/remove");
        person.visitor.get(&path).await;
        person.visitor.post(&path, &[]).await
    };
    let seen = remove(&mut ann, &id).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    let path = format!("/me/passkeys/{id}/name");
    ann.visitor.get(&path).await;
    assert_eq!(ann.visitor.post(&path, &[("name", " ")]).await.status, 422);
    assert_eq!(ann.visitor.post(&path, &[("name", "Old <phone>")]).await.status, 303);
    assert!(ann.visitor.get("/me").await.body.contains("Old &#60;phone&#62;"));
    let mut second = Device::new();
    let seen = add(&mut ann, &mut second).await;
    assert_eq!(seen.leads_to(), Some("/me?done=passkey"), "{}", seen.body);
    let mut again = second.clone();
    assert_eq!(add(&mut ann, &mut again).await.status, 422, "nobody has the same one twice");
    let mut elsewhere = place.visitor();
    comes(&mut elsewhere, &mut first).await;
    assert_eq!(elsewhere.get("/").await.body, "Ann Admin");
    assert_eq!(remove(&mut ann, &id).await.leads_to(), Some("/me?done=passkey-removed"));
    assert_eq!(elsewhere.get("/").await.body, "nobody", "signed out where it was used");
    assert_eq!(ann.name().await, "Ann Admin");
    assert_eq!(comes(&mut place.visitor(), &mut first).await.status, 422);
    assert_eq!(comes(&mut place.visitor(), &mut second).await.status, 303);
    assert_eq!(remove(&mut ann, &id).await.status, 404, "removed once");
    for act in ["passkey.add", "passkey.rename", "passkey.remove"] {
        assert_eq!(place.acts(act).await, if act == "passkey.add" { 2 } else { 1 }, "{act}");
    }
}

#[tokio::test]
async fn nobody_touches_a_passkey_of_somebody_else() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &partner, "service-manager").await;
    adds(&mut bo).await;
    let page = bo.visitor.get("/me").await;
    let id = page.between("/me/passkeys/", "/name").expect("a passkey").to_owned();
    ann.confirm().await;
    for verb in ["name", "remove"] {
        let path = format!("/me/passkeys/{id}/{verb}");
        assert_eq!(bo.visitor.get(&path).await.status, 200, "{verb}");
        assert_eq!(ann.visitor.get(&path).await.status, 404, "{verb}");
        assert_eq!(ann.visitor.post(&path, &[("name", "Mine")]).await.status, 404, "{verb}");
    }
}

#[tokio::test]
async fn a_passkey_ends_with_its_account_and_with_a_reset() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &partner, "service-manager").await;
    let mut device = adds(&mut bo).await;
    let id = ann.finds("Bo Ek").await.expect("Bo");
    let act = async |ann: &mut Person, verb: &str| {
        ann.confirm().await;
        ann.visitor.get(&format!("/accounts/{id}/{verb}")).await;
        ann.visitor.post(&format!("/accounts/{id}/{verb}"), &[]).await
    };
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 303);
    act(&mut ann, "disable").await;
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 422, "disabled");
    act(&mut ann, "enable").await;
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 303, "enabled");
    let seen = act(&mut ann, "renew").await;
    let link = seen.between("http://localhost:8080", "<").expect("a link").to_owned();
    let mut visitor = place.visitor();
    visitor.get(&link).await;
    let seen = visitor.post(&link, &[("password", "four other plain words")]).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/set-up/passkey"));
    assert_eq!(comes(&mut place.visitor(), &mut device).await.status, 422, "reset");
}
