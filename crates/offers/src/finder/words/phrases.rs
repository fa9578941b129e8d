//! Phrases: words that mean something together, wherever among a few others they stand.

use std::collections::BTreeMap;

/// How many other words may stand between those of a phrase.
const BETWEEN: usize = 3;

/// Phrases by one of their words each, so that a text is held only against those that it may have.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    phrases: Vec<Phrase>,
    by_word: BTreeMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<String>,
    /// In this order, with nothing between them.
    exactly: bool,
}

impl Phrases {
    /// Adds a phrase and gives its number; nothing where it has no word.
    pub(super) fn add(&mut self, words: Vec<String>, exactly: bool) -> Option<usize> {
        // The longest word is the rarest as a rule.
        let rarest = words.iter().max_by_key(|word| word.len())?.clone();
        self.phrases.push(Phrase { words, exactly });
        let number = self.phrases.len() - 1;
        self.by_word.entry(rarest).or_default().push(number);
        Some(number)
    }

    /// Of how many words a phrase is.
    pub(super) fn length(&self, number: usize) -> usize {
        self.phrases[number].words.len()
    }

    /// Every word of a phrase.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.phrases.iter().flat_map(|phrase| &phrase.words).map(String::as_str)
    }

    /// The numbers of the phrases that a text has, in order.
    pub(super) fn of(&self, text: &[String]) -> Vec<usize> {
        let mut found = Vec::new();
        for (at, word) in text.iter().enumerate() {
            for number in self.by_word.get(word).into_iter().flatten() {
                if Self::stands_around(&self.phrases[*number], text, at) {
                    found.push(*number);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether all words of a phrase stand within one stretch that has the word at this place.
    fn stands_around(phrase: &Phrase, text: &[String], at: usize) -> bool {
        let (words, exactly) = (&phrase.words, phrase.exactly);
        let long = words.len() + if exactly || words.len() == 1 { 0 } else { BETWEEN };
        let first = (at + 1).saturating_sub(long);
        (first..=at).any(|start| {
            let stretch = &text[start..text.len().min(start + long)];
            if exactly { stretch == words } else { words.iter().all(|word| stretch.contains(word)) }
        })
    }
}
