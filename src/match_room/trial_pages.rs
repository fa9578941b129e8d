//! What if? A run once more with a changed weight, criterion or list of providers: its figures beside those of the run, and
//! nothing kept.

use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use planning::population::store as catalogue;
use planning::rules::{VERSION_1, parse_rules};
use vocabulary::Topic;
use web::{Answer, Form, Page, Problem, Visit};

use super::offered::Names;
use super::run_pages::done;
use super::summary::Summary;
use super::trial_change::Changed;
use super::{Run, files, offered};
use crate::cohort_room;
use crate::data_path::DataPath;
use crate::trying::{self, Question, program};

const MOST_TEXT: usize = 64 * 1024;
const MOST_WEIGHT: i64 = 1_000;
/// Whoever waits for longer starts a match run.
const LONGEST: Duration = Duration::from_mins(2);

/// What was typed, or stands there to begin with.
struct Wished {
    weights: Vec<(Topic, String)>,
    without: String,
    /// An offer that is not there: its topics, where, how many kilometres it reaches.
    more: (Vec<Topic>, String, String),
    /// A service that is there, otherwise than it is.
    changed: Changed,
    cohort: String,
}

struct Tried {
    seconds: String,
    /// What is on offer has changed since the run.
    other_offers: bool,
    figures: Vec<(String, String, String)>,
    attrition: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "match_room/trial.html")]
struct Content<'a> {
    name: String,
    path: String,
    token: &'a str,
    error: Option<(&'static str, String)>,
    tried: Option<Tried>,
    weights: Vec<(&'static str, &'static str, String)>,
    without: String,
    /// Topics with whether they are ticked.
    more: Vec<(&'static str, &'static str, bool)>,
    at: String,
    reach: String,
    changed: Changed,
    /// Services of the run, by name: identifier, name, whether it is chosen.
    services: Vec<(&'a str, &'a str, bool)>,
    cohort: String,
}

/// The weights of a set of rules, line by line as it has them.
fn weights_of(rules: &str) -> Vec<(Topic, String)> {
    let section = rules.lines().skip_while(|line| line.trim() != "[weights]").skip(1);
    let lines = section.take_while(|line| !line.trim_start().starts_with('['));
    let weight = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let value = value.split('#').next().unwrap_or_default().trim();
        Some((Topic::from_key(key.trim())?, value.to_owned()))
    };
    lines.filter_map(weight).collect()
}

/// The same rules with other weights; every other line stays.
fn with_weights(rules: &str, weights: &[(Topic, String)]) -> String {
    let (mut inside, mut lines) = (false, Vec::new());
    for line in rules.lines() {
        if line.trim_start().starts_with('[') {
            inside = line.trim() == "[weights]";
        }
        let key = line.split_once('=').map(|(key, _)| key.trim());
        let wished =
            key.and_then(Topic::from_key).and_then(|topic| weights.iter().find(|one| one.0 == topic));
        lines.push(match wished {
            Some((topic, value)) if inside => format!("{} = {value}", topic.key()),
            _ => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

/// As the run has it.
async fn as_it_is(visit: &Visit, run: &Run) -> Result<Wished, Problem> {
    let cohort = match run.cohort {
        None => cohort_room::SHIPPED.to_owned(),
        Some(version) => cohort_room::version(&mut visit.read().await?, &version.to_string()).await?.text,
    };
    let rules = run.rules.as_deref().unwrap_or(VERSION_1);
    let changed = Changed::default();
    Ok(Wished {
        weights: weights_of(rules),
        without: String::new(),
        more: Default::default(),
        changed,
        cohort,
    })
}

/// The services that the run was made with.
async fn services(visit: &Visit, run: &Run) -> Result<Names, Problem> {
    let file = files::folder(&visit.house.shelf.of::<DataPath>().folder, run.id).join("services.parquet");
    let reading =
        tokio::task::spawn_blocking(move || offered::named(&file, "service_id", &["name", "provider_name"]));
    reading.await.map_err(Problem::broken)?.map_err(Problem::broken)
}

fn shown(
    visit: &Visit,
    (run, services): (&Run, &Names),
    wished: Wished,
    answer: Result<Option<Tried>, (&'static str, String)>,
) -> Answer {
    let (tried, error) = match answer {
        Ok(tried) => (tried, None),
        Err(error) => (None, Some(error)),
    };
    let mistaken = error.is_some();
    let mut named: Vec<(&str, &str, bool)> = services
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str(), *id == wished.changed.service))
        .collect();
    named.sort_by_key(|(_, name, _)| name.to_lowercase());
    let weights = wished.weights.into_iter().map(|(topic, value)| (topic.key(), topic.words(), value));
    let content = Content {
        name: run.name(),
        path: run.path(),
        token: &visit.form_token,
        error,
        tried,
        weights: weights.collect(),
        without: wished.without,
        more: Topic::ALL.iter().map(|one| (one.key(), one.words(), wished.more.0.contains(one))).collect(),
        at: wished.more.1,
        reach: wished.more.2,
        changed: wished.changed,
        services: named,
        cohort: wished.cohort,
    };
    let page = Page::new(visit, "What if?").under(run.path(), "The match run").with(&content)?;
    let mut response = page.into_response();
    if mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = done(&visit, &id).await?;
    let wished = as_it_is(&visit, &run).await?;
    shown(&visit, (&run, &services(&visit, &run).await?), wished, Ok(None))
}

/// What was typed, as far as it can be used.
fn checked(typed: &Form, before: &Wished, rules: &str) -> (Wished, Result<String, (&'static str, String)>) {
    let typed_weight =
        |(topic, _): &(Topic, String)| (*topic, typed.text(&format!("w-{}", topic.key())).to_owned());
    let wished = Wished {
        weights: before.weights.iter().map(typed_weight).collect(),
        without: typed.text("without").replace("\r\n", "\n"),
        more: (
            typed.all("topic").into_iter().filter_map(Topic::from_key).collect(),
            typed.text("at").to_owned(),
            typed.text("reach").to_owned(),
        ),
        changed: Changed::typed(typed),
        cohort: typed.exact("cohort").replace("\r\n", "\n"),
    };
    let fits = |value: &str| value.parse::<i64>().is_ok_and(|weight| (0..=MOST_WEIGHT).contains(&weight));
    if let Some((topic, _)) = wished.weights.iter().find(|(_, value)| !fits(value)) {
        let why = format!("Enter how much “{}” counts, from 0 to {MOST_WEIGHT}", topic.words());
        return (wished, Err(("weights", why)));
    }
    if let Err(why) = added(&wished.more) {
        return (wished, Err(("at", why)));
    }
    if let Err(why) = wished.changed.told() {
        return (wished, Err(("service", why.to_owned())));
    }
    if wished.cohort.len() > MOST_TEXT || wished.without.len() > MOST_TEXT {
        return (wished, Err(("cohort", "The definition must be 64 KB or less".to_owned())));
    }
    if let Err(why) = cohort_room::understood(&wished.cohort) {
        return (wished, Err(("cohort", format!("The definition cannot be used: {why}"))));
    }
    let rules = with_weights(rules, &wished.weights);
    match parse_rules("rules", &rules) {
        Ok(_) => (wished, Ok(rules)),
        Err(why) => (wished, Err(("weights", format!("The weights cannot be used: {why}")))),
    }
}

/// What the program is told of an offer that is not there: topics, place and metres. Nothing where none was described.
fn added((topics, at, reach): &(Vec<Topic>, String, String)) -> Result<Option<[String; 3]>, String> {
    if topics.is_empty() && at.is_empty() {
        return Ok(None);
    }
    if topics.is_empty() {
        return Err("Tick what the new offer would help with".to_owned());
    }
    if !super::start_pages::is_venue(at) {
        return Err("Enter where the new offer would be: a postcode, or metres east and north".to_owned());
    }
    let kilometres = reach.parse::<i64>().ok().filter(|reach| (1..=200).contains(reach));
    let kilometres = kilometres.ok_or("Enter how far the new offer would reach, from 1 to 200 kilometres")?;
    let topics: Vec<&str> = topics.iter().map(|topic| topic.key()).collect();
    Ok(Some([topics.join(","), at.replace(' ', ""), (kilometres * 1_000).to_string()]))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let run = done(&visit, &id).await?;
    let (before, services) = (as_it_is(&visit, &run).await?, services(&visit, &run).await?);
    let run_and_services = (&run, &services);
    let rules = run.rules.as_deref().unwrap_or(VERSION_1);
    let (wished, rules) = checked(&typed, &before, rules);
    let rules = match rules {
        Ok(rules) => rules,
        Err(error) => return shown(&visit, run_and_services, wished, Err(error)),
    };
    let entries = catalogue::list(&mut visit.read().await?).await?;
    let entry = entries.into_iter().find(|entry| entry.id == run.population);
    let entry = entry.ok_or(Problem::Conflict("The population of this run was deleted."))?;
    // They were checked.
    let more = added(&wished.more).ok().flatten();
    let changed = wished.changed.told().unwrap_or_default();
    let question = Question {
        kind: trying::Kind::WhatIf,
        object: run.id.to_string(),
        population: &entry,
        purpose: None,
        texts: &[
            &rules,
            &wished.cohort,
            &wished.without,
            &more.iter().flatten().cloned().collect::<Vec<_>>().join(" "),
            &changed.join(" "),
        ],
    };
    let place = match trying::ask(&visit, question).await? {
        Ok(place) => place,
        Err(why) => return shown(&visit, run_and_services, wished, Err(("weights", why.to_owned()))),
    };
    let data = visit.house.shelf.of::<DataPath>();
    let (cohort, without) = (wished.cohort.clone(), wished.without.clone());
    let began = Instant::now();
    let trying = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        let names = without.lines().map(str::trim).filter(|name| !name.is_empty());
        tried(&data, &entry.digest, (&cohort, &rules), names, (more.as_ref(), &changed))
    });
    let seconds = || format!("{:.1}", began.elapsed().as_secs_f64());
    let text = match trying.await.map_err(Problem::broken)? {
        Ok(text) => text,
        Err(why) => {
            let field = match () {
                () if why.contains("--without") => "without",
                () if why.contains("--change-") => "service",
                () if why.contains("--venue") || why.contains("--add-") => "at",
                () => "cohort",
            };
            // Which option it was, the page says by its field.
            let why = why
                .split_once(": ")
                .filter(|(option, _)| option.starts_with("--"))
                .map_or(&*why, |(_, why)| why);
            return shown(
                &visit,
                run_and_services,
                wished,
                Err((field, format!("It could not be tried: {why}"))),
            );
        }
    };
    let seconds = seconds();
    let now = run.summary.as_deref().and_then(Summary::read);
    let (now, then) = (now.ok_or(Problem::NotFound)?, Summary::read(&text).ok_or(Problem::NotFound)?);
    let other_offers = now.services_digest() != then.services_digest();
    let answer = Tried { seconds, other_offers, figures: beside(&now, &then), attrition: then.attrition() };
    shown(&visit, run_and_services, wished, Ok(Some(answer)))
}

/// The figures of both, one line each.
fn beside(now: &Summary, then: &Summary) -> Vec<(String, String, String)> {
    let main = now.beside(then).into_iter();
    let mut lines: Vec<_> = main.map(|(words, now, then)| (words.to_owned(), now, then)).collect();
    for (one, other) in now.topics().into_iter().zip(then.topics()) {
        lines.push((format!("{}: need it", one.topic), one.need, other.need));
        lines.push((format!("{}: go without", one.topic), one.unmet, other.unmet));
        if one.places != other.places {
            lines.push((format!("{}: places a week", one.topic), one.places, other.places));
        }
    }
    lines
}

fn tried<'a>(
    data: &DataPath,
    digest: &str,
    (cohort, rules): (&str, &str),
    without: impl Iterator<Item = &'a str>,
    (more, changed): (Option<&[String; 3]>, &[String]),
) -> Result<String, String> {
    // Definitions and released figures, no rows; gone when this returns.
    let folder = program::folder(data)?;
    let mut command = program::command(data, "match", digest);
    program::definitions(&mut command, folder.path(), (Some(cohort), Some(rules)))?;
    for name in without {
        command.arg(format!("--without={name}"));
    }
    for (option, value) in ["--add-topics", "--add-at", "--add-radius"].iter().zip(more.into_iter().flatten())
    {
        command.arg(format!("{option}={value}"));
    }
    command.args(changed).arg("--counts-only").arg("--out").arg(folder.path());
    program::finished(&mut command, (folder.path(), "summary.json"), LONGEST)
}

#[cfg(test)]
mod tests {
    use planning::rules::{VERSION_1, parse_rules};
    use vocabulary::Topic;

    use super::{weights_of, with_weights};

    #[test]
    fn weights_are_changed_where_they_stand_and_nowhere_else() {
        let mut weights = weights_of(VERSION_1);
        assert_eq!(weights.len(), 16);
        assert_eq!(with_weights(VERSION_1, &weights), VERSION_1);
        let strength = weights.iter_mut().find(|one| one.0 == Topic::Strength).expect("strength");
        strength.1 = "9".to_owned();
        let changed = with_weights(VERSION_1, &weights);
        let differ = VERSION_1.lines().zip(changed.lines()).filter(|(before, after)| before != after);
        assert_eq!(differ.collect::<Vec<_>>(), [("strength = 4", "strength = 9")]);
        assert!(parse_rules("changed", &changed).is_ok());
    }
}
