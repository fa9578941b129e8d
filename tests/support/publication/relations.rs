//! What any reader of a match run knows of how its figures hang together.

use testbed::attack::{Figure, Publication, Range};
use vocabulary::Topic;

use super::figures::{Figures, area, left_out, list, place, whole, word};
use super::worklists::{Asked, follow};

/// Adds one match run to what a reader holds; `run` comes before the name of each figure, to tell two runs apart.
pub(crate) fn read(publication: &mut Publication, run: &str, figures: &Figures, lists: &[Asked]) {
    let everybody = figures.everybody();
    for (name, printed) in &figures.printed {
        let range = Range::of_printed(printed, everybody);
        let range = range.unwrap_or_else(|| panic!("{name} reads {printed}, which no count of people may"));
        publication.figure(&format!("{run}{name}"), range);
    }
    let mut reader = Reader { publication, run, figures, everybody };
    reader.funnel();
    reader.cohort();
    reader.topics();
    reader.squares();
    reader.areas();
    reader.hub();
    reader.missing();
    reader.fairness();
    follow(&mut reader, lists);
}

pub(super) struct Reader<'a> {
    publication: &'a mut Publication,
    run: &'a str,
    figures: &'a Figures,
    pub(super) everybody: i64,
}

impl Reader<'_> {
    /// A figure by its name, whether it is printed or is only one subtraction away.
    fn at(&mut self, name: &str) -> Figure {
        self.publication.figure(&format!("{}{name}", self.run), Range::up_to(self.everybody))
    }

    pub(super) fn adds_up(&mut self, parts: &[&str], whole: &str) {
        let words = format!("{}{} = {whole}", self.run, parts.join(" + "));
        let parts: Vec<Figure> = parts.iter().map(|name| self.at(name)).collect();
        let whole = self.at(whole);
        self.publication.adds_up(&words, &parts, whole);
    }

    pub(super) fn within(&mut self, parts: &[&str], whole: &str) {
        let words = format!("{}{} ≤ {whole}", self.run, parts.join(" + "));
        let parts: Vec<Figure> = parts.iter().map(|name| self.at(name)).collect();
        let whole = self.at(whole);
        self.publication.within(&words, &parts, whole);
    }

    /// Whether a figure is printed at all, if only as withheld.
    pub(super) fn is_printed(&self, name: &str) -> bool {
        self.figures.reads(name).is_some()
    }

    /// A figure lies in a range.
    pub(super) fn lies(&mut self, name: &str, range: Range) {
        let name = format!("{}{name}", self.run);
        self.publication.figure(&name, range);
    }

    /// A figure reads like this.
    pub(super) fn reads(&mut self, name: &str, printed: &str) {
        let range = Range::of_printed(printed, self.everybody);
        self.lies(
            name,
            range.unwrap_or_else(|| panic!("{name} reads {printed}, which no count of people may")),
        );
    }

    /// So many times these lie in a range.
    pub(super) fn knows(&mut self, terms: &[(&str, i64)], range: Range) {
        let words = format!("{}{terms:?}", self.run);
        let terms: Vec<(Figure, i64)> = terms.iter().map(|(name, times)| (self.at(name), *times)).collect();
        self.publication.known(&words, &terms, range);
    }

    fn same(&mut self, one: &str, other: &str) {
        self.adds_up(&[one], other);
    }

    /// Who is left after a step and who is removed by it were left before it.
    fn funnel(&mut self) {
        let steps = list(&self.figures.summary["attrition"]).len();
        let start = self.at("everybody");
        self.publication.known("everybody", &[(start, 1)], Range::exactly(self.everybody));
        let mut before = "everybody".to_owned();
        for step in 0..steps {
            let [left, removed, not_known, known] =
                ["left", "removed", "not known", "known"].map(|what| format!("step {step} {what}"));
            self.adds_up(&[&left, &removed], &before);
            self.adds_up(&[&not_known, &known], &removed);
            before = left;
        }
        self.same("cohort", &before);
    }

    fn cohort(&mut self) {
        self.adds_up(&["matched", "no offer"], "cohort");
        self.adds_up(&["unmet", "nothing unmet"], "cohort");
        let summary = &self.figures.summary;
        // Everybody of this cohort needs something, so that whoever has no offer goes without it.
        self.within(&["no offer"], "unmet");
        let bands: Vec<String> =
            (0..list(&summary["distances"]).len()).map(|at| format!("distance {at}")).collect();
        let bands: Vec<&str> = bands.iter().map(String::as_str).collect();
        self.adds_up(&bands, "cohort");
        self.same(bands.last().expect("a band for no offer"), "no offer");
        for (label, groups) in [
            ("has a car", &["No car", "Car or not: not known"][..]),
            ("walks", &["Uses a wheelchair", "Housebound"]),
            ("has internet", &["No internet"]),
        ] {
            let groups: Vec<String> = groups.iter().map(|group| format!("travel {group}")).collect();
            if groups.iter().all(|group| self.figures.reads(group).is_some()) {
                let mut parts: Vec<&str> = groups.iter().map(String::as_str).collect();
                parts.push(label);
                self.adds_up(&parts, "cohort");
            }
        }
    }

    fn topics(&mut self) {
        let lines = list(&self.figures.summary["topics"]);
        for line in lines {
            let topic = word(&line["topic"]);
            let [need, unmet, met] = ["need", "unmet", "met"].map(|what| format!("{what} {topic}"));
            self.within(&[&need], "cohort");
            self.within(&[&unmet], "unmet");
            self.adds_up(&[&unmet, &met], &need);
            // Whoever has something for a need has an offer.
            self.within(&[&met], "matched");
            if whole(&line["services"]) == 0 {
                self.same(&unmet, &need);
            }
        }
        for (some, all) in [("need", "cohort"), ("unmet", "unmet"), ("met", "matched")] {
            let all = self.at(all);
            let topics: Vec<Figure> =
                Topic::ALL.iter().map(|topic| self.at(&format!("{some} {}", topic.key()))).collect();
            let terms: Vec<(Figure, i64)> =
                topics.into_iter().map(|topic| (topic, 1)).chain([(all, -1)]).collect();
            self.publication.known("everybody in it is in it for a topic", &terms, Range::at_least(0));
        }
        // Rules version 1: no car is a need for transport.
        if self.figures.reads("travel No car").is_some() {
            self.same("need transport", "travel No car");
        }
    }

    /// The cohort's last criterion is that the place is known, so that everybody lives in a square.
    fn squares(&mut self) {
        let squares: Vec<String> = list(&self.figures.summary["squares"]).iter().map(place).collect();
        if squares.is_empty() {
            return;
        }
        for (what, all) in [("people", "cohort"), ("unmet", "unmet")] {
            let cells: Vec<String> = squares.iter().map(|square| format!("square {square} {what}")).collect();
            self.adds_up(&cells.iter().map(String::as_str).collect::<Vec<_>>(), all);
        }
        for square in squares {
            self.within(&[&format!("square {square} unmet")], &format!("square {square} people"));
        }
    }

    /// A manager knows whether the extract says everybody's area: then the areas are all there is.
    fn areas(&mut self) {
        let areas: Vec<String> = list(&self.figures.summary["areas"]).iter().map(area).collect();
        if areas.is_empty() {
            return;
        }
        let services: Vec<(String, i64)> = list(&self.figures.summary["topics"])
            .iter()
            .map(|line| (word(&line["topic"]).to_owned(), whole(&line["services"])))
            .collect();
        let column =
            |what: &str| -> Vec<String> { areas.iter().map(|area| format!("area {area} {what}")).collect() };
        let of = |cells: &[String]| -> Vec<String> { cells.to_vec() };
        let people = of(&column("people"));
        self.adds_up(&people.iter().map(String::as_str).collect::<Vec<_>>(), "cohort");
        for (topic, services) in services {
            for what in ["need", "unmet"] {
                let whole = format!("{what} {topic}");
                let cells = column(&whole);
                self.adds_up(&cells.iter().map(String::as_str).collect::<Vec<_>>(), &whole);
            }
            for area in &areas {
                let [need, unmet] = ["need", "unmet"].map(|what| format!("area {area} {what} {topic}"));
                self.within(&[&need], &format!("area {area} people"));
                if services == 0 {
                    self.same(&unmet, &need);
                } else {
                    self.within(&[&unmet], &need);
                }
            }
        }
    }

    /// People within a circle: at least those of the squares that lie in it, at most those of the squares that it touches.
    fn in_circle(&mut self, circle: &serde_json::Value, what: &str, people: &str, at_least: bool) {
        let side = whole(&self.figures.summary["square_side"]);
        let [east, north, radius] = ["easting", "northing", "radius"].map(|part| whole(&circle[part]));
        let (mut inside, mut touched) = (Vec::new(), Vec::new());
        for square in list(&self.figures.summary["squares"]) {
            let [e, n] = ["easting", "northing"].map(|part| whole(&square[part]));
            let squared = |x: i64, y: i64| (x - east).pow(2) + (y - north).pow(2);
            // Places are whole metres: the last one of a square is a metre before the next.
            let [right, top] = [e + side - 1, n + side - 1];
            let nearest = squared(east.clamp(e, right), north.clamp(n, top));
            let corners = [(e, n), (e, top), (right, n), (right, top)].map(|(x, y)| squared(x, y));
            let name = format!("square {} {what}", place(square));
            if corners.iter().all(|corner| *corner <= radius * radius) {
                inside.push(name.clone());
            }
            if nearest <= radius * radius {
                touched.push(name);
            }
        }
        if self.figures.summary["squares"].as_array().is_none_or(Vec::is_empty) {
            return;
        }
        if at_least {
            self.within(&inside.iter().map(String::as_str).collect::<Vec<_>>(), people);
        }
        let people = self.at(people);
        let mut terms: Vec<(Figure, i64)> = touched.iter().map(|name| (self.at(name), 1)).collect();
        terms.push((people, -1));
        let words = format!("{}everybody of a circle lives in a square that it touches", self.run);
        self.publication.known(&words, &terms, Range::at_least(0));
    }

    fn hub(&mut self) {
        let hub = self.figures.summary["shortlist"].clone();
        if !hub.is_object() {
            return;
        }
        self.within(&["hub people"], "cohort");
        self.in_circle(&hub, "people", "hub people", true);
        let providers: Vec<&str> = list(&hub["invited"]).iter().map(|one| word(&one["provider"])).collect();
        let (mut covered, mut all) = (Vec::new(), Vec::new());
        for need in list(&hub["uncovered"]) {
            let topic = word(&need["topic"]);
            let [needing, uncovered] = ["need", "uncovered"].map(|what| format!("hub {what} {topic}"));
            self.within(&[&needing], "hub people");
            self.within(&[&needing], &format!("need {topic}"));
            // Each need is added by one of those invited, or left; not every addition is printed.
            let mut parts: Vec<String> =
                providers.iter().map(|provider| format!("hub adds {provider} {topic}")).collect();
            parts.push(uncovered.clone());
            self.adds_up(&parts.iter().map(String::as_str).collect::<Vec<_>>(), &needing);
            let (needing, uncovered) = (self.at(&needing), self.at(&uncovered));
            let weight = weight(topic);
            all.push((needing, weight));
            covered.extend([(needing, weight), (uncovered, -weight)]);
        }
        self.left_out();
        // "At least 60 % of the need" is of true counts: tenths of the weight that is covered.
        if let Some(percent) = hub["covered_percent"].as_i64() {
            let terms: Vec<(Figure, i64)> = covered
                .iter()
                .map(|(figure, times)| (*figure, times * 100))
                .chain(all.iter().map(|(figure, times)| (*figure, -times * percent)))
                .collect();
            let words = format!("{}the hub covers so much", self.run);
            // What no choice of providers could cover is not covered by this one.
            if let Some(bound) = hub["bound_percent"].as_i64() {
                let terms: Vec<(Figure, i64)> = all
                    .iter()
                    .map(|(figure, times)| (*figure, times * bound))
                    .chain(covered.iter().map(|(figure, times)| (*figure, -times * 100)))
                    .collect();
                self.publication.known(&words, &terms, Range::at_least(0));
            }
            self.publication.known(&words, &terms, Range::at_least(0));
            // All that is covered reads as 90 %, so that it says nothing about the rest.
            if percent < 90 {
                let least_step: Vec<(Figure, i64)> = covered
                    .iter()
                    .map(|(figure, times)| (*figure, -times * 100))
                    .chain(all.iter().map(|(figure, times)| (*figure, times * (percent + 10))))
                    .collect();
                self.publication.known(&words, &least_step, Range::at_least(1));
            }
        }
    }

    /// Everybody falls into one group of each view. A group that is not there holds nobody of the extract.
    fn fairness(&mut self) {
        for view in list(&self.figures.summary["fairness"]).to_vec() {
            let by = word(&view["by"]);
            let groups: Vec<String> = list(&view["groups"])
                .iter()
                .map(|group| format!("by {by} {}", word(&group["label"])))
                .collect();
            for (what, all) in [("everybody", "everybody"), ("cohort", "cohort"), ("unmet", "unmet")] {
                let cells: Vec<String> = groups.iter().map(|group| format!("{group} {what}")).collect();
                self.adds_up(&cells.iter().map(String::as_str).collect::<Vec<_>>(), all);
            }
            for group in &groups {
                let [everybody, cohort, unmet, outside, met] =
                    ["everybody", "cohort", "unmet", "outside", "met"].map(|what| format!("{group} {what}"));
                self.adds_up(&[&cohort, &outside], &everybody);
                self.adds_up(&[&unmet, &met], &cohort);
            }
        }
    }

    /// Everybody around the hub is in one group of each kind, and so is everybody who is left out: with a need that
    /// nobody covers.
    fn left_out(&mut self) {
        let groups = left_out(&self.figures.summary);
        let kind = |group: &str| group.split(' ').next().unwrap_or_default().to_owned();
        let kinds: std::collections::BTreeSet<String> = groups.iter().map(|(group, _)| kind(group)).collect();
        for one in &kinds {
            let of = groups.iter().filter(|(group, _)| kind(group) == *one);
            let of: Vec<&String> = of.map(|(group, _)| group).collect();
            for what in ["people", "left", "not left"] {
                let cells: Vec<String> = of.iter().map(|group| format!("hub {group} {what}")).collect();
                self.adds_up(&cells.iter().map(String::as_str).collect::<Vec<_>>(), &format!("hub {what}"));
            }
            for group in of {
                let [people, left, not_left] =
                    ["people", "left", "not left"].map(|what| format!("hub {group} {what}"));
                self.adds_up(&[&left, &not_left], &people);
                let same = format!("by {group} cohort");
                if self.figures.reads(&same).is_some() {
                    self.within(&[&people], &same);
                }
                if one == "area" && !group.ends_with("Not known") {
                    self.within(&[&people], &format!("{group} people"));
                }
            }
        }
        if kinds.is_empty() {
            return;
        }
        self.adds_up(&["hub left", "hub not left"], "hub people");
        let left = self.at("hub left");
        let mut terms = vec![(left, -1)];
        for need in list(&self.figures.summary["shortlist"]["uncovered"]).to_vec() {
            let uncovered = format!("hub uncovered {}", word(&need["topic"]));
            self.within(&[&uncovered], "hub left");
            terms.push((self.at(&uncovered), 1));
        }
        let words = format!("{}whoever is left out is left with a need", self.run);
        self.publication.known(&words, &terms, Range::at_least(0));
    }

    fn missing(&mut self) {
        for offer in list(&self.figures.summary["missing_offers"]).to_vec() {
            let topic = word(&offer["topic"]);
            let name = format!("missing {topic}");
            // Printed as no more than the topic's own figure: that is said of the figures, and of the people anyhow.
            self.within(&[&name], &format!("unmet {topic}"));
            self.in_circle(&offer, "unmet", &name, false);
        }
    }
}

/// The weight of a topic by rules version 1.
fn weight(topic: &str) -> i64 {
    let topic = Topic::ALL.into_iter().find(|one| one.key() == topic).expect("a topic");
    i64::from(matching::RuleSet::version_1().weights.0[topic as usize])
}
