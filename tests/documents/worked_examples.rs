//! The manual of the matching: examples worked out by the code, one for each thing that the rules say.

use std::fmt::Write as _;

use matching::{
    Catchment, Mobility, People, Person, Plan, Refusal, Route, RuleSet, Service, Sex, judge, match_cohort,
    reasons_in_words, what_would_change,
};
use vocabulary::{Condition, Day, GridPoint, Topic};

const HOME: GridPoint = GridPoint { easting: 500_000, northing: 350_000 };

/// A woman of 71 with osteoarthritis, a car and the internet, in a middling place.
fn margaret() -> Person {
    Person {
        birth_year: Some(1955),
        sex: Some(Sex::Female),
        place: Some(HOME),
        county: Some(0),
        area: Some(12),
        imd: Some(5),
        conditions: [Condition::Osteoarthritis].into_iter().collect(),
        waiting: Some(false),
        mobility: Some(Mobility::NoDifficulty),
        has_car: Some(true),
        internet: Some(true),
        last_activity: Day::of(2026, 6, 1).ok(),
        ..Person::default()
    }
}

/// A free strength and pain class 5 km away, for adults within 10 km.
fn class() -> Service {
    Service {
        sid: 1,
        name: Some("Steady Steps".to_owned()),
        place: Some(GridPoint { easting: 503_000, northing: 354_000 }),
        county: Some(0),
        radius: 10_000,
        offers: [Topic::Strength, Topic::Pain].into_iter().collect(),
        min_age: 18,
        cost: Some(0),
        step_free: Some(true),
        ..Service::default()
    }
}

struct Example {
    title: &'static str,
    says: &'static str,
    person: Person,
    service: Service,
}

fn example(
    title: &'static str,
    says: &'static str,
    change: impl FnOnce(&mut Person, &mut Service),
) -> Example {
    let (mut person, mut service) = (margaret(), class());
    change(&mut person, &mut service);
    Example { title, says, person, service }
}

fn examples() -> Vec<Example> {
    let has = |conditions: &[Condition]| conditions.iter().copied().collect();
    vec![
        example("An ordinary match", "Two topics of weight 4, halfway to the edge.", |_, _| {}),
        example(
            "On the edge",
            "A person exactly on the radius is inside and gets no points for being near.",
            |_, s| {
                s.radius = 5_000;
            },
        ),
        example("Beyond the edge", "One metre further out is too far.", |_, s| s.radius = 4_999),
        example("No car", "Without a car the journey costs points: 5,000 div 25 = 200.", |p, _| {
            p.has_car = Some(false);
        }),
        example("No car, and they bring you", "A service with transport costs no journey.", |p, s| {
            p.has_car = Some(false);
            s.transport = true;
        }),
        example("Car or not is not known", "Not known never adds and never subtracts.", |p, _| {
            p.has_car = None;
        }),
        example("A price", "£5 at decile 5: 500 × (11 − 5) div 50 = 60 points.", |_, s| {
            s.cost = Some(500);
        }),
        example(
            "The same price where people have less",
            "At decile 1 it weighs 500 × 10 div 50 = 100 points.",
            |p, s| {
                p.imd = Some(1);
                s.cost = Some(500);
            },
        ),
        example(
            "Free where people have less",
            "At decile 3 or below a free offer gains 120 points.",
            |p, _| {
                p.imd = Some(3);
            },
        ),
        example("A price that is not known", "It costs no points and is never called free.", |p, s| {
            p.imd = Some(1);
            s.cost = None;
        }),
        example("Her own language", "An offer in a person's preferred language gains 200 points.", |p, s| {
            p.language = 2;
            s.languages = 0b101;
        }),
        example("Areas", "By area the points fall by 1 each 25 m.", |_, s| {
            s.catchment = Catchment::Areas;
            s.area_mask = 1 << 12;
        }),
        example("Another area", "", |_, s| {
            s.catchment = Catchment::Areas;
            s.area_mask = 1 << 11;
        }),
        example("Her area is not known", "An area that is not known is in no catchment by area.", |p, s| {
            p.area = None;
            s.catchment = Catchment::Areas;
            s.area_mask = 1 << 12;
        }),
        example("County-wide", "By county the points fall by 1 each 50 m.", |_, s| {
            s.catchment = Catchment::County;
        }),
        example("Online", "Online there is no distance: 350 points.", |_, s| s.catchment = Catchment::Online),
        example("Online, and the internet is not known", "Kept, with a word to check.", |p, s| {
            p.internet = None;
            s.catchment = Catchment::Online;
        }),
        example("Online without the internet", "", |p, s| {
            p.internet = Some(false);
            s.catchment = Catchment::Online;
        }),
        example("Nothing that she needs", "", |_, s| s.offers = [Topic::Money].into_iter().collect()),
        example("Too young", "", |_, s| s.min_age = 72),
        example("Too old", "", |_, s| s.max_age = 70),
        example("For men", "", |_, s| s.sex = Some(Sex::Male)),
        example(
            "For people with back pain or gout",
            "Any one of the conditions asked for is enough; she has none.",
            |_, s| {
                s.required = has(&[Condition::BackPain, Condition::Gout]);
            },
        ),
        example("Not for people with osteoarthritis", "", |_, s| {
            s.excluded = has(&[Condition::Osteoarthritis]);
        }),
        example(
            "Not for people with gout, and hers is not known",
            "Kept, with a word to ask first.",
            |p, s| {
                p.conditions_not_known = has(&[Condition::Gout]);
                s.excluded = has(&[Condition::Gout]);
            },
        ),
        example(
            "By way of a recent contact",
            "Her last contact was more than a year before the index date.",
            |p, s| {
                p.last_activity = Day::of(2025, 8, 31).ok();
                s.route = Route::RecentContact;
            },
        ),
        example("From a waiting list only", "", |_, s| s.route = Route::WaitingList),
        example("In a wheelchair, and there are steps", "", |p, s| {
            p.mobility = Some(Mobility::Wheelchair);
            s.step_free = Some(false);
        }),
        example(
            "In a wheelchair, and nobody says whether there are steps",
            "Nobody in a wheelchair is sent where there may be steps.",
            |p, s| {
                p.mobility = Some(Mobility::Wheelchair);
                s.step_free = None;
            },
        ),
        example(
            "Walking with an aid, and nobody says whether there are steps",
            "Kept, with a word to ask first.",
            |p, s| {
                p.mobility = Some(Mobility::WalksWithAid);
                s.step_free = None;
            },
        ),
        example("Housebound", "Step-free does not help whoever cannot leave the house.", |p, _| {
            p.mobility = Some(Mobility::Housebound);
        }),
        example("Housebound, and they come to her", "", |p, s| {
            p.mobility = Some(Mobility::Housebound);
            s.home_visit = true;
        }),
        example(
            "How she gets about is not known",
            "Counts as no difficulty, with a word to check.",
            |p, _| {
                p.mobility = None;
            },
        ),
        example("Her place is not known", "Then only online offers can be matched.", |p, _| p.place = None),
    ]
}

fn refusal_in_words(refusal: Refusal) -> String {
    match refusal {
        Refusal::NothingNeeded => "it offers nothing that the person needs".to_owned(),
        Refusal::AgeNotKnown => "the person's age is not known".to_owned(),
        Refusal::TooYoung { from } => format!("it is for people of {from} and over"),
        Refusal::TooOld { to } => format!("it is for people up to {to}"),
        Refusal::OtherSex => "it is for the other sex".to_owned(),
        Refusal::WithoutRequiredCondition => {
            "it asks for a condition that the person does not have".to_owned()
        }
        Refusal::HasExcluded(condition) => format!("it is not for people with {}", condition.words()),
        Refusal::NoRecentContact => "it asks for a contact in the last year".to_owned(),
        Refusal::NotOnWaitingList => "it is only for people on a waiting list".to_owned(),
        Refusal::NotStepFree => "there are steps, or nobody says that there are none".to_owned(),
        Refusal::OnlyByGoingThere => "one has to go there".to_owned(),
        Refusal::PlaceNotKnown => "the place is not known".to_owned(),
        Refusal::TooFar { metres, radius } => format!("it is {metres} m away and reaches {radius} m"),
        Refusal::TooManyMinutes { minutes, at_most } => {
            format!("it is {minutes} minutes away and reaches {at_most}")
        }
        Refusal::NotInTable => "the table of minutes does not have it".to_owned(),
        Refusal::OtherArea => "it is for other areas".to_owned(),
        Refusal::OtherCounty => "it is for another county".to_owned(),
        Refusal::NoInternet => "the person does not have the internet".to_owned(),
        Refusal::Clause(index) => format!("clause {} of the rule set", index + 1),
    }
}

fn work_out(text: &mut String, example: &Example) {
    let Example { title, says, person, service } = example;
    let rules = RuleSet::version_1();
    writeln!(text, "\n### {title}\n").expect("written");
    if !says.is_empty() {
        writeln!(text, "{says}\n").expect("written");
    }
    match judge(&rules, person, service) {
        Err(refusal) => writeln!(text, "No match: {}.", refusal_in_words(refusal)).expect("written"),
        Ok(found) => {
            let points = [
                (found.overlap, "topics"),
                (found.decay, "nearness"),
                (found.free_bonus, "free"),
                (found.language_bonus, "language"),
                (-found.travel_penalty, "journey"),
                (-found.cost_penalty, "price"),
            ];
            let sum: Vec<String> =
                points.iter().filter(|(n, _)| *n != 0).map(|(n, what)| format!("{n} for {what}")).collect();
            let d = found.distance.map_or_else(|| "no distance".to_owned(), |d| format!("d = {d} m"));
            writeln!(
                text,
                "Score **{}** = {}; {d}; reasons {:#x}.\n\n> {}",
                found.score,
                sum.join(", ").replace(", -", " − "),
                found.reasons.0,
                reasons_in_words(&rules, person, service, &found)
            )
            .expect("written");
        }
    }
}

/// What would change the order, for a person with three offers.
fn order(text: &mut String) {
    let named = |sid: i32, name: &str, change: &dyn Fn(&mut Service)| {
        let mut service = Service { sid, name: Some(name.to_owned()), ..class() };
        change(&mut service);
        service
    };
    let services = vec![
        named(1, "Steady Steps", &|_| {}),
        named(2, "Pool class", &|s| s.cost = Some(600)),
        named(3, "Far class", &|s| {
            s.place = Some(GridPoint { easting: 500_000, northing: 358_500 });
        }),
    ];
    let mut people = People::default();
    people.push(&margaret());
    let plan = Plan::new(RuleSet::version_1(), services);
    let parts = match_cohort(&plan, &people, &[0], &|_| {});
    let ranked: Vec<_> = parts[0]
        .matches
        .iter()
        .map(|m| {
            let service = &plan.services()[m.service as usize];
            (service, judge(plan.rules(), &margaret(), service).expect("it was matched"))
        })
        .collect();
    text.push_str("\n## What would change the order\n\n| rank | offer | score | what would change it |\n|---|---|---|---|\n");
    for (place, (service, found)) in ranked.iter().enumerate() {
        let changes = what_would_change(plan.rules(), &margaret(), &ranked, place).join(" ");
        writeln!(text, "| {} | {} | {} | {changes} |", place + 1, service.called(), found.score)
            .expect("written");
    }
}

#[test]
fn generated_document_worked_examples() {
    let mut text = "# Rules version 1, worked\n\n\
        *Made from the code by `cargo xtask docs`; do not edit.*\n\n\
        The rule is data: [version-1.toml](../../crates/planning/src/rules/version-1.toml) holds every number, and the\n\
        guide says how to [change it](../guide/rules.md). Each example below is worked out by the program itself. The person\n\
        is Margaret, 71, with osteoarthritis: she needs *strength*, *pain* and *self-management*; decile 5, a car, the\n\
        internet. The offer is a free strength and pain class 5,000 m away for adults within 10,000 m. Each example says\n\
        what is different. Margaret is made up.\n\n## One person, one offer\n"
        .to_owned();
    examples().iter().for_each(|example| work_out(&mut text, example));
    order(&mut text);
    super::check("docs/reference/matching.md", &text);
}
