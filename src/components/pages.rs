//! The page of components.

use askama::Template;
use axum::response::IntoResponse as _;
use charts::{Bar, Bars, CountMap, Ground, Heading, MapCell, Mark, Series, Tone, square_ring};
use web::{
    Access, Answer, Cell, Choice, Dialog, Errors, Field, FieldKind, Figure, Form, FormView, Html, Listing,
    Page, Problem, Progress, Room, Routes, Summary, Table, Visit,
};

/// The page of components.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/demo/components", Access::Door, page)
        .post("/demo/components", Access::Door, act)
        .get("/demo/components/progress", Access::Door, progress);
    Room::new(routes)
}

#[derive(Template)]
#[template(path = "components/page.html")]
struct Components {
    form: Html,
    summary: Html,
    table: Html,
    bars: Html,
    map: Html,
    progress: Html,
    dialog: Html,
}

#[derive(Template)]
#[template(
    source = "<p>Being asked to move more can be worrying. Most people feel a little sore at first, and better within weeks.</p>",
    ext = "html"
)]
struct Words;

fn in_a_demonstration(visit: &Visit) -> Result<(), Problem> {
    if visit.house.site.demo { Ok(()) } else { Err(Problem::NotFound) }
}

fn form() -> FormView {
    let days = ["Monday", "Wednesday", "Friday"].map(|day| Choice::new(day.to_lowercase(), day));
    let ways = vec![
        Choice::new("walk", "Walking"),
        Choice::new("bus", "By bus").hinted("Stops within 400 metres are shown."),
        Choice::new("car", "By car"),
    ];
    let halls = ["Saltby Leisure Centre", "Wold End Village Hall"].map(|hall| Choice::new(hall, hall));
    FormView {
        action: "/demo/components".to_owned(),
        fields: vec![
            Field::new(FieldKind::Text, "name", "Name of the group").hinted("As people know it."),
            Field::new(FieldKind::Date, "first", "First meeting").hinted("For example, 27 3 2026"),
            Field::new(FieldKind::Postcode, "postcode", "Postcode of the place"),
            Field::new(FieldKind::Select(halls.to_vec()), "hall", "Hall"),
            Field::new(FieldKind::Checkboxes(days.to_vec()), "days", "Days").hinted("Choose all that apply."),
            Field::new(FieldKind::Radios(ways), "way", "How do most people come?"),
            Field::new(FieldKind::Words, "about", "What happens there"),
        ],
        button: "Check",
        ..FormView::default()
    }
}

fn summary() -> Summary {
    Summary::default().line("Place", "Saltby Leisure Centre").line("Cost", "Free").line("Step-free", "")
}

fn table(visit: &Visit) -> Result<Table, Problem> {
    let mut rows = vec![
        ("Chair exercise", 12, "Open", "green"),
        ("Knee school", 0, "Full", "red"),
        ("Tai chi for balance", 7, "Waiting list", "yellow"),
        ("Walking for beginners", 25, "Open", "green"),
    ];
    let listing = Listing::read(&visit.path)?;
    match listing.sort {
        1 => rows.sort_by_key(|row| row.1),
        _ => rows.sort_by_key(|row| row.0),
    }
    if listing.descending {
        rows.reverse();
    }
    let row = |(name, places, text, colour): (&str, i64, &'static str, &'static str)| {
        vec![Cell::text(name), Cell::Number(places), Cell::Tag { text, colour }]
    };
    let mut columns = Table::sorted_columns(&["Group", "Places"]);
    columns.extend(Table::plain_columns(&["State"]));
    Ok(Table {
        caption: "Groups".to_owned(),
        columns,
        rows: rows.into_iter().map(row).collect(),
        paging: None,
        listing,
        empty: "There is no group.",
    })
}

fn bars() -> Bars {
    let bar = |label: &str, mark| Bar { label: label.to_owned(), marks: vec![mark] };
    Bars {
        heading: Heading::new(
            "needs",
            "Strength is asked for most",
            "People by what they need. Small numbers are hidden.",
        ),
        row_heading: "Topic".to_owned(),
        series: vec![Series { name: "People".to_owned(), suffix: String::new(), tone: Tone::Blue }],
        rows: vec![
            bar("Strength", Mark::count(1_235, "1,235")),
            bar("Pain", Mark::count(940, "940")),
            bar("Falls prevention", Mark::count(310, "310")),
            bar("Money", Mark::hidden("≤7")),
        ],
    }
}

fn map() -> CountMap {
    let cell = |(name, east, north, mark): (&str, f64, f64, Mark)| MapCell {
        name: name.to_owned(),
        rings: vec![square_ring((east, north), 5_000.0)],
        mark,
    };
    let cells = [
        ("Saltby", 490_000.0, 335_000.0, Mark::count(430, "430")),
        ("Wold End", 495_000.0, 335_000.0, Mark::count(120, "120")),
        ("Fenmarch", 490_000.0, 340_000.0, Mark::count(55, "55")),
        ("Low Fen", 495_000.0, 340_000.0, Mark::hidden("≤7")),
    ];
    CountMap {
        heading: Heading::new(
            "where",
            "Most people live around Saltby",
            "Squares of 5 kilometres, invented.",
        ),
        counted: "People".to_owned(),
        ground: Ground::Grid,
        cell: "Square".to_owned(),
        cells: cells.map(cell).to_vec(),
        markers: Vec::new(),
        hidden_words: vec![("≤7".to_owned(), "7 or fewer".to_owned())],
    }
}

fn how_far() -> Progress {
    Progress {
        address: "/demo/components/progress".to_owned(),
        done: 3,
        total: Some(8),
        sentence: "3 of 8 files read".to_owned(),
        ended: false,
    }
}

fn shown(visit: &Visit, form: &FormView) -> Answer {
    in_a_demonstration(visit)?;
    let dialog = Dialog {
        id: "worried",
        button: "Am I making it worse?",
        title: "Am I making it worse?",
        content: Html::of(&Words)?,
    };
    let content = Components {
        form: form.html(visit)?,
        summary: summary().html()?,
        table: table(visit)?.html()?,
        bars: Figure::of(&bars().draw()).html()?,
        map: Figure::of(&map().draw()).html()?,
        progress: how_far().html()?,
        dialog: dialog.html()?,
    };
    let checked = Form::parse(visit.path.split_once('?').map_or("", |(_, asked)| asked).as_bytes())?;
    let done = (checked.text("done") == "checked").then_some("Everything was filled in");
    Ok(Page::new(visit, "Components").saying(done).with(&content)?.into_response())
}

async fn page(visit: Visit) -> Answer {
    shown(&visit, &form())
}

/// Checks what was typed, and keeps nothing.
async fn act(visit: Visit, typed: Form) -> Answer {
    in_a_demonstration(&visit)?;
    let mut errors = Errors::default();
    errors.needed(&typed, "name", 60, "Enter the name of the group");
    if errors.day(&typed, "first", "the first meeting").is_none() && errors.of("first").is_none() {
        errors.add("first", "Enter the day of the first meeting");
    }
    if errors.postcode(&typed, "postcode").is_none() && errors.of("postcode").is_none() {
        errors.add("postcode", "Enter the postcode of the place");
    }
    if typed.all("days").is_empty() {
        errors.add("days", "Choose at least one day");
    }
    if errors.is_empty() {
        return Visit::to("/demo/components?done=checked");
    }
    shown(&visit, &form().again(&typed, errors))
}

async fn progress(visit: Visit) -> Answer {
    in_a_demonstration(&visit)?;
    Ok(how_far().event())
}
