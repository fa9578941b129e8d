//! Worked matches: people who do not exist, run through the same rules and the same offers as everybody else.

use matching::{
    Found, Mobility, People, Person, Plan, Service, Sex, judge, match_cohort, reasons_in_words,
    what_would_change,
};
use vocabulary::{Condition as C, GridPoint, Topic, TopicSet, and_list};

use super::need_counts::unmet;
use super::tallies::Tallies;
use super::{WorkedMatch, WorkedPerson, corner_of};

/// Works out the matches of a few made-up people who live at a place of the map.
pub(super) fn worked_people(plan: &Plan, tallies: &Tallies, home: Option<GridPoint>) -> Vec<WorkedPerson> {
    // A table of minutes knows the places that it has, and no others.
    let minutes = plan.rules().measure.minutes();
    let home = home.map(|home| minutes.and_then(|minutes| minutes.table.place_near(home)).unwrap_or(home));
    // What the extract says of that part of the map: of the person who lives nearest to the middle of the square.
    let nearest = home.and_then(|home| tallies.nearest.get(&corner_of(home)));
    let (county, area) = nearest.map_or((None, None), |nearest| (nearest.county, nearest.area));
    made_up_people(plan)
        .into_iter()
        .map(|(name, mut about, mut person)| {
            (person.place, person.county, person.area) = (home, county, area);
            let Worked { matches, without } = worked(plan, &person);
            let without: Vec<&str> = without.iter().map(Topic::words).collect();
            if !without.is_empty() {
                about = format!("{about} Nothing was found that helps with {}.", and_list(&without));
            }
            WorkedPerson { name, about, matches }
        })
        .collect()
}

/// What one person is offered, and what of their needs nothing meets.
pub(super) struct Worked {
    pub(super) matches: Vec<WorkedMatch>,
    pub(super) without: TopicSet,
}

/// Matches one person alone, with the reasons in words.
pub(super) fn worked(plan: &Plan, person: &Person) -> Worked {
    let mut people = People::default();
    people.push(person);
    let found = match_cohort(plan, &people, &[0], &|_| {});
    let rules = plan.rules();
    let ranked: Vec<(&Service, Found)> = found
        .iter()
        .flat_map(|part| &part.matches)
        .filter_map(|m| {
            let service = &plan.services()[m.service as usize];
            Some((service, judge(rules, person, service).ok()?))
        })
        .collect();
    let outcomes = found.iter().flat_map(|part| &part.people);
    let without = outcomes.map(|one| unmet(*one)).fold(TopicSet::EMPTY, TopicSet::or);
    let matches = ranked
        .iter()
        .enumerate()
        .map(|(place, (service, found))| WorkedMatch {
            rank: place + 1,
            service: service.called(),
            service_id: service.service_id.clone(),
            provider: service.provider_called(),
            venue: service.venue.clone(),
            reasons: reasons_in_words(rules, person, service, found),
            would_change: what_would_change(rules, person, &ranked, place),
            score: found.score,
        })
        .collect();
    Worked { matches, without }
}

fn made_up_people(plan: &Plan) -> Vec<(String, String, Person)> {
    let year = plan.rules().index_date.year();
    let born = |age: i32| Some(year - age);
    let recent = Some(plan.rules().index_date);
    let everyday = Person {
        mobility: Some(Mobility::NoDifficulty),
        has_car: Some(true),
        internet: Some(true),
        waiting: Some(false),
        last_activity: recent,
        imd: Some(5),
        ..Person::default()
    };
    vec![
        (
            "Margaret, 71".to_owned(),
            "Her knees hurt on the stairs and she has put on weight since she stopped walking to town. She has no car \
             and does not use the internet."
                .to_owned(),
            Person {
                birth_year: born(71),
                sex: Some(Sex::Female),
                imd: Some(3),
                conditions: [C::Osteoarthritis, C::Obesity].into_iter().collect(),
                mobility: Some(Mobility::WalksWithAid),
                has_car: Some(false),
                internet: Some(false),
                ..everyday
            },
        ),
        (
            "Dean, 46".to_owned(),
            "He has had back pain for years and low mood with it. He has been on a waiting list for 20 weeks, and \
             money is tight."
                .to_owned(),
            Person {
                birth_year: born(46),
                sex: Some(Sex::Male),
                imd: Some(1),
                conditions: [C::BackPain, C::Depression].into_iter().collect(),
                waiting: Some(true),
                waiting_weeks: Some(20),
                ..everyday
            },
        ),
        (
            "Zofia, 58".to_owned(),
            "She lives with rheumatoid arthritis, is often tired, and would rather speak another language than \
             English. Her record does not say whether she has diabetes."
                .to_owned(),
            Person {
                birth_year: born(58),
                sex: Some(Sex::Female),
                conditions: [C::RheumatoidArthritis].into_iter().collect(),
                conditions_not_known: [C::Diabetes].into_iter().collect(),
                language: 1,
                ..everyday
            },
        ),
        (
            "Harold, 84".to_owned(),
            "He has fallen twice this year, his bones are thin, and he no longer leaves the house.".to_owned(),
            Person {
                birth_year: born(84),
                sex: Some(Sex::Male),
                imd: Some(6),
                conditions: [C::Frailty, C::Falls, C::Osteoporosis].into_iter().collect(),
                mobility: Some(Mobility::Housebound),
                has_car: Some(false),
                internet: None,
                ..everyday
            },
        ),
    ]
}
