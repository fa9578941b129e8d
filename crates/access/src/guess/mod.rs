//! How often something may be guessed. Counted before the guess is looked at, so that many at once count as many.
//!
//! A device on which somebody has signed in before has a count of its own: whoever fills up everybody's counts from
//! outside locks nobody out on the machines that they use.

mod store;

use ground::database::{Act, Change};
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
    /// A passkey. It cannot be guessed, but asking for one is work.
    Passkey,
    /// What somebody brings back from the identity provider of this word.
    Identity(&'a str),
}

struct Limit {
    what: String,
    most: i64,
    span: Duration,
    /// A right answer takes it back.
    forgiven: bool,
}

impl Limit {
    const fn refusal(&self) -> Problem {
        Problem::TooMany { seconds: self.span.whole_seconds().unsigned_abs() }
    }
}

/// Counts one guess at this target from this visit; refuses it where there were too many. `device` is what the browser
/// brings of an earlier sign-in to this very account.
pub(crate) async fn count(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Result<(), Problem> {
    let house = &visit.house;
    let limits = limits(visit, target, device);
    // Whoever is over a limit already costs a look and no line: otherwise strangers could fill the log.
    let mut reader = house.database.read().await?;
    for limit in &limits {
        if store::reached(&mut reader, &limit.what, &moment::ago(house, limit.span), limit.most).await? {
            return Err(limit.refusal());
        }
    }
    drop(reader);
    let mut change = house.database.change(&Actor::Anonymous).await?;
    store::prune(&mut change, &moment::ago(house, LONGEST)).await?;
    let mut wait = None;
    // From narrow to wide, and no further than the first that refuses: what one network sends counts against everybody no
    // more often than it was looked at.
    for limit in &limits {
        let since = moment::ago(house, limit.span);
        if store::add(&mut change, &limit.what, &since).await? > limit.most {
            wait = Some(limit.refusal());
            break;
        }
    }
    let (action, detail) = match (target, wait.as_ref()) {
        (Target::Password(_), None) => ("sign-in.try", "password"),
        (Target::Code(_), None) => ("sign-in.try", "second factor"),
        (Target::Identity(_), None) => ("sign-in.try", "identity"),
        (Target::Password(_), Some(_)) => ("sign-in.stop", "too many passwords"),
        (Target::Code(_), Some(_)) => ("sign-in.stop", "too many second factors"),
        (Target::Passkey, None) => ("sign-in.try", "passkey"),
        (Target::Passkey, Some(_)) => ("sign-in.stop", "too many passkeys"),
        (Target::Identity(_), Some(_)) => ("sign-in.stop", "too many identities"),
    };
    let object = match target {
        Target::Code(account) => format!("account:{account}"),
        Target::Password(_) | Target::Passkey | Target::Identity(_) => String::new(),
    };
    change.commit(Act { action, object, purpose: None, detail: detail.to_owned() }).await?;
    wait.map_or(Ok(()), Err)
}

/// Forgets the guesses of somebody who knew.
pub(crate) async fn forgive(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Result<(), Problem> {
    let mut change = visit.house.database.change(&Actor::Anonymous).await?;
    for limit in limits(visit, target, device).iter().filter(|limit| limit.forgiven) {
        store::forget(&mut change, &limit.what).await?;
    }
    let act = Act { action: "sign-in.known", object: String::new(), purpose: None, detail: String::new() };
    Ok(change.commit(act).await?)
}

/// Whether these words come for the first time today: for what must not be done twice. Counted with the change itself.
pub(crate) async fn is_first(change: &mut Change, house: &House, words: &[&str]) -> Result<bool, Problem> {
    Ok(store::add(change, &house.vault.hash(words), &moment::ago(house, LONGEST)).await? == 1)
}

/// Counts older than this are forgotten.
const LONGEST: Duration = Duration::days(1);

fn limits(visit: &Visit, target: Target<'_>, device: Option<&str>) -> Vec<Limit> {
    let House { vault, .. } = &visit.house;
    let network = network(visit);
    let (kind, of) = match target {
        Target::Password(email) => ("password", email),
        Target::Code(account) => ("code", account),
        Target::Passkey => ("passkey", ""),
        Target::Identity(word) => ("identity", word),
    };
    let limit =
        |words: &[&str], most, span, forgiven| Limit { what: vault.hash(words), most, span, forgiven };
    let (quarter, hour) = (Duration::minutes(15), Duration::hours(1));
    if matches!(target, Target::Passkey) {
        return vec![limit(&[kind, "network", &network], 600, quarter, false)];
    }
    if matches!(target, Target::Identity(_)) {
        // Nothing is guessed here that could be found: this only keeps a stranger from making us ask the provider for ever.
        // From all the world there is no limit, since that would lock out everybody who signs in there.
        return vec![limit(&[kind, of, "network", &network], 60, quarter, true)];
    }
    let mut limits = match device {
        Some(device) => vec![limit(&[kind, of, "device", device], 10, quarter, true)],
        None => vec![
            limit(&[kind, of, "network", &network], 10, quarter, true),
            limit(&[kind, of], 60, hour, false),
            limit(&["network", &network], 600, hour, false),
        ],
    };
    // A code has a million values, of which three are right: whoever has the password may not go on for ever.
    if matches!(target, Target::Code(_)) {
        limits.push(limit(&[kind, of, "day"], 100, LONGEST, true));
    }
    limits
}

/// Neighbours share one count: the first 24 bits of an old address, 56 of a new one.
fn network(visit: &Visit) -> String {
    match visit.client.address.to_canonical() {
        std::net::IpAddr::V4(v4) => format!("{:x}", v4.to_bits() >> 8),
        std::net::IpAddr::V6(v6) => format!("{:x}", v6.to_bits() >> 72),
    }
}
