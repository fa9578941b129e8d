//! What a service costs: nothing, an amount each time, or words.

use offers::directory::{CostOption, Service};
use offers::wording::{pence, pounds};
use web::{Choice, Errors, Field, FieldKind, Form};

/// What the record says: which way, amount, words.
fn said(record: &Service) -> (&'static str, String, String) {
    let words = record.fees.clone().unwrap_or_default();
    match record.cost_options.as_slice() {
        [] if words.is_empty() => ("", String::new(), String::new()),
        [] if words.eq_ignore_ascii_case("free") => ("free", String::new(), String::new()),
        [only] if only.pence == Some(0) && is_plain(only) => ("free", String::new(), words),
        [only] if is_plain(only) && only.pence.is_some() => {
            ("amount", pounds(only.pence.unwrap_or_default()), words)
        }
        _ => ("words", String::new(), words),
    }
}

/// It says an amount and nothing else.
fn is_plain(option: &CostOption) -> bool {
    CostOption { pence: option.pence, ..CostOption::default() } == *option
}

pub(super) fn questions(record: &Service) -> [Field; 3] {
    let (way, amount, words) = said(record);
    let ways = [
        ("free", "It is free"),
        ("amount", "The same amount each time"),
        ("words", "Something else, in words"),
        ("", "Not known"),
    ];
    let ways = ways.map(|(value, label)| Choice::new(value, label)).to_vec();
    [
        Field::new(FieldKind::Radios(ways), "cost", "What does it cost?").valued(way),
        Field::new(FieldKind::Text, "amount", "The amount each time")
            .hinted("In pounds, like 3.50. Only where it is the same amount each time.")
            .valued(amount.trim_start_matches('£')),
        Field::new(FieldKind::Text, "fees", "More about the cost (optional)")
            .hinted("For example: free for members, others £2.")
            .valued(words),
    ]
}

/// The record with what was answered; one whose answers are as before keeps all that it says of its cost.
pub(super) fn answered(typed: &Form, record: &mut Service, errors: &mut Errors) {
    let (way, amount, words) = (typed.text("cost"), typed.text("amount"), typed.text("fees"));
    let known = said(record);
    if (way, amount, words) == (known.0, known.1.trim_start_matches('£'), known.2.as_str()) {
        return;
    }
    if words.chars().count() > 500 {
        errors.add("fees", "This must be 500 characters or fewer");
    }
    let words = Some(words.to_owned()).filter(|words| !words.is_empty());
    let priced = |pence| vec![CostOption { pence: Some(pence), ..CostOption::default() }];
    match way {
        "free" => {
            record.cost_options = priced(0);
            record.fees = words;
        }
        "amount" => {
            let Some(pence) = pence(amount) else {
                errors.add("amount", "Enter an amount in pounds, like 3.50");
                return;
            };
            record.cost_options = priced(pence);
            record.fees = words;
        }
        "words" => {
            if words.is_none() {
                errors.add("fees", "Enter what it costs, in words");
            }
            if known.0 != "words" {
                record.cost_options.clear();
            }
            record.fees = words;
        }
        _ => {
            record.cost_options.clear();
            record.fees = words;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Service, answered, pence};
    use offers::directory::CostOption;
    use web::{Errors, Form};

    fn after(record: &Service, typed: &str) -> (Service, Vec<(String, String)>) {
        let (mut record, mut errors) = (record.clone(), Errors::default());
        answered(&Form::parse(typed.as_bytes()).expect("a form"), &mut record, &mut errors);
        (record, errors.all().to_vec())
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        let cases =
            [("3.50", Some(350)), ("£4", Some(400)), ("3.5", Some(350)), ("3,50", None), ("-1", None)];
        for (text, expected) in cases {
            assert_eq!(pence(text), expected, "{text}");
        }
    }

    #[test]
    fn what_it_costs_stays_as_it_was_said_unless_something_else_is_answered() {
        let options = vec![
            CostOption { pence: Some(400), option: Some("Adults".into()), ..CostOption::default() },
            CostOption { pence: Some(200), option: Some("Children".into()), ..CostOption::default() },
        ];
        let record = Service { cost_options: options, ..Service::default() };
        assert_eq!(after(&record, "cost=words&amount=&fees=").0, record);
        let (free, errors) = after(&record, "cost=free&amount=&fees=");
        assert_eq!((free.cost_options.len(), free.cost_options[0].pence, errors.len()), (1, Some(0), 0));
        assert_eq!(after(&record, "cost=amount&amount=some&fees=").1[0].0, "amount");
        assert_eq!(after(&Service::default(), "cost=words&amount=&fees=").1[0].0, "fees");
    }
}
