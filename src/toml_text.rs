//! Texts within the TOML that pages write: cohorts and mappings.

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    // A JSON string is one, but for what JSON may leave as it stands.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
