//! What if? A run once more with a changed weight, criterion or list of providers: its figures beside those of the run, and
//! nothing kept.

use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::files::digest_text;
use planning::population::store as catalogue;
use planning::rules::{VERSION_1, parse_rules};
use tokio::sync::Semaphore;
use vocabulary::Topic;
use web::{Answer, Form, Page, Problem, Visit, id_of};

use super::summary::Summary;
use super::{Run, State, running, store};
use crate::cohort_room;
use crate::data_path::DataPath;

/// Each is a program of its own that uses every processor.
static TRYING: Semaphore = Semaphore::const_new(2);

const MOST_TEXT: usize = 64 * 1024;
/// Questions about one population that one analyst asks in thirty days: whoever asks more often asks to subtract.
const ALLOWANCE: i64 = 300;
const SINCE_DAYS: i64 = 30;
const MOST_WEIGHT: i64 = 1_000;
/// Whoever waits for longer starts a match run.
const LONGEST: Duration = Duration::from_mins(2);

/// What was typed, or stands there to begin with.
struct Wished {
    weights: Vec<(Topic, String)>,
    without: String,
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
    cohort: String,
}

async fn one(visit: &Visit, id: &str) -> Result<Run, Problem> {
    let run = store::find(&mut visit.read().await?, id_of(id)?).await?.ok_or(Problem::NotFound)?;
    if run.state == State::Done { Ok(run) } else { Err(Problem::Conflict("This run is not done yet.")) }
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
    Ok(Wished { weights: weights_of(rules), without: String::new(), cohort })
}

fn shown(
    visit: &Visit,
    run: &Run,
    wished: Wished,
    answer: Result<Option<Tried>, (&'static str, String)>,
) -> Answer {
    let (tried, error) = match answer {
        Ok(tried) => (tried, None),
        Err(error) => (None, Some(error)),
    };
    let mistaken = error.is_some();
    let weights = wished.weights.into_iter().map(|(topic, value)| (topic.key(), topic.words(), value));
    let content = Content {
        name: run.name(),
        path: run.path(),
        token: &visit.form_token,
        error,
        tried,
        weights: weights.collect(),
        without: wished.without,
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
    let run = one(&visit, &id).await?;
    let wished = as_it_is(&visit, &run).await?;
    shown(&visit, &run, wished, Ok(None))
}

/// What was typed, as far as it can be used.
fn checked(typed: &Form, before: &Wished, rules: &str) -> (Wished, Result<String, (&'static str, String)>) {
    let typed_weight =
        |(topic, _): &(Topic, String)| (*topic, typed.text(&format!("w-{}", topic.key())).to_owned());
    let wished = Wished {
        weights: before.weights.iter().map(typed_weight).collect(),
        without: typed.text("without").replace("\r\n", "\n"),
        cohort: typed.exact("cohort").replace("\r\n", "\n"),
    };
    let fits = |value: &str| value.parse::<i64>().is_ok_and(|weight| (0..=MOST_WEIGHT).contains(&weight));
    if let Some((topic, _)) = wished.weights.iter().find(|(_, value)| !fits(value)) {
        let why = format!("Enter how much “{}” counts, from 0 to {MOST_WEIGHT}", topic.words());
        return (wished, Err(("weights", why)));
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

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let run = one(&visit, &id).await?;
    let before = as_it_is(&visit, &run).await?;
    let rules = run.rules.as_deref().unwrap_or(VERSION_1);
    let (wished, rules) = checked(&typed, &before, rules);
    let rules = match rules {
        Ok(rules) => rules,
        Err(error) => return shown(&visit, &run, wished, Err(error)),
    };
    let entries = catalogue::list(&mut visit.read().await?).await?;
    let entry = entries.into_iter().find(|entry| entry.id == run.population);
    let entry = entry.ok_or(Problem::Conflict("The population of this run was deleted."))?;
    let place = TRYING.try_acquire().map_err(|_| {
        Problem::Conflict("Others are trying something just now. Try again in a few seconds.")
    })?;
    asked(&visit, &run, &[&rules, &wished.cohort, &wished.without]).await?;
    let data = visit.house.shelf.of::<DataPath>();
    let (cohort, without) = (wished.cohort.clone(), wished.without.clone());
    let began = Instant::now();
    let trying = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        let names = without.lines().map(str::trim).filter(|name| !name.is_empty());
        tried(&data, &entry.digest, (&cohort, &rules), names)
    });
    let seconds = || format!("{:.1}", began.elapsed().as_secs_f64());
    let text = match trying.await.map_err(Problem::broken)? {
        Ok(text) => text,
        Err(why) => {
            let field = if why.contains("--without") { "without" } else { "cohort" };
            let why = why.trim_start_matches("--without: ").to_owned();
            return shown(&visit, &run, wished, Err((field, format!("It could not be tried: {why}"))));
        }
    };
    let seconds = seconds();
    let now = run.summary.as_deref().and_then(Summary::read);
    let (now, then) = (now.ok_or(Problem::NotFound)?, Summary::read(&text).ok_or(Problem::NotFound)?);
    let other_offers = now.services_digest() != then.services_digest();
    let answer = Tried { seconds, other_offers, figures: beside(&now, &then), attrition: then.attrition() };
    shown(&visit, &run, wished, Ok(Some(answer)))
}

/// The figures of both, one line each.
fn beside(now: &Summary, then: &Summary) -> Vec<(String, String, String)> {
    let main = now.beside(then).into_iter();
    let mut lines: Vec<_> = main.map(|(words, now, then)| (words.to_owned(), now, then)).collect();
    for (one, other) in now.topics().into_iter().zip(then.topics()) {
        lines.push((format!("{}: need it", one.topic), one.need, other.need));
        lines.push((format!("{}: go without", one.topic), one.unmet, other.unmet));
    }
    lines
}

/// Writes down that it is tried, and of what; whoever has asked too often is told so.
async fn asked(visit: &Visit, run: &Run, texts: &[&str]) -> Result<(), Problem> {
    let mut change = access::acting(visit).await?;
    let actor = visit.viewer()?.actor().to_string();
    let since = ground::database::utc(visit.house.database.now() - time::Duration::days(SINCE_DAYS));
    if store::trials(&mut change, (run.population, &actor), &since).await? >= ALLOWANCE {
        return Err(Problem::Conflict(
            "You have asked about these people three hundred times in thirty days. Ask for a release, or start a match run.",
        ));
    }
    let digest = digest_text(&texts.join("\n"));
    let id = change.new_id();
    store::add_trial(&mut change, id, (run.population, &actor), &digest).await?;
    let (object, detail) = (run.id.to_string(), format!("digest {digest}"));
    Ok(change.commit(Act { action: "match.try", object, purpose: None, detail }).await?)
}

fn tried<'a>(
    data: &DataPath,
    digest: &str,
    (cohort, rules): (&str, &str),
    without: impl Iterator<Item = &'a str>,
) -> Result<String, String> {
    // Definitions and released figures, no rows; gone when this returns.
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = running::command(data, digest);
    running::definitions(&mut command, folder.path(), (Some(cohort), Some(rules)))?;
    for name in without {
        command.arg(format!("--without={name}"));
    }
    command.arg("--counts-only").arg("--out").arg(folder.path());
    running::finished(&mut command, folder.path(), LONGEST)
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
