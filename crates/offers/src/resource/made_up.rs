//! An invented library for the demonstration: self-care sheets in several forms and languages.

use ground::files::parse_definition;
use serde::Deserialize;
use vocabulary::Day;

use super::{Format, Library, PracticeNote, Resource};

const RESOURCES: &str = include_str!("made_up.toml");

/// Languages into which printed sheets are translated now and then: every so many.
const TRANSLATED: [(&str, &str, usize); 3] = [("pl", "Polish", 6), ("ro", "Romanian", 9), ("ur", "Urdu", 11)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    resource: Vec<Titled>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Titled {
    title: String,
    purpose: String,
    body_region: Option<String>,
    formats: Vec<String>,
    stage: String,
    audience: Option<String>,
}

/// The library of a county on a day, and the name of its list.
pub fn library(county: &str, today: Day) -> (String, Library) {
    let document: Document = parse_definition("made_up.toml", RESOURCES)
        .unwrap_or_else(|error| unreachable!("what ships is read by a test: {error}"));
    let mut library = Library::default();
    let owner = format!("{county} Joint and Muscle Service");
    for (number, titled) in document.resource.iter().enumerate() {
        let key = format!("sheet-{:02}", number + 1);
        for format in titled.formats.iter().filter_map(|format| Format::parse(format)) {
            let resource = resource(titled, format, &owner, number, today);
            library.resources.insert(format!("{key}-{}", format.key()), resource.clone());
            for (code, name, every) in TRANSLATED {
                if format == Format::Print && number % every == 0 {
                    let title = format!("{} ({name})", titled.title);
                    let other =
                        Resource { title, language: code.to_owned(), stock: Some(40), ..resource.clone() };
                    library.resources.insert(format!("{key}-{}-{code}", format.key()), other);
                }
            }
        }
    }
    library.rows_read = library.resources.len() as u64;
    (format!("{county} self-care library"), library)
}

fn resource(titled: &Titled, format: Format, owner: &str, number: usize, today: Day) -> Resource {
    let printed = matches!(format, Format::Print | Format::LargePrint | Format::EasyRead);
    let days = i32::try_from(number).unwrap_or(0);
    // Some are due for another look already.
    let review_on = Day::from_days(today.days() + (days * 37) % 700 - 60);
    let note = PracticeNote {
        text: "Go through the first two exercises together and tick them; people then do them at home."
            .to_owned(),
        source: Some("A physiotherapist's tip".to_owned()),
        adopted_by: vec![owner.to_owned()],
    };
    Resource {
        title: titled.title.clone(),
        format,
        version: format!("{}", 1 + number % 3),
        language: if format == Format::Bsl { "bfi" } else { "en" }.to_owned(),
        owner: owner.to_owned(),
        purpose: Some(titled.purpose.clone()),
        audience: titled.audience.clone(),
        body_region: titled.body_region.clone(),
        stage: Some(titled.stage.clone()),
        licence: Some("CC BY 4.0".to_owned()),
        review_on: Some(review_on),
        url: (!printed).then(|| format!("https://www.joints.example/sheets/{}", number + 1)),
        where_given: printed.then(|| "Clinics, libraries and leisure centres".to_owned()),
        stock: printed.then(|| 25 * (1 + u32::try_from(number * 7 % 12).unwrap_or(0))),
        practice_notes: if titled.title.contains("exercises") { vec![note] } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::Day;

    use super::library;

    #[test]
    fn a_few_dozen_sheets_in_several_forms_and_languages() {
        let today = Day::of(2026, 9, 1).expect("a day");
        let (name, library) = library("Quernshire", today);
        assert_eq!(name, "Quernshire self-care library");
        assert!((36..80).contains(&library.resources.len()), "{}", library.resources.len());
        for language in ["en", "pl", "ro", "ur", "bfi"] {
            assert!(library.resources.values().any(|one| one.language == language), "{language}");
        }
        assert!(library.resources.values().all(|one| one.purpose.is_some() && one.stage.is_some()));
        assert!(library.resources.values().any(|one| one.review_on.is_some_and(|day| day < today)));
    }
}
