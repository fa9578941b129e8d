//! The nearest known word to one that nobody knows.

use std::collections::BTreeMap;

/// Words as they are spelt, each with how often it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Spelling {
    /// By length in letters.
    by_length: BTreeMap<usize, Vec<Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    word: String,
    letters: u32,
    often: u32,
}

impl Spelling {
    pub(super) fn new(words: &BTreeMap<String, u32>) -> Self {
        let mut by_length: BTreeMap<usize, Vec<Known>> = BTreeMap::new();
        for (word, often) in words.iter().filter(|(word, _)| is_plain(word)) {
            let known = Known { word: word.clone(), letters: letters(word), often: *often };
            by_length.entry(word.len()).or_default().push(known);
        }
        Self { by_length }
    }

    /// One edit away from four letters on, two from eight on; the nearest, then one that begins alike, then the most
    /// frequent. Two edits and another beginning make another word.
    pub(super) fn nearest(&self, word: &str) -> Option<&str> {
        let edits = match word.len() {
            _ if !is_plain(word) => return None,
            0..4 => return None,
            4..8 => 1,
            _ => 2,
        };
        let own = letters(word);
        // A word of three letters is one edit from too many others.
        let lengths = (word.len() - edits).max(4)..=word.len() + edits;
        let near = self.by_length.range(lengths).flat_map(|(_, known)| known).filter_map(|known| {
            // Each edit changes which letters there are by two at most.
            if (known.letters ^ own).count_ones() as usize > 2 * edits {
                return None;
            }
            let away = strsim::osa_distance(word, &known.word);
            let otherwise = known.word.as_bytes().first() != word.as_bytes().first();
            // Of a short word, the first letter is what people get right.
            let another = otherwise && (away > 1 || word.len() < 7);
            (away <= edits && !another).then_some((away, otherwise, known))
        });
        let best = near.min_by_key(|(away, otherwise, known)| {
            (*away, *otherwise, std::cmp::Reverse(known.often), &known.word)
        });
        best.map(|(_, _, known)| known.word.as_str())
    }
}

fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_lowercase())
}

/// Which letters a word has, a bit each.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |bits, b| bits | 1 << (b - b'a'))
}
