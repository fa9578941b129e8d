//! Rule sets, right and wrong.

use matching::RuleSet;

use super::{VERSION_1, parse_rules};

#[test]
fn the_default_file_is_version_1_to_the_last_number() {
    assert_eq!(parse_rules("version-1.toml", VERSION_1).expect("a rule set"), RuleSet::version_1());
}

#[test]
fn an_error_points_at_its_line() {
    let line_of = |text: &str| VERSION_1.lines().position(|l| l.starts_with(text)).expect("in the file") + 1;
    for (from, to, why) in [
        ("keep = 5", "keep = 0", "expected a whole number from 1 to 20"),
        ("keep = 5", "keep = \"five\"", "invalid type"),
        ("oa = [", "oaa = [", "\"oaa\" is no condition"),
        ("gout = [\"self_management\"]", "gout = [\"self\"]", "\"self\" is no topic"),
        ("strength = 4", "strength = -4", "from 0 to 1000"),
        ("radius = { start = 1000, lost_at_edge = 1000 }", "radius = { start = 1000 }", "lost_at_edge"),
        (
            "areas = { start = 1000, metres_per_point = 25 }",
            "areas = { start = 1000, metres_per_point = 0 }",
            "from 1 to 1000000",
        ),
        ("imd_from = 11", "imd_from = 9", "from 10 to 100"),
    ] {
        let text = VERSION_1.replacen(from, to, 1);
        let error = parse_rules("r.toml", &text).expect_err(to);
        assert_eq!(error.line, line_of(from), "{error}");
        assert!(error.why.contains(why), "{error}\nshould say: {why}");
    }
    let without = VERSION_1.replacen("ckd = [\"self_management\"]\n", "", 1);
    assert!(parse_rules("r.toml", &without).expect_err("missing").why.contains("\"ckd\" are missing"));
}

#[test]
fn clauses_are_read() {
    let commented: String = VERSION_1
        .lines()
        .map(|l| {
            l.strip_prefix("# ").filter(|l| l.contains(['[', '{']) || l.starts_with("name")).unwrap_or(l)
        })
        .collect::<Vec<_>>()
        .join("\n");
    let rules = parse_rules("r.toml", &commented).expect("the example in the comments works");
    assert_eq!(rules.clauses.len(), 1);
    assert_eq!(rules.clauses[0].people.age_from, Some(50));
    let empty = commented.replace("age_to = 90", "age_to = 40");
    assert!(parse_rules("r.toml", &empty).expect_err("nobody").why.contains("nobody passes"));
}
