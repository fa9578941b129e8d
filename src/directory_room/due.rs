//! What somebody has to look at: due soon, overdue, hidden. Who looked, against what.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::directory::assurance::{Against, Assured, Check, Freshness, Looked, Vouched};
use offers::directory::{Kept, Kind, Service, assurance};
use vocabulary::Id;
use web::{
    Answer, Cell, Choice, Errors, Field, FieldKind, Form, FormView, Html, Listing, Page, Problem, Table,
    Visit, day_in_words,
};

use super::change::asked;
use super::publishing::{act, actor, path};
use super::seen::{Seen, entry};
use super::short::in_short;

/// What somebody has to look at, the most urgent first.
pub(super) fn due(seen: &Seen) -> Vec<(Id<Service>, &Kept<Service>, &Assured)> {
    let one = |(id, kept)| Some((id, kept, seen.assured(id).filter(|assured| assured.stage().is_some())?));
    let mut due: Vec<_> = seen.services().into_iter().filter_map(one).collect();
    due.sort_by_key(|(_, _, assured)| assured.due);
    due
}

#[derive(Template)]
#[template(path = "directory_room/due.html")]
struct Content {
    counts: Vec<(&'static str, &'static str, usize, bool)>,
    can_write: bool,
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let seen = Seen::by(&visit).await?;
    let wanted = asked(&visit.path, "state")?;
    let all = due(&seen);
    let states = [
        ("hidden", "Hidden", Freshness::Hidden),
        ("due", "Due", Freshness::Overdue),
        ("soon", "Due soon", Freshness::DueSoon),
    ];
    let count = |state: Freshness| all.iter().filter(|(_, _, assured)| assured.state == state).count();
    let mut counts = vec![("", "All", all.len(), wanted.is_empty())];
    counts.extend(states.map(|(word, name, state)| (word, name, count(state), wanted == word)));
    let chosen = states.iter().find(|(word, ..)| *word == wanted).map(|(.., state)| *state);
    let mut shown: Vec<_> =
        all.into_iter().filter(|one| chosen.is_none_or(|state| one.2.state == state)).collect();
    let listing = Listing::read(&visit.path)?.keeping(&[("state", &wanted)]);
    match listing.sort {
        1 => shown.sort_by_cached_key(|one| one.1.record.name.to_lowercase()),
        2 => shown.sort_by_cached_key(|one| seen.organisation_name(one.1).to_lowercase()),
        _ => {}
    }
    if listing.descending {
        shown.reverse();
    }
    let (shown, paging) = listing.page_of(shown);
    let row = |(id, kept, assured): (Id<Service>, &Kept<Service>, &Assured)| {
        let (text, colour) = seen.state(id, kept);
        vec![
            Cell::text(day_in_words(&assured.due.to_string())),
            Cell::link(path(Kind::Service, entry(id)), kept.record.name.clone()),
            Cell::text(seen.organisation_name(kept)),
            Cell::Tag { text, colour },
            Cell::text(last_looked(assured)),
        ]
    };
    let mut columns = Table::sorted_columns(&["To be checked by", "Service", "Organisation"]);
    columns.extend(Table::plain_columns(&["State", "Last checked"]));
    let table = Table {
        caption: "What to look at".to_owned(),
        columns,
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "Nothing has to be looked at.",
    };
    let content = Content { counts, can_write: visit.house.mail.is_some(), table: table.html()? };
    let page = Page::new(&visit, "What to look at").under("/directory", "Directory");
    Ok(page.with(&content)?.into_response())
}

fn last_looked(assured: &Assured) -> String {
    let on = day_in_words(&assured.on.to_string());
    match assured.by {
        Vouched::Here(against) => format!("{on}, {}", against.in_words()),
        Vouched::Source => format!("{on}, as its source says"),
        Vouched::Came => "Never; it came or was changed then: ".to_owned() + &on,
    }
}

fn check_form(seen: &Seen, id: Id<Service>, name: &str) -> FormView {
    let path = path(Kind::Service, entry(id));
    let ways = [
        (Against::Telephone, "By telephone, with the people who run it"),
        (Against::Website, "On its website"),
        (Against::Visit, "On a visit"),
        (Against::Keeper, "We run it, and know"),
    ];
    let ways = ways.map(|(against, label)| Choice::new(against.word(), label)).to_vec();
    FormView {
        title: format!("Check {name}"),
        lead: std::iter::once(
            "Write down that you found it as the directory says. If something is different, change it first."
                .to_owned(),
        )
        .chain(in_short(&seen.catalogue, id).into_iter().map(|(what, says)| format!("{what}: {says}")))
        .collect(),
        action: format!("{path}/check"),
        fields: vec![
            Field::new(FieldKind::Radios(ways), "against", "How did you check it?"),
            Field::new(FieldKind::Words, "note", "What you noticed (optional)")
                .hinted("For example: spoke to the desk. No names of people."),
        ],
        button: "It is as it says",
        back: Some((path, "Back")),
        ..FormView::default()
    }
}

pub(super) async fn check_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.service(&id)?;
    visit.form_page(&check_form(&seen, id, &kept.record.name))
}

pub(super) async fn check_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.service(&id)?;
    let mut errors = Errors::default();
    let against = Against::parse(typed.text("against")).filter(|against| *against != Against::Link);
    if against.is_none() {
        errors.add("against", "Choose how you checked it");
    }
    if typed.text("note").chars().count() > 1_000 {
        errors.add("note", "This must be 1000 characters or fewer");
    }
    let Some(against) = against.filter(|_| errors.is_empty()) else {
        return visit.form_page(&check_form(&seen, id, &kept.record.name).again(&typed, errors));
    };
    let note = Some(typed.text("note").to_owned()).filter(|note| !note.is_empty());
    looked(&visit, &seen, id, (against, note)).await?;
    Visit::to(&format!("{}?done=checked", path(Kind::Service, entry(id))))
}

/// "Still correct", by one press of whoever keeps it.
pub(super) async fn still_correct(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, _) = seen.service(&id)?;
    looked(&visit, &seen, id, (Against::Keeper, None)).await?;
    let home = typed.text("from") == "list";
    let path = if home { "/directory".to_owned() } else { path(Kind::Service, entry(id)) };
    Visit::to(&format!("{path}?done=checked"))
}

async fn looked(
    visit: &Visit,
    seen: &Seen,
    id: Id<Service>,
    (against, note): (Against, Option<String>),
) -> Result<(), Problem> {
    let mut change = access::acting(visit).await?;
    if seen.for_whom(&mut change, (Kind::Service, entry(id))).await?.is_none() && !seen.approves {
        return Err(Problem::NotFound);
    }
    let check = Check { on: seen.catalogue.today, against };
    let look = Looked { check, actor: actor(visit)?, note };
    assurance::store::looked(&mut change, id, &look).await?;
    change.commit(act("directory.check", Kind::Service, entry(id), against.word().to_owned())).await?;
    Ok(())
}
