//! The report of a crosstab: the area view. The same page, made of [`AreaView`] and of nothing else.

mod county;
mod gaps;
mod grid;
mod method;

use askama::Template;
use disclosure::{Shown, with_commas};
use planning::crosstab::{AreaView, Demand, Figure, Gap, TopicView};

use super::page::{Figure as MainFigure, Page, Symbols, day_in_words};
use super::words;

/// The whole report as HTML. Fails only if a template does.
pub fn render_area_view(view: &AreaView) -> Result<String, askama::Error> {
    let index_date = view.as_at.as_deref().map_or_else(|| "a day that is not known".to_owned(), day_in_words);
    let program = view.inputs.program.strip_prefix("Meres ").unwrap_or(&view.inputs.program);
    Page {
        about: &view.about,
        made_up: view.made_up,
        headline: headline(view),
        lede: lede(view),
        figures: figures(view),
        sections: vec![
            gaps::section(view)?,
            county::section(view)?,
            grid::section(view)?,
            method::section(view)?,
        ],
        symbols: symbols(view),
        index_date,
        program,
        style: concat!(include_str!("../report.css"), include_str!("area_view.css")),
    }
    .render()
}

/// The answer in one sentence.
fn headline(view: &AreaView) -> String {
    let are = &view.segments_are;
    let gaps = gaps::gaps(view);
    let Some(first) = gaps.first() else {
        let known = view.segments.iter().flat_map(|s| &s.topics).any(|t| t.gap == Gap::NotKnown);
        return if known || view.topics.iter().all(|t| t.demand.low().is_none()) {
            format!("No gap can be shown for these {are}")
        } else {
            format!("Something on the list reaches every need that these {are} show")
        };
    };
    let people = words::capital(&demand_words(first.demand));
    let reaches = if first.online {
        "only something online reaches them"
    } else {
        "no service on the list reaches them"
    };
    format!("{people} may need help with {}, and {reaches}", first.topic.words())
}

fn lede(view: &AreaView) -> String {
    let services = words::count_of(view.inputs.services.rows_used, "service", "services");
    let are = &view.segments_are;
    let n = with_commas(view.segments.len() as u64);
    let with_gap = view.segments.iter().filter(|s| s.topics.iter().any(|t| t.gap == Gap::Nothing)).count();
    format!(
        "The counts of {n} {are} were held against {services}. {} of {n} have at least one need that nothing reaches. \
         These are counts of conditions, not of people, so every need lies between two numbers.",
        with_commas(with_gap as u64)
    )
}

fn figures(view: &AreaView) -> Vec<MainFigure> {
    let figure = |number: String, words: String| MainFigure { number, words, share: None };
    let gaps = gaps::gaps(view).len() as u64;
    vec![
        figure(view.people.to_string(), "people in the whole population".to_owned()),
        figure(with_commas(view.segments.len() as u64), format!("{} in the file", view.segments_are)),
        figure(with_commas(view.topics.len() as u64), "topics that their conditions ask for".to_owned()),
        figure(with_commas(gaps), "of these topics have a gap somewhere".to_owned()),
        figure(with_commas(view.inputs.services.rows_used), "services were looked at".to_owned()),
    ]
}

fn symbols(view: &AreaView) -> Symbols {
    let mut symbols = Symbols::default();
    let everybody = view.segments.iter().map(|s| s.people).chain([view.people]);
    for figure in everybody.chain(view.metrics.iter().map(|m| m.whole)) {
        match figure {
            Figure::Shown(Shown::UpTo(n)) => symbols.up_to = Some(n),
            Figure::Shown(Shown::Few) => symbols.few = true,
            Figure::Shown(Shown::Hidden) => symbols.hidden = true,
            _ => {}
        }
    }
    for topic in view.segments.iter().flat_map(|s| &s.topics).chain(&view.topics) {
        match topic.demand {
            Demand::UpTo(n) => symbols.up_to = Some(symbols.up_to.map_or(n, |m| m.min(n))),
            Demand::Hidden => symbols.hidden = true,
            _ => {}
        }
    }
    symbols
}

/// Whether people need it and nothing, or nothing but the internet, reaches them.
fn is_gap(topic: &TopicView) -> bool {
    matches!(topic.gap, Gap::Nothing | Gap::OnlineOnly)
}

/// "between about 1,200 and 1,900 people".
fn demand_words(demand: Demand) -> String {
    match demand {
        Demand::Between(low, high) if low == high => format!("about {} people", with_commas(low)),
        Demand::Between(low, high) => {
            format!("between about {} and {} people", with_commas(low), with_commas(high))
        }
        Demand::AtLeast(low) => format!("about {} people or more", with_commas(low)),
        Demand::UpTo(most) => format!("{most} people or fewer"),
        Demand::Hidden => "a hidden number of people".to_owned(),
        Demand::NotKnown => "a number of people that is not known".to_owned(),
    }
}

/// The names of some segments: the first few, and how many more.
fn some(names: &[&str]) -> String {
    const NAMED: usize = 4;
    if names.len() <= NAMED {
        return vocabulary::and_list(names);
    }
    format!("{} and {} more", names[..NAMED - 1].join(", "), names.len() - (NAMED - 1))
}
