//! Codes as they are published, a table with a code and what it says, or as somebody types them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use ground::files::{Cell, FileError, Table};
use vocabulary::CodeSystem;

/// As many as a definition can hold.
const MOST_CODES: usize = 1_500;
/// Letters of what a code says that are kept.
const MOST_WORDS: usize = 300;

/// The codes of a table, and what each says; codes that were typed have no heading. `folder` is for the while of reading.
pub(super) fn codes(
    bytes: &[u8],
    heading: bool,
    system: CodeSystem,
    folder: &Path,
) -> Result<BTreeMap<String, String>, String> {
    let place = folder.join("codes.csv");
    let text = if heading { bytes.to_vec() } else { as_table(&String::from_utf8_lossy(bytes)).into_bytes() };
    std::fs::write(&place, text).map_err(|error| format!("it could not be read: {error}"))?;
    let plain = |error: &FileError| error.to_string().replace(&format!("{}/", folder.display()), "");
    let table = Table::open(&place).map_err(|error| plain(&error))?;
    let named = |names: &[&str]| {
        let known = |column: &String| names.contains(&column.trim().to_lowercase().as_str());
        table.columns().iter().position(known)
    };
    let code = named(&["code", "snomedcode", "snomed_code", "conceptid"]);
    let code = code.ok_or("The file has no column that is called code")?;
    let term = named(&["term", "description", "name", "display"]);
    let positions: Vec<usize> = [code].into_iter().chain(term).collect();
    let mut found = BTreeMap::new();
    let (wrong, mut too_many) = (std::cell::Cell::new(None), false);
    let first_wrong = |line| wrong.set(wrong.get().or(Some(line)));
    for part in table.parts() {
        part.read::<FileError>(
            &positions,
            |batch| {
                let mut rows = vec![(String::new(), String::new()); batch.rows()];
                batch.each_cell(0, |row, cell| rows[row].0 = text_of(cell));
                if term.is_some() {
                    batch.each_cell(1, |row, cell| rows[row].1 = text_of(cell));
                }
                for (row, (code, term)) in rows.into_iter().enumerate() {
                    if !system.has(&code) {
                        first_wrong(batch.line(row));
                    } else if found.len() < MOST_CODES {
                        let term = term.chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect();
                        found.insert(code, term);
                    } else {
                        too_many |= !found.contains_key(&code);
                    }
                }
                Ok(())
            },
            |row| {
                first_wrong(row.line);
                Ok(())
            },
        )
        .map_err(|error| plain(&error))?;
    }
    match wrong.get() {
        // The heading is ours where they were typed.
        Some(line) => Err(format!(
            "Line {}: expected {}, and what it says",
            if heading { line } else { line.saturating_sub(1) },
            system.expected
        )),
        None if too_many => {
            Err(format!("It has more than {} codes", disclosure::with_commas(MOST_CODES as u64)))
        }
        None if found.is_empty() => Err("It holds no codes".to_owned()),
        None => Ok(found),
    }
}

/// Codes that were typed as a table: a line may have a code alone, or what it says behind it, with a comma in it or not.
fn as_table(typed: &str) -> String {
    let mut text = "code,term\n".to_owned();
    for line in typed.lines().map(str::trim) {
        // No code has a blank in it.
        let (code, term) = line.split_once([',', '\t', ' ']).unwrap_or((line, ""));
        let term = term.trim_start_matches([',', '\t', ' ']);
        let (code, term) = (code.trim().trim_matches('"'), term.trim().trim_matches('"'));
        let quoted = |text: &str| text.replace('"', "\"\"");
        // Writing to a text cannot fail. A line that is empty stays: lines are counted.
        let _ = if line.is_empty() {
            writeln!(text)
        } else {
            writeln!(text, "\"{}\",\"{}\"", quoted(code), quoted(term))
        };
    }
    text
}

fn text_of(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => String::from_utf8_lossy(text).trim().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::CodeSystem;

    use super::codes;

    const SNOMED: CodeSystem = CodeSystem::ALL[0];
    const READ: CodeSystem = CodeSystem::ALL[2];

    #[test]
    fn codes_come_from_a_file_or_from_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let codes = |bytes: &[u8], heading, system| codes(bytes, heading, system, folder.path());
        let file = b"\"Code\",\"Description\",\"Condition\"\n\"N05..\",\"Osteoarthritis, all\",\"OA\"\n\"N050.\",\"\",\"OA\"\n";
        let found = codes(file, true, READ).expect("read");
        assert_eq!(found.get("N05..").map(String::as_str), Some("Osteoarthritis, all"));
        assert_eq!(found.len(), 2);
        let spaced = codes(b"239873007 Osteoarthritis of knee\n", false, SNOMED).expect("read");
        assert_eq!(spaced.get("239873007").map(String::as_str), Some("Osteoarthritis of knee"));
        let typed = b"239873007, Osteoarthritis of knee, right \"or\" left\n\n 239872002\t\n";
        let found = codes(typed, false, SNOMED).expect("read");
        assert_eq!(
            found.get("239873007").map(String::as_str),
            Some("Osteoarthritis of knee, right \"or\" left")
        );
        assert_eq!(found.get("239872002").map(String::as_str), Some(""));
        assert!(codes(b"term\nx\n", true, READ).expect_err("no codes").contains("no column"));
        let numbered = codes(b"id,code\n1,239873007\n", true, SNOMED).expect("an id is no code");
        assert!(numbered.contains_key("239873007"));
        let why = codes(b"code,term\n239873007,x\n239873008,y\n", true, SNOMED).expect_err("a typing error");
        assert!(why.contains("Line 3") && why.contains("check digit") && !why.contains("239873008"), "{why}");
        assert!(codes(b"N05..,x\n\n,y\n", false, READ).expect_err("an empty code").contains("Line 3"));
        let many: Vec<String> = (0..1_501).map(|code| format!("A{code:04}")).collect();
        assert!(
            codes(many.join("\n").as_bytes(), false, READ).expect_err("too many").contains("more than 1,500")
        );
    }
}
