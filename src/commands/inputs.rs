//! What `match` and `invite` read: the files and definitions that the command line names.

use std::fs;
use std::path::{Path, PathBuf};

use disclosure::{Cells, Release};
use ground::files::{FileError, Problem, digest, digest_text};
use matching::RuleSet;
use planning::cohort::{
    self, Cohort, EventCounts, EventsFile, Evidence, ListRead, Selected, parse_cohort, select,
};
use planning::extract::{Allowance, ImportError, Mapping, MappingKind};
use planning::match_run::{Backdrop, CodeListUse, Facts, InputFile, Inputs, ListUse, ReadCounts};
use planning::population::kept::{events_of, mapping_of};
use planning::population::{self, AreaNumbers, Backgrounds, Completed, Import, Population, Stamp};
use planning::rules::{self, MinutesFile, RulesDocument};
use planning::supply::{self, Services};

use super::county::County;
use super::failure::Failure;
use super::progress::{Step, counted};
use super::said;

/// The files of a run, every name made out.
#[derive(Clone, Debug)]
pub(super) struct InputFiles {
    pub(super) population: PathBuf,
    /// What the population is called: the file's name, or the name under which it is kept.
    pub(super) population_name: String,
    pub(super) services: PathBuf,
    pub(super) events: Option<PathBuf>,
    pub(super) mapping: Option<PathBuf>,
    pub(super) service_mapping: Option<PathBuf>,
    pub(super) cohort: Option<PathBuf>,
    pub(super) rules: Option<PathBuf>,
    pub(super) threads: Option<u16>,
    pub(super) max_problems: f64,
    /// The folder of a population that is kept: what was said of it at its import stands there.
    pub(super) kept: Option<PathBuf>,
    /// Digest by which a kept population is known.
    pub(super) digest: Option<String>,
    /// The services come from the data folder's directory, so that areas are numbered by its districts.
    pub(super) services_are_ours: bool,
    /// The county, where a data folder knows it.
    pub(super) county: Option<County>,
    /// Whether it is asked who is left out, which reads columns that no match needs.
    pub(super) fairness: bool,
    /// By which every count of people is released.
    pub(super) gate: Release,
}

/// The definitions, read and checked before any large file is opened.
pub(super) struct Definitions {
    pub(super) mapping: Mapping,
    pub(super) service_mapping: Mapping,
    pub(super) cohort: Cohort,
    pub(super) rules: RulesDocument,
    pub(super) cohort_digest: String,
    pub(super) rules_digest: String,
}

pub(super) fn text_of(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(FileError::system(path)).map_err(Failure::reading)?;
    String::from_utf8(bytes)
        .map(|text| text.strip_prefix('\u{FEFF}').map_or_else(|| text.clone(), str::to_owned))
        .map_err(|_| Failure::Refused(format!("{}: the text is not UTF-8", path.display())))
}

/// The last part of a path, as it is on the disk.
pub(super) fn file_name(path: &Path) -> String {
    let whole = path.canonicalize().ok();
    whole
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| Mapping::name_of(path))
}

/// Makes the threads that everything runs on.
pub(super) fn start_threads(threads: Option<u16>) -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, usize::from))
        .build_global()
        .map_err(|e| Failure::Other(format!("could not start the threads: {e}")))
}

impl InputFiles {
    /// What the report's maps show behind their counts.
    pub(super) fn backdrop(&self) -> Option<Backdrop> {
        self.county.as_ref().map(County::backdrop)
    }

    pub(super) fn definitions(&self) -> Result<Definitions, Failure> {
        let mapping = match (&self.kept, &self.mapping) {
            (Some(folder), _) => mapping_of(folder)?,
            (None, None) => Mapping::default(),
            (None, Some(path)) => {
                let columns = [&population::PEOPLE_COLUMNS[..], &population::OPTIONAL_COLUMNS];
                Mapping::parse(&Mapping::name_of(path), &text_of(path)?, &columns)?
            }
        };
        if mapping.kind == MappingKind::Services {
            return Err(Failure::Usage(
                "--mapping names a mapping of services; use --service-mapping".to_owned(),
            ));
        }
        let service_mapping = match &self.service_mapping {
            None => Mapping::default(),
            Some(path) => {
                let columns = [&supply::SERVICE_COLUMNS[..], &supply::OPTIONAL_SERVICE_COLUMNS];
                let mapping = Mapping::parse(&Mapping::name_of(path), &text_of(path)?, &columns)?;
                if mapping.kind != MappingKind::Services {
                    let why = format!("{}: a mapping of services needs kind = \"services\"", path.display());
                    return Err(Failure::Refused(why));
                }
                mapping
            }
        };
        let (cohort, cohort_text) = match &self.cohort {
            None => (
                parse_cohort("version-1.toml", cohort::VERSION_1, Path::new("."))?,
                cohort::VERSION_1.to_owned(),
            ),
            Some(path) => {
                let text = text_of(path)?;
                let folder = path.parent().unwrap_or(Path::new("."));
                (parse_cohort(&Mapping::name_of(path), &text, folder)?, text)
            }
        };
        let (rules, rules_text) = match &self.rules {
            None => (
                RulesDocument::parse("version-1.toml", rules::VERSION_1, Path::new("."))?,
                rules::VERSION_1.to_owned(),
            ),
            Some(path) => {
                let text = text_of(path)?;
                let folder = path.parent().unwrap_or(Path::new("."));
                (RulesDocument::parse(&Mapping::name_of(path), &text, folder)?, text)
            }
        };
        Ok(Definitions {
            mapping,
            service_mapping,
            cohort,
            rules,
            cohort_digest: digest_text(&cohort_text),
            rules_digest: digest_text(&rules_text),
        })
    }

    /// The events file: the one that was named, the one that was kept with the population, or the one that the mapping
    /// names in the population's folder. One that was kept is there for whoever asks for it; any other is always read.
    pub(super) fn events_to_read(&self, definitions: &Definitions) -> Result<Option<PathBuf>, Failure> {
        let wanted = definitions.cohort.wants_events();
        let kept = self.kept.as_deref().and_then(events_of);
        if kept.is_some() && self.events.is_some() {
            let why = "this population was kept with coded events of its own: leave --events away";
            return Err(Failure::Usage(why.to_owned()));
        }
        let of_mapping = || {
            let named = definitions.mapping.files.as_ref()?.events.as_ref()?;
            self.population.is_dir().then(|| self.population.join(named))
        };
        let file = self.events.clone().or(kept.filter(|_| wanted)).or_else(of_mapping);
        if wanted && file.is_none() {
            let why = match self.kept {
                Some(_) => {
                    "the cohort has code lists, and this population was kept without coded events: import it with them"
                }
                None => "the cohort has code lists, so it needs --events",
            };
            return Err(Failure::Usage(why.to_owned()));
        }
        Ok(file)
    }

    /// Reads everything and selects the cohort. Every problem that was found is in `problems`, whatever becomes of it.
    pub(super) fn read(
        &self,
        definitions: &Definitions,
        problems: &mut Vec<Problem>,
    ) -> Result<Read, Failure> {
        let services = self.services(definitions, problems)?;
        let (rules, minutes) = self.rules(definitions, &services, problems)?;
        let parts = population::parts_of(&self.population, &definitions.mapping).map_err(Failure::reading)?;
        let before = Stamp::of_all(&parts).map_err(Failure::reading)?;
        // A kept population is known by the digest under which it is kept.
        let known = self.digest.clone();
        let (chosen, digest) = rayon::join(
            || self.choose(definitions, problems),
            || known.map_or_else(|| digest(&parts), Ok).map_err(Failure::reading),
        );
        let (chosen, digest) = (chosen?, digest?);
        if chosen.parts != parts {
            let why = "the folder was changed while it was read; start again when it is finished";
            return Err(Failure::reading(FileError::refused(&self.population, why)));
        }
        let people = ReadCounts::of(&chosen.population, &rules, chosen.completed);
        Stamp::check_all(&before, &parts).map_err(Failure::reading)?;
        let facts =
            self.facts(definitions, (&people, digest), &chosen.beside, &services, (&rules, minutes.as_ref()));
        let Chosen { population, selected, backgrounds, .. } = chosen;
        Ok(Read { population, services, rules, selected, backgrounds, facts })
    }

    /// The rules, with their table of minutes to these services where they go by minutes.
    pub(super) fn rules(
        &self,
        definitions: &Definitions,
        services: &Services,
        problems: &mut Vec<Problem>,
    ) -> Result<(RuleSet, Option<MinutesFile>), Failure> {
        if definitions.rules.table().is_some() && self.services_are_ours {
            // Numbered anew each time: a table that was made for last week's would speak of others.
            let why = "the rules go by a table of minutes, which knows services by the numbers of a file: name it with --services";
            return Err(Failure::Usage(why.to_owned()));
        }
        let step = definitions.rules.table().map(|_| Step::begin("Reading minutes", 0));
        let allowance = Allowance { percent: self.max_problems };
        let (rules, mut minutes) =
            definitions.rules.read(&services.services, allowance).map_err(|error| keep(error, problems))?;
        if let (Some(step), Some(minutes)) = (step, &mut minutes) {
            problems.append(&mut minutes.problems);
            step.done(&counted(minutes.rows_read, "row"));
            if minutes.rows_left_out > 0 {
                eprintln!(
                    "{} of the table of minutes left out; problems.csv says why.",
                    counted(minutes.rows_left_out, "row")
                );
            }
        }
        Ok((rules, minutes))
    }

    /// Reads the services.
    pub(super) fn services(
        &self,
        definitions: &Definitions,
        problems: &mut Vec<Problem>,
    ) -> Result<Services, Failure> {
        let step = Step::begin("Reading services", 0);
        let allowance = Allowance { percent: self.max_problems };
        let mut services = supply::import_services(&self.services, &definitions.service_mapping, allowance)
            .map_err(|error| keep(error, problems))?;
        problems.append(&mut services.problems);
        step.done(&counted(services.rows_read, "row"));
        Ok(services)
    }

    /// Whose numbers of areas count.
    pub(super) const fn area_numbers(&self) -> AreaNumbers {
        if self.services_are_ours { AreaNumbers::Ours } else { AreaNumbers::Extract }
    }

    /// Reads the people, with what their small area says of them.
    pub(super) fn people(
        &self,
        definitions: &Definitions,
        problems: &mut Vec<Problem>,
    ) -> Result<(Vec<PathBuf>, Population, Option<Completed>), Failure> {
        let allowance = Allowance { percent: self.max_problems };
        let index_date = definitions.rules.index_date();
        let parts = population::parts_of(&self.population, &definitions.mapping).map_err(Failure::reading)?;
        let step = Step::begin("Reading people", 0);
        let settings =
            Import { mapping: &definitions.mapping, index_date, allowance, progress: &|rows| step.at(rows) };
        let mut population = population::import(&parts, &settings).map_err(|error| keep(error, problems))?;
        problems.append(&mut population.problems);
        step.done(&counted(population.rows_read, "row"));
        let completed =
            self.county.as_ref().map(|county| county.complete(&mut population, self.area_numbers()));
        Ok((parts, population, completed))
    }

    /// Reads the people and selects the cohort.
    pub(super) fn choose(
        &self,
        definitions: &Definitions,
        problems: &mut Vec<Problem>,
    ) -> Result<Chosen, Failure> {
        let allowance = Allowance { percent: self.max_problems };
        let index_date = definitions.rules.index_date();
        let (parts, mut population, completed) = self.people(definitions, problems)?;

        let mut evidence = Evidence::none(&definitions.cohort, &population);
        let mut events = None;
        if let Some(path) = self.events_to_read(definitions)? {
            let step = Step::begin("Reading events", 0);
            let kept = self.kept.as_deref().and_then(events_of).is_some_and(|kept| kept == path);
            let mut counts = cohort::read_events(
                EventsFile { path: &path, kept },
                &definitions.mapping.events,
                &definitions.cohort,
                &mut population,
                &mut evidence,
                index_date,
                allowance,
            )
            .map_err(|error| keep(error, problems))?;
            problems.append(&mut counts.problems);
            step.done(&counted(counts.rows_read, "row"));
            events = Some((path, counts));
        }
        let lists = cohort::read_lists(&definitions.cohort, &population, &mut evidence, self.kept.as_deref())
            .map_err(|error| keep(error, problems))?;
        let selected = select(&definitions.cohort, &population, &evidence, index_date);
        let year = index_date.year();
        let mut backgrounds = self
            .fairness
            .then(|| population::read_backgrounds(&parts, &definitions.mapping, &population, year))
            .transpose()
            .map_err(|error| keep(error, problems))?;
        if let (Some(backgrounds), Some(county)) = (&mut backgrounds, &self.county) {
            backgrounds.networks = county.networks(&population, index_date);
        }
        let beside = Beside { events, lists, strangers_on_lists: evidence.strangers_on_lists };
        Ok(Chosen { population, selected, backgrounds, parts, evidence, beside, completed })
    }

    /// Whose people these are; `made_up` is the invented county, where the extract names one.
    pub(super) fn about(&self, definitions: &Definitions, made_up: Option<&str>) -> String {
        let said = definitions.mapping.about.clone().or_else(|| made_up.map(str::to_owned));
        said.unwrap_or_else(|| format!("the extract {}", self.population_name))
    }

    /// What is known of a run beside what was counted.
    pub(super) fn facts(
        &self,
        definitions: &Definitions,
        (people, digest_of_people): (&ReadCounts, String),
        beside: &Beside,
        services: &Services,
        (rules, minutes): (&RuleSet, Option<&MinutesFile>),
    ) -> Facts {
        let cohort = &definitions.cohort;
        let events = beside.events.as_ref().map(|(_, counts)| counts);
        let inputs = Inputs {
            population: InputFile {
                name: self.population_name.clone(),
                digest: digest_of_people,
                rows_read: people.rows_read,
                rows_used: people.rows_used,
                problems: people.rows_left_out + people.warnings.repeats,
            },
            services: InputFile {
                name: file_name(&self.services),
                digest: services.digest.clone(),
                rows_read: services.rows_read,
                rows_used: services.services.len() as u64,
                problems: services.rows_left_out + services.warnings.repeats,
            },
            events: beside.events.as_ref().map(|(path, counts)| InputFile {
                name: file_name(path),
                digest: counts.digest.clone(),
                rows_read: counts.rows_read,
                rows_used: counts.rows_read - counts.rows_left_out,
                problems: counts.rows_left_out,
            }),
            rules: rules_in_words(rules),
            rules_digest: definitions.rules_digest.clone(),
            minutes: minutes.map(|table| InputFile {
                name: file_name(&table.path),
                digest: table.digest.clone(),
                rows_read: table.rows_read,
                rows_used: table.rows_used,
                problems: table.rows_left_out + table.warnings.repeats,
            }),
            cohort: format!("{}, version {}", cohort.name, cohort.version),
            cohort_digest: definitions.cohort_digest.clone(),
            code_lists: code_lists(cohort, events, self.gate),
            lists: beside
                .lists
                .iter()
                .map(|list| ListUse { name: list.name.clone(), digest: list.digest.clone() })
                .collect(),
            index_date: rules.index_date.to_string(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let absent = definitions.mapping.absent();
        let mut warnings = said::warnings(
            (people, &self.gate),
            services,
            (events, beside.strangers_on_lists),
            minutes,
            &absent,
        );
        warnings.extend(people.completed.iter().flat_map(said::completed));
        let areas_filled_in = people.completed.is_some_and(|completed| completed.area > 0);
        let county = self.county.as_ref();
        Facts {
            about: self.about(definitions, people.made_up.as_deref()),
            made_up: people.made_up.is_some(),
            inputs,
            small_areas: county.map(County::small_areas).unwrap_or_default(),
            area_names: county.filter(|_| areas_filled_in).map(County::area_names).unwrap_or_default(),
            has_place: people.is_placed(),
            gate: self.gate,
            warnings,
        }
    }
}

/// Name and version, the clauses of the analyst's own, and a word where a rule set goes by another's name.
fn rules_in_words(rules: &RuleSet) -> String {
    let mut words = format!("{}, version {}", rules.name, rules.version);
    let version_1 = RuleSet::version_1();
    if (&rules.name, &rules.version) == (&version_1.name, &version_1.version) && *rules != version_1 {
        words.push_str(" (changed: this is not the rule set of that name that ships with Meres)");
    }
    if let Some(minutes) = rules.measure.minutes() {
        words = format!("{words}; by minutes {}, at most {}", minutes.by, minutes.at_most);
    }
    for clause in &rules.clauses {
        words = format!("{words}; {}", clause.name);
    }
    words
}

fn code_lists(cohort: &Cohort, events: Option<&EventCounts>, gate: Release) -> Vec<CodeListUse> {
    let found = |at: usize| events.and_then(|e| e.events.get(at)).copied().unwrap_or(0);
    cohort
        .code_lists
        .iter()
        .enumerate()
        .map(|(at, list)| CodeListUse {
            name: list.name.clone(),
            system: list.system.clone(),
            source: list.source.clone(),
            licence: list.licence.clone(),
            codes: list.codes.len() as u64,
            events: gate.count(Cells::WithHealthAttribute, found(at).into()),
        })
        .collect()
}

/// Keeps what is wrong with the rows of a file that is refused.
pub(super) fn keep(error: ImportError, problems: &mut Vec<Problem>) -> Failure {
    if let ImportError::TooManyProblems { problems: found, .. } = &error {
        problems.extend_from_slice(found);
    }
    Failure::from(error)
}

/// The people, and who of them is in the cohort.
pub(super) struct Chosen {
    pub(super) population: Population,
    pub(super) selected: Selected,
    pub(super) backgrounds: Option<Backgrounds>,
    parts: Vec<PathBuf>,
    pub(super) evidence: Evidence,
    beside: Beside,
    completed: Option<Completed>,
}

/// What was read beside the people: coded events, and lists of people.
#[derive(Default)]
pub(super) struct Beside {
    events: Option<(PathBuf, EventCounts)>,
    lists: Vec<ListRead>,
    /// Of pseudonyms on lists, those that are not in the extract.
    strangers_on_lists: u64,
}

/// Everything that was read.
pub(super) struct Read {
    pub(super) population: Population,
    pub(super) services: Services,
    pub(super) rules: RuleSet,
    pub(super) selected: Selected,
    pub(super) backgrounds: Option<Backgrounds>,
    pub(super) facts: Facts,
}
