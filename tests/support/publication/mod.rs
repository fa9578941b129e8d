//! One match run as its readers have it: what is printed, what they know of it, and the truth behind it.

mod figures;
mod page;
mod populations;
mod relations;
mod truth;

use std::path::Path;

use testbed::attack::{Figure, Publication, Verdict};

pub(crate) use figures::Figures;
pub(crate) use page::unexplained;
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

    /// The figures that may not be worked out: those that hold nobody to seven people, printed or one subtraction away,
    /// unless it is the service's doing, and says nothing of anybody, that nobody is in them.
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
            (0..=7).contains(&(self.truth.count(name) - known(name))) && !self.is_no_secret(name)
        };
        publication.figures().filter(small).collect()
    }

    /// Figures about nobody: printed as 0 because a step leaves out nobody whoever they are, or because no service is
    /// there that could meet a need.
    fn is_no_secret(&self, name: &str) -> bool {
        let reads = |name: &str| self.figures.reads(name) == Some("0");
        let step = name.strip_prefix("step ").and_then(|rest| rest.split(' ').next());
        let removed =
            step.is_some_and(|step| !name.ends_with("left") && reads(&format!("step {step} removed")));
        let met = name.strip_prefix("met ").is_some_and(|topic| {
            figures::list(&self.figures.summary["topics"])
                .iter()
                .any(|line| figures::word(&line["topic"]) == topic && line["services"] == 0)
        });
        reads(name) || removed || met
    }

    /// Attacks and says in words what was found.
    pub(crate) fn attacked(&self, publication: &Publication, of: &[Figure], spread: i64) -> Vec<String> {
        let verdicts = publication.attack(of, spread);
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
