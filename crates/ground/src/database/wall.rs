//! The wall inside PostgreSQL (migration 0010): each transaction, and each change in one, says on whose behalf it is, and
//! policies let it see and change no people but theirs. Said for the transaction alone, so that nothing of it is left in
//! the connection; where nothing was said, nobody is seen. SQLite has no such wall.
//!
//! Also what the first wall is built of: statements that ask for the organisations of a scope and no other.

use sqlx::SqlSafeStr as _;
use vocabulary::{Scope, Sight};

use super::connection::Connection;
use super::value::Sql;
use super::{DatabaseError, Param};

const SHOW: Sql = "SELECT set_config('meres.reader', $1, true), set_config('meres.people', $2, true), \
                   set_config('meres.log', $3, true)";

/// For a whole connection of the tables' owner, who is behind the wall too.
pub(super) const FOR_MERES: Sql = "SELECT set_config('meres.reader', 'meres', false)";

/// Says on whose behalf the rest of this transaction is, or the rest of the savepoint that was just set.
pub(super) async fn show(connection: &mut Connection, sight: &Sight) -> Result<(), DatabaseError> {
    if let Connection::Embedded(_) = connection {
        return Ok(());
    }
    let (reader, people, log) = match sight {
        Sight::Nobody => (String::new(), String::new(), ""),
        Sight::Of { account, people, log } => {
            (account.to_string(), listed(people), if *log { "*" } else { "" })
        }
        Sight::Meres => ("meres".to_owned(), String::new(), ""),
    };
    connection.row(SHOW.into_sql_str(), vec![reader.into(), people.into(), log.into()]).await.map(drop)
}

fn listed(people: &Scope) -> String {
    match people {
        Scope::Everywhere => "*".to_owned(),
        Scope::In(own) => own.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    }
}

/// Beside the locks of the audit log's chains: one for each thing that is changed by one process at a time.
const ALONE: Sql = "SELECT pg_advisory_xact_lock(1298494054, hashtext($1))";

/// Takes a lock that goes with the transaction, and waits for it.
pub(super) async fn alone(connection: &mut Connection, what: Sql) -> Result<(), DatabaseError> {
    match connection {
        Connection::Embedded(_) => Ok(()),
        Connection::Server(_) => connection.row(ALONE.into_sql_str(), vec![what.into()]).await.map(drop),
    }
}

/// Tables of which this role would not see every row although Meres itself asks: behind a wall without the door for
/// Meres, or behind one that lets fewer through than its policies say one by one.
const HIDING: Sql = "SELECT CAST(c.relname AS TEXT) AS place FROM pg_class AS c \
                     JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public' \
                     WHERE c.relkind IN ('r', 'p') AND row_security_active(c.oid) AND ( \
                         NOT EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polpermissive \
                             AND p.polcmd IN ('*', 'r') AND CAST(0 AS oid) = ANY (p.polroles) \
                             AND pg_get_expr(p.polqual, p.polrelid) = 'meres_itself()') \
                         OR EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND NOT p.polpermissive)) \
                     ORDER BY place";
const WALLED: Sql = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM pg_class AS c \
                     JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public' \
                     WHERE c.relkind IN ('r', 'p') AND row_security_active(c.oid)";
const OPEN: Sql = "SELECT CAST(CASE WHEN meres_itself() THEN 1 ELSE 0 END AS BIGINT) AS n";

/// Has the rest of this transaction see every row of every table, or refuses: a backup may not lack rows in silence.
pub(super) async fn show_all(connection: &mut Connection) -> Result<(), DatabaseError> {
    if let Connection::Embedded(_) = connection {
        return Ok(());
    }
    show(connection, &Sight::Meres).await?;
    let refused = |what: &str| {
        let why = "PostgreSQL would leave out rows without a word";
        DatabaseError::Refused(format!(
            "{what}: {why}; run \"meres migrate\" again, or connect as a superuser"
        ))
    };
    if let Some(row) = connection.row(HIDING.into_sql_str(), Vec::new()).await? {
        return Err(refused(&format!(
            "the table {} has a policy that is not Meres's own",
            row.text("place")?
        )));
    }
    let number = |row: Option<super::Row>| row.map_or(Ok(0), |row| row.whole("n"));
    let walled = number(connection.row(WALLED.into_sql_str(), Vec::new()).await?)?;
    if walled > 0 && number(connection.row(OPEN.into_sql_str(), Vec::new()).await?)? != 1 {
        return Err(refused("the policies do not know Meres itself"));
    }
    Ok(())
}

/// A statement with each `{within COLUMN}` made out: true for the organisations of the scope; in none, for nothing. What
/// it binds comes behind the other values.
pub(super) fn within(sql: Sql, mut params: Vec<Param>, scope: &Scope) -> (String, Vec<Param>) {
    let own = match scope {
        Scope::Everywhere => None,
        Scope::In(own) => Some(own),
    };
    let numbers = |own: &Vec<_>| {
        let numbers = (1..=own.len()).map(|n| format!("${}", params.len() + n));
        numbers.collect::<Vec<_>>().join(", ")
    };
    let list = own.map(numbers);
    let mut parts = sql.split("{within ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once('}').unwrap_or((part, ""));
        match list.as_deref() {
            None => text.push_str("1 = 1"),
            Some("") => text.push_str("1 = 0"),
            Some(list) => text.extend([column, " IN (", list, ")"]),
        }
        text.push_str(rest);
    }
    params.extend(own.into_iter().flatten().copied().map(Param::from));
    (text, params)
}

#[cfg(test)]
mod tests {
    use vocabulary::{Id, Scope};

    use super::{Param, within};

    #[test]
    fn a_statement_asks_for_what_is_in_the_scope_and_nothing_else() {
        let sql = "SELECT a FROM b WHERE c = $1 AND {within b.d} OR {within e}";
        let made = |scope| within(sql, vec!["x".into()], &scope);
        let (one, two) = (Id::from_bits(1), Id::from_bits(2));
        let (text, params) = made(Scope::In(vec![one, two]));
        assert_eq!(text, "SELECT a FROM b WHERE c = $1 AND b.d IN ($2, $3) OR e IN ($2, $3)");
        assert_eq!(params, [Param::from("x"), one.into(), two.into()]);
        // An empty list lets nothing through: it is not the same as no list.
        assert_eq!(made(Scope::In(Vec::new())).0, "SELECT a FROM b WHERE c = $1 AND 1 = 0 OR 1 = 0");
        let (text, params) = made(Scope::Everywhere);
        assert_eq!(text, "SELECT a FROM b WHERE c = $1 AND 1 = 1 OR 1 = 1");
        assert_eq!(params, [Param::from("x")]);
    }
}
