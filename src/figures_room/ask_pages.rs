//! An analyst asks for figures to be released.

use ground::database::{Act, Session};
use ground::files::digest_text;
use vocabulary::Id;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Problem, Visit};

use super::{Figures, State, files, store};
use crate::data_path::DataPath;
use crate::match_room::{self, Run};

const MOST_TITLE: usize = 120;
const MOST_PURPOSE: usize = 300;

async fn run(session: &mut Session, id: &str) -> Result<(Run, String), Problem> {
    let id: Id<Run> = web::id_of(id)?;
    let run = match_room::find(session, id).await?.ok_or(Problem::NotFound)?;
    let summary = run.summary.clone().filter(|_| run.state == match_room::State::Done);
    let summary = summary.ok_or(Problem::Conflict("This run is not done. Figures come from one that is."))?;
    Ok((run, summary))
}

fn form(run: &Run) -> FormView {
    FormView {
        title: "Ask for figures to be released".to_owned(),
        lead: vec![
            format!("From {}: its counts, its report, its maps. No row and no pseudonym.", run.name()),
            "Of the people of one population, figures are released once: a second set about nearly the same people could be \
             subtracted from the first. So choose the run, its cohort and its hub with care."
                .to_owned(),
        ],
        action: "/releases/new".to_owned(),
        fields: vec![
            Field::hidden("run", run.id.to_string()),
            Field::new(FieldKind::Text, "title", "What managers will read above them")
                .hinted("For example: Joint pain in the county, spring 2027"),
            Field::new(FieldKind::Text, "purpose", "What for?")
                .hinted("For example: To plan the hubs of the summer"),
        ],
        button: "Ask for it",
        back: Some((run.path(), "The match run")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let asked = Form::parse(question.as_bytes())?;
    let (run, _) = run(&mut visit.read().await?, asked.text("run")).await?;
    visit.form_page(&form(&run))
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut change = access::acting(&visit).await?;
    store::alone(&mut change).await?;
    let (run, summary) = run(&mut change, typed.text("run")).await?;
    let mut errors = Errors::default();
    let title =
        errors.needed(&typed, "title", MOST_TITLE, "Enter what managers will read above them").to_owned();
    let purpose = errors.needed(&typed, "purpose", MOST_PURPOSE, "Enter what they are for").to_owned();
    if let Some(known) = store::about(&mut change, run.population).await? {
        let sentence = format!(
            "Figures about the people of this population {}: “{}”. A second set could be subtracted from them",
            if known.state == State::Released { "were released" } else { "wait to be released" },
            known.title
        );
        errors.add("title", sentence);
    }
    if !errors.is_empty() {
        drop(change);
        return visit.form_page(&form(&run).again(&typed, errors));
    }
    let id = change.new_id();
    let data = visit.house.shelf.of::<DataPath>();
    let of_run = run.id;
    let freezing = tokio::task::spawn_blocking(move || files::freeze(&data.folder, of_run, id));
    let report = match freezing.await.map_err(Problem::broken)? {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Problem::Conflict(
                "The report of this run is gone: match the cohort again, and ask for that one.",
            ));
        }
        frozen => frozen.map_err(Problem::broken)?,
    };
    let figures = Figures {
        id,
        run: run.id,
        population: run.population,
        title,
        purpose: purpose.clone(),
        digest: digest_text(&format!("{}\n{report}", digest_text(&summary))),
        summary,
        state: State::Waiting,
        why: None,
        asked_by: visit.viewer()?.actor().to_string(),
        asked_at: change.at(),
        decided_by: None,
        decided_at: None,
    };
    store::add(&mut change, &figures).await?;
    let (object, detail) = (figures.id.to_string(), format!("run {}; digest {}", run.id, figures.digest));
    change.commit(Act { action: "release.ask", object, purpose: Some(purpose), detail }).await?;
    Visit::to(&figures.path())
}
