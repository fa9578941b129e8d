//! The wall inside PostgreSQL, with the program's own checks left out: statements that ask for everything, and functions
//! that are told to look everywhere, on behalf of somebody who may not. On SQLite, which has no such wall, these end at once.

use ground::database::{Act, Database, Param, Session};
use vocabulary::{Account, Actor, Id, Partner, Role, Scope, Sight, Viewer};

use super::{held, store};
use crate::tests::Place;
use crate::{factor, link, session};

const TODAY: &str = "2026-11-22";

/// Two organisations with people in both, and who looks.
struct Scene {
    place: Place,
    walkers: Id<Partner>,
    leisure: Id<Partner>,
    /// Works for the walkers, who look after nobody else.
    di: Id<Account>,
    /// Of the other organisation: as manager, with everything that somebody has.
    ed: Id<Account>,
    /// A service manager of the walkers, a volunteer there, and nobody.
    narrow: Vec<(&'static str, Sight)>,
}

async fn id_of<T>(database: &Database, sql: &'static str, name: &str) -> Id<T> {
    let mut session = database.read().await.expect("read");
    let row = session.row(sql, vec![name.into()]).await.expect("asked").expect("there");
    row.id("id").expect("an identifier")
}

const BY_NAME: &str = "SELECT id FROM account WHERE name = $1";

impl Scene {
    async fn new() -> Option<Self> {
        let place = Place::new().await;
        if !place.house.database.kind().starts_with("PostgreSQL") {
            return None;
        }
        let mut ann = place.administrator().await;
        let walkers = ann.adds_organisation("Horncastle Walkers").await;
        let leisure = ann.adds_organisation("Louth Leisure").await;
        ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
        ann.invites(&place, "Di Fo", &walkers, "volunteer").await;
        ann.invites(&place, "Ed Ny", &leisure, "service-manager").await;
        let (walkers, leisure) = (Id::parse(&walkers).expect("one"), Id::parse(&leisure).expect("one"));
        let database = &place.house.database;
        let mut narrow = vec![("nobody", Sight::Nobody)];
        for (what, name) in [("a service manager", "Bo Ek"), ("a volunteer", "Di Fo")] {
            let account = id_of(database, BY_NAME, name).await;
            let mut session = database.read().await.expect("read");
            let held = held(&mut session, &place.house, account).await.expect("held");
            assert_eq!(held.len(), 1, "{name}");
            narrow.push((what, Viewer { account, name: name.to_owned(), held }.sight()));
        }
        let di = id_of(database, BY_NAME, "Di Fo").await;
        let ed = id_of(database, BY_NAME, "Ed Ny").await;
        // Ways of signing in that he has beside those of the others, and an entry that he watches.
        let mut change = database.change(&Actor::Meres).await.expect("begun");
        for sql in [
            "INSERT INTO identity (id, account, issuer, subject, linked_at, own_factor) \
             VALUES ('i', $1, 'https://id.example', 'ed', '2026', 0)",
            "INSERT INTO passkey (id, account, name, number, credential, counter, made_at) \
             VALUES ('p', $1, 'Phone', 'n', '', 0, '2026')",
            "INSERT INTO directory_watch (account, kind, entry, since) VALUES ($1, 'service', 'e', '2026')",
        ] {
            change.run(sql, vec![ed.into()]).await.expect("added");
        }
        let act = Act { action: "test.ways", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await.expect("committed");
        Some(Self { place, walkers, leisure, di, ed, narrow })
    }

    async fn read(&self, sight: &Sight) -> Session {
        self.place.house.database.read_as(sight.clone()).await.expect("read")
    }

    /// Runs a statement on behalf of somebody and takes it back; how many rows it changed, or what PostgreSQL said.
    async fn tried(&self, sight: &Sight, sql: &'static str, params: Vec<Param>) -> Result<u64, String> {
        let database = &self.place.house.database;
        let mut change = database.change_as(&Actor::Anonymous, sight.clone()).await.expect("begun");
        change.run(sql, params).await.map_err(|error| error.to_string())
    }

    /// All that the tables hold, but for what is done at the door.
    async fn everything(&self) -> Vec<String> {
        let mut session = self.place.house.database.read().await.expect("read");
        let sql = "SELECT CAST(t AS TEXT) AS line FROM (SELECT CAST(partner AS TEXT) AS t FROM partner \
                   UNION ALL SELECT CAST(account AS TEXT) FROM account \
                   UNION ALL SELECT CAST(membership AS TEXT) FROM membership \
                   UNION ALL SELECT CAST(session AS TEXT) FROM session \
                   UNION ALL SELECT CAST(authenticator AS TEXT) FROM authenticator \
                   UNION ALL SELECT CAST(recovery_code AS TEXT) FROM recovery_code \
                   UNION ALL SELECT CAST(identity AS TEXT) FROM identity \
                   UNION ALL SELECT CAST(passkey AS TEXT) FROM passkey \
                   UNION ALL SELECT CAST(one_time_link AS TEXT) FROM one_time_link) AS everything ORDER BY line";
        let rows = session.rows(sql, Vec::new()).await.expect("rows");
        rows.iter().map(|row| row.text("line").expect("a text")).collect()
    }
}

/// What there is of Ed and of his organisation: the table, its rows that are theirs, what would change them, and what would
/// put another one beside them. `$1` is Ed, `$2` his organisation.
const THEIRS: [(&str, &str, Option<&str>, &str); 12] = [
    (
        "partner",
        "SELECT COUNT(*) AS n FROM partner WHERE id = $2 AND $1 <> ''",
        Some("UPDATE partner SET closed_at = '2026' WHERE id = $2 AND $1 <> ''"),
        "INSERT INTO partner (id, name, name_folded, made_at) VALUES ('x', $1, $2, '2026')",
    ),
    (
        "account",
        "SELECT COUNT(*) AS n FROM account WHERE id = $1 AND $2 <> ''",
        Some("UPDATE account SET password = 'mine' WHERE id = $1 AND $2 <> ''"),
        "",
    ),
    (
        "membership",
        "SELECT COUNT(*) AS n FROM membership WHERE account = $1 AND partner = $2",
        Some("UPDATE membership SET role = 'volunteer' WHERE account = $1 AND partner = $2"),
        "INSERT INTO membership (id, account, partner, role, since) VALUES ('x', $1, $2, 'volunteer', '2026-11-22')",
    ),
    (
        "session",
        "SELECT COUNT(*) AS n FROM session WHERE account = $1 AND $2 <> ''",
        Some("UPDATE session SET ended_at = '2026' WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO session (id, account, token, stage, device, began_at, seen_at, confirmed_at) \
         VALUES ('x', $1, $2, 'whole', '', '2026', '2026', '2026')",
    ),
    (
        "authenticator",
        "SELECT COUNT(*) AS n FROM authenticator WHERE account = $1 AND $2 <> ''",
        Some("UPDATE authenticator SET last_step = 0 WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO authenticator (id, account, secret, confirmed_at, last_step) VALUES ('x', $1, $2, '2026', 0)",
    ),
    (
        "recovery_code",
        "SELECT COUNT(*) AS n FROM recovery_code WHERE account = $1 AND $2 <> ''",
        Some("UPDATE recovery_code SET used_at = NULL WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO recovery_code (id, account, code, made_at) VALUES ('x', $1, $2, '2026')",
    ),
    (
        "identity",
        "SELECT COUNT(*) AS n FROM identity WHERE account = $1 AND $2 <> ''",
        Some("UPDATE identity SET removed_at = NULL WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO identity (id, account, issuer, subject, linked_at, own_factor) VALUES ('x', $1, $2, 'x', '2026', 0)",
    ),
    (
        "passkey",
        "SELECT COUNT(*) AS n FROM passkey WHERE account = $1 AND $2 <> ''",
        Some("UPDATE passkey SET counter = 0 WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO passkey (id, account, name, number, credential, counter, made_at) \
         VALUES ('x', $1, 'x', $2, '', 0, '2026')",
    ),
    (
        "one_time_link",
        "SELECT COUNT(*) AS n FROM one_time_link WHERE account = $1 AND $2 <> ''",
        Some("UPDATE one_time_link SET used_at = NULL WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO one_time_link (id, token, purpose, account, made_at, ends_at) \
         VALUES ('x', $2, 'renew', $1, '2026', '2027')",
    ),
    (
        "guess",
        "SELECT COUNT(*) AS n FROM guess WHERE $1 <> $2",
        Some("UPDATE guess SET count = 0 WHERE $1 <> $2"),
        "INSERT INTO guess (what, count, since) VALUES ($1, 1, $2)",
    ),
    (
        "directory_watch",
        "SELECT COUNT(*) AS n FROM directory_watch WHERE account = $1 AND $2 <> ''",
        Some("UPDATE directory_watch SET since = '2026' WHERE account = $1 AND $2 <> ''"),
        "INSERT INTO directory_watch (account, kind, entry, since) VALUES ($1, 'service', $2, '2026')",
    ),
    // Edited by nobody, and added to by everybody who does something: see the tests of the ground.
    ("audit", "SELECT COUNT(*) AS n FROM audit WHERE object = 'account:' || $1 AND $2 <> ''", None, ""),
];

#[tokio::test]
async fn statements_that_ask_for_everything_get_nothing_of_others() {
    let Some(scene) = Scene::new().await else { return };
    let params = || vec![scene.ed.into(), scene.leisure.into()];
    let walled = "SELECT CAST(c.relname AS TEXT) AS name FROM pg_class AS c WHERE c.relrowsecurity \
                  AND c.relforcerowsecurity AND c.relnamespace = 'public'::regnamespace";
    let rows = scene.read(&Sight::Meres).await.rows(walled, Vec::new()).await.expect("rows");
    let mut walled: Vec<String> = rows.iter().map(|row| row.text("name").expect("a text")).collect();
    let mut listed: Vec<String> = THEIRS.map(|(table, ..)| table.to_owned()).into();
    walled.sort_unstable();
    listed.sort_unstable();
    assert_eq!(walled, listed, "a table with a wall is tried here, and none without one");
    let before = scene.everything().await;
    for (table, theirs, change, add) in THEIRS {
        let there = scene.read(&Sight::Meres).await.count(theirs, params()).await.expect("counted");
        assert!(there > 0, "{table}: there is something to be hidden");
        for (who, sight) in &scene.narrow {
            let seen = scene.read(sight).await.count(theirs, params()).await.expect("counted");
            assert_eq!(seen, 0, "{who} sees {table}");
            if let Some(change) = change {
                assert_eq!(scene.tried(sight, change, params()).await, Ok(0), "{who} changes {table}");
            }
            if !add.is_empty() {
                let said = scene.tried(sight, add, params()).await.expect_err(table);
                assert!(said.contains("row-level security"), "{who} adds to {table}: {said}");
            }
        }
        // It is the wall that did it.
        if let Some(change) = change {
            assert_eq!(
                scene.tried(&Sight::Meres, change, params()).await.map(|n| n > 0),
                Ok(true),
                "{table}"
            );
        }
        if !add.is_empty() {
            assert_eq!(scene.tried(&Sight::Meres, add, params()).await, Ok(1), "{table}");
        }
    }
    assert_eq!(scene.everything().await, before);
}

#[tokio::test]
async fn nothing_at_all_is_deleted_on_behalf_of_somebody() {
    let Some(scene) = Scene::new().await else { return };
    for (who, sight) in &scene.narrow {
        for sql in [
            "DELETE FROM one_time_link",
            "DELETE FROM recovery_code WHERE account <> ''",
            "DELETE FROM session",
            "DELETE FROM membership",
            "DELETE FROM account",
            "DELETE FROM partner",
            "DELETE FROM guess",
        ] {
            let own = sql.contains("recovery_code") && *who != "nobody";
            let deleted = scene.tried(sight, sql, Vec::new()).await;
            assert_eq!(deleted, Ok(if own { 10 } else { 0 }), "{who}: {sql}");
        }
    }
}

#[tokio::test]
async fn a_manager_sees_their_own_people_and_no_more_however_far_the_program_looks() {
    let Some(scene) = Scene::new().await else { return };
    let everywhere = &Scope::Everywhere;
    for (who, sight) in &scene.narrow {
        let mut session = scene.read(sight).await;
        let (people, organisations): (&[&str], &[&str]) = match *who {
            "nobody" => (&[], &[]),
            "a volunteer" => (&["Di Fo"], &["Horncastle Walkers"]),
            _ => (&["Bo Ek", "Di Fo"], &["Horncastle Walkers"]),
        };
        let found = store::people(&mut session, everywhere).await.expect("people");
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), people, "{who}");
        let found = store::names(&mut session).await.expect("names");
        assert_eq!(found.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), people, "{who}");
        let found = store::partners(&mut session, everywhere).await.expect("organisations");
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), organisations, "{who}");
        let found = store::memberships(&mut session, everywhere, TODAY).await.expect("lines");
        assert_eq!(found.len(), people.len(), "{who}");
        assert!(found.iter().all(|line| line.held.partner == scene.walkers), "{who}");
        assert!(store::person_of(&mut session, scene.ed, everywhere).await.expect("asked").is_none());
        assert!(store::partner_of(&mut session, scene.leisure, everywhere).await.expect("asked").is_none());
        assert!(store::credentials_of(&mut session, scene.ed).await.expect("asked").is_none());
        assert!(store::credentials(&mut session, "ed.ny@example.org").await.expect("asked").is_none());
        let lines = store::memberships_of(&mut session, scene.ed, everywhere, TODAY).await.expect("lines");
        assert!(lines.is_empty(), "{who}");
        let house = &scene.place.house;
        assert!(session::running(&mut session, house, scene.ed).await.expect("asked").is_empty(), "{who}");
        assert_eq!(factor::paper_left(&mut session, scene.ed).await.expect("asked"), 0, "{who}");
        assert!(!factor::is_set_up(&mut session, scene.ed).await.expect("asked"), "{who}");
        let theirs = store::person_of(&mut session, scene.di, everywhere).await.expect("asked");
        assert_eq!(theirs.is_some(), *who != "nobody", "{who}");
    }
}

#[tokio::test]
async fn a_manager_changes_nobody_elsewhere_however_much_the_program_tries() {
    let Some(scene) = Scene::new().await else { return };
    let line: Id<()> = id_of(
        &scene.place.house.database,
        "SELECT membership.id FROM membership JOIN account ON account.id = membership.account WHERE account.name = $1",
        "Ed Ny",
    )
    .await;
    let before = scene.everything().await;
    let database = &scene.place.house.database;
    for (who, sight) in scene.narrow.iter().filter(|(who, _)| *who != "nobody") {
        let mut change = database.change_as(&Actor::Anonymous, sight.clone()).await.expect("begun");
        let (change_of, ed) = (&mut change, scene.ed);
        assert!(!store::disable(change_of, ed, true).await.expect("asked"), "{who}");
        assert!(!store::end_membership(change_of, &line.to_string()).await.expect("asked"), "{who}");
        assert!(!store::close_partner(change_of, scene.leisure, true).await.expect("asked"), "{who}");
        assert!(!store::close_partner(change_of, scene.walkers, true).await.expect("asked"), "{who}");
        let renamed = store::rename_partner(change_of, scene.leisure, "Ours", "ours", None).await;
        assert!(!renamed.expect("asked"), "{who}");
        store::rename(change_of, ed, "Nobody").await.expect("asked");
        store::set_password(change_of, ed, "mine").await.expect("asked");
        link::void(change_of, ed).await.expect("asked");
        factor::remove_all(change_of, ed).await.expect("asked");
        assert_eq!(session::end_all(change_of, ed, None).await.expect("asked"), 0, "{who}");
        let act = Act { action: "test.try", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await.expect("committed");
        assert_eq!(scene.everything().await, before, "{who}");
        // Into an organisation of theirs they take nobody of another, and into another nobody at all.
        for (account, partner) in
            [(scene.ed, scene.walkers), (scene.ed, scene.leisure), (scene.di, scene.leisure)]
        {
            let mut change = database.change_as(&Actor::Anonymous, sight.clone()).await.expect("begun");
            let given = store::add_membership(&mut change, account, partner, Role::Volunteer, TODAY).await;
            assert!(given.expect_err("refused").to_string().contains("row-level security"), "{who}");
        }
    }
    assert_eq!(scene.everything().await, before);
}
