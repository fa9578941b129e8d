//! The answer of a match run: what stands at the top of its report, before the sections.

use askama::Template;
use disclosure::{Shown, with_commas};
use planning::match_run::Findings;

use super::page::{Figure, Page, Section, Symbols, day_in_words};
use super::words;

/// The report of these sections.
pub(super) fn render(findings: &Findings, sections: Vec<Section>) -> Result<String, askama::Error> {
    Page {
        about: &findings.about,
        made_up: findings.made_up,
        headline: headline(findings),
        lede: lede(findings),
        figures: figures(findings),
        symbols: symbols(findings),
        sections,
        index_date: day_in_words(&findings.inputs.index_date),
        program: &findings.inputs.program,
        style: include_str!("report.css"),
    }
    .render()
}

/// The answer in one sentence.
fn headline(findings: &Findings) -> String {
    let who = &findings.who;
    let near = if findings.place_known { "nothing near them meets" } else { "nothing on the list meets" };
    let cohort = match findings.cohort {
        Shown::Count(0) => return "Nobody in this file is in the cohort".to_owned(),
        Shown::Count(n) => words::roughly(n),
        Shown::Hidden => return format!("How many {who} there are is hidden to protect them"),
        Shown::UpTo(_) | Shown::Few => {
            return "Too few people are in the cohort to report on without risk to them".to_owned();
        }
    };
    match findings.unmet {
        Shown::Count(0) => format!("About {cohort} {who}, and something on the list for every need"),
        Shown::Count(n) => format!("Of about {cohort} {who}, {} have a need that {near}", words::roughly(n)),
        Shown::UpTo(n) => format!("Of about {cohort} {who}, {n} or fewer have a need that {near}"),
        Shown::Few => format!("Of about {cohort} {who}, a few have a need that {near}"),
        Shown::Hidden => format!("About {cohort} {who} were matched with support"),
    }
}

/// What follows from it: the first missing offer, or what is offered.
fn lede(findings: &Findings) -> String {
    let services = words::count_of(findings.inputs.services.rows_used, "service", "services");
    if findings.cohort == Shown::Count(0) {
        return "The steps below say who was left out, and why.".to_owned();
    }
    let start = format!("Each person's needs were held against {services}");
    match findings.matched {
        Shown::Count(0) => format!("{start}. None of them fits anybody in this cohort."),
        Shown::Count(_) => {
            let share = words::percent(findings.matched, findings.cohort);
            let share = share.map_or_else(|| words::people(findings.matched), |p| format!("{p} of people"));
            format!("{start}. {} have at least one that they could use.", words::capital(&share))
        }
        _ => format!("{start}."),
    }
}

fn figures(findings: &Findings) -> Vec<Figure> {
    let of_cohort = |shown: Shown, what: &str| Figure {
        number: shown.to_string(),
        words: what.to_owned(),
        share: words::percent(shown, findings.cohort).map(|p| format!("{p} of the cohort")),
    };
    vec![
        Figure {
            number: findings.cohort.to_string(),
            words: format!("{} (the cohort)", findings.who),
            share: None,
        },
        of_cohort(findings.matched, "have at least one offer that they could use"),
        of_cohort(findings.unmet, "have a need that no offer they could use meets"),
        of_cohort(findings.unmatched, "have no offer at all"),
        Figure {
            number: with_commas(findings.inputs.services.rows_used),
            words: "services were looked at".to_owned(),
            share: None,
        },
    ]
}

fn symbols(findings: &Findings) -> Symbols {
    let mut symbols = Symbols::default();
    for shown in every_count(findings) {
        match shown {
            Shown::Count(_) => {}
            Shown::UpTo(n) => symbols.up_to = Some(n),
            Shown::Few => symbols.few = true,
            Shown::Hidden => symbols.hidden = true,
        }
    }
    symbols
}

fn every_count(findings: &Findings) -> impl Iterator<Item = Shown> {
    let totals = [findings.cohort, findings.matched, findings.unmatched, findings.unmet];
    let steps = findings.attrition.iter().flat_map(|s| [s.remaining, s.removed, s.not_known]);
    let squares = findings.squares.iter().flat_map(|s| [s.people, s.unmet]);
    let small_areas = findings.small_areas.iter().flat_map(|a| [a.people, a.unmet]);
    let bands = findings.distances.iter().chain(&findings.travel).map(|b| b.people);
    let topics = findings.topics.iter().flat_map(|t| [t.need, t.unmet]);
    let areas = findings.areas.iter().flat_map(|a| [&[a.people], &*a.need, &*a.unmet].concat());
    let missing = findings.missing.iter().map(|m| m.people);
    let list = findings.shortlist.iter().flat_map(|l| {
        let invited = l.invited.iter().map(|i| i.gain);
        let left_out = l.left_out.iter().flat_map(|kind| &kind.groups);
        invited
            .chain(l.uncovered.iter().flat_map(|u| [u.people, u.uncovered]))
            .chain(left_out.filter(|g| g.people.rounded().is_some()).flat_map(|g| [g.people, g.uncovered]))
            .chain([l.people])
    });
    let events = findings.inputs.code_lists.iter().map(|l| l.events);
    totals
        .into_iter()
        .chain(events)
        .chain(steps)
        .chain(squares)
        .chain(small_areas)
        .chain(bands)
        .chain(topics)
        .chain(areas)
        .chain(missing)
        .chain(list)
}
