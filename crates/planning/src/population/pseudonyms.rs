//! Pseudonyms, one behind the other, and where each stands.

use std::ops::Range;
use std::sync::OnceLock;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;

use super::hash;

/// Tables among which pseudonyms are dealt out: each is small enough for the processor's caches, and filled by one thread.
const SHELVES: usize = 256;

/// Letters that most pseudonyms have.
const ORDINARY_LENGTH: usize = 16;

/// The pseudonyms of an extract, by row.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    text: String,
    ends: Vec<u64>,
    /// What [`Self::index`] says, made when it is first asked for: most runs look nobody up.
    first: OnceLock<Vec<HashTable<u32>>>,
}

impl Pseudonyms {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.first.take();
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
    }

    /// Adds all of these texts, which stand one behind the other, each from where it begins.
    pub(super) fn extend(&mut self, texts: &str, begins: &[i32]) {
        let Some((first, ends)) = begins.split_first() else { return };
        self.first.take();
        let before = self.text.len() as u64;
        self.text.push_str(texts);
        self.ends.extend(ends.iter().map(|end| before + u64::from(end.abs_diff(*first))));
    }

    /// Makes room for so many more of an ordinary length.
    pub(super) fn reserve(&mut self, more: usize) {
        self.text.reserve(more * ORDINARY_LENGTH);
        self.ends.reserve(more);
    }

    /// All of these lists, one behind the other.
    pub(super) fn together(lists: Vec<Self>) -> Self {
        let letters = lists.iter().map(|list| list.text.len()).sum::<usize>();
        let rows = lists.iter().map(Self::len).sum::<usize>();
        let mut lists = lists.into_iter();
        let mut all = lists.next().unwrap_or_default();
        all.text.reserve(letters - all.text.len());
        all.ends.reserve(rows - all.len());
        lists.for_each(|mut more| all.append(&mut more));
        all
    }

    /// Takes those of another list behind these and leaves it empty.
    pub(super) fn append(&mut self, other: &mut Self) {
        self.first.take();
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

    /// The rows whose pseudonym stood before, in order, each with the row where it stood first.
    pub(super) fn repeated(&self) -> Vec<(u32, u32)> {
        let sorted = self.all_sorted();
        let shelves = (0..SHELVES).into_par_iter();
        // One table a thread, used again and again: it stays in the processor's caches.
        let mut repeated: Vec<(u32, u32)> = shelves
            .map_init(HashTable::new, |first, number| {
                first.clear();
                self.fill(first, &sorted, number)
            })
            .flatten()
            .collect();
        repeated.sort_unstable();
        repeated
    }

    /// The first row of each pseudonym, by [`shelf_of`] its hash. By one thread: while others are waited for, this one could
    /// be given work that asks for the same.
    fn index(&self) -> Vec<HashTable<u32>> {
        let sorted = [self.sorted(0..self.len())];
        let table = |number| {
            let mut first = HashTable::new();
            self.fill(&mut first, &sorted, number);
            first
        };
        (0..SHELVES).map(table).collect()
    }

    /// The hashes of all rows, a stretch of rows a thread.
    fn all_sorted(&self) -> Vec<Sorted> {
        let each = self.len().div_ceil(rayon::current_num_threads()).max(1);
        let stretches: Vec<Range<usize>> =
            (0..self.len()).step_by(each).map(|from| from..self.len().min(from + each)).collect();
        stretches.into_par_iter().map(|rows| self.sorted(rows)).collect()
    }

    /// The hashes of these rows, those of a shelf together, and of those the rows in their order.
    fn sorted(&self, rows: Range<usize>) -> Sorted {
        let hashes: Vec<u64> = rows.clone().map(|row| hash(self.get(row).as_bytes())).collect();
        let mut ends = [0; SHELVES];
        hashes.iter().for_each(|hash| ends[shelf_of(*hash)] += 1);
        let mut before = 0;
        for end in &mut ends {
            (*end, before) = (before, before + *end);
        }
        let mut sorted = vec![(0, 0); hashes.len()];
        for (row, hash) in (u32::try_from(rows.start).unwrap_or(u32::MAX)..).zip(hashes) {
            let place = &mut ends[shelf_of(hash)];
            sorted[*place] = (hash, row);
            *place += 1;
        }
        Sorted { hashes: sorted, ends }
    }

    /// Fills the table of a shelf, which is empty. Gives the rows on it whose pseudonym stood before, and where.
    fn fill(&self, first: &mut HashTable<u32>, sorted: &[Sorted], number: usize) -> Vec<(u32, u32)> {
        let parts = || sorted.iter().map(|sorted| sorted.shelf(number));
        let rows = parts().map(<[_]>::len).sum();
        // An empty table: nothing is hashed again.
        first.reserve(rows, |_| 0);
        let mut seen = Vec::new();
        for (hash, row) in parts().flatten() {
            // The text lies far away, and is looked at only where another one's hash is nearly the same.
            let same = |other: &u32| self.get(*other as usize) == self.get(*row as usize);
            match first.entry(*hash, same, |_| *hash) {
                Entry::Occupied(before) => seen.push((*row, *before.get())),
                Entry::Vacant(free) => {
                    free.insert(*row);
                }
            }
        }
        seen
    }

    #[cfg(test)]
    pub(crate) fn push_for_test(&mut self, text: &str) {
        self.push(text);
    }

    /// The first row of a pseudonym.
    pub fn row(&self, text: &str) -> Option<u32> {
        let hash = hash(text.as_bytes());
        let table = &self.first.get_or_init(|| self.index())[shelf_of(hash)];
        table.find(hash, |row| self.get(*row as usize) == text).copied()
    }
}

/// The hashes of a stretch of rows with their rows, shelf by shelf, and where each shelf ends.
struct Sorted {
    hashes: Vec<(u64, u32)>,
    ends: [usize; SHELVES],
}

impl Sorted {
    fn shelf(&self, number: usize) -> &[(u64, u32)] {
        let begins = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.hashes[begins..self.ends[number]]
    }
}

/// The shelf of a hash: by other bits than those by which a table has its places and its marks.
const fn shelf_of(hash: u64) -> usize {
    (hash >> 48) as usize % SHELVES
}
