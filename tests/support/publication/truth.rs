//! The truth behind the figures, counted anew from the rows: for each person, the figures that hold her.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use matching::{Catchment, Invitation, Mobility, RuleSet, invite};
use planning::cohort::{Evidence, parse_cohort, select};
use planning::extract::{Allowance, Mapping};
use planning::match_run::MatchRun;
use planning::population::{Backgrounds, Import, Population, import, read_backgrounds};
use planning::supply::import_services;
use serde_json::Value;
use vocabulary::{GridPoint, Topic};

use super::figures::{list, whole, word};
use super::groups::groups;
use super::practices::network_of;
use super::worklists::{NO_NETWORK, NO_PRACTICE, offered_by};

/// The true counts of one match run.
pub(crate) struct Truth {
    /// The figures that hold each person of the extract, by pseudonym.
    pub(crate) holding: BTreeMap<String, BTreeSet<String>>,
    /// Counts that belong to nobody alone: what each provider adds to those before it.
    added: BTreeMap<String, i64>,
    counts: BTreeMap<String, i64>,
}

/// Upper ends of the distances in metres: 1, 2, 5 and 10 miles.
const BANDS: [i32; 4] = [1_609, 3_219, 8_047, 16_093];

impl Truth {
    /// Counts the same files that the program matched.
    pub(crate) fn of(files: (&Path, &Path), (definition, networks): (&str, bool), summary: &Value) -> Self {
        let (population_file, services) = files;
        let (mapping, rules, all) = (Mapping::default(), RuleSet::version_1(), Allowance { percent: 100.0 });
        let settings =
            Import { mapping: &mapping, index_date: rules.index_date, allowance: all, progress: &|_| () };
        let mut population = import(&[population_file.to_owned()], &settings).expect("people");
        let parts = [population_file.to_owned()];
        let backgrounds =
            read_backgrounds(&parts, &mapping, &population, rules.index_date.year()).expect("columns");
        let services = import_services(services, &mapping, all).expect("services");
        let cohort = parse_cohort("cohort.toml", definition, Path::new(".")).expect("a cohort");
        let evidence = Evidence::none(&cohort, &population);
        let selected = select(&cohort, &population, &evidence, rules.index_date);
        let index_date = rules.index_date;
        let run = MatchRun::new(rules, services, &population.people, &selected, &|_| ());
        let groups = |population: &Population, row: usize| {
            let mut all = groups(&population.people, &backgrounds, row);
            if networks {
                let network = population.practice_of(row).and_then(network_of);
                all.push(format!("by network {}", network.unwrap_or(NO_NETWORK)));
            }
            all
        };
        let mut truth = Self { holding: BTreeMap::new(), added: BTreeMap::new(), counts: BTreeMap::new() };

        // Who leaves at which step: everybody goes through the criteria alone.
        for row in std::mem::take(&mut population.usable) {
            population.usable = vec![row];
            let alone = select(&cohort, &population, &evidence, index_date);
            let pid = population.pseudonyms.get(row as usize).to_owned();
            let names = truth.holding.entry(pid).or_default();
            names.insert("everybody".to_owned());
            let everybody = groups(&population, row as usize).into_iter();
            names.extend(everybody.map(|group| format!("{group} everybody")));
            for (at, step) in alone.attrition.iter().enumerate() {
                if step.removed == 1 {
                    names.insert(format!("step {at} removed"));
                    let known = if step.not_known == 1 { "not known" } else { "known" };
                    names.insert(format!("step {at} {known}"));
                    break;
                }
                names.insert(format!("step {at} left"));
            }
        }
        let hub = Hub::of(summary, &run, &population.people, &selected.rows);
        truth.added = hub.as_ref().map(|hub| hub.added.clone()).unwrap_or_default();
        for part in &run.parts {
            for outcome in &part.people {
                let row = outcome.person as usize;
                let people = &population.people;
                let mine: Vec<_> = part.matches.iter().filter(|m| m.person == outcome.person).collect();
                let mut names = vec!["cohort".to_owned()];
                names.push(if mine.is_empty() { "no offer" } else { "matched" }.to_owned());
                let near = mine.iter().filter(|m| {
                    let service = &run.plan.services()[m.service as usize];
                    service.catchment != Catchment::Online && service.place.is_some()
                });
                let band = match near.map(|m| m.distance).min() {
                    Some(metres) => BANDS.iter().filter(|end| metres >= **end).count(),
                    None if mine.is_empty() => BANDS.len() + 2,
                    None => BANDS.len() + 1,
                };
                names.push(format!("distance {band}"));
                names.push(
                    match people.has_car(row) {
                        Some(false) => "travel No car",
                        None => "travel Car or not: not known",
                        Some(true) => "has a car",
                    }
                    .to_owned(),
                );
                names.push(
                    match people.mobility(row) {
                        Some(Mobility::Wheelchair) => "travel Uses a wheelchair",
                        Some(Mobility::Housebound) => "travel Housebound",
                        _ => "walks",
                    }
                    .to_owned(),
                );
                names.push(
                    if people.internet(row) == Some(false) { "travel No internet" } else { "has internet" }
                        .to_owned(),
                );
                if !mine.is_empty() {
                    names.push(offered_by(population.practice_of(row).unwrap_or(NO_PRACTICE)));
                }
                let unmet = outcome.needs.without(outcome.covered);
                names.push(if unmet.is_empty() { "nothing unmet" } else { "unmet" }.to_owned());
                for group in groups(&population, row) {
                    let met = if unmet.is_empty() { "met" } else { "unmet" };
                    names.extend([format!("{group} cohort"), format!("{group} {met}")]);
                }
                let here = people.place(row);
                let square = here.map(|place| {
                    let corner = |metres: i32| metres.div_euclid(2_000) * 2_000;
                    format!("square {},{}", corner(place.easting), corner(place.northing))
                });
                let area = people.county(row).zip(people.area(row)).map(|(c, a)| format!("area {c},{a}"));
                for group in square.iter().chain(&area) {
                    names.push(format!("{group} people"));
                }
                if let (Some(square), false) = (&square, unmet.is_empty()) {
                    names.push(format!("{square} unmet"));
                }
                for topic in outcome.needs.iter() {
                    let met = if unmet.holds(topic) { "unmet" } else { "met" };
                    for what in ["need", met] {
                        names.push(format!("{what} {}", topic.key()));
                        names.extend(area.iter().map(|area| format!("{area} {what} {}", topic.key())));
                    }
                }
                for offer in list(&summary["missing_offers"]) {
                    let missing = Topic::ALL.into_iter().find(|t| t.key() == word(&offer["topic"]));
                    if missing.is_some_and(|topic| unmet.holds(topic))
                        && here.is_some_and(|p| within(offer, p))
                    {
                        names.push(format!("missing {}", word(&offer["topic"])));
                    }
                }
                if let Some(hub) = &hub {
                    names.extend(hub.holding(&run, people, outcome.person));
                }
                let pid = population.pseudonyms.get(row);
                truth.holding.get_mut(pid).expect("a person of the extract").extend(names);
            }
        }
        for names in truth.holding.values_mut().filter(|names| !names.contains("cohort")) {
            let outside = |name: &String| Some(format!("{} outside", name.strip_suffix(" everybody")?));
            let outside: Vec<String> = names.iter().filter_map(outside).collect();
            names.extend(outside);
        }
        for name in truth.holding.values().flatten() {
            *truth.counts.entry(name.clone()).or_default() += 1;
        }
        truth
    }

    /// Adds what is known of nobody alone.
    pub(super) fn beside(&mut self, name: String, count: i64) {
        self.added.insert(name, count);
    }

    /// How many people a figure holds.
    pub(crate) fn count(&self, name: &str) -> i64 {
        self.counts.get(name).or_else(|| self.added.get(name)).copied().unwrap_or(0)
    }
}

fn within(circle: &Value, place: GridPoint) -> bool {
    let [east, north, radius] = ["easting", "northing", "radius"].map(|part| whole(&circle[part]));
    let (x, y) = (i64::from(place.easting) - east, i64::from(place.northing) - north);
    x * x + y * y <= radius * radius
}

/// In which group of each kind somebody is.
fn group_names(people: &matching::People, row: usize) -> [String; 3] {
    let named = groups(people, &Backgrounds::default(), row);
    let of = |kind: &str| {
        let name =
            named.iter().find_map(|name| name.strip_prefix("by ").filter(|name| name.starts_with(kind)));
        name.expect("a group").to_owned()
    };
    let area = people.county(row).zip(people.area(row));
    let area = area.map_or("Not known".to_owned(), |(county, area)| format!("{county},{area}"));
    [of("deprivation"), of("age"), format!("area {area}")]
}

/// The hub of a run, chosen anew.
struct Hub {
    asked: Invitation,
    chosen: Vec<String>,
    added: BTreeMap<String, i64>,
}

impl Hub {
    fn of(summary: &Value, run: &MatchRun, people: &matching::People, cohort: &[u32]) -> Option<Self> {
        let hub = summary["shortlist"].is_object().then_some(&summary["shortlist"])?;
        let metres = |part: &str| i32::try_from(whole(&hub[part])).expect("metres");
        let venue = GridPoint { easting: metres("easting"), northing: metres("northing") };
        let stands = usize::try_from(whole(&hub["stands"])).expect("stands");
        let asked = Invitation::to(venue, metres("radius"), stands);
        let outcome = invite(&run.plan, people, cohort, &asked).expect("a choice");
        let mut added = BTreeMap::new();
        for chosen in &outcome.chosen {
            for (topic, adds) in Topic::ALL.iter().zip(chosen.adds) {
                let adds = i64::try_from(adds).expect("a count");
                added.insert(format!("hub adds {} {}", chosen.provider, topic.key()), adds);
            }
        }
        let chosen = outcome.chosen.into_iter().map(|chosen| chosen.provider).collect();
        Some(Self { asked, chosen, added })
    }

    /// The hub's figures that hold one person: the same choice of providers, for her alone.
    fn holding(&self, run: &MatchRun, people: &matching::People, row: u32) -> Vec<String> {
        let asked =
            Invitation { force_in: self.chosen.clone(), stands: self.chosen.len(), ..self.asked.clone() };
        let alone = invite(&run.plan, people, &[row], &asked).expect("the same choice");
        let mut names = Vec::new();
        if alone.people == 1 {
            names.push("hub people".to_owned());
        }
        for (at, topic) in Topic::ALL.iter().enumerate().take(alone.needing.len()) {
            if alone.needing[at] == 1 {
                names.push(format!("hub need {}", topic.key()));
            }
            if alone.uncovered[at] == 1 {
                names.push(format!("hub uncovered {}", topic.key()));
            }
        }
        if alone.people == 1 {
            let left = if alone.uncovered.contains(&1) { "left" } else { "not left" };
            let groups = group_names(people, usize::try_from(row).expect("a row"));
            names.push(format!("hub {left}"));
            names.extend(
                groups.iter().flat_map(|group| ["people", left].map(|what| format!("hub {group} {what}"))),
            );
        }
        names
    }
}
