//! Everything that can be set about a site, once: as an option of the command line, as a variable of the environment, or
//! in a file. What stands further left counts.

mod checkpoints;
mod mail;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use disclosure::Release;
use ground::fetch::Reach;
use ground::files::{FileError, parse_definition};
use meres::data_path::Questions;
use serde::Deserialize;
use web::{Brand, IdentityProvider, IdentityProviderSettings};

use super::data_folder::{DataArgs, DatabaseArgs, is_demonstration};
use super::failure::Failure;
use super::gate::{QuestionsPercent, SmallCounts};
pub(super) use checkpoints::CheckpointSettings;
pub(super) use mail::MailSettings;

/// Looked for in the data folder where no other file is named.
const FILE: &str = "meres.toml";
const DEFAULT_DATA: &str = "meres-data";

/// What the command line, the environment and the file say.
#[derive(Args, Clone, Debug)]
pub(super) struct SettingsArgs {
    /// A file with settings, TOML [default: meres.toml in the data folder, if it is there]
    #[arg(long, value_name = "FILE", env = "MERES_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Settings,
}

/// What can be set. In a file each has the name of its option, without the hyphens before it.
#[derive(Args, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The data folder; made if it is not there [default: meres-data]
    #[arg(long, value_name = "DIR", env = "MERES_DATA")]
    data: Option<PathBuf>,
    /// A PostgreSQL instead of the database in the data folder
    #[arg(
        long,
        value_name = "postgres://USER@HOST/DATABASE",
        env = "MERES_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// The file with the key of this Meres [default: key in the data folder]
    #[arg(long, value_name = "FILE", env = "MERES_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "MERES_LISTEN")]
    pub(super) listen: Option<SocketAddr>,
    /// Where people reach it, if that is elsewhere: <https://meres.example>
    #[arg(long, value_name = "URL", env = "MERES_ADDRESS")]
    pub(super) address: Option<String>,
    /// Speak HTTPS with this certificate, PEM, its issuers behind it
    #[arg(long, value_name = "FILE", env = "MERES_TLS_CERT")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The key of that certificate, PEM
    #[arg(long, value_name = "FILE", env = "MERES_TLS_KEY")]
    pub(super) tls_key: Option<PathBuf>,
    /// A machine that speaks HTTPS to the world and passes requests on to us: 10.0.0.2 or 10.0.0.0/24
    #[arg(long, value_name = "CIDR", env = "MERES_TRUSTED_PROXY", value_delimiter = ',')]
    pub(super) trusted_proxy: Vec<String>,
    /// What this Meres is called, in the head of every page [default: Meres]
    #[arg(long, value_name = "NAME", env = "MERES_NAME")]
    pub(super) name: Option<String>,
    /// The colour of the head of every page, like #005eb8; white letters must be readable on it
    #[arg(long, value_name = "COLOUR", env = "MERES_COLOUR")]
    colour: Option<String>,
    /// A logo beside the name: PNG or SVG. The NHS logo is for the NHS alone
    #[arg(long, value_name = "FILE", env = "MERES_LOGO")]
    logo: Option<PathBuf>,
    /// Where programs that watch this one read how it is (Prometheus); best an address that only they reach
    #[arg(long, value_name = "ADDRESS:PORT", env = "MERES_METRICS")]
    pub(super) metrics: Option<SocketAddr>,
    /// Leave what is done later (letters, checkpoints) to "meres worker"; for several servers on one PostgreSQL
    #[arg(long, value_name = "YES", env = "MERES_NO_JOBS", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    no_jobs: Option<bool>,
    /// Let feeds that people name on pages lie on this machine or in its network, and be read through a proxy of the environment
    #[arg(long, value_name = "YES", env = "MERES_ALLOW_PRIVATE_FEEDS", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_private_feeds: Option<bool>,
    /// Hide counts of people up to this one, everywhere; 7 or more [default: 7]
    #[arg(long, value_name = "N", env = "MERES_SMALL_COUNTS_UP_TO")]
    small_counts_up_to: Option<SmallCounts>,
    /// Answer so many per cent of the questions that an analyst may ask about one population in thirty days; 100 or fewer [default: 100]
    #[arg(long, value_name = "PERCENT", env = "MERES_QUESTIONS_PERCENT")]
    questions_percent: Option<QuestionsPercent>,
    #[command(flatten)]
    pub(super) mail: MailSettings,
    #[command(flatten)]
    pub(super) checkpoints: CheckpointSettings,
    /// The file, where it holds a password.
    #[arg(skip)]
    #[serde(skip)]
    file_with_password: Option<PathBuf>,
    /// In a file alone: where people may sign in instead of with a password.
    #[arg(skip)]
    identity_provider: Vec<IdentityProviderSettings>,
    /// Where the file lies: what its identity providers name is meant from there.
    #[arg(skip)]
    #[serde(skip)]
    beside: PathBuf,
}

impl SettingsArgs {
    /// Whether a site is named at all.
    pub(super) const fn names_a_site(&self) -> bool {
        self.config.is_some() || self.given.data.is_some()
    }

    /// What is set, with all that the file adds.
    pub(super) fn resolved(&self) -> Result<Settings, Failure> {
        let file = match &self.config {
            Some(file) => file.clone(),
            None => self.given.folder().join(FILE),
        };
        if self.config.is_none() && !file.exists() {
            return Ok(self.given.clone().for_its_folder());
        }
        let text = fs::read_to_string(&file).map_err(FileError::system(&file)).map_err(Failure::reading)?;
        let mut in_file: Settings = parse_definition(&file.display().to_string(), &text)?;
        in_file.file_with_password =
            in_file.database_url.as_deref().is_some_and(has_password).then(|| file.clone());
        if self.config.is_none() && in_file.data.is_some() {
            return Err(Failure::Refused(format!(
                "{}: this file lies in the data folder and cannot say that it is elsewhere",
                file.display()
            )));
        }
        let beside = file.parent().unwrap_or_else(|| Path::new("."));
        Ok(self.given.clone().or(in_file.relative_to(beside)).for_its_folder())
    }
}

impl Settings {
    /// The settings of a demonstration.
    pub(super) fn of_demonstration(data: &Path, database_url: Option<String>, listen: SocketAddr) -> Self {
        Self { data: Some(data.to_owned()), database_url, listen: Some(listen), ..Self::default() }
            .for_its_folder()
    }

    /// A demonstration sends nobody a letter: they are added to a file.
    fn for_its_folder(self) -> Self {
        if !is_demonstration(self.folder()) {
            return self;
        }
        let mail = MailSettings::to_file(self.folder().join("letters.txt"));
        Self { mail, ..self }
    }

    /// The same at any free port, so that a site that is running does not stand in the way of a trial.
    pub(super) fn at_any_port(&self) -> Self {
        Self { listen: Some((self.listen().ip(), 0).into()), ..self.clone() }
    }

    fn folder(&self) -> &Path {
        self.data.as_deref().unwrap_or_else(|| Path::new(DEFAULT_DATA))
    }

    /// The data folder and its database.
    pub(super) fn data(&self) -> DataArgs {
        DataArgs {
            data: self.folder().to_owned(),
            database: DatabaseArgs { database_url: self.database_url.clone() },
        }
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.folder().join("key"))
    }

    /// What Meres made and nobody else may read.
    pub(super) fn made_secrets(&self) -> Vec<PathBuf> {
        let folder = self.folder();
        let database = ["meres.db", "meres.db-wal", "meres.db-shm"];
        let people = [
            "population",
            "crosstab",
            "problems",
            "match-runs",
            "worklists",
            "releases",
            "population-uploads",
            "trials",
        ];
        let kept = database.into_iter().chain(people);
        let kept = kept.map(|name| folder.join(name));
        kept.chain([self.key_file()]).chain(self.checkpoints.key.clone()).chain(self.mail.letters()).collect()
    }

    /// What was brought and not everybody may read.
    pub(super) fn brought_secrets(&self) -> Vec<PathBuf> {
        let clients = self.identity_provider.iter().map(|one| self.beside.join(&one.client_secret_file));
        let files = self.tls_key.clone().into_iter().chain(self.file_with_password.clone());
        files.chain(self.mail.secrets()).chain(clients).collect()
    }

    /// Whether what is done later is left to a worker.
    pub(super) fn leaves_jobs(&self) -> bool {
        self.no_jobs.unwrap_or(false)
    }

    /// How far the addresses of feeds may lead that people give on pages.
    pub(super) fn feeds(&self) -> Reach {
        if self.allow_private_feeds.unwrap_or(false) { Reach::Anywhere } else { Reach::Public }
    }

    /// By which every count of people is released.
    pub(super) fn gate(&self) -> Release {
        self.small_counts_up_to.map(SmallCounts::release).unwrap_or_default()
    }

    /// How many questions about a population are answered.
    pub(super) fn questions(&self) -> Questions {
        self.questions_percent.map(QuestionsPercent::questions).unwrap_or_default()
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("Meres")
    }

    /// Where people may sign in instead of with a password.
    pub(super) fn identity_providers(&self) -> Result<Vec<IdentityProvider>, Failure> {
        IdentityProviderSettings::read_all(&self.identity_provider, &self.beside)
            .map_err(|error| Failure::Refused(error.to_string()))
    }

    /// Its colour and its logo.
    pub(super) fn brand(&self) -> Result<Brand, Failure> {
        let logo = self.logo.as_ref();
        let logo = logo.map(|file| fs::read(file).map_err(FileError::system(file)).map_err(Failure::reading));
        Brand::new(self.colour.as_deref(), logo.transpose()?)
            .map_err(|error| Failure::Usage(error.to_string()))
    }

    pub(super) fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// What these do not say, the others do. (A field that is left out here does not compile.)
    fn or(self, other: Self) -> Self {
        let Self {
            data,
            database_url,
            key_file,
            listen,
            address,
            tls_cert,
            tls_key,
            trusted_proxy,
            name,
            colour,
            logo,
            metrics,
            no_jobs,
            allow_private_feeds,
            small_counts_up_to,
            questions_percent,
            mail,
            checkpoints,
            file_with_password: _,
            identity_provider: _,
            beside: _,
        } = self;
        Self {
            data: data.or(other.data),
            database_url: database_url.or(other.database_url),
            key_file: key_file.or(other.key_file),
            listen: listen.or(other.listen),
            address: address.or(other.address),
            tls_cert: tls_cert.or(other.tls_cert),
            tls_key: tls_key.or(other.tls_key),
            trusted_proxy: if trusted_proxy.is_empty() { other.trusted_proxy } else { trusted_proxy },
            name: name.or(other.name),
            colour: colour.or(other.colour),
            logo: logo.or(other.logo),
            metrics: metrics.or(other.metrics),
            no_jobs: no_jobs.or(other.no_jobs),
            allow_private_feeds: allow_private_feeds.or(other.allow_private_feeds),
            small_counts_up_to: small_counts_up_to.or(other.small_counts_up_to),
            questions_percent: questions_percent.or(other.questions_percent),
            mail: mail.or(other.mail),
            checkpoints: checkpoints.or(other.checkpoints),
            // The command line has none of these.
            file_with_password: other.file_with_password,
            identity_provider: other.identity_provider,
            beside: other.beside,
        }
    }

    /// Paths in a file are meant from where the file lies.
    fn relative_to(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.beside);
        let paths =
            [&mut self.data, &mut self.key_file, &mut self.tls_cert, &mut self.tls_key, &mut self.logo];
        let paths = paths.into_iter().chain(self.mail.paths()).chain(self.checkpoints.paths());
        for path in paths.flatten() {
            *path = folder.join(&*path);
        }
        self
    }

    /// What is set, for those who may see it: name and value, no secret among them.
    pub(super) fn shown(&self) -> Vec<(&'static str, String)> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let proxies = Some(self.trusted_proxy.join(", ")).filter(|all| !all.is_empty());
        let lines = [
            ("Data folder", Some(self.folder().display().to_string())),
            ("Key", Some(self.key_file().display().to_string())),
            ("Listens at", Some(self.listen().to_string())),
            ("Certificate", path(&self.tls_cert)),
            ("Trusted proxies", proxies),
            ("Colour", self.colour.clone()),
            ("Logo", path(&self.logo)),
            ("Metrics at", self.metrics.map(|at| at.to_string())),
            (
                "Later work",
                Some(if self.leaves_jobs() { "by meres worker" } else { "by this server" }.to_owned()),
            ),
            (
                "Feeds in private networks",
                Some(if self.feeds() == Reach::Anywhere { "allowed" } else { "refused" }.to_owned()),
            ),
            (
                "Counts of people that are hidden",
                self.small_counts_up_to.map(|small| format!("up to {}", small.up_to())),
            ),
            (
                "Questions that are answered",
                self.questions_percent.map(|some| format!("{} %", some.questions().of_a_hundred())),
            ),
            ("Letters", Some(self.mail.shown())),
            ("Checkpoints of the audit log", Some(self.checkpoints.shown())),
        ];
        lines.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Whether an address of a database holds a password.
fn has_password(url: &str) -> bool {
    let user = url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || url.contains("password=")
}

impl std::fmt::Debug for Settings {
    /// Without the address of the database, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.shown()).finish()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: SettingsArgs,
    }

    fn resolved(file: &Path, options: &[&str]) -> Result<Settings, Failure> {
        let file = file.display().to_string();
        let begin = ["meres", "--config", &file];
        Line::try_parse_from(begin.iter().chain(options)).expect("options").settings.resolved()
    }

    #[test]
    fn what_is_nearer_counts_and_paths_lie_beside_their_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("here.toml");
        let text = "name = \"Hub\"\ndata = \"data\"\nlisten = \"127.0.0.1:9000\"\n[mail]\nfile = \"letters\"\n\
                    [checkpoints]\nkey = \"/keys/audit\"\nfile = \"log\"\nhours = 6\n";
        std::fs::write(&file, text).expect("written");
        let settings = resolved(&file, &["--name", "Other", "--checkpoint-hours", "3"]).expect("settings");
        assert_eq!((settings.name(), settings.listen().port()), ("Other", 9000));
        assert_eq!(settings.data().data, folder.path().join("data"));
        let shown = format!("{settings:?}");
        let letters = folder.path().join("letters");
        assert!(shown.contains(&format!("added to {}, not sent", letters.display())), "{shown}");
        assert!(shown.contains("every 3 hours"), "{shown}");
    }

    #[test]
    fn a_mistake_in_the_file_is_shown_at_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("here.toml");
        for (text, line) in [
            ("name = \"Hub\"\nlisten = 3\n", 2),
            ("small-counts-up-to = 3\n", 1),
            ("\n\nnmae = \"Hub\"\n", 3),
            ("[mail]\nwhat = 1\n", 2),
        ] {
            std::fs::write(&file, text).expect("written");
            let error = resolved(&file, &[]).expect_err("a mistake").to_string();
            assert!(error.contains(&format!("here.toml, line {line}:")), "{error}");
        }
    }

    #[test]
    fn the_address_of_the_database_is_not_shown() {
        let settings =
            Settings { database_url: Some("postgres://a:secret@b/c".to_owned()), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
