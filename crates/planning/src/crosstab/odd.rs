//! What is odd about a crosstab and does not stop the run: counted in metrics, columns and cells, never in people.

use disclosure::Working;
use vocabulary::and_list;

use super::{Count, Crosstab, Metric};

/// The warnings, in words.
pub(super) fn warnings(crosstab: &Crosstab, reach_nobody: u64) -> Vec<String> {
    let headings = &crosstab.headings;
    let mut said = Vec::new();
    let mut say = |n: u64, one: &str, many: &str, what: &str| {
        if n > 0 {
            said.push(format!("{n} {} {what}", if n == 1 { one } else { many }));
        }
    };
    let metrics = |odd: &dyn Fn(&Metric) -> bool| crosstab.metrics().filter(|m| odd(m)).count() as u64;
    let cells =
        |wanted: Count| crosstab.metrics().flat_map(|m| &m.segments).filter(|c| **c == wanted).count() as u64;
    say(
        metrics(&disagrees),
        "metric",
        "metrics",
        "whose column for everybody is not the sum of the segments; where it is less, the sum was used",
    );
    say(
        metrics(&|m| more_than_people(m, &crosstab.people)),
        "metric",
        "metrics",
        "with more people in a segment than it has",
    );
    say(
        cells(Count::NotKnown),
        "cell",
        "cells",
        "of segments without a count: not known, which is not nobody",
    );
    say(cells(Count::Suppressed), "cell", "cells", "of segments hidden at source by those who made the file");
    say(headings.unnamed.len() as u64, "column", "columns", "without a heading, passed over");
    say(headings.left_out.len() as u64, "column", "columns", "left out by the mapping");
    say(
        reach_nobody,
        "service",
        "services",
        "on the list that are too far away for every segment, not counted",
    );
    let placed = |at: usize| {
        let place = crosstab.places[at];
        place.point.is_some() || place.county.is_some()
    };
    let nowhere = (0..headings.segments.len()).filter(|at| !placed(*at)).count() as u64;
    say(nowhere, "segment", "segments", "with place not known: what reaches the people there cannot be said");
    if !crosstab.placed_but_not_there.is_empty() {
        let names = and_list(&crosstab.placed_but_not_there);
        said.push(format!("The mapping places segments that the file does not have: {names}"));
    }
    said
}

/// Whether the whole is not the sum, where both are known.
fn disagrees(metric: &Metric) -> bool {
    let known: Vec<Working> = metric.segments.iter().filter_map(|c| c.known()).collect();
    let sum: Working = known.iter().sum();
    let all_known = known.len() == metric.segments.len();
    metric.whole.known().is_some_and(|whole| whole < sum || (all_known && whole > sum))
}

fn more_than_people(metric: &Metric, people: &Metric) -> bool {
    let cells = metric.segments.iter().zip(&people.segments).chain([(&metric.whole, &people.whole)]);
    cells.into_iter().any(|(part, all)| part.known().zip(all.known()).is_some_and(|(part, all)| part > all))
}
