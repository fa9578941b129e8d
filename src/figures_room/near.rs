//! Whether figures are nearly those of an earlier release: about nearly the same people, so that whoever has both can subtract
//! them. What is left over may be about one person, however well each is rounded.

use ground::database::{DatabaseError, Session};

use super::table::{Line, lines};
use super::{Figures, store};

/// Releases that are compared with.
const MOST: i64 = 200;
/// Counts that differ by no more than this may be rounding and a handful of people.
const HANDFUL: u64 = 10;
/// Counts below this say little: most are near to most.
const LEAST: u64 = 20;
/// So many of a hundred counts must be near.
const NEARLY_ALL: usize = 95;
/// Counts that both have; fewer are no comparison.
const ENOUGH: usize = 10;

/// Titles of the releases that these are nearly the figures of.
pub(super) async fn to(session: &mut Session, figures: &Figures) -> Result<Vec<String>, DatabaseError> {
    let Some(found) = figures.found() else { return Ok(Vec::new()) };
    let now = lines(&found);
    let released = store::released(session, MOST).await?;
    let others = released.into_iter().filter(|other| other.id != figures.id);
    let near = others.filter(|other| other.found().is_some_and(|found| nearly(&now, &lines(&found))));
    Ok(near.map(|other| other.title).collect())
}

fn nearly(now: &[Line], earlier: &[Line]) -> bool {
    let count =
        |line: &Line| line.figure.replace(',', "").parse::<u64>().ok().filter(|count| *count >= LEAST);
    let earlier: std::collections::HashMap<(&str, &str), u64> =
        earlier.iter().filter_map(|line| Some(((&*line.part, &*line.name), count(line)?))).collect();
    let pair = |line: &Line| Some((count(line)?, *earlier.get(&(&*line.part, &*line.name))?));
    let pairs: Vec<(u64, u64)> = now.iter().filter_map(pair).collect();
    let near = pairs.iter().filter(|(one, other)| one.abs_diff(*other) <= HANDFUL).count();
    pairs.len() >= ENOUGH && near * 100 >= pairs.len() * NEARLY_ALL
}

#[cfg(test)]
mod tests {
    use super::super::table::Line;
    use super::nearly;

    fn some(counts: impl Iterator<Item = u64>) -> Vec<Line> {
        let line = |(at, count): (usize, u64)| Line {
            part: "Topics".to_owned(),
            name: at.to_string(),
            figure: disclosure::with_commas(count),
        };
        counts.enumerate().map(line).collect()
    }

    #[test]
    fn a_handful_of_people_more_is_nearly_the_same_and_another_year_is_not() {
        let then = some((1..60).map(|n| n * 55));
        let a_few_more = some((1..60).map(|n| n * 55 + if n % 3 == 0 { 5 } else { 0 }));
        let next_year = some((1..60).map(|n| n * 58));
        assert!(nearly(&a_few_more, &then) && nearly(&then, &then));
        assert!(!nearly(&next_year, &then));
        assert!(!nearly(&some(1..9), &some(1..9)), "so few counts say nothing");
    }
}
