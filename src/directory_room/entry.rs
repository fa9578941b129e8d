//! The page of a service, for those who keep it.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::directory::proposal::{Proposal, State};
use offers::directory::{
    Kept, Kind, Service, assurance, availability, editing, past, proposal, revision, watch,
};
use offers::wording::in_words;
use vocabulary::{Id, Topic};
use web::{Answer, Html, Listing, Page, Problem, Summary, Visit, day_in_words, moment_in_words};

use super::history::{Line, lines, named, names};
use super::publishing::path;
use super::seen::{Seen, entry, place_name};

#[derive(Template)]
#[template(path = "directory_room/entry.html")]
struct Content {
    name: String,
    path: String,
    token: String,
    organisation: Option<(String, String)>,
    state: (&'static str, &'static str),
    public: Option<String>,
    approves: bool,
    room: String,
    about: Html,
    places: Vec<(String, String)>,
    assured: Html,
    looks: Vec<String>,
    proposals: Vec<Waits>,
    watched: bool,
    history: Vec<Line>,
}

/// A proposal about it, in a line.
struct Waits {
    path: String,
    words: String,
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.service(&id)?;
    let mut session = visit.read().await?;
    let standing = editing::store::standing(&mut session, Kind::Service, entry(id)).await?;
    let standing = standing.ok_or(Problem::NotFound)?;
    let past = past::store::of(&mut session, entry(id)).await?;
    let proposals = proposal::store::of_entry(&mut session, entry(id)).await?;
    let looks = assurance::store::of(&mut session, id).await?;
    let room = availability::store::of(&mut session, id).await?;
    let watched = watch::store::of(&mut session, visit.viewer()?.account).await?.contains(&id);
    drop(session);
    let actors = past.iter().map(|one| &one.actor).chain(looks.iter().map(|look| &look.actor));
    let actors = actors.chain(proposals.iter().map(|one| &one.wanted.actor));
    let names = names(&visit, actors.map(String::as_str)).await?;
    let name = kept.record.name.clone();
    let path = path(Kind::Service, entry(id));
    let looked = |look: &assurance::Looked| {
        let note = look.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        let (on, by) = (day_in_words(&look.check.on.to_string()), named(&names, &look.actor));
        format!("{on}, checked {}, by {by}{note}", look.check.against.in_words())
    };
    let organisation = seen.catalogue.directory.organisation_of(kept);
    let content = Content {
        organisation: organisation
            .map(|id| (format!("/directory/organisations/{id}"), seen.organisation_name(kept))),
        state: seen.state(id, kept),
        public: seen.catalogue.service(id).map(|_| format!("/find/services/{id}")),
        approves: seen.approves,
        room: room.map_or_else(
            || "Nobody has said whether there is room.".to_owned(),
            |said| format!("{}, said {}", said.room.in_words(), moment_in_words(&said.said_at)),
        ),
        about: about(&seen, kept, standing.shown()).html()?,
        places: seen
            .places(kept)
            .into_iter()
            .map(|(id, site)| (format!("/directory/sites/{id}/change"), place_name(site)))
            .collect(),
        assured: assured(&seen, id).html()?,
        looks: looks.iter().map(looked).collect(),
        proposals: proposals
            .iter()
            .rev()
            .filter_map(|one| waits(&seen, one, &named(&names, &one.wanted.actor)))
            .collect(),
        watched,
        history: lines((&seen, &standing), &past, &names),
        token: visit.form_token.clone(),
        path,
        name,
    };
    let listing = Listing::read(&visit.path)?;
    // Whoever has just changed it should not believe that people find it.
    let hidden = listing.done == "published" && content.public.is_none();
    let said = if hidden {
        Some("It is kept, and hidden until somebody has looked at the entry")
    } else {
        done(&listing.done)
    };
    let page = Page::new(&visit, &content.name).under("/directory", "Directory").saying(said);
    Ok(page.with(&content)?.into_response())
}

/// What was just done, in a sentence.
pub(super) fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "published" => "It is public now",
        "proposed" => "Your change waits for approval. What is public stays as it is until then",
        "read" => "The message is marked as read. The entry is as it was",
        "withdrawn" => "Your change was taken back",
        "same" => "Nothing was different, so nothing was changed",
        "back" => "It was put back",
        "checked" => "It is written down that somebody looked",
        "room" => "What you said is shown now",
        "watch" => "You are told by e-mail when it changes",
        "unwatch" => "You are told of it no more",
        "approved" => "The change is public now",
        "refused" => "The change was refused. Whoever made it sees why",
        "given" => "It is looked after by them now",
        "ended" => "They look after it no more",
        _ => return None,
    })
}

fn waits(seen: &Seen, one: &Proposal, who: &str) -> Option<Waits> {
    // A proposal of others about the same entry is theirs alone; that of a source is the approver's.
    let own = one.wanted.partner.is_some_and(|partner| seen.scope.holds(partner));
    if one.state != State::Waiting || !(own || seen.approves) {
        return None;
    }
    let words = format!("A change by {who} waits since {}", moment_in_words(&one.made_at));
    Some(Waits { path: format!("/directory/queue/{}", one.id), words })
}

fn about(seen: &Seen, kept: &Kept<Service>, shown: &str) -> Summary {
    let record = revision::fields(shown);
    let says = |field: &str| in_words(field, &record);
    let topics = seen.catalogue.settings.topics(&kept.record);
    let topics: Vec<&str> = topics.iter().map(Topic::title).collect();
    let mut times = says("schedules");
    for at in &kept.record.sites {
        for words in at.schedules.iter().filter_map(offers::catalogue::schedule_in_words) {
            times = if times.is_empty() { words } else { format!("{times}; {words}") };
        }
    }
    let ages = match (kept.record.minimum_age, kept.record.maximum_age) {
        (Some(from), Some(until)) => format!("{from} to {until}"),
        (Some(from), None) => format!("From {from}"),
        (None, Some(until)) => format!("Up to {until}"),
        (None, None) => "Any".to_owned(),
    };
    Summary::default()
        .line("What happens there", says("description"))
        .line("Is it running?", says("status"))
        .line("Topics", topics.join(", "))
        .line("Days and times", times)
        .line("What it costs", says("cost"))
        .line("Who it is for", says("eligibility"))
        .line("Ages", ages)
        .line("How to come", says("referral"))
        .line("Online", says("online"))
        .line("Home visits", says("home_visit"))
        .line("Transport", says("transport"))
        .line("Languages", says("languages"))
        .line("Phone", says("phones"))
        .line("E-mail address", says("email"))
        .line("Website", says("url"))
}

fn assured(seen: &Seen, id: Id<Service>) -> Summary {
    use offers::directory::assurance::Vouched;
    let Some(assured) = seen.assured(id) else {
        return Summary::default().line("Checked", "It is not running, so nobody has to look.");
    };
    let by = match assured.by {
        Vouched::Here(against) => format!(", {}", against.in_words()),
        Vouched::Source => ", as its source says".to_owned(),
        Vouched::Came => ": it came or was changed then, and nobody has looked since".to_owned(),
    };
    let day = |day: vocabulary::Day| day_in_words(&day.to_string());
    Summary::default()
        .line("Checked", format!("{}{by}", day(assured.on)))
        .line("To be checked by", day(assured.due))
        .line(
            if assured.is_shown() { "Hidden from" } else { "Hidden since" },
            day(assured.hidden_on(seen.catalogue.settings.review)),
        )
}
