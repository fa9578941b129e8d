//! Every chart is well-formed XML, whatever its labels and lengths, and prints what it was given.

use proptest::prelude::*;

use super::*;

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("</title></svg><script>alert(1)</script>".to_owned()),
        Just("\"><g onload='x'>&amp;&#0;]]>".to_owned()),
        Just("A falls prevention and strength class for people of seventy and more, run".to_owned()),
        Just("منطقة \u{202e}abc 漢字".to_owned()),
    ]
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![
        (0_u64..5_000_000, hostile()).prop_map(|(n, text)| Mark::count(n, text)),
        (any::<f64>(), hostile()).prop_map(|(n, text)| Mark::new(n, text)),
        hostile().prop_map(Mark::hidden),
    ]
}

fn heading() -> impl Strategy<Value = Heading> {
    (hostile(), hostile(), hostile()).prop_map(|(id, title, description)| Heading { id, title, description })
}

fn check(chart: &Chart) {
    for svg in std::iter::once(&chart.wide).chain(&chart.narrow) {
        let document = roxmltree::Document::parse(svg).expect("well-formed");
        let root = document.root_element();
        let pressed =
            document.descendants().any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "a")));
        assert_eq!(root.attribute("role"), Some(if pressed { "group" } else { "img" }));
        let named: Vec<&str> = root.attribute("aria-labelledby").unwrap_or_default().split(' ').collect();
        for (id, name) in named.iter().zip(["title", "desc"]) {
            let node = document.descendants().find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", name)));
            assert_eq!(node.and_then(|n| n.attribute("id")), Some(*id));
        }
        for node in document.descendants() {
            assert!(!node.has_tag_name("script") && !node.has_tag_name("g"), "only what we draw");
            for number in ["x", "y", "width", "height", "r"].iter().filter_map(|a| node.attribute(*a)) {
                let number: f64 = number.parse().expect("a number");
                assert!(number.is_finite());
            }
        }
    }
    roxmltree::Document::parse(&chart.table.html()).expect("the table too");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn ranges_are_drawn_from_zero_whatever_their_ends(
        heading in heading(),
        rows in prop::collection::vec((hostile(), mark(), mark(), hostile(), hostile()), 0..12),
    ) {
        let row = |(label, least, most, words, note)| RangeBar { label, least, most, words, note, tone: Tone::Plum };
        let table = Table { caption: String::new(), columns: vec![], rows: vec![] };
        check(&Ranges { heading, rows: rows.into_iter().map(row).collect(), table }.draw());
    }

    #[test]
    fn bars_are_well_formed(
        heading in heading(),
        rows in prop::collection::vec((hostile(), prop::collection::vec(mark(), 0..4)), 0..6),
        suffix in hostile(),
    ) {
        let series = [Tone::Blue, Tone::Plum, Tone::Teal].map(|tone| Series { name: suffix.clone(), suffix: suffix.clone(), tone });
        let rows = rows.into_iter().map(|(label, marks)| Bar { label, marks }).collect();
        check(&Bars { heading, row_heading: suffix, series: series.to_vec(), rows }.draw());
    }

    #[test]
    fn funnels_are_well_formed(
        heading in heading(),
        steps in prop::collection::vec((hostile(), mark(), prop::option::of(mark()), prop::option::of(mark())), 0..6),
    ) {
        let steps = steps.into_iter().map(|(label, left, removed, not_known)| FunnelStep { label, left, removed, not_known });
        check(&Funnel { heading, steps: steps.collect() }.draw());
    }

    #[test]
    fn cumulative_bars_are_well_formed(
        heading in heading(),
        before in any::<f64>(),
        rows in prop::collection::vec((hostile(), mark()), 0..6),
    ) {
        let rows = rows.into_iter().map(|(label, adds)| Gain { label, adds }).collect();
        check(&CumulativeBars { heading, row_heading: "Who".into(), value_heading: "Adds".into(), before, whole: 10.0, rows }.draw());
    }

    #[test]
    fn maps_are_well_formed(
        heading in heading(),
        squares in prop::collection::vec((hostile(), 0..350_u32, 0..650_u32, mark()), 0..40),
        places in prop::collection::vec((hostile(), 0..700_000_u32, 0..1_300_000_u32), 0..8),
        known in any::<bool>(),
        linked in any::<bool>(),
        reach in prop_oneof![Just(0.0), Just(8000.0)],
    ) {
        let place = |(name, e, n): (String, u32, u32)| Place { name, easting: e.into(), northing: n.into() };
        let places: Vec<Place> = places.into_iter().map(place).collect();
        let link = |p: &Place| linked.then(|| Link { to: format!("#{}", p.name), name: p.name.clone() });
        let markers = places.iter().map(|p| {
            Marker { text: p.name.chars().take(3).collect(), easting: p.easting, northing: p.northing, reach, link: link(p) }
        });
        let markers = markers.collect();
        let outline = vec![places.iter().map(|p| (p.easting, p.northing)).collect()];
        let ground = if known { Ground::Known { outline, places } } else { Ground::Grid };
        let square = |(name, e, n, mark): (String, u32, u32, Mark)| {
            let ring = square_ring((f64::from(e) * 2000.0, f64::from(n) * 2000.0), 2000.0);
            MapCell { name, rings: vec![ring], mark }
        };
        let cells = squares.into_iter().map(square).collect();
        let hidden_words = vec![("≤7".to_owned(), "7 or fewer".to_owned())];
        let map = CountMap { heading, counted: "People".into(), ground, cell: "Square".into(), cells, markers, hidden_words };
        check(&map.draw());
    }
}

#[test]
fn markers_that_lead_somewhere_stand_beside_each_other_and_others_become_one() {
    let marker = |(at, link): (u32, bool)| Marker {
        text: at.to_string(),
        easting: 400_000.0,
        northing: 500_000.0 + f64::from(at),
        reach: 0.0,
        link: link.then(|| Link { to: format!("#s-{at}"), name: "Knees & hips".into() }),
    };
    let drawn = |link: bool| {
        let map = CountMap {
            heading: Heading::new("where", "Where", "Numbers"),
            counted: "What".into(),
            ground: Ground::Grid,
            cell: "Number".into(),
            cells: Vec::new(),
            markers: (1..=3).map(|at| marker((at, link))).collect(),
            hidden_words: Vec::new(),
        };
        let chart = map.draw();
        check(&chart);
        chart.wide
    };
    assert!(drawn(false).contains(">1, 2, 3</text>"));
    let linked = drawn(true);
    let document = roxmltree::Document::parse(&linked).expect("well-formed");
    let links = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "a")));
    let links: Vec<_> = links.map(|node| (node.attribute("href"), node.attribute("aria-label"))).collect();
    let names = ["1: Knees & hips", "2: Knees & hips", "3: Knees & hips"];
    assert_eq!(
        links,
        [("#s-1", names[0]), ("#s-2", names[1]), ("#s-3", names[2])].map(|(a, b)| (Some(a), Some(b)))
    );
    let pills = document.descendants().filter(|node| node.attribute("rx").is_some());
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok()).expect("a number");
    let sides: Vec<(f64, f64)> =
        pills.map(|pill| (number(pill.attribute("x")), number(pill.attribute("width")))).collect();
    for pair in sides.windows(2) {
        assert!(
            pair[0].0 + pair[0].1 <= pair[1].0 + 0.2 && pair[0].1 >= 24.0,
            "none lies over another: {sides:?}"
        );
    }
}

#[test]
fn a_hidden_value_is_hatched_and_zero_has_no_bar() {
    let series = vec![Series { name: "People".into(), suffix: String::new(), tone: Tone::Blue }];
    let rows = vec![
        Bar { label: "Some".into(), marks: vec![Mark::count(120, "120")] },
        Bar { label: "None".into(), marks: vec![Mark::count(0, "0")] },
        Bar { label: "Few".into(), marks: vec![Mark::hidden("≤7")] },
    ];
    let heading = Heading::new("bars", "A title", "A description");
    let chart = Bars { heading, row_heading: "Kind".into(), series, rows }.draw();
    assert_eq!(chart.wide.matches("url(#c-bars-w-h0)").count(), 1);
    assert!(chart.wide.contains(r#"width="0" height="22""#));
    assert!(chart.table.html().contains("<span>≤7</span>"));
    assert!(chart.narrow.is_some_and(|svg| svg.contains("≤7")));
}

#[test]
fn a_length_that_cannot_be_drawn_is_hidden() {
    for length in [f64::NAN, f64::INFINITY, -1.0] {
        assert_eq!(Mark::new(length, "?").length(), None);
    }
}
