//! Money as one says it.

/// A price in pence in words: "free", "50p", "£3", "£3.50".
pub fn pence_in_words(pence: i32) -> String {
    match (pence / 100, pence % 100) {
        (0, 0) => "free".to_owned(),
        (0, p) => format!("{p}p"),
        (pounds, 0) => format!("£{pounds}"),
        (pounds, p) => format!("£{pounds}.{p:02}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn prices_read_as_they_are_said() {
        for (pence, words) in [(0, "free"), (50, "50p"), (300, "£3"), (350, "£3.50"), (1205, "£12.05")] {
            assert_eq!(super::pence_in_words(pence), words);
        }
    }
}
