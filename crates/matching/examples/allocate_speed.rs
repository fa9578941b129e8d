//! How long an allocation takes, model in memory: `allocate_speed FILE [TIMES]`, FILE as `bench/gen_opt.py` writes it
//! (people, sessions, wishes each; the places; then for each person the sessions and the scores).

#![expect(clippy::print_stdout, reason = "an example that measures says what it measured")]

use matching::allocation::{Demand, Wish, allocate, verify};

/// Nanoseconds that this process has been on a processor.
fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

fn read(path: &str) -> Result<Demand, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut numbers = text.split_ascii_whitespace().map(str::parse::<u32>);
    let mut next = || numbers.next().ok_or("the file ends too early")?.map_err(|e| e.to_string());
    let (people, sessions, each) = (next()?, next()?, next()?);
    let places = (0..sessions).map(|_| next()).collect::<Result<Vec<u32>, String>>()?;
    let mut wishes = Vec::new();
    for person in 0..people {
        let wanted = (0..each).map(|_| next()).collect::<Result<Vec<u32>, String>>()?;
        for session in wanted {
            wishes.push(Wish { person, session, score: i32::try_from(next()?)? });
        }
    }
    Ok(Demand::new(people as usize, places, wishes)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("allocate_speed FILE [TIMES]")?;
    let times: usize = arguments.next().map_or(Ok(10), |times| times.parse())?;
    let demand = read(&path)?;
    let mut took = Vec::new();
    let mut total = 0;
    for _ in 0..times.max(1) {
        let before = processor();
        let found = allocate(&demand).map_err(|problem| format!("{problem:?}"))?;
        took.push(processor() - before);
        verify(&demand, &found.session_of, &found.certificate)?;
        total = found.certificate.total;
    }
    took.sort_unstable();
    let seconds = |ns: u64| std::time::Duration::from_nanos(ns).as_secs_f64();
    println!(
        "total {total}, CPU seconds: least {:.4}, median {:.4}, mean {:.4}",
        seconds(took[0]),
        seconds(took[took.len() / 2]),
        // The clock ticks every 4 ms at worst: of what is faster than that, only the mean says anything.
        seconds(took.iter().sum::<u64>() / took.len() as u64)
    );
    Ok(())
}
