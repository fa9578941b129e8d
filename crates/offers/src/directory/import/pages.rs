//! A feed behind a web address: page after page, until a page says nothing new.
//!
//! What pages claim about themselves is compared with what they hold and otherwise not believed. A feed that does not
//! end, or of which a page cannot be had, is refused as a whole: half of it would look as if the rest had gone.

use std::collections::HashSet;
use std::time::Duration;

use ground::fetch::{FetchError, FetchLimits, Fetcher, Url, address, shown, within};
use serde_json::Value;

use super::FeedError;
use super::gathering::{Gathering, MOST_RECORDS, Place};
use super::hsds::{Kind, id as id_of, kind_of};
use super::json::{Page, element, element_behind, page};
use super::sources::usable;
use crate::directory::{Feed, Outcome};

/// How much a feed may be.
#[derive(Clone, Copy, Debug)]
pub struct PageLimits {
    pub fetch: FetchLimits,
    pub pages: usize,
    pub records: u64,
    /// Bytes of all pages together.
    pub bytes: usize,
    /// For the whole feed.
    pub whole: Duration,
    /// Single records that are fetched at the same time.
    pub at_a_time: usize,
    /// Records that are asked for on one page.
    pub page_size: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            fetch: FetchLimits::default(),
            pages: 5_000,
            records: MOST_RECORDS,
            bytes: 512 << 20,
            whole: Duration::from_mins(30),
            at_a_time: 4,
            page_size: 50,
        }
    }
}

/// Fields that lists of services leave out and single services have.
const DETAILS: &[&str] = &[
    "schedules",
    "service_at_locations",
    "cost_options",
    "service_areas",
    "languages",
    "contacts",
    "phones",
    "attributes",
    "funding",
    "eligibility_description",
];

/// Answers that mean "there is no such page". A refusal of another kind (too many requests, not allowed) says nothing of
/// how many pages there are.
const fn is_no_such_page(status: u16) -> bool {
    matches!(status, 400 | 404 | 410 | 416)
}

/// Single records that fail in a row, with none that came, before no more are asked for.
const FAILURES: usize = 20;

/// Reads a feed from the address of its list of services, or of the API that has one.
pub async fn read_feed_from_url(url: &str, limits: PageLimits) -> Result<Feed, FeedError> {
    read_feed_watched(url, limits, &|_| {}).await
}

/// The same, telling after each page how many records came so far.
pub async fn read_feed_watched(
    url: &str,
    limits: PageLimits,
    said: &(dyn Fn(u64) + Sync),
) -> Result<Feed, FeedError> {
    let mut all = Gathering::default();
    let home = match address(url) {
        Ok(home) => home,
        Err(why) => return Err(FeedError::of_address(why, all)),
    };
    let done = match Walk::new(&home, limits, &mut all, said) {
        Ok(mut walk) => within(limits.whole, walk.all_pages()).await.unwrap_or_else(|| {
            let minutes = limits.whole.as_secs_f32() / 60.0;
            Err(Stop::Refused(format!(
                "the feed did not end within {minutes} minutes; nothing of it was used"
            )))
        }),
        Err(why) => Err(Stop::Fetch(why)),
    };
    match done {
        Ok(()) => usable(all),
        Err(Stop::Fetch(why)) => Err(FeedError::of_address(why, all)),
        Err(Stop::Refused(why)) => {
            Err(FeedError::Page { address: shown(&home), why, problems: all.feed.problems })
        }
    }
}

enum Stop {
    Fetch(FetchError),
    Refused(String),
}

impl From<FetchError> for Stop {
    fn from(why: FetchError) -> Self {
        Self::Fetch(why)
    }
}

struct Walk<'a> {
    fetcher: Fetcher,
    home: Url,
    limits: PageLimits,
    all: &'a mut Gathering,
    said: &'a (dyn Fn(u64) + Sync),
    seen: HashSet<String>,
    bytes: usize,
    /// Single records that came, and that failed before one came.
    came: usize,
    failed: usize,
    /// Services that the list itself has whole.
    whole_in_list: usize,
}

impl<'a> Walk<'a> {
    fn new(
        home: &Url,
        limits: PageLimits,
        all: &'a mut Gathering,
        said: &'a (dyn Fn(u64) + Sync),
    ) -> Result<Self, FetchError> {
        let fetcher = Fetcher::new(home, limits.fetch)?;
        Ok(Self {
            fetcher,
            home: home.clone(),
            limits,
            all,
            said,
            seen: HashSet::new(),
            bytes: 0,
            came: 0,
            failed: 0,
            whole_in_list: 0,
        })
    }

    async fn all_pages(&mut self) -> Result<(), Stop> {
        self.pages().await?;
        if self.came == 0 && self.failed > 0 && self.whole_in_list == 0 {
            let why = "none of the services could be read under its own address, and the list has only summaries; \
                       nothing of it was used. If it never has more, save the list as a file and import that";
            return Err(Stop::Refused(why.to_owned()));
        }
        Ok(())
    }

    async fn pages(&mut self) -> Result<(), Stop> {
        let list = self.list().await?;
        let mut says_last = None;
        for number in 1..=self.limits.pages {
            let url = numbered(&list, number, self.limits.page_size);
            let bytes = match self.fetcher.get(&url).await {
                Ok(bytes) => bytes,
                // Some answer "no such page" behind the last. Where more was promised, more is missing.
                Err(why)
                    if number > 1 && why.status.is_some_and(is_no_such_page) && says_last != Some(false) =>
                {
                    return Ok(());
                }
                Err(why) => return Err(why.into()),
            };
            self.count(bytes.len())?;
            let place = Place { file: format!("{}, page {number}", shown(&list)).into(), at: "$".to_owned() };
            let page = page(&bytes).map_err(|why| Stop::Refused(format!("page {number}: {why}")))?;
            let Some(page) = page else {
                return Err(Stop::Refused(format!("page {number} is no list of services")));
            };
            let promised = says_last;
            says_last = page.says_last;
            if !self.is_new(&page) {
                if promised == Some(false) || (promised.is_none() && !page.items.is_empty() && number > 1) {
                    let what = if page.items.is_empty() {
                        "this one is empty"
                    } else {
                        "this one repeats what came before"
                    };
                    self.all.warn(&place, "", format!("expected a page with further services; {what}"));
                }
                if promised == Some(false) {
                    // What stands on the pages that did not come is not gone.
                    self.all.unread_any();
                }
                return Ok(());
            }
            if promised == Some(true) {
                self.all.warn(
                    &place,
                    "",
                    "expected no page behind the one that said it was the last; it was read",
                );
            }
            self.read(page, &list, &place).await?;
            (self.said)(self.all.feed.records_read);
        }
        let most = self.limits.pages;
        Err(Stop::Refused(format!("the feed has more than {most} pages; nothing of it was used")))
    }

    /// The address of the list: as given, or below the API that is there.
    async fn list(&mut self) -> Result<Url, Stop> {
        let path = self.home.path().trim_end_matches('/').to_owned();
        if path.ends_with("/services") {
            return Ok(self.home.clone());
        }
        match self.fetcher.get(&self.home).await {
            Ok(bytes) => {
                self.count(bytes.len())?;
                if matches!(page(&bytes), Ok(Some(_))) {
                    return Ok(self.home.clone());
                }
            }
            // An API need not answer at its root.
            Err(why) if why.status.is_some_and(|status| status < 500) => {}
            Err(why) => return Err(why.into()),
        }
        let mut list = self.home.clone();
        list.set_path(&format!("{path}/services"));
        Ok(list)
    }

    fn count(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes += bytes;
        if self.bytes > self.limits.bytes {
            let most = self.limits.bytes >> 20;
            return Err(Stop::Refused(format!("the feed is larger than {most} MB; nothing of it was used")));
        }
        Ok(())
    }

    /// Whether a page holds a service that has not come yet.
    fn is_new(&mut self, page: &Page) -> bool {
        let mut new = false;
        for (at, item) in page.items.iter().enumerate() {
            let key = id(item).unwrap_or_else(|| format!("\0{at}"));
            new |= self.seen.insert(key);
        }
        new
    }

    async fn read(&mut self, page: Page, list: &Url, place: &Place) -> Result<(), Stop> {
        let held = self.all.feed.records_read + (page.items.len() + page.behind.len()) as u64;
        if held > self.limits.records {
            let most = self.limits.records;
            return Err(Stop::Refused(format!(
                "the feed holds more than {most} records; nothing of it was used"
            )));
        }
        let mut items = page.items;
        self.whole_in_list += items.iter().filter(|item| has_details(item)).count();
        let mut summaries = HashSet::new();
        for (at, found) in self.details(&items, list).await? {
            match found {
                Some(detail) => items[at] = detail,
                None => {
                    summaries.insert(at);
                }
            }
        }
        for (at, item) in items.into_iter().enumerate() {
            let place = Place { file: place.file.clone(), at: format!("{}[{at}]", page.list) };
            self.all.summary = summaries.contains(&at);
            if self.all.summary {
                let why = "expected the whole service under its own address; what is known of it stays, and one that is \
                           new has only what the list says";
                self.all.problem(&place, "", why, Outcome::NotWhole);
            }
            element(item, place, Some(Kind::Service), self.all);
        }
        self.all.summary = false;
        for (at, (list, item)) in page.behind.into_iter().enumerate() {
            let place = Place { file: place.file.clone(), at: format!("$.{list}, {at}") };
            element_behind(&list, item, place, self.all);
        }
        Ok(())
    }

    /// The whole of each service of which the list has a summary only; nothing where it could not be had.
    async fn details(&mut self, items: &[Value], list: &Url) -> Result<Vec<(usize, Option<Value>)>, Stop> {
        let mut wanted: Vec<(usize, String)> =
            items.iter().enumerate().filter_map(|(at, item)| Some((at, summary(item)?))).collect();
        let mut found = Vec::new();
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(self.limits.at_a_time.max(1) * 4));
            if self.came == 0 && self.failed >= FAILURES {
                found.extend(wanted.into_iter().map(|(at, _)| (at, None)));
                wanted = rest;
                continue;
            }
            let addresses = wanted.iter().map(|(_, id)| single(list, id)).collect();
            let mut bytes = 0;
            let mut got = Vec::new();
            let each = |at: usize, answer: Result<Vec<u8>, FetchError>| {
                bytes += answer.as_ref().map_or(0, Vec::len);
                let (item, id): &(usize, String) = &wanted[at];
                got.push((*item, answer.ok().and_then(|bytes| whole(&bytes, id))));
            };
            self.fetcher.get_each(addresses, self.limits.at_a_time, each).await;
            self.count(bytes)?;
            let came = got.iter().filter(|(_, record)| record.is_some()).count();
            self.came += came;
            self.failed += got.len() - came;
            found.extend(got);
            wanted = rest;
        }
        found.sort_by_key(|(at, _)| *at);
        Ok(found)
    }
}

/// The address of a page of the list, with whatever else was asked for.
pub(super) fn numbered(list: &Url, number: usize, size: usize) -> Url {
    let mut url = list.clone();
    let ours = ["page", "per_page", "page_number"];
    let others: Vec<(String, String)> = list
        .query_pairs()
        .filter(|(name, _)| !ours.contains(&name.as_ref()))
        .map(|(n, v)| (n.into(), v.into()))
        .collect();
    let mut query = url.query_pairs_mut();
    query.clear().extend_pairs(others);
    // Both names are in use; a server takes the one that it knows.
    query.append_pair("page", &number.to_string()).append_pair("page_number", &number.to_string());
    query.append_pair("per_page", &size.to_string());
    drop(query);
    url
}

pub(super) fn single(list: &Url, id: &str) -> Url {
    let mut url = list.clone();
    url.set_query(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().push(id);
    }
    url
}

fn id(item: &Value) -> Option<String> {
    id_of(item.as_object()?)
}

/// The id of a service that says no more than a list does.
fn summary(item: &Value) -> Option<String> {
    let map = item.as_object()?;
    let service = kind_of(map, Some(Kind::Service)) == Some(Kind::Service);
    if service && !has_details(item) { id(item) } else { None }
}

fn has_details(item: &Value) -> bool {
    item.as_object().is_some_and(|map| DETAILS.iter().any(|name| map.contains_key(*name)))
}

/// The whole record of a service, if it is that.
pub(super) fn whole(bytes: &[u8], expected: &str) -> Option<Value> {
    // A list of one is read like any other, so that nothing is parsed without a bound on what it may hold.
    let mut list = Vec::with_capacity(bytes.len() + 2);
    list.push(b'[');
    list.extend_from_slice(bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes));
    list.push(b']');
    let mut items = page(&list).ok()??.items;
    let only = if items.len() == 1 { items.pop()? } else { return None };
    (id(&only)? == expected).then_some(only)
}
