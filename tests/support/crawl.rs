//! Somebody who follows every link.

use std::collections::{BTreeSet, VecDeque};

use testbed::Visitor;

/// Every page that these links lead to from one on, so many at most: its address and what it says.
pub(crate) async fn crawl(
    visitor: &mut Visitor,
    from: &str,
    most: usize,
    follows: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let (mut seen, mut open) = (BTreeSet::new(), VecDeque::from([from.to_owned()]));
    let mut pages = Vec::new();
    while let Some(path) = open.pop_front() {
        if pages.len() == most || !seen.insert(path.clone()) {
            continue;
        }
        let page = visitor.get(&path).await;
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let links = links.filter(|link| follows(link));
        open.extend(links.map(|link| link.split('#').next().unwrap_or(link).replace("&amp;", "&")));
        pages.push((path, page.body));
    }
    pages
}
