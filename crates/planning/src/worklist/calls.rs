//! `calls.parquet`: everybody of a run who has an offer, by practice and in call order.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use ground::files::FileError;
use matching::{Match, judge, reasons_in_words};
use sha2::{Digest as _, Sha256};

use super::table::{BATCH, Out};
use crate::match_run::MatchRun;
use crate::population::Population;

/// The name of the file in the folder of a run.
pub const CALLS: &str = "calls.parquet";

/// Offers that are given as reasons.
const OFFERS: usize = 3;

/// Somebody to be called: where their offers begin, and what they are ordered by.
struct Call<'a> {
    practice: &'a str,
    score: i32,
    /// Deprivation decile; not known comes last.
    imd: i32,
    chance: [u8; 8],
    row: u32,
    matches: &'a [Match],
}

/// Writes whom the practices would call. People whose practice is not known are on nobody's list.
pub fn write_calls(run: &MatchRun, population: &Population, folder: &Path) -> Result<(), FileError> {
    let place = folder.join(CALLS);
    let of_people = run.parts.iter().flat_map(|part| part.matches.chunk_by(|a, b| a.person == b.person));
    let call = |matches: &'_ [Match]| -> Option<(u32, i32)> { matches.first().map(|m| (m.person, m.score)) };
    let mut calls: Vec<Call<'_>> = of_people
        .filter_map(|matches| {
            let (row, score) = call(matches)?;
            let practice = population.practice_of(row as usize)?;
            let imd = population.people.get(row as usize).imd.unwrap_or(i32::MAX);
            let digest = Sha256::digest(population.pseudonyms.get(row as usize));
            let chance = digest.first_chunk().copied().unwrap_or_default();
            Some(Call { practice, score, imd, chance, row, matches })
        })
        .collect();
    calls.sort_unstable_by(|a, b| {
        let key = |call: &Call<'_>| (call.imd, call.chance, call.row);
        a.practice.cmp(b.practice).then(b.score.cmp(&a.score)).then_with(|| key(a).cmp(&key(b)))
    });
    let columns = [("practice", DataType::Utf8), ("pid", DataType::Utf8), ("reasons", DataType::Utf8)];
    let mut out = Out::create(&place, &columns)?;
    for some in calls.chunks(BATCH) {
        let practice: StringArray = some.iter().map(|call| Some(call.practice)).collect();
        let pid: StringArray =
            some.iter().map(|call| Some(population.pseudonyms.get(call.row as usize))).collect();
        let reasons: StringArray = some.iter().map(|call| Some(reasons(run, population, call))).collect();
        out.write(&place, vec![Arc::new(practice) as ArrayRef, Arc::new(pid), Arc::new(reasons)])?;
    }
    out.keep(&place)
}

/// "Tai chi, Wold End Walking Group: About 1 mile away, free, helps with strength." for the best few offers.
fn reasons(run: &MatchRun, population: &Population, call: &Call<'_>) -> String {
    let person = population.people.get(call.row as usize);
    let one = |matched: &Match| {
        let service = &run.plan.services()[matched.service as usize];
        let rules = run.plan.rules();
        let found = judge(rules, &person, service).ok()?;
        let provider = service.provider_called();
        Some(format!(
            "{}, {provider}: {}",
            service.called(),
            reasons_in_words(rules, &person, service, &found)
        ))
    };
    call.matches.iter().take(OFFERS).filter_map(one).collect::<Vec<_>>().join(" | ")
}
