use vocabulary::{Topic, TopicSet};

use super::{DEFAULT_WORDS, Document, Found, Index, Words};

fn documents() -> Vec<Document<'static>> {
    let topics = |list: &[Topic]| list.iter().copied().collect::<TopicSet>();
    vec![
        Document {
            name: "Strong legs",
            organisation: "Leisure Trust",
            topics: topics(&[Topic::Strength, Topic::Pain]),
            terms: vec!["exercise for joint pain"],
            description: "Exercise for people whose knees or hips hurt.",
            places: vec!["Marlham"],
            ..Document::default()
        },
        Document {
            name: "Warm water exercise",
            topics: topics(&[Topic::Strength, Topic::Pain]),
            terms: vec!["hydrotherapy"],
            description: "Gentle movement in a warm pool.",
            places: vec!["Otterbridge"],
            ..Document::default()
        },
        Document {
            name: "Coffee and chat",
            topics: topics(&[Topic::CarersAndCompany]),
            terms: vec!["social groups"],
            description: "A relaxed morning for people who would like more company.",
            places: vec!["Marlham"],
            ..Document::default()
        },
        Document {
            name: "Benefits advice",
            topics: topics(&[Topic::Money]),
            terms: vec!["benefits advice"],
            description: "What you can claim, and help with the forms.",
            places: vec!["Otterbridge"],
            ..Document::default()
        },
    ]
}

fn found(text: &str) -> Found {
    let words = Words::default();
    Index::new(&words, documents()).search(&words, text)
}

fn order(text: &str) -> Vec<u32> {
    found(text).hits.iter().map(|hit| hit.document).collect()
}

#[test]
fn plain_words_find_what_no_service_says() {
    assert_eq!(order("my knee hurts on the stairs")[0], 0);
    assert_eq!(order("I am so lonely")[0], 2);
    assert_eq!(order("money is tight")[0], 3);
    assert_eq!(order("hydrotherapy")[0], 1);
    let stairs = found("my knee hurts on the stairs");
    assert!(stairs.topics.holds(Topic::Strength) && stairs.topics.holds(Topic::Pain) && !stairs.urgent);
}

#[test]
fn a_town_tips_the_scales_and_is_not_all_that_counts() {
    assert_eq!(order("hydrotherapy in Marlham")[0], 1);
    let mut there = order("Marlham");
    there.sort_unstable();
    assert_eq!(there, [0, 2]);
}

#[test]
fn what_means_nothing_finds_nothing() {
    for text in [
        "",
        "   ",
        "the of and",
        "I want to go",
        "xyzzyx",
        "?!",
        "1234567",
        "\u{1F9B5}\u{1F9B5}",
        "\u{202E}\u{0}",
    ] {
        let found = found(text);
        assert!(found.hits.is_empty() && found.corrected.is_none() && !found.urgent, "{text:?}: {found:?}");
    }
}

#[test]
fn a_slip_is_mended_and_said_and_what_is_known_is_left() {
    for (text, corrected) in [
        ("hidrotherapy", Some("hydrotherapy")),
        ("Hydrotherpay pool", Some("hydrotherapy pool")),
        ("benfits", Some("benefits")),
        ("knwe pain", Some("knee pain")),
        ("knee pain", None),
        ("kne", None),
        ("can't", None),
        ("Marlam coffee", Some("marlham coffee")),
    ] {
        assert_eq!(found(text).corrected.as_deref(), corrected, "{text}");
    }
}

#[test]
fn an_emergency_is_heard_however_it_is_said() {
    for text in [
        "chest pain",
        "I have got a pain in my chest",
        "I can't control my bladder",
        "lost control of my bowels since Tuesday",
        "numb between the legs",
        "I feel numb down between my legs",
        "sudden weakness in one arm",
        "my knee is hot and swollen and I have a fever",
        "hot swolen knee",
        "I fell and can't stand",
        "fell down the stairs and cannot get up",
        "I want to die",
        "I don't want to live any more",
        "thinking of suicide",
        "I can't breathe",
        "back pain and I have wet myself",
        "I can't put weight on it",
        "cant put weight on my leg",
        "can't bear weight on my knee",
        "numbness down below",
        "pins and needles both legs",
        "blood clot",
        "fever and back pain",
        "unexplained weight loss and back pain",
        "had cancer and now back pain",
        "temperature and shivering",
        "can't go on",
        "emergency",
        "999",
        "urgent help",
        "when should I see someone",
    ] {
        assert!(found(text).urgent, "{text}");
    }
    for text in [
        "my knee hurts on the stairs",
        "I fell last year and want to be steadier",
        "lonely since my husband died, want company",
        "heart attack three months ago",
        "had a stroke",
        "get fit",
        "out of breath and can't climb the hill",
        "weak legs, can't get out of the chair",
        "need a break, hip pain",
        "can't put my socks on",
        "swollen knee",
        "I can't stand for long",
        "can't walk far",
        "lose weight",
    ] {
        assert!(!found(text).urgent, "{text}");
    }
}

#[test]
fn hostile_texts_are_harmless() {
    let long = "knee ".repeat(2_000);
    let letters = "x".repeat(10_000);
    let many = ["wrodaa ", "paiin ", "kneez ", "hidro "].concat().repeat(500);
    for text in [
        long.as_str(),
        &letters,
        &many,
        "(((((.*)+)+)+$ [a-z]{1,99} \\d+ | knee",
        "'; DROP TABLE service; --",
        "<script>alert(1)</script>",
        "\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{627}\u{644}\u{631}\u{643}\u{628}\u{629}",
        "\u{202E}eenk\u{202C}\u{0}\u{7}",
        "e\u{301}e\u{301}e\u{301}",
        "\u{FDFA}".repeat(500).as_str(),
    ] {
        let found = found(text);
        assert!(found.corrected.is_none_or(|text| text.len() < 8_000));
        assert!(found.hits.iter().all(|hit| hit.score.is_finite()));
    }
    assert_eq!(order(&long)[0], 0);
}

#[test]
fn the_same_again_and_ties_by_number() {
    assert_eq!(found("exercise in Marlham"), found("exercise in Marlham"));
    let words = Words::default();
    let twice = ["Tai chi", "Tai chi"].map(|name| Document { name, ..Document::default() });
    let hits = Index::new(&words, twice).search(&words, "tai chi").hits;
    assert_eq!(hits.iter().map(|hit| hit.document).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(hits[0].score.to_bits(), hits[1].score.to_bits());
    assert!(Index::new(&words, []).search(&words, "tai chi").hits.is_empty());
}

#[test]
fn a_mistake_in_the_words_is_said_at_its_line() {
    for (text, line) in [
        ("format = 2", 1),
        ("format = 1\n[[phrase]]\nsays = [\"sore\"]\ntopics = { sore = 1.0 }", 4),
        ("format = 1\n[[phrase]]\nsays = [\"sore\"]\ntopics = { pain = 2.0 }", 4),
        ("format = 1\nignored = [\"the\"]\n[[phrase]]\nsays = [\"the\"]", 4),
        ("format = 1\n[forms]\nfell = \"to fall\"", 3),
        ("format = 1\nunknown = 1", 2),
    ] {
        let error = Words::parse("words.toml", text).expect_err(text);
        assert_eq!(error.line, line, "{error}");
    }
    Words::parse("words.toml", DEFAULT_WORDS).expect("the words that ship");
}

#[test]
fn a_county_adds_its_own_words_to_those_that_ship() {
    let services = [Document { name: "Wolds walk", ..Document::default() }];
    let found =
        |words: &Words| Index::new(words, services.iter().cloned()).search(words, "jitty jaunt").hits.len();
    let ships = Words::default();
    assert_eq!(found(&ships), 0);
    let own = "format = 1\n[[phrase]]\nsays = [\"jitty jaunt\"]\nlooks_for = [\"walk\"]";
    let words = Words::default().with("words.toml", own).expect("words");
    assert_eq!(found(&words), 1);
    let knee = Index::new(&words, services.iter().cloned()).search(&words, "my knee hurts on the stairs");
    assert!(!knee.topics.is_empty(), "those that ship are still known");
}

#[test]
fn what_people_mean_is_not_mended() {
    for text in [
        "stay overnight",
        "a blood test",
        "it took long",
        "I heard of it",
        "in good shape",
        "one flight of stairs",
    ] {
        assert_eq!(found(text).corrected, None, "{text}");
    }
}
