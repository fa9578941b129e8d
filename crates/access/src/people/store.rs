//! Organisations, accounts and memberships. What pages show is asked for within a scope: the answer holds nothing else.

use ground::database::{Change, DatabaseError, Param, Row, Session};
use vocabulary::{Account, Held, Id, Partner, Role, Scope};

use super::{Membership, Organisation, Person};

/// What a sign-in is checked against.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) account: Id<Account>,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: Option<String>,
    pub(crate) disabled: bool,
}

pub(super) async fn credentials(
    session: &mut Session,
    folded: &str,
) -> Result<Option<Credentials>, DatabaseError> {
    let sql = "SELECT id, name, email, password, disabled_at FROM account WHERE email_folded = $1";
    session.row(sql, vec![folded.into()]).await?.map(|row| credentials_in(&row)).transpose()
}

pub(super) async fn credentials_of(
    session: &mut Session,
    account: Id<Account>,
) -> Result<Option<Credentials>, DatabaseError> {
    let sql = "SELECT id, name, email, password, disabled_at FROM account WHERE id = $1";
    session.row(sql, vec![account.into()]).await?.map(|row| credentials_in(&row)).transpose()
}

fn credentials_in(row: &Row) -> Result<Credentials, DatabaseError> {
    Ok(Credentials {
        account: row.id("id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        password: row.maybe_text("password")?,
        disabled: row.maybe_text("disabled_at")?.is_some(),
    })
}

pub(super) async fn accounts(session: &mut Session) -> Result<i64, DatabaseError> {
    session.count("SELECT COUNT(*) AS n FROM account", Vec::new()).await
}

/// The columns of a person.
macro_rules! people {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, email, made_at, disabled_at, \
             CAST(CASE WHEN password IS NOT NULL OR EXISTS (SELECT 1 FROM identity \
             WHERE identity.account = account.id AND identity.removed_at IS NULL) THEN 1 ELSE 0 END AS BIGINT) AS joined \
             FROM account ",
            $rest
        )
    };
}

pub(super) async fn has_joined(session: &mut Session, account: Id<Account>) -> Result<bool, DatabaseError> {
    let row = session.row(people!("WHERE id = $1"), vec![account.into()]).await?;
    row.map_or(Ok(false), |row| row.yes("joined"))
}

pub(super) async fn hold(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    change.run("UPDATE account SET name = name WHERE id = $1", vec![account.into()]).await.map(drop)
}

/// Those who work where this scope reaches; everywhere also those who work nowhere.
pub(super) async fn people(session: &mut Session, scope: &Scope) -> Result<Vec<Person>, DatabaseError> {
    let sql = people!(
        "WHERE $1 = 1 OR EXISTS (SELECT 1 FROM membership WHERE membership.account = account.id \
         AND membership.until IS NULL AND {within membership.partner}) ORDER BY name, id"
    );
    let everywhere = *scope == Scope::Everywhere;
    session.rows_within(sql, vec![everywhere.into()], scope).await?.iter().map(person).collect()
}

/// One of them.
pub(super) async fn person_of(
    session: &mut Session,
    account: Id<Account>,
    scope: &Scope,
) -> Result<Option<Person>, DatabaseError> {
    let sql = people!(
        "WHERE id = $1 AND ($2 = 1 OR EXISTS (SELECT 1 FROM membership WHERE membership.account = account.id \
         AND membership.until IS NULL AND {within membership.partner}))"
    );
    let everywhere = *scope == Scope::Everywhere;
    let rows = session.rows_within(sql, vec![account.into(), everywhere.into()], scope).await?;
    rows.first().map(person).transpose()
}

/// Everybody's name.
pub(super) async fn names(session: &mut Session) -> Result<Vec<(Id<Account>, String)>, DatabaseError> {
    let rows = session.rows("SELECT id, name FROM account ORDER BY name, id", Vec::new()).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

fn person(row: &Row) -> Result<Person, DatabaseError> {
    Ok(Person {
        id: row.id("id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        made_at: row.text("made_at")?,
        disabled_at: row.maybe_text("disabled_at")?,
        joined: row.yes("joined")?,
    })
}

pub(super) async fn partners(
    session: &mut Session,
    scope: &Scope,
) -> Result<Vec<Organisation>, DatabaseError> {
    let sql = "SELECT id, name, ods, made_at, closed_at FROM partner WHERE {within id} ORDER BY name_folded";
    session.rows_within(sql, Vec::new(), scope).await?.iter().map(organisation).collect()
}

pub(super) async fn partner_of(
    session: &mut Session,
    partner: Id<Partner>,
    scope: &Scope,
) -> Result<Option<Organisation>, DatabaseError> {
    let sql = "SELECT id, name, ods, made_at, closed_at FROM partner WHERE id = $1 AND {within id}";
    let rows = session.rows_within(sql, vec![partner.into()], scope).await?;
    rows.first().map(organisation).transpose()
}

fn organisation(row: &Row) -> Result<Organisation, DatabaseError> {
    Ok(Organisation {
        id: row.id("id")?,
        name: row.text("name")?,
        ods: row.maybe_text("ods")?,
        made_at: row.text("made_at")?,
        closed_at: row.maybe_text("closed_at")?,
    })
}

/// A closed organisation holds nothing for anybody.
macro_rules! memberships {
    ($rest:literal) => {
        concat!(
            "SELECT membership.id, membership.account, membership.partner, membership.role, membership.since, \
             membership.until, partner.name AS partner_name, partner.closed_at FROM membership \
             JOIN partner ON partner.id = membership.partner ",
            $rest
        )
    };
}

/// All that somebody was and is within a scope, the latest first.
pub(super) async fn memberships_of(
    session: &mut Session,
    account: Id<Account>,
    scope: &Scope,
    today: &str,
) -> Result<Vec<Membership>, DatabaseError> {
    let sql = memberships!(
        "WHERE membership.account = $1 AND {within membership.partner} ORDER BY membership.id DESC"
    );
    read(session, sql, vec![account.into()], scope, today).await
}

/// Everybody's within a scope.
pub(super) async fn memberships(
    session: &mut Session,
    scope: &Scope,
    today: &str,
) -> Result<Vec<Membership>, DatabaseError> {
    let sql = memberships!("WHERE {within membership.partner} ORDER BY membership.id");
    read(session, sql, Vec::new(), scope, today).await
}

/// How many lines that were not ended somebody has outside of a scope.
pub(super) async fn kept_elsewhere(
    session: &mut Session,
    account: Id<Account>,
    scope: &Scope,
) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM membership WHERE membership.account = $1 AND membership.until IS NULL \
               AND NOT ({within membership.partner})";
    session.count_of_all(sql, vec![account.into()], scope).await
}

async fn read(
    session: &mut Session,
    sql: &'static str,
    params: Vec<Param>,
    scope: &Scope,
    today: &str,
) -> Result<Vec<Membership>, DatabaseError> {
    let rows = session.rows_within(sql, params, scope).await?;
    rows.iter()
        .map(|row| {
            let (since, until) = (row.text("since")?, row.maybe_text("until")?);
            let open = row.maybe_text("closed_at")?.is_none();
            let current =
                open && since.as_str() <= today && until.as_deref().is_none_or(|until| today < until);
            let role = Role::parse(&row.text("role")?);
            let role = role.ok_or_else(|| DatabaseError::Column("role".to_owned()))?;
            let held = Held { role, partner: row.id("partner")?, partner_name: row.text("partner_name")? };
            Ok(Membership { id: row.text("id")?, account: row.id("account")?, held, since, until, current })
        })
        .collect()
}

/// Whether the name was free.
pub(super) async fn add_partner(
    change: &mut Change,
    id: Id<Partner>,
    name: &str,
    folded: &str,
    ods: Option<&str>,
) -> Result<bool, DatabaseError> {
    let sql = "INSERT INTO partner (id, name, name_folded, ods, made_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (name_folded) DO NOTHING";
    let at = change.at();
    Ok(change.run(sql, vec![id.into(), name.into(), folded.into(), ods.into(), at.into()]).await? == 1)
}

/// Whether the name was free or its own.
pub(super) async fn rename_partner(
    change: &mut Change,
    id: Id<Partner>,
    name: &str,
    folded: &str,
    ods: Option<&str>,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE partner SET name = $1, name_folded = $2, ods = $3 WHERE id = $4 AND NOT EXISTS \
               (SELECT 1 FROM partner AS other WHERE other.name_folded = $2 AND other.id <> $4)";
    Ok(change.run(sql, vec![name.into(), folded.into(), ods.into(), id.into()]).await? == 1)
}

/// Closes or reopens it; whether that changed anything.
pub(super) async fn close_partner(
    change: &mut Change,
    id: Id<Partner>,
    closed: bool,
) -> Result<bool, DatabaseError> {
    let at = closed.then(|| change.at());
    let sql = if closed {
        "UPDATE partner SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL"
    } else {
        "UPDATE partner SET closed_at = $1 WHERE id = $2 AND closed_at IS NOT NULL"
    };
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}

/// An account that has not claimed its address: what stands for that is nobody else's, and nothing that one can type.
pub(super) async fn add_account(
    change: &mut Change,
    id: Id<Account>,
    name: &str,
    email: &str,
    folded: &str,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO account (id, name, email, email_folded, made_at) VALUES ($1, $2, $3, $4, $5)";
    let (at, unclaimed) = (change.at(), format!("{folded}{UNCLAIMED}{id}"));
    let params = vec![id.into(), name.into(), email.into(), unclaimed.into(), at.into()];
    change.run(sql, params).await.map(drop)
}

/// Behind an address that nobody claimed; no folded text holds one.
const UNCLAIMED: char = '\n';
/// What comes after it in the order of bytes.
const BEHIND_UNCLAIMED: char = '\u{b}';

/// Somebody within a scope whose address this is, claimed or not.
pub(super) async fn by_address(
    session: &mut Session,
    folded: &str,
    scope: &Scope,
) -> Result<Option<Id<Account>>, DatabaseError> {
    let sql = "SELECT id FROM account WHERE (email_folded = $1 OR (email_folded >= $2 AND email_folded < $3)) AND ($4 = 1 \
               OR EXISTS (SELECT 1 FROM membership WHERE membership.account = account.id \
               AND membership.until IS NULL AND {within membership.partner})) ORDER BY id";
    let everywhere = *scope == Scope::Everywhere;
    let (from, to) = (format!("{folded}{UNCLAIMED}"), format!("{folded}{BEHIND_UNCLAIMED}"));
    let params = vec![folded.into(), from.into(), to.into(), everywhere.into()];
    let rows = session.rows_within(sql, params, scope).await?;
    rows.first().map(|row| row.id("id")).transpose()
}

/// Whether the address was nobody else's.
pub(super) async fn claim_address(
    change: &mut Change,
    account: Id<Account>,
    folded: &str,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE account SET email_folded = $1 WHERE id = $2 AND NOT EXISTS \
               (SELECT 1 FROM account AS other WHERE other.email_folded = $1 AND other.id <> $2)";
    Ok(change.run(sql, vec![folded.into(), account.into()]).await? == 1)
}

/// Gives an account the lines of another, but for roles that it has there already.
pub(super) async fn move_memberships(
    change: &mut Change,
    from: Id<Account>,
    to: Id<Account>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE membership SET account = $1 WHERE account = $2 AND (until IS NOT NULL OR NOT EXISTS \
               (SELECT 1 FROM membership AS own WHERE own.account = $1 AND own.partner = membership.partner \
               AND own.role = membership.role AND own.until IS NULL))";
    change.run(sql, vec![to.into(), from.into()]).await.map(drop)
}

/// Removes an account as which nobody ever came.
pub(super) async fn remove_account(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    change.run("DELETE FROM membership WHERE account = $1", vec![account.into()]).await?;
    change.run("DELETE FROM account WHERE id = $1", vec![account.into()]).await.map(drop)
}

pub(super) async fn rename(
    change: &mut Change,
    account: Id<Account>,
    name: &str,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE account SET name = $1 WHERE id = $2";
    change.run(sql, vec![name.into(), account.into()]).await.map(drop)
}

pub(super) async fn set_password(
    change: &mut Change,
    account: Id<Account>,
    hash: &str,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE account SET password = $1 WHERE id = $2";
    change.run(sql, vec![hash.into(), account.into()]).await.map(drop)
}

/// The account has no password.
pub(super) async fn remove_password(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql = "UPDATE account SET password = NULL WHERE id = $1";
    change.run(sql, vec![account.into()]).await.map(drop)
}

/// Disables or enables it; whether that changed anything.
pub(super) async fn disable(
    change: &mut Change,
    account: Id<Account>,
    disabled: bool,
) -> Result<bool, DatabaseError> {
    let at = disabled.then(|| change.at());
    let sql = if disabled {
        "UPDATE account SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL"
    } else {
        "UPDATE account SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NOT NULL"
    };
    Ok(change.run(sql, vec![at.into(), account.into()]).await? == 1)
}

/// Whether they did not have it there already.
pub(super) async fn add_membership(
    change: &mut Change,
    account: Id<Account>,
    partner: Id<Partner>,
    role: Role,
    since: &str,
) -> Result<bool, DatabaseError> {
    let id = change.new_id::<Membership>();
    let sql = "INSERT INTO membership (id, account, partner, role, since) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    let params = vec![id.into(), account.into(), partner.into(), role.word().into(), since.into()];
    Ok(change.run(sql, params).await? == 1)
}

/// Ends a line from today on; whether it still ran.
pub(super) async fn end_membership(change: &mut Change, id: &str) -> Result<bool, DatabaseError> {
    let today = change.at()[..10].to_owned();
    let sql = "UPDATE membership SET until = $1 WHERE id = $2 AND until IS NULL";
    Ok(change.run(sql, vec![today.into(), id.into()]).await? == 1)
}

/// How many accounts that are not disabled hold this role today, anywhere.
pub(super) async fn holders(change: &mut Change, role: Role) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(DISTINCT membership.account) AS n FROM membership \
               JOIN account ON account.id = membership.account JOIN partner ON partner.id = membership.partner \
               WHERE membership.role = $1 AND membership.until IS NULL AND account.disabled_at IS NULL \
               AND partner.closed_at IS NULL AND (account.password IS NOT NULL OR EXISTS (SELECT 1 FROM identity \
               WHERE identity.account = account.id AND identity.removed_at IS NULL))";
    change.count_of_all(sql, vec![role.word().into()], &Scope::Everywhere).await
}
