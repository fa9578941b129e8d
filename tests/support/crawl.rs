//! Somebody who follows every link.

use std::collections::{BTreeSet, VecDeque};

use testbed::{Seen, Visitor};

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

/// Every answer that links, and forms that only ask, lead to from the first page on.
pub(crate) async fn reach(
    visitor: &mut Visitor,
    most: usize,
    follows: impl Fn(&str) -> bool,
) -> Vec<(String, Seen)> {
    let (mut seen, mut open) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    let mut answers = Vec::new();
    while let Some(path) = open.pop_front() {
        if !seen.insert(path.clone()) {
            continue;
        }
        assert!(answers.len() < most, "more than {most} pages, the next {path}");
        let answer = visitor.get(&path).await;
        let attributes = |name: &str| -> Vec<String> {
            let values = answer.body.split(name).skip(1).filter_map(|rest| rest.split('"').next());
            values.map(|link| link.split('#').next().unwrap_or(link).replace("&amp;", "&")).collect()
        };
        let links = [attributes("href=\""), attributes("src=\""), asks(&answer.body)].concat();
        open.extend(links.into_iter().filter(|link| link.starts_with('/') && follows(link)));
        answers.push((path, answer));
    }
    answers
}

/// Where the forms of a page lead that only ask: as they stand, and with each other choice.
fn asks(page: &str) -> Vec<String> {
    let mut all = Vec::new();
    let value = |tag: &str, name: &str| {
        Some(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.replace("&amp;", "&"))
    };
    for form in page.split("<form ").skip(1).filter_map(|form| form.split("</form>").next()) {
        let head = format!(" {}", form.split('>').next().unwrap_or_default());
        if !head.contains("method=\"get\"") {
            continue;
        }
        let action = value(&head, "action").expect("where it leads");
        let mut fields: Vec<(String, Vec<String>)> = Vec::new();
        for input in form.split("<input").skip(1) {
            let tag = input.split('>').next().unwrap_or_default();
            if let Some(name) = value(tag, "name") {
                fields.push((name, vec![value(tag, "value").unwrap_or_default()]));
            }
        }
        for select in form.split("<select").skip(1).filter_map(|select| select.split("</select>").next()) {
            let options = select.split("<option").skip(1).filter_map(|option| value(option, "value"));
            if let Some(name) = value(select.split('>').next().unwrap_or_default(), "name") {
                fields.push((name, options.collect()));
            }
        }
        let plain: Vec<&str> =
            fields.iter().map(|(_, values)| values.first().map_or("", String::as_str)).collect();
        let mut asked = |other: Option<(usize, &str)>| {
            let mut question = form_urlencoded::Serializer::new(format!("{action}?"));
            for (at, (name, _)) in fields.iter().enumerate() {
                let text = other.filter(|(place, _)| *place == at).map_or(plain[at], |(_, text)| text);
                question.append_pair(name, text);
            }
            all.push(question.finish());
        };
        asked(None);
        for (at, (_, values)) in fields.iter().enumerate() {
            values.iter().skip(1).for_each(|text| asked(Some((at, text))));
        }
    }
    all
}
