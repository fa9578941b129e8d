//! The addresses of an API, asked one after another.

use std::collections::HashSet;

use ground::fetch::{Fetcher, Url, address};
use serde_json::{Map, Value};

use super::advice::advice;
use super::faults::Faults;
use super::{Answered, LookedAt};
use crate::directory::import::json::{Page, page};
use crate::directory::import::pages::{PageLimits, numbered, read_feed_watched, single, whole};

/// Pages of the list that are looked at, and single services.
const MOST_PAGES: usize = 40;
const SINGLE: &str = "/services/{id}";
const MOST_SINGLE: usize = 5;
/// Bytes of the description of an API: what is longer is something else, and is not read.
const MOST_ABOUT: usize = 1 << 16;

/// Looks at a feed; `said` hears how many records came so far. Whatever is there, this comes to an end and says what it
/// found.
pub async fn look_at(url: &str, limits: PageLimits, said: &(dyn Fn(u64) + Sync)) -> LookedAt {
    let mut found = LookedAt::default();
    match address(url).and_then(|home| Ok((Fetcher::new(&home, limits.fetch)?, home))) {
        Err(why) => found.refused = Some(why.to_string()),
        Ok((fetcher, home)) => {
            let mut look = Look { fetcher, limits, found: &mut found, faults: Faults::default(), said };
            let walked = ground::fetch::within(limits.whole, look.all(&home)).await;
            let faults = look.faults.ended();
            found.faults = faults;
            if walked.is_none() {
                found.only_the_first = true;
            }
            if found.read {
                match read_feed_watched(url, limits, said).await {
                    Ok(feed) => {
                        found.usable = feed.services.len();
                        found.left_out = feed.left_out;
                        found.advice = advice(&feed);
                    }
                    Err(error) => found.refused = Some(error.to_string()),
                }
            }
        }
    }
    found.conclude();
    found
}

struct Look<'a> {
    fetcher: Fetcher,
    limits: PageLimits,
    found: &'a mut LookedAt,
    faults: Faults,
    said: &'a (dyn Fn(u64) + Sync),
}

impl Look<'_> {
    async fn all(&mut self, home: &Url) {
        let path = home.path().trim_end_matches('/').to_owned();
        let base = path.strip_suffix("/services").unwrap_or(&path).to_owned();
        let mut root = home.clone();
        root.set_path(&format!("{base}/"));
        let mut list = home.clone();
        list.set_path(&format!("{base}/services"));
        self.root(&root).await;
        let ids = self.list(&list).await;
        self.single(&list, &ids).await;
    }

    fn answered(&mut self, path: &str, well: bool, words: impl Into<String>) {
        self.found.answers.push(Answered { path: path.to_owned(), well, words: words.into() });
    }

    /// `/` says which version the API speaks.
    async fn root(&mut self, root: &Url) {
        let bytes = match self.fetcher.get(root).await {
            Ok(bytes) => bytes,
            Err(why) => return self.answered("/", false, why.why),
        };
        let read: Option<Map<String, Value>> = Some(&bytes)
            .filter(|bytes| bytes.len() <= MOST_ABOUT)
            .and_then(|bytes| serde_json::from_slice(bytes).ok());
        let Some(map) = read else {
            return self.answered("/", false, "it is no description of an API (JSON)");
        };
        let lacking: Vec<&str> = ["version", "profile", "openapi_url"]
            .into_iter()
            .filter(|name| !map.get(*name).is_some_and(Value::is_string))
            .collect();
        let version = map.get("version").and_then(Value::as_str).unwrap_or("");
        if lacking.is_empty() && version.contains("UK-3") {
            self.answered("/", true, "it says that it is Open Referral UK 3");
        } else if lacking.is_empty() {
            self.answered("/", false, "it names another version than HSDS-UK-3.0");
        } else {
            self.answered("/", false, format!("it does not say its {}", lacking.join(", ")));
        }
    }

    /// `/services`, page by page; gives the identifiers of the first.
    async fn list(&mut self, list: &Url) -> Vec<String> {
        let (mut seen, mut ids) = (HashSet::new(), Vec::new());
        let mut says_all = None;
        let mut held = 0;
        for number in 1..=MOST_PAGES {
            let read = match self.fetcher.get(&numbered(list, number, self.limits.page_size)).await {
                Ok(bytes) => {
                    page(&bytes).map(|page| page.ok_or_else(|| "it is no list of services".to_owned()))
                }
                Err(why) if number == 1 => Err(why.why),
                // Behind the last there need not be one.
                Err(_) => break,
            };
            let page = match read {
                Ok(Ok(page)) => page,
                Ok(Err(why)) | Err(why) if number == 1 => {
                    self.answered("/services", false, why);
                    return ids;
                }
                _ => {
                    self.found.counts.push(format!("Page {number} is no list of services."));
                    break;
                }
            };
            let new = page.items.iter().any(|item| {
                let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
                !seen.contains(id) || id.is_empty() && number == 1
            });
            if !new && number > 1 {
                break;
            }
            self.counts(&page, number);
            says_all = says_all.or_else(|| page.says.get("total_items").and_then(Value::as_u64));
            held += page.items.len();
            let mut on_page = HashSet::new();
            for (at, item) in page.items.iter().enumerate() {
                let place = format!("page {number}, {}[{at}]", page.list);
                self.found.services += 1;
                self.found.valid += usize::from(self.faults.service(item, &place));
                if let Some(id) = item.get("id").and_then(Value::as_str) {
                    if seen.insert(id.to_owned()) && ids.len() < MOST_SINGLE {
                        ids.push(id.to_owned());
                    }
                    if !on_page.insert(id) {
                        self.again();
                    }
                }
            }
            (self.said)(held as u64);
            if page.says_last == Some(true) || page.items.is_empty() {
                break;
            }
            self.found.only_the_first = number == MOST_PAGES;
        }
        self.found.read = true;
        self.answered("/services", true, format!("{held} services came"));
        if let Some(said) = says_all.filter(|said| !self.found.only_the_first && *said != held as u64) {
            self.found
                .counts
                .push(format!("It says that it has {said} services (total_items), and {held} came."));
        }
        ids
    }

    /// Two services of one page under one number.
    fn again(&mut self) {
        let words = "Two services of one page have the same id: others keep only one of them.".to_owned();
        if !self.found.counts.contains(&words) {
            self.found.counts.push(words);
        }
    }

    /// What a page says of itself.
    fn counts(&mut self, page: &Page, number: usize) {
        let mut wrong = Vec::new();
        let says = |name: &str| page.says.get(name).and_then(Value::as_u64);
        let held = page.items.len() as u64;
        if let Some(size) = says("size").filter(|size| *size != held) {
            wrong.push(format!("Page {number} says that it holds {size} (size), and holds {held}."));
        }
        if let Some(said) = says("page_number").or_else(|| says("page")).filter(|said| *said != number as u64)
        {
            wrong.push(format!("Page {number} was asked for, and it says that it is page {said}."));
        }
        if page.says.get("empty").and_then(Value::as_bool).is_some_and(|empty| empty != (held == 0)) {
            wrong.push(format!("Page {number} is wrong about being empty."));
        }
        let pages = says("total_pages");
        if let (Some(pages), Some(last)) = (pages, page.says.get("last_page").and_then(Value::as_bool))
            && last != (number as u64 >= pages)
        {
            wrong.push(format!("Page {number} of {pages} is wrong about being the last."));
        }
        let needed =
            ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"];
        let lacking: Vec<&str> = needed.into_iter().filter(|name| !page.says.contains_key(*name)).collect();
        if number == 1 && !lacking.is_empty() {
            wrong.push(format!("The pages do not say their {}.", lacking.join(", ")));
        }
        self.found.counts.extend(wrong);
    }

    /// `/services/{id}` of the first.
    async fn single(&mut self, list: &Url, ids: &[String]) {
        let mut bad = Vec::new();
        for id in ids {
            let why = match self.fetcher.get(&single(list, id)).await {
                Err(why) => why.why,
                Ok(bytes) => match whole(&bytes, id) {
                    None => "it is not the service that was asked for".to_owned(),
                    Some(service) => {
                        let mut faults = Faults::default();
                        if faults.service(&service, "") {
                            continue;
                        }
                        let first = faults.ended().into_iter().next();
                        first.map_or_else(String::new, |fault| format!("{} {}", fault.field, fault.what))
                    }
                },
            };
            bad.push(why);
        }
        let asked = ids.len();
        match (asked, bad.first()) {
            (0, _) => self.answered(SINGLE, false, "no service of the list has an id to ask for"),
            (_, None) => self.answered(SINGLE, true, format!("{asked} were asked for, and came whole")),
            (_, Some(why)) => {
                let words = format!("of {asked} that were asked for, {} did not come well: {why}", bad.len());
                self.answered(SINGLE, false, words);
            }
        }
    }
}
