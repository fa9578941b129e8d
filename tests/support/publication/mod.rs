//! One match run as its readers have it: what is printed, what they know of it, and the truth behind it.

mod figures;
mod groups;
mod page;
mod populations;
mod practices;
mod relations;
mod rules;
mod truth;
mod worklists;

use std::path::Path;

use planning::cohort;
use testbed::attack::{Figure, Publication, Verdict};

pub(crate) use figures::Figures;
pub(crate) use page::{numbers, texts, unexplained};
pub(crate) use populations::{MadeUp, Somebody, a_few_more, by_chance, extract, hostile, invented, write};
pub(crate) use practices::{NETWORKS, with_practices, write_with_networks};
pub(crate) use relations::read;
pub(crate) use rules::{Rule, SWITCHED_OFF};
pub(crate) use truth::Truth;
pub(crate) use worklists::{Asked, count};

use super::meres::{done, summary};
use worklists::{ask, is_of_a_practice};

/// A population that the program matched.
pub(crate) struct Matched {
    pub(crate) name: String,
    pub(crate) figures: Figures,
    pub(crate) truth: Truth,
    /// Worklists that were asked for from it.
    pub(crate) asked: Vec<Asked>,
    /// The text of `report.html`, and how many people have rows in `matches.csv`.
    pub(crate) report: String,
    pub(crate) people_in_rows: i64,
}

/// What is asked of a population with practices: the last three, then the first three, then all of them.
const REQUESTS: [(&[&str], usize); 3] =
    [(&["Z99004", "Z99005", "Z99006"], 6), (&["Z99001", "Z99002", "Z99003"], 12), (&[], 2_000)];

/// Runs `meres match` on a population.
pub(crate) fn matched(folder: &Path, made_up: &MadeUp) -> Matched {
    let out = format!("{}_out", made_up.name);
    let (population, services) = (made_up.population.display(), made_up.services.display());
    let of_networks = made_up.networks.map(|data| format!(" --calls --data {data}")).unwrap_or_default();
    let line = format!(
        "match --population {population} --services {services} --out {out} --format csv{of_networks}"
    );
    done(folder, &line);
    let out = folder.join(out);
    let summary = summary(&out);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("a result");
    let rows = read("matches.csv");
    let people: std::collections::BTreeSet<&str> =
        rows.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let files = (made_up.population.as_path(), made_up.services.as_path());
    let mut truth = Truth::of(files, (cohort::VERSION_1, made_up.networks.is_some()), &summary);
    let asked = if made_up.networks.is_some() { ask(&out, &mut truth, &REQUESTS) } else { Vec::new() };
    Matched {
        name: made_up.name.clone(),
        truth,
        asked,
        figures: Figures::of(&summary),
        report: read("report.html"),
        people_in_rows: i64::try_from(people.len()).expect("a count"),
    }
}

impl Matched {
    /// What a reader holds who has this run and nothing else.
    pub(crate) fn publication(&self) -> Publication {
        let mut publication = Publication::default();
        self.publish(&mut publication, "", |_, _, _| None);
        publication
    }

    /// Adds what is printed of this run, with figures by another rule; `run` comes before their names.
    pub(crate) fn publish(&self, publication: &mut Publication, run: &str, other: Rule) {
        let (mut figures, mut asked) = (self.figures.clone(), self.asked.clone());
        for (name, printed) in &mut figures.printed {
            if let Some(text) = other(name, printed, &self.truth) {
                *printed = text;
            }
        }
        for (nth, one) in asked.iter_mut().enumerate() {
            if let Some(text) = other(&format!("list {nth}"), &one.people, &self.truth) {
                one.people = text;
            }
        }
        read(publication, run, &figures, &asked);
    }

    /// Whether another rule prints a figure exactly: then it is given away, not worked out.
    pub(crate) fn gives_away(&self, name: &str, other: Rule) -> bool {
        let reads = self.figures.reads(name).and_then(|printed| other(name, printed, &self.truth));
        reads.is_some_and(|text| text.starts_with('='))
    }

    /// The figures that may not be worked out: those that stand in the summary, as "≤7" or withheld, and hold nobody to
    /// seven people.
    pub(crate) fn small(&self, publication: &Publication) -> Vec<Figure> {
        self.small_but_for(publication, "", |_| 0)
    }

    /// The same among figures with `run` before their names, for somebody who knows so many of a figure's people.
    pub(crate) fn small_but_for(
        &self,
        publication: &Publication,
        run: &str,
        known: impl Fn(&str) -> i64,
    ) -> Vec<Figure> {
        let small = |figure: &Figure| {
            let Some(name) = publication.name(*figure).strip_prefix(run) else { return false };
            let merged =
                self.figures.reads(name).is_some_and(|text| text != "0") && !self.is_the_extract(name);
            let least = i64::from(is_of_a_practice(name));
            (merged || least > 0) && (least..=7).contains(&(self.truth.count(name) - known(name)))
        };
        publication.figures().filter(small).collect()
    }

    /// Who is left after steps that leave out nobody, whoever they are: the rows of the extract, which stand beside it.
    fn is_the_extract(&self, name: &str) -> bool {
        let left = name.strip_prefix("step ").and_then(|rest| rest.strip_suffix(" left"));
        let Some(step) = left.and_then(|step| step.parse::<usize>().ok()) else { return false };
        (0..=step).all(|step| self.figures.reads(&format!("step {step} removed")) == Some("0"))
    }

    /// Attacks and says in words what was found. In an extract of fewer people than `spread` no count can have two
    /// values so far apart, whatever is printed.
    pub(crate) fn attacked(&self, publication: &Publication, of: &[Figure], spread: i64) -> Vec<String> {
        let verdicts = publication.attack(of, spread.min(self.figures.everybody()));
        let verdicts = verdicts.unwrap_or_else(|why| panic!("{}: nothing fits: {}", self.name, why.0));
        let lost = of.iter().zip(verdicts).filter(|(_, verdict)| !verdict.is_safe());
        lost.map(|(figure, verdict)| {
            let name = publication.name(*figure);
            let found = match verdict {
                Verdict::Found { low, high } => format!("lies between {low} and {high}"),
                _ => "was not settled".to_owned(),
            };
            let reads = self.figures.reads(name).unwrap_or("not printed");
            format!("{}: {name} ({reads}, truly {}) {found}", self.name, self.truth.count(name))
        })
        .collect()
    }
}
