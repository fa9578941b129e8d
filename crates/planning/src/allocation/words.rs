//! The answer in a few lines. Counts about people pass the gate first.

use disclosure::{Cells, Release, Working, with_commas};
use matching::allocation::Missed;

use super::{Allocated, Asked, Wishes};

const KIND: Cells = Cells::WithHealthAttribute;

/// Sessions whose price is said.
const DEAREST: usize = 5;

/// The lines, in order.
pub fn words(wishes: &Wishes, asked: &Asked, allocated: &Allocated) -> Vec<String> {
    let mut lines = who(allocated);
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

/// How many have a place, and why others have none.
fn who(allocated: &Allocated) -> Vec<String> {
    let mut reasons = [0_u64; 4];
    for (_, why) in &allocated.missed {
        reasons[match why {
            Missed::NoOffer | Missed::GroupNoOffer => 0,
            Missed::NoPlaces | Missed::GroupNoPlaces => 1,
            Missed::OthersGainMore { .. } | Missed::GroupOthersGainMore { .. } => 2,
            Missed::GroupDoesNotFit { .. } => 3,
        }] += 1;
    }
    let placed = allocated.demand.people() as u64 - allocated.missed.len() as u64;
    let cells: Vec<Working> = [placed].into_iter().chain(reasons).map(Working::from).collect();
    let shown = Release::default().breakdown(KIND, &cells);
    let mut lines = vec![format!("{} of {} people have a place.", shown.cells[0], shown.total)];
    let why = [
        "no session suits them, or not all of their group",
        "the sessions that suit them have no places to give, or not enough for their group",
        "their sessions are full of people who gain more or as much",
        "the places that their group would need are not free together",
    ];
    // What nobody can have missed out for goes unsaid; a small count and nobody look the same.
    let said = shown.cells[1..].iter().zip(why);
    let said = said.take(if allocated.demand.groups().is_empty() { 3 } else { 4 });
    lines.extend(said.map(|(count, why)| format!("  {count} have none: {why}.")));
    lines
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
