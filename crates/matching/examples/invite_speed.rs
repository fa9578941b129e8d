//! Whom to invite where it is hard: `invite_speed [TIMES]` makes instances by chance, the same each time, chooses, and says
//! what greedy alone would cover, what swaps mend, the best, the bound, and what the proof cost. `invite_speed export FOLDER`
//! writes the instances as JSON for other solvers (`invite_peers.py`).

#![expect(clippy::print_stdout, reason = "an example that measures says what it measured")]

use std::path::PathBuf;
use std::time::Duration;

use matching::coverage::{Best, Coverage, EFFORT, Limits, Minimum, choose};

/// Nanoseconds that this process has been on a processor.
fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

/// Numbers by chance (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(end)).unwrap_or(0)
    }
}

struct Instance {
    name: String,
    things: Things,
    limits: Limits,
}

/// What each thing weighs, and which of them each provider covers.
#[derive(Clone)]
struct Things {
    weights: Vec<u64>,
    covers: Vec<Vec<u32>>,
}

impl Instance {
    /// As JSON: all of it is numbers, and lists of them are written alike.
    fn json(&self) -> String {
        let Self { name, things: Things { weights, covers }, limits } = self;
        let budget = limits.budget.map_or_else(|| "null".to_owned(), |budget| budget.to_string());
        let minimums: Vec<String> = limits
            .minimums
            .iter()
            .map(|minimum| format!("{{\"of\": {:?}, \"least\": {}}}", minimum.of, minimum.least))
            .collect();
        format!(
            "{{\"name\": {name:?}, \"stands\": {}, \"costs\": {:?}, \"budget\": {budget}, \"minimums\": [{}],\n\
             \"weights\": {weights:?},\n\"covers\": {covers:?}}}\n",
            limits.stands,
            limits.costs,
            minimums.join(", ")
        )
    }
}

/// Each provider covers so many things by chance: nothing hangs together, so that nothing helps to choose.
fn by_chance(providers: u32, stands: usize, things: u32, each: u32) -> Things {
    let mut chance = Chance(u64::from(providers) << 32 | stands as u64);
    let weights = (0..things).map(|_| u64::from(1 + chance.below(9))).collect();
    let covers = (0..providers).map(|_| (0..each).map(|_| chance.below(things)).collect()).collect();
    Things { weights, covers }
}

/// Towns, people in and around them with needs, and providers who reach so far and offer two or three topics.
fn county(providers: u32, people: u32, reach: i64) -> Things {
    let mut chance = Chance(u64::from(providers) << 32 | u64::from(people));
    let towns: Vec<(i64, i64)> =
        (0..12).map(|_| (i64::from(chance.below(40_000)), i64::from(chance.below(40_000)))).collect();
    let place = |chance: &mut Chance| {
        let (east, north) = towns[chance.below(12) as usize];
        let mut off = || (0..4).map(|_| i64::from(chance.below(4_000)) - 2_000).sum::<i64>();
        (east + off(), north + off())
    };
    let (mut weights, mut things) = (Vec::new(), Vec::new());
    for _ in 0..people {
        let at = place(&mut chance);
        let mut needs = [chance.below(12), chance.below(12), chance.below(12)].to_vec();
        needs.sort_unstable();
        needs.dedup();
        for topic in needs {
            weights.push([4, 4, 2, 2, 4, 2, 2, 2, 1, 1, 1, 1][topic as usize]);
            things.push((at, topic));
        }
    }
    let provider = |_| {
        let (east, north) = place(&mut chance);
        let topics: u32 = (0..2 + chance.below(2)).fold(0, |topics, _| topics | 1 << chance.below(12));
        let reach = reach / 2 + i64::from(chance.below(u32::try_from(reach).unwrap_or(u32::MAX)));
        let within = |x: i64, y: i64| (x - east).pow(2) + (y - north).pow(2) <= reach * reach;
        let reached =
            |&(_, &((x, y), topic)): &(u32, &((i64, i64), u32))| topics >> topic & 1 == 1 && within(x, y);
        (0..).zip(&things).filter(reached).map(|(thing, _)| thing).collect()
    };
    let covers = (0..providers).map(provider).collect();
    Things { weights, covers }
}

fn instances() -> Vec<Instance> {
    let mut all = Vec::new();
    let mut add = |name: &str, things: Things, limits: Limits| {
        all.push(Instance { name: name.to_owned(), things, limits });
    };
    let for_stands = |stands| Limits { stands, ..Limits::default() };
    add("county, 12 of 200", county(200, 20_000, 5_000), for_stands(12));
    let large = county(500, 40_000, 3_000);
    add("county, 40 of 500", large.clone(), for_stands(40));
    let mut chance = Chance(5);
    let costs: Vec<u32> = (0..500).map(|_| 2_000 + 500 * chance.below(40)).collect();
    let budget = Some(250_000);
    let priced = Limits { stands: 40, costs, budget, ..Limits::default() };
    add("the same for £2,500", large.clone(), priced.clone());
    let minimums = (0..6).map(|group| Minimum { of: (group * 60..group * 60 + 25).collect(), least: 4 });
    let minimums: Vec<Minimum> = minimums.collect();
    add("and six minimums of 4", large, Limits { minimums, ..priced });
    add("county, 40 of 2,000", county(2_000, 40_000, 3_000), for_stands(40));
    add("chance, 8 of 60", by_chance(60, 8, 200, 14), for_stands(8));
    add("chance, 20 of 120", by_chance(120, 20, 400, 14), for_stands(20));
    add("chance, 40 of 500", by_chance(500, 40, 1_000, 20), for_stands(40));
    all
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("export").is_some() {
        let folder = PathBuf::from(arguments.next().ok_or("invite_speed export FOLDER")?);
        for (number, instance) in instances().iter().enumerate() {
            std::fs::write(folder.join(format!("invite-{number}.json")), instance.json())?;
        }
        return Ok(());
    }
    let times: usize = arguments.next().map_or(Ok(3), |times| times.parse())?;
    let effort: u64 = arguments.next().map_or(Ok(EFFORT), |effort| effort.parse())?;
    println!(
        "instance | greedy | with swaps | best found | bound | greedy loses % | gap % | nodes | CPU seconds"
    );
    for Instance { name, things, limits } in instances() {
        let coverage = Coverage::new(things.weights, things.covers)?;
        let limits = Limits { effort, ..limits };
        let mut took = Vec::new();
        let mut best = Best::default();
        for _ in 0..times.max(1) {
            let before = processor();
            best = choose(&coverage, &limits)?;
            took.push(processor() - before);
        }
        took.sort_unstable();
        // Hundredths of a per cent, the loss rounded down and the gap up.
        let loses = (best.covered - best.greedy) * 10_000 / best.covered.max(1);
        let gap = ((best.bound - best.covered) * 10_000).div_ceil(best.covered.max(1));
        let percent = |n: u64| format!("{}.{:02}", n / 100, n % 100);
        println!(
            "{name} | {} | {} | {} | {} | {} | {} | {} | {:.3}",
            best.greedy,
            best.swapped,
            best.covered,
            best.bound,
            percent(loses),
            percent(gap),
            best.nodes,
            Duration::from_nanos(took[0]).as_secs_f64()
        );
    }
    Ok(())
}
