//! The mapping as it is written down.

use std::collections::BTreeMap;

use ground::files::Located;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) format: Located<u32>,
    pub(super) kind: Located<String>,
    pub(super) about: Option<String>,
    #[serde(default)]
    pub(super) table: Vec<Located<TableDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableDocument {
    pub(super) has: Located<Vec<String>>,
    pub(super) sheet: Option<String>,
    #[serde(default)]
    pub(super) service: BTreeMap<String, Located<SourcesDocument>>,
    #[serde(default)]
    pub(super) organisation: BTreeMap<String, Located<SourcesDocument>>,
    #[serde(default)]
    pub(super) site: BTreeMap<String, Located<SourcesDocument>>,
    #[serde(default)]
    pub(super) opening_times: BTreeMap<String, Located<SourcesDocument>>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column's name, { column = \"…\", recode = { … }, separator = \"…\" }, { value = \"…\" } or a list \
                 of these"
)]
pub(super) enum SourcesDocument {
    One(SourceDocument),
    Several(Vec<SourceDocument>),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum SourceDocument {
    Name(String),
    Full(FullSource),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullSource {
    pub(super) column: Option<String>,
    pub(super) value: Option<Fixed>,
    #[serde(default)]
    pub(super) recode: BTreeMap<String, Fixed>,
    pub(super) separator: Option<String>,
    /// Some files of this kind do not have the column.
    #[serde(default)]
    pub(super) optional: bool,
    /// Of a term: the taxonomy it is of.
    pub(super) taxonomy: Option<String>,
    /// Of an identifier: who gives it out.
    pub(super) scheme: Option<String>,
    /// Of a price: "pounds" or "pence".
    pub(super) unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Fixed {
    Whole(i64),
    YesNo(bool),
    Text(String),
}

impl Fixed {
    pub(super) fn text(self) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::YesNo(yes) => yes.to_string(),
            Self::Text(text) => text,
        }
    }
}
