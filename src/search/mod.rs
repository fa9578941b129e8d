//! One box that searches everything that a viewer may see. The words come in a form, so that no address holds them.

use askama::Template;
use web::{Access, Answer, Form, Hit, Room, Routes, Visit};

/// The search.
pub fn room() -> Room {
    Room::new(Routes::new().post("/search", Access::SignedIn, found))
}

/// Longer lists are of no use: better words are.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "search/found.html")]
struct Found<'a> {
    words: &'a str,
    hits: &'a [Hit],
    more: bool,
}

async fn found(visit: Visit, typed: Form) -> Answer {
    let words: String = typed.text("words").chars().take(200).collect();
    let mut hits = Vec::new();
    if !words.is_empty() {
        let mut session = visit.read().await?;
        for search in visit.house.site.cards.iter().filter_map(|card| card.search) {
            hits.extend(search(visit.asker(&mut session)?, &words).await?);
        }
    }
    let more = hits.len() > MOST;
    hits.truncate(MOST);
    visit.page("Search", &Found { words: &words, hits: &hits, more })
}
