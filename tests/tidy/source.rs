//! The checkout as the other tests here see it: its files, and Rust code without what is not code.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of the checkout; `path` is relative to it, with forward slashes.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// Every file of ours whose name ends so, in the order of their paths.
pub(super) fn files(ending: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    visit(root, &mut |path| {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        if name.ends_with(ending)
            && let Ok(text) = fs::read_to_string(path)
        {
            found.push(File { path: name, text });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn visit(folder: &Path, file: &mut impl FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // What is built or fetched is not ours. `target` and `out` are ignored at the top by .gitignore as well.
            if !matches!(name.as_str(), "target" | "node_modules" | ".git" | "out") {
                visit(&path, file);
            }
        } else {
            file(&path);
        }
    }
}

/// A Rust file taken apart.
pub(super) struct Rust {
    pub(super) path: String,
    /// The code with comments and the insides of literals blanked out, line for line, its tests included.
    pub(super) code: String,
    /// The same without items under `#[cfg(test)]`; empty for a file that is a test altogether.
    pub(super) product: String,
    /// The insides of string literals with their lines.
    pub(super) strings: Vec<(usize, String)>,
}

/// Every Rust file of ours.
pub(super) fn rust() -> Vec<Rust> {
    let mut all: Vec<Rust> = files(".rs").into_iter().map(|file| Rust::new(&file.path, &file.text)).collect();
    assert!(
        all.len() > 20,
        "found {} Rust files: is {} the checkout?",
        all.len(),
        env!("CARGO_MANIFEST_DIR")
    );
    // A module declared `#[cfg(test)] mod name;` is a test, and so is everything below it.
    let declared: Vec<String> = all.iter().flat_map(Rust::test_modules).collect();
    for file in &mut all {
        let inside =
            |test: &String| file.path == format!("{test}.rs") || file.path.starts_with(&format!("{test}/"));
        if declared.iter().any(inside) {
            file.product.clear();
        }
    }
    all
}

impl Rust {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let (code, strings) = without_comments_and_literals(text);
        let is_test = path.starts_with("tests/")
            || path.starts_with("benches/")
            || path.contains("/tests/")
            || path.contains("/benches/")
            || path.contains("/examples/")
            || path.starts_with("crates/testbed/")
            || path.ends_with("/tests.rs") && !path.starts_with("xtask/")
            || code.trim_start().starts_with("#![cfg(test)]");
        let product = if is_test { String::new() } else { without_test_items(&code) };
        Self { path: path.to_owned(), code, product, strings }
    }

    /// The line that a place in the code stands on, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// "path:line" for every place where the product's code has this text, unless it continues a longer word.
    pub(super) fn places(&self, text: &str) -> Vec<String> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        self.product
            .match_indices(text)
            .filter(|(at, _)| !text.starts_with(word) || !self.product[..*at].ends_with(word))
            .filter(|(at, _)| !text.ends_with(word) || !self.product[at + text.len()..].starts_with(word))
            .map(|(at, _)| format!("{}:{}", self.path, self.line(at)))
            .collect()
    }

    /// The paths, without ending, of modules that this file declares for tests only.
    fn test_modules(&self) -> Vec<String> {
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let children = match name {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            name => format!("{folder}/{}", name.trim_end_matches(".rs")),
        };
        let declared = self.code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
            let name = rest.trim_start().strip_prefix("pub(crate) ").unwrap_or(rest.trim_start());
            let (name, _) = name.strip_prefix("mod ")?.split_once(';')?;
            name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| format!("{children}/{name}"))
        });
        declared.collect()
    }
}

/// Blanks out comments and the insides of literals; every line keeps its number and every place its offset.
fn without_comments_and_literals(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut strings = Vec::new();
    let mut blank = |from: usize, to: usize| {
        for byte in &mut code[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let end = if rest.starts_with(b"//") {
            let end = at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
            blank(at, end);
            end
        } else if rest.starts_with(b"/*") {
            let end = at + block_comment(rest);
            blank(at, end);
            end
        } else if let Some((start, inside, end)) = string(bytes, at) {
            strings.push((line_of(text, at), String::from_utf8_lossy(&bytes[start..inside]).into_owned()));
            blank(start, inside);
            end
        } else if let Some(length) = character(rest) {
            blank(at + 1, at + length - 1);
            at + length
        } else {
            at + 1
        };
        at = end;
    }
    (String::from_utf8_lossy(&code).into_owned(), strings)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Where the inside of the string literal that begins here starts and stops, and where the literal ends.
fn string(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    if bytes[at] == b'"' {
        let mut end = at + 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        return Some((at + 1, end, end + 1));
    }
    let part_of_a_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let raw_in_a_word = part_of_a_word && bytes[at - 1] != b'b';
    if bytes[at] != b'r' || raw_in_a_word {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|&&b| b == b'#').count();
    let start = at + 1 + hashes + 1;
    if bytes.get(start - 1) != Some(&b'"') {
        return None;
    }
    let closing = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let length = bytes[start..].windows(closing.len()).position(|window| window == closing)?;
    Some((start, start + length, start + length + closing.len()))
}

/// The length of the character literal that begins here; a lifetime is none.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.first() != Some(&b'\'') {
        return None;
    }
    let longest = rest.len().min(12);
    let closing = if rest.get(1) == Some(&b'\\') {
        3 + rest[3..longest].iter().position(|&b| b == b'\'')?
    } else {
        2 + rest[2..longest.min(6)].iter().position(|&b| b == b'\'')?
    };
    let one_character =
        std::str::from_utf8(&rest[1..closing]).is_ok_and(|inside| inside.chars().count() == 1);
    (rest[1] == b'\\' || one_character).then_some(closing + 1)
}

/// Blanks out every item under `#[cfg(test)]`, from the attribute to its closing brace or semicolon.
fn without_test_items(code: &str) -> String {
    let mut product = code.as_bytes().to_vec();
    for (at, attribute) in code.match_indices("#[cfg(test)]") {
        let end = end_of_item(code.as_bytes(), at + attribute.len());
        for byte in &mut product[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&product).into_owned()
}

fn end_of_item(code: &[u8], from: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in code.iter().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = "let a = \"x // y\"; // unwrap()\nlet b = r#\"un\"wrap\"#; /* a /* b */ c */ let c = '\"'; fn f<'a>(d: &'a str) {}";
    let file = Rust::new("src/a.rs", text);
    assert!(!file.code.contains("unwrap") && !file.code.contains("wrap"), "{}", file.code);
    assert!(file.code.contains("fn f<'a>(d: &'a str) {}"), "{}", file.code);
    assert_eq!(file.strings, [(1, "x // y".to_owned()), (2, "un\"wrap".to_owned())]);
    assert_eq!(file.code.len(), text.len());
}

#[test]
fn tests_are_no_product() {
    let file = Rust::new(
        "src/a.rs",
        "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { x.unwrap() } }\nfn c() { unwrap() }",
    );
    assert_eq!(file.places("unwrap"), ["src/a.rs:4"]);
    assert_eq!(Rust::new("src/a/tests.rs", "unwrap()").places("unwrap"), [""; 0]);
    assert_eq!(Rust::new("src/lib.rs", "#[cfg(test)]\nmod trial;\n").test_modules(), ["src/trial"]);
    assert_eq!(Rust::new("src/a.rs", "#[cfg(test)]\nmod trial;\n").test_modules(), ["src/a/trial"]);
}
