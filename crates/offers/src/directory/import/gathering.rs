//! What has been read so far, from however many files, and how records that come more than once become one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use vocabulary::{Outcode, Postcode};

use crate::directory::{Feed, FeedProblem, Kind, Organisation, Outcome, Service, Site, SiteOfService};

/// Records of one import, and problems of one import that are listed; more are counted.
pub(super) const MOST_RECORDS: u64 = 200_000;
const MOST_PROBLEMS: usize = 100_000;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    /// "line 7", "row 7" or "$.contents[3]".
    pub(super) at: String,
}

/// How a record came.
#[derive(Clone, Debug)]
pub(super) struct Came {
    pub(super) place: Place,
    /// Inside another record, which says it again for each of its own.
    pub(super) nested: bool,
    /// In a list that has only summaries, and the whole could not be had.
    pub(super) summary: bool,
    /// How much it says; a fuller record of another file is the one that is kept.
    pub(super) fullness: usize,
}

impl Came {
    /// A whole record says more than a summary, however long that is.
    const fn says(&self) -> (bool, usize) {
        (!self.summary, self.fullness)
    }
}

/// A file that is one page of several.
#[derive(Clone, Debug)]
pub(super) struct OnePage {
    pub(super) file: Arc<str>,
    /// Of which list, where its name says so: services and organisations are counted apart.
    pub(super) list: Option<&'static str>,
    pub(super) number: Option<u64>,
    pub(super) of: Option<u64>,
    pub(super) last: bool,
}

/// A feed in the making.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    pub(super) feed: Feed,
    came: HashMap<(Kind, String), Came>,
    /// Services at sites that came in lists of their own.
    links: Vec<(String, SiteOfService, Place)>,
    unlisted: u64,
    /// Pages that say that there are others: which of how many, where they say so.
    pages: Vec<OnePage>,
    /// What is read now is a summary.
    pub(super) summary: bool,
    /// The places of problems come with the records, since they were put together from several files; and numbers are
    /// text.
    pub(super) tables: bool,
}

impl Gathering {
    /// Lists a problem.
    pub(super) fn problem(
        &mut self,
        place: &Place,
        column: &str,
        expected: impl Into<String>,
        outcome: Outcome,
    ) {
        if self.feed.problems.len() >= MOST_PROBLEMS {
            self.unlisted += 1;
            return;
        }
        self.feed.problems.push(FeedProblem {
            file: place.file.to_string(),
            place: place.at.clone(),
            column: column.to_owned(),
            expected: expected.into(),
            outcome,
        });
    }

    /// Lists a record that cannot be used.
    pub(super) fn left_out(&mut self, place: &Place, column: &str, expected: impl Into<String>) {
        self.feed.left_out += 1;
        self.problem(place, column, expected, Outcome::LeftOut);
    }

    /// Notes a record that the source has and that is left out, so that it is not taken for gone.
    pub(super) fn unread(&mut self, kind: Kind, key: Option<String>) {
        self.feed.unread.note(kind, key);
    }

    /// Notes that something was left out which may be any record.
    pub(super) fn unread_any(&mut self) {
        Kind::ALL.into_iter().for_each(|kind| self.unread(kind, None));
    }

    /// Notes a file that is one page of several.
    pub(super) fn page(&mut self, page: OnePage) {
        self.pages.push(page);
    }

    /// Whether the pages that came are all that there are. Where they are not, nothing that is missing is taken for gone.
    pub(super) fn settle_pages(&mut self) {
        let mut lists: BTreeMap<_, Vec<OnePage>> = BTreeMap::new();
        for page in std::mem::take(&mut self.pages) {
            lists.entry((page.list, page.of)).or_default().push(page);
        }
        for pages in lists.into_values() {
            self.settle_list(&pages);
        }
    }

    fn settle_list(&mut self, pages: &[OnePage]) {
        let mut numbers: Vec<u64> = pages.iter().filter_map(|page| page.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let most = pages.iter().filter_map(|page| page.of).max();
        let last = pages.iter().filter(|page| page.last).filter_map(|page| page.number).max();
        // Some count from nought.
        let first = numbers.first().copied().unwrap_or(1).min(1);
        let all = most.or_else(|| last?.checked_sub(first)?.checked_add(1));
        let without_gap = numbers.iter().zip(first..).all(|(number, expected)| *number == expected);
        if without_gap && all == Some(numbers.len() as u64) {
            return;
        }
        self.unread_any();
        for page in pages {
            let of = all.map_or_else(|| "several".to_owned(), |all| all.to_string());
            let place = Place { file: page.file.clone(), at: "$.total_pages".to_owned() };
            let why = format!(
                "this is one page of {of}, and not all of them are there; expected the others beside it. What is not found is \
                 kept"
            );
            self.warn(&place, "total_pages", why);
        }
    }

    /// Notes what is said of the source, once.
    pub(super) fn about(&mut self, about: &str) {
        const MOST: usize = 2_000;
        let all = self.feed.about.get_or_insert_default();
        if all.len() + about.len() > MOST || all.contains(about) {
            return;
        }
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(about);
    }

    pub(super) fn warn(&mut self, place: &Place, column: &str, expected: impl Into<String>) {
        self.problem(place, column, expected, Outcome::Warning);
    }

    pub(super) fn organisation(&mut self, key: &str, organisation: Organisation, came: Came) {
        if self.wins(Kind::Organisation, key, came) {
            self.feed.organisations.insert(key.to_owned(), organisation);
        }
    }

    pub(super) fn service(&mut self, key: &str, service: Service, came: Came) {
        if self.wins(Kind::Service, key, came) {
            self.feed.services.insert(key.to_owned(), service);
        }
    }

    pub(super) fn site(&mut self, key: &str, site: Site, came: Came) {
        if self.wins(Kind::Site, key, came) {
            self.feed.sites.insert(key.to_owned(), site);
        }
    }

    /// Notes that a service is given at a site, whichever of the two comes first.
    pub(super) fn link(&mut self, service: String, at: SiteOfService, place: Place) {
        self.links.push((service, at, place));
    }

    /// Whether a record takes the place of what came before under its key.
    fn wins(&mut self, kind: Kind, key: &str, came: Came) -> bool {
        let slot = (kind, key.to_owned());
        let Some(before) = self.came.get(&slot) else {
            self.came.insert(slot, came);
            return true;
        };
        let fuller = came.says() > before.says();
        let wins = if came.nested {
            fuller
        } else if before.nested {
            came.says() >= before.says()
        } else if came.place.file == before.place.file || came.says() == before.says() {
            let earlier = if came.place.file == before.place.file {
                before.place.at.clone()
            } else {
                format!("{}, {}", before.place.file, before.place.at)
            };
            let why =
                format!("expected each id once; this one came before at {earlier}, and the last is used");
            self.warn(&came.place.clone(), "id", why);
            true
        } else {
            fuller
        };
        if wins {
            // A record that stood by itself once is not again a part of another.
            let nested = came.nested && self.came.get(&slot).is_none_or(|before| before.nested);
            self.came.insert(slot, Came { nested, ..came });
        }
        wins
    }

    /// Brings together what came apart and says what is missing.
    pub(super) fn settle(mut self) -> Feed {
        for (service, at, place) in std::mem::take(&mut self.links) {
            match self.feed.services.get_mut(&service) {
                Some(known) if known.sites.iter().any(|other| other.site == at.site) => {}
                Some(known) => known.sites.push(at),
                None => self.warn(&place, "service_id", "expected a service that the source holds"),
            }
        }
        for ((kind, key), _) in self.came.iter().filter(|(_, came)| came.summary) {
            self.feed.unread.note_summary(*kind, key.clone());
        }
        self.list_postcodes();
        let mut services = std::mem::take(&mut self.feed.services);
        for (key, service) in &mut services {
            self.complete(key, service);
        }
        self.feed.services = services;
        if self.unlisted > 0 {
            let place = Place { file: "".into(), at: String::new() };
            let why = format!("{} further problems are not listed", self.unlisted);
            self.feed.problems.push(FeedProblem {
                file: place.file.to_string(),
                place: place.at,
                column: String::new(),
                expected: why,
                outcome: Outcome::Warning,
            });
        }
        self.feed
    }

    /// Says of which sites the postcode is none that can be read: they may have no place then.
    fn list_postcodes(&mut self) {
        let unread = |text: &&str| Postcode::parse(text).is_err() && Outcode::parse(text).is_err();
        let sites = self.feed.sites.iter().filter(|(_, site)| {
            site.addresses.iter().filter_map(|address| address.postcode.as_deref()).any(|text| unread(&text))
        });
        let places: Vec<Place> = sites
            .filter_map(|(key, _)| Some(self.came.get(&(Kind::Site, key.clone()))?.place.clone()))
            .collect();
        for place in places {
            self.warn(
                &place,
                "postal_code",
                "expected a postcode such as NG31 7AA; kept as it is, and not placed by it",
            );
        }
    }

    fn complete(&mut self, key: &str, service: &mut Service) {
        let nowhere = || Place { file: "".into(), at: String::new() };
        let place = |all: &Self| {
            all.came.get(&(Kind::Service, key.to_owned())).map_or_else(nowhere, |came| came.place.clone())
        };
        match &service.organisation {
            None => {
                self.warn(&place(self), "organization", "expected the organisation that offers the service");
            }
            Some(organisation) if !self.feed.organisations.contains_key(organisation) => {
                self.warn(&place(self), "organization", "expected an organisation that the source holds");
            }
            Some(_) => {}
        }
        if let (Some(least), Some(most)) = (service.minimum_age, service.maximum_age)
            && least > most
        {
            (service.minimum_age, service.maximum_age) = (None, None);
            let why = "expected a minimum age that is not above the maximum age; neither is used";
            self.problem(&place(self), "minimum_age", why, Outcome::FieldNotUsed);
        }
        for term in &mut service.terms {
            if term.name.is_empty() {
                let known = term.id.as_ref().and_then(|id| self.feed.terms.get(id));
                if let Some(name) = known {
                    term.name.clone_from(name);
                } else {
                    self.warn(&place(self), "taxonomy_term", "expected a term with a name");
                }
            }
        }
        if service.sites.iter().any(|at| !self.feed.sites.contains_key(&at.site)) {
            self.warn(&place(self), "location", "expected a location that the source holds");
        }
    }
}
