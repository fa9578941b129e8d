//! Somebody else than who asked decides whether worklists leave.

use axum::extract::Path;
use ground::database::Act;
use web::{Answer, Choice, Errors, Field, FieldKind, Form, FormView, Problem, Visit};

use super::request_pages::one;
use super::{Request, State, files, making, store};
use crate::data_path::DataPath;

const MOST_WHY: usize = 500;
/// What must have been looked at before lists leave.
const CHECKS: [(&str, &str); 4] = [
    ("purpose", "The agreement of the population covers this purpose"),
    ("practices", "The practices know of it, and have agreed to invite"),
    ("again", "Nobody is asked twice without a good reason"),
    ("people", "No practice gets more people than it can look after"),
];

/// Looked at too where lists for the same purpose were deleted with their population.
const DELETED: (&str, &str) =
    ("deleted", "Lists for this purpose were deleted: some people may be asked again, and that is all right");

/// What must be looked at before this one leaves.
fn checks(forgotten: usize) -> Vec<(&'static str, &'static str)> {
    CHECKS.into_iter().chain((forgotten > 0).then_some(DELETED)).collect()
}

const OWN: Problem =
    Problem::Conflict("You asked for these lists yourself, so somebody else must decide on them.");
const DECIDED: Problem =
    Problem::Conflict("It was decided on meanwhile, or taken back. Load its page again.");

/// Where the lists would go: which organisation has which practice's code, in an order that can be compared. Where two have
/// one code, it is not clear whose the list is, and nobody gets it.
async fn destinations(visit: &Visit, request: &Request) -> Result<Vec<access::Practice>, Problem> {
    let lists = store::lists(&mut visit.read().await?, request.id).await?;
    let codes: Vec<String> = lists.iter().map(|list| list.practice.clone()).collect();
    let all = access::practices(visit, &codes).await?;
    let alone = |code: &str| all.iter().filter(|practice| practice.ods == code).count() == 1;
    let mut clear: Vec<access::Practice> =
        all.iter().filter(|practice| alone(&practice.ods)).cloned().collect();
    clear.sort_by(|a, b| a.ods.cmp(&b.ods));
    Ok(clear)
}

fn as_shown(destinations: &[access::Practice]) -> String {
    destinations.iter().map(|one| format!("{}={}", one.ods, one.id)).collect::<Vec<_>>().join(" ")
}

fn form(request: &Request, destinations: &[access::Practice], forgotten: usize) -> FormView {
    let checks = checks(forgotten).into_iter().map(|(word, words)| Choice::new(word, words)).collect();
    let decisions = vec![
        Choice::new("approve", "Approve it").hinted("The practices can then fetch their lists."),
        Choice::new("refuse", "Refuse it").hinted("Nothing leaves. Say why below."),
    ];
    FormView {
        title: format!("Decide: {}", request.purpose),
        lead: vec![
            format!("At most {} people of each practice, from {}.", request.most, request.about),
            match destinations {
                [] => "No organisation that takes part has the code of one of these practices: nobody could fetch a list."
                    .to_owned(),
                some => {
                    let names = some.iter().map(|one| format!("{} ({})", one.name, one.ods));
                    format!("The lists go to: {}.", names.collect::<Vec<_>>().join(", "))
                }
            },
            match forgotten {
                0 => "What you decide, and when, stands in the audit log.".to_owned(),
                _ => "Lists for this purpose were deleted with their population. Nobody knows any more who was on them: some \
                      people may be asked again. What you decide, and when, stands in the audit log."
                    .to_owned(),
            },
        ],
        action: format!("{}/decide", request.path()),
        fields: vec![
            Field::hidden("destinations", as_shown(destinations)),
            Field::new(FieldKind::Checkboxes(checks), "checks", "What you have looked at"),
            Field::new(FieldKind::Radios(decisions), "decision", "Your decision"),
            Field::new(FieldKind::Words, "why", "Why, or what to mind (needed where you refuse)"),
        ],
        button: "Decide",
        back: Some((request.path(), "Back")),
        ..FormView::default()
    }
}

/// One that they may decide on.
async fn to_decide(visit: &Visit, id: &str) -> Result<Request, Problem> {
    let request = one(visit, id).await?;
    if request.asked_by == visit.viewer()?.actor().to_string() {
        return Err(OWN);
    }
    if request.state == State::Waiting { Ok(request) } else { Err(DECIDED) }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let request = to_decide(&visit, &id).await?;
    let destinations = destinations(&visit, &request).await?;
    visit.form_page(&form(&request, &destinations, making::forgotten(&visit, &request).await?))
}

pub(super) async fn act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let request = to_decide(&visit, &id).await?;
    let mut errors = Errors::default();
    let why = Some(typed.text("why").to_owned()).filter(|why| !why.is_empty());
    if why.as_ref().is_some_and(|why| why.chars().count() > MOST_WHY) {
        errors.add("why", format!("Use {MOST_WHY} letters or fewer"));
    }
    let ticked = typed.all("checks");
    let forgotten = making::forgotten(&visit, &request).await?;
    let needed = checks(forgotten);
    let checks: Vec<&str> =
        needed.iter().map(|(word, _)| *word).filter(|word| ticked.contains(word)).collect();
    let approves = typed.text("decision") == "approve";
    match typed.text("decision") {
        "approve" if checks.len() < needed.len() => {
            errors.add("checks", "Look at every point before you approve, and tick it");
        }
        "refuse" if why.is_none() => errors.add("why", "Say why you refuse, so that it can be mended"),
        "approve" | "refuse" => {}
        _ => errors.add("decision", "Choose whether you approve it"),
    }
    let destinations = destinations(&visit, &request).await?;
    if errors.is_empty() && approves && typed.text("destinations") != as_shown(&destinations) {
        errors.add("decision", "Where the lists go has changed since this page was made. Look once more");
    }
    if !errors.is_empty() {
        let mut again = form(&request, &destinations, forgotten).again(&typed, errors);
        // Where they go is always as it is now.
        again.fields[0].value = as_shown(&destinations);
        return visit.form_page(&again);
    }
    if approves {
        approve(&visit, &request, &destinations, (&checks, why.as_deref())).await
    } else {
        refuse(&visit, &request, why.as_deref()).await
    }
}

async fn approve(
    visit: &Visit,
    request: &Request,
    destinations: &[access::Practice],
    (checks, why): (&[&str], Option<&str>),
) -> Answer {
    if !files::list(&visit.house.shelf.of::<DataPath>().folder, request.id).is_file() {
        return Err(Problem::Conflict("The population of these lists was deleted, and the lists with it."));
    }
    let mut change = access::acting(visit).await?;
    store::alone(&mut change).await?;
    if request.again.is_none() && store::approved_since(&mut change, request).await? {
        return Err(Problem::Conflict(
            "Other lists for the same purpose were approved after these were asked for: some people may be on both. Refuse \
             these, and have them asked for again.",
        ));
    }
    let actor = visit.viewer()?.actor().to_string();
    if !store::decide(&mut change, request.id, State::Approved, (why, &actor)).await? {
        return Err(DECIDED);
    }
    // To these organisations, as they are now: a code that is given to another later gives it no list.
    for practice in destinations {
        store::goes_to(&mut change, request.id, &practice.ods, practice.id).await?;
    }
    let (object, purpose) = (request.id.to_string(), Some(request.purpose.clone()));
    let detail =
        format!("to {}; checked: {}; {}", as_shown(destinations), checks.join(", "), why.unwrap_or_default());
    change.commit(Act { action: "worklist.approve", object, purpose, detail }).await?;
    Visit::to(&format!("{}?done=approved", request.path()))
}

async fn refuse(visit: &Visit, request: &Request, why: Option<&str>) -> Answer {
    let mut change = access::acting(visit).await?;
    store::alone(&mut change).await?;
    let actor = visit.viewer()?.actor().to_string();
    if !store::decide(&mut change, request.id, State::Refused, (why, &actor)).await? {
        return Err(DECIDED);
    }
    // Before it is written down: were we stopped between the two, there is a request without lists, and never the other way.
    forget(visit, request)?;
    let (object, purpose) = (request.id.to_string(), Some(request.purpose.clone()));
    let detail = why.unwrap_or_default().to_owned();
    change.commit(Act { action: "worklist.refuse", object, purpose, detail }).await?;
    Visit::to(&format!("{}?done=refused", request.path()))
}

/// Lists that were approved are stopped: nobody fetches them any more. Whoever is on them counts as asked.
pub(super) async fn stop(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let request = one(&visit, &id).await?;
    let why = typed.text("why").chars().take(MOST_WHY).collect::<String>();
    let mut change = access::acting(&visit).await?;
    if !store::stop(&mut change, request.id, &why).await? {
        return Err(DECIDED);
    }
    let (object, purpose) = (request.id.to_string(), Some(request.purpose.clone()));
    change.commit(Act { action: "worklist.stop", object, purpose, detail: why }).await?;
    Visit::to(&format!("{}?done=stopped", request.path()))
}

/// What nobody will fetch is not kept.
fn forget(visit: &Visit, request: &Request) -> Result<(), Problem> {
    files::remove(&visit.house.shelf.of::<DataPath>().folder, request.id).map_err(Problem::broken)
}

pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let request = one(&visit, &id).await?;
    let actor = visit.viewer()?.actor().to_string();
    if request.asked_by != actor {
        return Err(Problem::Conflict("Only whoever asked for it takes it back."));
    }
    let mut change = access::acting(&visit).await?;
    if !store::decide(&mut change, request.id, State::Withdrawn, (None, &actor)).await? {
        return Err(DECIDED);
    }
    forget(&visit, &request)?;
    let (object, purpose) = (request.id.to_string(), Some(request.purpose.clone()));
    change.commit(Act { action: "worklist.withdraw", object, purpose, detail: String::new() }).await?;
    Visit::to(&format!("{}?done=withdrawn", request.path()))
}
