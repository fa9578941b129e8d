//! The extract's own areas, the worst first.

use askama::Template;
use charts::{Column, Table};
use disclosure::Shown;
use planning::match_run::{AreaLine, Findings};
use vocabulary::Topic;

use super::page::Section;
use super::words;

/// Rows that stand open; the rest fold away.
const OPEN: usize = 8;
/// Gaps named for each area.
const NAMED: usize = 3;

#[derive(Template)]
#[template(path = "report/areas.html")]
struct Areas {
    first: Table,
    rest: Option<Table>,
    count: usize,
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let mut areas: Vec<&AreaLine> = findings.areas.iter().collect();
    // Adding rounded counts up orders the areas and is not shown.
    let worst = |a: &AreaLine| a.unmet.iter().filter_map(|s| s.rounded()).sum::<u64>();
    areas.sort_by_key(|a| std::cmp::Reverse((worst(a), words::order(a.people))));
    let one_county = areas.iter().all(|a| a.county == areas[0].county);
    let rows = |areas: &[&AreaLine]| areas.iter().map(|a| row(a, one_county)).collect::<Vec<_>>();
    let (open, folded) = areas.split_at(areas.len().min(OPEN));
    let html = Areas {
        first: table("The areas with most unmet need", rows(open)),
        rest: (!folded.is_empty()).then(|| table("The other areas", rows(folded))),
        count: areas.len(),
    }
    .render()?;
    Ok(Section::new("areas", "Area by area", html))
}

fn table(caption: &str, rows: Vec<Vec<String>>) -> Table {
    let columns = ["Area", "People", "Widest gap", "Second", "Third"];
    let columns = columns.map(|c| if c == "People" { Column::number(c) } else { Column::text(c) }).to_vec();
    Table { caption: caption.to_owned(), columns, rows }
}

fn row(area: &AreaLine, one_county: bool) -> Vec<String> {
    let name = match &area.name {
        Some(name) => name.clone(),
        None if one_county => format!("Area {}", area.area),
        None => format!("County {}, area {}", area.county, area.area),
    };
    [vec![name, area.people.to_string()], gaps(area)].concat()
}

/// A cell for each of the widest gaps: people with nothing, of those with the need.
fn gaps(area: &AreaLine) -> Vec<String> {
    let mut gaps: Vec<(Topic, Shown, Shown)> = Topic::ALL
        .into_iter()
        .zip(area.need.iter().zip(&area.unmet))
        .map(|(topic, (need, unmet))| (topic, *need, *unmet))
        .filter(|(_, _, unmet)| unmet.rounded().is_some_and(|n| n > 0))
        .collect();
    gaps.sort_by_key(|(_, _, unmet)| std::cmp::Reverse(unmet.rounded()));
    let mut texts: Vec<String> = gaps
        .iter()
        .take(NAMED)
        .map(|(topic, need, unmet)| format!("{}: {unmet} of {need}", topic.title()))
        .collect();
    if texts.is_empty() {
        let none = area.unmet.iter().all(|s| *s == Shown::Count(0));
        texts.push(if none { "none" } else { "too few to show" }.to_owned());
    }
    texts.resize(NAMED, "–".to_owned());
    texts
}
