//! What goes into a statement and what comes out of a row. Texts, whole numbers, real numbers and bytes are all that
//! both databases keep alike: identifiers and times are texts, yes and no are 1 and 0.

use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{Decode, Row as _, Type};
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

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

impl Param {
    pub(super) fn bind(self, statement: Statement<'_>) -> Statement<'_> {
        match self {
            Self::Null => statement.bind(None::<String>),
            Self::Text(text) => statement.bind(text),
            Self::Whole(number) => statement.bind(number),
            Self::Real(number) => statement.bind(number),
            Self::Bytes(bytes) => statement.bind(bytes),
        }
    }
}

/// A row of an answer; columns by name.
#[derive(Debug)]
pub struct Row(pub(super) SqliteRow);

impl Row {
    fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(&'r self, column: &str) -> Result<T, DatabaseError> {
        self.0.try_get(column).map_err(|_| DatabaseError::Column(column.to_owned()))
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
