//! The answers. Whoever asks first after a change waits for the feed to be written, and everybody after that gets it from memory.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse as _, Response};
use offers::catalogue::{Catalogue, Catalogues, Published, PublishedService, PublishedSite};
use serde_json::json;
use vocabulary::Id;
use web::{Answer, Json, Problem, Visit, day_of};

use super::question::{Page, Question};

/// What is public, and written.
struct Feed(Arc<Catalogue>);

impl Feed {
    async fn of(visit: &Visit) -> Result<Self, Problem> {
        let today = day_of((visit.house.clock)());
        let catalogues = visit.house.shelf.of::<Catalogues>();
        let catalogue = catalogues.recent(&mut visit.read().await?, today).await?;
        if catalogue.already_published().is_none() {
            // It takes a second of a large directory, in which others are to be answered.
            let catalogue = catalogue.clone();
            let written = tokio::task::spawn_blocking(move || {
                catalogue.published();
            })
            .await;
            written.map_err(Problem::broken)?;
        }
        Ok(Self(catalogue))
    }

    fn published(&self) -> &Published {
        self.0.published()
    }
}

/// The identifier in the path.
type Named = Result<Path<String>, PathRejection>;

/// What is no text identifies nothing.
fn named(id: Named) -> Result<String, Problem> {
    id.map(|Path(id)| id).map_err(|_| Problem::NotFound)
}

/// Puts a page of a list together, with counts that are true.
fn page<T>(all: &[T], page: Page, item: impl Fn(&T) -> String) -> Response {
    let pages = all.len().div_ceil(page.size);
    let behind = (page.number - 1).saturating_mul(page.size).min(all.len());
    let items: Vec<String> = all[behind..].iter().take(page.size).map(item).collect();
    let about = json!({
        "total_items": all.len(),
        "total_pages": pages,
        "page_number": page.number,
        "size": items.len(),
        "first_page": page.number == 1,
        "last_page": page.number >= pages,
        "empty": items.is_empty(),
    });
    let about = about.to_string();
    let about = about.strip_suffix('}').unwrap_or(&about);
    Json(format!("{about},\"contents\":[{}]}}", items.join(","))).into_response()
}

fn one(found: Option<String>) -> Answer {
    Ok(Json(found.ok_or(Problem::NotFound)?).into_response())
}

/// What this API is.
pub(super) async fn about(_: Visit) -> Answer {
    let about = json!({
        "version": "HSDS-UK-3.0",
        "profile": "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md",
        "openapi_url": "https://docs.openreferraluk.org/en/latest/openapi30.json",
    });
    one(Some(about.to_string()))
}

pub(super) async fn services(visit: Visit) -> Answer {
    let question = Question::of(&visit)?;
    let (asked, full, wanted) = (question.page()?, question.full()?, question.wanted()?);
    let feed = Feed::of(&visit).await?;
    let found = feed.published().services(&wanted);
    Ok(page(&found, asked, |service| if full { service.whole() } else { service.in_list().to_owned() }))
}

pub(super) async fn service(visit: Visit, id: Named) -> Answer {
    let id = Id::parse(&named(id)?).map_err(|_| Problem::NotFound)?;
    let feed = Feed::of(&visit).await?;
    one(feed.published().service(id).map(PublishedService::whole))
}

pub(super) async fn sites(visit: Visit) -> Answer {
    let question = Question::of(&visit)?;
    let (asked, full, mut wanted) = (question.page()?, question.full()?, question.wanted()?);
    let feed = Feed::of(&visit).await?;
    wanted.near = question.near(&feed.0)?;
    let found = feed.published().sites(&wanted);
    let item = |(service, site): &(&PublishedService, &PublishedSite)| {
        if full { site.whole(service) } else { site.in_list(service) }
    };
    Ok(page(&found, asked, item))
}

pub(super) async fn site(visit: Visit, id: Named) -> Answer {
    let feed = Feed::of(&visit).await?;
    one(feed.published().site(&named(id)?).map(|(service, site)| site.whole(service)))
}

pub(super) async fn taxonomies(visit: Visit) -> Answer {
    let asked = Question::of(&visit)?.page()?;
    let feed = Feed::of(&visit).await?;
    let all: Vec<_> = feed.published().taxonomies.taxonomies.values().collect();
    Ok(page(&all, asked, ToString::to_string))
}

pub(super) async fn taxonomy(visit: Visit, id: Named) -> Answer {
    let feed = Feed::of(&visit).await?;
    one(feed.published().taxonomies.taxonomy(&named(id)?).map(|taxonomy| taxonomy.to_string()))
}

pub(super) async fn terms(visit: Visit) -> Answer {
    let asked = Question::of(&visit)?.page()?;
    let feed = Feed::of(&visit).await?;
    let all: Vec<_> = feed.published().taxonomies.terms.values().collect();
    Ok(page(&all, asked, ToString::to_string))
}

pub(super) async fn term(visit: Visit, id: Named) -> Answer {
    let feed = Feed::of(&visit).await?;
    one(feed.published().taxonomies.terms.get(&named(id)?).map(ToString::to_string))
}
