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

    /// Whether an offer of at most this score has no place any more, whatever its number.
    #[inline]
    pub(crate) fn cannot_take(&self, at_most: i32) -> bool {
        self.keys.last().is_none_or(|last| i64::from(at_most) < last >> 32)
    }

    #[inline]
    pub(crate) fn offer(&mut self, score: i32, local: usize) {
        #[expect(clippy::cast_possible_wrap, reason = "the difference of two 32-bit numbers fits 64 bits")]
        let mut key = i64::from(score) << 32 | (u64::from(u32::MAX) - local as u64) as i64;
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
        assert!(!best.cannot_take(i32::MIN));
        for (score, local) in [(5, 2), (7, 9), (-3, 0), (5, 1), (5, 3)] {
            best.offer(score, local);
        }
        assert_eq!(best.kept().collect::<Vec<_>>(), [(7, 9), (5, 1), (5, 2)]);
        assert!(best.cannot_take(4) && !best.cannot_take(5));
        best.clear();
        best.offer(-1, 0);
        assert_eq!(best.kept().collect::<Vec<_>>(), [(-1, 0)]);
    }
}
