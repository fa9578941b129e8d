//! The answer in a few lines. Counts about people pass the gate first.

use disclosure::{Cells, Release, Working, with_commas};

use super::{Allocated, Asked, Wishes};

const KIND: Cells = Cells::WithHealthAttribute;

/// Sessions whose price is said.
const DEAREST: usize = 5;

/// The lines, in order.
pub fn words(wishes: &Wishes, asked: &Asked, allocated: &Allocated, gate: &Release) -> Vec<String> {
    let mut lines = who(allocated, gate);
    let proof = &allocated.allocation.certificate;
    let total = score(proof.total);
    lines.push(match proof.gap() {
        0 => format!("The scores add up to {total}, and no other allocation has more: its prices were checked."),
        gap => format!(
            "The scores add up to {total}. Groups that go together make the best hard to find: no allocation has more than \
             {}, so this one is at most {} below the best ({}).",
            score(proof.bound),
            score(gap),
            share(gap, proof.bound),
        ),
    });
    lines.extend(dearest(wishes, allocated));
    let costs = &allocated.costs;
    if let Some(cost) = costs.held_back {
        let places: u64 = asked.held_back.iter().map(|(_, places)| u64::from(*places)).sum();
        let places =
            if places == 1 { "1 place".to_owned() } else { format!("{} places", with_commas(places)) };
        lines.push(format!("Holding back {places} costs {}.", score(cost)));
    }
    if let Some(cost) = costs.floor {
        let next = match allocated.allocation.prices.floor {
            0 => String::new(),
            price => format!("; lower by one, it would cost {} less", score(price)),
        };
        lines.push(format!("The floor of {} costs {}{next}.", with_commas(asked.floor.into()), score(cost)));
    }
    if let Some(cost) = costs.groups {
        lines.push(format!("That groups go together costs {}.", score(cost)));
    }
    lines
}

/// How many have a place and how many have none, as far as it may be said. Why each has none stands in the file: groups so
/// small as the rarer reasons make would hide the others.
fn who(allocated: &Allocated, gate: &Release) -> Vec<String> {
    let all = allocated.demand.people() as u64;
    let placed = all - allocated.missed.len() as u64;
    let shown = gate.part_of(KIND, Working::from(all), Working::from(placed));
    if shown.part.rounded().is_none() && shown.rest.rounded().is_none() {
        return vec!["How many people have a place is not shown: few have one, or few have none.".to_owned()];
    }
    vec![format!(
        "{} of {} people have a place, and {} have none; unplaced.parquet says why.",
        shown.part, shown.whole, shown.rest
    )]
}

/// Where one more place would add most.
fn dearest(wishes: &Wishes, allocated: &Allocated) -> Option<String> {
    let prices = &allocated.allocation.prices.one_more;
    let mut dearest: Vec<(i64, i32)> =
        prices.iter().copied().zip(wishes.sids.iter().copied()).filter(|(price, _)| *price > 0).collect();
    dearest.sort_unstable_by_key(|(price, sid)| (std::cmp::Reverse(*price), *sid));
    let said: Vec<String> = dearest
        .iter()
        .take(DEAREST)
        .map(|(price, sid)| format!("{} in session {sid}", score(*price)))
        .collect();
    (!said.is_empty()).then(|| format!("One more place would add {}.", said.join(", ")))
}

fn score(score: i64) -> String {
    let sign = if score < 0 { "−" } else { "" };
    format!("{sign}{}", with_commas(score.unsigned_abs()))
}

/// "0.03 %", never rounded down to nothing.
fn share(part: i64, whole: i64) -> String {
    let hundredths = (i128::from(part) * 10_000).div_euclid(i128::from(whole.max(1))) + 1;
    format!("under {}.{:02} %", hundredths / 100, hundredths % 100)
}
