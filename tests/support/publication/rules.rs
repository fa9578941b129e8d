//! The rules of the gate, each to be switched off: how a figure reads without it.

use super::truth::Truth;

/// How a figure reads by another rule: its name, how it reads, the truth. None leaves it as it is.
pub(crate) type Rule = fn(&str, &str, &Truth) -> Option<String>;

/// What is switched off, one at a time.
pub(crate) const SWITCHED_OFF: [(&str, Rule); 4] = [
    ("rounding", not_rounded),
    ("rounding and withholding of totals", exact_totals),
    ("withholding of what gives another figure away", nothing_withheld),
    ("withholding of sums of worklists", every_sum_told),
];

/// Every number is printed as it is, and what is withheld stays so. (Without the rounding of totals alone nobody was found:
/// what is withheld leaves more to spare than that.)
fn not_rounded(name: &str, printed: &str, truth: &Truth) -> Option<String> {
    printed.starts_with(|digit: char| digit.is_ascii_digit()).then(|| format!("={}", truth.count(name)))
}

/// Each total is printed as it is, as in the statistics of most countries.
fn exact_totals(name: &str, _: &str, truth: &Truth) -> Option<String> {
    let is_total = ["cohort", "matched", "unmet"].contains(&name)
        || ["need ", "unmet ", "hub need "].iter().any(|start| name.starts_with(start))
        || name.ends_with(" left");
    is_total.then(|| format!("={}", truth.count(name)))
}

/// Every figure by the rule for one figure alone.
fn nothing_withheld(name: &str, printed: &str, truth: &Truth) -> Option<String> {
    (printed == "hidden" && !name.starts_with("list ")).then(|| alone(truth.count(name)))
}

fn every_sum_told(name: &str, printed: &str, truth: &Truth) -> Option<String> {
    (printed == "hidden" && name.starts_with("list ")).then(|| alone(truth.count(name)))
}

fn alone(n: i64) -> String {
    if n <= 7 { "≤7".to_owned() } else { ((n + 2) / 5 * 5).to_string() }
}
