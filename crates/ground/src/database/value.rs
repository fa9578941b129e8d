//! What goes into a statement and what comes out of a row. Texts, whole numbers, real numbers and bytes are all that
//! both databases keep alike: identifiers and times are texts, yes and no are 1 and 0.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgRow, PgTypeInfo, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{Decode, Encode, Row as _, SqlStr, Type};
use vocabulary::Id;

use super::DatabaseError;

/// A statement is part of the program: no text that came from outside can be one.
pub(super) type Sql = &'static str;

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Null,
    Text(String),
    Whole(i64),
    Real(f64),
    Bytes(Vec<u8>),
}

/// What a column holds, if it holds anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Text,
    Whole,
    Real,
    Bytes,
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(mut text: String) -> Self {
        // PostgreSQL takes no NUL in a text, and what one database keeps the other must keep.
        if text.contains('\0') {
            text.retain(|c| c != '\0');
        }
        Self::Text(text)
    }
}

macro_rules! whole {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Param {
            fn from(number: $kind) -> Self {
                Self::Whole(number.into())
            }
        })*
    };
}
whole!(i64, i32, u32, u16, u8, bool);

impl From<f64> for Param {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<Vec<u8>> for Param {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T> From<Id<T>> for Param {
    fn from(id: Id<T>) -> Self {
        Self::Text(id.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement for SQLite with its values.
pub(super) fn bound_embedded(sql: SqlStr, params: Vec<Param>) -> Query<'static, Sqlite, SqliteArguments> {
    params.into_iter().fold(sqlx::query(sql), |statement, param| match param {
        Param::Null => statement.bind(None::<String>),
        Param::Text(text) => statement.bind(text),
        Param::Whole(number) => statement.bind(number),
        Param::Real(number) => statement.bind(number),
        Param::Bytes(bytes) => statement.bind(bytes),
    })
}

/// A statement for PostgreSQL with its values.
pub(super) fn bound_server(sql: SqlStr, params: Vec<Param>) -> Query<'static, Postgres, PgArguments> {
    params.into_iter().fold(sqlx::query(sql), |statement, param| match param {
        Param::Null => statement.bind(Nothing),
        Param::Text(text) => statement.bind(text),
        Param::Whole(number) => statement.bind(number),
        Param::Real(number) => statement.bind(number),
        Param::Bytes(bytes) => statement.bind(bytes),
    })
}

/// No value, of no type: a NULL that says it is a text is refused where a number belongs.
struct Nothing;

impl Type<Postgres> for Nothing {
    fn type_info() -> PgTypeInfo {
        /// PostgreSQL's `unknown`: whatever the place asks for.
        const UNKNOWN: Oid = Oid(705);
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Nothing {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

/// A row of an answer; columns by name.
#[derive(Debug)]
pub enum Row {
    #[doc(hidden)]
    Embedded(SqliteRow),
    #[doc(hidden)]
    Server(PgRow),
}

/// What both databases can hold in a column.
trait Kept<'r>: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres> {}
impl<'r, T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>> Kept<'r> for T {}

impl Row {
    fn get<'r, T: Kept<'r>>(&'r self, column: &str) -> Result<T, DatabaseError> {
        match self {
            Self::Embedded(row) => row.try_get(column),
            Self::Server(row) => row.try_get(column),
        }
        .map_err(|_| DatabaseError::Column(column.to_owned()))
    }

    /// Whatever the column holds.
    pub(super) fn param(&self, column: &str, kind: Kind) -> Result<Param, DatabaseError> {
        let value = match kind {
            Kind::Text => self.get::<Option<String>>(column)?.map(Param::Text),
            Kind::Whole => self.get::<Option<i64>>(column)?.map(Param::Whole),
            Kind::Real => self.get::<Option<f64>>(column)?.map(Param::Real),
            Kind::Bytes => self.get::<Option<Vec<u8>>>(column)?.map(Param::Bytes),
        };
        Ok(value.unwrap_or(Param::Null))
    }

    pub fn text(&self, column: &str) -> Result<String, DatabaseError> {
        self.get(column)
    }

    pub fn maybe_text(&self, column: &str) -> Result<Option<String>, DatabaseError> {
        self.get(column)
    }

    pub fn whole(&self, column: &str) -> Result<i64, DatabaseError> {
        self.get(column)
    }

    pub fn maybe_whole(&self, column: &str) -> Result<Option<i64>, DatabaseError> {
        self.get(column)
    }

    pub fn real(&self, column: &str) -> Result<f64, DatabaseError> {
        self.get(column)
    }

    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, DatabaseError> {
        self.get(column)
    }

    pub fn yes(&self, column: &str) -> Result<bool, DatabaseError> {
        Ok(self.whole(column)? != 0)
    }

    pub fn id<T>(&self, column: &str) -> Result<Id<T>, DatabaseError> {
        Id::parse(&self.text(column)?).map_err(|_| DatabaseError::Column(column.to_owned()))
    }

    pub fn maybe_id<T>(&self, column: &str) -> Result<Option<Id<T>>, DatabaseError> {
        let text = self.maybe_text(column)?;
        text.map(|t| Id::parse(&t).map_err(|_| DatabaseError::Column(column.to_owned()))).transpose()
    }
}

/// A time as every text column holds it: fixed width, so that the order of the texts is the order in time.
pub fn utc(at: time::OffsetDateTime) -> String {
    let (date, clock) = (at.date(), at.time());
    format!(
        "{date}T{:02}:{:02}:{:02}.{:06}Z",
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.microsecond()
    )
}
