//! Postings lists, and what they say to a text.

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::{Topic, TopicSet};

use super::data::Words;
use super::spelling::Spelling;
use super::tokens::words as words_of;
use super::{Document, Found, Hit};

/// How much a word counts by where it stands.
const IN_NAME: f32 = 4.0;
const IN_TERMS: f32 = 3.0;
const IN_ORGANISATION: f32 = 1.2;
const IN_PLACES: f32 = 1.2;
const IN_DESCRIPTION: f32 = 1.0;
/// Whom it is for is often said of whom it is not for.
const IN_ELIGIBILITY: f32 = 0.4;

/// BM25: how soon a word that is said again counts no more, and how much a long text is held against a document.
const K1: f32 = 1.2;
const B: f32 = 0.4;

/// How much a word counts that stands for another, and one that a phrase looks for.
const ALSO: f32 = 0.45;
/// A phrase of one word, each further word of it, and the most: a longer phrase is surer of what it means.
const LOOKED_FOR: (f32, f32, f32) = (0.45, 0.15, 0.9);
/// What is left of the score of a document that is in none of the places that were asked for.
const LEFT_ELSEWHERE: f32 = 0.75;
/// How much a place's name counts as a word where the text says what is wanted there.
const PLACE_BESIDE: f32 = 0.35;
/// A word is a place's where so many tenths of the documents that have it are there.
const TENTHS_THERE: usize = 7;
/// How much a topic counts beside words.
const TOPIC: f32 = 6.0;
/// From this weight on the text speaks of the topic.
const SPOKEN_OF: f32 = 0.3;
/// What scores less than this share of the best is nothing that was meant.
const LEAST_SHARE: f32 = 0.2;

/// Words that are read of a document and of a text, and words of a text that are corrected.
const MOST_OF_DOCUMENT: usize = 2_000;
const MOST_OF_TEXT: usize = 120;
const MOST_CORRECTED: usize = 8;

/// Documents, ready to be searched.
#[derive(Clone, Debug)]
pub struct Index {
    documents: usize,
    /// By folded word: documents in order, with what the word is worth there.
    postings: BTreeMap<String, Vec<(u32, f32)>>,
    /// By topic: documents in order, with what the topic is worth there.
    topics: [Vec<(u32, f32)>; 16],
    /// Folded words that name places: towns, the names of venues.
    places: BTreeSet<String>,
    spelling: Spelling,
}

impl Index {
    pub fn new<'a>(words: &Words, documents: impl IntoIterator<Item = Document<'a>>) -> Self {
        let mut frequencies: BTreeMap<String, Vec<(u32, f32)>> = BTreeMap::new();
        let mut topics: [Vec<(u32, f32)>; 16] = std::array::from_fn(|_| Vec::new());
        let mut spelt: BTreeMap<String, u32> = words.spelt().map(|word| (word.to_owned(), 0)).collect();
        let (mut lengths, mut places) = (Vec::new(), BTreeMap::<String, usize>::new());
        for (number, document) in (0_u32..).zip(documents) {
            let mut own: BTreeMap<String, f32> = BTreeMap::new();
            let mut length = 0.0;
            for (text, weight) in fields(&document) {
                for word in words_of(text, MOST_OF_DOCUMENT) {
                    if let Some(folded) = words.counted(&word).filter(|word| words.is_looked_for(word)) {
                        *own.entry(folded).or_default() += weight;
                        length += weight;
                        *spelt.entry(word).or_default() += 1;
                    }
                }
            }
            let here = document.places.iter().flat_map(|place| words_of(place, MOST_OF_DOCUMENT));
            for word in here.filter_map(|word| words.counted(&word)).collect::<BTreeSet<_>>() {
                *places.entry(word).or_default() += 1;
            }
            for (word, frequency) in own {
                frequencies.entry(word).or_default().push((number, frequency));
            }
            // Whoever helps with everything helps with each thing a little less.
            let count = document.topics.iter().count();
            for topic in document.topics.iter() {
                topics[topic as usize].push((number, 1.0 / root(count)));
            }
            lengths.push(length);
        }
        let with = |word: &str| frequencies.get(word).map_or(0, Vec::len);
        places.retain(|word, there| *there * 10 >= with(word) * TENTHS_THERE && with(word) > 0);
        let places = places.into_keys().collect();
        let postings = worth(frequencies, &lengths);
        Self { documents: lengths.len(), postings, topics, places, spelling: Spelling::new(&spelt) }
    }

    /// What a text finds.
    pub fn search(&self, words: &Words, text: &str) -> Found {
        let mut read = words_of(text, MOST_OF_TEXT);
        let as_written: Vec<String> = read.iter().filter_map(|word| words.counted(word)).collect();
        let corrected = self.correct(words, &mut read);
        let asked: Vec<String> = read.iter().filter_map(|word| words.counted(word)).collect();
        let urgent = words.are_urgent(&as_written) || words.are_urgent(&asked);
        let (mut looked_for, topics) = meant(words, &asked);
        let wanted = |word: &&str| self.postings.contains_key(*word) && !self.places.contains(*word);
        if !topics.is_empty() || looked_for.keys().any(wanted) {
            let places = looked_for.iter_mut().filter(|(word, _)| self.places.contains(**word));
            places.for_each(|(_, weight)| *weight *= PLACE_BESIDE);
        }
        let mut scores = vec![0.0_f32; self.documents];
        let lists = looked_for.iter().filter_map(|(word, weight)| Some((self.postings.get(*word)?, *weight)));
        let of_topics = topics.iter().map(|(topic, weight)| (&self.topics[*topic as usize], weight * TOPIC));
        for (list, weight) in lists.chain(of_topics) {
            for (document, worth) in list {
                scores[*document as usize] += weight * worth;
            }
        }
        for (score, there) in scores.iter_mut().zip(self.there(&asked).into_iter().flatten()) {
            *score *= LEFT_ELSEWHERE + (1.0 - LEFT_ELSEWHERE) * there;
        }
        let best = scores.iter().copied().fold(0.0, f32::max);
        let least = best * LEAST_SHARE;
        let mut hits: Vec<Hit> = (0_u32..)
            .zip(scores)
            .filter(|(_, score)| *score > 0.0 && *score >= least)
            .map(|(document, score)| Hit { document, score })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
        let spoken_of = topics.iter().filter(|(_, weight)| **weight >= SPOKEN_OF).map(|(topic, _)| *topic);
        Found { hits, corrected, topics: spoken_of.collect::<TopicSet>(), urgent }
    }

    /// How many of the places that were asked for each document is in, as a share; nothing where none was asked for.
    fn there(&self, asked: &[String]) -> Option<Vec<f32>> {
        let places: BTreeSet<&String> = asked.iter().filter(|word| self.places.contains(*word)).collect();
        if places.is_empty() {
            return None;
        }
        let (mut there, one) = (vec![0.0_f32; self.documents], 1.0 / number(places.len()));
        for word in places {
            for (document, _) in self.postings.get(word).into_iter().flatten() {
                there[*document as usize] += one;
            }
        }
        Some(there)
    }

    /// Puts the nearest known word for each that nobody knows, and gives the text as it then reads.
    fn correct(&self, words: &Words, read: &mut [String]) -> Option<String> {
        let unknown = |folded: &String| !words.knows(folded) && !self.postings.contains_key(folded);
        let strange = read.iter_mut().filter(|word| words.counted(word).as_ref().is_some_and(unknown));
        let mut corrected = false;
        for word in strange.take(MOST_CORRECTED) {
            if let Some(nearest) = self.spelling.nearest(word) {
                nearest.clone_into(word);
                corrected = true;
            }
        }
        corrected.then(|| read.join(" "))
    }
}

/// The words to look for and the topics that are meant, each with its weight.
fn meant<'a>(words: &'a Words, asked: &'a [String]) -> (BTreeMap<&'a str, f32>, BTreeMap<Topic, f32>) {
    let mut looked_for: BTreeMap<&str, f32> = BTreeMap::new();
    let mut topics: BTreeMap<Topic, f32> = BTreeMap::new();
    let mut look_for = |word: &'a str, weight: f32| {
        let known = looked_for.entry(word).or_default();
        *known = known.max(weight);
    };
    for word in asked {
        if words.is_looked_for(word) {
            look_for(word, 1.0);
        }
        words.also(word).iter().for_each(|other| look_for(other, ALSO));
    }
    for (length, meaning) in words.meanings(asked) {
        let (one, further, most) = LOOKED_FOR;
        let weight = (one + further * number(length - 1)).min(most);
        meaning.looks_for.iter().for_each(|word| look_for(word, weight));
        for (topic, weight) in &meaning.topics {
            // Two signs for a topic say more than one, and never more than certain.
            let known = topics.entry(*topic).or_default();
            *known = 1.0 - (1.0 - *known) * (1.0 - weight);
        }
    }
    (looked_for, topics)
}

fn fields<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (&'d str, f32)> {
    let names = [Some(document.name), document.alternate_name].into_iter().flatten().map(|t| (t, IN_NAME));
    let terms = document.terms.iter().map(|t| (*t, IN_TERMS));
    let places = document.places.iter().map(|t| (*t, IN_PLACES));
    let rest = [
        (document.organisation, IN_ORGANISATION),
        (document.description, IN_DESCRIPTION),
        (document.eligibility, IN_ELIGIBILITY),
    ];
    names.chain(terms).chain(places).chain(rest)
}

/// What each word is worth in each document: the rarer a word, the more.
fn worth(
    frequencies: BTreeMap<String, Vec<(u32, f32)>>,
    lengths: &[f32],
) -> BTreeMap<String, Vec<(u32, f32)>> {
    let mean = (lengths.iter().sum::<f32>() / number(lengths.len()).max(1.0)).max(1.0);
    let worth = |(word, list): (String, Vec<(u32, f32)>)| {
        let rare = rareness(lengths.len(), list.len());
        let scored = list.into_iter().map(|(document, frequency)| {
            let long = 1.0 - B + B * lengths[document as usize] / mean;
            (document, rare * frequency * (K1 + 1.0) / (frequency + K1 * long))
        });
        (word, scored.collect())
    };
    frequencies.into_iter().map(worth).collect()
}

/// How rare a word is that so many of all documents have.
fn rareness(all: usize, with: usize) -> f32 {
    let (all, with) = (number(all), number(with));
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

#[expect(clippy::cast_precision_loss, reason = "a directory has fewer documents than a float tells apart")]
const fn number(count: usize) -> f32 {
    count as f32
}

/// The fourth root: twice as many topics take off a sixth.
fn root(count: usize) -> f32 {
    number(count.max(1)).sqrt().sqrt()
}
