//! What can be said of a file's columns, and the mapping that is made of it: of the people, and of their coded events.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use planning::extract::{Column, EVENT_COLUMNS, LookedColumn};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use web::Form;

use super::guess;
use crate::toml_text::quoted;

/// Ways in which a value may be written, by the columns that have a choice: a word, what it is called, and the rest of the
/// mapping's line. One that begins with a value needs no column.
type Way = (&'static str, &'static str, &'static str);
const BORN: [Way; 4] = [
    ("", "A year, such as 1950", ""),
    ("date", "A date such as 1950-12-31", "form = \"year of date\""),
    ("slashes", "A date such as 31/12/1950", "form = \"year of day/month/year\""),
    ("age", "An age in years", "form = \"age\""),
];
const SEX: [Way; 3] = [
    ("", "1 male, 2 female", ""),
    ("letters", "M and F", "recode = { M = 1, F = 2, m = 1, f = 2, U = 0, I = 9 }"),
    ("words", "Male and Female", "recode = { Male = 1, Female = 2, male = 1, female = 2, Unknown = 0 }"),
];
const DAY: [Way; 2] = [("", "2026-09-01", ""), ("slashes", "01/09/2026", "form = \"day/month/year\"")];
const YES: [Way; 3] = [
    ("", "0 and 1, or true and false", ""),
    ("letters", "Y and N", "recode = { Y = 1, N = 0, y = 1, n = 0 }"),
    ("words", "Yes and No", "recode = { Yes = 1, No = 0, yes = 1, no = 0 }"),
];
const SYSTEM: [Way; 5] = [
    ("", "The system's address, such as http://snomed.info/sct", ""),
    ("snomed", "No column: all are SNOMED CT", "value = \"http://snomed.info/sct\""),
    ("icd-10", "No column: all are ICD-10", "value = \"http://hl7.org/fhir/sid/icd-10\""),
    ("read-2", "No column: all are Read version 2", "value = \"http://read.info/readv2\""),
    ("ctv3", "No column: all are Read version 3 (CTV3)", "value = \"http://read.info/ctv3\""),
];
/// What a column of ours is that the file does not have.
const NOTHING: &str = "{ value = \"\" }";

/// What was chosen: for a column of ours one of the file and a way, by the words of both.
pub(super) type Chosen = BTreeMap<&'static str, (String, &'static str)>;

/// One line of the page.
pub(super) struct Line {
    /// The name of its field.
    pub(super) field: String,
    pub(super) label: String,
    pub(super) expected: &'static str,
    pub(super) chosen: String,
    pub(super) ways: Vec<(&'static str, &'static str, bool)>,
    pub(super) understood: Option<LookedColumn>,
}

/// Whose columns they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    People,
    Events,
}

impl Side {
    pub(super) const fn columns(self) -> (&'static [Column], &'static [Column]) {
        match self {
            Self::People => (&PEOPLE_COLUMNS, &OPTIONAL_COLUMNS),
            Self::Events => (&EVENT_COLUMNS, &[]),
        }
    }

    fn all(self) -> impl Iterator<Item = &'static Column> {
        let (needed, optional) = self.columns();
        needed.iter().chain(optional)
    }

    /// What the fields of a column of ours are called.
    pub(super) fn field(self, name: &str) -> String {
        match self {
            Self::People => name.to_owned(),
            Self::Events => format!("event-{name}"),
        }
    }

    fn ways(self, column: &str) -> &'static [Way] {
        match (self, column) {
            (Self::People, "birth_year") => &BORN,
            (Self::People, "sex") => &SEX,
            (Self::People, "last_activity") | (Self::Events, "date") => &DAY,
            (Self::People, "wl" | "has_car" | "internet" | "rural") => &YES,
            (Self::People, name) if name.starts_with("c_") => &YES,
            (Self::Events, "system") => &SYSTEM,
            _ => &[],
        }
    }

    fn rest(self, column: &str, way: &str) -> &'static str {
        self.ways(column).iter().find(|(word, ..)| *word == way).map_or("", |(.., rest)| rest)
    }

    /// What is probably meant.
    pub(super) fn guessed(self, of_file: &[String]) -> Chosen {
        let one = |name: &'static str| {
            let column = match self {
                Self::People => guess::column(name, of_file),
                Self::Events => guess::event_column(name, of_file),
            };
            match (column, name) {
                (Some(column), _) => Some((name, (column.clone(), ""))),
                // What most extracts hold.
                (None, "system") => Some((name, (String::new(), "snomed"))),
                (None, _) => None,
            }
        };
        self.all().filter_map(|column| one(column.name)).collect()
    }

    pub(super) fn typed(self, form: &Form, of_file: &[String]) -> Chosen {
        let one = |name: &'static str| {
            let field = self.field(name);
            let typed = form.text(&format!("{field}-way"));
            let way = self.ways(name).iter().find(|(word, ..)| *word == typed).map_or("", |(word, ..)| word);
            if self.rest(name, way).starts_with("value") {
                return Some((name, (String::new(), way)));
            }
            let column = of_file.iter().find(|column| *column == form.text(&field))?;
            Some((name, (column.clone(), way)))
        };
        self.all().filter_map(|column| one(column.name)).collect()
    }

    /// A column without which nothing can be read, and was not chosen: its field, and what to do.
    pub(super) fn missing(self, chosen: &Chosen) -> Option<(String, &'static str)> {
        let needed: &[(&str, &str)] = match self {
            Self::People => {
                &[("pid", "Choose the column of pseudonyms: without it nobody can be told from anybody else")]
            }
            Self::Events => &[
                ("pid", "Choose the column of pseudonyms: without it no event is anybody's"),
                ("system", "Choose the column of code systems, or say which system all codes are of"),
                ("code", "Choose the column of codes"),
            ],
        };
        let missing = needed.iter().find(|(name, _)| !chosen.contains_key(name));
        missing.map(|(name, why)| (self.field(name), *why))
    }

    /// The lines of a mapping.
    fn sources(self, chosen: &Chosen) -> String {
        let mut text = String::new();
        for (name, (column, way)) in chosen {
            let rest = self.rest(name, way);
            // Writing to a text cannot fail.
            let _ = match rest {
                "" => writeln!(text, "{name} = {}", quoted(column)),
                rest if rest.starts_with("value") => writeln!(text, "{name} = {{ {rest} }}"),
                rest => writeln!(text, "{name} = {{ column = {}, {rest} }}", quoted(column)),
            };
        }
        text
    }

    pub(super) fn lines(self, chosen: &Chosen, looked: Vec<LookedColumn>) -> Vec<Line> {
        let understood: BTreeMap<&str, LookedColumn> =
            looked.into_iter().map(|column| (column.name, column)).collect();
        let line = |column: &Column| {
            let (file, way) = chosen.get(column.name).cloned().unwrap_or_default();
            let ways = self.ways(column.name).iter().map(|(word, words, _)| (*word, *words, *word == way));
            Line {
                field: self.field(column.name),
                label: guess::label(column.name),
                expected: column.expected,
                ways: ways.collect(),
                understood: understood.get(column.name).filter(|_| !file.is_empty()).cloned(),
                chosen: file,
            }
        };
        self.all().map(line).collect()
    }
}

/// A mapping as an analyst would write it.
pub(super) fn written(people: &Chosen, events: Option<&Chosen>) -> String {
    let absent = PEOPLE_COLUMNS.iter().map(|column| column.name).filter(|name| !people.contains_key(name));
    let absent: Vec<String> = absent.map(quoted).collect();
    let mut text = format!(
        "format = 1\nkind = \"people\"\nabsent = [{}]\n\n[columns]\n{}",
        absent.join(", "),
        Side::People.sources(people)
    );
    if let Some(events) = events {
        text.push_str("\n[events]\n");
        text.push_str(&Side::Events.sources(events));
        for column in EVENT_COLUMNS.iter().filter(|column| !events.contains_key(column.name)) {
            let _ = writeln!(text, "{} = {NOTHING}", column.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use planning::extract::Source;
    use vocabulary::CodeSystem;

    use super::{BORN, DAY, SEX, SYSTEM, Side, YES, written};
    use crate::population_room::keeping;

    #[test]
    fn what_was_chosen_is_a_mapping() {
        let file = ["Person \"ID\"", "dob", "gender", "osteoarthritis"].map(str::to_owned);
        let mut chosen = Side::People.guessed(&file);
        assert_eq!(chosen.len(), 4, "{chosen:?}");
        chosen.insert("pid", (file[0].clone(), ""));
        for (name, all) in [("birth_year", &BORN[..]), ("sex", &SEX[..]), ("c_oa", &YES[..])] {
            for (word, ..) in all {
                chosen.get_mut(name).expect("guessed").1 = word;
                keeping::mapping(&written(&chosen, None)).expect("a mapping");
            }
        }
        for (word, ..) in DAY {
            chosen.insert("last_activity", (file[1].clone(), word));
            keeping::mapping(&written(&chosen, None)).expect("a mapping");
        }
        assert!(Side::People.ways("pid").is_empty());
    }

    #[test]
    fn events_have_a_system_even_without_a_column_of_it() {
        let people = Side::People.guessed(&["pid".to_owned()]);
        let mut chosen =
            Side::Events.guessed(&["patient_id", "snomed_code", "event_date"].map(str::to_owned));
        assert_eq!(Side::Events.missing(&chosen), None, "{chosen:?}");
        for (word, ..) in SYSTEM {
            chosen.insert("system", ("a \"system\"".to_owned(), word));
            let mapping = keeping::mapping(&written(&people, Some(&chosen))).expect("a mapping");
            // What can be chosen is a system whose codes a list can have.
            let known = match &mapping.events.system {
                Source::Value(address) => CodeSystem::of(address).is_some(),
                _ => word.is_empty(),
            };
            assert!(known, "{word}");
        }
        chosen.remove("date");
        keeping::mapping(&written(&people, Some(&chosen))).expect("a mapping without days");
        chosen.remove("code");
        let (field, _) = Side::Events.missing(&chosen).expect("no codes");
        assert_eq!(field, "event-code");
    }
}
