//! The best few offers of one person.

/// The best so far: score descending, then the earlier service.
pub(crate) struct Best {
    /// `score · 2³² + (2³² − 1 − local)`, the larger the better, so that one comparison does for both; then
    /// [`FREE`] for each place that is left.
    keys: Box<[i64]>,
}

/// Less than the key of any offer.
const FREE: i64 = i64::MIN;

impl Best {
    pub(crate) fn new(keep: usize) -> Self {
        Self { keys: vec![FREE; keep].into() }
    }

    pub(crate) fn clear(&mut self) {
        self.keys.fill(FREE);
    }

    /// The least score with which an offer can still have a place, whatever its number; none while there is a free one.
    #[inline]
    pub(crate) fn least(&self) -> Option<i32> {
        let last = self.keys.last().copied().unwrap_or(i64::MAX);
        (last != FREE).then_some((last >> 32) as i32)
    }

    /// Takes an offer, if there is a place for it; the score in the highest 32 bits.
    #[inline]
    pub(crate) fn offer(&mut self, score: i64, local: u32) {
        let mut key = score | i64::from(u32::MAX - local);
        if self.keys.last().is_none_or(|last| key < *last) {
            return;
        }
        // Each place keeps the better and hands on the other.
        for kept in &mut self.keys {
            (*kept, key) = ((*kept).max(key), (*kept).min(key));
        }
    }

    /// Scores and local numbers, the best first.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (i32, usize)> {
        self.keys.iter().take_while(|key| **key != FREE).map(|key| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the two halves of the key"
            )]
            let (score, local) = ((key >> 32) as i32, u32::MAX - (*key as u32));
            (score, local as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Best;

    #[test]
    fn the_better_score_comes_first_and_then_the_earlier_service() {
        let mut best = Best::new(3);
        assert_eq!(best.least(), None);
        for (score, local) in [(5, 2), (7, 9), (-3, 0), (5, 1), (5, 3)] {
            best.offer(i64::from(score) << 32, local);
        }
        assert_eq!(best.kept().collect::<Vec<_>>(), [(7, 9), (5, 1), (5, 2)]);
        assert_eq!(best.least(), Some(5));
        best.clear();
        best.offer(-1 << 32, 0);
        assert_eq!(best.kept().collect::<Vec<_>>(), [(-1, 0)]);
    }
}
