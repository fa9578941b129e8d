//! `certificate.json`: what proves that the allocation is as good as it says. Whoever has the inputs and
//! `allocation.parquet` can check it with a few sums; the guide says which.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Allocated, Asked, Wishes};

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct InputFile {
    pub name: String,
    pub digest: String,
}

/// The certificate as pretty JSON with a line end. It holds prices and scores, and no count of people.
pub fn certificate_json(
    wishes: &Wishes,
    asked: &Asked,
    allocated: &Allocated,
    inputs: &[(&'static str, InputFile)],
    program: &str,
) -> String {
    let (found, proof) = (&allocated.allocation, &allocated.allocation.certificate);
    let sessions: Vec<Value> = wishes
        .sids
        .iter()
        .enumerate()
        .map(|(at, sid)| {
            json!({
                "sid": sid,
                "capacity": wishes.demand.places()[at],
                "held_back": allocated.held_back[at],
                "dual": proof.prices[at],
                "one_more": found.prices.one_more[at],
                "one_fewer": found.prices.one_fewer[at],
            })
        })
        .collect();
    let inputs: serde_json::Map<String, Value> =
        inputs.iter().map(|(what, file)| ((*what).to_owned(), json!(file))).collect();
    let certificate = json!({
        "format": 1,
        "program": format!("Meres {program}"),
        "inputs": inputs,
        "objective": proof.total,
        "bound": proof.bound,
        "gap": proof.gap(),
        "bound_by_duals": proof.bound_by_prices,
        "floor": {
            "asked": asked.floor,
            "dual": proof.floor_price,
            "one_fewer": found.prices.floor,
        },
        "costs": {
            "held_back": allocated.costs.held_back,
            "floor": allocated.costs.floor,
            "groups": allocated.costs.groups,
        },
        "sessions": sessions,
    });
    let mut text = serde_json::to_string_pretty(&certificate).unwrap_or_default();
    text.push('\n');
    text
}
