//! Whom to invite to a hub, what each adds and what stays uncovered.

use askama::Template;
use charts::{Bar, Bars, Chart, Column, CumulativeBars, Gain, Heading, Series, Table, Tone};
use disclosure::Shown;
use matching::pounds;
use planning::match_run::{Findings, Invited, LeftOut, LeftOutBy, Shortlist, UncoveredNeed};

use super::page::Section;
use super::places::Places;
use super::words;

/// Bars a chart: what fits a page of A4.
const ROWS: usize = 20;
/// Organisations whose sentence stands open; the rest fold away.
const OPEN: usize = 10;

#[derive(Template)]
#[template(path = "report/shortlist.html")]
struct Page<'a> {
    list: Option<View<'a>>,
    place_known: bool,
}

struct View<'a> {
    summary: String,
    place_chosen: bool,
    radius: String,
    bound: Option<String>,
    limits: Vec<String>,
    left_out: Vec<Table>,
    charts: Vec<Chart>,
    first: &'a [Invited],
    rest: &'a [Invited],
    uncovered: Option<Chart>,
}

pub(super) fn section(findings: &Findings, places: &Places<'_>) -> Result<Section, askama::Error> {
    let list = findings.shortlist.as_ref().map(|list| view(list, places));
    let html = Page { list, place_known: findings.place_known }.render()?;
    Ok(Section::new("shortlist", "Whom to invite to a hub", html))
}

fn view<'a>(list: &'a Shortlist, places: &Places<'_>) -> View<'a> {
    let (first, rest) = list.invited.split_at(list.invited.len().min(OPEN));
    let summary = format!(
        "A hub at {} with room for {}: {} of this cohort live within {}.",
        places.name(list.easting, list.northing),
        words::count_of(list.stands as u64, "stand", "stands"),
        words::people(list.people),
        words::miles(list.radius)
    );
    View {
        summary,
        place_chosen: list.place_chosen,
        radius: words::miles(list.radius),
        bound: bound(list),
        limits: limits(list),
        left_out: list.left_out.iter().filter_map(left_out).collect(),
        charts: gains(list),
        first,
        rest,
        uncovered: uncovered(&list.uncovered, list.covered_percent),
    }
}

/// How much is covered and what was proven, in words.
fn bound(list: &Shortlist) -> Option<String> {
    let mut stands = words::count_of(list.stands as u64, "stand", "stands");
    if list.budget.is_some() {
        stands.push_str(" within the budget");
    }
    let covered = list.covered_percent?;
    let proven = match list.bound_percent {
        _ if list.best_possible => format!(" No other list for {stands} could cover more."),
        Some(bound) if bound < 100 => {
            format!(" No list for {stands}, however well chosen, could cover more than {bound}%.")
        }
        _ => String::new(),
    };
    Some(format!("This list covers at least {covered}% of the need around the hub.{proven}"))
}

/// What the planner asked for, and what it costs.
fn limits(list: &Shortlist) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(cost) = list.cost {
        let of =
            list.budget.map_or_else(String::new, |budget| format!(", of a budget of {}", pounds(budget)));
        said.push(format!("To have them there costs {}{of}.", pounds(cost)));
    }
    if list.cost_not_known > 0 {
        let left_out = words::count_of(list.cost_not_known, "organisation was", "organisations were");
        said.push(format!("{left_out} left out because nobody says what they cost."));
    }
    for one in &list.at_least {
        let organisations = words::count_of(one.providers, "organisation", "organisations");
        said.push(format!("At least {organisations} for {}, as was asked.", words::topic(one.topic)));
    }
    said
}

/// People left out by groups of one kind; groups of whom nothing can be said are left away.
fn left_out(kind: &LeftOut) -> Option<Table> {
    let (heading, caption) = match kind.by {
        LeftOutBy::Deprivation => ("How deprived", "Who is left out, by deprivation"),
        LeftOutBy::Age => ("Age", "Who is left out, by age"),
        LeftOutBy::Area => ("Where people live", "Who is left out, by area"),
    };
    let said = kind.groups.iter().filter(|group| group.people.rounded().is_some());
    let rows: Vec<Vec<String>> = said
        .map(|group| vec![group.label.clone(), group.people.to_string(), group.uncovered.to_string()])
        .collect();
    let columns = vec![
        Column::text(heading),
        Column::number("People around the hub"),
        Column::number("With a need that nobody on the list covers"),
    ];
    (!rows.is_empty()).then(|| Table { caption: caption.to_owned(), columns, rows })
}

#[expect(clippy::cast_precision_loss, reason = "lengths on paper; weights stay far under 2^53")]
fn gains(list: &Shortlist) -> Vec<Chart> {
    let whole = list.invited.iter().filter_map(|i| i.gain.rounded()).sum::<u64>() as f64;
    let mut before = 0;
    let parts = list.invited.len().div_ceil(ROWS);
    let mut charts = Vec::with_capacity(parts);
    for (part, invited) in list.invited.chunks(ROWS).enumerate() {
        let (from, to) = (part * ROWS + 1, part * ROWS + invited.len());
        let title = match (part, parts) {
            (0, 1) => format!(
                "What each of the {} adds",
                words::count_of(to as u64, "organisation", "organisations")
            ),
            (0, _) => format!("The first {to} organisations add the most"),
            _ => format!("What organisations {from} to {to} add on top"),
        };
        let description = "Each bar starts where the one before it ended. Its length is the need that this \
            organisation covers and nobody before it does; a need that the rules weigh more counts more.";
        let row = |(i, invited): (usize, &Invited)| Gain {
            label: format!(
                "{}. {}{}",
                from + i,
                invited.name,
                if invited.forced { " (your choice)" } else { "" }
            ),
            adds: words::mark(invited.gain),
        };
        let bars = CumulativeBars {
            heading: Heading::new(&format!("gains-{}", part + 1), title, description),
            row_heading: "Organisation".to_owned(),
            value_heading: "Need that it adds (weighted)".to_owned(),
            before: before as f64,
            whole,
            rows: invited.iter().enumerate().map(row).collect(),
        };
        before += invited.iter().filter_map(|i| i.gain.rounded()).sum::<u64>();
        charts.push(bars.draw());
    }
    charts
}

fn uncovered(needs: &[UncoveredNeed], covered: Option<u64>) -> Option<Chart> {
    let mut lines: Vec<&UncoveredNeed> = needs.iter().filter(|u| u.people != Shown::Count(0)).collect();
    if lines.is_empty() {
        return None;
    }
    lines.sort_by_key(|u| std::cmp::Reverse((words::order(u.uncovered), words::order(u.people))));
    let title = lines.first().filter(|u| u.uncovered.rounded().is_some_and(|n| n > 0)).map_or_else(
        || match (covered, lines.first().is_some_and(|u| u.people.rounded().is_none())) {
            (None, true) => {
                "So few people live around the hub that nothing can be said of their needs".to_owned()
            }
            _ => "Hardly any need around the hub stays uncovered".to_owned(),
        },
        |u| {
            format!("Still uncovered, most of all: {}, {}", words::topic(u.topic), words::people(u.uncovered))
        },
    );
    let description = "Upper bar: people around the hub with the need. Lower bar: those whom nobody on the list could help.";
    let series =
        |name: &str, suffix: &str, tone| Series { name: name.to_owned(), suffix: suffix.to_owned(), tone };
    let bar = |u: &&UncoveredNeed| Bar {
        label: u.topic.title().to_owned(),
        marks: vec![words::mark(u.people), words::mark(u.uncovered)],
    };
    let bars = Bars {
        heading: Heading::new("uncovered", title, description),
        row_heading: "Topic".to_owned(),
        series: vec![
            series("People with the need", "need it", Tone::Blue),
            series("Stay uncovered", "stay uncovered", Tone::Plum),
        ],
        rows: lines.iter().map(bar).collect(),
    };
    Some(bars.draw())
}
