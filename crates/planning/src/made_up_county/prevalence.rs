//! How common each long-term condition is by age, sex and deprivation.
//!
//! "Any long-term muscle, bone or joint condition" follows what England publishes of itself (the musculoskeletal
//! health profile, April 2025): 17.9 % of people of 16 and over, 15.6 % of men and 20.0 % of women, from 4.7 % at
//! 16–24 to 39.7 % at 85 and over, from 14.4 % in the least to 21.8 % in the most deprived tenth. Everything else
//! here is a plausible shape and no statistic.

use vocabulary::Condition;
use vocabulary::Condition::{
    Asthma, BackPain, Cancer, Copd, Dementia, Depression, Diabetes, Falls, Fibromyalgia, Frailty, Gout,
    HeartDisease, HighBloodPressure, KidneyDisease, Obesity, Osteoarthritis, Osteoporosis, PalliativeCare,
    RheumatoidArthritis, Stroke,
};

/// Ages that people reach here: 0 to 104.
pub(super) const AGES: usize = 105;

/// Any muscle, bone or joint condition in ten thousand, for a person of no particular sex and middling deprivation.
const ANY: [(i32, i32); 9] = [
    (16, 400),
    (24, 500),
    (35, 950),
    (45, 1_450),
    (55, 2_150),
    (65, 2_650),
    (75, 3_250),
    (85, 3_750),
    (95, 4_150),
];

/// Per cent of that by decile, the most deprived first. The two ends are closer than what comes out, because the
/// most deprived places here are by the sea, where people are old.
const ANY_BY_DECILE: [i32; 10] = [112, 115, 113, 108, 104, 99, 94, 89, 83, 78];

/// Which of them, as shares of a hundred at each of [`KIND_AGES`], and per cent of that for men and for women.
const KINDS: [(Condition, [i32; 6], [i32; 2]); 6] = [
    (Osteoarthritis, [6, 14, 36, 50, 52, 52], [95, 105]),
    (BackPain, [66, 60, 42, 26, 20, 16], [105, 95]),
    (RheumatoidArthritis, [6, 6, 6, 5, 4, 4], [60, 140]),
    (Osteoporosis, [0, 1, 3, 8, 14, 20], [40, 160]),
    (Gout, [4, 6, 7, 7, 7, 6], [160, 40]),
    (Fibromyalgia, [18, 13, 9, 5, 3, 2], [50, 150]),
];
const KIND_AGES: [i32; 6] = [16, 35, 50, 65, 80, 95];

/// A condition: in ten thousand at each of [`OTHER_AGES`]; women's as per cent of men's; how much more common it is
/// in the most deprived tenth than in the middle, in per cent; per cent of that for those with pain in joints or back.
struct Other(Condition, [i32; 9], i32, i32, i32);

const OTHER_AGES: [i32; 9] = [0, 18, 30, 40, 50, 60, 70, 80, 90];
const OTHERS: [Other; 14] = [
    Other(Diabetes, [20, 50, 130, 350, 750, 1_250, 1_750, 1_950, 1_700], 82, 25, 115),
    Other(Copd, [0, 0, 5, 40, 170, 430, 780, 930, 850], 95, 50, 120),
    Other(Asthma, [600, 850, 750, 680, 650, 650, 680, 660, 550], 115, 15, 115),
    Other(HeartDisease, [0, 2, 12, 60, 220, 600, 1_200, 1_900, 2_400], 58, 25, 115),
    Other(HighBloodPressure, [2, 30, 200, 700, 1_700, 3_100, 4_500, 5_600, 6_000], 95, 10, 115),
    Other(Stroke, [2, 6, 15, 45, 130, 320, 650, 1_150, 1_600], 85, 20, 110),
    Other(Depression, [50, 900, 1_300, 1_450, 1_500, 1_350, 1_050, 900, 900], 140, 30, 150),
    Other(Obesity, [300, 900, 1_700, 2_300, 2_700, 2_800, 2_600, 1_900, 1_100], 105, 22, 135),
    Other(Frailty, [0, 0, 3, 20, 80, 250, 750, 2_100, 4_300], 115, 30, 140),
    Other(Falls, [0, 15, 25, 60, 150, 350, 800, 1_900, 3_300], 120, 10, 140),
    Other(Cancer, [10, 30, 80, 180, 400, 800, 1_400, 1_900, 2_100], 100, -3, 100),
    Other(KidneyDisease, [2, 8, 25, 70, 190, 500, 1_300, 2_600, 3_600], 105, 12, 110),
    Other(Dementia, [0, 0, 0, 1, 10, 45, 250, 1_100, 2_400], 115, 10, 100),
    Other(PalliativeCare, [1, 2, 3, 5, 15, 40, 90, 220, 500], 95, 5, 100),
];

/// Chances in ten thousand, worked out once for every age.
pub(super) struct Prevalence {
    /// By age, sex (men first) and decile.
    any: Vec<[[u32; 10]; 2]>,
    /// Shares by age and sex in the order of [`KINDS`].
    kinds: Vec<[[u32; 6]; 2]>,
    /// By age in the order of [`OTHERS`].
    others: Vec<[u32; 14]>,
    /// Ten-thousandths of that by sex, decile and pain, in the order of [`OTHERS`].
    weights: Box<[[[[u32; 14]; 2]; 10]; 2]>,
}

/// Whom chances are asked for.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub(super) age: usize,
    pub(super) woman: bool,
    /// 1 = most deprived.
    pub(super) decile: u8,
}

impl Prevalence {
    pub(super) fn new() -> Self {
        let ages = || 0..AGES as i32;
        let any = ages().map(|age| std::array::from_fn(|sex| std::array::from_fn(|d| any(age, sex == 1, d))));
        let kinds = ages().map(|age| {
            std::array::from_fn(|sex| {
                KINDS.map(|(_, shares, by_sex)| (on_a_line(&KIND_AGES, &shares, age) * by_sex[sex]) as u32)
            })
        });
        let others = ages().map(|age| OTHERS.map(|o| on_a_line(&OTHER_AGES, &o.1, age) as u32));
        let weight = |sex: usize, decile: i32, pain: usize| {
            OTHERS.map(|Other(_, _, women, deprived, painful)| {
                // Men's share is such that men and women together keep the figure of the table.
                let by_sex = [200 * 100 / (100 + women), 200 * women / (100 + women)][sex];
                (by_sex * (100 + deprived * (11 - 2 * decile) / 9) * [100, painful][pain] / 100) as u32
            })
        };
        let weights = std::array::from_fn(|sex| {
            std::array::from_fn(|d| std::array::from_fn(|pain| weight(sex, d as i32 + 1, pain)))
        });
        Self {
            any: any.collect(),
            kinds: kinds.collect(),
            others: others.collect(),
            weights: Box::new(weights),
        }
    }

    /// The chance of any muscle, bone or joint condition.
    pub(super) fn any(&self, about: About) -> u32 {
        self.any[about.age][usize::from(about.woman)][usize::from(about.decile) - 1]
    }

    /// The muscle, bone and joint conditions with their shares.
    pub(super) fn kinds(&self, about: About) -> [(Condition, u32); 6] {
        let shares = &self.kinds[about.age][usize::from(about.woman)];
        std::array::from_fn(|i| (KINDS[i].0, shares[i]))
    }

    /// Every other condition with its chance.
    pub(super) fn others(&self, about: About, pain: bool) -> impl Iterator<Item = (Condition, u32)> {
        let weights =
            &self.weights[usize::from(about.woman)][usize::from(about.decile) - 1][usize::from(pain)];
        let at_this_age = &self.others[about.age];
        OTHERS.iter().enumerate().map(|(i, other)| (other.0, at_this_age[i] * weights[i] / 10_000))
    }
}

fn any(age: i32, woman: bool, decile: usize) -> u32 {
    if age < 16 {
        return 0;
    }
    let (ages, chances): (Vec<i32>, Vec<i32>) = ANY.into_iter().unzip();
    let by_sex = if woman { 109 } else { 89 };
    (on_a_line(&ages, &chances, age) * by_sex / 100 * ANY_BY_DECILE[decile] / 100) as u32
}

/// The value at `x` of a line through points; before the first and after the last it runs level.
pub(super) fn on_a_line(xs: &[i32], ys: &[i32], x: i32) -> i32 {
    match xs.iter().position(|&at| x < at) {
        None => ys[ys.len() - 1],
        Some(0) => ys[0],
        Some(next) => {
            let (x0, x1, y0, y1) = (xs[next - 1], xs[next], ys[next - 1], ys[next]);
            y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        }
    }
}
