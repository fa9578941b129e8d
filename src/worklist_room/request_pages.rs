//! Requests: all of them, and one with its lists.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use disclosure::{Cells, Release, Working, with_commas};
use ground::jobs::{self, State as JobState};
use planning::worklist::LEAST_LISTS;
use vocabulary::Permission;
use web::{
    Answer, Asker, Cell, Html, Listing, Page, Problem, Progress, Summary, Table, Visit, Waiting, day_of,
    id_of, moment_in_words,
};

use super::{List, Report, Request, State, making, store};
use crate::actors;
use crate::data_path::DataPath;

/// Requests that the list goes back to.
const NEWEST: i64 = 500;

pub(super) async fn one(visit: &Visit, id: &str) -> Result<Request, Problem> {
    store::find(&mut visit.read().await?, id_of(id)?).await?.ok_or(Problem::NotFound)
}

#[derive(Template)]
#[template(path = "worklist_room/list.html")]
struct Requests {
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let all = store::newest(&mut visit.read().await?, NEWEST).await?;
    let names =
        actors::names(&visit, Permission::SeePassages, all.iter().map(|one| one.asked_by.as_str())).await?;
    let today = day_of((visit.house.clock)());
    let (shown, paging) = listing.page_of(all);
    let row = |one: &Request| {
        let (text, colour) = state(one, today);
        vec![
            Cell::link(one.path(), one.purpose.clone()),
            Cell::Tag { text, colour },
            Cell::text(actors::named(&names, &one.asked_by)),
            Cell::text(moment_in_words(&one.asked_at)),
        ]
    };
    let table = Table {
        caption: "Worklists".to_owned(),
        columns: Table::plain_columns(&["Purpose", "State", "Asked by", "Since"]),
        rows: shown.iter().map(row).collect(),
        listing,
        paging,
        empty: "Nobody has asked for worklists yet.",
    };
    let content = Requests { table: table.html()? };
    Ok(Page::new(&visit, "Worklists").with(&content)?.into_response())
}

fn state(request: &Request, today: vocabulary::Day) -> (&'static str, &'static str) {
    if request.state == State::Approved && !request.is_open(today) {
        return ("Over", "grey");
    }
    let (_, name, colour) = request.state.of();
    (name, colour)
}

struct Line {
    practice: String,
    goes_to: String,
    fetched: String,
    reported: String,
}

#[derive(Template)]
#[template(path = "worklist_room/request.html")]
struct Record<'a> {
    purpose: &'a str,
    state: (&'static str, &'static str),
    progress: Option<Html>,
    why: Option<String>,
    decide: Option<String>,
    own_waits: bool,
    about: Html,
    lists: Vec<Line>,
    approved: bool,
    back: Option<Vec<(&'static str, String)>>,
    withdraw: Option<String>,
    stop: Option<String>,
    token: &'a str,
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let request = one(&visit, &id).await?;
    let lists = store::lists(&mut visit.read().await?, request.id).await?;
    let viewer = visit.viewer()?;
    let own = request.asked_by == viewer.actor().to_string();
    let today = day_of((visit.house.clock)());
    let actors = [Some(request.asked_by.as_str()), request.decided_by.as_deref()];
    let names = actors::names(&visit, Permission::SeePassages, actors.into_iter().flatten()).await?;
    let codes: Vec<String> = lists.iter().map(|list| list.practice.clone()).collect();
    let practices = access::practices(&visit, &codes).await?;
    let practices_asked = match request.practices.as_slice() {
        [] => "Every practice".to_owned(),
        some => some.join(", "),
    };
    let again = match &request.again {
        None => "Whoever was on a list for this purpose is left out".to_owned(),
        Some(why) => format!("Also those who were asked before: {why}"),
    };
    let again = if making::forgotten(&visit, &request).await? == 0 {
        again
    } else {
        format!(
            "{again}. Lists for this purpose were deleted with their population: some people may be asked again"
        )
    };
    let mut about = Summary::default()
        .line("From", request.about.clone())
        .line("Practices", practices_asked)
        .line("People of each, at most", request.most.to_string())
        .line("People on all lists", people(&request, lists.len()))
        .line("Asked before", again)
        .line("To be fetched until", request.until.in_words())
        .line("Asked for by", actors::named(&names, &request.asked_by))
        .line("Asked for", moment_in_words(&request.asked_at));
    if let (Some(by), Some(at)) = (&request.decided_by, &request.decided_at) {
        about = about.line("Decided by", actors::named(&names, by)).line("Decided", moment_in_words(at));
    }
    let decides = viewer.may(Permission::ApprovePassages) && request.state == State::Waiting;
    let may_stop = viewer.may(Permission::ApprovePassages) && request.is_open(today);
    let may_withdraw = own && matches!(request.state, State::Waiting | State::Making);
    let over = request.state == State::Approved && !request.is_open(today);
    let content = Record {
        purpose: &request.purpose,
        state: state(&request, today),
        progress: match request.state {
            State::Making => Some(shown(&visit, &request).await?.html()?),
            _ => None,
        },
        why: request.why.clone(),
        decide: (decides && !own).then(|| format!("{}/decide", request.path())),
        own_waits: own && request.state == State::Waiting,
        about: about.html()?,
        approved: request.state == State::Approved,
        back: reported(&lists, over, visit.house.shelf.of::<DataPath>().gate),
        lists: lists.iter().map(|list| line(list, &practices)).collect(),
        token: &visit.form_token,
        withdraw: may_withdraw.then(|| format!("{}/withdraw", request.path())),
        stop: may_stop.then(|| format!("{}/stop", request.path())),
    };
    let done = match Listing::read(&visit.path)?.done.as_str() {
        "stopped" => Some("It is stopped: no practice can fetch its list any more"),
        "approved" => Some("Approved: the practices can fetch their lists"),
        "refused" => Some("Refused: nothing leaves"),
        "withdrawn" => Some("It is taken back"),
        _ => None,
    };
    let page = Page::new(&visit, &request.purpose).under("/worklists", "Worklists").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// How many are on all lists together, where the gate says so and somebody may still decide or has approved. Where it does not,
/// the most that they can be: that is known from what was asked.
fn people(request: &Request, lists: usize) -> String {
    let at_most = || i64::try_from(lists).unwrap_or(i64::MAX).saturating_mul(request.most).unsigned_abs();
    match (&request.people, request.state) {
        (Some(people), State::Waiting | State::Approved | State::Stopped) if lists >= LEAST_LISTS => {
            match people.as_str() {
                "hidden" => format!("At most {}; how many, is kept back", with_commas(at_most())),
                shown => shown.to_owned(),
            }
        }
        (Some(_), _) => "Not shown".to_owned(),
        (None, _) => "Not known yet".to_owned(),
    }
}

fn line(list: &List, practices: &[access::Practice]) -> Line {
    let is_theirs = |practice: &&access::Practice| match list.partner {
        Some(partner) => practice.id == partner,
        None => practice.ods == list.practice,
    };
    let known: Vec<&access::Practice> = practices.iter().filter(is_theirs).collect();
    let goes_to = match known.as_slice() {
        [] => "No organisation with this code takes part".to_owned(),
        [practice] if practice.leads == 0 => format!("{}: nobody there fetches lists yet", practice.name),
        [practice] => practice.name.clone(),
        _ => "To nobody: several organisations have this code".to_owned(),
    };
    let when = |at: &Option<String>, not: &str| at.as_deref().map_or_else(|| not.to_owned(), moment_in_words);
    Line {
        practice: list.practice.clone(),
        goes_to,
        fetched: when(&list.fetched_at, "Not yet"),
        reported: when(&list.reported_at, "Not yet"),
    }
}

/// What the practices reported together, once none of them will report any more: a sum that grows practice by practice
/// would say how many each of them reported.
fn reported(lists: &[List], over: bool, gate: Release) -> Option<Vec<(&'static str, String)>> {
    let reports: Vec<Report> = lists.iter().filter_map(|list| list.report).collect();
    if reports.len() < LEAST_LISTS || !(over || closed(lists)) {
        return None;
    }
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).map(Working::from).sum::<Working>();
    let (invited, reached) = (sum(|one| one.invited), sum(|one| one.reached));
    let (declined, unsuitable) = (sum(|one| one.declined), sum(|one| one.unsuitable));
    let removed = [invited - reached, declined, unsuitable];
    let funnel = gate.funnel(Cells::WithHealthAttribute, invited, &removed);
    let names = ["Could not be reached", "Said no", "It was not right for them"];
    let mut back = vec![("Invited", funnel.start.to_string())];
    back.extend(names.into_iter().zip(&funnel.steps).map(|(name, step)| (name, step.removed.to_string())));
    back.push(("May come", funnel.remaining().to_string()));
    Some(back)
}

/// Whether every practice that has a list has reported.
pub(super) fn closed(lists: &[List]) -> bool {
    lists.iter().all(|list| list.partner.is_none() || list.report.is_some())
}

async fn shown(visit: &Visit, request: &Request) -> Result<Progress, Problem> {
    let job = match request.job {
        Some(job) if request.state == State::Making => jobs::find(&mut visit.read().await?, job).await?,
        _ => None,
    };
    let sentence = match &job {
        Some(job) if job.state == JobState::Queued => "Waiting for its turn".to_owned(),
        Some(job) => job.progress.sentence.clone().unwrap_or_else(|| "Putting the lists together".to_owned()),
        None => request.state.of().1.to_owned(),
    };
    Ok(Progress {
        address: format!("{}/progress", request.path()),
        done: 0,
        total: None,
        sentence,
        ended: request.state != State::Making || job.is_none_or(|job| job.state.has_ended()),
    })
}

pub(super) async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let request = one(&visit, &id).await?;
    Ok(shown(&visit, &request).await?.event())
}

/// What waits for a decision of theirs.
pub(super) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    if !asker.viewer.may(Permission::ApprovePassages) {
        return Ok(Vec::new());
    }
    let count = store::waiting(asker.session, &asker.viewer.actor().to_string()).await?;
    let title = match count {
        0 => return Ok(Vec::new()),
        1 => "Worklists wait for a decision".to_owned(),
        many => format!("{many} requests for worklists wait for a decision"),
    };
    let about = "Nothing leaves the population zone until somebody decides.".to_owned();
    Ok(vec![Waiting { title, about, action: "See what waits", path: "/worklists".to_owned() }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(report: Option<Report>) -> List {
        List {
            id: vocabulary::Id::from_bits(1),
            request: vocabulary::Id::from_bits(2),
            practice: "Z99001".to_owned(),
            partner: Some(vocabulary::Id::from_bits(3)),
            people: "10".to_owned(),
            fetched_at: None,
            reported_at: report.map(|_| String::new()),
            report,
        }
    }

    #[test]
    fn of_fewer_than_three_practices_nothing_is_summed() {
        let report = Some(Report { invited: 33, reached: 22, declined: 9, unsuitable: 0 });
        let reports = |count: usize, silent: usize| -> Vec<List> {
            let said = std::iter::repeat_n(report, count);
            said.chain(std::iter::repeat_n(None, silent)).map(list).collect()
        };
        let gate = Release::default();
        assert!(reported(&reports(1, 0), true, gate).is_none());
        assert!(reported(&reports(2, 0), true, gate).is_none());
        assert!(reported(&reports(3, 1), false, gate).is_none(), "another will still report");
        assert!(reported(&reports(2, 2), true, gate).is_none());
        let back = reported(&reports(3, 0), false, gate).expect("three");
        // 99, 66, 27 and nobody, through the gate.
        assert_eq!(back[0], ("Invited", "100".to_owned()));
        assert!(
            back.iter()
                .all(|(_, figure)| figure.parse::<u64>().is_ok_and(|n| n % 5 == 0) || !figure.is_empty())
        );
        assert!(
            back.iter().any(|(words, figure)| *words == "It was not right for them" && figure == "≤7"),
            "{back:?}"
        );
        assert!(reported(&reports(3, 1), true, gate).is_some(), "after the last day nobody reports any more");
    }
}
