//! How often something may be guessed. Counted before the guess is looked at, so that many at once count as many.
//!
//! A device on which somebody has signed in before has a count of its own: whoever fills up everybody's counts from
//! outside locks nobody out on the machines that they use.

mod store;

use ground::database::Act;
use time::Duration;
use vocabulary::Actor;
use web::{House, Problem, Visit};

use crate::moment;

/// What is guessed at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// The password of whoever has this address, folded.
    Password(&'a str),
    /// The second factor of an account, by its identifier as text.
    Code(&'a str),
}

struct Limit {
    what: String,
    most: i64,
    span: Duration,
}

/// Counts one guess at this target from this visit; refuses it where there were too many. `device` is what the browser
/// brings of an earlier sign-in to this very account.
pub(crate) async fn count(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Result<(), Problem> {
    let house = &visit.house;
    let limits = limits(visit, target, device);
    let mut change = house.database.change(&Actor::Anonymous).await?;
    let mut wait = None;
    for limit in &limits {
        let since = moment::ago(house, limit.span);
        let count = store::add(&mut change, &limit.what, &since).await?;
        if count > limit.most {
            wait = Some(limit.span);
        }
    }
    let (action, detail) = match (target, wait) {
        (Target::Password(_), None) => ("sign-in.try", "password"),
        (Target::Code(_), None) => ("sign-in.try", "second factor"),
        (Target::Password(_), Some(_)) => ("sign-in.stop", "too many passwords"),
        (Target::Code(_), Some(_)) => ("sign-in.stop", "too many second factors"),
    };
    let object = match target {
        Target::Code(account) => format!("account:{account}"),
        Target::Password(_) => String::new(),
    };
    change.commit(Act { action, object, purpose: None, detail: detail.to_owned() }).await?;
    match wait {
        Some(span) => Err(Problem::TooMany { seconds: span.whole_seconds().unsigned_abs() }),
        None => Ok(()),
    }
}

/// Forgets the guesses of somebody who knew.
pub(crate) async fn forgive(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Result<(), Problem> {
    let mut change = visit.house.database.change(&Actor::Anonymous).await?;
    for limit in limits(visit, target, device).iter().filter(|limit| limit.span < WHOLE_NETWORK) {
        store::forget(&mut change, &limit.what).await?;
    }
    let act = Act { action: "sign-in.known", object: String::new(), purpose: None, detail: String::new() };
    Ok(change.commit(act).await?)
}

const WHOLE_NETWORK: Duration = Duration::hours(1);

fn limits(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Vec<Limit> {
    let House { vault, .. } = &visit.house;
    let network = network(visit);
    let (kind, of) = match target {
        Target::Password(email) => ("password", email),
        Target::Code(account) => ("code", account),
    };
    let limit = |words: &[&str], most, span| Limit { what: vault.hash(words), most, span };
    let quarter = Duration::minutes(15);
    if let Some(device) = device {
        return vec![limit(&[kind, of, "device", device], 10, quarter)];
    }
    vec![
        limit(&["network", &network], 600, WHOLE_NETWORK),
        limit(&[kind, of, "network", &network], 10, quarter),
        limit(&[kind, of], 60, WHOLE_NETWORK),
    ]
}

/// Neighbours share one count: the first 24 bits of an old address, 56 of a new one.
fn network(visit: &Visit) -> String {
    match visit.client.address.to_canonical() {
        std::net::IpAddr::V4(v4) => format!("{:x}", v4.to_bits() >> 8),
        std::net::IpAddr::V6(v6) => format!("{:x}", v6.to_bits() >> 72),
    }
}
