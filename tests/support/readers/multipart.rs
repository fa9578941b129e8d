//! Forms with files, as a browser sends them, or somebody who is none.

use std::path::Path;

use web::taken_apart;

/// What a browser of the corpus puts between the parts.
const KIND: &str = "multipart/form-data; boundary=----edge";

/// A form is taken apart as it came or not at all, and the name of a file leads nowhere.
pub(super) fn multipart(_: &Path, bytes: &[u8]) {
    // A first line that is a content type says what is between the parts, so that the fuzzer gets at that as well.
    let line = bytes.iter().position(|byte| *byte == b'\n').map(|at| bytes.split_at(at + 1));
    let own = line.and_then(|(kind, rest)| Some((std::str::from_utf8(kind).ok()?.trim(), rest)));
    let (kind, body) = own.filter(|(kind, _)| kind.starts_with("multipart/")).unwrap_or((KIND, bytes));
    let Ok(form) = taken_apart(kind, &body.to_vec().into()) else { return };
    let mut held = 0;
    for (name, value) in form.typed() {
        assert!(!name.contains('\0') && !value.contains('\0'), "a NUL");
        held += name.len().min(body.len()) + value.len();
    }
    for file in form.files() {
        assert!(!file.name.contains(['/', '\\']) && !file.name.contains(char::is_control), "{:?}", file.name);
        assert!(!file.name.is_empty() && !file.name.starts_with('.'), "{:?}", file.name);
        assert!(file.name.chars().count() <= 60, "{:?}", file.name);
        held += file.bytes.len();
    }
    assert!(held <= body.len(), "more came out than went in: {held} of {}", body.len());
}
