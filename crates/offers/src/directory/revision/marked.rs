//! Two texts side by side, with the words that differ marked.

/// A run of words of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub text: String,
    /// The other text has no such words there.
    pub differs: bool,
}

/// Longer texts are marked as a whole: the table of all pairs of words grows with both.
const MOST_WORDS: usize = 400;

/// The old text and the new one.
pub fn marked(old: &str, new: &str) -> (Vec<Mark>, Vec<Mark>) {
    let (left, right): (Vec<&str>, Vec<&str>) =
        (old.split_whitespace().collect(), new.split_whitespace().collect());
    if left.len().max(right.len()) > MOST_WORDS {
        let whole = |text: &str| vec![Mark { text: text.to_owned(), differs: old != new }];
        return (whole(old), whole(new));
    }
    // longest[i][j]: how many words the rest behind i and the rest behind j have in common, in their order.
    let mut longest = vec![vec![0_u16; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            longest[i][j] = if left[i] == right[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            add(&mut old, left[i], false);
            add(&mut new, right[j], false);
            (i, j) = (i + 1, j + 1);
        } else if j == right.len() || (i < left.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            add(&mut old, left[i], true);
            i += 1;
        } else {
            add(&mut new, right[j], true);
            j += 1;
        }
    }
    (old, new)
}

fn add(marks: &mut Vec<Mark>, word: &str, differs: bool) {
    match marks.last_mut() {
        Some(last) if last.differs == differs => {
            last.text.push(' ');
            last.text.push_str(word);
        }
        _ => marks.push(Mark { text: word.to_owned(), differs }),
    }
}
