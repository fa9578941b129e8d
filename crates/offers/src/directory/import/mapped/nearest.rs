//! Columns that a mapping names and a file lacks: most are slips of the keyboard, so the file's own are named nearest first.

/// As many as one reads.
const MOST: usize = 12;

/// Bytes of a name that is compared.
const LONGEST: usize = 300;

/// The columns that there are, the likeliest to be meant first.
pub(super) fn nearest_first<'h>(wanted: &str, heading: impl IntoIterator<Item = &'h str>) -> String {
    let mut known: Vec<(usize, &str)> = heading
        .into_iter()
        // The table of letters that is compared grows with both: what is longer is no slip of a name.
        .filter(|name| !name.is_empty() && name.len() <= LONGEST && wanted.len() <= LONGEST)
        .map(|name| (strsim::damerau_levenshtein(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .collect();
    known.sort_unstable();
    known.dedup();
    let named: Vec<String> = known.iter().take(MOST).map(|(_, name)| format!("\"{name}\"")).collect();
    let more = known.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", named.join(", "))
}
