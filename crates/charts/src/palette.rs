//! The colours of charts. Series colours are at least 3:1 against white and stay apart in protan, deutan and
//! tritan vision; the steps of maps go evenly in lightness (`OKLab`) from light grey to dark blue.

/// What a colour says. Never the only thing that says it: a label or a pattern goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The point of the chart.
    Blue,
    /// What helps.
    Teal,
    /// What is missing.
    Plum,
    /// What needs a look.
    Orange,
    /// Context.
    Grey,
}

impl Tone {
    pub(crate) const fn hex(self) -> &'static str {
        match self {
            Self::Blue => "#005EB8",
            Self::Teal => "#28A197",
            Self::Plum => "#801650",
            Self::Orange => "#F46A25",
            Self::Grey => "#768692",
        }
    }
}

pub(crate) const TEXT: &str = "#212B32";
/// Secondary words; 7:1 on white.
pub(crate) const QUIET: &str = "#4C6272";
pub(crate) const CONTEXT: &str = "#768692";
pub(crate) const LINE: &str = "#AEB7BD";
/// Lines over what is hidden: plain enough to be seen, quiet enough not to be the point of a map.
pub(crate) const HATCH: &str = "#8C99A3";
pub(crate) const PALE: &str = "#E8EDEE";
pub(crate) const WATER: &str = "#F0F4F5";
pub(crate) const WHITE: &str = "#FFFFFF";

/// Five steps of a map, lightest first.
pub(crate) const STEPS: [&str; 5] = ["#E8EDEE", "#ABBDD6", "#718FBE", "#3A60A3", "#003087"];
