//! The forms of a definition, and what each shows beside it: how many it is about, in a population of one's choice.

use std::collections::BTreeSet;

use ground::database::Session;
use planning::population::kept::Kind;
use planning::population::{Entry, store as catalogue};
use web::{Also, Choice, Field, FieldKind, Form, FormView, Problem};

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

/// `typed` is what was chosen of it, if anything was: only then are the codes of a list needed.
pub(super) async fn there(session: &mut Session, typed: Option<&Form>) -> Result<There, Problem> {
    let codes = store::names_of_code_lists(session).await?;
    let ticked: BTreeSet<&str> =
        typed.into_iter().flat_map(|typed| [typed.all("codes"), typed.all("no_codes")].concat()).collect();
    let mut chosen = Vec::new();
    for (id, _) in codes.iter().filter(|(id, _)| ticked.contains(id.to_string().as_str())) {
        chosen.extend(store::code_list(session, *id).await?);
    }
    let offered = Offered { codes, chosen, lists: catalogue::names_of_lists(session).await? };
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
