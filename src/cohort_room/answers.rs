//! The questions by which a definition is made without code.

use planning::cohort::inner_of;
use vocabulary::Condition;
use web::{Choice, Errors, Field, FieldKind, Form, FormView, capital};

use super::Version;
use super::code_lists::Offered;
use super::writing::{Answers, Beside, Window};

const MOST_NAME: usize = 120;
const SEXES: [(&str, &str); 2] = [("female", "Women and girls"), ("male", "Men and boys")];

fn conditions(name: &'static str, label: &str) -> Field {
    let choices =
        Condition::ALL.into_iter().map(|one| Choice::new(one.key(), capital(one.words()))).collect();
    Field::new(FieldKind::Checkboxes(choices), name, label)
}

/// Fields that bring another cohort in: how, the field, its label.
const BESIDE: [(Beside, &str, &str); 3] = [
    (Beside::Within, "within", "Only those who are also in (optional)"),
    (Beside::Without, "not_in", "Without those who are in (optional)"),
    (Beside::Or, "or_in", "Together with everybody in (optional)"),
];
/// The word for the definition that comes with Meres.
const SHIPPED: &str = "shipped";

pub(super) fn form(cohorts: &[Version], offered: &Offered) -> FormView {
    let mut others =
        vec![Choice::new(SHIPPED, "Adults with joint or back pain, or waiting (comes with Meres)")];
    others.extend(cohorts.iter().map(|one| Choice::new(one.id.to_string(), one.name())));
    let others =
        BESIDE.iter().map(|(_, field, label)| Field::new(FieldKind::Select(others.clone()), field, *label));

    let deprived = [
        ("2", "The most deprived fifth"),
        ("3", "The most deprived three tenths"),
        ("5", "The most deprived half"),
    ];
    FormView {
        title: "Describe a cohort".to_owned(),
        lead: vec![
            "Each answer becomes a criterion; what you leave open asks nothing. What is not known of a person neither includes \
             nor excludes them."
                .to_owned(),
        ],
        action: "/cohorts/new".to_owned(),
        fields: [vec![
            Field::new(FieldKind::Text, "name", "What it is called").hinted("For example: Knee and hip pain, Gainsborough"),
            Field::new(FieldKind::Text, "people", "Who they are, as a report says it")
                .hinted("For example: adults with knee or hip pain"),
            Field::new(FieldKind::Text, "from", "Youngest age (optional)"),
            Field::new(FieldKind::Text, "to", "Oldest age (optional)"),
            Field::new(
                FieldKind::Select(SEXES.iter().map(|(word, name)| Choice::new(*word, *name)).collect()),
                "sex",
                "Sex",
            )
            .hinted("Leave it for everybody"),
            conditions("with", "Who has any of these"),
            Field::new(FieldKind::Text, "weeks", "Or has been on a waiting list for at least so many weeks (optional)"),
            conditions("without", "Without those who have any of these"),
            Field::new(
                FieldKind::Select(deprived.iter().map(|(word, name)| Choice::new(*word, *name)).collect()),
                "deprived",
                "Where they live, by deprivation",
            )
            .hinted("Leave it for everywhere"),
            Field::new(FieldKind::Date, "since", "In contact with any service since (optional)")
                .hinted("For example, 1 9 2025"),
            Field::new(FieldKind::Words, "practices", "Only these practices (optional)")
                .hinted("Their codes, such as C83001, with spaces or lines between them"),
            Field::new(
                FieldKind::Checkboxes(vec![Choice::new("yes", "Only people whose place is known")]),
                "place",
                "Place",
            )
            .valued("yes"),
        ], offered.fields(), others.collect()].concat(),
        button: "Keep it",
        back: Some(("/cohorts".to_owned(), "Cohorts")),
        ..FormView::default()
    }
}

/// Whether it has to have its name by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Now,
    Later,
}

pub(super) fn answered(
    typed: &Form,
    (cohorts, offered): (&[Version], &Offered),
    errors: &mut Errors,
    named: Named,
) -> Answers {
    let mut words = |field: &'static str, missing: &str, meanwhile: &str| match typed.text(field) {
        "" if named == Named::Later => meanwhile.to_owned(),
        _ => errors.needed(typed, field, MOST_NAME, missing).to_owned(),
    };
    let name = words("name", "Enter what it is called", "A cohort");
    let people = words("people", "Enter who they are", "people in the cohort");
    let mut whole = |field: &'static str, least: i32, most: i32, what: &str| {
        let text = typed.text(field);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            errors.add(field, format!("Enter {what} as a number from {least} to {most}"));
        }
        number
    };
    let age = (whole("from", 0, 120, "the youngest age"), whole("to", 0, 120, "the oldest age"));
    let waiting_weeks = whole("weeks", 0, 520, "the weeks");
    let years = whole("years", 1, 150, "the years");
    if age.0.zip(age.1).is_some_and(|(from, to)| from > to) {
        errors.add("to", "The oldest age must not be below the youngest");
    }
    let ticked = |field: &str| -> Vec<Condition> {
        typed.all(field).into_iter().filter_map(Condition::from_key).collect()
    };
    let (with, without) = (ticked("with"), ticked("without"));
    if with.iter().any(|one| without.contains(one)) {
        errors.add("without", "Somebody who must have a condition cannot be left out for it: tick it once");
    }
    let contact_since = errors.day(typed, "since", "the day");
    let practices: Vec<String> = typed
        .text("practices")
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|code| !code.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    if practices.iter().any(|code| code.len() > 12 || !code.chars().all(|c| c.is_ascii_alphanumeric())) {
        errors.add("practices", "Enter codes of practices, such as C83001");
    }
    let mut others = Vec::new();
    for (how, field, _) in BESIDE {
        let chosen = typed.text(field);
        let (called, text) = match cohorts.iter().find(|one| one.id.to_string() == chosen) {
            _ if chosen.is_empty() => continue,
            Some(version) => (version.name(), version.text.as_str()),
            None if chosen == SHIPPED => {
                ("Adults with joint or back pain, or waiting".to_owned(), super::SHIPPED)
            }
            None => {
                errors.add(field, "Choose one of these cohorts");
                continue;
            }
        };
        match inner_of(text) {
            Some(inner) => others.push((how, called, inner)),
            None => errors.add(field, "This cohort cannot stand within another"),
        }
    }
    let coded = offered.coded(typed, "codes", errors);
    let window = years.filter(|_| !coded.is_empty()).map_or(Window::Ever, Window::Years);
    let answers = Answers {
        name,
        people,
        age,
        sex: SEXES.iter().map(|(word, _)| *word).find(|word| *word == typed.text("sex")),
        with,
        waiting_weeks,
        without,
        most_deprived: typed.text("deprived").parse().ok().filter(|most| (1..=9).contains(most)),
        contact_since,
        place_known: typed.text("place") == "yes",
        practices,
        // How long ago is asked of codes alone.
        coded: (coded, window),
        not_coded: offered.coded(typed, "no_codes", errors),
        listed: offered.listed(typed, "lists", errors),
        not_listed: offered.listed(typed, "no_lists", errors),
        others,
    };
    if let Some(name) = answers.clash() {
        let field = BESIDE.iter().map(|(_, field, _)| *field).find(|field| !typed.text(field).is_empty());
        errors
            .add(field.unwrap_or("codes"), format!("Two lists are called {name}, and they are not the same"));
    }
    let asks_nothing =
        Answers { name: String::new(), people: String::new(), ..answers.clone() }.asks_nothing();
    if errors.is_empty() && asks_nothing {
        errors.add("from", "Answer at least one question about the people");
    }
    answers
}
