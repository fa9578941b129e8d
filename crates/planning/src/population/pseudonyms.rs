//! Pseudonyms, one behind the other, and where each stands.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::hash;

/// Stretches of a table that are filled one after the other.
const NEIGHBOURHOODS: usize = 256;

/// Letters that most pseudonyms have.
const ORDINARY_LENGTH: usize = 16;

/// The pseudonyms of an extract, by row.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    text: String,
    ends: Vec<u64>,
    /// First row of each pseudonym; filled by [`Self::index`].
    first: HashTable<u32>,
}

impl Pseudonyms {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
    }

    /// Adds all of these texts, which stand one behind the other, each from where it begins.
    pub(super) fn extend(&mut self, texts: &str, begins: &[i32]) {
        let Some((first, ends)) = begins.split_first() else { return };
        let before = self.text.len() as u64;
        self.text.push_str(texts);
        self.ends.extend(ends.iter().map(|end| before + u64::from(end.abs_diff(*first))));
    }

    /// Makes room for so many more of an ordinary length.
    pub(super) fn reserve(&mut self, more: usize) {
        self.text.reserve(more * ORDINARY_LENGTH);
        self.ends.reserve(more);
    }

    /// Takes those of another list behind these and leaves it empty.
    pub(super) fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, other);
            return;
        }
        let before = self.text.len() as u64;
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| end + before));
        other.text.clear();
        other.ends.clear();
    }

    /// The pseudonym of a row.
    #[inline]
    pub fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        #[expect(clippy::cast_possible_truncation, reason = "positions in a text that is in memory")]
        let range = start as usize..self.ends[row] as usize;
        &self.text[range]
    }

    /// Makes [`Self::row`] work; `again` is told of each row whose pseudonym stood before, and where.
    pub(super) fn index(&mut self, mut again: impl FnMut(u32, u32)) {
        let mut first: HashTable<u32> = HashTable::with_capacity(self.len());
        let mut seen = Vec::new();
        for (hash, row) in self.by_neighbourhood(first.capacity()) {
            // The text lies far away, and is looked at only where another one's hash is nearly the same.
            let same = |other: &u32| self.get(*other as usize) == self.get(row as usize);
            // The capacity is there: nothing is hashed again.
            match first.entry(hash, same, |_| hash) {
                Entry::Occupied(before) => seen.push((row, *before.get())),
                Entry::Vacant(free) => {
                    free.insert(row);
                }
            }
        }
        self.first = first;
        seen.sort_unstable();
        seen.into_iter().for_each(|(row, before)| again(row, before));
    }

    /// Hashes and rows, those that come near each other in a table of this capacity together, and of those the rows in their
    /// order: a table that is larger than the processor's caches is then filled from one end to the other.
    fn by_neighbourhood(&self, capacity: usize) -> Vec<(u64, u32)> {
        let slots = (capacity.max(1) * 8 / 7).next_power_of_two();
        let apart = slots.trailing_zeros().saturating_sub(NEIGHBOURHOODS.trailing_zeros());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no more than the number of neighbourhoods is left of it"
        )]
        let neighbourhood = |hash: u64| (hash >> apart) as usize % NEIGHBOURHOODS;
        let hashes: Vec<u64> = (0..self.len()).map(|row| hash(self.get(row).as_bytes())).collect();
        let mut places = [0; NEIGHBOURHOODS];
        hashes.iter().for_each(|hash| places[neighbourhood(*hash)] += 1);
        let mut before = 0;
        for place in &mut places {
            (*place, before) = (before, before + *place);
        }
        let mut ordered = vec![(0, 0); hashes.len()];
        for (row, hash) in (0_u32..).zip(hashes) {
            let place = &mut places[neighbourhood(hash)];
            ordered[*place] = (hash, row);
            *place += 1;
        }
        ordered
    }

    #[cfg(test)]
    pub(crate) fn push_for_test(&mut self, text: &str) {
        self.push(text);
    }

    #[cfg(test)]
    pub(crate) fn index_for_test(&mut self) {
        self.index(|_, _| {});
    }

    /// The first row of a pseudonym.
    pub fn row(&self, text: &str) -> Option<u32> {
        self.first.find(hash(text.as_bytes()), |row| self.get(*row as usize) == text).copied()
    }
}
