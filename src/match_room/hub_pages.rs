//! Whom to invite to a hub: for a place, a reach and so many stands, with providers who come in any case and others who do not,
//! what each adds, and who stays without. Asked as often as a planner likes, and kept nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;
use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::files::FileError;
use planning::population::store as catalogue;
use serde_json::Value;
use vocabulary::Topic;
use web::{Answer, Form, Page, Problem, Visit};

use super::run_pages::done;
use super::said_of_room::SaidOfRoom;
use super::start_pages::is_venue;
use super::{Run, Summary, files, offered};
use crate::data_path::DataPath;
use crate::fairness::shown;
use crate::trying::{self, Question, program};

const LONGEST: Duration = Duration::from_mins(2);
/// Providers that a form may name on either side.
const MOST_NAMED: usize = 500;

/// What is asked for.
#[derive(Clone, Default)]
struct Wished {
    venue: String,
    radius: String,
    stands: String,
    /// Identifiers of providers who come in any case, and of those who do not.
    coming: Vec<String>,
    staying: Vec<String>,
    /// Topics for which somebody has to be there.
    topics: Vec<Topic>,
}

/// A provider, as the run's services have it.
#[derive(Default)]
struct Provider {
    name: String,
    /// As the directory knows them.
    services: BTreeSet<String>,
}

/// Providers by identifier.
type Providers = BTreeMap<String, Provider>;

/// A label, people, and those of them who stay without.
type Line = (String, String, String);
/// An identifier and what it is called.
type Named = (String, String);

struct Stand {
    id: String,
    name: String,
    adds: String,
    /// What it last said of the room that its services have.
    room: Vec<String>,
    gain: String,
    forced: bool,
    new: bool,
}

struct Found {
    seconds: String,
    people: String,
    covered: String,
    proof: &'static str,
    stands: Vec<Stand>,
    /// Their identifiers with spaces between: what the next answer is held against.
    listed: String,
    /// Who was on the list before and is not any more.
    gone: Vec<String>,
    /// Topic, people who need it, people whom nobody covers.
    uncovered: Vec<(&'static str, String, String)>,
    /// Who stays without, part by part: a title, and groups with their people and those without.
    left_out: Vec<(String, Vec<Line>)>,
}

#[derive(Template)]
#[template(path = "match_room/hub.html")]
struct Content<'a> {
    name: String,
    path: String,
    token: &'a str,
    error: Option<(&'static str, String)>,
    wished: &'a Wished,
    /// Who comes in any case and who does not: a title, the field, identifiers and names.
    lists: [(&'static str, &'static str, Vec<Named>); 2],
    topics: Vec<(&'static str, &'static str, bool)>,
    others: Vec<(&'a String, &'a String)>,
    found: Option<Found>,
    /// Counts up to this one are hidden.
    small: u64,
}

/// The providers of the run's own services.
fn providers(services: &FilePath) -> Result<Providers, FileError> {
    let names = offered::named(services, "provider", &["provider_name"])?;
    let one = |(id, name)| (id, Provider { name, services: BTreeSet::new() });
    let mut all: Providers = names.into_iter().map(one).collect();
    for (service, provider) in offered::named(services, "service_id", &["provider"])? {
        if let Some(provider) = all.get_mut(&provider) {
            provider.services.insert(service);
        }
    }
    Ok(all)
}

async fn known(visit: &Visit, run: &Run) -> Result<Providers, Problem> {
    let file = files::folder(&visit.house.shelf.of::<DataPath>().folder, run.id).join("services.parquet");
    let reading = tokio::task::spawn_blocking(move || providers(&file));
    reading.await.map_err(Problem::broken)?.map_err(Problem::broken)
}

fn page_of(
    visit: &Visit,
    run: &Run,
    (wished, providers): (&Wished, &Providers),
    answer: Result<Option<Found>, (&'static str, String)>,
) -> Answer {
    let (found, error) = match answer {
        Ok(found) => (found, None),
        Err(error) => (None, Some(error)),
    };
    let named = |ids: &[String]| -> Vec<Named> {
        let called = |id: &String| providers.get(id).map_or_else(|| id.clone(), |one| one.name.clone());
        ids.iter().map(|id| (id.clone(), called(id))).collect()
    };
    let taken = |id: &String| wished.coming.contains(id) || wished.staying.contains(id);
    let mut others: Vec<(&String, &String)> =
        providers.iter().filter(|(id, _)| !taken(id)).map(|(id, one)| (id, &one.name)).collect();
    others.sort_by_key(|(_, name)| name.to_lowercase());
    let mistaken = error.is_some();
    let content = Content {
        name: run.name(),
        path: run.path(),
        token: &visit.form_token,
        error,
        wished,
        lists: [
            ("These come in any case", "coming", named(&wished.coming)),
            ("These do not come", "staying", named(&wished.staying)),
        ],
        topics: hub_topics().map(|one| (one.key(), one.words(), wished.topics.contains(&one))).collect(),
        others,
        found,
        small: visit.house.shelf.of::<DataPath>().small_counts(),
    };
    let page = Page::new(visit, "Whom to invite").under(run.path(), "The match run");
    let mut response = page.with(&content)?.into_response();
    if mistaken {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Needs that a hub can meet: the first twelve.
fn hub_topics() -> impl Iterator<Item = Topic> {
    Topic::ALL.into_iter().take(12)
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let run = done(&visit, &id).await?;
    let providers = known(&visit, &run).await?;
    // Where nobody named a place, the run chose the busiest.
    let busiest = run.summary.as_deref().and_then(Summary::read).and_then(|found| found.hub_place());
    let (venue, radius, stands) = run.hub.clone().unwrap_or((busiest.unwrap_or_default(), 10_000, 12));
    let wished = Wished {
        venue,
        radius: (radius / 1_000).to_string(),
        stands: stands.to_string(),
        ..Wished::default()
    };
    page_of(&visit, &run, (&wished, &providers), Ok(None))
}

/// What was typed, with what a button changed of it.
fn typed(form: &Form, providers: &Providers) -> Wished {
    let named = |field: &str| -> Vec<String> {
        // The program takes lists with commas between.
        let all = form.all(field).into_iter().filter(|id| providers.contains_key(*id) && !id.contains(','));
        all.take(MOST_NAMED).map(str::to_owned).collect()
    };
    let (mut coming, mut staying) = (named("coming"), named("staying"));
    let pressed = |field: &str| Some(form.text(field).to_owned()).filter(|id| providers.contains_key(id));
    for id in ["invite", "add"].into_iter().filter_map(pressed) {
        staying.retain(|one| *one != id);
        coming.push(id);
    }
    for id in ["leave", "without"].into_iter().filter_map(pressed) {
        coming.retain(|one| *one != id);
        staying.push(id);
    }
    if let Some(id) = pressed("open") {
        coming.retain(|one| *one != id);
        staying.retain(|one| *one != id);
    }
    let mut seen = std::collections::BTreeSet::new();
    for list in [&mut coming, &mut staying] {
        list.retain(|id| seen.insert(id.clone()));
    }
    Wished {
        venue: form.text("venue").to_owned(),
        radius: form.text("radius").to_owned(),
        stands: form.text("stands").to_owned(),
        coming,
        staying,
        topics: form.all("topic").into_iter().filter_map(Topic::from_key).collect(),
    }
}

/// As the program is told.
fn checked(wished: &Wished) -> Result<Vec<String>, (&'static str, String)> {
    if !is_venue(&wished.venue) {
        return Err(("venue", "Enter a postcode, or metres east and north such as 491500,336000".to_owned()));
    }
    let number =
        |text: &str, most: i64| text.parse::<i64>().ok().filter(|number| (1..=most).contains(number));
    let radius = number(&wished.radius, 200);
    let radius = radius.ok_or(("radius", "Enter kilometres from 1 to 200".to_owned()))?;
    let stands = number(&wished.stands, 1_000);
    let stands = stands.ok_or(("stands", "Enter how many providers, from 1 to 1000".to_owned()))?;
    let mut told = vec![
        format!("--venue={}", wished.venue.replace(' ', "")),
        format!("--radius={}", radius * 1_000),
        format!("--stands={stands}"),
    ];
    told.extend(wished.coming.iter().map(|id| format!("--force-in={id}")));
    told.extend(wished.staying.iter().map(|id| format!("--force-out={id}")));
    told.extend(wished.topics.iter().map(|topic| format!("--at-least={}=1", topic.key())));
    Ok(told)
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let run = done(&visit, &id).await?;
    let providers = known(&visit, &run).await?;
    let wished = typed(&form, &providers);
    let told = match checked(&wished) {
        Ok(told) => told,
        Err(error) => return page_of(&visit, &run, (&wished, &providers), Err(error)),
    };
    let entries = catalogue::list(&mut visit.read().await?).await?;
    let entry = entries.into_iter().find(|entry| entry.id == run.population);
    let entry = entry.ok_or(Problem::Conflict("The population of this run was deleted."))?;
    // With whom and by what the run matched: the same hub of another cohort is another question.
    let made_with =
        [run.cohort.map_or_else(String::new, |id| id.to_string()), run.rules.clone().unwrap_or_default()];
    let texts: Vec<&str> = told.iter().chain(&made_with).map(String::as_str).collect();
    let (kind, object) = (trying::Kind::Hub, run.id.to_string());
    let question = Question { kind, object, population: &entry, purpose: None, texts: &texts };
    let place = match trying::ask(&visit, question).await? {
        Ok(place) => place,
        Err(why) => {
            return page_of(&visit, &run, (&wished, &providers), Err(("venue", why.to_owned())));
        }
    };
    let (data, of, digest) = (visit.house.shelf.of::<DataPath>(), run.clone(), entry.digest.clone());
    let began = Instant::now();
    let asking = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        asked(&data, &digest, &of, &told)
    });
    let answer = asking.await.map_err(Problem::broken)?;
    let seconds = format!("{:.1}", began.elapsed().as_secs_f64());
    let answer = match answer {
        Ok(summary) => {
            let before: Vec<&str> = form.text("before").split_whitespace().collect();
            let said = SaidOfRoom::of(&visit).await?;
            Ok(Some(found(&summary, &before, (&providers, &said), seconds)))
        }
        Err(why) => {
            let field = if why.contains("venue") || why.contains("postcode") { "venue" } else { "stands" };
            let why = why.trim_start_matches("--venue: ").to_owned();
            Err((field, format!("It could not be worked out: {why}")))
        }
    };
    page_of(&visit, &run, (&wished, &providers), answer)
}

/// By what the run was made with: its own services, cohort and rules.
fn asked(data: &DataPath, digest: &str, run: &Run, told: &[String]) -> Result<Value, String> {
    // Released figures, no rows; gone when this returns.
    let out = program::folder(data)?;
    let mut command = program::command(data, "invite", digest);
    files::as_made(&mut command, &files::folder(&data.folder, run.id));
    command.args(told).arg("--out").arg(out.path());
    let summary = program::finished(&mut command, (out.path(), "summary.json"), LONGEST)?;
    serde_json::from_str(&summary).map_err(|_| "the answer could not be read".to_owned())
}

fn found(
    summary: &Value,
    before: &[&str],
    (providers, said): (&Providers, &SaidOfRoom),
    seconds: String,
) -> Found {
    let list = &summary["shortlist"];
    let entries = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let services = |id: &str| providers.get(id).into_iter().flat_map(|one| &one.services);
    let stands: Vec<Stand> = entries(&list["invited"])
        .iter()
        .map(|one| {
            let id = text(&one["provider"]);
            Stand {
                name: text(&one["name"]),
                adds: text(&one["words"]),
                room: services(&id).filter_map(|service| said.named(service)).collect(),
                gain: shown(&one["gain"]),
                forced: one["forced"] == Value::Bool(true),
                new: !before.is_empty() && !before.contains(&id.as_str()),
                id,
            }
        })
        .collect();
    let still = |id: &&&str| stands.iter().any(|stand| stand.id == **id);
    let left = before.iter().filter(|id| !still(id)).filter_map(|id| providers.get(*id));
    let gone = left.map(|one| one.name.clone()).collect();
    let uncovered = entries(&list["uncovered"]);
    let need = |one: &Value| {
        let topic = Topic::from_key(one["topic"].as_str()?)?;
        Some((topic.words(), shown(&one["people"]), shown(&one["uncovered"])))
    };
    let left_out = entries(&list["left_out"]);
    let view = |view: &Value| {
        let title = match view["by"].as_str() {
            Some("deprivation") => "By deprivation",
            Some("age") => "By age",
            _ => "By area",
        };
        let group =
            |group: &Value| (text(&group["label"]), shown(&group["people"]), shown(&group["uncovered"]));
        (title.to_owned(), entries(&view["groups"]).iter().map(group).collect())
    };
    Found {
        seconds,
        people: shown(&list["people"]),
        covered: match (list["covered_percent"].as_u64(), list["bound_percent"].as_u64()) {
            (Some(covered), Some(bound)) => {
                format!(
                    "They cover at least {covered} % of the need around it; no choice could cover more than {bound} %."
                )
            }
            _ => "How much of the need they cover is kept back.".to_owned(),
        },
        proof: if list["best_possible"] == Value::Bool(true) {
            "No other choice within these limits covers more: that is proven."
        } else {
            "A better choice may exist; how much better it can be is bounded above."
        },
        listed: stands.iter().map(|stand| stand.id.as_str()).collect::<Vec<_>>().join(" "),
        stands,
        gone,
        uncovered: uncovered.iter().filter_map(need).collect(),
        left_out: left_out.iter().map(view).collect(),
    }
}
