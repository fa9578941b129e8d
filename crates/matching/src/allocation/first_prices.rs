//! A first guess at the prices, near enough that little is left to settle.
//!
//! How many people want a session falls smoothly with its price when one looks from far enough away, so Newton's method
//! finds where they are as many as there are places: those who hardly mind which of two sessions they go to say how many
//! would move if a price did. A step that makes things worse is taken back. Whatever comes out, the exact answer does not
//! depend on it: only the time to find it does.

use super::market::{Choice, Market};

/// Steps, taken or not.
const MOST_STEPS: usize = 24;

/// Rounds of the linear solver for one step.
const MOST_ROUNDS: usize = 30;

/// One person of so many is asked for a first idea.
const SAMPLE: u32 = 4;

/// With fewer people a sample would say nothing.
const WORTH_SAMPLING: usize = 8_192;

/// What people choose at the prices of the moment.
struct Crowd {
    /// Each of those asked stands for so many.
    each: u32,
    choices: Vec<Choice>,
    /// How many of those asked want each session; the last is the way out.
    wanted: Vec<i64>,
    /// Scores of all where they are.
    scores: i64,
    prices: Vec<i64>,
}

/// Prices of all sessions and of the way out, which is 0. `start` are prices to begin with, where somebody knows any.
pub(super) fn first_prices(market: &Market<'_>, start: Option<&[i64]>) -> Vec<i64> {
    if let Some(start) = start {
        return near_to(market, Crowd::new(market, start.to_vec(), 1), 1, 4);
    }
    let mut prices = level(market);
    // Almost everybody is near enough at first, and a third is behind a sample.
    let mut near = 19;
    if market.people() > WORTH_SAMPLING {
        prices = near_to(market, Crowd::new(market, prices, SAMPLE), near, 20);
        near = 6;
    }
    near_to(market, Crowd::new(market, prices, 1), near, 20)
}

/// The best prices that Newton's method finds, if it believes those `part` of `whole` people first who mind least.
fn near_to(market: &Market<'_>, mut crowd: Crowd, part: usize, whole: usize) -> Vec<i64> {
    let mut reach = crowd.gap_of_share(part, whole).clamp(1, 1 << 31);
    let mut best = (i128::MAX, crowd.prices.clone());
    let mut step: Vec<i64> = Vec::new();
    let mut refused = 0;
    // Moving one person later takes about as long as asking a hundred of them now; a sample knows no better than this.
    let few = i64::try_from(market.people() / 64).unwrap_or(i64::MAX) * i64::from(crowd.each);
    for _ in 0..MOST_STEPS {
        let total = crowd.total(market);
        if total >= best.0 {
            // Not better: half as far, and believe only those nearer by.
            refused += 1;
            if refused > 2 || step.iter().all(|change| *change == 0) {
                break;
            }
            step.iter_mut().for_each(|change| *change = *change * 2 / 5);
            reach = (reach / 2).max(1);
            crowd.go(market, moved(&best.1, &step), reach);
            continue;
        }
        refused = 0;
        best = (total, crowd.prices.clone());
        if crowd.left_over(market) <= few {
            break;
        }
        step = crowd.step(market, reach);
        crowd.go(market, moved(&best.1, &step), reach);
        let changes = step.iter().map(|change| change.abs());
        let usual = changes.sum::<i64>() / i64::try_from(step.len()).unwrap_or(i64::MAX);
        reach = (reach * 2 / 3).max(usual).min(reach).max(2);
    }
    best.1
}

/// One price for all at which as many people as there are places would still come.
fn level(market: &Market<'_>) -> Vec<i64> {
    let mut prices = vec![0; market.places.len() + 1];
    let places: u64 = market.places.iter().map(|places| u64::from(*places)).sum();
    let Some(too_many) = usize::try_from(places).ok().and_then(|places| market.people().checked_sub(places))
    else {
        return prices;
    };
    let best = |person| market.offers_of(person).iter().map(|offer| i64::from(offer.score)).max();
    let mut scores: Vec<i64> = (0..market.people()).map(|person| best(person).unwrap_or(0)).collect();
    if too_many < scores.len() {
        let (_, level, _) = scores.select_nth_unstable(too_many);
        let level = *level;
        let sessions = market.places.len();
        prices[..sessions].fill(level);
    }
    prices
}

fn moved(prices: &[i64], step: &[i64]) -> Vec<i64> {
    prices.iter().zip(step).map(|(price, change)| (price + change).max(0)).collect()
}

impl Crowd {
    fn new(market: &Market<'_>, prices: Vec<i64>, each: u32) -> Self {
        let people = (0..market.people()).step_by(each as usize);
        let choices: Vec<Choice> = people.map(|person| market.choice(person, &prices)).collect();
        let mut crowd = Self { each, choices, wanted: vec![0; prices.len()], scores: 0, prices };
        for choice in &crowd.choices {
            crowd.wanted[choice.best as usize] += 1;
            crowd.scores += choice.value + crowd.prices[choice.best as usize];
        }
        crowd
    }

    /// New prices. Whoever was so sure that the change cannot matter, and stays further than `reach` from minding, is not
    /// asked again.
    fn go(&mut self, market: &Market<'_>, prices: Vec<i64>, reach: i64) {
        let (mut up, mut down) = (0, 0);
        for (new, old) in prices.iter().zip(&self.prices) {
            up = up.max(new - old);
            down = down.max(old - new);
        }
        let old = std::mem::replace(&mut self.prices, prices);
        for (asked, choice) in self.choices.iter_mut().enumerate() {
            choice.gap -= up + down;
            if choice.gap > reach {
                choice.value += old[choice.best as usize] - self.prices[choice.best as usize];
                continue;
            }
            self.wanted[choice.best as usize] -= 1;
            self.scores -= choice.value + old[choice.best as usize];
            *choice = market.choice(asked * self.each as usize, &self.prices);
            self.wanted[choice.best as usize] += 1;
            self.scores += choice.value + self.prices[choice.best as usize];
        }
    }

    /// What everybody gains at these prices and the places are worth: the least that it can be is the best total score.
    fn total(&self, market: &Market<'_>) -> i128 {
        let each = i64::from(self.each);
        let sessions = market.places.iter().zip(&self.wanted).zip(&self.prices);
        let of_places: i128 = sessions
            .map(|((places, wanted), price)| {
                i128::from(i64::from(*places) - wanted * each) * i128::from(*price)
            })
            .sum();
        i128::from(self.scores) * i128::from(each) + of_places
    }

    fn left_over(&self, market: &Market<'_>) -> i64 {
        let each = i64::from(self.each);
        let sessions = market.places.iter().zip(&self.wanted).zip(&self.prices);
        sessions
            .map(|((places, wanted), price)| {
                let too_many = wanted * each - i64::from(*places);
                if *price == 0 { too_many.max(0) } else { too_many.abs() }
            })
            .sum()
    }

    /// The gap that so large a share of the people do not exceed.
    fn gap_of_share(&self, part: usize, whole: usize) -> i64 {
        let mut gaps: Vec<i64> = self.choices.iter().map(|choice| choice.gap).collect();
        if gaps.is_empty() {
            return 1;
        }
        let at = (gaps.len() - 1) / whole * part;
        *gaps.select_nth_unstable(at).1
    }

    /// By how much each price should change, from how many want each and who within `reach` would move: conjugate
    /// gradients on the sparse matrix that those people are.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a guess; whole again at the end, and the exact answer does not depend on it"
    )]
    fn step(&self, market: &Market<'_>, reach: i64) -> Vec<i64> {
        let size = self.prices.len();
        let undecided =
            self.choices.iter().filter(|choice| choice.gap < reach && choice.best != choice.second);
        let pairs: Vec<(u32, u32)> = undecided.map(|choice| (choice.best, choice.second)).collect();
        let rate = f64::from(self.each) / (2.0 * reach as f64);
        let own = rate;
        let mut right = vec![0.0; size];
        let mut free = vec![false; size];
        for (session, places) in market.places.iter().enumerate() {
            let too_many = self.wanted[session] * i64::from(self.each) - i64::from(*places);
            free[session] = self.prices[session] > 0 || too_many > 0;
            right[session] = if free[session] { too_many as f64 } else { 0.0 };
        }
        let mut diagonal = vec![own; size];
        for (a, b) in &pairs {
            diagonal[*a as usize] += rate;
            diagonal[*b as usize] += rate;
        }
        let mut answer = vec![0.0; size];
        let mut toward: Vec<f64> = right.iter().zip(&diagonal).map(|(r, d)| r / d).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut size_now = dot(&right, &toward);
        let good_enough = size_now * 1e-4;
        for _ in 0..MOST_ROUNDS {
            if size_now <= good_enough {
                break;
            }
            let mut pull: Vec<f64> = toward.iter().map(|x| x * own).collect();
            for (a, b) in &pairs {
                let flow = rate * (toward[*a as usize] - toward[*b as usize]);
                pull[*a as usize] += flow;
                pull[*b as usize] -= flow;
            }
            pull.iter_mut().zip(&free).filter(|(_, free)| !**free).for_each(|(pull, _)| *pull = 0.0);
            let length = size_now / dot(&toward, &pull);
            for at in 0..size {
                answer[at] += length * toward[at];
                right[at] -= length * pull[at];
            }
            let scaled: Vec<f64> = right.iter().zip(&diagonal).map(|(r, d)| r / d).collect();
            let size_next = dot(&right, &scaled);
            let keep = size_next / size_now;
            size_now = size_next;
            toward.iter_mut().zip(&scaled).for_each(|(toward, new)| *toward = new + keep * *toward);
        }
        let most = 2.0 * reach as f64;
        let mut step: Vec<i64> = answer.iter().map(|x| x.clamp(-most, most).round() as i64).collect();
        step[size - 1] = 0;
        step
    }
}
