//! What languages are called.

/// ISO 639 and the English name, for those that directories in England have most.
const NAMES: [(&str, &str); 32] = [
    ("ar", "Arabic"),
    ("bfi", "British Sign Language"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("cy", "Welsh"),
    ("de", "German"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("ku", "Kurdish"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("ps", "Pashto"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("so", "Somali"),
    ("ta", "Tamil"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// The name of a language by its code; what is no code that we know stays as it is.
pub(super) fn name_of(code: &str) -> String {
    let first = code.split(['-', '_']).next().unwrap_or(code);
    let known = NAMES.iter().find(|(known, _)| *known == first);
    known.map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}
