//! Pseudonyms, one behind the other, and where each stands.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::hash;

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
        for row in (0_u32..).take(self.len()) {
            let text = self.get(row as usize);
            let hash = hash(text.as_bytes());
            let same = |other: &u32| self.get(*other as usize) == text;
            // The capacity is there: nothing is hashed again.
            match first.entry(hash, same, |_| hash) {
                Entry::Occupied(before) => again(row, *before.get()),
                Entry::Vacant(free) => {
                    free.insert(row);
                }
            }
        }
        self.first = first;
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
