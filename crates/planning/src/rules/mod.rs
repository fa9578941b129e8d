//! A rule set's TOML document: what an analyst edits, and what a run keeps. It may name a table of minutes beside it.

mod document;
mod minutes;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ground::files::{DefinitionError, refuse};
use matching::{Measure, Minutes, RuleSet, Service};
use vocabulary::Day;

use crate::extract::{Allowance, ImportError};
use document::Asked;

pub use minutes::{MINUTES_COLUMNS, MinutesFile, MinutesWarnings};

/// The rule set that is used unless another is named.
pub const VERSION_1: &str = include_str!("version-1.toml");

/// A rule set as its document has it. Nobody can be matched by it before the table that it may name was read.
#[derive(Clone, Debug)]
pub struct RulesDocument {
    rules: RuleSet,
    minutes: Option<(PathBuf, Asked)>,
}

impl RulesDocument {
    /// Reads the document; `folder` is where it stands, from which a table is found.
    pub fn parse(file: &str, text: &str, folder: &Path) -> Result<Self, DefinitionError> {
        let (rules, asked) = document::parse(file, text)?;
        Ok(Self { rules, minutes: asked.map(|asked| (folder.join(&asked.table), asked)) })
    }

    /// The day that ages and look-backs count from.
    pub const fn index_date(&self) -> Day {
        self.rules.index_date
    }

    /// The table of minutes, where the rules go by one.
    pub fn table(&self) -> Option<&Path> {
        self.minutes.as_ref().map(|(path, _)| path.as_path())
    }

    /// The rules, with the minutes to these services where they go by minutes.
    pub fn read(
        &self,
        services: &[Service],
        allowance: Allowance,
    ) -> Result<(RuleSet, Option<MinutesFile>), ImportError> {
        let rules = self.rules.clone();
        let Some((path, asked)) = &self.minutes else { return Ok((rules, None)) };
        let (table, file) = minutes::read_minutes(path, services, allowance)?;
        let (by, at_most) = (asked.by.clone(), asked.at_most);
        let measure = Measure::Minutes(Minutes { by, at_most, table: Arc::new(table) });
        Ok((RuleSet { measure, ..rules }, Some(file)))
    }
}

/// Reads a rule set that stands alone, with no file beside it.
pub fn parse_rules(file: &str, text: &str) -> Result<RuleSet, DefinitionError> {
    match document::parse(file, text)? {
        (rules, None) => Ok(rules),
        (_, Some(asked)) => {
            let why = "a table of minutes is a file, which cannot be given here: match at the command line, with --rules";
            Err(refuse(file, text, asked.at, why))
        }
    }
}
