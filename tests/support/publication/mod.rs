//! One match run as its readers have it: what is printed, what they know of it, and the truth behind it.

mod figures;
mod groups;
mod page;
mod populations;
mod relations;
mod truth;

use std::path::Path;

use testbed::attack::{Figure, Publication, Verdict};

pub(crate) use figures::Figures;
pub(crate) use page::{numbers, texts, unexplained};
pub(crate) use populations::{MadeUp, Somebody, by_chance, hostile, invented, write};
pub(crate) use relations::read;
pub(crate) use truth::Truth;

use super::meres::{done, summary};

/// A population that the program matched.
pub(crate) struct Matched {
    pub(crate) name: String,
    pub(crate) figures: Figures,
    pub(crate) truth: Truth,
    /// The text of `report.html`, and how many people have rows in `matches.csv`.
    pub(crate) report: String,
    pub(crate) people_in_rows: i64,
}

/// Runs `meres match` on a population.
pub(crate) fn matched(folder: &Path, made_up: &MadeUp) -> Matched {
    let out = format!("{}_out", made_up.name);
    let (population, services) = (made_up.population.display(), made_up.services.display());
    done(folder, &format!("match --population {population} --services {services} --out {out} --format csv"));
    let out = folder.join(out);
    let summary = summary(&out);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("a result");
    let rows = read("matches.csv");
    let people: std::collections::BTreeSet<&str> =
        rows.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    Matched {
        name: made_up.name.clone(),
        truth: Truth::of(&made_up.population, &made_up.services, &summary),
        figures: Figures::of(&summary),
        report: read("report.html"),
        people_in_rows: i64::try_from(people.len()).expect("a count"),
    }
}

impl Matched {
    /// What a reader holds who has this run and nothing else.
    pub(crate) fn publication(&self) -> Publication {
        let mut publication = Publication::default();
        read(&mut publication, "", &self.figures);
        publication
    }

    /// The figures that may not be worked out: those that stand in the summary, as "≤7" or withheld, and hold nobody to
    /// seven people.
    pub(crate) fn small(&self, publication: &Publication) -> Vec<Figure> {
        self.small_but_for(publication, |_| 0)
    }

    /// The same for somebody who knows so many of a figure's people.
    pub(crate) fn small_but_for(
        &self,
        publication: &Publication,
        known: impl Fn(&str) -> i64,
    ) -> Vec<Figure> {
        let small = |figure: &Figure| {
            let name = publication.name(*figure);
            let merged =
                self.figures.reads(name).is_some_and(|text| text != "0") && !self.is_the_extract(name);
            merged && (0..=7).contains(&(self.truth.count(name) - known(name)))
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
