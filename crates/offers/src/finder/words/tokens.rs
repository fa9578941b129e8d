//! From text to words, and from a word to the form under which it is known.

/// Longer than any word that is looked for; what is longer is cut, and is found by nobody.
const LONGEST: usize = 32;

/// The words of a text, in small letters and without apostrophes: "Can't" is "cant". No more than `most` are read.
pub(super) fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = 0;
    for c in text.chars() {
        if c.is_alphanumeric() {
            letters += 1;
            if letters <= LONGEST {
                word.extend(c.to_lowercase());
            }
        } else if !is_apostrophe(c) && letters > 0 {
            words.push(std::mem::take(&mut word));
            letters = 0;
            if words.len() == most {
                return words;
            }
        }
    }
    if letters > 0 {
        words.push(word);
    }
    words
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{AD}')
}

/// Folds plural, "-ing", "-ed" and "-ness": "walks" and "walking" are one word. Short words stay as they are, since what
/// would be left of them says nothing. Forms that follow no rule ("fell") stand in the data.
pub(super) fn folded(word: &str) -> String {
    // The rules count letters, and know only those of English.
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return plain_number(word);
    }
    let mut word = singular(word).to_owned();
    if let Some(stem) = word.strip_suffix("ness").filter(|stem| stem.len() >= 4) {
        word.truncate(stem.len());
    }
    let ending =
        if word.ends_with("eed") { None } else { word.strip_suffix("ing").or(word.strip_suffix("ed")) };
    if let Some(stem) = ending.filter(|stem| stem.len() >= 3 && stem.bytes().any(is_vowel)) {
        word = without_ending(stem);
    }
    // "smoke" and "smoking" meet at "smok"; "care" does not become "car".
    if word.len() >= 5 && word.ends_with('e') {
        word.pop();
    }
    // "worry" and "worries" meet at "worri".
    let bytes = word.as_bytes();
    if let [.., before, b'y'] = bytes
        && word.len() >= 4
        && !is_vowel(*before)
    {
        word.pop();
        word.push('i');
    }
    word
}

/// "60s" is 60.
fn plain_number(word: &str) -> String {
    let number = word.strip_suffix('s').filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    number.unwrap_or(word).to_owned()
}

fn singular(word: &str) -> &str {
    if word.len() < 4 {
        return word;
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return &word[..word.len() - 2];
        }
    }
    if word.ends_with("ies") && word.len() >= 5 {
        // With the "i" at which "-y" arrives too.
        return &word[..word.len() - 2];
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

/// "running" was "run", "pacing" was "pace", "falling" was "fall".
fn without_ending(stem: &str) -> String {
    let mut word = stem.to_owned();
    if let [.., a, b] = stem.as_bytes() {
        if a == b && !is_vowel(*b) && !matches!(b, b'l' | b's' | b'z') {
            word.pop();
        } else if stem.len() == 3 && is_vowel(*a) && !is_vowel(*b) && !is_vowel(stem.as_bytes()[0]) {
            word.push('e');
        }
    }
    word
}

const fn is_vowel(b: u8) -> bool {
    matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::{folded, words};

    #[test]
    fn a_text_becomes_words() {
        for (text, expected) in [
            ("My knee HURTS, on the stairs!", vec!["my", "knee", "hurts", "on", "the", "stairs"]),
            ("can't / can\u{2019}t", vec!["cant", "cant"]),
            ("self-management", vec!["self", "management"]),
            ("...", vec![]),
            ("", vec![]),
            ("\u{202E}\u{0}knee\u{7}pain", vec!["knee", "pain"]),
        ] {
            assert_eq!(words(text, 50), expected, "{text:?}");
        }
        assert_eq!(words("a b c d", 2), ["a", "b"]);
        assert_eq!(words(&"x".repeat(10_000), 2)[0].len(), 32);
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            &["walk", "walks", "walking", "walked"][..],
            &["smoke", "smoking", "smoked", "smokes"],
            &["worry", "worries", "worried", "worrying"],
            &["swim", "swimming", "swims"],
            &["exercise", "exercises", "exercising"],
            &["fall", "falls", "falling"],
            &["class", "classes"],
            &["pace", "pacing", "paced"],
            &["care", "caring", "cares", "cared"],
            &["tire", "tired", "tiring", "tiredness"],
            &["stiff", "stiffness"],
            &["lonely", "loneliness"],
            &["knee", "knees"],
            &["group", "groups"],
            &["breathe", "breath", "breathing"],
            &["60", "60s"],
        ] {
            let first = folded(forms[0]);
            assert!(
                forms.iter().all(|form| folded(form) == first),
                "{forms:?}: {:?}",
                forms.iter().map(|f| folded(f)).collect::<Vec<_>>()
            );
        }
        for (a, b) in
            [("care", "car"), ("carer", "car"), ("bus", "bu"), ("arthritis", "arthriti"), ("need", "ne")]
        {
            assert_ne!(folded(a), folded(b));
        }
    }
}
