//! Changes that become public, or wait for somebody who decides.

use ground::database::{Act, Change};
use offers::directory::editing::Standing;
use offers::directory::past::How;
use offers::directory::proposal::Wanted;
use offers::directory::revision::{self, Fields};
use offers::directory::{Entry, Kind, Organisation, SiteOfService, editing};
use serde_json::Value;
use vocabulary::Id;
use web::{Problem, Visit};

/// What to say to whoever comes too late.
pub(super) const DECIDED: &str = "Somebody decided on that meanwhile. Load the queue again.";

/// How a record stands now; nothing where it is gone.
pub(super) async fn standing(change: &mut Change, kind: Kind, id: Id<Entry>) -> Result<Standing, Problem> {
    let known = editing::store::standing(change, kind, id).await?;
    known.filter(|known| !known.gone).ok_or(Problem::NotFound)
}

/// By which a form knows what it was made from.
pub(super) fn digest(record: &str) -> String {
    ground::files::digest_text(record)
}

/// Makes a record public, with a place that is made with it; whether anything is another than before.
pub(super) async fn publish(
    change: &mut Change,
    standing: &Standing,
    (record, place): (&Fields, Option<&str>),
    (how, actor): (How, &str),
) -> Result<bool, Problem> {
    let record = with_place(change, record.clone(), place).await?;
    let text = written(standing.kind, &record)?;
    Ok(editing::store::publish(change, standing, &text, how, actor).await?)
}

/// A service that is new, with a place that is made with it.
pub(super) async fn publish_new(
    change: &mut Change,
    (id, organisation): (Id<Entry>, Id<Organisation>),
    (record, place): (&Fields, Option<&str>),
) -> Result<(), Problem> {
    let record = with_place(change, record.clone(), place).await?;
    let text = written(Kind::Service, &record)?;
    Ok(editing::store::add_service(change, id, organisation, &text).await?)
}

async fn with_place(change: &mut Change, mut record: Fields, place: Option<&str>) -> Result<Fields, Problem> {
    let Some(place) = place else { return Ok(record) };
    let site = editing::store::add_site(change, place).await?;
    let at = SiteOfService { site: site.to_string(), ..SiteOfService::default() };
    let at = serde_json::to_value(at).map_err(Problem::broken)?;
    match record.get_mut("sites").and_then(Value::as_array_mut) {
        Some(sites) => sites.push(at),
        None => drop(record.insert("sites".to_owned(), Value::Array(vec![at]))),
    }
    Ok(record)
}

pub(super) fn written(kind: Kind, record: &Fields) -> Result<String, Problem> {
    revision::written(kind, record).ok_or_else(|| Problem::broken("a record that cannot be written"))
}

/// The organisation that a new service is to belong to.
pub(super) fn organisation_of(wanted: &Wanted) -> Result<Id<Organisation>, Problem> {
    let base = revision::fields(&wanted.base);
    let id = base.get("organisation").and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    id.ok_or_else(|| Problem::broken("a new service of no organisation"))
}

/// What a new service is made from.
pub(super) fn base_of_new(organisation: Id<Organisation>) -> String {
    serde_json::json!({"organisation": organisation.to_string()}).to_string()
}

pub(super) fn act(action: &'static str, kind: Kind, entry: Id<Entry>, detail: String) -> Act {
    Act { action, object: format!("{}:{entry}", kind.word()), purpose: None, detail }
}

/// Who acts, as the history names them.
pub(super) fn actor(visit: &Visit) -> Result<String, Problem> {
    Ok(visit.viewer()?.actor().to_string())
}

/// The page of a record.
pub(super) fn path(kind: Kind, entry: Id<Entry>) -> String {
    match kind {
        Kind::Organisation => format!("/directory/organisations/{entry}"),
        Kind::Service => format!("/directory/edit/{entry}"),
        Kind::Site => format!("/directory/sites/{entry}/change"),
    }
}
