//! What people mean by their words: data with a format number, which anybody can read and mend (`words.toml`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ground::files::{DefinitionError, Located, parse_definition, refuse};
use serde::Deserialize;
use vocabulary::Topic;

use super::phrases::Phrases;
use super::tokens::{folded, words};

/// The file that ships with Meres.
pub const DEFAULT_WORDS: &str = include_str!("words.toml");

/// Words of a phrase at most.
const MOST_WORDS: usize = 12;

/// What words mean, understood.
#[derive(Clone, Debug)]
pub struct Words {
    /// Words that say nothing.
    ignored: BTreeSet<String>,
    /// Words that mean something in a phrase only; folded.
    only_in_phrases: BTreeSet<String>,
    /// Forms that follow no rule, and words that are another's: folded by folded.
    forms: BTreeMap<String, String>,
    /// Folded words that a folded word finds as well.
    also: BTreeMap<String, Vec<String>>,
    phrases: Phrases,
    meanings: Vec<Meaning>,
    urgent: Phrases,
    /// As they are spelt.
    spelt: BTreeSet<String>,
    /// Folded.
    known: BTreeSet<String>,
}

/// What a phrase means.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    /// Each from 0 to 1.
    pub(super) topics: Vec<(Topic, f32)>,
    /// Folded words that are looked for as well.
    pub(super) looks_for: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Located<u32>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default)]
    only_in_phrases: Vec<String>,
    #[serde(default)]
    known: Vec<String>,
    #[serde(default)]
    forms: BTreeMap<String, Located<String>>,
    #[serde(default)]
    also: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    urgent: Vec<Located<String>>,
    #[serde(default)]
    urgent_exactly: Vec<Located<String>>,
    #[serde(default)]
    phrase: Vec<PhraseDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseDocument {
    says: Vec<Located<String>>,
    #[serde(default)]
    topics: BTreeMap<String, Located<f32>>,
    #[serde(default)]
    looks_for: Vec<String>,
}

impl Words {
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let nothing = Self {
            ignored: BTreeSet::new(),
            only_in_phrases: BTreeSet::new(),
            forms: BTreeMap::new(),
            also: BTreeMap::new(),
            phrases: Phrases::default(),
            meanings: Vec::new(),
            urgent: Phrases::default(),
            spelt: BTreeSet::new(),
            known: BTreeSet::new(),
        };
        nothing.with(file, text)
    }

    /// The same with what another file says as well: a county adds its own words to those that ship.
    pub fn with(self, file: &str, text: &str) -> Result<Self, DefinitionError> {
        let document: Document = parse_definition(file, text)?;
        if *document.format.get_ref() != 1 {
            return Err(refuse(file, text, document.format.span(), "expected format = 1"));
        }
        let mut read = self;
        let ignored: Vec<String> = document.ignored.iter().flat_map(|word| words(word, MOST_WORDS)).collect();
        read.spelt.extend(ignored.iter().cloned());
        read.ignored.extend(ignored);
        let known = document.known.iter().flat_map(|word| words(word, MOST_WORDS));
        read.known.extend(known.map(|word| folded(&word)));
        for (form, word) in document.forms {
            let at = word.span();
            let (form, word) = (words(&form, 2), words(word.get_ref(), 2));
            let ([form], [word]) = (&*form, &*word) else {
                return Err(refuse(file, text, at, "expected one word for one word"));
            };
            read.spelt.extend([form.clone(), word.clone()]);
            read.forms.insert(folded(form), folded(word));
        }
        for word in document.only_in_phrases {
            let folded = read.learnt(&word);
            read.only_in_phrases.extend(folded);
        }
        for (word, others) in document.also {
            let others = others.iter().flat_map(|other| read.learnt(other)).collect::<Vec<_>>();
            for word in read.learnt(&word) {
                read.also.entry(word).or_default().extend(others.iter().cloned());
            }
        }
        for phrase in document.urgent {
            let words = read.phrase(file, text, &phrase)?;
            read.urgent.add(words, false);
        }
        for phrase in document.urgent_exactly {
            let words = read.phrase(file, text, &phrase)?;
            read.urgent.add(words, true);
        }
        for phrase in document.phrase {
            read.take(file, text, phrase)?;
        }
        read.known.extend(read.forms.keys().chain(read.forms.values()).cloned().collect::<Vec<_>>());
        read.known.extend(read.also.keys().cloned().collect::<Vec<_>>());
        read.known.extend(read.only_in_phrases.iter().cloned().collect::<Vec<_>>());
        let of_phrases: Vec<String> =
            read.phrases.words().chain(read.urgent.words()).map(str::to_owned).collect();
        read.known.extend(of_phrases);
        Ok(read)
    }

    fn take(&mut self, file: &str, text: &str, phrase: PhraseDocument) -> Result<(), DefinitionError> {
        let mut topics = Vec::new();
        for (key, weight) in phrase.topics {
            let at: Range<usize> = weight.span();
            let Some(topic) = Topic::from_key(&key) else {
                let why = format!("\"{key}\" is none of the sixteen topics");
                return Err(refuse(file, text, at, why));
            };
            let weight = weight.into_inner();
            if !(weight > 0.0 && weight <= 1.0) {
                return Err(refuse(file, text, at, "expected a weight above 0 and at most 1"));
            }
            topics.push((topic, weight));
        }
        let looks_for: Vec<String> = phrase.looks_for.iter().flat_map(|words| self.learnt(words)).collect();
        for says in &phrase.says {
            let words = self.phrase(file, text, says)?;
            if self.phrases.add(words, false).is_some() {
                self.meanings.push(Meaning { topics: topics.clone(), looks_for: looks_for.clone() });
            }
        }
        Ok(())
    }

    /// The words of a phrase that count.
    fn phrase(
        &mut self,
        file: &str,
        text: &str,
        says: &Located<String>,
    ) -> Result<Vec<String>, DefinitionError> {
        let words = self.learnt(says.get_ref());
        // A word that means nothing alone means nothing as a phrase either.
        if words.len() < 2 && words.iter().all(|word| self.only_in_phrases.contains(word)) {
            let why = "expected a word that is neither ignored nor for phrases only, or two of the latter";
            return Err(refuse(file, text, says.span(), why));
        }
        Ok(words)
    }

    /// The folded words of a text of the data, which are known from now on as they are spelt.
    fn learnt(&mut self, text: &str) -> Vec<String> {
        let words = words(text, MOST_WORDS);
        self.spelt.extend(words.iter().cloned());
        words.iter().filter_map(|word| self.counted(word)).collect()
    }

    /// The form under which a word counts; nothing for one that says nothing.
    pub(super) fn counted(&self, word: &str) -> Option<String> {
        if self.ignored.contains(word) {
            return None;
        }
        let folded = folded(word);
        Some(self.forms.get(&folded).cloned().unwrap_or(folded))
    }

    /// Whether a folded word is looked for in documents.
    pub(super) fn is_looked_for(&self, folded: &str) -> bool {
        !self.only_in_phrases.contains(folded)
    }

    /// Whether the data know a folded word.
    pub(super) fn knows(&self, folded: &str) -> bool {
        self.known.contains(folded)
    }

    /// Every word of the data as it is spelt.
    pub(super) fn spelt(&self) -> impl Iterator<Item = &str> {
        self.spelt.iter().map(String::as_str)
    }

    /// Folded words that this one finds as well.
    pub(super) fn also(&self, folded: &str) -> &[String] {
        self.also.get(folded).map_or(&[], Vec::as_slice)
    }

    /// What the phrases of a text mean, and of how many words each is.
    pub(super) fn meanings(&self, text: &[String]) -> impl Iterator<Item = (usize, &Meaning)> {
        self.phrases.of(text).into_iter().map(|at| (self.phrases.length(at), &self.meanings[at]))
    }

    /// Whether a text sounds like an emergency.
    pub(super) fn are_urgent(&self, text: &[String]) -> bool {
        !self.urgent.of(text).is_empty()
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::parse("words.toml", DEFAULT_WORDS)
            .unwrap_or_else(|error| unreachable!("the words that ship are read by a test: {error}"))
    }
}
