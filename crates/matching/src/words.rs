//! A match in words that a patient can read, and what would change the order.

use std::fmt::Write as _;

use vocabulary::{Condition, and_list, pence_in_words};

use crate::{Catchment, Found, Mobility, Person, Reasons, RuleSet, Service};

/// "About 3 miles away, free, helps with strength and pain." and behind it what to ask first.
pub fn reasons_in_words(rules: &RuleSet, person: &Person, service: &Service, found: &Found) -> String {
    let mut parts = Vec::new();
    match (service.catchment, found.distance) {
        (Catchment::Online, _) => parts.push("online".to_owned()),
        _ if service.home_visit => parts.push("comes to your home".to_owned()),
        (_, Some(distance)) => parts.push(rules.measure.away(distance)),
        (_, None) => parts.push("for your whole area".to_owned()),
    }
    match service.cost {
        None => parts.push("ask what it costs".to_owned()),
        Some(0) => parts.push("free".to_owned()),
        Some(pence) => parts.push(format!("{} each time", pence_in_words(pence))),
    }
    if found.reasons.has(Reasons::LANGUAGE) {
        parts.push("in your language".to_owned());
    }
    if service.transport && !service.home_visit && found.reasons.has(Reasons::WITHOUT_CAR) {
        parts.push("they can bring you".to_owned());
    }
    let topics: Vec<&str> = found.topics.iter().map(vocabulary::Topic::words).collect();
    parts.push(format!("helps with {}", and_list(&topics)));

    let mut text = with_capital(&parts.join(", "));
    text.push('.');
    if found.reasons.has(Reasons::ASK_FIRST) {
        let unsure: Vec<&str> =
            service.excluded.and(person.conditions_not_known).iter().map(Condition::words).collect();
        let _ = write!(
            text,
            " Ask first, because it is not for people with {}, and your record does not say whether you have that.",
            and_list(&unsure)
        );
    }
    if let Some(words) = &service.eligibility {
        let _ = write!(
            text,
            " Ask first whether it is for you. They say: \u{201C}{}\u{201D}.",
            words.trim().trim_end_matches('.')
        );
    }
    let must_go_there = service.catchment != Catchment::Online && !service.home_visit;
    let steps_not_known = must_go_there && service.step_free.is_none();
    if found.reasons.has(Reasons::CHECK_ACCESS) {
        text.push_str(" Check that you can get in: your record does not say how you get about");
        text.push_str(if steps_not_known { ", and they do not say whether there are steps." } else { "." });
    } else if steps_not_known && person.mobility == Some(Mobility::WalksWithAid) {
        text.push_str(" Ask first whether there are steps: they do not say.");
    }
    if found.reasons.has(Reasons::CHECK_INTERNET) {
        text.push_str(" Check that you can get online: your record does not say whether you can.");
    }
    text
}

/// What would move the offer at `place` (from 0) up one, as sentences; for the first, what keeps it there.
/// `ranked` is in rank order.
pub fn what_would_change(
    rules: &RuleSet,
    person: &Person,
    ranked: &[(&Service, Found)],
    place: usize,
) -> Vec<String> {
    let (service, found) = &ranked[place];
    let Some(before) = place.checked_sub(1) else {
        return match ranked.get(1) {
            None => vec!["It is the only offer that fits.".to_owned()],
            Some((second, _)) => {
                vec![format!("It comes first because it fits better than {}.", told_apart(second, service))]
            }
        };
    };
    let (above, best) = &ranked[before];
    // One point more than the offer above, or as many where the lower number breaks the tie.
    let missing = best.score - found.score + i32::from(above.sid < service.sid);
    let above = told_apart(above, service);
    let mut changes = Vec::new();
    let deprived = person.imd.is_some_and(|imd| imd <= rules.free.imd_at_most);
    let if_free = found.cost_penalty + if deprived { rules.free.points } else { 0 };
    if service.cost.is_some_and(|pence| pence > 0) && if_free >= missing {
        changes.push(format!("It would come before {above} if it were free."));
    }
    if found.travel_penalty > 0 && found.travel_penalty >= missing {
        changes.push(format!("It would come before {above} if someone could take you there."));
    }
    let speaks = service.languages >> person.language & 1 == 1;
    if person.language != 0 && !speaks && rules.language_bonus >= missing {
        changes.push(format!("It would come before {above} if it were in your language."));
    }
    if let Some(nearer) = how_much_nearer(rules, service, found, missing) {
        changes.push(format!("It would come before {above} if it were {}.", rules.measure.nearer(nearer)));
    }
    if changes.is_empty() {
        changes.push(format!("{above} fits more of what you need."));
    }
    changes
}

/// What to call an offer beside another: offers of one name are told apart by their place or who runs them.
fn told_apart(service: &Service, other: &Service) -> String {
    let name = service.called();
    if name != other.called() {
        return name;
    }
    match &service.venue {
        Some(venue) if service.venue != other.venue => format!("{name} at {venue}"),
        _ => format!("{name} by {}", service.provider_called()),
    }
}

/// How much nearer the offer would have to be to gain so many points, if it can, in the rule set's measure.
fn how_much_nearer(rules: &RuleSet, service: &Service, found: &Found, missing: i32) -> Option<i32> {
    let distance = found.distance?;
    // What is left of the points for being near, which never falls as the way gets shorter.
    let left = |d: i32| -> i64 {
        let decay = &rules.decay;
        match service.catchment {
            Catchment::Online => 0,
            Catchment::Radius => {
                let edge = rules.measure.minutes().map_or(service.radius, |minutes| minutes.at_most);
                let lost = i64::from(decay.radius.lost_at_edge) * i64::from(d) / i64::from(edge.max(1));
                i64::from(decay.radius.start) - lost
            }
            Catchment::Areas => i64::from((decay.areas.start - decay.areas.loss.of(d)).max(0)),
            Catchment::County => i64::from((decay.county.start - decay.county.loss.of(d)).max(0)),
        }
    };
    let wanted = left(distance) + i64::from(missing);
    if left(0) < wanted {
        return None;
    }
    // The farthest that is near enough, by halves.
    let (mut near, mut far) = (0, distance);
    while far - near > 1 {
        let middle = near + (far - near) / 2;
        if left(middle) >= wanted { near = middle } else { far = middle }
    }
    Some(distance - near)
}

fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
