//! Letters of the directory: reminders to look whether an entry is still so, and word of what changed. Jobs, which ask as
//! Meres itself. A letter is a job of its own, so that one that does not get through holds up no other, and none is sent
//! twice because another failed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use ground::database::{Act, Change, DatabaseError};
use ground::files::digest_text;
use ground::jobs::{self, JobError, NewJob, Run};
use ground::mail::{Letter, MailError};
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::assurance::{self, Reminder, Stage};
use offers::directory::past::{self, TELL};
use offers::directory::{Kind, Organisation, Service, editing, keeper, revision, watch};
use offers::wording::{field_name, in_words};
use serde_json::{Value, json};
use time::Duration;
use vocabulary::{Account, Actor, Day, Id, Partner, Permission, Scope};
use web::{Errand, House, Problem};

use super::seen::{entry, today};
use super::short::{called, in_short};

/// Looks every day what somebody has to look at.
const REMIND: &str = "directory.remind";
const REMINDER: &str = "directory.reminder";
const WORD: &str = "directory.word";

/// Days for which a link works.
const LINK_DAYS: i64 = 90;
/// Reminders of one day: a directory that was just imported is not all written to at once.
const MOST_A_DAY: usize = 300;

pub(super) const ERRANDS: [Errand; 4] = [
    Errand {
        kind: REMIND,
        name: "See which entries of the directory are to be looked at",
        work: |house, run| Box::pin(async move { remind(&house, &run).await }),
    },
    Errand {
        kind: REMINDER,
        name: "Send a reminder to look at an entry",
        work: |house, run| Box::pin(async move { reminder(&house, &run).await }),
    },
    Errand {
        kind: TELL,
        name: "See who is to be told of a change of the directory",
        work: |house, run| Box::pin(async move { tell(&house, &run).await }),
    },
    Errand {
        kind: WORD,
        name: "Send word of a change of the directory",
        work: |house, run| Box::pin(async move { word(&house, &run).await }),
    },
];

/// Queues the daily look, unless it waits already.
pub async fn begin_to_remind(house: &House) -> Result<(), DatabaseError> {
    let mut change = house.database.change(&Actor::Meres).await?;
    jobs::queue(&mut change, &next(None)).await?;
    change.commit(act("directory.begin-to-remind", String::new())).await
}

fn next(run_at: Option<time::OffsetDateTime>) -> NewJob {
    // Whatever failed today is no reason to look never again.
    let most_attempts = u32::MAX;
    let dedupe_key = Some(REMIND.to_owned());
    NewJob { dedupe_key, run_at, most_attempts, ..NewJob::new(REMIND, "directory", Value::Null) }
}

fn act(action: &'static str, detail: String) -> Act {
    Act { action, object: String::new(), purpose: None, detail }
}

fn later(problem: &Problem) -> JobError {
    tracing::warn!(?problem, "a letter of the directory was not made");
    JobError::Later("it could not be made; what went wrong stands in the log".to_owned())
}

/// The token of a reminder's link: made again from the key whenever its letter is, and kept nowhere.
fn token(house: &House, (service, stage, due): (Id<Service>, Stage, &str)) -> String {
    house.vault.hash(&["still-correct", &service.to_string(), stage.word(), due])
}

async fn catalogue(house: &House) -> Result<std::sync::Arc<Catalogue>, DatabaseError> {
    let mut session = house.database.read().await?;
    house.shelf.of::<Catalogues>().present(&mut session, today(house)).await
}

async fn remind(house: &House, run: &Run) -> Result<(), JobError> {
    let catalogue = catalogue(house).await?;
    let mut change = house.database.change(&Actor::Meres).await?;
    let mut letters = 0;
    // Where nobody carries letters, none counts as sent: they go out when somebody does.
    if house.mail.is_some() {
        let reminded = assurance::store::reminded(&mut change).await?;
        let due = catalogue.assured.iter().filter_map(|(id, assured)| {
            let one = (*id, assured.stage()?, assured.due);
            (!reminded.contains(&one)).then_some(one)
        });
        let due: Vec<(Id<Service>, Stage, Day)> = due.collect();
        let keepers = keepers(&mut change, house).await?;
        for one in due {
            if letters >= MOST_A_DAY {
                break;
            }
            letters += reminded_of(house, &mut change, (&catalogue, &keepers), one).await?;
        }
    }
    let sentence = format!("{letters} letters");
    run.progress(i64::try_from(letters).unwrap_or(i64::MAX), None, &sentence);
    run.finish_within(&mut change).await?;
    jobs::queue(&mut change, &next(Some(house.database.now() + Duration::DAY))).await?;
    Ok(change.commit(act(REMIND, sentence)).await?)
}

type Keepers = BTreeMap<Id<Organisation>, BTreeSet<Id<Account>>>;

/// The people who keep the entries of each organisation.
async fn keepers(change: &mut Change, house: &House) -> Result<Keepers, JobError> {
    let mut people: BTreeMap<Id<Partner>, BTreeSet<Id<Account>>> = BTreeMap::new();
    let mut keepers = Keepers::new();
    for line in keeper::store::all(change, &Scope::Everywhere).await? {
        let here = match people.entry(line.partner) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let may = access::who_may(change, house, Permission::EditDirectory, line.partner).await;
                new.insert(may.map_err(|problem| later(&problem))?)
            }
        };
        keepers.entry(line.organisation).or_default().extend(here.iter().copied());
    }
    Ok(keepers)
}

/// Queues the letters of one reminder; how many.
async fn reminded_of(
    house: &House,
    change: &mut Change,
    (catalogue, keepers): (&Catalogue, &Keepers),
    (service, stage, due): (Id<Service>, Stage, Day),
) -> Result<usize, JobError> {
    let organisation =
        catalogue.directory.services.get(&service).and_then(|kept| catalogue.directory.organisation_of(kept));
    let own = organisation.and_then(|id| keepers.get(&id)).into_iter().flatten();
    let mut to: Vec<String> = own.map(ToString::to_string).collect();
    if address_of(catalogue, service).is_some() {
        to.push(String::new());
    }
    if to.is_empty() {
        return Ok(0);
    }
    let id: Id<Reminder> = change.new_id();
    let hash = digest_text(&token(house, (service, stage, &due.to_string())));
    let ends_at = change.at_after(Duration::days(LINK_DAYS));
    if !assurance::store::remind(change, id, (service, stage, due), (&hash, &ends_at)).await? {
        return Ok(0);
    }
    for account in &to {
        let payload = json!({"reminder": id.to_string(), "account": account});
        jobs::queue(change, &NewJob::new(REMINDER, "letters", payload)).await?;
    }
    Ok(to.len())
}

/// Where the people who run a service get letters: its own address, or its organisation's.
fn address_of(catalogue: &Catalogue, service: Id<Service>) -> Option<String> {
    let kept = catalogue.directory.services.get(&service)?;
    let organisation =
        catalogue.directory.organisation_of(kept).and_then(|id| catalogue.directory.organisations.get(&id));
    let own = kept.record.email.clone().filter(|email| !email.trim().is_empty());
    own.or_else(|| organisation.and_then(|of| of.record.email.clone())).filter(|email| email.contains('@'))
}

fn text_of<'a>(run: &'a Run, name: &str) -> &'a str {
    run.payload.get(name).and_then(Value::as_str).unwrap_or_default()
}

async fn reminder(house: &House, run: &Run) -> Result<(), JobError> {
    let unclear = || JobError::Never("which reminder it is, is not clear".to_owned());
    let id: Id<Reminder> = Id::parse(text_of(run, "reminder")).map_err(|_| unclear())?;
    let mut session = house.database.read().await?;
    let (service, stage, due) = assurance::store::reminder(&mut session, id).await?.ok_or_else(unclear)?;
    let token = token(house, (service, stage, &due));
    let now = ground::database::utc(house.database.now());
    // Somebody said so meanwhile: nobody need be reminded.
    if assurance::store::opened(&mut session, &digest_text(&token), &now).await?.is_none() {
        return Ok(());
    }
    let account = text_of(run, "account");
    drop(session);
    let catalogue = catalogue(house).await?;
    let to = if account.is_empty() {
        address_of(&catalogue, service)
    } else {
        address_of_account(house, account).await?
    };
    let Some(to) = to else { return Ok(()) };
    let (name, organisation) = called(&catalogue, service);
    let day = web::day_in_words(&due);
    let why = match stage {
        Stage::Soon => format!("Somebody has to look by {day} whether this is still right."),
        Stage::Due => format!("Somebody had to look by {day} whether this is still right."),
        Stage::Hidden => {
            format!(
                "Nobody has looked since {day}. It is hidden now: people do not find it until somebody looks."
            )
        }
    };
    let says: Vec<String> =
        in_short(&catalogue, service).into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let site = &house.site;
    let of = if organisation.is_empty() { String::new() } else { format!(" of {organisation}") };
    let text = format!(
        "{} tells people about {name}{of}.\n\n{why}\n\n{}\n\nOpen this link to say that it is still correct, or that something \
         changed:\n\n{}/still-correct/{token}\n\nIt works once, for {LINK_DAYS} days. Nothing happens until you press a \
         button there.\n",
        site.name,
        says.join("\n"),
        site.address
    );
    send(house, run, (&to, &format!("Is this still right? {name}"), &text)).await
}

async fn address_of_account(house: &House, account: &str) -> Result<Option<String>, JobError> {
    let Ok(account) = Id::parse(account) else { return Ok(None) };
    let mut session = house.database.read().await?;
    match access::addressee(&mut session, account).await {
        Ok(known) => Ok(known.map(|known| known.email)),
        // Nobody has that account any more.
        Err(Problem::NotFound) => Ok(None),
        Err(problem) => Err(later(&problem)),
    }
}

async fn send(house: &House, run: &Run, (to, subject, text): (&str, &str, &str)) -> Result<(), JobError> {
    // Nobody carries letters any more: nothing that a further try would mend.
    let Some(mail) = house.mail.as_ref() else { return Ok(()) };
    let subject: String = subject.chars().filter(|c| !c.is_control()).take(180).collect();
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let letter = Letter::new(&run.job.to_string(), to, &subject, &text);
    let letter = letter.map_err(|error| JobError::Never(error.to_string()))?;
    mail.send(&letter).await.map(|_| ()).map_err(|error| match error {
        MailError::Later(why) => JobError::Later(why),
        MailError::Never(why) => JobError::Never(why),
    })
}

/// Queues a letter to each who watches something of what one change was about.
async fn tell(house: &House, run: &Run) -> Result<(), JobError> {
    let at = text_of(run, "at").to_owned();
    let mut change = house.database.change(&Actor::Meres).await?;
    let mut told: BTreeSet<Id<Account>> = BTreeSet::new();
    if house.mail.is_some() {
        let watching = watch::store::all(&mut change).await?;
        for one in past::store::at(&mut change, &at).await? {
            let theirs = watching.get(&one.entry).into_iter().flatten();
            // Whoever did it knows.
            told.extend(theirs.filter(|id| one.actor != Actor::Account(**id).to_string()));
        }
        // Whoever works on the directory no more is told of it no more.
        let may = access::who_may_anywhere(&mut change, house, Permission::EditDirectory).await;
        let may = may.map_err(|problem| later(&problem))?;
        told.retain(|account| may.contains(account));
    }
    for account in &told {
        let payload = json!({"account": account.to_string(), "at": at});
        jobs::queue(&mut change, &NewJob::new(WORD, "letters", payload)).await?;
    }
    run.finish_within(&mut change).await?;
    Ok(change.commit(act(TELL, format!("{} letters", told.len()))).await?)
}

async fn word(house: &House, run: &Run) -> Result<(), JobError> {
    let account = text_of(run, "account");
    let Some(to) = address_of_account(house, account).await? else { return Ok(()) };
    let Ok(account) = Id::<Account>::parse(account) else { return Ok(()) };
    let mut session = house.database.read().await?;
    let watched = watch::store::of(&mut session, account).await?;
    let mut parts = Vec::new();
    for one in past::store::at(&mut session, text_of(run, "at")).await? {
        let theirs = one.kind == Kind::Service && watched.iter().any(|id| entry(*id) == one.entry);
        if !theirs {
            continue;
        }
        // What it became: how it stood until the next change, or as it stands.
        let history = past::store::of(&mut session, one.entry).await?;
        let later = history.iter().rfind(|next| next.until > one.until).map(|next| next.record.clone());
        let standing = editing::store::standing(&mut session, Kind::Service, one.entry).await?;
        let Some(after) = later.or_else(|| standing.map(|known| known.shown().to_owned())) else { continue };
        let (before, after) = (revision::fields(&one.record), revision::fields(&after));
        let name = after.get("name").and_then(Value::as_str).unwrap_or_default();
        let mut lines = vec![name.to_owned()];
        for field in revision::changed(&before, &after) {
            let says = |record| {
                let words = in_words(&field, record);
                if words.is_empty() { "nothing".to_owned() } else { words }
            };
            lines.push(format!("- {}: {} (before: {})", field_name(&field), says(&after), says(&before)));
        }
        lines.push(format!("{}/find/services/{}", house.site.address, one.entry));
        parts.push(lines.join("\n"));
    }
    drop(session);
    if parts.is_empty() {
        return Ok(());
    }
    let (site, address) = (&house.site.name, &house.site.address);
    let text = format!(
        "This changed in the directory of {site}:\n\n{}\n\nYou asked to be told. To end that: {address}/directory/watching\n",
        parts.join("\n\n")
    );
    send(house, run, (&to, "An entry of the directory changed", &text)).await
}
