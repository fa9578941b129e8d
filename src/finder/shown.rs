//! A service in words, for anybody.

use offers::catalogue::{Listed, ListedSite, schedule_in_words};
use offers::directory::assurance::Vouched;
use offers::directory::{Referral, Schedule, Service};
use offers::finder::Match;
use offers::wording::pounds;
use vocabulary::Topic;

/// A service in a list of results.
pub(super) struct Result {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) organisation: Option<String>,
    /// Its number on the map.
    pub(super) number: Option<usize>,
    pub(super) place: Option<String>,
    pub(super) times: Vec<String>,
    pub(super) cost: String,
    pub(super) helps: Option<String>,
    pub(super) beginning: Option<String>,
    pub(super) tags: Vec<(String, &'static str)>,
    pub(super) doubts: Vec<&'static str>,
    pub(super) link: String,
    pub(super) listed: bool,
    pub(super) list_link: String,
}

/// Metres of a mile.
const MILE: f64 = 1_609.344;
/// Further than most people walk.
const WALK: u32 = 2_500;

/// "0.6 miles away, about 15 minutes on foot". The distance is in a straight line; a way on foot is about a third longer,
/// and a minute of it is 70 metres for somebody who is not fast.
pub(super) fn away(metres: u32, roughly: bool) -> String {
    let miles = f64::from(metres) / MILE;
    let about = if roughly { "about " } else { "" };
    let far = match miles {
        ..0.15 => "very near".to_owned(),
        ..0.95 => format!("{about}{miles:.1} miles away"),
        ..1.05 => format!("{about}1 mile away"),
        ..10.0 => format!("{about}{miles:.1} miles away"),
        _ => format!("{about}{miles:.0} miles away"),
    };
    let far = far.replace(".0 miles", " miles");
    if metres > WALK || roughly || miles < 0.15 {
        return far;
    }
    let minutes = (metres * 4 / 3).div_ceil(70).max(1).next_multiple_of(5);
    format!("{far}, about {minutes} minutes on foot")
}

/// Where it is, seen from somewhere.
pub(super) fn place(found: &Match<'_>, roughly: bool) -> Option<String> {
    let service = found.service;
    let Some(site) = found.site else {
        return match (service.online, service.home_visit) {
            (true, true) => Some("Online, or they come to you".to_owned()),
            (true, false) => Some("Online".to_owned()),
            (false, true) => Some("They come to you".to_owned()),
            (false, false) => None,
        };
    };
    let mut words = site_in_short(site);
    if let Some(metres) = found.metres {
        words = format!("{words} – {}", away(metres, roughly || site.approximate));
    }
    if service.sites.len() > 1 {
        let more = service.sites.len() - 1;
        words = format!("{words} (and {more} more {})", if more == 1 { "place" } else { "places" });
    }
    Some(words)
}

fn site_in_short(site: &ListedSite) -> String {
    let name = site.name.as_deref().or(site.address.first().map(String::as_str)).unwrap_or("A place");
    match site.town.as_deref() {
        Some(town) if !name.contains(town) => format!("{name}, {town}"),
        _ => name.to_owned(),
    }
}

/// What it costs each time.
pub(super) fn cost(service: &Listed, record: &Service) -> String {
    match service.pence {
        Some(0) => "Free".to_owned(),
        Some(pence) => format!("{} each time", pounds(pence.into())),
        None => record.fees.clone().unwrap_or_else(|| "Ask what it costs".to_owned()),
    }
}

/// When, at this place or at all.
pub(super) fn times(record: &Service, here: &[Schedule]) -> Vec<String> {
    let schedules = if here.is_empty() { &record.schedules } else { here };
    let mut times: Vec<String> = schedules.iter().filter_map(schedule_in_words).collect();
    times.dedup();
    times
}

/// "strength, pain and low mood and worry".
pub(super) fn helps(service: &Listed) -> Option<String> {
    let words: Vec<&str> = service.topics.iter().map(Topic::words).collect();
    let (last, rest) = words.split_last()?;
    Some(if rest.is_empty() { (*last).to_owned() } else { format!("{}; {last}", rest.join("; ")) })
}

/// Who vouches for it.
pub(super) fn vouched(service: &Listed) -> String {
    let on = service.assured.on.in_words();
    match service.assured.by {
        Vouched::Here(against) => format!("Checked {} on {on}", against.in_words()),
        Vouched::Source => format!("Checked by whoever sent it to us on {on}"),
        Vouched::Came => format!("Last changed on {on}"),
    }
}

/// Words and colours for what one should know before going.
pub(super) fn tags(service: &Listed) -> Vec<(String, &'static str)> {
    use offers::directory::availability::Room;
    let mut tags = Vec::new();
    if let Some(said) = &service.room {
        let colour = match said.room {
            Room::Open { .. } => "green",
            Room::Waiting { .. } => "yellow",
            Room::Full => "red",
        };
        tags.push((said.in_words(), colour));
    }
    if service.pence == Some(0) {
        tags.push(("Free".to_owned(), "aqua-green"));
    }
    if service.step_free() == Some(true) {
        tags.push(("Step-free".to_owned(), "blue"));
    }
    if service.online && !service.sites.is_empty() {
        tags.push(("Also online".to_owned(), "grey"));
    }
    if service.transport {
        tags.push(("Can bring you".to_owned(), "purple"));
    }
    tags
}

/// Whether one gets in with a wheelchair or a walker.
pub(super) const fn steps(step_free: Option<bool>) -> &'static str {
    match step_free {
        Some(true) => "You can get in without steps.",
        Some(false) => "There are steps.",
        None => "We do not know if there are steps: ask first.",
    }
}

/// How one gets in.
pub(super) fn how(record: &Service) -> Option<String> {
    let coded = record.referral.map(|referral| match referral {
        Referral::Open => "You can contact them yourself.",
        Referral::ThroughAProfessional => {
            "Somebody who looks after you sends you: ask your practice or link worker."
        }
        Referral::WaitingList => "For people on a waiting list.",
    });
    let said = record.referral_words.as_deref().map(str::trim).filter(|said| !said.is_empty());
    match (coded, said) {
        (None, None) => None,
        (coded, said) => Some([coded, said].into_iter().flatten().collect::<Vec<_>>().join(" ")),
    }
}

/// For whom, as far as ages say.
pub(super) fn ages(service: &Listed) -> Option<String> {
    match service.ages {
        (..=0, 120..) => None,
        (from, 120..) => Some(format!("People aged {from} or over")),
        (..=0, until) => Some(format!("People up to {until} years old")),
        (from, until) => Some(format!("People aged {from} to {until}")),
    }
}

/// The first sentences, as many as fit.
pub(super) fn beginning(text: &str) -> String {
    const MOST: usize = 180;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST {
        return text;
    }
    let cut: String = text.chars().take(MOST).collect();
    let at_sentence = cut.rfind(". ").filter(|at| *at > 60).map(|at| cut[..=at].to_owned());
    at_sentence.unwrap_or_else(|| format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(cut, _)| cut)))
}

/// A number that a telephone can dial.
pub(super) fn dialled(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    Some(digits).filter(|digits| digits.len() >= 3)
}

#[cfg(test)]
mod tests {
    use super::{away, beginning, dialled};

    #[test]
    fn distances_are_said_honestly() {
        for (metres, roughly, words) in [
            (120, false, "very near"),
            (966, false, "0.6 miles away, about 20 minutes on foot"),
            (1_609, false, "1 mile away, about 35 minutes on foot"),
            (3_219, false, "2 miles away"),
            (5_000, true, "about 3.1 miles away"),
            (40_000, false, "25 miles away"),
        ] {
            assert_eq!(away(metres, roughly), words);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_sentence_or_a_word() {
        assert_eq!(beginning("Short  and\nsweet."), "Short and sweet.");
        let long = format!(
            "{}. {}",
            "A first sentence of some sixty letters that says what it is about",
            "word ".repeat(60)
        );
        assert_eq!(beginning(&long), "A first sentence of some sixty letters that says what it is about.");
        assert!(beginning(&"wörd ".repeat(100)).ends_with("wörd …"));
        assert!(beginning(&"x".repeat(500)).ends_with("x …"));
    }

    #[test]
    fn a_telephone_dials_digits() {
        assert_eq!(dialled("01632 960 123 (mornings)").as_deref(), Some("01632960123"));
        assert_eq!(dialled("ask at the desk"), None);
    }
}
