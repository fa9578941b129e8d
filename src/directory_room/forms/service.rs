//! The questions of a service.

use offers::directory::{Language, Referral, Service, SiteOfService, Status};
use offers::wording::LANGUAGES;
use vocabulary::{Topic, TopicSet};
use web::{Choice, Errors, Field, FieldKind, Form};

use super::{Around, cost, email, optional, other, phone, times, told, website, with_phone, yes_or_no};

pub(super) fn questions(record: &Service, around: &Around<'_>) -> Vec<Field> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let age = |age: Option<i32>| age.map(|age| age.to_string()).unwrap_or_default();
    let status = [
        ("active", "Yes, it is running"),
        ("temporarily_closed", "It is closed for now"),
        ("defunct", "It has ended"),
    ];
    let referral = [
        ("open", "Anybody can come, or refer themselves"),
        ("through_a_professional", "Through a professional, like a GP or a link worker"),
        ("waiting_list", "From a waiting list"),
        ("", "Not known"),
    ];
    let choices =
        |all: &[(&str, &str)]| all.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    let topics: Vec<Choice> =
        Topic::ALL.iter().map(|topic| Choice::new(topic.key(), topic.title())).collect();
    let ticked: Vec<&str> = around.settings.topics(record).iter().map(Topic::key).collect();
    let mut fields = vec![
        Field::new(FieldKind::Text, "name", "Name of the service").valued(record.name.clone()),
        Field::new(FieldKind::Words, "description", "What happens there")
            .hinted("In plain words: what people do, what to bring or wear, who leads it.")
            .valued(text(&record.description)),
        Field::new(FieldKind::Radios(choices(&status)), "status", "Is it running?")
            .valued(status_word(record.status)),
        Field::new(FieldKind::Checkboxes(topics), "topics", "What does it help with?")
            .hinted("Choose all that apply. It is found by these.")
            .valued(ticked.join("\n")),
        Field::new(FieldKind::Times, "times", "Days and times")
            .hinted(times_hint(record))
            .valued(times::value(record)),
    ];
    fields.extend(cost::questions(record));
    fields.extend([
        Field::new(FieldKind::Words, "eligibility", "Who is it for? (optional)")
            .hinted(
                "For example: adults with a long-term condition. Leave it empty where it is for everybody.",
            )
            .valued(text(&record.eligibility)),
        Field::new(FieldKind::Text, "minimum-age", "Youngest age (optional)").valued(age(record.minimum_age)),
        Field::new(FieldKind::Text, "maximum-age", "Oldest age (optional)").valued(age(record.maximum_age)),
        Field::new(FieldKind::Radios(choices(&referral)), "referral", "How do people come?")
            .valued(record.referral.map_or("", referral_word)),
        Field::new(FieldKind::Words, "referral-words", "More about how to come (optional)")
            .valued(text(&record.referral_words)),
        yes_or_no("online", "Can people take part online, from home?", record.online),
        yes_or_no("home-visit", "Do you visit people at home?", record.home_visit),
        yes_or_no("transport", "Do you bring people there?", record.transport),
        Field::new(FieldKind::Text, "phone", "Phone number (optional)").valued(phone(&record.phones)),
        Field::new(FieldKind::Email, "email", "E-mail address (optional)").valued(text(&record.email)),
        Field::new(FieldKind::Text, "website", "Website (optional)").valued(text(&record.url)),
        Field::new(FieldKind::Text, "languages", "Languages (optional)")
            .hinted("With commas between them, like English, Polish.")
            .valued(languages(record)),
    ]);
    if !around.places.is_empty() {
        let places = around.places.iter().map(|(key, name)| Choice::new(key.clone(), name.clone())).collect();
        let here: Vec<&str> = record.sites.iter().map(|at| at.site.as_str()).collect();
        let field = Field::new(FieldKind::Checkboxes(places), "places", "Where is it?");
        fields.push(field.hinted("Places that your organisation uses.").valued(here.join("\n")));
    }
    fields.extend(other::questions_of_new_place());
    fields
}

fn times_hint(record: &Service) -> String {
    let others = times::others_in_words(record);
    let hint = "A row for each day, with times like 10:30 or 2pm. Leave the rest empty.";
    if others.is_empty() {
        return hint.to_owned();
    }
    format!("{hint} These stay as they are: {}.", others.join("; "))
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::TemporarilyClosed => "temporarily_closed",
        Status::Inactive | Status::Defunct => "defunct",
    }
}

const fn referral_word(referral: Referral) -> &'static str {
    match referral {
        Referral::Open => "open",
        Referral::ThroughAProfessional => "through_a_professional",
        Referral::WaitingList => "waiting_list",
    }
}

fn language_name(language: &Language) -> String {
    let code = language.code.as_deref().unwrap_or_default();
    let known = LANGUAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
    let name = language.name.clone().or_else(|| known.map(|(_, name)| (*name).to_owned()));
    name.unwrap_or_else(|| code.to_owned())
}

fn languages(record: &Service) -> String {
    record.languages.iter().map(language_name).collect::<Vec<_>>().join(", ")
}

pub(super) fn answered(
    typed: &Form,
    mut record: Service,
    around: &Around<'_>,
    errors: &mut Errors,
) -> Service {
    record.name = errors.needed(typed, "name", 200, "Enter the name of the service").to_owned();
    record.description = optional(typed, "description", 5_000, errors);
    let status = match typed.text("status") {
        "temporarily_closed" => Status::TemporarilyClosed,
        "defunct" => Status::Defunct,
        _ => Status::Active,
    };
    // A word that no question knows stays while its answer does.
    if status_word(status) != status_word(record.status) {
        record.status = status;
    }
    let wanted: TopicSet = typed.all("topics").into_iter().filter_map(Topic::from_key).collect();
    if wanted != around.settings.topics(&record) {
        record.terms = around.settings.terms_for(&record.terms, wanted);
    }
    times::answered(typed, &mut record, errors);
    cost::answered(typed, &mut record, errors);
    record.eligibility = optional(typed, "eligibility", 2_000, errors);
    record.minimum_age = age(typed, "minimum-age", errors);
    record.maximum_age = age(typed, "maximum-age", errors);
    if record.minimum_age.zip(record.maximum_age).is_some_and(|(from, until)| until < from) {
        errors.add("maximum-age", "The oldest age must not be below the youngest");
    }
    record.referral = match typed.text("referral") {
        "open" => Some(Referral::Open),
        "through_a_professional" => Some(Referral::ThroughAProfessional),
        "waiting_list" => Some(Referral::WaitingList),
        _ => None,
    };
    record.referral_words = optional(typed, "referral-words", 2_000, errors);
    record.online = told(typed, "online");
    record.home_visit = told(typed, "home-visit");
    record.transport = told(typed, "transport");
    with_phone(&mut record.phones, typed, errors);
    record.email = email(typed, errors);
    record.url = website(typed, errors);
    with_languages(&mut record, typed, errors);
    with_places(&mut record, typed, around);
    record
}

fn age(typed: &Form, name: &str, errors: &mut Errors) -> Option<i32> {
    let text = typed.text(name);
    if text.is_empty() {
        return None;
    }
    let age = text.parse().ok().filter(|age| (0..=120).contains(age));
    if age.is_none() {
        errors.add(name, "Enter an age in years, like 18");
    }
    age
}

fn with_languages(record: &mut Service, typed: &Form, errors: &mut Errors) {
    let Some(text) = optional(typed, "languages", 300, errors) else {
        record.languages.clear();
        return;
    };
    if text == languages(record) {
        return;
    }
    let one = |name: &str| {
        let known = record.languages.iter().find(|known| language_name(known).eq_ignore_ascii_case(name));
        let listed = LANGUAGES
            .iter()
            .find(|(code, listed)| listed.eq_ignore_ascii_case(name) || code.eq_ignore_ascii_case(name));
        known.cloned().unwrap_or_else(|| Language {
            code: listed.map(|(code, _)| (*code).to_owned()),
            name: Some(listed.map_or(name, |(_, listed)| listed).to_owned()),
            ..Language::default()
        })
    };
    let names = text.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty());
    record.languages = names.map(one).collect();
}

/// The places that were ticked; of places that the question did not list, nothing changes.
fn with_places(record: &mut Service, typed: &Form, around: &Around<'_>) {
    let ticked = typed.all("places");
    let asked = |key: &str| around.places.iter().any(|(known, _)| known == key);
    record.sites.retain(|at| !asked(&at.site) || ticked.contains(&at.site.as_str()));
    for key in ticked.into_iter().filter(|key| asked(key)) {
        if !record.sites.iter().any(|at| at.site == key) {
            record.sites.push(SiteOfService { site: key.to_owned(), ..SiteOfService::default() });
        }
    }
}
