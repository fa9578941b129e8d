//! Worklists are asked for, from a match run.

use ground::database::{Act, Session};
use planning::population::store as catalogue;
use vocabulary::Id;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Problem, Visit, day_of};

use super::{Request, State, making};
use crate::match_room::{self, Run};

const MOST_PURPOSE: usize = 300;
/// People of one practice on one list: more than a practice calls in a month.
const MOST_PEOPLE: i64 = 2_000;
const MOST_PRACTICES: usize = 500;

async fn run(session: &mut Session, id: &str) -> Result<Run, Problem> {
    let id: Id<Run> = web::id_of(id)?;
    let run = match_room::find(session, id).await?.ok_or(Problem::NotFound)?;
    if run.state != match_room::State::Done {
        return Err(Problem::Conflict("This run is not done. Worklists are made from one that is."));
    }
    Ok(run)
}

fn form(run: &Run) -> FormView {
    FormView {
        title: "Ask for worklists".to_owned(),
        lead: vec![
            format!("From {}.", run.name()),
            "Each practice gets a list of its own people who have an offer, by pseudonym, in call order and with reasons. \
             Somebody else decides on it; then the practices fetch their lists. Here nobody sees who is on them."
                .to_owned(),
        ],
        action: "/worklists/new".to_owned(),
        fields: vec![
            Field::hidden("run", run.id.to_string()),
            Field::new(FieldKind::Text, "purpose", "What for?").hinted(
                "For example: Invitation to the hub in Grantham, May 2027. Whoever was on a list for the same purpose is left out.",
            ),
            Field::new(FieldKind::Words, "practices", "Which practices? (optional)")
                .hinted("Their codes, such as C83001, with spaces or lines between them. Leave it empty for all."),
            Field::new(FieldKind::Text, "most", "How many people of each practice, at most?").valued("100"),
            Field::new(FieldKind::Date, "until", "The last day on which a practice may fetch its list")
                .hinted("For example, 31 3 2027"),
            Field::new(FieldKind::Text, "again", "Why also ask those who were asked before? (optional)")
                .hinted("Leave it empty to leave them out. With a reason, they are on the lists and marked."),
        ],
        button: "Ask for them",
        back: Some((run.path(), "The match run")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let asked = Form::parse(question.as_bytes())?;
    let run = run(&mut visit.read().await?, asked.text("run")).await?;
    visit.form_page(&form(&run))
}

/// Codes with blanks, lines or commas between them.
fn codes(text: &str, errors: &mut Errors) -> Vec<String> {
    let mut codes: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|code| !code.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    codes.sort();
    codes.dedup();
    let fits =
        |code: &String| (3..=10).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric());
    if codes.len() > MOST_PRACTICES || !codes.iter().all(fits) {
        errors.add("practices", "Enter codes of practices, such as C83001");
    }
    codes
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut change = access::acting(&visit).await?;
    let run = run(&mut change, typed.text("run")).await?;
    let mut errors = Errors::default();
    let purpose = errors.needed(&typed, "purpose", MOST_PURPOSE, "Enter what they are for").to_owned();
    let practices = codes(typed.text("practices"), &mut errors);
    let most = typed.text("most").parse::<i64>().ok().filter(|most| (1..=MOST_PEOPLE).contains(most));
    if most.is_none() {
        errors.add("most", format!("Enter how many people, from 1 to {MOST_PEOPLE}"));
    }
    let until = errors.day(&typed, "until", "the last day");
    let today = day_of((visit.house.clock)());
    if until.is_none() && errors.of("until").is_none() {
        errors.add("until", "Enter the last day");
    }
    let entry = catalogue::list(&mut change).await?.into_iter().find(|entry| entry.id == run.population);
    let entry = entry.ok_or(Problem::Conflict("The population of this run was deleted."))?;
    if let Some(until) = until {
        if until < today {
            errors.add("until", "The last day must be today or later");
        } else if entry.keep_until.is_some_and(|keep| until > keep) {
            errors.add("until", "The population is to be deleted before that day: choose an earlier one");
        }
    }
    let again = Some(typed.text("again").to_owned()).filter(|why| !why.is_empty());
    if again.as_ref().is_some_and(|why| why.chars().count() > MOST_PURPOSE) {
        errors.add("again", format!("The reason must be {MOST_PURPOSE} letters or fewer"));
    }
    let (Some(most), Some(until), true) = (most, until, errors.is_empty()) else {
        drop(change);
        return visit.form_page(&form(&run).again(&typed, errors));
    };
    let request = Request {
        id: change.new_id(),
        run: run.id,
        population: run.population,
        about: run.name(),
        purpose: purpose.clone(),
        practices,
        most,
        again,
        until,
        job: None,
        state: State::Making,
        why: None,
        people: None,
        asked_by: visit.viewer()?.actor().to_string(),
        asked_at: change.at(),
        decided_by: None,
        decided_at: None,
    };
    making::queue(&mut change, &request).await?;
    let (object, detail) = (request.id.to_string(), format!("from run {}", run.id));
    change.commit(Act { action: "worklist.ask", object, purpose: Some(purpose), detail }).await?;
    Visit::to(&request.path())
}
