//! How many people a definition is about, and whom it leaves out: asked while it is described, of one population, and kept
//! nowhere.

use std::time::Duration;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use web::{Answer, Errors, Form, FormView, Html, Page, Problem, Visit};

use super::{answers, forms, understood, version};
use crate::data_path::DataPath;
use crate::fairness::{self, shown};
use crate::for_scripts;
use crate::trying::{self, Question, program};

/// Whoever waits for longer starts a match run.
const LONGEST: Duration = Duration::from_mins(1);
/// The field that the script adds: the answer comes without the page around it.
const LIVE: &str = "live";

/// What a definition is about in a population.
struct Counted {
    population: String,
    answer: Value,
}

#[derive(Template)]
#[template(path = "cohort_room/counted.html")]
struct Table<'a> {
    sentence: String,
    steps: &'a [(String, String, String)],
}

impl Counted {
    fn sentence(&self) -> String {
        let (cohort, start) = (shown(&self.answer["cohort"]), shown(&self.answer["start"]));
        format!("{cohort} of {start} people in {}", self.population)
    }

    /// Criterion, how many it leaves out, how many are left.
    fn steps(&self) -> Vec<(String, String, String)> {
        let steps = self.answer["attrition"].as_array().into_iter().flatten();
        let step = |step: &Value| {
            let name = step["name"].as_str().unwrap_or_default().to_owned();
            (name, shown(&step["removed"]), shown(&step["remaining"]))
        };
        steps.map(step).collect()
    }

    fn html(&self) -> Result<Html, Problem> {
        Ok(Html::of(&Table { sentence: self.sentence(), steps: &self.steps() })?)
    }

    fn live(&self) -> Response {
        let rows = self.steps().into_iter().map(|(name, removed, left)| json!([name, removed, left]));
        let rows: Vec<Value> = rows.collect();
        let head = ["Criterion", "Left out", "Left"];
        for_scripts::json(&json!({"sentence": self.sentence(), "head": head, "rows": rows}))
    }
}

fn not_yet(why: &str) -> Response {
    for_scripts::json(&json!({"sentence": format!("Not yet: {why}"), "head": [], "rows": []}))
}

/// Asks; a definition that cannot be counted says why.
async fn counted(
    visit: &Visit,
    typed: &Form,
    text: String,
    object: String,
) -> Result<Result<Counted, String>, Problem> {
    let entries = forms::populations(&mut visit.read().await?).await?;
    let Some(entry) = entries.into_iter().find(|entry| entry.id.to_string() == typed.text("population"))
    else {
        return Ok(Err("Choose a population".to_owned()));
    };
    // What it is called changes nobody.
    let cohort = understood(&text)
        .map(|cohort| format!("{:?} {:?} {:?}", cohort.criteria, cohort.code_lists, cohort.lists));
    let asked_of = cohort.as_deref().unwrap_or(&text);
    let kind = trying::Kind::Cohort;
    let question = Question { kind, object, population: &entry, purpose: None, texts: &[asked_of] };
    let place = match trying::ask(visit, question).await? {
        Ok(place) => place,
        Err(why) => return Ok(Err(why.to_owned())),
    };
    let (data, digest) = (visit.house.shelf.of::<DataPath>(), entry.digest.clone());
    let asking = tokio::task::spawn_blocking(move || {
        // Held until the program has ended, also where whoever asked has gone.
        let _place = place;
        asked(&data, &digest, &text)
    });
    let answer = asking.await.map_err(Problem::broken)?;
    Ok(answer.map(|answer| Counted { population: entry.name, answer }))
}

fn asked(data: &DataPath, digest: &str, text: &str) -> Result<Value, String> {
    // A definition and released figures, no rows; gone when this returns.
    let folder = program::folder(data)?;
    let mut command = program::command(data, "cohort", digest);
    program::definitions(&mut command, folder.path(), (Some(text), None))?;
    command.arg("--out").arg(folder.path());
    let answer = program::finished(&mut command, (folder.path(), "cohort.json"), LONGEST)?;
    serde_json::from_str(&answer).map_err(|_| "the answer could not be read".to_owned())
}

/// What has been answered so far, counted.
pub(super) async fn of_answers(visit: Visit, typed: Form) -> Answer {
    let there = forms::there(&mut visit.read().await?, Some(&typed)).await?;
    let mut errors = Errors::default();
    let answered =
        answers::answered(&typed, (&there.cohorts, &there.offered), &mut errors, answers::Named::Later);
    let live = !typed.text(LIVE).is_empty();
    let text = answered.written();
    let outcome = if let Some((_, why)) = errors.all().first() {
        Err(why.clone())
    } else {
        counted(&visit, &typed, text, "a cohort that is described".to_owned()).await?
    };
    if live {
        return Ok(outcome.map_or_else(|why| not_yet(&why), |counted| counted.live()));
    }
    if let Err(why) = &outcome
        && errors.is_empty()
    {
        errors.add("population", format!("It could not be counted: {why}"));
    }
    let form = forms::new_form(&there);
    let shown = outcome.ok().map(|counted| counted.html()).transpose()?.unwrap_or_default();
    visit.form_page(&FormView { shown, ..form.again(&typed, errors) })
}

#[derive(Template)]
#[template(path = "cohort_room/whom.html")]
struct Whom<'a> {
    name: &'a str,
    counted: Html,
    fairness: Html,
    /// Counts up to this one are hidden.
    small: u64,
}

#[derive(Template)]
#[template(path = "cohort_room/not_counted.html")]
struct NotCounted<'a> {
    why: &'a str,
}

/// A version, counted; or what was typed to change it.
pub(super) async fn of_version(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let kept = version(&mut visit.read().await?, &id).await?;
    let changing = typed.typed().any(|(name, _)| name == "text");
    let text = if changing { typed.exact("text").replace("\r\n", "\n") } else { kept.text.clone() };
    let outcome = match understood(&text) {
        Err(why) => Err(format!("The definition cannot be used: {why}")),
        Ok(_) => counted(&visit, &typed, text, kept.id.to_string()).await?,
    };
    if !typed.text(LIVE).is_empty() {
        return Ok(outcome.map_or_else(|why| not_yet(&why), |counted| counted.live()));
    }
    if changing {
        let mut errors = Errors::default();
        if let Err(why) = &outcome {
            errors.add("text", why.clone());
        }
        let form = forms::change_form(&kept, &forms::populations(&mut visit.read().await?).await?);
        let shown = outcome.ok().map(|counted| counted.html()).transpose()?.unwrap_or_default();
        return visit.form_page(&FormView { shown, ..form.again(&typed, errors) });
    }
    let small = visit.house.shelf.of::<DataPath>().small_counts();
    let counted = match outcome {
        Ok(counted) => counted,
        Err(why) => {
            let inset = Html::of(&NotCounted { why: &why })?;
            let content = Whom { name: &kept.name(), counted: inset, fairness: Html::default(), small };
            let page = Page::new(&visit, "Whom it is about").under(kept.path(), "The cohort");
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page.with(&content)?).into_response());
        }
    };
    let name = kept.name();
    let people = counted.answer["people"].as_str().unwrap_or_default().to_owned();
    let views = fairness::views(&counted.answer);
    let fairness = fairness::html(&views, &people)?;
    let content = Whom { name: &name, counted: counted.html()?, fairness, small };
    let page = Page::new(&visit, "Whom it is about").under(kept.path(), "The cohort");
    Ok(page.with(&content)?.into_response())
}
