//! A definition, written from what was answered on the form: the same TOML that an analyst would write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use planning::cohort::{Inner, NamedList, lists_of};
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
    /// Or a code of any of these lists, recorded in this time.
    pub(super) coded: (Vec<Coded>, Window),
    /// No code of any of these lists, ever.
    pub(super) not_coded: Vec<Coded>,
    /// On any of these lists of people.
    pub(super) listed: Vec<String>,
    /// On none of these.
    pub(super) not_listed: Vec<String>,
    /// Other cohorts: how, what each is called, and what it says.
    pub(super) others: Vec<(Beside, String, Inner)>,
}

/// Codes that mean one thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Coded {
    pub(super) name: String,
    pub(super) system: String,
    pub(super) source: String,
    pub(super) licence: String,
    pub(super) condition: Option<Condition>,
    pub(super) codes: BTreeMap<String, String>,
}

/// When a code must have been recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Window {
    #[default]
    Ever,
    /// Counted back from the index date.
    Years(i32),
}

/// Codes beyond which what they say is left away: the definition says where the list comes from.
const MOST_TERMS: usize = 200;

impl Coded {
    /// What the definition calls it: the same list in two times is two.
    fn called(&self, window: Window) -> String {
        match window {
            Window::Ever => self.name.clone(),
            Window::Years(1) => format!("{}, last year", self.name),
            Window::Years(years) => format!("{}, last {years} years", self.name),
        }
    }

    fn written(&self, window: Window) -> String {
        let mut text = format!("\n[[code_list]]\nname = {}\n", quoted(&self.called(window)));
        // Whoever has no code of these years has not lost the condition: only the list of all years says who has it.
        if let Some(condition) = self.condition.filter(|_| window == Window::Ever) {
            let _ = writeln!(text, "condition = {}", quoted(condition.key()));
        }
        for (key, value) in [("system", &self.system), ("source", &self.source), ("licence", &self.licence)] {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
        if let Window::Years(years) = window {
            let _ = writeln!(text, "look_back_years = {years}");
        }
        let said = self.codes.len() <= MOST_TERMS;
        let line = |(code, term): (&String, &String)| {
            if said {
                format!("    {} = {},\n", quoted(code), quoted(term))
            } else {
                format!("{}=\"\",", quoted(code))
            }
        };
        let codes = self.codes.iter().map(line);
        let _ = writeln!(text, "codes = {{\n{}\n}}", codes.collect::<String>().trim_end());
        text
    }

    /// A definition of this list alone, to see whether it can stand in one.
    pub(super) fn alone(&self) -> String {
        let coded = (vec![self.clone()], Window::Ever);
        Answers { name: "x".to_owned(), people: "x".to_owned(), coded, ..Answers::default() }.written()
    }
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
        let narrows = |(how, ..): &(Beside, String, Inner)| *how != Beside::Or;
        let alone = Self { others: Vec::new(), ..self.clone() };
        alone == Self::default() && !self.others.iter().any(narrows)
    }

    /// The lists that are asked for here, as TOML.
    fn own_lists(&self) -> BTreeSet<String> {
        let coded = self.coded.0.iter().map(|list| list.written(self.coded.1));
        let of_conditions = self.coded.0.iter().filter(|list| list.condition.is_some());
        let coded = coded.chain(of_conditions.map(|list| list.written(Window::Ever)));
        let not = self.not_coded.iter().map(|list| list.written(Window::Ever));
        let people = self.listed.iter().chain(&self.not_listed);
        let people = people.map(|name| format!("\n[[list]]\nname = {}\n", quoted(name)));
        coded.chain(not).chain(people).collect()
    }

    /// A name by which two lists are called that are not the same, here or in the other cohorts.
    pub(super) fn clash(&self) -> Option<String> {
        let own = self.own_lists().into_iter().filter_map(|text| lists_of(&text)).flatten();
        let others = self.others.iter().flat_map(|(.., inner)| inner.lists.clone());
        let mut known: BTreeMap<(&str, String), String> = BTreeMap::new();
        own.chain(others).find_map(|NamedList { kind, name, text }| {
            let there = known.entry((kind, name.clone())).or_insert_with(|| text.clone());
            (*there != text).then_some(name)
        })
    }

    /// TOML.
    pub(super) fn written(&self) -> String {
        let mut text = format!(
            "format = 1\nname = {}\nversion = \"1\"\npeople = {}\n",
            quoted(&self.name),
            quoted(&self.people)
        );
        // What stands here and in another cohort too is one list, however it is written.
        let own = self.own_lists();
        let mut known: BTreeSet<NamedList> = own.iter().filter_map(|text| lists_of(text)).flatten().collect();
        text.extend(own);
        for list in self.others.iter().flat_map(|(.., inner)| &inner.lists) {
            if known.insert(list.clone()) {
                text.push_str(&list.text);
            }
        }
        for (name, test) in self.with_others() {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "\n[[criterion]]\nname = {}\n{test}", quoted(&name));
        }
        text
    }

    /// The criteria, and what other cohorts make of them.
    fn with_others(&self) -> Vec<(String, String)> {
        let mut criteria = self.criteria();
        for (how, called, inner) in &self.others {
            let inner = &inner.criteria;
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
        for list in &self.coded.0 {
            let called = list.called(self.coded.1);
            any.push(format!("{{ code_list = {} }}", quoted(&called)));
            words.push(format!("a code of: {called}"));
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
        for list in &self.not_coded {
            let name = format!("No code of: {}", list.called(Window::Ever));
            add(name, format!("exclude = {{ code_list = {} }}", quoted(&list.called(Window::Ever))));
        }
        if !self.listed.is_empty() {
            let any: Vec<String> =
                self.listed.iter().map(|name| format!("{{ list = {} }}", quoted(name))).collect();
            let name = format!("On the list: {}", self.listed.join(", or "));
            add(name, format!("include = {{ any = [{}] }}", any.join(", ")));
        }
        for name in &self.not_listed {
            add(format!("Not on the list: {name}"), format!("exclude = {{ list = {} }}", quoted(name)));
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
    use planning::cohort::inner_of;

    use super::{Answers, Beside, Coded, Window};
    use crate::cohort_room::understood;
    use vocabulary::{Condition, Day};

    fn knee() -> Coded {
        Coded {
            name: "Knee".into(),
            system: "http://snomed.info/sct".into(),
            source: "a test".into(),
            licence: "CC0".into(),
            condition: Some(Condition::Osteoarthritis),
            codes: [("239873007".into(), "Osteoarthritis of knee".into())].into(),
        }
    }

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
            coded: (vec![knee()], Window::Years(5)),
            not_coded: vec![knee()],
            listed: vec!["Waiting \"now\"".into()],
            not_listed: vec!["Came before".into()],
            others: Vec::new(),
        };
        let cohort = understood(&all.written()).expect("understood");
        assert_eq!((cohort.name.as_str(), cohort.criteria.len()), ("Knees \"and\" hips\u{7f}", 11));
        assert_eq!((cohort.code_lists.len(), cohort.lists.len()), (2, 2), "one list in two times is two");
        let plain = Answers {
            name: "Everybody".into(),
            people: "people".into(),
            age: (Some(18), None),
            ..Answers::default()
        };
        assert_eq!(understood(&plain.written()).expect("understood").criteria.len(), 1);
        // Two lists of one name would hide each other; a code list and a list of people may be called alike.
        let twin = Coded { name: "Knee, last year".into(), ..knee() };
        let clashing = Answers {
            coded: (vec![knee()], Window::Years(1)),
            not_coded: vec![twin],
            listed: vec!["Knee".into()],
            ..plain.clone()
        };
        assert_eq!(clashing.clash().as_deref(), Some("Knee, last year"));
        let alike =
            Answers { coded: (vec![knee()], Window::Ever), listed: vec!["Knee".into()], ..plain.clone() };
        assert_eq!(alike.clash(), None);
        let cohort = understood(&alike.written()).expect("understood");
        assert_eq!((cohort.code_lists.len(), cohort.lists.len()), (1, 1));
        // A long list is written in few letters, and without what its codes say.
        let many = (0..1_500).map(|code| (format!("A{code:04}"), "Arthritis".to_owned())).collect();
        let long = Coded { codes: many, system: "http://hl7.org/fhir/sid/icd-10".into(), ..knee() };
        let text = long.alone();
        assert!(text.len() < 24_000, "{}", text.len());
        assert_eq!(understood(&text).expect("understood").code_lists[0].codes.len(), 1_500);
        // Other cohorts: one becomes a criterion more, and "or" makes one of all of them.
        let mut changed = knee();
        changed.codes.insert("239872002".into(), String::new());
        let inner = inner_of(&all.written()).expect("its criteria");
        for (how, criteria) in [(Beside::Within, 2), (Beside::Without, 2), (Beside::Or, 1)] {
            let with =
                Answers { others: vec![(how, "Knees, version 1".into(), inner.clone())], ..plain.clone() };
            let text = with.written();
            assert_eq!(
                understood(&text).map(|cohort| cohort.code_lists.len()),
                Ok(2),
                "its lists come with it"
            );
            assert_eq!(
                understood(&text).unwrap_or_else(|why| panic!("{why}\n{text}")).criteria.len(),
                criteria
            );
        }
    }
}
