//! What an analyst says about the directory: which terms mean which topics, how far people come, what the county is
//! called. It is data with a format number, in a file of the data folder.

use std::collections::BTreeMap;

use ground::files::{DefinitionError, Located, parse_definition, refuse};
use serde::Deserialize;
use vocabulary::{Topic, TopicSet};

use super::{Service, Term};

/// The file that ships with Meres; a data folder begins with a copy of it.
pub const DEFAULT_SETTINGS: &str = include_str!("default.toml");

/// Metres, where no topic of a service has a radius.
const DEFAULT_RADIUS: i32 = 10_000;
/// The list of our own topics: whoever changes an entry here chooses from it, and no file has to say what its terms mean.
const OUR_TAXONOMY: &str = "Meres topics";

const MOST_METRES: i32 = 200_000;

/// The settings, understood.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Metres by topic.
    radius: BTreeMap<Topic, i32>,
    /// Lower case.
    county: Vec<String>,
    /// ISO 639 codes in lower case; the place is the language's number.
    languages: Vec<String>,
    /// By name or code in lower case.
    terms: BTreeMap<String, TopicSet>,
    /// How often somebody has to look whether an entry is still so.
    pub review: Review,
}

/// How often somebody has to look. Part of `directory.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// Days from one look to the next.
    pub every: i32,
    /// Days before the next look is due on which the first reminder goes out.
    pub notice: i32,
    /// Days after that on which the entry is hidden if nobody has looked.
    pub grace: i32,
}

impl Default for Review {
    fn default() -> Self {
        Self { every: 365, notice: 28, grace: 28 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Located<u32>,
    #[serde(default)]
    radius: BTreeMap<String, Located<i32>>,
    #[serde(default)]
    county: County,
    #[serde(default)]
    languages: Languages,
    #[serde(default)]
    terms: BTreeMap<String, Vec<Located<String>>>,
    #[serde(default)]
    review: Reviewing,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewing {
    #[serde(rename = "every_days")]
    every: Option<Located<i32>>,
    #[serde(rename = "notice_days")]
    notice: Option<Located<i32>>,
    #[serde(rename = "hidden_after_days")]
    hidden_after: Option<Located<i32>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct County {
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    #[serde(default)]
    order: Vec<String>,
}

impl Settings {
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let document: Document = parse_definition(file, text)?;
        if *document.format.get_ref() != 1 {
            return Err(refuse(file, text, document.format.span(), "expected format = 1"));
        }
        let topic = |key: &str, at: std::ops::Range<usize>| {
            Topic::from_key(key)
                .ok_or_else(|| refuse(file, text, at, format!("\"{key}\" is none of the sixteen topics")))
        };
        let mut radius = BTreeMap::new();
        for (key, metres) in document.radius {
            let at = metres.span();
            let metres = metres.into_inner();
            if !(1..=MOST_METRES).contains(&metres) {
                return Err(refuse(file, text, at, format!("expected metres from 1 to {MOST_METRES}")));
            }
            radius.insert(topic(&key, at)?, metres);
        }
        let mut terms = BTreeMap::new();
        for (term, keys) in document.terms {
            let mut topics = TopicSet::EMPTY;
            for key in keys {
                let at = key.span();
                topics = topics.with(topic(&key.into_inner(), at)?);
            }
            terms.insert(folded(&term), topics);
        }
        Ok(Self {
            radius,
            county: document.county.names.iter().map(|name| folded(name)).collect(),
            languages: document.languages.order.iter().map(|code| folded(code)).collect(),
            terms,
            review: document.review.understood(file, text)?,
        })
    }

    /// The same where somebody has said on a page what terms mean: that counts first.
    #[must_use]
    pub fn with_terms(mut self, said: impl IntoIterator<Item = (String, TopicSet)>) -> Self {
        self.terms.extend(said.into_iter().map(|(term, topics)| (folded(&term), topics)));
        self
    }

    /// The topics of a service.
    pub fn topics(&self, service: &Service) -> TopicSet {
        service.terms.iter().filter_map(|term| self.topics_of(term)).fold(TopicSet::EMPTY, TopicSet::or)
    }

    /// The topics of a term; none where nobody has said what it means.
    pub fn topics_of(&self, term: &Term) -> Option<TopicSet> {
        if term.taxonomy.as_deref() == Some(OUR_TAXONOMY) {
            let topic = term.code.as_deref().and_then(Topic::from_key);
            return topic.map(|topic| TopicSet::EMPTY.with(topic));
        }
        let code = term.code.as_deref().or(term.id.as_deref());
        [Some(term.name.as_str()), code]
            .into_iter()
            .flatten()
            .find_map(|t| self.terms.get(&folded(t)).copied())
    }

    /// The terms of a service that is to be about these topics and no others: those that mean nothing else stay, and
    /// those of which nobody knows what they mean.
    pub fn terms_for(&self, terms: &[Term], wanted: TopicSet) -> Vec<Term> {
        let fits = |term: &&Term| self.topics_of(term).is_none_or(|topics| topics.without(wanted).is_empty());
        let mut kept: Vec<Term> = terms.iter().filter(fits).cloned().collect();
        let had = kept.iter().filter_map(|term| self.topics_of(term)).fold(TopicSet::EMPTY, TopicSet::or);
        for topic in wanted.without(had).iter() {
            let (taxonomy, code) = (Some(OUR_TAXONOMY.to_owned()), Some(topic.key().to_owned()));
            kept.push(Term { taxonomy, code, name: topic.title().to_owned(), ..Term::default() });
        }
        kept
    }

    /// How far people come for these topics, in metres.
    pub fn radius(&self, topics: TopicSet) -> i32 {
        topics.iter().filter_map(|t| self.radius.get(&t).copied()).max().unwrap_or(DEFAULT_RADIUS)
    }

    /// Whether a name or code means the whole county.
    pub fn is_whole_county(&self, name: &str) -> bool {
        self.county.contains(&folded(name))
    }

    /// The number of a language.
    pub fn language(&self, code: &str) -> Option<usize> {
        let code = folded(code);
        // "en-GB" is "en".
        let code = code.split(['-', '_']).next().unwrap_or_default();
        self.languages.iter().position(|known| known == code)
    }
}

impl Reviewing {
    fn understood(self, file: &str, text: &str) -> Result<Review, DefinitionError> {
        const LONGEST: i32 = 3_650;
        let days = |given: Option<Located<i32>>, least: i32, usual: i32| match given {
            None => Ok(usual),
            Some(days) if (least..=LONGEST).contains(days.get_ref()) => Ok(days.into_inner()),
            Some(days) => {
                let why = format!("expected days from {least} to {LONGEST}");
                Err(refuse(file, text, days.span(), why))
            }
        };
        let usual = Review::default();
        Ok(Review {
            every: days(self.every, 1, usual.every)?,
            notice: days(self.notice, 0, usual.notice)?,
            grace: days(self.hidden_after, 0, usual.grace)?,
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::parse("default.toml", DEFAULT_SETTINGS)
            .unwrap_or_else(|error| unreachable!("the settings that ship are read by a test: {error}"))
    }
}

/// Capital letters and spaces around make no other word.
pub(super) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
