//! The area view of a crosstab: demand and gaps by segment, without people.

use std::path::Path;

use disclosure::with_commas;
use ground::files::{FileError, digest, digest_text, shown, write_whole};
use matching::RuleSet;
use planning::crosstab::{
    AreaFacts, AreaInputs, AreaView, Crosstab, area_summary_json, import_crosstab, release_area_view,
};
use planning::extract::{Allowance, CrosstabMapping, ImportError, Mapping};
use planning::match_run::InputFile;
use planning::rules;
use planning::supply::{self, Services};

use super::failure::Failure;
use super::inputs::{Definitions, InputFiles};
use super::outputs;
use super::progress::{Step, counted};

/// Reads, releases and writes `summary.json` and `report.html`; `problems.csv` only if there are problems.
pub(super) fn run(
    inputs: &InputFiles,
    definitions: &Definitions,
    mapping: &CrosstabMapping,
    out: &Path,
) -> Result<(), Failure> {
    if inputs.cohort.is_some() || inputs.events.is_some() {
        let why = "a crosstab holds counts and no people: --cohort and --events cannot be used with it";
        return Err(Failure::Usage(why.to_owned()));
    }
    if definitions.rules.table().is_some() {
        let why =
            "a crosstab says roughly where people live: rules that go by minutes cannot be used with it";
        return Err(Failure::Usage(why.to_owned()));
    }
    let allowance = Allowance { percent: inputs.max_problems };
    let refused = |error: ImportError| -> Failure {
        if let ImportError::TooManyProblems { problems, .. } | ImportError::TooManyCells { problems, .. } =
            &error
            && let Err(failure) = outputs::folder(out).and_then(|()| outputs::problems(out, problems))
        {
            return failure;
        }
        error.into()
    };
    let step = Step::begin("Reading services", 0);
    let mut services = supply::import_services(&inputs.services, &definitions.service_mapping, allowance)
        .map_err(refused)?;
    step.done(&counted(services.rows_read, "row"));
    let step = Step::begin("Reading the crosstab", 0);
    let mut crosstab = import_crosstab(&inputs.population, mapping, allowance).map_err(refused)?;
    step.done(&counted(crosstab.rows_read, "metric"));

    let (rules, _) = definitions.rules.read(&services.services, allowance).map_err(refused)?;
    let facts = facts(inputs, (definitions, &rules), mapping, &crosstab, &services)?;
    let view = release_area_view(&crosstab, &rules, &services.services, facts);
    outputs::folder(out)?;
    services.problems.append(&mut crosstab.problems);
    if services.problems.is_empty() {
        outputs::remove_stale(out, "problems.csv")?;
    } else {
        outputs::problems(out, &services.problems)?;
    }
    write_whole(&out.join("summary.json"), area_summary_json(&view).as_bytes())?;
    let page = meres::report::render_area_view(&view)?;
    write_whole(&out.join("report.html"), page.as_bytes())?;
    tell!("{}", answer(&view));
    tell!("Results are in {}.", out.display());
    Ok(())
}

fn facts(
    inputs: &InputFiles,
    (definitions, rules): (&Definitions, &RuleSet),
    mapping: &CrosstabMapping,
    crosstab: &Crosstab,
    services: &Services,
) -> Result<AreaFacts, Failure> {
    let digest_of = |path: &Path| digest(&[path]).map_err(Failure::reading);
    let name_of = |path: &Path| Mapping::name_of(path);
    let population = InputFile {
        name: name_of(&inputs.population),
        digest: digest_of(&inputs.population)?,
        rows_read: crosstab.rows_read,
        rows_used: crosstab.rows_used,
        problems: crosstab.problems.len() as u64,
    };
    let supply = InputFile {
        name: name_of(&inputs.services),
        digest: services.digest.clone(),
        rows_read: services.rows_read,
        rows_used: services.services.len() as u64,
        problems: services.rows_left_out + services.warnings.repeats,
    };
    let about = definitions.mapping.about.clone();
    Ok(AreaFacts {
        about: about.unwrap_or_else(|| format!("the crosstab {}", population.name)),
        made_up: mapping.made_up,
        as_at: mapping.as_at,
        segments_are: mapping.segments_are.clone(),
        warnings: warnings(services),
        policy: inputs.gate.policy(),
        inputs: AreaInputs {
            population,
            services: supply,
            mapping: inputs.mapping.as_deref().map(name_of).unwrap_or_default(),
            mapping_digest: inputs.mapping.as_deref().map(digest_of).transpose()?.unwrap_or_default(),
            rules: format!("{}, version {}", rules.name, rules.version),
            rules_digest: inputs
                .rules
                .as_deref()
                .map_or_else(|| Ok(digest_text(rules::VERSION_1)), digest_of)?,
            program: format!("Meres {}", env!("CARGO_PKG_VERSION")),
        },
    })
}

fn warnings(services: &Services) -> Vec<String> {
    let counts = &services.warnings;
    [
        (counts.outside_great_britain, "of services with coordinates outside Great Britain"),
        (counts.nobody_can_reach, "of services that nobody can reach or use"),
        (counts.capacity_zero, "of services with no places (capacity zero)"),
        (counts.repeats, "of services that repeat another row and were counted once"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}", counted(n, "row")))
    .collect()
}

/// The answer in a few lines.
fn answer(view: &AreaView) -> String {
    let mut lines = vec![format!(
        "{} people in {} {}: {}.",
        view.people,
        with_commas(view.segments.len() as u64),
        view.segments_are,
        view.about
    )];
    if let Some(first) = view.topics.first() {
        lines.push(format!(
            "Needed most: {} ({} people, {} that reach some of them).",
            first.topic.title().to_lowercase(),
            first.demand,
            counted(first.supply.services, "service")
        ));
    }
    let gaps =
        view.segments.iter().filter(|s| s.topics.iter().any(|t| t.gap == planning::crosstab::Gap::Nothing));
    lines.push(format!(
        "{} of {} {} have a need that nothing on the list reaches.",
        gaps.count(),
        view.segments.len(),
        view.segments_are
    ));
    lines.iter().map(|line| shown(line)).collect::<Vec<_>>().join("\n")
}

/// Segments that are listed one by one.
const LISTED: usize = 40;

/// How the headings and the metrics were understood. Counts are not shown: this has not passed the gate.
pub(super) fn explain(path: &Path, mapping: &CrosstabMapping) -> Result<(), Failure> {
    // Everything is allowed here: what cannot be used is what one wants to see.
    let crosstab =
        import_crosstab(path, mapping, Allowance { percent: f64::INFINITY }).map_err(
            |error| match error {
                ImportError::File(error @ FileError::Refused { .. }) => Failure::Refused(error.to_string()),
                other => other.into(),
            },
        )?;
    // Names come from the file.
    let say = |line: String| tell!("{}", shown(&line));
    let headings = &crosstab.headings;
    let column = |at: usize| format!("column {}", at + 1);
    say(format!("Crosstab: {}", Mapping::name_of(path)));
    say(format!("  Everybody: {}, \"{}\"", column(headings.whole), mapping.whole_population));
    say(format!("  Segments: {} {}", headings.segments.len(), mapping.segments_are));
    for (segment, place) in headings.segments.iter().zip(&crosstab.places).take(LISTED) {
        let group = segment.group.as_deref().unwrap_or("-");
        let mut known = Vec::new();
        known.extend(place.point.map(|p| format!("{},{}", p.easting, p.northing)));
        known.extend(place.county.map(|c| format!("county {c}")));
        known.extend(place.area.map(|a| format!("area {a}")));
        let place = if known.is_empty() { "place not known".to_owned() } else { known.join(", ") };
        say(format!("    {:<10} {:<28} under {group:<24} {place}", column(segment.column), segment.called));
    }
    if headings.segments.len() > LISTED {
        say(format!("    … and {} more", headings.segments.len() - LISTED));
    }
    for at in &headings.unnamed {
        say(format!("  Not read: {}, which has no heading", column(*at)));
    }
    for at in &headings.left_out {
        say(format!("  Not read: {}, which the mapping leaves out", column(*at)));
    }
    say(format!(
        "  {:<36} {:<28} {:>8} {:>10} {:>17}",
        "metric", "counts people with", "known", "not known", "hidden at source"
    ));
    let conditions = crosstab.conditions.iter().map(|(c, metric)| (c.words(), metric));
    for (counts, metric) in std::iter::once(("everybody", &crosstab.people)).chain(conditions) {
        use planning::crosstab::Count;
        let cells = |wanted: &dyn Fn(&Count) -> bool| {
            metric.segments.iter().chain([&metric.whole]).filter(|c| wanted(c)).count()
        };
        say(format!(
            "  {:<36} {counts:<28} {:>8} {:>10} {:>17}",
            metric.name,
            cells(&|c| c.known().is_some()),
            cells(&|c| *c == Count::NotKnown),
            cells(&|c| *c == Count::Suppressed)
        ));
    }
    if crosstab.not_read_in_all > 0 {
        say(format!("  Metrics not read: {} ({})", crosstab.not_read_in_all, crosstab.not_read.join("; ")));
    }
    for problem in crosstab.problems.iter().take(20) {
        say(format!("  line {}, {}: expected {}", problem.line, problem.column, problem.expected));
    }
    Ok(())
}
