//! The table of looks.

use std::collections::BTreeMap;

use ground::database::{DatabaseError, Session};
use vocabulary::{Day, Id};

use super::super::Service;
use super::{Against, Check};

/// The latest look at each service at which anybody looked.
pub async fn latest(session: &mut Session) -> Result<BTreeMap<Id<Service>, Check>, DatabaseError> {
    let mut latest = BTreeMap::new();
    // The last of a service is the one that stays.
    let sql = "SELECT service, checked_on, against FROM directory_check ORDER BY checked_on, id";
    for row in session.rows(sql, vec![]).await? {
        let wrong = |column: &str| DatabaseError::Column(format!("directory_check.{column}"));
        let on = Day::parse(&row.text("checked_on")?).map_err(|_| wrong("checked_on"))?;
        let against = Against::parse(&row.text("against")?).ok_or_else(|| wrong("against"))?;
        latest.insert(row.id("service")?, Check { on, against });
    }
    Ok(latest)
}
