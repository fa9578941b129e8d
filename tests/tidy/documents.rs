//! Every page can be found, and every link leads somewhere.

use std::collections::BTreeSet;
use std::path::Path;

use super::none;
use super::source::files;

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let broken = |page: &str, text: &str| -> Vec<String> {
        let targets = links(text).into_iter().map(|link| (resolve(page, &link), link));
        targets
            .filter(|(target, _)| !target.as_ref().is_some_and(|target| root.join(target).exists()))
            .map(|(_, link)| format!("{page}: {link}"))
            .collect()
    };
    let problems: Vec<String> = files(".md").iter().flat_map(|page| broken(&page.path, &page.text)).collect();
    none(&problems, "These links lead nowhere. Mend them, or take them out.");
}

#[test]
fn every_page_can_be_found() {
    let pages = files(".md");
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open = vec!["README.md".to_owned(), "docs/README.md".to_owned()];
    while let Some(path) = open.pop() {
        let Some(page) = pages.iter().find(|page| page.path == path) else { continue };
        if found.insert(path) {
            open.extend(links(&page.text).iter().filter_map(|link| resolve(&page.path, link)));
        }
    }
    let lost = pages
        .iter()
        .map(|page| &page.path)
        .filter(|path| path.starts_with("docs/") && !found.contains(*path));
    let problems: Vec<String> = lost.cloned().collect();
    none(
        &problems,
        "No page leads here from README.md or docs/README.md. Link it where a reader would look for it.",
    );
}

/// The targets of all relative links, without their anchors; code is no link.
fn links(text: &str) -> Vec<String> {
    let mut code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (at, _) in prose.match_indices("](") {
            let target = prose[at + 2..].split(')').next().unwrap_or("");
            let target = target.split(['#', ' ']).next().unwrap_or("");
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The path from the checkout's root; none if it leads out of it.
fn resolve(page: &str, link: &str) -> Option<String> {
    let mut path: Vec<&str> = page.split('/').collect();
    path.pop();
    for step in link.trim_end_matches('/').split('/') {
        match step {
            "." => {}
            ".." => {
                path.pop()?;
            }
            step => path.push(step),
        }
    }
    Some(path.join("/"))
}

#[test]
fn bad_links_are_seen() {
    let text =
        "[a](b.md#c) and `[d](e.md)`, [f](https://example.org) ![g](../h.png)\n```\n[i](j.md)\n```\n[k](#l)";
    assert_eq!(links(text), ["b.md", "../h.png"]);
    assert_eq!(resolve("docs/a/b.md", "../c.md"), Some("docs/c.md".into()));
    assert_eq!(resolve("a.md", "../c.md"), None);
}
