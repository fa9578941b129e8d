//! The forms of a definition, and what each shows beside it: how many it is about, in a population of one's choice.

use ground::database::Session;
use planning::population::kept::Kind;
use planning::population::{Entry, store as catalogue};
use web::{Also, Choice, Field, FieldKind, FormView, Problem};

use super::code_lists::Offered;
use super::{Version, answers, store};

/// Populations of people, the newest first.
pub(super) async fn populations(session: &mut Session) -> Result<Vec<Entry>, Problem> {
    let mut entries = catalogue::list(session).await?;
    entries.retain(|entry| entry.kind == Kind::People);
    entries.reverse();
    Ok(entries)
}

/// The same form, which counts while it is filled in.
fn with_count(form: FormView, populations: &[Entry], action: String) -> FormView {
    let Some(first) = populations.first() else { return form };
    let choices = populations.iter().map(|entry| Choice::new(entry.id.to_string(), &entry.name)).collect();
    let mut fields = vec![
        Field::new(FieldKind::Select(choices), "population", "Count them in which population?")
            .hinted("While you describe them. The definition itself is of no one population.")
            .valued(first.id.to_string()),
    ];
    fields.extend(form.fields);
    let button =
        Also { action: action.clone(), name: "", value: String::new(), words: "See how many".to_owned() };
    let also = form.also.into_iter().chain([button]).collect();
    FormView { fields, also, live: Some(action), ..form }
}

/// What the questions choose from.
pub(super) struct There {
    populations: Vec<Entry>,
    pub(super) cohorts: Vec<Version>,
    pub(super) offered: Offered,
}

pub(super) async fn there(session: &mut Session) -> Result<There, Problem> {
    let offered = Offered {
        codes: store::code_lists(session).await?,
        lists: catalogue::names_of_lists(session).await?,
    };
    let (populations, cohorts) = (populations(session).await?, store::newest(session).await?);
    Ok(There { populations, cohorts, offered })
}

pub(super) fn new_form(there: &There) -> FormView {
    with_count(
        answers::form(&there.cohorts, &there.offered),
        &there.populations,
        "/cohorts/new/count".to_owned(),
    )
}

pub(super) fn change_form(shown: &Version, populations: &[Entry]) -> FormView {
    let form = FormView {
        title: format!("Change {}", shown.name()),
        lead: vec![
            "The definition as TOML (the guide's page on cohorts says what a criterion may ask). What you keep is the next \
             version; this one stays as it is, and so does every run that was made with it."
                .to_owned(),
        ],
        action: format!("{}/change", shown.path()),
        fields: vec![
            Field::new(FieldKind::Words, "text", "Definition").valued(shown.text.clone()),
            Field::new(FieldKind::Text, "note", "Why you change it").hinted("Whoever looks at an older run sees this."),
        ],
        button: "Keep as the next version",
        back: Some((shown.path(), "Back")),
        ..FormView::default()
    };
    with_count(form, populations, format!("{}/count", shown.path()))
}
