//! What an import would change, or did; and what was wrong with what was read.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use ground::files::{CsvOut, Field as Cellule};
use ground::jobs::{self, State as JobState};
use offers::directory::store as directory;
use offers::directory::{FeedProblem, Outcome};
use web::{
    Access, Answer, Cell, Form, Html, Listing, Page, Problem, Progress, Routes, Summary, Table, Visit, id_of,
    moment_in_words,
};

use super::store::{self, feed_of};
use super::taking;
use super::{Import, Shown, State, path};

pub(super) fn routes(may: Access) -> Routes {
    Routes::new()
        .get("/directory/imports/{id}", may, page)
        .get("/directory/imports/{id}/progress", may, progress)
        .get("/directory/imports/{id}/problems", may, problems)
}

pub(super) async fn one(visit: &Visit, id: &str) -> Result<Import, Problem> {
    let id = id_of(id)?;
    store::find(&mut visit.read().await?, id).await?.ok_or(Problem::NotFound)
}

#[derive(Template)]
#[template(path = "import_room/imports/dry_run.html")]
struct DryRun {
    import: Import,
    shown: Shown,
    about: Html,
    progress: Option<Html>,
    /// Nobody reads it any more, and nothing came.
    stuck: bool,
    table: Option<Html>,
    /// What became of records: the word in an address, the words, whether only this is shown, and how often.
    outcomes: Vec<(&'static str, &'static str, bool, usize)>,
    of_one: bool,
    token: String,
    path: String,
}

impl DryRun {
    fn is_ready(&self) -> bool {
        self.import.state == State::Ready
    }

    fn failed(&self) -> bool {
        self.import.state == State::Failed
    }

    fn may_be_dropped(&self) -> bool {
        self.is_ready() || self.stuck
    }
}

/// The word of an outcome in an address.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Warning => "used",
        Outcome::FieldNotUsed => "field",
        Outcome::NotWhole => "summary",
        Outcome::LeftOut => "left-out",
    }
}

async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let import = one(&visit, &id).await?;
    let listing = Listing::read(&visit.path)?;
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let wanted = Form::parse(question.as_bytes())?.text("outcome").to_owned();
    let wanted = Outcome::ALL.into_iter().find(|outcome| word(*outcome) == wanted);
    let mut session = visit.read().await?;
    let problems = store::problems(&mut session, import.id).await?;
    let shown = match import.state {
        State::Ready if directory::version(&mut session).await? != import.shown.version => {
            now(&mut session, &import).await?
        }
        _ => import.shown.clone(),
    };
    let job = match import.job {
        Some(job) if import.state == State::Reading => jobs::find(&mut session, job).await?,
        _ => None,
    };
    drop(session);
    let reading = import.state == State::Reading;
    let stuck = reading && job.as_ref().is_none_or(|job| job.state.has_ended());
    let progress = (reading && !stuck).then(|| shown_progress(&import, job.as_ref()).html()).transpose()?;
    let counted = |outcome| problems.iter().filter(|problem| problem.outcome == outcome).count();
    let outcomes = Outcome::ALL
        .map(|outcome| (word(outcome), outcome.words(), wanted == Some(outcome), counted(outcome)));
    let content = DryRun {
        about: about(&import).html()?,
        progress,
        stuck,
        table: (!problems.is_empty()).then(|| table(problems, wanted, listing.clone())).transpose()?,
        outcomes: outcomes.into_iter().filter(|(.., count)| *count > 0).collect(),
        of_one: wanted.is_some(),
        token: visit.form_token.clone(),
        path: import.path(),
        import,
        shown,
    };
    let done = match listing.done.as_str() {
        "taken" => Some("It was taken over"),
        "dropped" => Some("It was dropped. Nothing was changed"),
        "changed" => Some("The directory changed since you looked. This is what would change now"),
        "asks" => Some("Say first that what is missing is really gone: tick the box below"),
        _ => None,
    };
    let title = format!("Import of {}", content.import.source);
    Ok(Page::new(&visit, &title)
        .under("/directory/imports", "Imports")
        .saying(done)
        .with(&content)?
        .into_response())
}

/// What it would change now that the directory is another.
async fn now(session: &mut ground::database::Session, import: &Import) -> Result<Shown, Problem> {
    let Some(text) = store::feed(session, import.id).await? else { return Ok(import.shown.clone()) };
    let feed = feed_of(&text)?;
    Ok(taking::present(session, &import.source, &feed, import.shown.problems).await?.shown)
}

fn about(import: &Import) -> Summary {
    let mut about = Summary::default()
        .line("State", import.state.tag().0)
        .line("Source", import.source.clone())
        .line("Came from", import.came.clone())
        .line(
            "Asked for",
            if import.by_itself {
                format!("By its schedule, {}", moment_in_words(&import.made_at))
            } else {
                moment_in_words(&import.made_at)
            },
        );
    if import.shown.records_read > 0 {
        about = about.line("Records read", import.shown.records_read.to_string());
        about = about.line("Left out", import.shown.left_out.to_string());
    }
    if let Some(ended) = &import.ended_at {
        about = about.line("Ended", moment_in_words(ended));
    }
    if let Some(why) = &import.why {
        about = about.line("Why", why.clone());
    }
    about
}

fn table(problems: Vec<FeedProblem>, wanted: Option<Outcome>, listing: Listing) -> Result<Html, Problem> {
    let problems: Vec<FeedProblem> = problems
        .into_iter()
        .filter(|problem| wanted.is_none_or(|wanted| problem.outcome == wanted))
        .collect();
    let listing = match wanted {
        Some(outcome) => listing.keeping(&[("outcome", word(outcome))]),
        None => listing,
    };
    let (rows, paging) = listing.page_of(problems);
    let row = |problem: FeedProblem| {
        let FeedProblem { file, place, column, expected, outcome } = problem;
        let column = if column.is_empty() { "the whole record".to_owned() } else { column };
        vec![
            Cell::text(format!("{file}, {place}")),
            Cell::text(column),
            Cell::text(expected),
            Cell::text(outcome.words()),
        ]
    };
    let table = Table {
        caption: "Problems".to_owned(),
        columns: Table::plain_columns(&["Where", "Field", "What was expected", "What became of it"]),
        rows: rows.into_iter().map(row).collect(),
        listing,
        paging,
        empty: "No problem came to this.",
    };
    Ok(table.html()?)
}

fn shown_progress(import: &Import, job: Option<&jobs::Job>) -> Progress {
    let sentence = match job {
        Some(job) if job.state == JobState::Queued => "Waiting for its turn".to_owned(),
        Some(job) => job.progress.sentence.clone().unwrap_or_else(|| "Reading the feed".to_owned()),
        None => import.state.tag().0.to_owned(),
    };
    Progress {
        address: format!("{}/progress", path(import.id)),
        done: job.map_or(0, |job| job.progress.done),
        total: None,
        sentence,
        ended: import.state != State::Reading || job.is_none_or(|job| job.state.has_ended()),
    }
}

async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let import = one(&visit, &id).await?;
    let job = match import.job {
        Some(job) => jobs::find(&mut visit.read().await?, job).await?,
        None => None,
    };
    Ok(shown_progress(&import, job.as_ref()).event())
}

async fn problems(visit: Visit, Path(id): Path<String>) -> Answer {
    let import = one(&visit, &id).await?;
    let problems = store::problems(&mut visit.read().await?, import.id).await?;
    let file = as_csv(&problems).map_err(Problem::broken)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"problems.csv\""),
    ];
    Ok((headers, file).into_response())
}

fn as_csv(problems: &[FeedProblem]) -> std::io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new());
    out.row(&FeedProblem::COLUMNS.map(Cellule::Text))?;
    for problem in problems {
        out.row(&problem.row().map(Cellule::Text))?;
    }
    out.finish()
}
