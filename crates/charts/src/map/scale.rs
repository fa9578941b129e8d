//! From metres to paper, and from counts to steps of colour.

use crate::text::number;

/// Where the grid lies on the sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection {
    west: f64,
    north: f64,
    /// Points of paper a metre.
    pub(super) scale: f64,
    /// Where the north-west corner is on the sheet.
    left: f64,
    top: f64,
}

/// Corners in metres: west, south, east, north.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

impl Extent {
    /// The smallest box around the points that are numbers; a made-up 10 km where there are none.
    pub(super) fn around(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let empty = Self { west: f64::MAX, south: f64::MAX, east: f64::MIN, north: f64::MIN };
        let full = points.filter(|(e, n)| e.is_finite() && n.is_finite()).fold(empty, |b, (e, n)| Self {
            west: b.west.min(e),
            south: b.south.min(n),
            east: b.east.max(e),
            north: b.north.max(n),
        });
        if full.west > full.east {
            return Self { west: 0.0, south: 0.0, east: 10_000.0, north: 10_000.0 };
        }
        full
    }

    /// A little more on each side, at least a kilometre.
    pub(super) fn with_margin(self) -> Self {
        let margin = ((self.east - self.west).max(self.north - self.south) * 0.03).max(1000.0);
        Self {
            west: self.west - margin,
            south: self.south - margin,
            east: self.east + margin,
            north: self.north + margin,
        }
    }
}

impl Projection {
    /// Fits an extent into a box at (left, top), in the middle; gives the height that the map takes.
    pub(super) fn fit(extent: Extent, left: f64, top: f64, width: f64, highest: f64) -> (Self, f64) {
        let (w, h) = (extent.east - extent.west, extent.north - extent.south);
        let scale = (width / w).min(highest / h);
        let height = (h * scale).max(width * 0.5).min(highest);
        // What is narrower or flatter than its box stands in the middle of it, and the ground fills the rest.
        let spare_x = (width - w * scale) / 2.0;
        let spare_y = (height - h * scale) / 2.0;
        let west = extent.west - spare_x / scale;
        let north = extent.north + spare_y / scale;
        (Self { west, north, scale, left, top }, height)
    }

    pub(super) fn point(&self, easting: f64, northing: f64) -> (f64, f64) {
        (self.left + (easting - self.west) * self.scale, self.top + (self.north - northing) * self.scale)
    }

    /// The grid point of a point of the sheet.
    pub(super) fn back(&self, x: f64, y: f64) -> (f64, f64) {
        (self.west + (x - self.left) / self.scale, self.north - (y - self.top) / self.scale)
    }
}

/// The largest of 1, 2, 5, 10, 20, 50, … times `unit` that is not longer than `most`.
pub(super) fn round_length(unit: f64, most: f64) -> f64 {
    let mut best = unit;
    let mut power = unit;
    while power <= most && power.is_finite() {
        for factor in [1.0, 2.0, 5.0] {
            if power * factor <= most {
                best = power * factor;
            }
        }
        power *= 10.0;
    }
    best
}

/// Up to five steps of colour over the values above zero.
pub(super) struct Steps {
    least: f64,
    /// Where the second and later steps begin.
    breaks: Vec<f64>,
}

impl Steps {
    /// Breaks near the 30th, 60th, 80th and 93rd of 100 squares, moved to round numbers: half of the colours tell
    /// the busiest fifth apart, because a few towns hold most of the people.
    pub(super) fn over(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let least = sorted.first().copied().unwrap_or(0.0);
        let most = sorted.last().copied().unwrap_or(0.0);
        let mut breaks: Vec<f64> = Vec::new();
        for hundredth in [30, 60, 80, 93] {
            let Some(value) = sorted.get(sorted.len() * hundredth / 100) else { continue };
            let at = round_up(*value);
            if at > least && at <= most && breaks.last().is_none_or(|b| at > *b) {
                breaks.push(at);
            }
        }
        Self { least, breaks }
    }

    /// The step of a value, 0 the lightest.
    pub(super) fn step(&self, value: f64) -> usize {
        self.breaks.iter().filter(|b| value >= **b).count()
    }

    /// "10 to 49", …, "500 or more"; lightest first. The values are whole numbers.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut from = self.least;
        for next in &self.breaks {
            let to = next - 1.0;
            words.push(if to > from { format!("{} to {}", number(from), number(to)) } else { number(from) });
            from = *next;
        }
        if from > 0.0 {
            words.push(format!("{} or more", number(from)));
        }
        words
    }
}

/// The next of 1, 1.5, 2, 3, 4, 5, 7.5, 10, … at or above a value.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0]
        .into_iter()
        .map(|factor| (factor * power).ceil())
        .find(|round| *round >= value)
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], words: &[&str]) {
        assert_eq!(Steps::over(values).words(), words);
    }

    #[test]
    fn steps_are_round_and_never_more_than_five() {
        check(&[], &[]);
        check(&[10.0], &["10 or more"]);
        check(&[10.0, 10.0, 20.0], &["10 to 19", "20 or more"]);
        let many: Vec<f64> = (2..400_u32).map(|i| f64::from(i) * 5.0).collect();
        check(&many, &["10 to 749", "750 to 1,499", "1,500 or more"]);
    }

    #[test]
    fn lengths_are_round() {
        for (most, length) in [(0.4, 1.0), (1.9, 1.0), (4.9, 2.0), (37.0, 20.0), (50.0, 50.0)] {
            assert!((round_length(1.0, most) - length).abs() < 1e-9, "{most}");
        }
    }
}
