//! Organisations, and people who join, move and leave.

use super::{PASSWORD, Person, Place};

#[tokio::test]
async fn an_organisation_is_set_up_and_its_people_join() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &partner, "service-manager").await;
    assert_eq!(bo.name().await, "Bo Ek");
    let seen = bo.visitor.get("/organisations").await;
    assert_eq!(seen.heading(), "1 organisation");
    assert!(seen.body.contains("Horncastle Walkers") && !seen.body.contains("Lincolnshire Programme"));
    let seen = bo.visitor.get("/accounts").await;
    assert!(!seen.body.contains("Ann Admin"), "people of other organisations are not theirs to see");
    // The same name again, however it is written.
    ann.visitor.get("/organisations/new").await;
    let seen = ann.visitor.post("/organisations/new", &[("name", " horncastle  WALKERS ")]).await;
    assert_eq!(seen.status, 422);
    assert!(seen.body.contains("There is an organisation of that name already"));
    assert_eq!(place.acts("organisation.add").await, 1);
}

#[tokio::test]
async fn nobody_gives_or_takes_beyond_their_own_organisation_and_rank() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let others = ann.adds_organisation("Louth Leisure").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    ann.invites(&place, "Cy Lo", &others, "volunteer").await;
    let (ann_id, cy_id) = (ann.finds("Ann Admin").await.expect("Ann"), ann.finds("Cy Lo").await.expect("Cy"));
    // Whatever is asked for by identifier of others: the same as what is not there.
    bo.confirm().await;
    let nowhere = bo.visitor.get("/accounts/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f").await;
    for id in [&ann_id, &cy_id] {
        for end in ["", "/renew", "/disable", "/enable", "/sign-out", "/roles/new"] {
            let seen = bo.visitor.get(&format!("/accounts/{id}{end}")).await;
            assert_eq!(seen.status, 404, "{end}");
            assert_eq!(seen.body, nowhere.body, "{end}");
            let token = bo.visitor.form_token.clone();
            bo.visitor.get("/me").await;
            let seen = bo.visitor.post(&format!("/accounts/{id}{end}"), &[("role", "volunteer")]).await;
            assert_eq!(seen.status, 404, "{end} {token}");
        }
    }
    for end in ["", "/change", "/close", "/reopen"] {
        let seen = bo.visitor.get(&format!("/organisations/{others}{end}")).await;
        assert!([403, 404].contains(&seen.status), "{end} {}", seen.status);
    }
    // Neither another organisation nor a higher role can be smuggled into a form.
    for (organisation, role) in [
        (&others, "volunteer"),
        (&walkers, "system-administrator"),
        (&walkers, "analyst"),
        (&walkers, "king"),
    ] {
        bo.visitor.get("/accounts/invite").await;
        let fields =
            [("name", "Di"), ("email", "di@example.org"), ("organisation", organisation), ("role", role)];
        let seen = bo.visitor.post("/accounts/invite", &fields).await;
        assert_eq!(seen.status, 422, "{role}");
    }
    let mut di = bo.invites(&place, "Di Fo", &walkers, "volunteer").await;
    for path in ["/accounts", "/organisations", "/accounts/invite", "/organisations/new"] {
        assert_eq!(di.visitor.get(path).await.status, 403, "{path}");
    }
    assert_eq!(di.visitor.get("/me").await.status, 200);
}

#[tokio::test]
async fn a_manager_cannot_take_over_somebody_who_may_more() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    let mut cy = ann.invites(&place, "Cy Lo", &walkers, "information-governance-lead").await;
    let id = bo.finds("Cy Lo").await.expect("a colleague");
    bo.confirm().await;
    for end in ["renew", "disable", "sign-out"] {
        assert_eq!(bo.visitor.get(&format!("/accounts/{id}/{end}")).await.status, 403, "{end}");
        bo.visitor.get("/me").await;
        assert_eq!(bo.visitor.post(&format!("/accounts/{id}/{end}"), &[]).await.status, 403, "{end}");
    }
    assert_eq!(cy.name().await, "Cy Lo");
}

#[tokio::test]
async fn somebody_moves_to_another_employer_and_leaves() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let leisure = ann.adds_organisation("Louth Leisure").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    let id = ann.finds("Bo Ek").await.expect("Bo");
    ann.confirm().await;
    ann.visitor.get(&format!("/accounts/{id}/roles/new")).await;
    let fields = [("organisation", leisure.as_str()), ("role", "volunteer")];
    let seen = ann.visitor.post(&format!("/accounts/{id}/roles/new"), &fields).await;
    assert_eq!(seen.leads_to(), Some(format!("/accounts/{id}?done=role").as_str()), "{}", seen.body);
    assert_eq!(bo.name().await, "nobody", "what they may do changed: they sign in again");
    let seen = ann.visitor.get(&format!("/accounts/{id}")).await;
    let line = seen.between("End Service manager", "</tr>").map(|_| ()).and_then(|()| {
        let before = seen.body.split("\">End Service manager").next()?;
        before.rsplit("/roles/").next().map(|end| end.trim_end_matches("/end").to_owned())
    });
    let line = line.expect("a line to end");
    ann.visitor.get(&format!("/accounts/{id}/roles/{line}/end")).await;
    let seen = ann.visitor.post(&format!("/accounts/{id}/roles/{line}/end"), &[]).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    bo.sign_in().await;
    assert_eq!(bo.visitor.get("/accounts").await.status, 403, "a manager no longer");
    assert!(bo.visitor.get("/me").await.body.contains("Louth Leisure"));
    // And leaves: out at once, everywhere.
    ann.visitor.get(&format!("/accounts/{id}/disable")).await;
    assert_eq!(ann.visitor.post(&format!("/accounts/{id}/disable"), &[]).await.status, 303);
    assert_eq!(bo.name().await, "nobody");
    bo.visitor.get("/sign-in").await;
    let seen = bo.visitor.post("/sign-in", &[("email", &bo.email), ("password", PASSWORD)]).await;
    assert_eq!(seen.status, 422);
    let seen = ann.visitor.post(&format!("/accounts/{id}/disable"), &[]).await;
    assert_eq!(seen.status, 409, "a second time says so");
}

#[tokio::test]
async fn a_new_link_replaces_password_app_and_codes() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "volunteer").await;
    let id = ann.finds("Bo Ek").await.expect("Bo");
    ann.confirm().await;
    ann.visitor.get(&format!("/accounts/{id}/renew")).await;
    let seen = ann.visitor.post(&format!("/accounts/{id}/renew"), &[]).await;
    let link = seen.between("http://localhost:8080", "<").expect("a link").to_owned();
    assert_eq!(bo.name().await, "Bo Ek", "until the link is used all is as before");
    let mut visitor = place.visitor();
    visitor.get(&link).await;
    let seen = visitor.post(&link, &[("password", "another few plain words")]).await;
    let mut new = Person::with_app(visitor, seen, &bo.email).await;
    assert_eq!(new.name().await, "Bo Ek");
    assert_eq!(bo.name().await, "nobody");
    bo.visitor.get("/sign-in").await;
    assert_eq!(
        bo.visitor.post("/sign-in", &[("email", &bo.email), ("password", PASSWORD)]).await.status,
        422
    );
    let password = "another few plain words";
    bo.visitor.post("/sign-in", &[("email", &bo.email), ("password", password)]).await;
    bo.visitor.get("/sign-in/code").await;
    let code = bo.code();
    assert_eq!(bo.visitor.post("/sign-in/code", &[("code", &code)]).await.status, 422, "the old app");
    let paper = bo.paper[0].clone();
    bo.visitor.get("/sign-in/recovery").await;
    assert_eq!(bo.visitor.post("/sign-in/recovery", &[("code", &paper)]).await.status, 422, "the old codes");
}

#[tokio::test]
async fn the_last_administrator_cannot_be_lost() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let id = ann.finds("Ann Admin").await.expect("Ann");
    ann.confirm().await;
    ann.visitor.get(&format!("/accounts/{id}/disable")).await;
    let seen = ann.visitor.post(&format!("/accounts/{id}/disable"), &[]).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert!(seen.body.contains("nobody would be system administrator"));
    let seen = ann.visitor.get("/organisations").await;
    let own = seen.body.split("href=\"/organisations/").skip(1).filter_map(|rest| rest.split_once('"'));
    let own = own.map(|(id, _)| id).find(|id| id.len() == 36).expect("an organisation").to_owned();
    ann.visitor.get(&format!("/organisations/{own}/close")).await;
    assert_eq!(ann.visitor.post(&format!("/organisations/{own}/close"), &[]).await.status, 409);
    assert_eq!(ann.name().await, "Ann Admin", "nothing was half done");
}

#[tokio::test]
async fn two_administrators_who_disable_each_other_at_once_leave_one() {
    let place = Place::new().await;
    let another = place.another().await;
    let mut ann = place.administrator().await;
    let programme = ann.adds_organisation("Programme").await;
    let mut ben = ann.invites(&place, "Ben Ad", &programme, "system-administrator").await;
    // Each by a server of their own, as two processes on one database are.
    let cookies = ben.visitor.cookies.clone();
    ben.visitor = another.visitor();
    ben.visitor.cookies = cookies;
    let ids = [ann.finds("Ann Admin").await.expect("Ann"), ann.finds("Ben Ad").await.expect("Ben")];
    for _ in 0..8 {
        let [disable_ann, disable_ben] = [0, 1].map(|at: usize| format!("/accounts/{}/disable", ids[at]));
        assert_eq!(ann.visitor.get(&disable_ben).await.status, 200);
        assert_eq!(ben.visitor.get(&disable_ann).await.status, 200);
        let (by_ann, by_ben) =
            tokio::join!(ann.visitor.post(&disable_ben, &[]), ben.visitor.post(&disable_ann, &[]));
        let mut said = [by_ann.status, by_ben.status];
        said.sort_unstable();
        // Whoever comes second is told so, or is no longer known at all.
        assert!(said[0] == 303 && [303, 409].contains(&said[1]), "{said:?}");
        let (left, other, id) = match (ann.name().await.as_str(), ben.name().await.as_str()) {
            ("Ann Admin", "nobody") => (&mut ann, &mut ben, &ids[1]),
            ("nobody", "Ben Ad") => (&mut ben, &mut ann, &ids[0]),
            both => panic!("one is left: {both:?}"),
        };
        let enable = format!("/accounts/{id}/enable");
        left.visitor.get(&enable).await;
        assert_eq!(left.visitor.post(&enable, &[]).await.status, 303);
        other.sign_in().await;
    }
}

#[tokio::test]
async fn a_manager_commands_nobody_who_is_more_elsewhere_though_they_do_not_see_it() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let leisure = ann.adds_organisation("Louth Leisure").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    let mut cy = ann.invites(&place, "Cy Lo", &walkers, "volunteer").await;
    let id = ann.finds("Cy Lo").await.expect("Cy");
    let path = format!("/accounts/{id}");
    assert!(bo.visitor.get(&path).await.body.contains(&format!("{path}/disable")));
    let role = format!("{path}/roles/new");
    ann.visitor.get(&role).await;
    let fields = [("organisation", leisure.as_str()), ("role", "volunteer")];
    assert_eq!(ann.visitor.post(&role, &fields).await.status, 303);
    cy.sign_in().await;
    bo.confirm().await;
    let seen = bo.visitor.get(&path).await;
    assert!(seen.status == 200 && !seen.body.contains(&format!("{path}/disable")), "{}", seen.body);
    for end in ["renew", "disable", "enable", "sign-out"] {
        assert_eq!(bo.visitor.get(&format!("{path}/{end}")).await.status, 403, "{end}");
        bo.visitor.get("/me").await;
        assert_eq!(bo.visitor.post(&format!("{path}/{end}"), &[]).await.status, 403, "{end}");
    }
    // A further role at the walkers does not sign them out of everything.
    bo.visitor.get(&role).await;
    let fields = [("organisation", walkers.as_str()), ("role", "link-worker")];
    assert_eq!(bo.visitor.post(&role, &fields).await.status, 303);
    assert_eq!(cy.name().await, "Cy Lo");
}

#[tokio::test]
async fn whoever_leaves_is_out_at_once_and_their_manager_sees_them_no_more() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    let mut cy = ann.invites(&place, "Cy Lo", &walkers, "volunteer").await;
    let id = bo.finds("Cy Lo").await.expect("Cy");
    bo.confirm().await;
    let renew = format!("/accounts/{id}/renew");
    bo.visitor.get(&renew).await;
    let seen = bo.visitor.post(&renew, &[]).await;
    let link = seen.between("http://localhost:8080", "<").expect("a link").to_owned();
    let seen = bo.visitor.get(&format!("/accounts/{id}")).await;
    let end = seen.between(&format!("/accounts/{id}/roles/"), "/end").expect("a role to end");
    let end = format!("/accounts/{id}/roles/{}/end", end.rsplit('/').next().expect("a line"));
    bo.visitor.get(&end).await;
    assert_eq!(bo.visitor.post(&end, &[]).await.status, 303);
    assert_eq!(cy.name().await, "nobody");
    assert_eq!(place.visitor().get(&link).await.status, 410);
    assert_eq!(bo.visitor.get(&format!("/accounts/{id}")).await.status, 404);
    assert!(bo.finds("Cy Lo").await.is_none() && ann.finds("Cy Lo").await.is_some());
}

#[tokio::test]
async fn dangerous_acts_ask_once_more_who_it_is() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    super::wait(time::Duration::minutes(16));
    for path in ["/accounts/invite", "/me/password", "/me/codes", "/me/app"] {
        let seen = ann.visitor.get(path).await;
        assert!(seen.leads_to().is_some_and(|to| to.starts_with("/confirm?next=")), "{path}");
    }
    // A form that was shown before may still be filled in for a while.
    super::wait(time::Duration::minutes(30));
    for path in ["/accounts/invite", "/me/password", "/me/codes", "/me/app"] {
        ann.visitor.get("/me").await;
        let seen = ann.visitor.post(path, &[("name", "x")]).await;
        assert!(seen.leads_to().is_some_and(|to| to.starts_with("/confirm?next=")), "{path}");
    }
    assert_eq!(place.acts("account.invite").await, 0);
    ann.confirm().await;
    assert_eq!(ann.visitor.get("/accounts/invite").await.status, 200);
}

#[tokio::test]
async fn names_in_any_script_come_back_as_they_were_typed() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    for name in [
        "Siân Llŷr O’Brien-Wójcik",
        "Žydrūnas",
        "李小龍",
        "عائشة",
        "a\u{301}\u{302}\u{200d}x",
        "<b>&amp;\"'",
        "🦴🦵🏽",
    ] {
        ann.visitor.get("/me/name").await;
        let seen = ann.visitor.post("/me/name", &[("name", name)]).await;
        assert_eq!(seen.status, 303, "{name}");
        assert_eq!(ann.name().await, name);
    }
}

#[tokio::test]
async fn closing_an_organisation_makes_nobody_smaller_than_they_are() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let programme = ann.adds_organisation("Programme").await;
    let council = ann.adds_organisation("Council").await;
    let mut priya = ann.invites(&place, "Priya Na", &programme, "programme-manager").await;
    ann.invites(&place, "Ian Gw", &council, "information-governance-lead").await;
    let id = ann.finds("Ian Gw").await.expect("Ian");
    priya.confirm().await;
    for end in ["close", "reopen"] {
        assert_eq!(priya.visitor.get(&format!("/organisations/{council}/{end}")).await.status, 403, "{end}");
        priya.visitor.get("/me").await;
        assert_eq!(
            priya.visitor.post(&format!("/organisations/{council}/{end}"), &[]).await.status,
            403,
            "{end}"
        );
    }
    // Not even when somebody who may has closed it: it can be opened again.
    ann.confirm().await;
    ann.visitor.get(&format!("/organisations/{council}/close")).await;
    assert_eq!(ann.visitor.post(&format!("/organisations/{council}/close"), &[]).await.status, 303);
    for end in ["renew", "disable"] {
        assert_eq!(priya.visitor.get(&format!("/accounts/{id}/{end}")).await.status, 403, "{end}");
    }
}

#[tokio::test]
async fn links_end_with_what_they_were_made_for() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let link = ann.link_for("Bo Ek", "bo@example.org", &walkers, "volunteer").await;
    let id = ann.finds("Bo Ek").await.expect("Bo");
    let role = format!("/accounts/{id}/roles/new");
    ann.visitor.get(&role).await;
    let fields = [("organisation", walkers.as_str()), ("role", "analyst")];
    assert_eq!(ann.visitor.post(&role, &fields).await.status, 303);
    assert_eq!(place.visitor().get(&link).await.status, 410, "whoever kept it does not come in as more");
    ann.visitor.get(&role).await;
    assert_eq!(ann.visitor.post(&role, &fields).await.status, 422, "and nobody has a role twice");
    let renew = format!("/accounts/{id}/renew");
    ann.visitor.get(&renew).await;
    let seen = ann.visitor.post(&renew, &[]).await;
    let link = seen.between("http://localhost:8080", "<").expect("a link").to_owned();
    assert_eq!(place.visitor().get(&link).await.status, 200);
    let disable = format!("/accounts/{id}/disable");
    ann.visitor.get(&disable).await;
    assert_eq!(ann.visitor.post(&disable, &[]).await.status, 303);
    assert_eq!(place.visitor().get(&link).await.status, 410, "a leaver's link");
}

#[tokio::test]
async fn a_manager_sees_of_a_colleague_what_is_theirs() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let leisure = ann.adds_organisation("Louth Leisure").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    ann.invites(&place, "Cy Lo", &walkers, "volunteer").await;
    let id = ann.finds("Cy Lo").await.expect("Cy");
    let role = format!("/accounts/{id}/roles/new");
    ann.visitor.get(&role).await;
    ann.visitor.post(&role, &[("organisation", leisure.as_str()), ("role", "analyst")]).await;
    let seen = bo.visitor.get(&format!("/accounts/{id}")).await;
    assert!(seen.body.contains("Volunteer") && !seen.body.contains("Louth Leisure"), "{}", seen.body);
    assert!(!bo.visitor.get("/accounts").await.body.contains("Louth Leisure"));
}

#[tokio::test]
async fn confirming_in_one_window_spoils_no_form_in_another() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    ann.visitor.get("/organisations/new").await;
    let token = ann.visitor.form_token.clone();
    ann.confirm().await;
    ann.visitor.form_token = token;
    assert_eq!(ann.visitor.post("/organisations/new", &[("name", "Louth Leisure")]).await.status, 303);
    // Without the phone, a recovery code does.
    super::wait(time::Duration::minutes(16));
    ann.visitor.get("/confirm").await;
    let paper = ann.paper[0].clone();
    assert_eq!(ann.visitor.post("/confirm", &[("code", &paper)]).await.leads_to(), Some("/"));
}

#[tokio::test]
async fn whoever_looks_at_somebody_is_in_the_log() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    ann.invites(&place, "Bo Ek", &partner, "volunteer").await;
    let (ann_id, bo_id) = (ann.finds("Ann Admin").await.expect("Ann"), ann.finds("Bo Ek").await.expect("Bo"));
    let (views, lists) = (place.acts("account.view").await, place.acts("account.list").await);
    ann.visitor.get(&format!("/accounts/{bo_id}")).await;
    assert_eq!(place.acts("account.view").await, views + 1);
    // Oneself is no secret.
    ann.visitor.get(&format!("/accounts/{ann_id}")).await;
    assert_eq!(place.acts("account.view").await, views + 1);
    ann.visitor.get("/accounts").await;
    assert_eq!(place.acts("account.list").await, lists + 1);
}
