//! A mapping that has been understood: tables, their parts, and where each field comes from.

use std::collections::BTreeMap;

use ground::files::{DefinitionError, Located, parse_definition, refuse};

use super::definition::{Document, SourceDocument, SourcesDocument, TableDocument};
use super::nearest::nearest_first;
use crate::directory::Kind;
use crate::directory::import::rows::TextTable;
use crate::directory::settings::folded;

/// Which column of somebody's tables holds what of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryMapping {
    /// The mapping's file, for messages.
    pub(super) file: String,
    /// What is to be said wherever the records are shown: "Historic: 2014".
    pub about: Option<String>,
    pub(super) tables: Vec<MappedTable>,
}

/// One kind of table, known by its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MappedTable {
    pub(super) line: usize,
    has: Vec<String>,
    sheet: Option<String>,
    pub(super) service: Part,
    pub(super) organisation: Part,
    pub(super) site: Part,
    pub(super) opening_times: Part,
}

/// The fields of a record and where they come from; empty where the table says nothing of such a record.
pub(super) type Part = BTreeMap<String, Vec<Source>>;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) from: Origin,
    /// Values of the file without regard to capital letters, and what they mean; an empty meaning is none.
    pub(super) recode: BTreeMap<String, String>,
    pub(super) separator: Option<String>,
    /// The taxonomy of a term, the scheme of an identifier.
    pub(super) of: Option<String>,
    pub(super) pence: bool,
    /// Some files do not have the column.
    pub(super) optional: bool,
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Column(String),
    Value(String),
}

const SERVICE: &[&str] = &[
    "key",
    "name",
    "organisation",
    "alternate_name",
    "description",
    "url",
    "email",
    "phone",
    "status",
    "fees",
    "cost",
    "eligibility",
    "minimum_age",
    "maximum_age",
    "languages",
    "terms",
    "referral",
    "referral_words",
    "online",
    "home_visit",
    "transport",
    "weekly_sessions",
    "capacity",
    "accreditations",
    "alert",
    "areas",
    "assured_on",
    "last_modified",
];
const ORGANISATION: &[&str] =
    &["key", "name", "alternate_name", "description", "email", "website", "phone", "identifiers", "parent"];
const SITE: &[&str] = &[
    "key",
    "name",
    "description",
    "kind",
    "address",
    "city",
    "county",
    "region",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "phone",
    "getting_there",
    "step_free",
];
const OPENING_TIMES: &[&str] = &["service", "day", "times", "open", "notes", "from", "to"];

impl DirectoryMapping {
    /// Reads a mapping.
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let document: Document = parse_definition(file, text)?;
        if *document.format.get_ref() != 1 {
            return Err(refuse(file, text, document.format.span(), "expected format = 1"));
        }
        if document.kind.get_ref() != "directory" {
            return Err(refuse(file, text, document.kind.span(), "expected kind = \"directory\""));
        }
        if document.table.is_empty() {
            return Err(refuse(file, text, 0..0, "expected one [[table]] at least"));
        }
        let reading = Definition { file, text };
        let tables: Result<Vec<_>, _> =
            document.table.into_iter().map(|table| reading.table(table)).collect();
        Ok(Self { file: file.to_owned(), about: document.about, tables: tables? })
    }

    /// The table of the mapping that a file is.
    pub(super) fn table_of(&self, file: &TextTable) -> Option<&MappedTable> {
        self.tables.iter().find(|table| table.has.iter().all(|column| file.has(column)))
    }

    /// Why a file is none of the tables: what the likeliest of them would need.
    pub(super) fn why_none(&self, file: &TextTable) -> String {
        let lacks = |table: &&MappedTable| table.has.iter().filter(|column| !file.has(column)).count();
        let Some(table) = self.tables.iter().min_by_key(lacks) else { return String::new() };
        // Where nothing is where it should be, the first row may be no heading, but somebody's telephone number.
        if self.tables.iter().all(|table| table.columns().all(|column| !file.has(column))) {
            return format!(
                "; {}, line {}: the first row has none of the columns that the table names; expected the headings there",
                self.file, table.line
            );
        }
        let lacking = table.has.iter().filter(|column| !file.has(column));
        let lacking: Vec<String> = lacking
            .map(|column| {
                let known = nearest_first(column, file.heading.iter().map(String::as_str));
                format!("\"{column}\" (the file has, the nearest first: {known})")
            })
            .collect();
        format!("; {}, line {}: the table also has {}", self.file, table.line, lacking.join(" and "))
    }

    pub(super) fn names_every_sheet(&self) -> bool {
        self.tables.iter().all(|table| table.sheet.is_some())
    }

    pub(super) fn sheets(&self) -> Vec<&str> {
        self.tables.iter().filter_map(|table| table.sheet.as_deref()).collect()
    }
}

impl MappedTable {
    /// What a row of the table says of records: opening times are part of a service that stands elsewhere.
    pub(super) fn records(&self) -> Vec<(Kind, &Part)> {
        let parts = [
            (Kind::Service, &self.service),
            (Kind::Organisation, &self.organisation),
            (Kind::Site, &self.site),
        ];
        parts.into_iter().filter(|(_, part)| !part.is_empty()).collect()
    }

    /// Every column that the table names.
    fn columns(&self) -> impl Iterator<Item = &str> {
        self.sources().filter_map(|source| match &source.from {
            Origin::Column(name) => Some(name.as_str()),
            Origin::Value(_) => None,
        })
    }

    /// Every source of the table.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        [&self.service, &self.organisation, &self.site, &self.opening_times]
            .into_iter()
            .flat_map(|part| part.values().flatten())
    }
}

/// The text in which a mistake is pointed at.
struct Definition<'t> {
    file: &'t str,
    text: &'t str,
}

impl Definition<'_> {
    fn refuse(&self, at: std::ops::Range<usize>, why: impl Into<String>) -> DefinitionError {
        refuse(self.file, self.text, at, why)
    }

    fn table(&self, table: Located<TableDocument>) -> Result<MappedTable, DefinitionError> {
        let at = table.span();
        let line = self.refuse(at.clone(), "").line;
        let table = table.into_inner();
        if table.has.get_ref().is_empty() {
            return Err(self.refuse(table.has.span(), "expected the columns by which the table is known"));
        }
        let read = MappedTable {
            line,
            has: table.has.into_inner(),
            sheet: table.sheet,
            service: self.part(table.service, "service", SERVICE)?,
            organisation: self.part(table.organisation, "organisation", ORGANISATION)?,
            site: self.part(table.site, "site", SITE)?,
            opening_times: self.part(table.opening_times, "opening_times", OPENING_TIMES)?,
        };
        let parts = [
            ("service", &read.service, &["key", "name"][..]),
            ("organisation", &read.organisation, &["key", "name"]),
            ("site", &read.site, &["key"]),
            ("opening_times", &read.opening_times, &["service", "day", "times"]),
        ];
        if parts.iter().all(|(_, part, _)| part.is_empty()) {
            let why = "expected [table.service], [table.organisation], [table.site] or [table.opening_times]";
            return Err(self.refuse(at, why));
        }
        for (name, part, needed) in parts {
            if let Some(missing) = needed.iter().find(|field| !part.is_empty() && !part.contains_key(**field))
            {
                return Err(
                    self.refuse(at, format!("[table.{name}] does not say which column is the {missing}"))
                );
            }
        }
        Ok(read)
    }

    fn part(
        &self,
        fields: BTreeMap<String, Located<SourcesDocument>>,
        part: &str,
        known: &[&str],
    ) -> Result<Part, DefinitionError> {
        let mut read = Part::new();
        for (name, sources) in fields {
            let at = sources.span();
            if !known.contains(&name.as_str()) {
                let why = format!("[table.{part}] knows no \"{name}\"; it knows {}", known.join(", "));
                return Err(self.refuse(at, why));
            }
            let sources = match sources.into_inner() {
                SourcesDocument::One(one) => vec![one],
                SourcesDocument::Several(several) => several,
            };
            let sources: Result<Vec<_>, _> =
                sources.into_iter().map(|source| self.source(source, &name, at.clone())).collect();
            read.insert(name, sources?);
        }
        Ok(read)
    }

    fn source(
        &self,
        source: SourceDocument,
        field: &str,
        at: std::ops::Range<usize>,
    ) -> Result<Source, DefinitionError> {
        let line = self.refuse(at.clone(), "").line;
        let source = match source {
            SourceDocument::Name(column) => {
                let recode = BTreeMap::new();
                return Ok(Source {
                    from: Origin::Column(column),
                    recode,
                    separator: None,
                    of: None,
                    pence: false,
                    optional: false,
                    line,
                });
            }
            SourceDocument::Full(full) => full,
        };
        let from = match (source.column, source.value) {
            (Some(column), None) => Origin::Column(column),
            (None, Some(value)) => Origin::Value(value.text()),
            _ => return Err(self.refuse(at, "expected either a column or a value")),
        };
        for (given, name, only) in [
            (source.taxonomy.is_some(), "taxonomy", "terms"),
            (source.scheme.is_some(), "scheme", "identifiers"),
            (source.unit.is_some(), "unit", "cost"),
        ] {
            if given && field != only {
                return Err(self.refuse(at, format!("\"{name}\" is only for {only}")));
            }
        }
        let pence = match source.unit.as_deref() {
            None | Some("pounds") => false,
            Some("pence") => true,
            Some(_) => return Err(self.refuse(at, "expected unit = \"pounds\" or unit = \"pence\"")),
        };
        if source.separator.as_deref() == Some("") {
            return Err(self.refuse(at, "expected a separator of one character or more"));
        }
        let mut recode = BTreeMap::new();
        for (value, meaning) in source.recode {
            let meaning = meaning.text();
            if recode.insert(folded(&value), meaning.clone()).is_some_and(|before| before != meaning) {
                let why = format!("recode: \"{value}\" has two meanings; capital letters make no difference");
                return Err(self.refuse(at, why));
            }
        }
        Ok(Source {
            from,
            recode,
            separator: source.separator,
            of: source.taxonomy.or(source.scheme),
            pence,
            optional: source.optional,
            line,
        })
    }
}
