//! What an import changes, in words: the same in a page, in a command and in the audit log.

use disclosure::with_commas;
use ground::fetch::{address, shown};
use ground::files::digest_text;
use offers::directory::{Difference, Feed, Kind, Part};

/// What everybody does alone who takes over a list, ends one or merges records: each looks at all of the directory first.
pub(in crate::import_room) const ALONE: &str = "the directory";

/// The name of a source that is an address: without its query and without a password, since it is kept and shown.
pub fn name_of_address(text: &str) -> String {
    let url = address(text).map_or_else(|_| text.to_owned(), |url| shown(&url));
    url.trim_end_matches('/').to_owned()
}

/// What a source sent, as a number: the same records have the same one.
pub fn digest_of(feed: &Feed) -> String {
    let records = (&feed.organisations, &feed.services, &feed.sites);
    digest_text(&serde_json::to_string(&records).unwrap_or_default())
}

pub const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Organisation => "Organisations",
        Kind::Service => "Services",
        Kind::Site => "Sites",
    }
}

/// How many of one kind are new, changed, gone.
pub fn counts(part: &Part) -> String {
    let counts = [part.added.len(), part.changed.len(), part.unchanged, part.gone.len()];
    let [added, changed, unchanged, gone] = counts.map(|n| with_commas(n as u64));
    let rarely = [
        (part.returned.len(), "back again"),
        (part.kept.len(), "not read and kept"),
        (part.doubtful.len(), "not found and kept"),
    ];
    let rarely = rarely.iter().filter(|(records, _)| *records > 0);
    let always =
        [(added, "new"), (changed, "changed"), (unchanged, "as before"), (gone, "gone from the source")];
    let always = always.map(|(records, what)| format!("{records} {what}"));
    let rarely = rarely.map(|(records, what)| format!("{} {what}", with_commas(*records as u64)));
    always.into_iter().chain(rarely).collect::<Vec<_>>().join(", ")
}

/// The same of every kind, in one line.
pub fn in_words(difference: &Difference) -> String {
    let parts =
        Kind::ALL.map(|kind| format!("{}: {}", title(kind).to_lowercase(), counts(difference.of(kind))));
    parts.join("; ")
}
