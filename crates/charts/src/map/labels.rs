//! Where names go on a map: the most important first, and none over another.

use crate::text;

/// A box on the sheet that is taken.
#[derive(Clone, Copy)]
struct Taken {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Taken {
    fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }
}

/// What is taken so far within a frame.
pub(super) struct Labels {
    frame: Taken,
    taken: Vec<Taken>,
}

/// Where a name's first letter stands, on its base line.
pub(super) type Spot = (f64, f64);

impl Labels {
    pub(super) const fn within(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { frame: Taken { x, y, w, h }, taken: Vec::new() }
    }

    /// Keeps names off a box.
    pub(super) fn keep_free(&mut self, x: f64, y: f64, w: f64, h: f64) {
        self.taken.push(Taken { x, y, w, h });
    }

    /// A place for a name at a dot: right of it, left, above or below, or nowhere.
    pub(super) fn place(&mut self, dot: (f64, f64), name: &str, size: f64) -> Option<Spot> {
        let w = text::width(name, size);
        let h = size * 1.15;
        let (x, y) = dot;
        // A little off the dot; farther off where a marker covers the dot.
        let around = |gap: f64| {
            [
                (x + gap, y - h / 2.0),
                (x - gap - w, y - h / 2.0),
                (x - w / 2.0, y - gap - h),
                (x - w / 2.0, y + gap),
            ]
        };
        for (left, top) in around(6.0).into_iter().chain(around(14.0)) {
            let wanted = Taken { x: left, y: top, w, h };
            let inside = left >= self.frame.x
                && top >= self.frame.y
                && left + w <= self.frame.x + self.frame.w
                && top + h <= self.frame.y + self.frame.h;
            if inside && !self.taken.iter().any(|t| t.meets(&wanted)) {
                self.taken.push(wanted);
                self.keep_free(x - 4.0, y - 4.0, 8.0, 8.0);
                return Some((left, top + size * 0.9));
            }
        }
        None
    }
}
