//! What somebody asks the finder, as it stands in an address.

use offers::catalogue::Parts;
use offers::directory::Service;
use offers::finder::{AtHome, From, Wanted};
use vocabulary::{Id, Topic, TopicSet, WEEK};
use web::{Form, Problem};

/// Services that somebody keeps on their list.
pub(super) const MOST_LISTED: usize = 20;
const METRES_PER_MILE: u32 = 1_609;
/// Longer texts than people write.
const MOST_LETTERS: usize = 300;

/// Parts of the day: their bit, their word in the address and their name.
pub(super) const TIMES: [(u8, &str, &str); 3] = [
    (Parts::MORNING, "morning", "Morning"),
    (Parts::AFTERNOON, "afternoon", "Afternoon"),
    (Parts::EVENING, "evening", "Evening"),
];

/// Distances that can be chosen, in miles.
pub(super) const MILES: [u32; 5] = [1, 3, 5, 10, 20];

/// What is asked.
#[expect(clippy::struct_excessive_bools, reason = "each is a box of its own on the page")]
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) words: String,
    pub(super) place: String,
    pub(super) topic: Option<Topic>,
    pub(super) miles: Option<u32>,
    pub(super) days: u8,
    pub(super) parts: u8,
    pub(super) free: bool,
    pub(super) steps: bool,
    pub(super) transport: bool,
    pub(super) room: bool,
    pub(super) language: String,
    pub(super) home: AtHome,
    /// As it was typed.
    pub(super) age: String,
    pub(super) map: bool,
    /// From 1.
    pub(super) page: usize,
    /// Their list.
    pub(super) list: Vec<Id<Service>>,
    pub(super) large: bool,
}

impl Asked {
    /// Reads what stands behind the `?` of a path. What cannot be read counts as not said.
    pub(super) fn read(path: &str) -> Result<Self, Problem> {
        let form = Form::parse(path.split_once('?').map_or("", |(_, question)| question).as_bytes())?;
        let short = |name: &str| form.text(name).chars().take(MOST_LETTERS).collect::<String>();
        let ticked = |name: &str, words: &[&str]| {
            let ticked = form.all(name);
            (0..)
                .zip(words)
                .filter(|(_, word)| ticked.contains(word))
                .fold(0, |mask: u8, (at, _)| mask | 1 << at)
        };
        let mut list: Vec<Id<Service>> = Vec::new();
        for id in form.all("list").into_iter().filter_map(|text| Id::parse(text).ok()) {
            if list.len() < MOST_LISTED && !list.contains(&id) {
                list.push(id);
            }
        }
        Ok(Self {
            words: short("words"),
            place: short("place"),
            topic: Topic::from_key(form.text("topic")),
            miles: form.text("miles").parse().ok().filter(|miles| MILES.contains(miles)),
            days: ticked("day", &WEEK.map(|(code, _)| code)),
            parts: ticked("time", &TIMES.map(|(_, word, _)| word)),
            free: form.text("free") == "yes",
            steps: form.text("steps") == "yes",
            transport: form.text("transport") == "yes",
            room: form.text("room") == "yes",
            language: short("language").to_lowercase(),
            home: match form.text("home") {
                "only" => AtHome::Only,
                "not" => AtHome::Not,
                _ => AtHome::Either,
            },
            age: short("age"),
            map: form.text("view") == "map",
            page: form.text("page").parse().unwrap_or(1).clamp(1, 100_000),
            list,
            large: form.text("print") == "large",
        })
    }

    /// Whether nothing was asked yet.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.place.is_empty() && self.topic.is_none() && !self.narrows()
    }

    /// Whether anything beside words and place was chosen.
    pub(super) fn narrows(&self) -> bool {
        self.miles.is_some()
            || self.days != 0
            || self.parts != 0
            || self.free
            || self.steps
            || self.transport
            || self.room
            || !self.language.is_empty()
            || self.home != AtHome::Either
            || !self.age.is_empty()
    }

    /// The age, or that it is none.
    pub(super) fn years(&self) -> Result<Option<i32>, ()> {
        if self.age.is_empty() {
            return Ok(None);
        }
        self.age.parse().ok().filter(|age| (0..=120).contains(age)).map(Some).ok_or(())
    }

    /// The same for the search, seen from somewhere.
    pub(super) fn wanted(&self, from: Option<From>) -> Wanted {
        Wanted {
            words: self.words.clone(),
            topics: self.topic.map_or(TopicSet::EMPTY, |topic| TopicSet::EMPTY.with(topic)),
            within: self.miles.filter(|_| from.is_some()).map(|miles| miles * METRES_PER_MILE),
            from,
            days: self.days,
            parts: self.parts,
            free: self.free,
            step_free: self.steps,
            transport: self.transport,
            language: Some(self.language.clone()).filter(|code| !code.is_empty()),
            at_home: self.home,
            age: self.years().ok().flatten(),
            with_room: self.room,
        }
    }

    /// The question of an address that asks the same.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        };
        put("words", &self.words);
        put("place", &self.place);
        put("topic", self.topic.map_or("", Topic::key));
        put("miles", &self.miles.map_or_else(String::new, |miles| miles.to_string()));
        for (at, (code, _)) in WEEK.iter().enumerate() {
            put("day", if self.days >> at & 1 == 1 { code } else { "" });
        }
        for (bit, word, _) in TIMES {
            put("time", if self.parts & bit == bit { word } else { "" });
        }
        for (name, ticked) in
            [("free", self.free), ("steps", self.steps), ("transport", self.transport), ("room", self.room)]
        {
            put(name, if ticked { "yes" } else { "" });
        }
        put("language", &self.language);
        put(
            "home",
            match self.home {
                AtHome::Either => "",
                AtHome::Only => "only",
                AtHome::Not => "not",
            },
        );
        put("age", &self.age);
        put("view", if self.map { "map" } else { "" });
        put("page", &if self.page > 1 { self.page.to_string() } else { String::new() });
        for id in &self.list {
            put("list", &id.to_string());
        }
        put("print", if self.large { "large" } else { "" });
        query.finish()
    }

    /// An address below `/find` that asks the same.
    pub(super) fn at(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same on another page of the results.
    pub(super) fn on_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same with this service on their list, or no longer.
    pub(super) fn listing(&self, id: Id<Service>) -> Self {
        let mut list = self.list.clone();
        if list.contains(&id) {
            list.retain(|known| *known != id);
        } else {
            list.push(id);
        }
        Self { list, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn an_address_asks_the_same_when_it_is_written_again() {
        let list = "list=018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";
        let asked = format!(
            "/find?words=my+knee+%26+hip&place=NG31+7AA&topic=strength&miles=3&day=TU&day=SU&time=evening&free=yes\
             &steps=yes&transport=yes&room=yes&language=pl&home=not&age=67&view=map&page=2&{list}&print=large"
        );
        assert_eq!(Asked::read(&asked).expect("read").at("/find"), asked);
        assert_eq!(Asked::read("/find").expect("read").at("/find"), "/find");
    }

    #[test]
    fn what_no_page_of_ours_asks_counts_as_not_said() {
        let asked = "/find?miles=4000&day=XX&page=-1&page=2&view=globe&list=1&age=abc&topic=cars&home=maybe";
        let asked = Asked::read(asked).expect("read");
        assert_eq!(asked.at("/find"), "/find?age=abc");
        assert_eq!(asked.years(), Err(()));
        let many = "/find?".to_owned() + &"list=018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f&".repeat(100);
        assert_eq!(Asked::read(&many).expect("read").list.len(), 1);
        assert_eq!(
            Asked::read(&format!("/find?words={}", "x".repeat(9_000))).expect("read").words.len(),
            300
        );
    }
}
