//! Records that may be the same, of two sources or of one: suggested with reasons, decided by a person.

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::Id;

use super::settings::folded;
use super::{Contact, Directory, Entry, Kind, Organisation, Phone, Source};

/// Two records that may be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub kind: Kind,
    /// The older of the two.
    pub kept: Id<Entry>,
    pub merged: Id<Entry>,
    pub names: (String, String),
    /// Where each comes from; it may be the same source.
    pub sources: (Id<Source>, Id<Source>),
    /// From [`LEAST_SCORE`] to 100.
    pub score: u32,
    /// In words, the weightiest first.
    pub reasons: Vec<String>,
}

/// A pair that scores less is not worth a person's time.
pub const LEAST_SCORE: u32 = 50;
/// A clue that more records share than this (a shared switchboard, a county's website) tells none of them apart.
const MOST_SHARING: usize = 12;
/// Mail providers of the public: an address there says nothing of an organisation.
const PUBLIC_MAIL: [&str; 8] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "yahoo.com",
    "yahoo.co.uk",
    "btinternet.com",
];
/// Words that organisations share without being the same.
const COMMON_WORDS: [&str; 12] =
    ["the", "and", "of", "for", "in", "ltd", "limited", "cic", "cio", "charity", "trust", "group"];

/// What a record tells about who it is.
struct Traces {
    id: Id<Entry>,
    source: Id<Source>,
    name: String,
    words: BTreeSet<String>,
    clues: BTreeSet<(Clue, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Clue {
    Identifier,
    Website,
    Phone,
    Mail,
    Postcode,
    Organisation,
    /// Only brings a pair together; what the names share is scored by itself.
    Name,
}

impl Clue {
    const fn weight(self) -> u32 {
        match self {
            Self::Identifier => 60,
            Self::Website | Self::Organisation => 20,
            Self::Phone | Self::Postcode => 25,
            Self::Mail => 15,
            Self::Name => 0,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Identifier => "the same registered number",
            Self::Website => "the same website",
            Self::Phone => "the same phone number",
            Self::Mail => "the same e-mail domain",
            Self::Postcode => "the same postcode",
            Self::Organisation => "organisations of the same name",
            Self::Name => "",
        }
    }
}

/// Pairs of records, the likeliest first.
pub fn suggest(directory: &Directory) -> Vec<Suggestion> {
    let mut suggestions = pairs(Kind::Organisation, &organisations(directory));
    suggestions.extend(pairs(Kind::Service, &services(directory)));
    suggestions.sort_by(|a, b| (b.score, a.kept, a.merged).cmp(&(a.score, b.kept, b.merged)));
    suggestions
}

fn pairs(kind: Kind, traces: &[Traces]) -> Vec<Suggestion> {
    let mut sharing: BTreeMap<&(Clue, String), Vec<usize>> = BTreeMap::new();
    for (at, one) in traces.iter().enumerate() {
        for clue in &one.clues {
            sharing.entry(clue).or_default().push(at);
        }
    }
    let mut together: BTreeMap<(usize, usize), BTreeSet<Clue>> = BTreeMap::new();
    for ((clue, _), sharing) in sharing {
        if sharing.len() > MOST_SHARING {
            continue;
        }
        for (at, a) in sharing.iter().enumerate() {
            for b in &sharing[at + 1..] {
                together.entry((*a, *b)).or_default().insert(*clue);
            }
        }
    }
    together.into_iter().filter_map(|((a, b), clues)| judge(kind, &traces[a], &traces[b], &clues)).collect()
}

/// Whether one source may have said the same twice. It may well have several classes in one hall with one telephone, or
/// one class in several halls; so the names have to be of the same words, and the places must not differ.
fn said_twice(a: &Traces, b: &Traces, shared: &BTreeSet<Clue>) -> bool {
    let places = [a, b].map(|one| one.clues.iter().any(|(clue, _)| *clue == Clue::Postcode));
    let reached_alike = [Clue::Identifier, Clue::Website, Clue::Phone, Clue::Mail];
    let there = shared.contains(&Clue::Postcode)
        || places != [true; 2] && reached_alike.iter().any(|clue| shared.contains(clue));
    !a.words.is_empty() && a.words == b.words && there
}

fn judge(kind: Kind, a: &Traces, b: &Traces, clues: &BTreeSet<Clue>) -> Option<Suggestion> {
    if a.source == b.source && !said_twice(a, b, clues) {
        return None;
    }
    let mut reasons: Vec<(u32, String)> =
        clues.iter().filter(|c| c.weight() > 0).map(|c| (c.weight(), c.words().to_owned())).collect();
    let shared = a.words.intersection(&b.words).count();
    let all = a.words.union(&b.words).count().max(1);
    let alike = u32::try_from(shared * 45 / all).unwrap_or(0);
    if folded(&a.name) == folded(&b.name) {
        reasons.push((50, "the same name".to_owned()));
    } else if alike > 0 {
        reasons.push((alike, format!("{shared} of {all} words of their names")));
    }
    let score = reasons.iter().map(|(weight, _)| weight).sum::<u32>().min(100);
    if score < LEAST_SCORE {
        return None;
    }
    reasons.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let (kept, merged) = if a.id < b.id { (a, b) } else { (b, a) };
    Some(Suggestion {
        kind,
        kept: kept.id,
        merged: merged.id,
        names: (kept.name.clone(), merged.name.clone()),
        sources: (kept.source, merged.source),
        score,
        reasons: reasons.into_iter().map(|(_, words)| words).collect(),
    })
}

fn organisations(directory: &Directory) -> Vec<Traces> {
    // An organisation is where its services are.
    let mut postcodes: BTreeMap<Id<Organisation>, BTreeSet<String>> = BTreeMap::new();
    for kept in directory.standing_services().map(|(_, kept)| kept) {
        let Some(organisation) = directory.organisation_of(kept) else { continue };
        let sites = kept.record.sites.iter().filter_map(|s| directory.site(kept.source, &s.site));
        postcodes.entry(organisation).or_default().extend(sites.flat_map(|(_, site)| postcodes_of(site)));
    }
    let standing = directory.organisations.iter().filter(|(_, kept)| kept.stands());
    standing
        .map(|(id, kept)| {
            let record = &kept.record;
            let mut clues = BTreeSet::new();
            for identifier in &record.identifiers {
                let scheme = identifier.scheme.as_deref().or(identifier.kind.as_deref()).unwrap_or_default();
                clues.insert((Clue::Identifier, format!("{}:{}", folded(scheme), folded(&identifier.value))));
            }
            clues.extend(contact_clues(
                record.website.as_deref(),
                record.email.as_deref(),
                &record.phones,
                &record.contacts,
            ));
            clues.extend(postcodes.remove(id).into_iter().flatten().map(|p| (Clue::Postcode, p)));
            traces(Id::from_bits(id.bits()), kept.source, &record.name, clues)
        })
        .collect()
}

fn services(directory: &Directory) -> Vec<Traces> {
    directory
        .standing_services()
        .map(|(id, kept)| {
            let record = &kept.record;
            let mut clues = BTreeSet::new();
            clues.extend(contact_clues(
                record.url.as_deref(),
                record.email.as_deref(),
                &record.phones,
                &record.contacts,
            ));
            let sites = record.sites.iter().filter_map(|s| directory.site(kept.source, &s.site));
            clues.extend(sites.flat_map(|(_, site)| postcodes_of(site)).map(|p| (Clue::Postcode, p)));
            let organisation = directory.organisation_of(kept).and_then(|o| directory.organisations.get(&o));
            clues.extend(organisation.map(|o| (Clue::Organisation, folded(&o.record.name))));
            traces(Id::from_bits(id.bits()), kept.source, &record.name, clues)
        })
        .collect()
}

/// What the ways to reach a record tell.
fn contact_clues(
    website: Option<&str>,
    email: Option<&str>,
    phones: &[Phone],
    contacts: &[Contact],
) -> Vec<(Clue, String)> {
    let phones = phones.iter().chain(contacts.iter().flat_map(|contact| &contact.phones));
    let phones = phones.filter_map(|phone| digits(&phone.number)).map(|digits| (Clue::Phone, digits));
    let website = website.and_then(host).map(|host| (Clue::Website, host));
    let mail = email.and_then(mail_domain).map(|domain| (Clue::Mail, domain));
    website.into_iter().chain(mail).chain(phones).collect()
}

fn traces(id: Id<Entry>, source: Id<Source>, name: &str, mut clues: BTreeSet<(Clue, String)>) -> Traces {
    let words: BTreeSet<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 1 && !COMMON_WORDS.contains(word))
        .map(str::to_owned)
        .collect();
    clues.insert((Clue::Name, words.iter().cloned().collect::<Vec<_>>().join(" ")));
    Traces { id, source, name: name.to_owned(), words, clues }
}

fn postcodes_of(site: &super::Site) -> impl Iterator<Item = String> {
    site.addresses.iter().filter_map(|a| a.postcode.as_deref()).map(|postcode| {
        postcode.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
    })
}

fn host(address: &str) -> Option<String> {
    let address = folded(address);
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    host.contains('.').then(|| host.to_owned())
}

fn mail_domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = folded(domain);
    (domain.contains('.') && !PUBLIC_MAIL.contains(&domain.as_str())).then_some(domain)
}

/// The last ten digits: `+44 1522 …` and `01522 …` are one number.
fn digits(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 10).then(|| digits[digits.len() - 10..].iter().collect())
}
