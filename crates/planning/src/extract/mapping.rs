//! A mapping: which column of somebody's file means what. TOML, documented in the user guide.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::crosstab_mapping::CrosstabDocument;
use ground::files::{DefinitionError, Located, parse_definition, refuse};

use super::{Column, CrosstabMapping};

/// What a mapping is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MappingKind {
    #[default]
    People,
    Services,
    Crosstab,
}

/// Where a column's values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A column of the file.
    Column { name: String, form: Form, recode: BTreeMap<String, String> },
    /// The same value on every row.
    Value(String),
    /// Nowhere: not known on every row.
    Absent,
}

/// The form of the values in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Form {
    #[default]
    #[serde(rename = "as it is")]
    AsItIs,
    /// The year of a date such as `1950-12-31`.
    #[serde(rename = "year of date")]
    YearOfDate,
    /// The year of a date such as `31/12/1950`.
    #[serde(rename = "year of day/month/year")]
    YearOfDayMonthYear,
    /// A date such as `31/12/1950`.
    #[serde(rename = "day/month/year")]
    DayMonthYear,
    /// Years of age in the year of the index date; only for `birth_year`.
    #[serde(rename = "age")]
    Age,
}

/// The names of the files, where the population is a folder of files with names of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub people: String,
    pub events: Option<String>,
}

/// Which columns of an events file mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventColumns {
    pub pid: Source,
    pub system: Source,
    pub code: Source,
    pub date: Source,
}

impl Default for EventColumns {
    fn default() -> Self {
        let named = |name: &str| Source::named(name);
        Self { pid: named("pid"), system: named("system"), code: named("code"), date: named("date") }
    }
}

/// A mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    pub kind: MappingKind,
    /// A name for the report: "the synthetic people of …".
    pub about: Option<String>,
    pub files: Option<Files>,
    pub columns: BTreeMap<String, Source>,
    pub events: EventColumns,
    pub crosstab: Option<CrosstabMapping>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Located<u32>,
    #[serde(default)]
    kind: MappingKind,
    about: Option<String>,
    files: Option<Files>,
    #[serde(default)]
    columns: BTreeMap<String, Located<SourceDocument>>,
    #[serde(default)]
    absent: Vec<Located<String>>,
    #[serde(default)]
    events: BTreeMap<String, Located<SourceDocument>>,
    crosstab: Option<Located<CrosstabDocument>>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column's name, { column = \"…\", form = \"…\", recode = { … } } or { value = … }; the forms are \
                 \"as it is\", \"year of date\", \"year of day/month/year\", \"day/month/year\" and \"age\""
)]
enum SourceDocument {
    Name(String),
    Full(FullSource),
    Value(FixedValue),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullSource {
    column: String,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    recode: BTreeMap<String, RecodeTo>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixedValue {
    value: RecodeTo,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RecodeTo {
    Whole(i64),
    YesNo(bool),
    Text(String),
}

impl RecodeTo {
    fn text(self) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::YesNo(yes) => yes.to_string(),
            Self::Text(text) => text,
        }
    }
}

impl Source {
    /// A column that comes as it is.
    pub fn named(name: &str) -> Self {
        Self::Column { name: name.to_owned(), form: Form::AsItIs, recode: BTreeMap::new() }
    }

    fn of(document: SourceDocument) -> Self {
        match document {
            SourceDocument::Name(name) => Self::named(&name),
            SourceDocument::Value(fixed) => Self::Value(fixed.value.text()),
            SourceDocument::Full(full) => Self::Column {
                name: full.column,
                form: full.form,
                recode: full.recode.into_iter().map(|(from, to)| (from, to.text())).collect(),
            },
        }
    }
}

impl Mapping {
    /// Reads a mapping; `columns` are the columns of the kind of file that it is for.
    pub fn parse(file: &str, text: &str, columns: &[&[Column]]) -> Result<Self, DefinitionError> {
        let document: Document = parse_definition(file, text)?;
        if *document.format.get_ref() != 1 {
            return Err(refuse(file, text, document.format.span(), "expected format = 1"));
        }
        if document.kind == MappingKind::Crosstab {
            let columns = document.columns.values().chain(document.events.values()).map(Located::span);
            if let Some(at) = columns.chain(document.absent.iter().map(Located::span)).next() {
                let why = "a crosstab has no columns to name; say what it holds in [crosstab]";
                return Err(refuse(file, text, at, why));
            }
        }
        let mut mapping =
            Self { kind: document.kind, about: document.about, files: document.files, ..Self::default() };
        let known = |name: &str| columns.iter().any(|list| list.iter().any(|c| c.name == name));
        for (name, source) in document.columns {
            let at = source.span();
            if !known(&name) {
                let above = ["absent", "about", "kind", "format"].contains(&name.as_str());
                let hint = if above { "; put it above [columns]" } else { "" };
                return Err(refuse(file, text, at, format!("Meres knows no column \"{name}\"{hint}")));
            }
            let source = Source::of(source.into_inner());
            if matches!(&source, Source::Column { form: Form::Age, .. }) && name != "birth_year" {
                return Err(refuse(file, text, at, "the form \"age\" is only for birth_year"));
            }
            mapping.columns.insert(name, source);
        }
        for absent in document.absent {
            let at = absent.span();
            let name = absent.into_inner();
            if !known(&name) || name == "pid" || name == "sid" {
                return Err(refuse(file, text, at, format!("\"{name}\" cannot be declared absent")));
            }
            if mapping.columns.insert(name.clone(), Source::Absent).is_some() {
                return Err(refuse(file, text, at, format!("\"{name}\" is both mapped and absent")));
            }
        }
        for (name, source) in document.events {
            let slot = match name.as_str() {
                "pid" => &mut mapping.events.pid,
                "system" => &mut mapping.events.system,
                "code" => &mut mapping.events.code,
                "date" => &mut mapping.events.date,
                _ => {
                    let why = format!("\"{name}\" is none of pid, system, code and date");
                    return Err(refuse(file, text, source.span(), why));
                }
            };
            *slot = Source::of(source.into_inner());
        }
        match (mapping.kind, document.crosstab) {
            (MappingKind::Crosstab, None) => {
                return Err(refuse(
                    file,
                    text,
                    0..0,
                    "a mapping of kind \"crosstab\" needs a [crosstab] table",
                ));
            }
            (MappingKind::Crosstab, Some(crosstab)) => {
                mapping.crosstab = Some(CrosstabMapping::of(file, text, crosstab.into_inner())?);
            }
            (_, Some(crosstab)) => {
                return Err(refuse(file, text, crosstab.span(), "[crosstab] needs kind = \"crosstab\""));
            }
            (_, None) => {}
        }
        Ok(mapping)
    }

    /// Where a column's values come from: as the mapping says, else from the column of that name.
    pub fn source(&self, column: &str) -> Source {
        self.columns.get(column).cloned().unwrap_or_else(|| Source::named(column))
    }

    /// The columns that are declared absent.
    pub fn absent(&self) -> Vec<&str> {
        let absent = self.columns.iter().filter(|(_, source)| **source == Source::Absent);
        absent.map(|(name, _)| name.as_str()).collect()
    }

    /// The file's name for messages.
    pub fn name_of(path: &Path) -> String {
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{ColumnKind, column};

    const COLUMNS: &[Column] = &[
        column("pid", ColumnKind::Text(9), ""),
        column("birth_year", ColumnKind::Whole(0, 9), ""),
        column("imd", ColumnKind::Whole(1, 10), ""),
    ];

    fn parsed(text: &str) -> Result<Mapping, String> {
        Mapping::parse("m.toml", text, &[COLUMNS]).map_err(|e| e.to_string())
    }

    #[test]
    fn a_mapping_renames_recodes_and_declares_absent() {
        let mapping = parsed(
            "format = 1\nabsent = [\"imd\"]\n[columns]\npid = \"Id\"\n\
             birth_year = { column = \"DOB\", form = \"year of date\", recode = { \"?\" = \"\" } }\n\
             [events]\nsystem = { value = \"snomed\" }\n",
        )
        .expect("a mapping");
        assert_eq!(mapping.source("pid"), Source::named("Id"));
        assert_eq!(mapping.source("imd"), Source::Absent);
        assert_eq!(mapping.events.system, Source::Value("snomed".to_owned()));
        let Source::Column { form, recode, .. } = mapping.source("birth_year") else { panic!("a column") };
        assert_eq!((form, recode.get("?").map(String::as_str)), (Form::YearOfDate, Some("")));
    }

    #[test]
    fn an_error_points_at_its_line() {
        for (text, expected) in [
            ("format = 2\n", "m.toml, line 1: expected format = 1"),
            ("format = 1\n[columns]\nimdd = \"x\"\n", "m.toml, line 3: Meres knows no column \"imdd\""),
            ("format = 1\nabsent = [\n \"pid\"]\n", "m.toml, line 3: \"pid\" cannot be declared absent"),
            ("format = 1\nkind = \"crosstab\"\n", "needs a [crosstab] table"),
            ("format = 1\n[columns]\nimd = { column = \"x\", form = \"age\" }\n", "line 3: the form \"age\""),
            ("format = 1\nwhat = 2\n", "m.toml, line 2: unknown field"),
        ] {
            let error = parsed(text).expect_err(text);
            assert!(error.contains(expected), "{error}\nshould say: {expected}");
        }
    }
}
