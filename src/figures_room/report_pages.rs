//! The report that is released with the figures: to those who decide while it waits, and to those who read once it is released.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use web::{Answer, Problem, Visit};

use super::{Figures, State, files, queue_pages, shown_pages};
use crate::data_path::DataPath;
use crate::match_room::parted;

async fn frozen(visit: &Visit, figures: &Figures) -> Result<String, Problem> {
    let place = files::report(&visit.house.shelf.of::<DataPath>().folder, figures.id);
    match tokio::fs::read_to_string(&place).await {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Problem::NotFound),
        Err(error) => Err(Problem::broken(error)),
    }
}

/// As it was frozen, with its style apart: our pages take none that stands among them.
async fn page(visit: &Visit, figures: &Figures, style: &str) -> Answer {
    let text = frozen(visit, figures).await?;
    let (before, _, after) = parted(&text).ok_or_else(|| Problem::broken("a report without a style"))?;
    let page = format!("{before}<link rel=\"stylesheet\" href=\"{style}\">{after}");
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

async fn style(visit: &Visit, figures: &Figures) -> Answer {
    let text = frozen(visit, figures).await?;
    let (_, style, _) = parted(&text).ok_or_else(|| Problem::broken("a report without a style"))?;
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], style.to_owned()).into_response())
}

/// One that waits, or is released: of any other nothing is kept.
async fn to_look_at(visit: &Visit, id: &str) -> Result<Figures, Problem> {
    let figures = queue_pages::one(visit, id).await?;
    let kept = matches!(figures.state, State::Waiting | State::Released);
    if kept { Ok(figures) } else { Err(Problem::NotFound) }
}

pub(super) async fn asked(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = to_look_at(&visit, &id).await?;
    page(&visit, &figures, &format!("/releases/{}/report.css", figures.id)).await
}

pub(super) async fn asked_style(visit: Visit, Path(id): Path<String>) -> Answer {
    style(&visit, &to_look_at(&visit, &id).await?).await
}

pub(super) async fn asked_summary(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = to_look_at(&visit, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"figures.json\""),
    ];
    Ok((headers, figures.summary).into_response())
}

pub(super) async fn released(visit: Visit, Path(id): Path<String>) -> Answer {
    let figures = shown_pages::one(&visit, &id).await?;
    page(&visit, &figures, &format!("/figures/{}/report.css", figures.id)).await
}

pub(super) async fn released_style(visit: Visit, Path(id): Path<String>) -> Answer {
    style(&visit, &shown_pages::one(&visit, &id).await?).await
}
