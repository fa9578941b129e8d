//! A run is asked for: whom, against what rules, and for which venue.

use ground::database::{Act, Session};
use planning::population::{Entry, store as catalogue};
use planning::rules::parse_rules;
use vocabulary::Postcode;
use web::{Answer, Choice, Errors, Field, FieldKind, Form, FormView, Problem, Visit};

use super::{Run, running};
use crate::cohort_room::{self, Version};

const MOST_RULES: usize = 64 * 1024;
/// The word for the definition that comes with Meres.
const SHIPPED: &str = "shipped";

/// What there is to choose from.
struct There {
    populations: Vec<Entry>,
    cohorts: Vec<Version>,
}

impl There {
    async fn of(session: &mut Session) -> Result<Self, Problem> {
        let mut populations = catalogue::list(session).await?;
        populations.retain(running::can_be_matched);
        populations.reverse();
        Ok(Self { populations, cohorts: cohort_room::newest(session).await? })
    }
}

fn form(there: &There, chosen: Option<&Version>) -> FormView {
    let populations =
        there.populations.iter().map(|entry| Choice::new(entry.id.to_string(), &entry.name)).collect();
    let mut cohorts =
        vec![Choice::new(SHIPPED, "Adults with joint or back pain, or waiting (comes with Meres)")];
    let older = chosen.filter(|chosen| there.cohorts.iter().all(|known| known.id != chosen.id));
    cohorts.extend(
        older.into_iter().chain(&there.cohorts).map(|one| Choice::new(one.id.to_string(), one.name())),
    );
    let first = there.populations.first().map(|entry| entry.id.to_string()).unwrap_or_default();
    FormView {
        title: "Start a match run".to_owned(),
        lead: vec![
            "The cohort is matched with everything on offer in the directory as it is now. A county takes a few seconds."
                .to_owned(),
        ],
        action: "/match-runs/new".to_owned(),
        fields: vec![
            Field::new(FieldKind::Select(populations), "population", "Population").valued(first),
            Field::new(FieldKind::Select(cohorts), "cohort", "Cohort")
                .valued(chosen.map_or_else(|| SHIPPED.to_owned(), |version| version.id.to_string())),
            Field::new(FieldKind::Text, "venue", "Where a hub is to be (optional)")
                .hinted("A postcode, or metres east and north such as 491500,336000. Without it Meres chooses the busiest place."),
            Field::new(FieldKind::Text, "radius", "Kilometres around it").valued("10"),
            Field::new(FieldKind::Text, "stands", "Providers that it has room for").valued("12"),
            Field::new(FieldKind::Words, "rules", "Rules of your own (optional)")
                .hinted("TOML, as the guide's page on rules says. Leave it empty for the rules that come with Meres."),
        ],
        button: "Start",
        back: Some(("/match-runs".to_owned(), "Match runs")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let asked = Form::parse(question.as_bytes())?.text("cohort").to_owned();
    let mut session = visit.read().await?;
    let there = There::of(&mut session).await?;
    let chosen = match asked.as_str() {
        "" => None,
        id => Some(cohort_room::version(&mut session, id).await?),
    };
    drop(session);
    visit.form_page(&form(&there, chosen.as_ref()))
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut change = access::acting(&visit).await?;
    let there = There::of(&mut change).await?;
    let mut errors = Errors::default();
    let population = there.populations.iter().find(|entry| entry.id.to_string() == typed.text("population"));
    if population.is_none() {
        errors.add("population", "Choose a population");
    }
    let cohort = match typed.text("cohort") {
        SHIPPED => None,
        id => {
            let known = cohort_room::version(&mut change, id).await.ok();
            if known.is_none() {
                errors.add("cohort", "Choose a cohort");
            }
            known
        }
    };
    let hub = hub(&typed, &mut errors);
    let rules = Some(typed.text("rules").replace("\r\n", "\n")).filter(|text| !text.trim().is_empty());
    if let Some(text) = &rules {
        if text.len() > MOST_RULES {
            errors.add("rules", "The rules must be 64 KB or less");
        } else if let Err(why) = parse_rules("rules", text) {
            errors.add("rules", format!("The rules cannot be used: {why}"));
        }
    }
    let (Some(population), true) = (population, errors.is_empty()) else {
        drop(change);
        return visit.form_page(&form(&there, cohort.as_ref()).again(&typed, errors));
    };
    let run = Run { rules, hub, ..Run::asked(&change, population, cohort) };
    let actor = visit.viewer()?.actor().to_string();
    running::queue(&mut change, &run, &actor).await?;
    let (object, purpose) = (run.id.to_string(), Some(population.purpose.clone()));
    change.commit(Act { action: "match.start", object, purpose, detail: run.name() }).await?;
    Visit::to(&run.path())
}

/// A postcode, its first half, or metres east and north.
pub(super) fn is_venue(text: &str) -> bool {
    let metres = text.split_once(',').is_some_and(|(east, north)| {
        east.trim().parse::<i32>().is_ok() && north.trim().parse::<i32>().is_ok()
    });
    let outcode = (2..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    metres || outcode || Postcode::parse(text).is_ok()
}

fn hub(typed: &Form, errors: &mut Errors) -> Option<(String, i64, i64)> {
    let venue = typed.text("venue");
    if venue.is_empty() {
        return None;
    }
    if !is_venue(venue) {
        errors.add("venue", "Enter a postcode, or metres east and north such as 491500,336000");
    }
    let kilometres = typed.text("radius").parse::<i64>().ok().filter(|radius| (1..=200).contains(radius));
    if kilometres.is_none() {
        errors.add("radius", "Enter kilometres from 1 to 200");
    }
    let stands = typed.text("stands").parse::<i64>().ok().filter(|stands| (1..=1_000).contains(stands));
    if stands.is_none() {
        errors.add("stands", "Enter how many providers, from 1 to 1000");
    }
    Some((venue.replace(' ', ""), kilometres? * 1_000, stands?))
}
