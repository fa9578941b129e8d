//! What is reached, as one publication: whatever a reader knows of how releases, worklists and reports hang together.

use std::collections::BTreeMap;

use testbed::attack::{Figure, Publication, Range, Verdict};

use super::world::{Release, Request, World};
use crate::support::publication::Rule;

/// As many may have come or gone between two extracts as make a count that is no longer small.
const FEW: i64 = 8;
/// What a practice reports, in the order of the page: all whom it invited, and what became of them.
const BECAME: [&str; 5] =
    ["Invited", "Could not be reached", "Said no", "It was not right for them", "May come"];

pub(super) struct Union {
    publication: Publication,
    /// What each practice reported, which nobody else knows.
    reports: BTreeMap<String, i64>,
}

impl Union {
    /// All that is there, with figures by another rule. It fits the truth, or the findings would mean nothing.
    pub(super) fn of(world: &World, other: Rule) -> Self {
        let mut union = Self { publication: Publication::default(), reports: BTreeMap::new() };
        for release in &world.releases {
            release.matched.publish(&mut union.publication, release.run, other);
        }
        let [first, second, third] = world.releases.as_slice() else { panic!("three releases") };
        union.nearly_the_same(first, second);
        union.among(third, first);
        let everybody = first.matched.figures.everybody();
        for (nth, request) in world.requests.iter().flatten().enumerate() {
            union.reported(nth, request, everybody);
        }
        let value = |name: &str| {
            let release = world.releases.iter().find_map(|one| Some((one, name.strip_prefix(one.run)?)));
            release.map_or_else(
                || union.reports.get(name).copied(),
                |(release, name)| Some(release.matched.truth.count(name)),
            )
        };
        let untrue = union.publication.untrue(value);
        assert!(untrue.is_empty(), "{untrue:#?}");
        union
    }

    fn both(&self, name: &str, one: &Release, other: &Release) -> Option<(Figure, Figure)> {
        let named = |release: &Release| self.publication.named(&format!("{}{name}", release.run));
        Some((named(one)?, named(other)?))
    }

    /// The people of the one are those of the other, but for a few.
    fn nearly_the_same(&mut self, one: &Release, other: &Release) {
        // Whom a hub invites, and where an offer is missing, depends on everybody.
        let same = |name: &&String| !name.starts_with("hub ") && !name.starts_with("missing ");
        for name in one.matched.figures.printed.keys().filter(same) {
            if let Some((one, other)) = self.both(name, one, other) {
                let few = Range { low: -FEW, high: FEW };
                self.publication.known(&format!("{name} before and after"), &[(one, 1), (other, -1)], few);
            }
        }
    }

    /// The cohort of the one is part of the other's, but for a few.
    fn among(&mut self, part: &Release, whole: &Release) {
        let of_the_cohort = |name: &&String| {
            !["hub ", "missing ", "step "].iter().any(|start| name.starts_with(start))
                && !name.ends_with(" everybody")
        };
        for name in whole.matched.figures.printed.keys().filter(of_the_cohort) {
            if let Some((part, whole)) = self.both(name, part, whole) {
                let words = format!("{name} of a part of the cohort");
                self.publication.known(&words, &[(whole, 1), (part, -1)], Range::at_least(-FEW));
            }
        }
    }

    /// What practices reported, each for itself and together.
    fn reported(&mut self, nth: usize, request: &Request, everybody: i64) {
        if request.reports.is_empty() {
            return;
        }
        assert_eq!(request.reported.len(), BECAME.len(), "{:?}", request.reported);
        for (practice, [invited, reached, declined, unsuitable]) in &request.reports {
            let became =
                [*invited, invited - reached, *declined, *unsuitable, reached - declined - unsuitable];
            for (what, people) in BECAME.iter().zip(became) {
                self.reports.insert(format!("report {nth} {practice} {what}"), people);
                *self.reports.entry(format!("report {nth} {what}")).or_default() += people;
            }
        }
        let mut figure = |name: String| self.publication.figure(&name, Range::up_to(everybody));
        let mut sums = Vec::new();
        for what in BECAME {
            let parts =
                request.reports.keys().map(|practice| figure(format!("report {nth} {practice} {what}")));
            let parts: Vec<Figure> = parts.collect();
            sums.push((what, parts, figure(format!("report {nth} {what}"))));
        }
        for (what, parts, whole) in &sums {
            self.publication.adds_up(&format!("{what} by all practices"), parts, *whole);
            let printed = &request.reported[*what];
            let range = Range::of_printed(printed, everybody);
            let range = range.unwrap_or_else(|| panic!("{what} reads {printed}"));
            self.publication.figure(&format!("report {nth} {what}"), range);
        }
        let of_practice = |at: usize| sums.iter().map(|(_, parts, _)| parts[at]).collect::<Vec<Figure>>();
        for at in 0..request.reports.len() {
            let [invited, became @ ..] = of_practice(at).try_into().unwrap_or([sums[0].2; 5]);
            self.publication.adds_up("whoever was invited became one of these", &became, invited);
        }
    }

    /// How many small figures there are, and those that are found, in words. What another rule gives away is not worked out.
    pub(super) fn attacked(&self, world: &World, other: Rule, spread: i64) -> (usize, Vec<String>) {
        let mut small = Vec::new();
        for release in &world.releases {
            let of = release.matched.small_but_for(&self.publication, release.run, |_| 0);
            small.extend(of.into_iter().filter(|figure| {
                let name = self.publication.name(*figure).strip_prefix(release.run).unwrap_or_default();
                !release.matched.gives_away(name, other)
            }));
        }
        let of_a_practice = self.reports.keys().filter(|name| name.contains(" Z"));
        small.extend(of_a_practice.filter_map(|name| self.publication.named(name)));
        let verdicts = self.publication.attack(&small, spread);
        let verdicts = verdicts.unwrap_or_else(|why| panic!("nothing fits: {}", why.0));
        let lost = small.iter().zip(verdicts).filter(|(_, verdict)| !verdict.is_safe());
        let words = lost.map(|(figure, verdict)| match verdict {
            Verdict::Found { low, high } => {
                format!("{} lies between {low} and {high}", self.publication.name(*figure))
            }
            _ => format!("{} was not settled", self.publication.name(*figure)),
        });
        (small.len(), words.collect())
    }
}
