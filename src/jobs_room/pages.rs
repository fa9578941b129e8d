//! The pages of later work.

use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::Act;
use ground::jobs::{self, Cancelled, Job, State};
use time::format_description::well_known::Rfc3339;
use vocabulary::{Id, Permission};
use web::{
    Access, Answer, Asker, Cell, Form, Hit, House, Html, Later, Listing, Page, Problem, Progress, Room,
    Routes, Summary, Table, Visit, Waiting, id_of, moment_in_words,
};

use crate::audit_room::CHECKPOINT;

const MANAGE: Access = Access::May(Permission::ManageJobs);
/// The latest that the list goes back to.
const NEWEST: u32 = 1_000;
/// Of these the search box finds the newest: the same work is asked for again and again.
const NEWEST_FOUND: u32 = 20;

/// The room of later work.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/admin/jobs", MANAGE, list)
        .get("/admin/jobs/{id}", MANAGE, record)
        .get("/admin/jobs/{id}/progress", MANAGE, progress)
        .post("/admin/jobs/{id}/cancel", MANAGE, cancel)
        .post("/admin/jobs/{id}/again", MANAGE, again);
    // Its way in is on the page of the set-up: the menu is for what people do every day.
    Room::new(routes).with_waiting(waiting).with_search(search)
}

/// By what they are: a job holds no other words that may be shown.
fn search<'a>(asker: Asker<'a>, words: &'a str) -> Later<'a, Vec<Hit>> {
    Box::pin(async move {
        let Asker { house, viewer, session } = asker;
        if !viewer.may(Permission::ManageJobs) {
            return Ok(Vec::new());
        }
        let jobs = jobs::newest(session, NEWEST_FOUND).await?;
        let hit = |job: Job| Hit {
            title: format!("{} ({})", name(house, &job), moment_in_words(&job.queued_at)),
            path: path(job.id),
            kind: "Later work",
        };
        Ok(Hit::titled(jobs.into_iter().map(hit), words))
    })
}

/// What failed waits for somebody to mend its cause.
fn waiting(asker: Asker<'_>) -> Later<'_, Vec<Waiting>> {
    Box::pin(async move {
        if !asker.viewer.may(Permission::ManageJobs) {
            return Ok(Vec::new());
        }
        let counts = jobs::counts(asker.session).await?;
        let failed = counts.iter().find(|(state, _)| *state == State::Failed).map_or(0, |(_, count)| *count);
        let words =
            |count| if count == 1 { "1 job failed".to_owned() } else { format!("{count} jobs failed") };
        Ok((failed > 0)
            .then(|| Waiting {
                title: words(failed),
                about:
                    "What was to be done in the background did not succeed and is not tried again by itself."
                        .to_owned(),
                action: "See what failed",
                path: "/admin/jobs?sort=2&down=0".to_owned(),
            })
            .into_iter()
            .collect())
    })
}

fn path(job: Id<Job>) -> String {
    format!("/admin/jobs/{job}")
}

fn tag(state: State) -> (&'static str, &'static str) {
    match state {
        State::Queued => ("Waiting", "blue"),
        State::Running => ("Running", "yellow"),
        State::Done => ("Done", "green"),
        State::Failed => ("Failed", "red"),
        State::Cancelled => ("Stopped", "grey"),
    }
}

/// What it is, for somebody who does not know its kind.
fn name(house: &House, job: &Job) -> String {
    let known = house.site.errands.iter().find(|(kind, _)| *kind == job.kind);
    known.map_or_else(|| job.kind.clone(), |(_, name)| (*name).to_owned())
}

#[derive(askama::Template)]
#[template(path = "jobs_room/list.html")]
struct List {
    table: Html,
}

async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let mut all = jobs::newest(&mut visit.read().await?, NEWEST).await?;
    match listing.sort {
        1 => all.sort_by_cached_key(|job| name(&visit.house, job)),
        // What needs somebody first.
        2 => all.sort_by_key(|job| match job.state {
            State::Failed => 0,
            State::Running => 1,
            State::Queued => 2,
            State::Cancelled => 3,
            State::Done => 4,
        }),
        _ => {}
    }
    if listing.descending {
        all.reverse();
    }
    let (shown, paging) = listing.page_of(all);
    let row = |job: Job| {
        let (text, colour) = tag(job.state);
        vec![
            Cell::link(path(job.id), moment_in_words(&job.queued_at)),
            Cell::text(name(&visit.house, &job)),
            Cell::Tag { text, colour },
            Cell::text(job.last_error.filter(|_| job.state != State::Done).unwrap_or_default()),
        ]
    };
    // The latest first, unless something else is asked for.
    let mut columns = Table::plain_columns(&["Asked for"]);
    columns.extend(Table::sorted_columns(&["What", "State"]));
    columns.extend(Table::plain_columns(&["What went wrong"]));
    let table = Table {
        caption: "Later work".to_owned(),
        columns,
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "Nothing was ever asked for.",
    };
    let page = Page::new(&visit, "Later work").under("/admin", "Set-up");
    Ok(page.with(&List { table: table.html()? })?.into_response())
}

async fn job_of(visit: &Visit, id: &str) -> Result<Job, Problem> {
    let id = id_of(id)?;
    jobs::find(&mut visit.read().await?, id).await?.ok_or(Problem::NotFound)
}

fn shown_progress(job: &Job) -> Progress {
    Progress {
        address: format!("{}/progress", path(job.id)),
        done: job.progress.done,
        total: job.progress.total,
        sentence: match (job.state, &job.progress.sentence) {
            (State::Queued, _) => "Waiting for its turn".to_owned(),
            (_, Some(sentence)) => sentence.clone(),
            (state, None) => tag(state).0.to_owned(),
        },
        ended: job.state.has_ended(),
    }
}

/// Whoever looks after the site is whom the checkpoints are to bind: they do not end them.
fn may_stop(job: &Job) -> bool {
    job.kind != CHECKPOINT
}

/// Whether anything is to be seen soon: it runs, or its turn has come.
fn goes_on(visit: &Visit, job: &Job) -> bool {
    let now = visit.house.database.now().format(&Rfc3339).unwrap_or_default();
    job.state == State::Running || (job.state == State::Queued && job.run_at <= now)
}

#[derive(askama::Template)]
#[template(path = "jobs_room/record.html")]
struct Record {
    name: String,
    about: Html,
    progress: Option<Html>,
    may_stop: bool,
    may_repeat: bool,
    path: String,
    token: String,
}

async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let job = job_of(&visit, &id).await?;
    let mut about = Summary::default()
        .line("State", tag(job.state).0)
        .line("Asked for", moment_in_words(&job.queued_at))
        .line(
            "Tried",
            match job.attempts {
                0 => "Not yet".to_owned(),
                1 => "Once".to_owned(),
                many => format!("{many} times"),
            },
        );
    if job.state == State::Queued && job.run_at > job.queued_at {
        about = about.line("Not before", moment_in_words(&job.run_at));
    }
    if let Some(at) = &job.ended_at {
        about = about.line("Ended", moment_in_words(at));
    }
    if let Some(why) = job.last_error.clone().filter(|_| job.state != State::Done) {
        about = about.line("What went wrong", why);
    }
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "cancel" => Some("It was stopped, or will be within seconds"),
        "again" => Some("It is done again as soon as its turn comes"),
        _ => None,
    };
    let content = Record {
        name: name(&visit.house, &job),
        about: about.html()?,
        progress: goes_on(&visit, &job).then(|| shown_progress(&job).html()).transpose()?,
        may_stop: !job.state.has_ended() && may_stop(&job),
        may_repeat: matches!(job.state, State::Failed | State::Cancelled),
        path: path(job.id),
        token: visit.form_token.clone(),
    };
    let page = Page::new(&visit, &content.name).under("/admin/jobs", "Later work").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// How far it is, for the script of its page.
async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    Ok(shown_progress(&job_of(&visit, &id).await?).event())
}

async fn cancel(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let job = job_of(&visit, &id).await?;
    if !may_stop(&job) {
        return Err(Problem::Conflict(
            "The log is vouched for as long as the site runs: that is not stopped here.",
        ));
    }
    let job = job.id;
    let mut change = access::acting(&visit).await?;
    if jobs::cancel(&mut change, job).await? == Cancelled::TooLate {
        return Err(Problem::Conflict("It had ended before. Load the page again."));
    }
    change.commit(act("job.stop", job)).await?;
    Visit::to(&format!("{}?done=cancel", path(job)))
}

async fn again(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let job = job_of(&visit, &id).await?.id;
    let mut change = access::acting(&visit).await?;
    if !jobs::again(&mut change, job).await? {
        return Err(Problem::Conflict(
            "It did not fail, or the same waits already in its place. Load the page again.",
        ));
    }
    change.commit(act("job.again", job)).await?;
    Visit::to(&format!("{}?done=again", path(job)))
}

fn act(action: &'static str, job: Id<Job>) -> Act {
    Act { action, object: format!("job:{job}"), purpose: None, detail: String::new() }
}
