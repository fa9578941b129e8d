//! A definition, written from what was answered on the form: the same TOML that an analyst would write.

use std::fmt::Write as _;

use vocabulary::{Condition, Day};

use crate::toml_text::quoted;

/// What was answered. What is left out asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    pub(super) name: String,
    /// A plural that can begin or end a sentence.
    pub(super) people: String,
    /// Years, both included.
    pub(super) age: (Option<i32>, Option<i32>),
    pub(super) sex: Option<&'static str>,
    /// Any of these.
    pub(super) with: Vec<Condition>,
    /// Or so many weeks on a waiting list.
    pub(super) waiting_weeks: Option<i32>,
    /// None of these.
    pub(super) without: Vec<Condition>,
    /// The two tenths of small areas that are most deprived, three, …
    pub(super) most_deprived: Option<i32>,
    pub(super) contact_since: Option<Day>,
    pub(super) place_known: bool,
    pub(super) practices: Vec<String>,
    /// Other cohorts: how, what each is called, and its criteria as TOML.
    pub(super) others: Vec<(Beside, String, String)>,
}

/// How another cohort comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Only those who are also in it.
    Within,
    /// Everybody in it besides.
    Or,
    /// Nobody in it.
    Without,
}

impl Answers {
    /// Nothing was answered: everybody. Others who come in besides change nothing of that.
    pub(super) fn asks_nothing(&self) -> bool {
        let narrows = |(how, ..): &(Beside, String, String)| *how != Beside::Or;
        let alone = Self { others: Vec::new(), ..self.clone() };
        alone == Self::default() && !self.others.iter().any(narrows)
    }

    /// TOML.
    pub(super) fn written(&self) -> String {
        let mut text = format!(
            "format = 1\nname = {}\nversion = \"1\"\npeople = {}\n",
            quoted(&self.name),
            quoted(&self.people)
        );
        for (name, test) in self.with_others() {
            // Writing to a text cannot fail.
            let _ = write!(text, "\n[[criterion]]\nname = {}\n{test}\n", quoted(&name));
        }
        text
    }

    /// The criteria, and what other cohorts make of them.
    fn with_others(&self) -> Vec<(String, String)> {
        let mut criteria = self.criteria();
        for (how, called, inner) in &self.others {
            match how {
                Beside::Within => {
                    criteria
                        .push((format!("Also in: {called}"), format!("include = {{ criteria = {inner} }}")));
                }
                Beside::Without => {
                    criteria
                        .push((format!("Not in: {called}"), format!("exclude = {{ criteria = {inner} }}")));
                }
                Beside::Or => {
                    let own: Vec<String> = criteria.iter().map(|(_, test)| format!("{{ {test} }}")).collect();
                    let own = own.join(", ");
                    let either =
                        format!("include = {{ any = [{{ criteria = [{own}] }}, {{ criteria = {inner} }}] }}");
                    criteria = vec![(format!("As described here, or in: {called}"), either)];
                }
            }
        }
        criteria
    }

    /// What was answered here, criterion by criterion: a name and its test.
    fn criteria(&self) -> Vec<(String, String)> {
        let mut criteria = Vec::new();
        let mut add = |name: String, test: String| criteria.push((name, test));
        match self.age {
            (None, None) => {}
            (Some(from), None) => {
                add(format!("{from} or over"), format!("include = {{ age = {{ from = {from} }} }}"));
            }
            (None, Some(to)) => {
                add(format!("{to} or under"), format!("include = {{ age = {{ to = {to} }} }}"));
            }
            (Some(from), Some(to)) => {
                add(
                    format!("From {from} to {to}"),
                    format!("include = {{ age = {{ from = {from}, to = {to} }} }}"),
                );
            }
        }
        if let Some(sex) = self.sex {
            add(format!("Sex is {sex}"), format!("include = {{ sex = {} }}", quoted(sex)));
        }
        let mut any: Vec<String> =
            self.with.iter().map(|one| format!("{{ condition = {} }}", quoted(one.key()))).collect();
        let mut words: Vec<String> = self.with.iter().map(|one| one.words().to_owned()).collect();
        if let Some(weeks) = self.waiting_weeks {
            any.push(format!(
                "{{ all = [{{ waiting = true }}, {{ waiting_weeks = {{ from = {weeks} }} }}] }}"
            ));
            words.push(format!("has waited {weeks} weeks or more"));
        }
        if !any.is_empty() {
            let name = format!("Any of: {}", words.join(", "));
            add(name, format!("include = {{ any = [\n    {},\n] }}", any.join(",\n    ")));
        }
        if let Some(most) = self.most_deprived {
            let name = format!("Lives in the most deprived {} per cent of small areas", most * 10);
            add(name, format!("include = {{ imd = {{ to = {most} }} }}"));
        }
        for one in &self.without {
            let name = format!("No record of {}", one.words());
            add(name, format!("exclude = {{ condition = {} }}", quoted(one.key())));
        }
        if let Some(day) = self.contact_since {
            let name = format!("In contact with a service since {}", day.in_words());
            add(name, format!("include = {{ last_activity = {{ from = {day} }} }}"));
        }
        if !self.practices.is_empty() {
            let codes: Vec<String> = self.practices.iter().map(|code| quoted(code)).collect();
            add(
                "Registered with one of these practices".to_owned(),
                format!("include = {{ practice = [{}] }}", codes.join(", ")),
            );
        }
        if self.place_known {
            add("Place is known".to_owned(), "include = { place = \"known\" }".to_owned());
        }
        criteria
    }
}

#[cfg(test)]
mod tests {
    use planning::cohort::criteria_of;

    use super::{Answers, Beside};
    use crate::cohort_room::understood;
    use vocabulary::{Condition, Day};

    #[test]
    fn what_was_answered_is_a_definition() {
        let all = Answers {
            name: "Knees \"and\" hips\u{7f}".into(),
            people: "adults with sore knees".into(),
            age: (Some(18), Some(80)),
            sex: Some("female"),
            with: vec![Condition::Osteoarthritis, Condition::BackPain],
            waiting_weeks: Some(6),
            without: vec![Condition::Dementia],
            most_deprived: Some(2),
            contact_since: Some(Day::parse("2025-09-01").expect("a day")),
            place_known: true,
            practices: vec!["C83001".into()],
            others: Vec::new(),
        };
        let cohort = understood(&all.written()).expect("understood");
        assert_eq!((cohort.name.as_str(), cohort.criteria.len()), ("Knees \"and\" hips\u{7f}", 8));
        let plain = Answers {
            name: "Everybody".into(),
            people: "people".into(),
            age: (Some(18), None),
            ..Answers::default()
        };
        assert_eq!(understood(&plain.written()).expect("understood").criteria.len(), 1);
        // Other cohorts: one becomes a criterion more, and "or" makes one of all of them.
        let inner = criteria_of(&all.written()).expect("its criteria");
        for (how, criteria) in [(Beside::Within, 2), (Beside::Without, 2), (Beside::Or, 1)] {
            let with =
                Answers { others: vec![(how, "Knees, version 1".into(), inner.clone())], ..plain.clone() };
            let text = with.written();
            assert_eq!(
                understood(&text).unwrap_or_else(|why| panic!("{why}\n{text}")).criteria.len(),
                criteria
            );
        }
    }
}
