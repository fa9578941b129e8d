//! The wall inside PostgreSQL: who sees and changes what, whatever the statement says. (Table by table, with those who use
//! them: the tests of `access`.) A test without a PostgreSQL at hand says so and ends.

use std::path::Path;

use testbed::{APPLICATION, OWNER, Postgres};
use vocabulary::{Id, Scope, Sight};

use super::{AUDIT, Act, Database, act, actor, count, noon};
use crate::audit::follow;
use crate::database::dump::{Filling, Place, Snapshot, note_on_server};

/// A database with its tables.
async fn made(name: &str) -> Option<(Postgres, Database)> {
    let empty = testbed::empty(name)?;
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("made");
    let database = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    Some((empty, database))
}

const ACCOUNTS: &str = "SELECT COUNT(*) AS n FROM account";

/// Somebody of these two.
fn account(number: u128) -> Id<vocabulary::Account> {
    Id::from_bits(number)
}

fn of(number: u128, people: Scope) -> Sight {
    Sight::Of { account: account(number), people, log: false }
}

/// Accounts 1 and 2, in organisations 1 and 2.
async fn two_people(database: &Database) {
    let mut change = database.change(&actor()).await.expect("begun");
    for number in [1, 2] {
        let (id, name) = (account(number).to_string(), format!("Person {number}"));
        let row = vec![id.as_str().into(), name.as_str().into(), name.as_str().into(), "2026".into()];
        change.insert("partner", &["id", "name", "name_folded", "made_at"], "", [row]).await.expect("added");
        let row = vec![
            id.as_str().into(),
            name.as_str().into(),
            name.as_str().into(),
            name.as_str().into(),
            "2026".into(),
        ];
        let columns = ["id", "name", "email", "email_folded", "made_at"];
        change.insert("account", &columns, "", [row]).await.expect("added");
        let row = [&*id, &id, &id, "volunteer", "2026-11-22"].map(crate::database::Param::from).into();
        let columns = ["id", "account", "partner", "role", "since"];
        change.insert("membership", &columns, "", [row]).await.expect("added");
    }
    change.commit(act()).await.expect("committed");
}

async fn seen(database: &Database, sight: Sight) -> i64 {
    let mut session = database.read_as(sight).await.expect("read");
    session.count(ACCOUNTS, Vec::new()).await.expect("counted")
}

#[tokio::test]
async fn each_sees_their_own_and_whoever_is_nobody_sees_nobody() {
    let Some((empty, database)) = made("sights").await else { return };
    two_people(&database).await;
    assert_eq!(seen(&database, Sight::Meres).await, 2);
    assert_eq!(seen(&database, Sight::Nobody).await, 0);
    assert_eq!(seen(&database, of(1, Scope::In(Vec::new()))).await, 1);
    assert_eq!(seen(&database, of(3, Scope::In(Vec::new()))).await, 0);
    assert_eq!(seen(&database, of(3, Scope::In(vec![Id::from_bits(2)]))).await, 1);
    assert_eq!(seen(&database, of(3, Scope::In(vec![Id::from_bits(1), Id::from_bits(2)]))).await, 2);
    assert_eq!(seen(&database, of(3, Scope::Everywhere)).await, 2);
    // The same connections, over and over: nothing of one sight is left for the next.
    for _ in 0..20 {
        assert_eq!(seen(&database, Sight::Meres).await, 2);
        assert_eq!(seen(&database, Sight::Nobody).await, 0);
    }
    // Whoever comes with another program and says nothing is nobody, the owner of the tables too.
    for role in [APPLICATION, OWNER] {
        let rows = format!("SET ROLE {role}; DO $$ BEGIN ASSERT (SELECT COUNT(*) FROM account) = 0; END $$");
        empty.run(&rows);
        let log = format!("SET ROLE {role}; DO $$ BEGIN ASSERT (SELECT COUNT(*) FROM audit) = 0; END $$");
        empty.run(&log);
    }
}

/// Renames everybody; says how many that were.
async fn renamed(database: &Database, sight: Sight, keep: bool) -> u64 {
    let mut change = database.change_as(&actor(), sight).await.expect("begun");
    let renamed = change.run("UPDATE account SET name = 'Renamed'", Vec::new()).await.expect("renamed");
    if keep {
        change.commit(act()).await.expect("committed");
    }
    renamed
}

#[tokio::test]
async fn changes_of_one_transaction_each_have_their_own_sight() {
    let Some((_empty, database)) = made("group").await else { return };
    two_people(&database).await;
    let mut tasks = Vec::new();
    for number in 0..60 {
        let database = database.clone();
        tasks.push(tokio::spawn(async move {
            // Some are dropped: what they said is taken back with what they did.
            let keep = number % 4 != 3;
            let (sight, expected) = match number % 3 {
                0 => (Sight::Meres, 2),
                1 => (of(1, Scope::In(Vec::new())), 1),
                _ => (of(3, Scope::In(Vec::new())), 0),
            };
            (renamed(&database, sight, keep).await, expected)
        }));
    }
    for task in tasks {
        let (renamed, expected) = task.await.expect("ended");
        assert_eq!(renamed, expected);
    }
    assert_eq!(count(&database, AUDIT).await, 1 + 45);
    let mut session = database.read().await.expect("read");
    assert_eq!(follow(&mut session, &[]).await.expect("followed").faults, []);
}

#[tokio::test]
async fn nobody_writes_anything_not_even_into_the_log() {
    let Some((_empty, database)) = made("nobody").await else { return };
    let change = database.change_as(&actor(), Sight::Nobody).await.expect("begun");
    change.commit(act()).await.expect_err("refused");
    assert_eq!(count(&database, AUDIT).await, 0);
}

#[tokio::test]
async fn a_number_over_all_rows_is_all_that_comes_past_the_wall() {
    let Some((_empty, database)) = made("number").await else { return };
    two_people(&database).await;
    let mut session = database.read_as(of(1, Scope::In(Vec::new()))).await.expect("read");
    let all = session.count_of_all(ACCOUNTS, Vec::new(), &Scope::Everywhere).await.expect("counted");
    assert_eq!(all, 2);
    assert_eq!(session.count(ACCOUNTS, Vec::new()).await.expect("counted"), 1, "behind the wall again");
    let within = "SELECT COUNT(*) AS n FROM membership WHERE NOT ({within partner})";
    let one = Scope::In(vec![Id::from_bits(1)]);
    assert_eq!(session.count_of_all(within, Vec::new(), &one).await.expect("counted"), 1);
    // A statement that fails leaves nobody on the other side.
    let mut change = database.change_as(&actor(), of(1, Scope::In(Vec::new()))).await.expect("begun");
    change.count_of_all("SELECT no_such AS n FROM account", Vec::new(), &one).await.expect_err("refused");
    drop(change);
    assert_eq!(renamed(&database, of(1, Scope::In(Vec::new())), true).await, 1);
}

#[tokio::test]
async fn what_one_process_does_alone_another_waits_for() {
    let Some((empty, one)) = made("alone").await else { return };
    let two = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    let mut first = one.change(&actor()).await.expect("begun");
    first.alone("this").await.expect("alone");
    let waiting = tokio::spawn(async move {
        let mut second = two.change(&actor()).await.expect("begun");
        second.alone("that").await.expect("nobody does that");
        second.alone("this").await.expect("alone");
        second.count(AUDIT, Vec::new()).await.expect("counted")
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    first.commit(act()).await.expect("committed");
    assert_eq!(waiting.await.expect("ended"), 1, "it sees what the first did");
}

/// Every row of every table.
async fn read_out(snapshot: &mut Snapshot) -> Vec<String> {
    let mut rows = Vec::new();
    for table in snapshot.tables.clone() {
        let taken = snapshot.each_row(&table, |row| {
            rows.push(format!("{} {row:?}", table.name));
            Ok::<(), crate::database::DatabaseError>(())
        });
        taken.await.expect("read");
    }
    rows
}

#[tokio::test]
async fn a_backup_holds_every_row_or_is_refused() {
    let Some((empty, database)) = made("backup").await else { return };
    two_people(&database).await;
    let mut application = Snapshot::of_server(&empty.url(APPLICATION)).await.expect("a snapshot");
    let rows = read_out(&mut application).await;
    assert_eq!(rows.iter().filter(|row| row.starts_with("account ")).count(), 2, "{rows:?}");
    assert_eq!(rows.len(), 7);
    // Whoever looks keeps the tables from being changed.
    application.close().await.expect("closed");
    for role in [OWNER, testbed::SUPERUSER] {
        let mut snapshot = Snapshot::of_server(&empty.url(role)).await.expect("a snapshot");
        assert_eq!(read_out(&mut snapshot).await, rows, "{role}");
        snapshot.close().await.expect("closed");
    }
    let refusal =
        async |role: &str| Snapshot::of_server(&empty.url(role)).await.expect_err("refused").to_string();
    // A wall without a door for Meres, one beside its policies, one that lost its door, and one that does not open.
    for (build, tear_down) in [
        (
            "ALTER TABLE practice ENABLE ROW LEVEL SECURITY; ALTER TABLE practice FORCE ROW LEVEL SECURITY",
            "ALTER TABLE practice DISABLE ROW LEVEL SECURITY",
        ),
        (
            "CREATE POLICY more ON account AS RESTRICTIVE USING (name <> 'Person 1')",
            "DROP POLICY more ON account",
        ),
        (
            "ALTER POLICY meres_itself ON account USING (meres_itself() AND name <> 'Person 1')",
            "ALTER POLICY meres_itself ON account USING (meres_itself())",
        ),
        (
            "CREATE OR REPLACE FUNCTION meres_itself() RETURNS BOOLEAN LANGUAGE sql STABLE AS 'SELECT false'",
            "CREATE OR REPLACE FUNCTION meres_itself() RETURNS BOOLEAN LANGUAGE sql STABLE AS \
             $$ SELECT COALESCE(current_setting('meres.reader', true) = 'meres', false) $$",
        ),
    ] {
        empty.run(build);
        for role in [APPLICATION, OWNER] {
            let said = refusal(role).await;
            assert!(said.contains("would leave out rows without a word"), "{build}: {said}");
        }
        let all = Snapshot::of_server(&empty.url(testbed::SUPERUSER)).await;
        all.expect("nothing is hidden from a superuser").close().await.expect("closed");
        empty.run(tear_down);
        let before = Snapshot::of_server(&empty.url(APPLICATION)).await;
        before.expect("as before").close().await.expect("closed");
    }
}

#[tokio::test]
async fn what_is_restored_stands_behind_the_wall_and_is_whole() {
    let Some((from, database)) = made("walled").await else { return };
    two_people(&database).await;
    let to = testbed::empty("refilled").expect("one more");
    let mut snapshot = Snapshot::of_server(&from.url(OWNER)).await.expect("a snapshot");
    let owner = to.url(OWNER);
    let place = Place::Server { owner_url: &owner, role: APPLICATION };
    let mut filling = Filling::begin(place, &snapshot.steps).await.expect("begun");
    for (number, table) in snapshot.tables.clone().iter().enumerate() {
        let mut rows = Vec::new();
        let take = |row: &[_]| {
            rows.push(row.to_vec());
            Ok::<(), crate::database::DatabaseError>(())
        };
        snapshot.each_row(table, take).await.expect("read");
        for row in rows {
            filling.add(number, row).await.expect("added");
        }
    }
    let told = Act { action: "backup.restore", ..act() };
    filling.keep_up_to_date(&actor(), told, noon).await.expect("kept");
    note_on_server(&owner, &actor(), act(), noon).await.expect("noted");
    let database = Database::connect(&to.url(APPLICATION), noon).await.expect("connected");
    assert_eq!(seen(&database, Sight::Meres).await, 2);
    assert_eq!(seen(&database, Sight::Nobody).await, 0);
    let followed = follow(&mut database.read().await.expect("read"), &[]).await.expect("followed");
    assert_eq!((followed.rows, followed.faults), (3, Vec::new()));
}

#[tokio::test]
async fn in_a_folder_everybody_reads_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open_embedded(folder.path()).await;
    two_people(&database).await;
    // There is no wall in SQLite; what pages show is what their statements ask for.
    assert_eq!(seen(&database, Sight::Nobody).await, 2);
    let mut session = database.read_as(Sight::Nobody).await.expect("read");
    let within = "SELECT id FROM partner WHERE {within id}";
    for (scope, expected) in
        [(Scope::In(Vec::new()), 0), (Scope::In(vec![Id::from_bits(1)]), 1), (Scope::Everywhere, 2)]
    {
        assert_eq!(session.rows_within(within, Vec::new(), &scope).await.expect("rows").len(), expected);
    }
}

async fn open_embedded(folder: &Path) -> Database {
    Database::open(folder, noon).await.expect("opened")
}
