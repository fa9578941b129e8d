//! A cohort's TOML document.

use std::collections::BTreeMap;
use std::path::Path;

use matching::{Mobility, Sex};
use serde::Deserialize;
use vocabulary::{CodeSystem, Day, SnomedCode};

use super::test::Range;
use super::{CodeList, Cohort, Criterion, CriterionKind, ExternalList, Test};
use crate::definition::Reader;
use ground::files::{DefinitionError, Located, parse_definition};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Located<u32>,
    name: String,
    version: String,
    #[serde(default = "people_in_the_cohort")]
    people: String,
    #[serde(default)]
    code_list: Vec<Located<CodeListDocument>>,
    #[serde(default)]
    list: Vec<Located<ListDocument>>,
    criterion: Vec<Located<CriterionDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeListDocument {
    name: String,
    condition: Option<Located<String>>,
    system: String,
    source: String,
    licence: String,
    look_back_years: Option<Located<i32>>,
    /// Code → what it says.
    codes: BTreeMap<Located<String>, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListDocument {
    name: String,
    file: Option<String>,
    /// Of the file; "pid" if it is left out.
    column: Option<String>,
}

fn people_in_the_cohort() -> String {
    "people in the cohort".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionDocument {
    name: String,
    include: Option<Located<TestDocument>>,
    exclude: Option<Located<TestDocument>>,
}

/// A criterion within another: it needs no name of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InnerDocument {
    #[serde(default, rename = "name")]
    _name: Option<String>,
    include: Option<Located<TestDocument>>,
    exclude: Option<Located<TestDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeRange {
    from: Option<i32>,
    to: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayRange {
    from: Option<toml::value::Datetime>,
    to: Option<toml::value::Datetime>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::More(list) => list,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SexDocument {
    Male,
    Female,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MobilityDocument {
    NoDifficulty,
    WalksWithAid,
    Wheelchair,
    Housebound,
}

#[derive(Deserialize)]
enum PlaceDocument {
    #[serde(rename = "known")]
    Known,
}

/// Exactly one of these.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TestDocument {
    Any(Vec<Located<Self>>),
    All(Vec<Located<Self>>),
    Not(Box<Located<Self>>),
    Criteria(Vec<Located<InnerDocument>>),
    Condition(String),
    BirthYear(WholeRange),
    Age(WholeRange),
    Sex(SexDocument),
    Imd(WholeRange),
    Waiting(bool),
    WaitingWeeks(WholeRange),
    OtherLanguage(bool),
    Mobility(OneOrMore<MobilityDocument>),
    HasCar(bool),
    Internet(bool),
    LastActivity(DayRange),
    Place(PlaceDocument),
    County(OneOrMore<i32>),
    Area(OneOrMore<i32>),
    Practice(OneOrMore<String>),
    Lsoa(OneOrMore<String>),
    CodeList(String),
    List(String),
}

/// Reads a definition. Files that it names are looked for beside `folder`.
pub fn parse_cohort(file: &str, text: &str, folder: &Path) -> Result<Cohort, DefinitionError> {
    let document: Document = parse_definition(file, text)?;
    let reader = Reader { file, text };
    if *document.format.get_ref() != 1 {
        return Err(reader.refuse(&document.format, "expected format = 1"));
    }
    reader.each_once(&document.code_list, |list| &list.name)?;
    let code_lists: Vec<CodeList> =
        document.code_list.into_iter().map(|list| reader.code_list(list)).collect::<Result<_, _>>()?;
    reader.each_once(&document.list, |list| &list.name)?;
    let lists: Vec<ExternalList> =
        document.list.into_iter().map(|list| reader.list(&list, folder)).collect::<Result<_, _>>()?;
    let mut criteria = Vec::new();
    for criterion in document.criterion {
        let at = criterion.span();
        let criterion = criterion.into_inner();
        let (kind, asked) = reader.either(at, criterion.include, criterion.exclude)?;
        let asked = reader.test(asked, &code_lists, &lists)?.simplified();
        criteria.push(Criterion { name: criterion.name, kind, test: asked });
    }
    Ok(Cohort {
        name: document.name,
        version: document.version,
        people: document.people,
        code_lists,
        lists,
        criteria,
    })
}

/// What of a definition can stand in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Inner {
    /// Its criteria as TOML: `[{ include = … }, { exclude = … }]`.
    pub criteria: String,
    /// The code lists and lists of people that they ask for.
    pub lists: Vec<NamedList>,
}

/// A code list or a list of people as it stands in a definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedList {
    /// The key of its table, `code_list` or `list`: one name can be both.
    pub kind: &'static str,
    pub name: String,
    /// Its table as TOML, in one and the same form for the same list.
    pub text: String,
}

/// What of a definition can stand in another; nothing where it is none.
pub fn inner_of(text: &str) -> Option<Inner> {
    let document: toml::Table = toml::from_str(text).ok()?;
    let criteria = document.get("criterion")?.as_array()?.iter().map(|criterion| {
        let criterion = criterion.as_table()?;
        let (kind, asked) = criterion.iter().find(|(key, _)| *key == "include" || *key == "exclude")?;
        Some(format!("{{ {kind} = {asked} }}"))
    });
    let criteria = format!("[{}]", criteria.collect::<Option<Vec<_>>>()?.join(", "));
    Some(Inner { criteria, lists: lists_of(text)? })
}

/// The code lists and lists of people of a definition or of a piece of one. Nothing where they are none.
pub fn lists_of(text: &str) -> Option<Vec<NamedList>> {
    let document: toml::Table = toml::from_str(text).ok()?;
    let mut lists = Vec::new();
    for kind in ["code_list", "list"] {
        for one in document.get(kind).and_then(toml::Value::as_array).into_iter().flatten() {
            let name = one.get("name")?.as_str()?.to_owned();
            let whole = [(kind.to_owned(), toml::Value::Array(vec![one.clone()]))];
            lists.push(NamedList { kind, name, text: format!("\n{}", toml::Table::from_iter(whole)) });
        }
    }
    Some(lists)
}

impl Reader<'_> {
    fn either(
        &self,
        at: std::ops::Range<usize>,
        include: Option<Located<TestDocument>>,
        exclude: Option<Located<TestDocument>>,
    ) -> Result<(CriterionKind, Located<TestDocument>), DefinitionError> {
        match (include, exclude) {
            (Some(asked), None) => Ok((CriterionKind::Include, asked)),
            (None, Some(asked)) => Ok((CriterionKind::Exclude, asked)),
            _ => Err(self.refuse_at(at, "a criterion has either include or exclude")),
        }
    }

    /// Of two lists of one name, a criterion could mean either.
    fn each_once<T>(&self, lists: &[Located<T>], name: fn(&T) -> &String) -> Result<(), DefinitionError> {
        let twice = lists.iter().enumerate().find(|(at, list)| {
            lists[..*at].iter().any(|before| name(before.get_ref()) == name(list.get_ref()))
        });
        match twice {
            None => Ok(()),
            Some((_, list)) => Err(self.refuse(list, "there is another list of this name")),
        }
    }

    fn list(&self, list: &Located<ListDocument>, folder: &Path) -> Result<ExternalList, DefinitionError> {
        let ListDocument { name, file, column } = list.get_ref();
        if file.is_none() && column.is_some() {
            return Err(self.refuse(list, "a list without a file has no column: it is the population's own"));
        }
        Ok(ExternalList {
            name: name.clone(),
            file: file.as_ref().map(|file| folder.join(file)),
            column: column.clone().unwrap_or_else(|| "pid".to_owned()),
        })
    }

    fn code_list(&self, list: Located<CodeListDocument>) -> Result<CodeList, DefinitionError> {
        let list = list.into_inner();
        let condition = match &list.condition {
            None => None,
            Some(key) => Some(self.condition(key.get_ref(), key.span())?),
        };
        if let Some(years) = &list.look_back_years
            && !(1..=150).contains(years.get_ref())
        {
            return Err(self.refuse(years, "a look-back is 1 to 150 years"));
        }
        let mut codes = Vec::new();
        for code in list.codes.into_keys() {
            if list.system == CodeSystem::SNOMED.address
                && let Err(error) = SnomedCode::parse(code.get_ref())
            {
                return Err(self.refuse(&code, format!("{}: {error}", code.get_ref())));
            }
            codes.push(code.into_inner());
        }
        codes.sort();
        Ok(CodeList {
            name: list.name,
            condition,
            system: list.system,
            source: list.source,
            licence: list.licence,
            look_back_years: list.look_back_years.map(Located::into_inner),
            codes,
        })
    }

    fn test(
        &self,
        document: Located<TestDocument>,
        code_lists: &[CodeList],
        lists: &[ExternalList],
    ) -> Result<Test, DefinitionError> {
        use TestDocument as D;
        let at = document.span();
        let whole = |range: WholeRange| match (range.from, range.to) {
            (None, None) => Err(self.refuse_at(at.clone(), "a range needs from, to or both")),
            (Some(from), Some(to)) if from > to => {
                Err(self.refuse_at(at.clone(), "the range is empty: from is above to"))
            }
            (from, to) => Ok(Range { from, to }),
        };
        let group = |tests: Vec<Located<D>>| -> Result<Vec<Test>, DefinitionError> {
            if tests.is_empty() {
                return Err(self.refuse_at(at.clone(), "the group is empty"));
            }
            tests.into_iter().map(|t| self.test(t, code_lists, lists)).collect()
        };
        Ok(match document.into_inner() {
            D::Any(tests) => Test::Any(group(tests)?),
            D::All(tests) => Test::All(group(tests)?),
            D::Not(test) => Test::Not(Box::new(self.test(*test, code_lists, lists)?)),
            D::Criteria(all) => {
                if all.is_empty() {
                    return Err(self.refuse_at(at, "the group is empty"));
                }
                let one = |inner: Located<InnerDocument>| {
                    let at = inner.span();
                    let inner = inner.into_inner();
                    let (kind, asked) = self.either(at, inner.include, inner.exclude)?;
                    Ok::<_, DefinitionError>((kind, self.test(asked, code_lists, lists)?))
                };
                Test::Criteria(all.into_iter().map(one).collect::<Result<_, _>>()?)
            }
            D::Condition(key) => Test::condition(self.condition(&key, at)?),
            D::BirthYear(range) => Test::BirthYear(whole(range)?),
            D::Age(range) => Test::Age(whole(range)?),
            D::Sex(SexDocument::Male) => Test::Sex(Sex::Male),
            D::Sex(SexDocument::Female) => Test::Sex(Sex::Female),
            D::Imd(range) => Test::Imd(whole(range)?),
            D::Waiting(yes) => Test::Waiting(yes),
            D::WaitingWeeks(range) => Test::WaitingWeeks(whole(range)?),
            D::OtherLanguage(yes) => Test::OtherLanguage(yes),
            D::Mobility(list) => Test::Mobility(
                list.list()
                    .into_iter()
                    .map(|m| match m {
                        MobilityDocument::NoDifficulty => Mobility::NoDifficulty,
                        MobilityDocument::WalksWithAid => Mobility::WalksWithAid,
                        MobilityDocument::Wheelchair => Mobility::Wheelchair,
                        MobilityDocument::Housebound => Mobility::Housebound,
                    })
                    .collect(),
            ),
            D::HasCar(yes) => Test::HasCar(yes),
            D::Internet(yes) => Test::Internet(yes),
            D::LastActivity(range) => {
                let day = |date: Option<toml::value::Datetime>| {
                    date.map(|d| Day::parse(&d.to_string()))
                        .transpose()
                        .map_err(|e| self.refuse_at(at.clone(), e.to_string()))
                };
                Test::LastActivity(Range { from: day(range.from)?, to: day(range.to)? })
            }
            D::Place(PlaceDocument::Known) => Test::PlaceKnown,
            D::County(list) => Test::County(list.list()),
            D::Area(list) => Test::Area(list.list()),
            D::Practice(list) => Test::Practice(list.list()),
            D::Lsoa(list) => Test::Lsoa(list.list()),
            D::CodeList(name) => {
                Test::CodeList(code_lists.iter().position(|l| l.name == name).ok_or_else(|| {
                    self.refuse_at(at, format!("there is no code list \"{name}\" in this file"))
                })?)
            }
            D::List(name) => Test::List(
                lists
                    .iter()
                    .position(|l| l.name == name)
                    .ok_or_else(|| self.refuse_at(at, format!("there is no list \"{name}\" in this file")))?,
            ),
        })
    }
}
