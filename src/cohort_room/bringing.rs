//! A definition that was written elsewhere comes in, as TOML: a file, or pasted.

use ground::database::Act;
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Visit};

use super::{Version, is_too_long, store, understood};

fn form() -> FormView {
    FormView {
        title: "Bring a definition".to_owned(),
        lead: vec![
            "A cohort as TOML: one that was taken from here, or that was written for the command line. The guide's page on cohorts \
             says what a criterion may ask."
                .to_owned(),
        ],
        action: "/cohorts/bring".to_owned(),
        fields: vec![
            Field::new(FieldKind::Files { accept: ".toml", several: false, in_pieces: None }, "file", "The definition, as a file"),
            Field::new(FieldKind::Words, "text", "Or the definition itself"),
        ],
        button: "Keep it",
        back: Some(("/cohorts".to_owned(), "Cohorts")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    visit.form_page(&form())
}

pub(super) async fn act(visit: Visit, typed: Form) -> Answer {
    let mut errors = Errors::default();
    let file = typed.uploads("file").next().map(|file| String::from_utf8(file.bytes.to_vec()));
    let pasted = typed.exact("text").to_owned();
    let text = match (file, pasted.trim().is_empty()) {
        (Some(Ok(text)), true) => text,
        (Some(Err(_)), true) => {
            errors.add("file", "This file holds no text (UTF-8)");
            String::new()
        }
        (Some(_), false) => {
            errors.add("text", "Send a file or enter the definition, not both");
            pasted
        }
        (None, true) => {
            errors.add("file", "Choose a file, or enter the definition");
            String::new()
        }
        (None, false) => pasted,
    };
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    if errors.is_empty() {
        if is_too_long(&text) {
            errors.add("text", "The definition is too long: leave codes away, or make two definitions of it");
        } else if let Err(why) = understood(&text) {
            errors.add("text", format!("The definition cannot be used: {why}"));
        }
    }
    if !errors.is_empty() {
        let mut again = form().again(&typed, errors);
        // What stood in a file can be mended here.
        if !is_too_long(&text) {
            again.fields[1].value = text;
        }
        return visit.form_page(&again);
    }
    let mut change = access::acting(&visit).await?;
    let made = Version::first(&change, text, visit.viewer()?.actor().to_string());
    store::add(&mut change, &made).await?;
    let detail = format!("{}; brought as TOML", made.name());
    change.commit(Act { action: "cohort.add", object: made.id.to_string(), purpose: None, detail }).await?;
    Visit::to(&format!("{}?done=kept", made.path()))
}
