//! What is true of a PostgreSQL. A test without one at hand says so and ends.

use std::collections::BTreeSet;

use testbed::{APPLICATION, OWNER, SUPERUSER};
use vocabulary::Sight;

use super::{Act, Database, PRACTICES, act, actor, add, count, noon, open};
use crate::database::writer::Writer;

async fn refusal(url: &str) -> String {
    Database::connect(url, noon).await.expect_err("refused").to_string()
}

#[tokio::test]
async fn only_a_role_that_the_rules_bind_may_connect() {
    let Some(empty) = testbed::empty("gate") else { return };
    let before = refusal(&empty.url(APPLICATION)).await;
    assert!(before.contains("meres migrate --database-url"), "{before}");
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("made");
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("the same again");
    let owner = refusal(&empty.url(OWNER)).await;
    assert!(owner.contains("meres_owner owns the tables"), "{owner}");
    let superuser = refusal(&empty.url(SUPERUSER)).await;
    assert!(superuser.contains("is a superuser"), "{superuser}");
    let database = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    add(&database, "C83001").await.expect("written");
    assert_eq!(count(&database, PRACTICES).await, 1);
    // Of the audit log it may read and add, even where the triggers are gone.
    let may = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS act \
               WHERE has_table_privilege(current_user, 'audit', act)";
    assert_eq!(count(&database, may).await, 0);
    let may = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM unnest(ARRAY['SELECT', 'INSERT']) AS act \
               WHERE has_table_privilege(current_user, 'audit', act)";
    assert_eq!(count(&database, may).await, 2);
}

#[tokio::test]
async fn a_member_of_the_owner_s_role_is_refused_as_the_owner_is() {
    let Some(empty) = testbed::empty("member") else { return };
    // Roles belong to the whole server: what this test grants, no other test's role may have for a moment.
    let member = format!("meres_member_{}", std::process::id());
    empty.run(&format!("CREATE ROLE {member} LOGIN IN ROLE {OWNER}"));
    Database::migrate(&empty.url(OWNER), &member).await.expect("made");
    let said = refusal(&empty.url(&member)).await;
    empty.run(&format!("DROP OWNED BY {member}; DROP ROLE {member}"));
    assert!(said.contains("owns the tables"), "{said}");
}

#[tokio::test]
async fn an_address_that_is_wrong_is_refused_in_words_and_its_password_is_not_repeated() {
    for url in ["mysql://meres:hunter2@localhost/meres", "postgres://meres:hunter2@[/meres"] {
        let said = refusal(url).await;
        assert!(said.contains("postgres://") && !said.contains("hunter2"), "{said}");
    }
    let nobody = refusal("postgres://meres:hunter2@127.0.0.1:1/meres").await;
    assert!(nobody.contains("does not answer") && !nobody.contains("hunter2"), "{nobody}");
}

#[tokio::test]
async fn a_role_that_is_not_there_is_named_with_the_way_to_make_it() {
    let Some(empty) = testbed::empty("role") else { return };
    let made = |role| Database::migrate_as(&empty, role);
    let error = made("nobody_at_all").await;
    assert!(error.contains("CREATE ROLE nobody_at_all LOGIN"), "{error}");
    let error = made("x; DROP TABLE audit").await;
    assert!(error.contains("small letters, digits and _"), "{error}");
}

impl Database {
    async fn migrate_as(empty: &testbed::Postgres, role: &str) -> String {
        Self::migrate(&empty.url(OWNER), role).await.expect_err("refused").to_string()
    }
}

/// Table and column names with what kind of value each holds, and whether it may be empty.
type Columns = BTreeSet<(String, String, String, bool)>;

async fn columns(database: &Database, sql: &'static str) -> Columns {
    let rows = database.read().await.expect("read").rows(sql, Vec::new()).await.expect("rows");
    let text = |row: &super::super::Row, column| row.text(column).expect("a text");
    rows.iter()
        .map(|row| {
            let kind = text(row, "kind").to_lowercase();
            (text(row, "place"), text(row, "name"), kind, row.yes("required").expect("yes or no"))
        })
        .collect()
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let Some(empty) = testbed::empty("columns") else { return };
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("made");
    let server = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    let server = columns(
        &server,
        "SELECT CAST(table_name AS TEXT) AS place, CAST(column_name AS TEXT) AS name, \
         CAST(data_type AS TEXT) AS kind, \
         CAST(CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS BIGINT) AS required \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let embedded = Database::open(folder.path(), noon).await.expect("opened");
    let embedded = columns(
        &embedded,
        "SELECT sqlite_schema.name AS place, columns.name AS name, columns.type AS kind, \
         (columns.\"notnull\" OR columns.pk > 0) AS required \
         FROM sqlite_schema JOIN pragma_table_info(sqlite_schema.name) AS columns \
         WHERE sqlite_schema.type = 'table' AND sqlite_schema.name NOT LIKE 'sqlite_%' \
         AND sqlite_schema.name <> '_sqlx_migrations'",
    )
    .await;
    assert!(embedded.len() > 60, "{}", embedded.len());
    let only = |a: &Columns, b: &Columns| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!((only(&server, &embedded), only(&embedded, &server)), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn texts_are_ordered_by_their_bytes_on_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    for ods in ["a", "B", "É", "Z", "e"] {
        add(&database, ods).await.expect("written");
    }
    let sql = "SELECT ods FROM practice ORDER BY ods";
    let rows = database.read().await.expect("read").rows(sql, Vec::new()).await.expect("rows");
    let found: Vec<String> = rows.iter().map(|row| row.text("ods").expect("a text")).collect();
    assert_eq!(found, ["B", "Z", "a", "e", "É"]);
}

#[tokio::test]
async fn nothing_is_kept_as_nothing_whatever_the_column_s_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let mut change = database.change(&actor()).await.expect("begun");
    let columns = ["ods", "name", "address", "status", "prescribing_setting"];
    let rows = [
        vec!["A".into(), "One".into(), "[]".into(), None::<String>.into(), None::<i64>.into()],
        vec!["B".into(), "Two".into(), "[]".into(), "ACTIVE".into(), 4.into()],
    ];
    change.insert("practice", &columns, "", rows).await.expect("written");
    change.commit(act()).await.expect("committed");
    let sql = "SELECT status, prescribing_setting FROM practice ORDER BY ods";
    let rows = database.read().await.expect("read").rows(sql, Vec::new()).await.expect("rows");
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let setting = row.maybe_whole("prescribing_setting").expect("a number or nothing");
            (row.maybe_text("status").expect("a text or nothing"), setting)
        })
        .collect();
    assert_eq!(found, [(None, None), (Some("ACTIVE".to_owned()), Some(4))]);
}

/// Ends everybody else's connections.
const GONE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn a_server_that_went_away_costs_what_was_under_way_and_no_more() {
    let Some(empty) = testbed::empty("away") else { return };
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("made");
    let database = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    add(&database, "C83001").await.expect("written");
    let mut under_way = database.change(&actor()).await.expect("begun");
    under_way.run("DELETE FROM practice", Vec::new()).await.expect("deleted");
    empty.run(GONE);
    let told = Act { detail: "never told".to_owned(), ..act() };
    under_way.commit(told).await.expect_err("not written");
    add(&database, "C83002").await.expect("the next goes in");
    assert_eq!(count(&database, PRACTICES).await, 2);
}

#[tokio::test]
async fn a_server_that_goes_away_before_a_change_has_said_anything_is_asked_anew() {
    let Some(empty) = testbed::empty("before") else { return };
    Database::migrate(&empty.url(OWNER), APPLICATION).await.expect("made");
    let engine = crate::database::server::connect(&empty.url(APPLICATION)).await.expect("connected");
    let writer = Writer::new(engine);
    let mut writer = writer.lock().await;
    let group = writer.join().await.expect("begun");
    empty.run(GONE);
    writer.begin_one(&Sight::Meres).await.expect_err("it is gone");
    group.outcome().expect_err("nothing of this group is written");
    writer.join().await.expect("a connection that is there");
    writer.begin_one(&Sight::Meres).await.expect("and a change on it");
}
