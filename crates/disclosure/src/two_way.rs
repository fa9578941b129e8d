//! A table with both margins, and which of its figures to withhold.

use crate::policy::is_small;
use crate::proof::Network;
use crate::{Cells, Policy, Shown, Working};

/// Cells crossed two ways, with both margins. `cells[row][column]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoWay {
    pub cells: Vec<Vec<Shown>>,
    pub row_totals: Vec<Shown>,
    pub column_totals: Vec<Shown>,
    pub total: Shown,
}

/// One figure of the table, which is also one edge of the network.
struct Figure {
    place: Place,
    shown: Shown,
}

#[derive(Clone, Copy)]
enum Place {
    Cell(usize, usize),
    Row(usize),
    Column(usize),
    Total,
}

pub(crate) fn release<R: AsRef<[Working]>>(policy: Policy, kind: Cells, counts: &[R]) -> TwoWay {
    let columns = counts.iter().map(|row| row.as_ref().len()).max().unwrap_or(0);
    let rows = counts.len();
    let cell = |r: usize, c: usize| counts[r].as_ref().get(c).copied().unwrap_or_default();

    let (everybody, nowhere) = (rows + columns, rows + columns + 1);
    let mut network = Network::new(rows + columns + 2);
    let mut figures = Vec::new();
    let mut add = |place, from, to, count: Working| {
        let shown = policy.round(kind, count);
        network.edge(from, to, count.get(), policy.meaning(shown));
        figures.push(Figure { place, shown });
    };
    for r in 0..rows {
        add(Place::Row(r), everybody, r, (0..columns).map(|c| cell(r, c)).sum());
    }
    for c in 0..columns {
        add(Place::Column(c), rows + c, nowhere, (0..rows).map(|r| cell(r, c)).sum());
    }
    let all = (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c)));
    add(Place::Total, nowhere, everybody, all.clone().map(|(r, c)| cell(r, c)).sum());
    for (r, c) in all {
        add(Place::Cell(r, c), r, rows + c, cell(r, c));
    }

    let order = withholding_order(&figures);
    let small: Vec<usize> = (0..figures.len()).filter(|&i| is_small(figures[i].shown)).collect();
    for open in small {
        // Its own margins free it most often; after them whatever is cheapest. Withholding never narrows a range, so
        // a figure that is safe once stays safe.
        let own = match figures[open].place {
            Place::Cell(r, c) => vec![r, rows + c],
            Place::Row(_) | Place::Column(_) => vec![open],
            Place::Total => vec![],
        };
        let mut next = own.iter().chain(&order).copied();
        while !network.is_wide(open) {
            let Some(figure) = next.next() else { break };
            network.withhold(figure);
            figures[figure].shown = Shown::Hidden;
        }
    }

    let mut table = TwoWay {
        cells: vec![vec![Shown::Hidden; columns]; rows],
        row_totals: vec![Shown::Hidden; rows],
        column_totals: vec![Shown::Hidden; columns],
        total: Shown::Hidden,
    };
    for Figure { place, shown } in figures {
        match place {
            Place::Cell(r, c) => table.cells[r][c] = shown,
            Place::Row(r) => table.row_totals[r] = shown,
            Place::Column(c) => table.column_totals[c] = shown,
            Place::Total => table.total = shown,
        }
    }
    table
}

/// Margins before cells, small figures' neighbours by size, the grand total last: it is the one most likely to be
/// printed elsewhere as well. Looks at shown figures only.
fn withholding_order(figures: &[Figure]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..figures.len()).collect();
    order.sort_by_key(|&i| {
        let size = match figures[i].shown {
            Shown::Count(0) => (1, 0),
            Shown::Count(n) => (0, n),
            Shown::UpTo(_) | Shown::Few | Shown::Hidden => (0, 0),
        };
        let place = match figures[i].place {
            Place::Row(_) | Place::Column(_) => 0,
            Place::Cell(..) => 1,
            Place::Total => 2,
        };
        (place, size)
    });
    order
}
