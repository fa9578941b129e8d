//! One value of a chart: a length, if there is one, and the words to print.

/// A value as a reader sees it. What may not be shown has words and no length.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    length: Option<f64>,
    text: String,
}

impl Mark {
    /// A value with a length. What is not a number from zero up has no length and is drawn as hidden: a bar must
    /// never be a guess. Nothing that we count reaches 10^15, so that sums of lengths stay exact enough.
    pub fn new(length: f64, text: impl Into<String>) -> Self {
        Self { length: (0.0..1e15).contains(&length).then_some(length), text: text.into() }
    }

    /// A count of things.
    #[expect(clippy::cast_precision_loss, reason = "a length on paper; counts stay far under 2^53")]
    pub fn count(n: u64, text: impl Into<String>) -> Self {
        Self::new(n as f64, text)
    }

    /// A value without a length: hidden, or not known. It is hatched, and never looks like zero.
    pub fn hidden(text: impl Into<String>) -> Self {
        Self { length: None, text: text.into() }
    }

    /// The length, if it may be drawn.
    pub const fn length(&self) -> Option<f64> {
        self.length
    }

    /// How long it is drawn where `longest` fills `room`: anything above zero is at least a hairline, so that it
    /// cannot be taken for nothing.
    pub(crate) fn drawn(&self, longest: f64, room: f64) -> Option<f64> {
        self.length.map(|length| if length > 0.0 { (length / longest * room).max(1.5) } else { 0.0 })
    }

    /// The words to print.
    pub fn text(&self) -> &str {
        &self.text
    }
}
